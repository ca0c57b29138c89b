"""Launches on LinkedIn and TikTok through the whole house: proposed, approved, made, judged by the log."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from omnify_core.campaigns import EntityRef, Level, Platform, Status
from omnify_core.legs import AdGroupLeg, AdLeg, AnyLeg, AudienceLeg, CampaignLeg, NameLeg, TargetingLeg
from omnify_core.money import Money
from omnify_core.people import Actor, Role
from omnify_core.platform_ports import AdPlatform
from omnify_core.specs import AdGroupSpec, AdSpec, AudienceSpec, CampaignSpec, Objective, Targeting
from omnify_server.seeding import DEMO_OWNER, DEMO_TENANT, connections_to
from tests.builders.house import House, open_house

OWNER = Actor(tenant_id=DEMO_TENANT, user_id=DEMO_OWNER, name="Demo owner", role=Role.OWNER)
NORDIC = Targeting(countries=("DK", "SE"), languages=("en",))
VIDEO = "v10033g5000012345678 ad-site-i18n-sg/1"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        assert opened.services.sandbox is not None
        for connection in connections_to(DEMO_TENANT, opened.services.sandbox, (Platform.TIKTOK,)):
            await opened.services.platforms.connect(connection)
        yield opened


async def adapter(house: House, platform: Platform) -> tuple[AdPlatform, str]:
    ads = (await house.services.platforms.of(DEMO_TENANT))[platform]
    return ads, (await ads.accounts())[0].account_id


def at(platform: Platform, account_id: str, level: Level, native_id: str = "") -> EntityRef:
    return EntityRef(platform=platform, account_id=account_id, level=level, native_id=native_id)


async def carried_out(house: House, legs: list[AnyLeg]) -> list[dict[str, Any]]:
    """What the market's own log shows of a plan that a person approved."""
    before = len((await house.control("GET", "writes"))["items"])
    plan = await house.services.money.propose(OWNER, legs, title="Launch", reason="A new season.")
    assert plan.status.value == "proposed", plan.verdict
    body = {"plan_hash": plan.plan_hash}
    approved = await house.api.post(f"/api/approvals/{plan.id}/approve", json=body)
    assert approved.status_code == 200, approved.text
    ended = await house.decided(str(plan.id), {"done", "failed", "needs_person"})
    assert ended["status"] == "done", ended
    log: list[dict[str, Any]] = (await house.control("GET", f"writes?after={before}"))["items"]
    return log


def made(log: list[dict[str, Any]]) -> dict[str, Any]:
    return {w["object"].partition("/")[0]: json.loads(w["after"]) for w in log if w["field"] == "created"}


async def test_a_linkedin_campaign_and_its_creative_are_made_as_approved(house: House) -> None:
    ads, account_id = await adapter(house, Platform.LINKEDIN)
    account = next(one for one in await ads.accounts() if one.account_id == account_id)
    shown = next(c for c in [c async for c in ads.creatives(account)] if c.status is Status.ENABLED)
    post = f"urn:li:share:71{shown.ref.native_id}00112233"
    spec = AdSpec(
        name="Post", headlines=("Post",), url=f"https://www.linkedin.com/feed/update/{post}", image=post
    )
    campaign = CampaignSpec(
        name="Nordics",
        objective=Objective.TRAFFIC,
        daily_budget=Money.parse("80", "USD"),
        targeting=NORDIC,
    )
    here = Platform.LINKEDIN, account_id
    log = await carried_out(
        house,
        [
            AdLeg(ref=at(*here, Level.CAMPAIGN), within="Nordics", name="Post", after=spec),
            CampaignLeg(ref=at(*here, Level.ACCOUNT, account_id), name="Nordics", after=campaign),
        ],
    )
    (new, creative) = (made(log)[name]["fields"] for name in ("campaign", "creative"))
    assert len(log) == 2
    assert (new["name"], new["daily_budget"], new["status"], new["bid"]) == ("Nordics", 8_000, "paused", 0)
    geos = json.loads(new["targeting"])["include"]["and"][0]["or"]["urn:li:adTargetingFacet:locations"]
    assert geos == ["urn:li:geo:104514075", "urn:li:geo:105117694"]
    assert json.loads(creative["made_of"])["content"] == {"reference": post}
    assert creative["status"] == "paused"


async def test_names_and_targeting_on_linkedin_are_what_was_approved(house: House) -> None:
    ads, account_id = await adapter(house, Platform.LINKEDIN)
    account = next(one for one in await ads.accounts() if one.account_id == account_id)
    campaign = next(c for c in [c async for c in ads.campaigns(account)] if c.status is Status.ENABLED)
    for leg in (
        NameLeg(ref=campaign.ref, name=campaign.name, after="Better name"),
        TargetingLeg(ref=campaign.ref, name=campaign.name, after=NORDIC),
    ):
        (write,) = await carried_out(house, [leg])
        assert write["campaign_ids"] == [campaign.ref.native_id]
    assert "urn:li:seniority:6" in write["after"], "what has no words of ours stays"


async def test_a_tiktok_launch_is_made_step_by_step_as_approved(house: House) -> None:
    _, account_id = await adapter(house, Platform.TIKTOK)
    here = Platform.TIKTOK, account_id
    account = at(*here, Level.ACCOUNT, account_id)
    campaign = CampaignSpec(
        name="Spring", objective=Objective.TRAFFIC, daily_budget=Money.parse("80.50", "USD")
    )
    group = AdGroupSpec(name="Nordics", bid=Money.parse("0.45", "USD"), targeting=NORDIC)
    ad = AdSpec(name="Hook", headlines=("Hours back",), url="https://techflow.example/", image=VIDEO)
    people = AudienceSpec(name="Buyers", members=("a" * 64, "b" * 64))
    log = await carried_out(
        house,
        [
            AdLeg(ref=at(*here, Level.AD_GROUP), within="Nordics", name="Hook", after=ad),
            AdGroupLeg(ref=at(*here, Level.CAMPAIGN), within="Spring", name="Nordics", after=group),
            AudienceLeg(ref=account, name="Buyers", after=people),
            CampaignLeg(ref=account, name="Spring", after=campaign),
        ],
    )
    found = made(log)
    assert len(log) == len(found) == 4
    assert found["campaign"]["fields"]["daily_budget"] == 8_050
    assert (found["adgroup"]["fields"]["bid_price"], found["audience"]["fields"]["people"]) == ("0.45", 2)
    assert found["adgroup"]["fields"]["location_ids"] == '["2623032","2661886"]'
    assert (found["adgroup"]["parent"], found["ad"]["parent"]) == (
        found["campaign"]["id"],
        found["adgroup"]["id"],
    )
    assert {found[name]["fields"]["status"] for name in ("campaign", "adgroup", "ad")} == {"paused"}
