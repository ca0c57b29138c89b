"""Edits made on the platforms themselves: noticed once, told in words, never our own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from omnify_core.campaigns import Campaign, EntityRef, Level, Platform, Status
from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegRecord, LegStatus, Plan, Verdict
from omnify_core.clock import FixedClock
from omnify_core.ids import ChangeSetId, UserId
from omnify_core.legs import BudgetLeg
from omnify_core.money import Money
from omnify_core.timeline import Severity
from omnify_memory import Stores, open_sqlite, stores_on
from omnify_server.outside import Edit, Notices, edits_of
from tests.builders.big_account import NOON
from tests.builders.sync_desk import TENANT, SyncDesk, open_sync

META = Platform.META
FIVE = (Platform.GOOGLE, META, Platform.LINKEDIN, Platform.TIKTOK, Platform.YOUTUBE)


async def ui_edit(desk: SyncDesk, campaign: Campaign, **change: str) -> None:
    body = {"platform": campaign.ref.platform.value, "campaign_id": campaign.ref.native_id} | change
    reply = await desk.wire.control("POST", "ui-edit", body)
    assert reply.status_code == 200, reply.text


async def test_all_five_platforms_are_imported_and_edits_on_each_are_noticed_once() -> None:
    async with open_sync(*FIVE, history_days=3) as desk:
        states = await desk.run()
        assert [state.error for state in states.values()] == [""] * 5
        assert {platform: state.campaigns for platform, state in states.items()} == {
            platform: len(await desk.market.campaigns(TENANT, platform)) for platform in FIVE
        }
        assert desk.edits == []
        for platform in FIVE:
            campaign = (await desk.market.campaigns(TENANT, platform))[0]
            await ui_edit(desk, campaign, daily_budget="77.70")
        await desk.run()
        found = {edit.platform: edit for edit in desk.edits if edit.after == "77.70 USD"}
        assert set(found) == set(FIVE)
        assert {edit.field for edit in found.values()} == {"daily budget"}
        desk.edits.clear()
        await desk.run()
        assert desk.edits == []


async def test_a_campaign_that_is_gone_from_the_platform_no_longer_counts_as_running() -> None:
    async with open_sync(META, history_days=3) as desk:
        await desk.run()
        campaign = next(
            one for one in await desk.market.campaigns(TENANT, META) if one.status is Status.ENABLED
        )
        await ui_edit(desk, campaign, status="removed")
        await desk.run()
        assert (await desk.market.campaign(TENANT, campaign.id)).status is Status.REMOVED
        assert [(edit.field, edit.before, edit.after) for edit in desk.edits] == [
            ("status", "enabled", "removed")
        ]


def campaign(
    number: int = 1, budget: str = "100", status: Status = Status.ENABLED, name: str = "A"
) -> Campaign:
    ref = EntityRef(platform=META, account_id="501", level=Level.CAMPAIGN, native_id=str(number))
    money = Money.parse(budget, "USD")
    return Campaign(
        ref=ref, name=name, status=status, daily_budget=money, budget_key="1", currency="USD", read_at=NOON
    )


def test_a_new_campaign_is_told_with_what_it_may_spend() -> None:
    (edit,) = edits_of(None, campaign(budget="55.50"))
    assert (edit.field, edit.after) == ("campaign", "enabled, daily budget 55.50 USD")


@pytest.fixture
async def stores() -> AsyncIterator[Stores]:
    async with open_sqlite(None) as documents:
        yield stores_on(documents)


def budget_edit(after: str, name: str = "A", number: int = 1) -> Edit:
    (edit,) = edits_of(campaign(number), campaign(number, after, name=name))
    return edit


def written(before: str, after: str) -> ChangeSet:
    """A change set of ours that has just set the budget of campaign 1."""
    one = campaign()
    leg = BudgetLeg(
        ref=one.ref,
        name=one.name,
        budget_key="1",
        before=Money.parse(before, "USD"),
        after=Money.parse(after, "USD"),
    )
    plan = Plan(
        tenant_id=TENANT,
        change_set_id=ChangeSetId("cs_1"),
        legs=(leg,),
        expires_at=NOON + timedelta(hours=1),
    )
    return ChangeSet(
        id=plan.change_set_id,
        tenant_id=TENANT,
        status=ChangeSetStatus.DONE,
        title="",
        reason="",
        plan=plan,
        plan_hash=plan.hash,
        verdict=Verdict(allowed=True, policy_version=1, findings=()),
        proposed_by=UserId("u"),
        created_at=NOON,
        updated_at=NOON,
        records=(LegRecord(status=LegStatus.DONE, attempt=1, sent_at=NOON),),
    )


async def test_what_we_wrote_ourselves_is_no_news_and_a_lagging_listing_is_none_for_a_while(
    stores: Stores,
) -> None:
    clock = FixedClock(NOON + timedelta(minutes=2))
    notices = Notices(stores.change_sets, stores.timeline, clock)
    await stores.change_sets.add(written("90", "120"))
    await notices.notice(TENANT, [budget_edit("120"), budget_edit("90")])
    assert await stores.timeline.entries(TENANT) == []
    clock.move_to(NOON + timedelta(minutes=20))
    await notices.notice(TENANT, [budget_edit("120"), budget_edit("90")])
    (entry,) = await stores.timeline.entries(TENANT)
    assert entry.title == "1 edit made outside OmniFy on Meta Ads"
    assert "100.00 USD → 90.00 USD" in entry.text
    assert entry.severity is Severity.ATTENTION


async def test_names_cannot_become_markdown_and_long_lists_end(stores: Stores) -> None:
    notices = Notices(stores.change_sets, stores.timeline, FixedClock(NOON))
    edits = [budget_edit("90", "`[x](javascript:y)`\n# Title", number) for number in range(30)]
    await notices.notice(TENANT, edits)
    (entry,) = await stores.timeline.entries(TENANT)
    lines = entry.text.splitlines()
    assert lines[0].startswith("- `'[x](javascript:y)' # Title`: daily budget")
    assert (len(lines), lines[-1]) == (21, "- and 10 more")
