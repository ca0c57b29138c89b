"""The port AdPlatform on each adapter, over real HTTP against the sandbox market, which logs what it did."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from omnify_core.campaigns import AD_LEVELS, AdAccount, Campaign, EntityRef, Level, Platform, Status
from omnify_core.clock import SystemClock
from omnify_core.errors import (
    OutcomeUnknown,
    PlatformError,
    PlatformNotFound,
    PlatformRejected,
    RateLimited,
    ReconnectNeeded,
    Unsupported,
)
from omnify_core.legs import BudgetLeg, StatusLeg
from omnify_core.money import Money, total
from omnify_core.platform_ports import AdPlatform
from omnify_platforms.connected import open_adapter
from omnify_platforms.connections import Connection
from omnify_platforms.transport import Means
from tests.builders.platform_wire import FakePace
from tests.builders.sandbox_server import TODAY, SandboxServer, sandbox_server

CAMPAIGNS = {
    Platform.GOOGLE: 26,
    Platform.META: 15,
    Platform.LINKEDIN: 6,
    Platform.TIKTOK: 6,
    Platform.YOUTUBE: 5,
}


@dataclass
class Desk:
    """An adapter on a running sandbox, and one that waits a second for an answer at most.

    What they wrote is read from the sandbox's own log.
    """

    ads: AdPlatform
    hurried: AdPlatform
    sandbox: SandboxServer
    pace: FakePace
    before: int

    @property
    def platform(self) -> Platform:
        return self.ads.platform

    @property
    def writes(self) -> list[tuple[str, str, str]]:
        return [(w["field"], str(w["before"]), str(w["after"])) for w in self.sandbox.writes(self.before)]

    async def campaigns(self) -> list[Campaign]:
        return [c for account in await self.ads.accounts() async for c in self.ads.campaigns(account)]

    async def running(self) -> Campaign:
        """A campaign with a budget of its own."""
        campaigns = await self.campaigns()
        keys = [c.budget_key for c in campaigns]
        return next(
            c
            for c in campaigns
            if c.status is Status.ENABLED and c.daily_budget and keys.count(c.budget_key) == 1
        )


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with sandbox_server(page_rows=700) as server:
        yield server


@pytest.fixture(params=CAMPAIGNS, ids=lambda platform: platform.value)
async def desk(request: pytest.FixtureRequest, sandbox: SandboxServer) -> AsyncIterator[Desk]:
    async def keep(_rejected: Connection, renewed: Connection) -> Connection:
        return renewed

    pace = FakePace()
    async with httpx.AsyncClient(verify=False, trust_env=False) as http:
        ads, hurried = (
            open_adapter(
                sandbox.connection(request.param), Means(http, SystemClock(), pace, limit_s), keep=keep
            )
            for limit_s in (20.0, 1.0)
        )
        yield Desk(ads, hurried, sandbox, pace, len(sandbox.writes()))
    sandbox.heal()


def budget_leg(campaign: Campaign, factor: str = "1.10") -> BudgetLeg:
    assert campaign.daily_budget is not None
    return BudgetLeg(
        ref=campaign.ref,
        name=campaign.name,
        budget_key=campaign.budget_key,
        before=campaign.daily_budget,
        after=campaign.daily_budget.times(Decimal(factor)),
    )


def status_leg(ref: EntityRef, before: Status, after: Status) -> StatusLeg:
    cost = Money.zero("USD")
    return StatusLeg(ref=ref, name="x", budget_key="", before=before, after=after, daily_budget=cost)


async def test_health_is_good_and_accounts_name_currency_and_zone(desk: Desk) -> None:
    assert (await desk.ads.health()).ok
    accounts = await desk.ads.accounts()
    assert accounts
    # LinkedIn's accounts have no zone of their own: its days are UTC's.
    zone = "UTC" if desk.platform is Platform.LINKEDIN else "America/New_York"
    assert {(a.currency, a.time_zone, a.platform) for a in accounts} == {("USD", zone, desk.platform)}


async def test_all_campaigns_are_listed_once_with_their_budgets(desk: Desk) -> None:
    campaigns = await desk.campaigns()
    assert len({c.id for c in campaigns}) == len(campaigns) == CAMPAIGNS[desk.ads.platform]
    with_budget = [c for c in campaigns if c.daily_budget]
    assert with_budget
    assert all(c.daily_budget.minor > 0 and c.budget_key for c in with_budget if c.daily_budget)
    assert all(not c.budget_key for c in campaigns if not c.daily_budget)


async def test_groups_and_creatives_hang_on_listed_parents(desk: Desk) -> None:
    campaign_ids = {c.id for c in await desk.campaigns()}
    for account in await desk.ads.accounts():
        groups = [group async for group in desk.ads.ad_groups(account)]
        creatives = [creative async for creative in desk.ads.creatives(account)]
        assert {group.campaign_id for group in groups} <= campaign_ids
        assert {c.ad_group_id for c in creatives} <= {group.id for group in groups}
        assert creatives
        assert all(c.name for c in creatives)
        # LinkedIn's creatives refer to posts, whose texts lie behind another permission.
        assert all(c.headline for c in creatives) or desk.platform is Platform.LINKEDIN


async def test_daily_metrics_add_up_over_the_levels(desk: Desk) -> None:
    account = (await desk.ads.accounts())[0]
    since, until = TODAY - timedelta(days=20), TODAY - timedelta(days=4)
    by_level = {
        level: [row async for row in desk.ads.daily_metrics(account, level, since, until)]
        for level in (Level.AD_GROUP, Level.AD)
    }
    assert {row.day for row in by_level[Level.AD]} == {since + timedelta(days=n) for n in range(17)}
    for rows in by_level.values():
        assert len({(row.entity_id, row.day) for row in rows}) == len(rows)
        assert all(row.impressions > 0 for row in rows)
    groups, ads = (total((row.spend for row in rows), "USD") for rows in by_level.values())
    # Each row is rounded to the cent.
    assert abs((groups - ads).minor) <= len(by_level[Level.AD])
    if desk.ads.capabilities.has_reach:
        assert all(row.reach and row.frequency and row.frequency >= 1 for row in by_level[Level.AD])


async def test_a_fresh_read_agrees_with_the_listing(desk: Desk) -> None:
    for campaign in (await desk.campaigns())[:5]:
        state = await desk.ads.read(campaign.ref)
        assert (state.status, state.daily_budget, state.budget_key) == (
            campaign.status,
            campaign.daily_budget,
            campaign.budget_key,
        )


async def test_a_fresh_read_reaches_groups_and_ads(desk: Desk) -> None:
    account = (await desk.ads.accounts())[0]
    group = await anext(aiter(desk.ads.ad_groups(account)))
    creative = await anext(aiter(desk.ads.creatives(account)))
    assert (await desk.ads.read(group.ref)).status is group.status
    assert (await desk.ads.read(creative.ref)).status is creative.status


async def test_a_dry_run_says_yes_and_changes_nothing(desk: Desk) -> None:
    campaign = await desk.running()
    if not desk.ads.capabilities.can_dry_run:
        with pytest.raises(Unsupported, match="no dry run"):
            await desk.ads.dry_run(budget_leg(campaign))
        return
    assert "nothing was carried out" in await desk.ads.dry_run(budget_leg(campaign))
    assert "nothing was carried out" in await desk.ads.dry_run(
        status_leg(campaign.ref, Status.ENABLED, Status.PAUSED)
    )
    assert desk.writes == []


async def test_a_dry_run_and_a_write_are_refused_alike(desk: Desk) -> None:
    campaign = await desk.running()
    leg = budget_leg(campaign).model_copy(update={"after": Money(0, "USD")})
    with pytest.raises(PlatformRejected) as refused:
        await desk.ads.write(leg, key="k")
    assert refused.value.request_id
    if desk.ads.capabilities.can_dry_run:
        with pytest.raises(PlatformRejected) as rehearsed:
            await desk.ads.dry_run(leg)
        assert rehearsed.value.field == refused.value.field
    assert desk.writes == []


async def test_a_budget_is_written_once_and_reads_back_as_written(desk: Desk) -> None:
    campaign = await desk.running()
    leg = budget_leg(campaign)
    await desk.ads.write(leg, key="k")
    assert desk.writes == [("daily_budget", str(leg.before.minor), str(leg.after.minor))]
    state = await desk.ads.read(campaign.ref)
    assert state.daily_budget == leg.after
    back = leg.model_copy(update={"before": leg.after, "after": leg.before})
    await desk.ads.write(back, key="k")
    assert (await desk.ads.read(campaign.ref)).daily_budget == leg.before


@pytest.mark.parametrize("level", AD_LEVELS)
async def test_pausing_and_enabling_read_back_as_written(desk: Desk, level: Level) -> None:
    ref = await one_enabled(desk, level)
    if level not in desk.ads.capabilities.status_levels:
        with pytest.raises(Unsupported):
            await desk.ads.write(status_leg(ref, Status.ENABLED, Status.PAUSED), key="k")
        assert desk.writes == []
        return
    await desk.ads.write(status_leg(ref, Status.ENABLED, Status.PAUSED), key="k")
    assert (await desk.ads.read(ref)).status is Status.PAUSED
    await desk.ads.write(status_leg(ref, Status.PAUSED, Status.ENABLED), key="k")
    assert (await desk.ads.read(ref)).status is Status.ENABLED
    assert [field for field, _, _ in desk.writes] == ["status", "status"]


async def one_enabled(desk: Desk, level: Level) -> EntityRef:
    """Of a campaign that its platform lets us change: Google's API only reads video campaigns."""
    account = (await desk.ads.accounts())[0]
    fixed = {c.id for c in await desk.campaigns() if c.objective == "VIDEO"}
    if level is Level.CAMPAIGN:
        campaigns = [c async for c in desk.ads.campaigns(account)]
        return [c.ref for c in campaigns if c.status is Status.ENABLED and c.id not in fixed][-1]
    listed = desk.ads.ad_groups(account) if level is Level.AD_GROUP else desk.ads.creatives(account)
    return [
        entity.ref
        async for entity in listed
        if entity.status is Status.ENABLED and entity.campaign_id not in fixed
    ][-1]


