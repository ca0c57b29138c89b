"""A launch on Meta through the whole house: proposed, approved, made step by step, judged by the log."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from omnify_core.campaigns import EntityRef, Level, Platform
from omnify_core.legs import AdGroupLeg, AdLeg, AnyLeg, AudienceLeg, CampaignLeg
from omnify_core.money import Money
from omnify_core.people import Actor, Role
from omnify_core.specs import AdGroupSpec, AdSpec, AudienceSpec, CampaignSpec, Objective, Targeting
from omnify_server.seeding import DEMO_OWNER, DEMO_TENANT
from tests.builders.house import House, open_house

OWNER = Actor(tenant_id=DEMO_TENANT, user_id=DEMO_OWNER, name="Demo owner", role=Role.OWNER)
AD = AdSpec(
    name="Hours back",
    headlines=("Get 11 hours back",),
    descriptions=("Let it run by itself.",),
    url="https://techflow.example/spring",
)
BUYERS = AudienceSpec(name="Buyers of spring", members=("a" * 64, "b" * 64))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


def launch(account_id: str) -> list[AnyLeg]:
    def at(level: Level, native_id: str = "") -> EntityRef:
        return EntityRef(platform=Platform.META, account_id=account_id, level=level, native_id=native_id)

    targeting = Targeting(countries=("CA", "US"), age_min=25)
    budget = Money.parse("80", "USD")
    account = at(Level.ACCOUNT, account_id)
    return [
        AdLeg(ref=at(Level.AD_GROUP), within="Everybody", name=AD.name, after=AD),
        AdGroupLeg(
            ref=at(Level.CAMPAIGN),
            within="Spring",
            name="Everybody",
            after=AdGroupSpec(name="Everybody", targeting=targeting),
        ),
        AudienceLeg(ref=account, name=BUYERS.name, after=BUYERS),
        CampaignLeg(
            ref=account,
            name="Spring",
            after=CampaignSpec(name="Spring", objective=Objective.SALES, daily_budget=budget),
        ),
    ]


async def test_what_was_approved_is_what_the_market_s_log_shows(house: House) -> None:
    ads = (await house.services.platforms.of(DEMO_TENANT))[Platform.META]
    account = (await ads.accounts())[0]
    before = len((await house.control("GET", "writes"))["items"])
    proposed = await house.services.money.propose(
        OWNER, launch(account.account_id), title="Spring", reason="A new season."
    )
    assert proposed.status.value == "proposed", proposed.verdict
    approved = await house.api.post(
        f"/api/approvals/{proposed.id}/approve", json={"plan_hash": proposed.plan_hash}
    )
    assert approved.status_code == 200, approved.text
    ended = await house.decided(str(proposed.id), {"done", "failed", "needs_person"})
    assert ended["status"] == "done", ended

    log: list[dict[str, Any]] = (await house.control("GET", f"writes?after={before}"))["items"]
    made = {w["object"].partition("/")[0]: json.loads(w["after"]) for w in log if w["field"] == "created"}
    assert set(made) == {"campaign", "adset", "creative", "ad", "audience"}
    assert len(log) == 7, "five things made, and one list filled in two fields"
    campaign, ad_set, ad = made["campaign"]["fields"], made["adset"]["fields"], made["ad"]["fields"]
    assert (campaign["name"], campaign["daily_budget"], campaign["status"]) == ("Spring", 8000, "paused")
    assert json.loads(ad_set["targeting"])["geo_locations"] == {"countries": ["CA", "US"]}
    assert (ad_set["status"], ad["status"], ad["headline"]) == ("paused", "paused", AD.headlines[0])
    assert next(w["after"] for w in log if w["field"] == "members").startswith("2 ")
    # The tenant's own picture knows of it at the next import, under the number that was read back.
    assert made["adset"]["parent"] == made["campaign"]["id"]
