"""What the models learned and foretold, on every document backend."""

from __future__ import annotations

from datetime import date, timedelta

from omnify_core.learned import FitStatus, Forecast, ForecastState, ModelFit
from omnify_memory.stores import Stores
from tests.builders.stores import NOON, OURS, THEIRS

CUT = date(2026, 11, 1)


def fit(cut: date, status: FitStatus = FitStatus.READY) -> ModelFit:
    return ModelFit(
        tenant_id=OURS, model="performance", version="1", training_cut=cut, status=status, started_at=NOON
    )


def forecast(entity: str, days: int) -> Forecast:
    last = CUT + timedelta(days=days)
    return Forecast(
        tenant_id=OURS,
        model="performance",
        version="1",
        metric="spend",
        entity_id=entity,
        made_at=NOON,
        training_cut=CUT,
        first_day=CUT + timedelta(days=1),
        last_day=last,
        due=last + timedelta(days=3),
        source="daily fit",
        p10=1.0,
        p50=2.0,
        p90=3.0,
    )


async def test_a_fit_of_the_same_day_takes_the_place_of_the_one_before(stores: Stores) -> None:
    await stores.models.save_fit(fit(CUT - timedelta(days=1)))
    await stores.models.save_fit(fit(CUT, FitStatus.RUNNING))
    await stores.models.save_fit(fit(CUT))
    found = await stores.models.fits(OURS)
    assert [one.training_cut for one in found] == [CUT, CUT - timedelta(days=1)]
    assert found[0].status is FitStatus.READY
    assert await stores.models.fits(THEIRS) == []


async def test_only_open_forecasts_whose_day_has_come_are_due(stores: Stores) -> None:
    await stores.models.save_forecasts(OURS, [forecast("a", 7), forecast("b", 14), forecast("c", 1)])
    due = await stores.models.due_forecasts(OURS, CUT + timedelta(days=10))
    assert [one.entity_id for one in due] == ["c", "a"]
    scored = [one.model_copy(update={"state": ForecastState.SCORED, "outcome": 2.5}) for one in due]
    await stores.models.save_forecasts(OURS, scored)
    assert await stores.models.due_forecasts(OURS, CUT + timedelta(days=10)) == []
    assert [one.entity_id for one in await stores.models.forecasts(OURS)] == ["b", "a", "c"]
    assert len(await stores.models.forecasts(OURS, ForecastState.SCORED)) == 2
    assert await stores.models.due_forecasts(THEIRS, CUT + timedelta(days=99)) == []