async def test_an_unknown_id_is_not_found(desk: Desk) -> None:
    campaign = await desk.running()
    with pytest.raises(PlatformNotFound):
        await desk.ads.read(campaign.ref.model_copy(update={"native_id": "999999999999"}))


async def test_an_edit_in_the_platform_s_own_ui_is_seen_by_the_next_read(desk: Desk) -> None:
    campaign = await desk.running()
    assert campaign.daily_budget is not None
    edit = {"platform": desk.ads.platform.value, "campaign_id": campaign.ref.native_id}
    desk.sandbox.control("POST", "ui-edit", edit | {"daily_budget": "77.70"})
    assert (await desk.ads.read(campaign.ref)).daily_budget == Money.parse("77.70", "USD")
    desk.sandbox.control("POST", "ui-edit", edit | {"daily_budget": campaign.daily_budget.amount})


@dataclass(frozen=True)
class Fault:
    """`done`: effective writes that the sandbox's log must show; `error`: what the caller is told."""

    kind: str
    error: type[PlatformError] | None
    done: int


WRITE_FAULTS = [
    Fault("rate_limit", RateLimited, 0),
    Fault("server_error", OutcomeUnknown, 0),
    Fault("timeout_before", OutcomeUnknown, 0),
    Fault("timeout_after", OutcomeUnknown, 1),
    Fault("cut_reply", OutcomeUnknown, 1),
    Fault("expired_token", None, 1),
    Fault("lying_success", None, 0),
    Fault("revoked", ReconnectNeeded, 0),
]

