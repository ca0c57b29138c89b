"""Meta's typed legs against the sandbox market over HTTP, judged by its own log of writes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from omnify_core.campaigns import Campaign, EntityRef, Level, Platform, Status
from omnify_core.clock import SystemClock
from omnify_core.errors import OutcomeUnknown, PlatformNotFound, PlatformRejected, Unsupported
from omnify_core.legs import (
    AdGroupLeg,
    AdLeg,
    AudienceLeg,
    BidLeg,
    CampaignLeg,
    CreationLeg,
    NameLeg,
    StatusLeg,
    TargetingLeg,
)
from omnify_core.money import Money
from omnify_core.platform_ports import AdPlatform
from omnify_core.specs import AdGroupSpec, AdSpec, AudienceSpec, CampaignSpec, Gender, Objective, Targeting
from omnify_platforms.connected import open_adapter
from omnify_platforms.connections import Connection
from omnify_platforms.transport import Means
from tests.builders.platform_wire import FakePace
from tests.builders.sandbox_server import SandboxServer, sandbox_server

META = Platform.META
UK = Targeting(countries=("GB", "IE"), age_min=21, age_max=54, genders=(Gender.FEMALE,))
AD = AdSpec(
    name="Spring, hours back",
    headlines=("Get 11 hours back",),
    descriptions=("Let it run by itself.", "Free for 14 days"),
    url="https://techflow.example/spring?a=1&b=2",
    call_to_action="SIGN_UP",
)


@dataclass
class Desk:
    ads: AdPlatform
    hurried: AdPlatform
    sandbox: SandboxServer
    before: int

    @property
    def writes(self) -> list[dict[str, Any]]:
        return self.sandbox.writes(self.before)

    async def account(self) -> EntityRef:
        first = (await self.ads.accounts())[0]
        return EntityRef(
            platform=META, account_id=first.account_id, level=Level.ACCOUNT, native_id=first.account_id
        )

    async def campaign(self, part: str) -> Campaign:
        account = (await self.ads.accounts())[0]
        return next(c for c in [c async for c in self.ads.campaigns(account)] if part in c.name)

    async def ad_set(self, part: str) -> EntityRef:
        account = (await self.ads.accounts())[0]
        return next(g.ref for g in [g async for g in self.ads.ad_groups(account)] if part in g.name)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with sandbox_server() as server:
        yield server


@pytest.fixture
async def desk(sandbox: SandboxServer) -> AsyncIterator[Desk]:
    async def keep(_rejected: Connection, renewed: Connection) -> Connection:
        return renewed

    async with httpx.AsyncClient(verify=False, trust_env=False) as http:
        ads, hurried = (
            open_adapter(sandbox.connection(META), Means(http, SystemClock(), FakePace(), limit_s), keep=keep)
            for limit_s in (20.0, 1.0)
        )
        yield Desk(ads, hurried, sandbox, len(sandbox.writes()))
    sandbox.heal()


def below(parent: EntityRef, level: Level, native_id: str) -> EntityRef:
    return parent.model_copy(update={"level": level, "native_id": native_id})


async def make(desk: Desk, leg: CreationLeg) -> str:
    """The id of what the leg creates, read back as it was wanted."""
    assert (await desk.ads.look(leg)).value is None
    await desk.ads.write(leg, key="k")
    look = await desk.ads.look(leg)
    assert look.value == leg.after
    return look.native_id


async def new_campaign(desk: Desk, name: str, objective: Objective = Objective.SALES) -> EntityRef:
    account = await desk.account()
    spec = CampaignSpec(name=name, objective=objective, daily_budget=Money.parse("75.50", "USD"))
    return below(account, Level.CAMPAIGN, await make(desk, CampaignLeg(ref=account, name=name, after=spec)))


async def new_ad_set(desk: Desk, campaign: EntityRef, name: str) -> EntityRef:
    leg = AdGroupLeg(ref=campaign, name=name, after=AdGroupSpec(name=name, targeting=UK))
    return below(campaign, Level.AD_GROUP, await make(desk, leg))


@pytest.mark.parametrize("objective", Objective)
async def test_a_campaign_an_ad_set_and_an_ad_are_made_paused(desk: Desk, objective: Objective) -> None:
    campaign = await new_campaign(desk, f"New {objective}", objective)
    ad_set = await new_ad_set(desk, campaign, "Women, UK")
    ad = below(ad_set, Level.AD, await make(desk, AdLeg(ref=ad_set, name=AD.name, after=AD)))
    for ref in (campaign, ad_set, ad):
        assert (await desk.ads.read(ref)).status is Status.PAUSED
    kinds = [write["object"].partition("/")[0] for write in desk.writes if write["field"] == "created"]
    # One text is one creative, however many ads show it.
    assert kinds in (["campaign", "adset", "creative", "ad"], ["campaign", "adset", "ad"])


async def test_what_was_made_is_taken_away_and_is_no_longer_found(desk: Desk) -> None:
    campaign = await new_campaign(desk, "Short-lived")
    ad_set = await new_ad_set(desk, campaign, "Women")
    ad = AdLeg(ref=ad_set, name=AD.name, after=AD)
    await make(desk, ad)
    account = await desk.account()
    group = AdGroupLeg(ref=campaign, name="Women", after=AdGroupSpec(name="Women", targeting=UK))
    spec = CampaignSpec(
        name="Short-lived", objective=Objective.SALES, daily_budget=Money.parse("75.50", "USD")
    )
    for leg in (ad, group, CampaignLeg(ref=account, name=spec.name, after=spec)):
        removal = leg.model_copy(update={"before": leg.after, "after": None})
        assert (await desk.ads.look(removal)).value == removal.before
        assert "nothing was carried out" in await desk.ads.dry_run(removal)
        await desk.ads.write(removal, key="k")
        assert (await desk.ads.look(removal)).value is None
        with pytest.raises(PlatformNotFound):
            await desk.ads.write(removal, key="k")
    assert [w["after"] for w in desk.writes[-3:]] == ["removed"] * 3


async def test_a_customer_list_is_made_filled_read_and_deleted(desk: Desk) -> None:
    account = await desk.account()
    members = tuple(f"{n:064x}" for n in (7, 3, 11))
    spec = AudienceSpec(name="Buyers of spring", description="From the shop", members=members)
    leg = AudienceLeg(ref=account, name=spec.name, after=spec)
    assert "nothing was carried out" in await desk.ads.dry_run(leg)
    await make(desk, leg)
    assert [w["field"] for w in desk.writes] == ["created", "members", "sessions"]
    assert desk.writes[1]["after"].startswith("3 ")
    others = leg.model_copy(update={"after": spec.model_copy(update={"members": members[:2]})})
    # Meta shows nobody; whom else somebody may mean has not arrived.
    assert (await desk.ads.look(others)).value == spec.model_copy(update={"members": ()})
    rows = [row async for row in desk.ads.audiences((await desk.ads.accounts())[0])]
    assert {row.name: (row.kind, row.people) for row in rows}["Buyers of spring"] == ("custom", None)
    removal = leg.model_copy(update={"before": spec, "after": None})
    await desk.ads.write(removal, key="k")
    assert (await desk.ads.look(removal)).value is None


async def test_an_empty_customer_list_is_only_made(desk: Desk) -> None:
    spec = AudienceSpec(name="Nobody yet")
    await make(desk, AudienceLeg(ref=await desk.account(), name=spec.name, after=spec))
    assert [w["field"] for w in desk.writes] == ["created"]


async def test_a_list_that_was_made_but_not_filled_is_not_taken_for_the_whole(desk: Desk) -> None:
    spec = AudienceSpec(name="Half a list", members=("a" * 64,))
    leg = AudienceLeg(ref=await desk.account(), name=spec.name, after=spec)
    desk.sandbox.fault("server_error", platform="meta", path="/users")
    with pytest.raises(OutcomeUnknown, match="was not filled"):
        await desk.ads.write(leg, key="k")
    assert (await desk.ads.look(leg)).value == AudienceSpec(name="Half a list")


@pytest.mark.parametrize("level", [Level.CAMPAIGN, Level.AD_GROUP, Level.AD])
async def test_each_level_is_renamed_and_removed(desk: Desk, level: Level) -> None:
    campaign = await new_campaign(desk, f"To be renamed {level}")
    ad_set = await new_ad_set(desk, campaign, "Set")
    ad = below(ad_set, Level.AD, await make(desk, AdLeg(ref=ad_set, name=AD.name, after=AD)))
    ref = {Level.CAMPAIGN: campaign, Level.AD_GROUP: ad_set, Level.AD: ad}[level]
    leg = NameLeg(
        ref=ref,
        name="x",
        before=(await desk.ads.look(NameLeg(ref=ref, name="x", after="y"))).value,
        after="Ünïcode & more",
    )
    assert "nothing was carried out" in await desk.ads.dry_run(leg)
    await desk.ads.write(leg, key="k")
    assert (await desk.ads.look(leg)).value == "Ünïcode & more"
    gone = StatusLeg(
        ref=ref,
        name="x",
        budget_key="",
        before=Status.PAUSED,
        after=Status.REMOVED,
        daily_budget=Money.zero("USD"),
    )
    await desk.ads.write(gone, key="k")
    assert (await desk.ads.read(ref)).status is Status.REMOVED


async def test_a_bid_is_set_where_the_strategy_has_one(desk: Desk) -> None:
    ref = await desk.ad_set("_RT_")
    leg = BidLeg(ref=ref, name="x", after=Money.parse("4.20", "USD"))
    shown = (await desk.ads.look(leg)).value
    assert isinstance(shown, Money)
    assert shown.minor >= 900
    await desk.ads.write(leg.model_copy(update={"before": shown}), key="k")
    assert (await desk.ads.look(leg)).value == leg.after
    (write,) = desk.writes
    assert (write["field"], write["before"], write["after"]) == ("bid_amount", "", 420)


async def test_a_bid_has_no_place_under_a_strategy_without_a_cap(desk: Desk) -> None:
    leg = BidLeg(ref=await desk.ad_set("_LAL1_"), name="x", after=Money.parse("4.20", "USD"))
    for call in (desk.ads.look(leg), desk.ads.dry_run(leg), desk.ads.write(leg, key="k")):
        with pytest.raises(Unsupported, match="LOWEST_COST_WITHOUT_CAP"):
            await call
    assert desk.writes == []


async def test_targeting_is_read_changed_and_read_back(desk: Desk) -> None:
    ref = await desk.ad_set("_LAL3_")
    audience = (await anext(aiter(desk.ads.audiences((await desk.ads.accounts())[0])))).native_id
    wanted = Targeting(
        countries=("US", "CA"),
        excluded_countries=("MX",),
        age_min=30,
        audiences=(audience,),
        interests=("6003139266461",),
    )
    leg = TargetingLeg(ref=ref, name="x", after=wanted)
    before = (await desk.ads.look(leg)).value
    assert before == Targeting(countries=("US",), age_min=25, age_max=64)
    assert "nothing was carried out" in await desk.ads.dry_run(leg)
    await desk.ads.write(leg.model_copy(update={"before": before}), key="k")
    assert (await desk.ads.look(leg)).value == wanted
    (write,) = desk.writes
    assert json.loads(write["after"])["targeting_automation"] == {"advantage_audience": 0}


async def test_two_of_one_name_are_told_apart_by_a_person(desk: Desk) -> None:
    account = await desk.account()
    spec = CampaignSpec(name="Twice", objective=Objective.TRAFFIC, daily_budget=Money.parse("10", "USD"))
    leg = CampaignLeg(ref=account, name="Twice", after=spec)
    for _ in range(2):
        await desk.ads.write(leg, key="k")
    with pytest.raises(PlatformRejected, match="2 of campaigns"):
        await desk.ads.look(leg)


async def test_a_creative_that_an_earlier_attempt_left_is_used_and_not_made_again(desk: Desk) -> None:
    ad_set = await new_ad_set(desk, await new_campaign(desk, "Orphans"), "Set")
    spec = AD.model_copy(update={"name": "Orphan"})
    leg = AdLeg(ref=ad_set, name="Orphan", after=spec)
    desk.sandbox.fault("server_error", platform="meta", path="/ads", writes=True)
    with pytest.raises(OutcomeUnknown):
        await desk.ads.write(leg, key="k")
    assert (await desk.ads.look(leg)).value is None
    desk.sandbox.heal()
    await make(desk, leg)
    made = [w["object"].partition("/")[0] for w in desk.writes if w["field"] == "created"]
    assert made == ["campaign", "adset", "creative", "ad"]
