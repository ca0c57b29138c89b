"""From a wish to a stored change set: fresh reads, typed legs, a verdict, an effect, an expiry."""

from __future__ import annotations

from datetime import timedelta

import pytest

from omnify_core.campaigns import AdGroup, EntityRef, Level, Platform, Status
from omnify_core.change_sets import ChangeSetStatus
from omnify_core.errors import (
    BadInput,
    Forbidden,
    NotFound,
    PlatformUnavailable,
    ReconnectNeeded,
    Unsupported,
)
from omnify_core.ids import EntityId, TenantId
from omnify_core.legs import BudgetLeg, StatusLeg
from omnify_core.money import Money
from omnify_guardrails import WantedBudget, WantedStatus
from tests.builders.money import NOON, OURS, MoneyHouse, a_policy, actor, money_house, usd

S = ChangeSetStatus


async def test_what_stands_before_comes_from_a_fresh_read_and_not_from_the_import(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    await house.import_market()
    house.world.set_budget(campaign, usd(110))
    proposed = await house.money.propose(
        actor("analyst"), [WantedBudget(entity_id=campaign, amount=usd(120))], title="", reason=""
    )
    (leg,) = proposed.plan.legs
    assert isinstance(leg, BudgetLeg)
    assert (leg.before, leg.after, leg.budget_key) == (usd(110), usd(120), "campaign/1")


async def test_the_card_carries_worst_case_dry_run_and_what_platforms_may_overspend(
    house: MoneyHouse,
) -> None:
    campaign = house.world.campaign("1", "100", platform=Platform.GOOGLE)
    effect = (await house.raise_to(campaign, 120)).effect
    assert effect is not None
    assert effect.worst_case == usd(40)
    assert effect.dry_runs == ("would be accepted",)
    assert any("2 times a daily budget" in note for note in effect.notes)


async def test_what_the_platform_would_refuse_is_not_put_before_a_person(house: MoneyHouse) -> None:
    house.meta.refuses_dry_run = "the minimum is 200"
    denied = await house.raise_to(house.world.campaign("1", "100"), 120)
    assert denied.status is S.DENIED
    (finding,) = denied.verdict.denials
    assert finding.rule == "platform_dry_run"
    assert "the minimum is 200" in finding.message


async def test_what_the_policy_refuses_is_stored_as_denied_with_the_rule(house: MoneyHouse) -> None:
    denied = await house.raise_to(house.world.campaign("1", "100"), 500)
    assert denied.status is S.DENIED
    assert "step_share" in [finding.rule for finding in denied.verdict.denials]
    assert denied.effect is None
    (row,) = await house.stores.audit.rows(OURS)
    assert (row.action, row.subject) == ("change_set.denied", denied.id)


async def test_a_large_raise_must_be_decided_within_a_quarter_of_an_hour() -> None:
    async with money_house(a_policy(short_expiry_above=usd(20))) as house:
        small = await house.raise_to(house.world.campaign("1", "100"), 120)
        large = await house.raise_to(house.world.campaign("2", "100"), "120.01")
        assert small.expires_at == NOON + timedelta(hours=24)
        assert large.expires_at == NOON + timedelta(minutes=15)


async def test_an_agents_proposal_names_the_person_and_the_agent(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    await house.import_market()
    proposed = await house.money.propose(
        actor("owner", agent="VOICE"),
        [WantedBudget(entity_id=campaign, amount=usd(120))],
        title="Raise\u202e it\n now",
        reason="r" * 5000,
    )
    assert (proposed.proposed_by, proposed.proposed_by_agent) == ("u_owner", "VOICE")
    assert proposed.title == "Raise⟨U+202E⟩ it now"
    assert len(proposed.reason) == 1000


async def test_enabling_knows_what_it_puts_at_stake_after_the_steps_before_it(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100", status=Status.PAUSED)
    proposed = await house.propose(
        WantedBudget(entity_id=campaign, amount=usd(130)),
        WantedStatus(entity_id=campaign, status=Status.ENABLED),
    )
    budget, status = proposed.plan.legs
    assert isinstance(budget, BudgetLeg)
    assert isinstance(status, StatusLeg)
    assert status.daily_budget == usd(130)
    await house.approve(proposed)
    await house.work()
    assert (await house.stored(proposed)).status is S.DONE
    assert house.world.held[campaign].status is Status.ENABLED


async def test_enabling_a_campaign_whose_budgets_sit_below_it_counts_its_enabled_groups(
    house: MoneyHouse,
) -> None:
    campaign = house.world.campaign("1", None, status=Status.PAUSED)
    for number, status in ((11, Status.ENABLED), (12, Status.ENABLED), (13, Status.PAUSED)):
        ref = EntityRef(
            platform=Platform.META, account_id="act_9", level=Level.AD_GROUP, native_id=str(number)
        )
        house.world.groups.append(
            AdGroup(ref=ref, campaign_id=campaign, name="", status=status, daily_budget=usd(30), read_at=NOON)
        )
    proposed = await house.propose(WantedStatus(entity_id=campaign, status=Status.ENABLED))
    (leg,) = proposed.plan.legs
    assert isinstance(leg, StatusLeg)
    assert leg.daily_budget == usd(60)
    assert proposed.status is S.PROPOSED


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (usd(100), "already has"),
        (Money(0, "USD"), "above zero"),
        (Money(-1, "USD"), "above zero"),
        (Money(12_000, "EUR"), "is in USD, not EUR"),
    ],
)
async def test_a_budget_that_makes_no_sense_is_refused_with_the_cure(
    house: MoneyHouse, amount: Money, words: str
) -> None:
    campaign = house.world.campaign("1", "100")
    with pytest.raises(BadInput, match=words):
        await house.propose(WantedBudget(entity_id=campaign, amount=amount))


async def test_a_campaign_without_a_budget_of_its_own_says_so(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", None)
    with pytest.raises(Unsupported, match="where the budget sits"):
        await house.raise_to(campaign, 120)


async def test_nothing_is_removed_unless_an_owner_allows_it(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    denied = await house.propose(WantedStatus(entity_id=campaign, status=Status.REMOVED))
    assert [finding.rule for finding in denied.verdict.denials] == ["blocked"]
    house.world.held[campaign].status = Status.REMOVED
    with pytest.raises(BadInput, match="is removed"):
        await house.raise_to(campaign, 120)


async def test_two_changes_of_one_shared_budget_are_refused(house: MoneyHouse) -> None:
    ids = [house.world.campaign(number, "100", shared="shared/7") for number in ("1", "2")]
    with pytest.raises(BadInput, match="two changes meet in one object"):
        await house.propose(*[WantedBudget(entity_id=id_, amount=usd(120)) for id_ in ids])


async def test_an_unknown_campaign_and_a_foreign_one_answer_the_same(house: MoneyHouse) -> None:
    with pytest.raises(NotFound):
        await house.raise_to(EntityId("meta:404"), 120)


async def test_a_platform_that_is_not_connected_says_what_to_do(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    await house.import_market()
    house.money._ports.platforms.adapters.pop(Platform.META)  # type: ignore[attr-defined]
    with pytest.raises(ReconnectNeeded, match="Meta Ads is not connected"):
        await house.money.propose(
            actor("owner"), [WantedBudget(entity_id=campaign, amount=usd(120))], title="", reason=""
        )


async def test_without_a_policy_nothing_can_be_proposed(house: MoneyHouse) -> None:
    stranger = actor("owner").model_copy(update={"tenant_id": TenantId("t2")})
    with pytest.raises(NotFound):
        await house.money.propose(
            stranger, [WantedBudget(entity_id=EntityId("meta:1"), amount=usd(1))], title="", reason=""
        )


async def test_a_viewer_may_not_propose(house: MoneyHouse) -> None:
    with pytest.raises(Forbidden):
        await house.raise_to(house.world.campaign("1", "100"), 120, by="viewer")


async def test_a_raise_needs_every_platforms_figures_and_a_decrease_does_not(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    await house.import_market()

    async def down() -> None:
        raise PlatformUnavailable("down")

    house.google.listing = down  # type: ignore[method-assign]
    with pytest.raises(PlatformUnavailable):
        await house.money.propose(
            actor("owner"), [WantedBudget(entity_id=campaign, amount=usd(120))], title="", reason=""
        )
    lowered = await house.money.propose(
        actor("owner"), [WantedBudget(entity_id=campaign, amount=usd(80))], title="", reason=""
    )
    assert lowered.status is S.PROPOSED


async def test_a_preview_stores_nothing(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    await house.import_market()
    draft = await house.money.preview(actor("owner"), [WantedBudget(entity_id=campaign, amount=usd(120))])
    assert draft.verdict.allowed
    assert await house.stores.change_sets.of_tenant(OURS) == []
    assert await house.stores.audit.rows(OURS) == []


async def test_a_plan_without_a_title_is_named_after_its_first_step(house: MoneyHouse) -> None:
    proposed = await house.raise_to(house.world.campaign("1", "100", name="Spring"), 120)
    assert proposed.title == "Spring (meta:1): 100.00 USD to 120.00 USD"