EXCEPTIONS = {
    # Nothing renews TikTok's tokens: an ended one needs a person.
    (Platform.TIKTOK, "expired_token"): Fault("expired_token", ReconnectNeeded, 0),
    # LinkedIn confirms without a body: its head is the whole answer, and there is nothing to cut.
    (Platform.LINKEDIN, "cut_reply"): Fault("cut_reply", None, 1),
}


@pytest.mark.parametrize("fault", WRITE_FAULTS, ids=lambda fault: fault.kind)
async def test_a_write_under_a_fault_is_never_done_twice_and_never_misreported(
    desk: Desk, fault: Fault
) -> None:
    campaign = await desk.running()
    leg = budget_leg(campaign)
    ads = desk.hurried if fault.kind.startswith("timeout") else desk.ads
    _ = await ads.accounts(), await ads.read(leg.ref)  # signs in, learns currencies: the fault strikes later
    fault = EXCEPTIONS.get((desk.platform, fault.kind), fault)
    desk.sandbox.fault(fault.kind, platform=ads.platform.value, writes=True)
    if fault.error is None:
        await ads.write(leg, key="k")
    else:
        with pytest.raises(fault.error) as caught:
            await ads.write(leg, key="k")
        assert type(caught.value) is fault.error
    desk.sandbox.heal()
    desk.pace.now_s += 120
    assert len(desk.writes) == fault.done
    state = await desk.ads.read(campaign.ref)
    assert state.daily_budget == (leg.after if fault.done else leg.before)
    if fault.done:
        await desk.ads.write(leg.model_copy(update={"before": leg.after, "after": leg.before}), key="k")


