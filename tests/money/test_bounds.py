"""Where things begin and end: the last moment, the smallest amount, the most at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from omnify_core.audit import GENESIS
from omnify_core.campaigns import Platform, Status
from omnify_core.change_sets import ChangeSetStatus, Lease
from omnify_core.errors import BadInput, PlatformUnavailable, Unsupported
from omnify_core.money import Money
from omnify_guardrails import WantedBudget, WantedStatus, chain_head, verify_chain
from omnify_guardrails.delegating import LONGEST
from omnify_guardrails.delivery import delivery_notes
from tests.builders.money import NOON, OURS, PEOPLE, MoneyHouse, actor, usd
from tests.builders.stores import day_of_figures
from tests.money.test_pictures import enabling

S = ChangeSetStatus


async def test_a_plan_expires_at_its_time_and_not_after_it(house: MoneyHouse) -> None:
    plan = await house.approved(house.world.campaign("1", "100"), 120)
    house.clock.move_to(plan.expires_at)
    assert await house.money.apply_due("worker") == 1
    assert (await house.stored(plan)).status is S.EXPIRED
    assert not house.world.requests


async def test_a_round_says_how_many_plans_it_moved_on(house: MoneyHouse) -> None:
    assert await house.money.apply_due("worker") == 0
    for number in ("1", "2"):
        await house.approved(house.world.campaign(number, "100"), 120)
    assert await house.money.apply_due("worker") == 2
    assert await house.money.apply_due("worker") == 0


@pytest.mark.parametrize(("left_s", "moved"), [(1, 0), (0, 1), (-1, 1)])
async def test_a_lease_holds_until_its_end(house: MoneyHouse, left_s: int, moved: int) -> None:
    plan = await house.approved(house.world.campaign("1", "100"), 120)
    lease = Lease(holder="other", until=NOON + timedelta(seconds=left_s), fence=4)
    await house.stores.change_sets.replace(plan.model_copy(update={"lease": lease}))
    assert await house.money.apply_due("worker") == moved


async def test_each_holder_has_a_higher_fence_than_the_one_before(house: MoneyHouse) -> None:
    first = await house.approved(house.world.campaign("1", "100"), 120)
    await house.money.apply_due("worker")
    second = await house.approved(house.world.campaign("2", "100"), 120)
    past = Lease(holder="other", until=NOON, fence=4)
    await house.stores.change_sets.replace(second.model_copy(update={"lease": past}))
    await house.money.apply_due("worker")
    rows = await house.stores.audit.rows(OURS)
    fences = {row.subject: row.facts["fence"] for row in rows if row.action == "leg.sending"}
    assert fences == {f"{first.id}/0": 1, f"{second.id}/0": 5}


async def test_a_change_set_has_one_to_two_hundred_changes(house: MoneyHouse) -> None:
    with pytest.raises(BadInput, match="not 0"):
        await house.propose()
    ids = [house.world.campaign(str(number), "1") for number in range(1, 202)]
    wanted = [WantedStatus(entity_id=id_, status=Status.PAUSED) for id_ in ids]
    assert len((await house.propose(*wanted[:200])).plan.legs) == 200
    with pytest.raises(BadInput, match="1 to 200 changes, not 201"):
        await house.propose(*wanted)


async def test_the_smallest_budget_is_one_minor_unit(house: MoneyHouse) -> None:
    entity = house.world.campaign("1", "0.02")
    assert await house.propose(WantedBudget(entity_id=entity, amount=Money(1, "USD")))
    with pytest.raises(BadInput, match="above zero"):
        await house.propose(WantedBudget(entity_id=entity, amount=Money(0, "USD")))


async def test_what_has_its_status_already_is_not_put_before_anybody(house: MoneyHouse) -> None:
    entity = house.world.campaign("1", "100")
    with pytest.raises(BadInput, match="enabled already; nothing to change"):
        await house.propose(WantedStatus(entity_id=entity, status=Status.ENABLED))


async def test_what_no_validation_is_to_be_had_for_says_so(house: MoneyHouse) -> None:
    entity = house.world.campaign("1", "100")
    for trouble, told in (
        (Unsupported("not for this"), "Meta Ads validates nothing in advance: not for this"),
        (PlatformUnavailable("busy"), "Meta Ads could not validate it now: busy"),
        (TimeoutError(), "Meta Ads could not validate it now: it took too long"),
    ):

        async def fails(_: object, trouble: Exception = trouble) -> str:
            raise trouble

        house.meta.dry_run = fails  # type: ignore[method-assign]
        card = await house.raise_to(entity, 120)
        assert card.effect is not None
        assert card.effect.dry_runs == (told,)
    house.meta.capabilities = house.meta.capabilities.model_copy(update={"can_dry_run": False})
    card = await house.raise_to(entity, 120)
    assert card.effect is not None
    assert card.effect.dry_runs == ("Meta Ads validates nothing in advance.",)


async def test_the_right_to_approve_is_lent_for_ninety_days_at_most_and_above_zero(house: MoneyHouse) -> None:
    async def lend(until: timedelta, limit: Money | None = None, by: str = "owner") -> object:
        to = PEOPLE["analyst"].id
        return await house.money.delegate(actor(by), to, ends_at=NOON + until, limit=limit)

    assert await lend(LONGEST)
    for wrong in (LONGEST + timedelta(seconds=1), timedelta(0)):
        with pytest.raises(BadInput, match="must lie ahead"):
            await lend(wrong)
    with pytest.raises(BadInput, match="above zero"):
        await lend(LONGEST, Money(0, "USD"))
    assert await lend(LONGEST, Money(1, "USD"))
    assert await lend(LONGEST, usd(50), by="manager")


async def test_the_head_of_an_empty_chain_is_where_every_chain_begins(house: MoneyHouse) -> None:
    head = await chain_head(house.stores.audit, OURS)
    assert (head.seq, head.hash) == (0, GENESIS)
    assert (await verify_chain(house.stores.audit, OURS, exported=head)).ok


async def test_a_chain_that_ends_where_its_head_was_exported_holds(house: MoneyHouse) -> None:
    await house.raise_to(house.world.campaign("1", "100"), 120)
    head = await chain_head(house.stores.audit, OURS)
    assert head.seq > 0
    assert (await verify_chain(house.stores.audit, OURS, exported=head)).ok


def test_a_pause_is_held_against_two_weeks_and_not_a_day_more() -> None:
    as_of = date(2026, 11, 1)
    rows = [
        day_of_figures(as_of - timedelta(days=back), entity, spend=usd(amount))
        for back, entity, amount in ((0, "meta:1201", 10), (13, "meta:2", 30), (14, "meta:2", 999))
    ]
    pause = enabling(before=Status.ENABLED, after=Status.PAUSED)
    (note,) = delivery_notes(rows, [pause], as_of)
    assert note.startswith("This pause removes 25.0% of spend")
    (unknown,) = delivery_notes([], [pause], as_of)
    assert unknown.startswith("This pause removes an unknown share of delivery")
    assert delivery_notes(rows, [enabling()], as_of) == ()


async def test_a_platform_is_touched_where_a_plan_names_it(house: MoneyHouse) -> None:
    google = house.world.campaign("7", "100", platform=Platform.GOOGLE)
    card = await house.raise_to(google, 120)
    assert [leg.ref.platform for leg in card.plan.legs] == [Platform.GOOGLE]
