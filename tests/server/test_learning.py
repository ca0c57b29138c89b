"""Models learn in the background, and what they foretold is held against what came."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from omnify_core.learned import FitStatus, Forecast, ForecastState
from omnify_core.people import Actor, Role
from omnify_guardrails.wanted import WantedBudget
from omnify_ml.track_record import track_records
from omnify_server.seeding import DEMO_OWNER, DEMO_TENANT, OWNER_EMAIL
from tests.builders.house import House, open_house

OWNER = Actor(tenant_id=DEMO_TENANT, user_id=DEMO_OWNER, name="Demo owner", role=Role.OWNER)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


async def advance(house: House, days: int) -> None:
    await house.control("POST", "advance", {"days": days})
    await house.services.refresh_clock()
    await house.services.sync.run(DEMO_TENANT)


async def listed(house: House) -> dict[str, Any]:
    """The models as the API shows them; sessions have ended with the days that were skipped."""
    body = {"email": OWNER_EMAIL, "password": house.services.keys.demo_password}
    token = (await house.anyone.post("/api/auth/login", json=body)).json()["access_token"]
    reply = await house.anyone.get("/api/models", headers={"Authorization": f"Bearer {token}"})
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


async def raise_budget(house: House) -> str:
    """Sets one campaign's budget a tenth higher, through the whole money path."""
    services = house.services
    campaigns = await services.stores.market.campaigns(DEMO_TENANT)
    chosen = next(one for one in campaigns if one.daily_budget and one.status == "enabled" and one.budget_key)
    assert chosen.daily_budget is not None
    wanted = [WantedBudget(entity_id=chosen.id, amount=chosen.daily_budget.times(Decimal("1.1")))]
    change = await services.money.propose(OWNER, wanted, title="A tenth more", reason="a test")
    await services.money.approve(OWNER, change.id, plan_hash=change.plan_hash, via="api")
    services.worker_wanted.set()
    assert (await house.decided(str(change.id), {"done", "failed"}))["status"] == "done"
    return str(chosen.id)


async def test_what_was_foretold_is_scored_once_its_days_are_over(house: House) -> None:
    services = house.services
    shares: list[float] = []
    assert await services.learning.run(DEMO_TENANT, lambda step: shares.append(step.share)) == 5
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert await services.learning.run(DEMO_TENANT) == 0, "the same day is not learned twice"
    said = await services.stores.models.forecasts(DEMO_TENANT)
    assert said
    assert all(one.first_day == one.training_cut + timedelta(days=1) for one in said)
    touched = await raise_budget(house)
    await advance(house, 11)
    await services.learning.run(DEMO_TENANT)

    past = [one for one in await services.stores.models.forecasts(DEMO_TENANT) if one in said or one.note]
    assert not [one for one in past if one.model == "performance" and one.state is ForecastState.OPEN]
    void = [one for one in past if one.entity_id == touched and one.model == "performance"]
    assert {one.state for one in void} == {ForecastState.VOID}, "its condition did not hold"
    items = {item["model"]: item for item in (await listed(house))["items"]}
    assert set(items) == {"performance", "fatigue", "response", "ltv", "leads"}
    assert items["performance"]["fit"]["metrics"]["ctr_wape"] > 0
    record = next(one for one in items["performance"]["track_record"] if one["metric"] == "conversions")
    assert record["n"] >= 20
    assert 0.4 < record["inside"] <= 1.0
    assert record["ratio"] is not None


async def test_a_changed_budget_gets_a_forecast_and_a_killed_fit_is_made_again(house: House) -> None:
    touched = await raise_budget(house)
    await advance(house, 1)
    await house.services.learning.run(DEMO_TENANT)
    made = [
        one for one in await house.services.stores.models.forecasts(DEMO_TENANT) if one.model == "response"
    ]
    assert {(one.entity_id, one.metric) for one in made} == {(touched, "conversions"), (touched, "revenue")}
    assert all(one.p10 is not None and one.p90 is not None and one.p10 <= one.p90 for one in made)

    models = house.services.stores.models
    for fit in await models.fits(DEMO_TENANT):
        if fit.model == "response":
            await models.save_fit(fit.model_copy(update={"status": FitStatus.RUNNING}))
    assert await house.services.learning.run(DEMO_TENANT) == 1


def scored(entity: int, day: int, *, said: float, outcome: float, baseline: float) -> Forecast:
    from tests.contracts.test_stores_models import forecast

    return forecast(str(entity), day).model_copy(
        update={
            "metric": "conversions",
            "p10": said * 0.8,
            "p50": said,
            "p90": said * 1.25,
            "outcome": outcome,
            "baseline": baseline,
            "state": ForecastState.SCORED,
        }
    )


def test_a_track_record_says_better_worse_or_not_yet() -> None:
    good = [scored(e, d, said=100, outcome=110, baseline=50) for e in range(6) for d in range(5)]
    (record,) = track_records(good)
    assert record.verdict == "better than the naive rule"
    assert record.inside == 1.0
    bad = [one.model_copy(update={"p50": 50.0, "baseline": 100.0}) for one in good]
    assert track_records(bad)[0].verdict.startswith("worse")
    (few,) = track_records(good[:10])
    assert few.ratio is None
    assert few.verdict.startswith("not enough outcomes yet: 10")