READ_FAULTS = ["server_error", "timeout_before", "timeout_after", "cut_reply", "expired_token"]


@pytest.mark.parametrize("kind", READ_FAULTS)
async def test_a_read_survives_a_fault_that_passes(desk: Desk, kind: str) -> None:
    campaign = await desk.running()
    ads = desk.hurried if kind.startswith("timeout") else desk.ads
    desk.sandbox.fault(kind, platform=ads.platform.value, writes=False)
    if (desk.platform, kind) == (Platform.TIKTOK, "expired_token"):
        with pytest.raises(ReconnectNeeded):
            await ads.read(campaign.ref)
        return
    assert (await ads.read(campaign.ref)).daily_budget == campaign.daily_budget


async def test_revoked_consent_asks_for_a_person(desk: Desk) -> None:
    campaign = await desk.running()
    desk.sandbox.fault("revoked", platform=desk.ads.platform.value)
    with pytest.raises(ReconnectNeeded):
        await desk.ads.read(campaign.ref)
    assert not (await desk.ads.health()).ok


async def test_a_token_that_ran_out_is_renewed_unnoticed(desk: Desk) -> None:
    campaign = await desk.running()
    desk.sandbox.control("POST", "advance", {"days": 0.05})
    assert (await desk.ads.read(campaign.ref)).budget_key == campaign.budget_key


async def test_a_stranger_s_account_is_refused(desk: Desk) -> None:
    stranger = AdAccount(
        platform=desk.ads.platform, account_id="1234567890", name="", currency="USD", time_zone="UTC"
    )
    with pytest.raises(PlatformError):
        _ = [row async for row in desk.ads.campaigns(stranger)]


async def test_what_is_shown_beyond_campaigns_is_named_and_the_rest_is_refused_in_words(desk: Desk) -> None:
    account = (await desk.ads.accounts())[0]
    since = TODAY - timedelta(days=20)
    reads = {
        "keywords": desk.ads.keywords(account),
        "search_terms": desk.ads.search_terms(account, since, TODAY),
        "audiences": desk.ads.audiences(account),
        "impression_shares": desk.ads.impression_shares(account, since, TODAY),
    }
    for name, rows in reads.items():
        if name in desk.ads.capabilities.reads:
            assert isinstance([row async for row in rows], list)
        else:
            with pytest.raises(Unsupported, match=f"shows no {name.replace('_', ' ')}"):
                await anext(rows)
