"""Changes besides budgets and statuses: settings, creations and removals on the same path."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnify_core.campaigns import EntityRef, Level, Platform, Status
from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegStatus
from omnify_core.errors import BadInput, Conflict, NotFound, PolicyDenied, Unsupported
from omnify_core.legs import (
    AdGroupLeg,
    AdLeg,
    AnyLeg,
    BidLeg,
    CampaignLeg,
    KeywordLeg,
    NameLeg,
    TargetingLeg,
    object_key,
)
from omnify_core.platform_ports import Action
from omnify_core.policy import Operation
from omnify_core.specs import (
    AdGroupSpec,
    AdSpec,
    CampaignSpec,
    Keyword,
    Match,
    Objective,
    Targeting,
)
from omnify_guardrails import WantedStatus, leg_key, value_text
from tests.builders.ad_world import ACCOUNTS
from tests.builders.money import MoneyHouse, Trouble, a_policy, actor, usd

S = ChangeSetStatus
META = Platform.META


def ref(level: Level, native_id: str) -> EntityRef:
    return EntityRef(platform=META, account_id=ACCOUNTS[META], level=level, native_id=native_id)


GROUP, ACCOUNT = ref(Level.AD_GROUP, "77"), ref(Level.ACCOUNT, ACCOUNTS[META])
SHOES = Keyword(text="running shoes", match=Match.PHRASE, bid=usd("0.80"))
BID = BidLeg(ref=GROUP, name="Shoes", after=usd("1.20"))
KEYWORD = KeywordLeg(ref=GROUP, name="running shoes", after=SHOES)
LAUNCH: tuple[AnyLeg, ...] = (
    KeywordLeg(ref=ref(Level.AD_GROUP, ""), within="Runners", name="running shoes", after=SHOES),
    AdGroupLeg(
        ref=ref(Level.CAMPAIGN, ""), within="Spring", name="Runners", after=AdGroupSpec(name="Runners")
    ),
    AdLeg(
        ref=ref(Level.AD_GROUP, ""),
        within="Runners",
        name="First",
        after=AdSpec(name="First", headlines=("Run",), url="https://shop.example/run"),
    ),
    CampaignLeg(
        ref=ACCOUNT,
        name="Spring",
        after=CampaignSpec(name="Spring", objective=Objective.SALES, daily_budget=usd(80)),
    ),
)


def with_bid(house: MoneyHouse, amount: str) -> None:
    house.world.fields[object_key(BID), "bid"] = usd(amount)


async def applied(house: MoneyHouse, *wanted: AnyLeg) -> ChangeSet:
    proposed = await house.propose(*wanted)  # type: ignore[arg-type]
    assert proposed.status is S.PROPOSED, proposed.verdict.denials
    return await house.until_settled(await house.approve(proposed))


async def test_a_bid_is_proposed_from_what_stands_now_and_read_back(house: MoneyHouse) -> None:
    with_bid(house, "1.00")
    done = await applied(house, BID)
    assert done.status is S.DONE, done.outcome
    assert (done.plan.legs[0].before, done.records[0].read_back) == (usd("1.00"), "1.20 USD")


async def test_a_bid_moves_within_the_policys_step(house: MoneyHouse) -> None:
    with_bid(house, "0.40")
    denied = await house.propose(BID)
    (finding,) = denied.verdict.denials
    assert (finding.rule, finding.cure) == ("step_share", "Between 0.20 USD and 0.60 USD would pass.")


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten(house: MoneyHouse) -> None:
    with_bid(house, "1.00")
    approved = await house.approve(await house.propose(BID))
    with_bid(house, "0.90")
    failed = await house.until_settled(approved)
    assert failed.status is S.FAILED
    assert "somebody else changed it" in failed.outcome
    assert not house.world.requests


async def test_a_value_that_stands_already_is_not_proposed(house: MoneyHouse) -> None:
    with_bid(house, "1.20")
    with pytest.raises(BadInput, match="already; nothing to change"):
        await house.propose(BID)


async def test_what_a_platform_does_not_offer_is_said_before_anybody_is_asked(house: MoneyHouse) -> None:
    house.meta.capabilities = house.meta.capabilities.model_copy(
        update={"actions": (), "refused": {Action.KEYWORD: "Meta Ads has no keywords"}}
    )
    with pytest.raises(Unsupported, match="Meta Ads has no keywords"):
        await house.propose(KEYWORD)


async def test_nothing_is_created_in_an_account_that_is_not_connected(house: MoneyHouse) -> None:
    strange = LAUNCH[3].model_copy(update={"ref": ACCOUNT.model_copy(update={"account_id": "act_666"})})
    with pytest.raises(NotFound, match="act_666"):
        await house.propose(strange)  # type: ignore[arg-type]


async def test_a_whole_campaign_is_one_plan_in_the_order_of_its_making(house: MoneyHouse) -> None:
    done = await applied(house, *LAUNCH)
    assert [leg.kind for leg in done.plan.legs] == ["campaign", "ad_group", "keyword", "ad"]
    assert done.status is S.DONE, done.outcome
    sent = house.world.requests
    assert [leg.ref.native_id for leg in sent[1:]] == [
        done.records[0].created,
        done.records[1].created,
        done.records[1].created,
    ]
    assert all(done.records[index].created for index in range(4))


async def test_what_is_used_must_be_created_in_the_plan(house: MoneyHouse) -> None:
    with pytest.raises(BadInput, match="does not create"):
        await house.propose(LAUNCH[0])  # type: ignore[arg-type]


async def test_a_parent_that_failed_leaves_its_children_untried(house: MoneyHouse) -> None:
    house.meta.write_troubles.append(Trouble.REFUSED)
    failed = await applied(house, *LAUNCH)
    assert failed.status is S.FAILED
    assert [record.status for record in failed.records] == [LegStatus.FAILED, *[LegStatus.SKIPPED] * 3]


async def test_a_creation_without_an_answer_is_looked_for_and_never_sent_again(house: MoneyHouse) -> None:
    house.meta.write_troubles.append(Trouble.LOST_REPLY)
    done = await applied(house, LAUNCH[3])
    assert done.status is S.DONE
    assert len(house.world.requests) == 1


async def test_a_creation_that_never_arrived_is_put_before_a_person(house: MoneyHouse) -> None:
    house.meta.write_troubles.append(Trouble.LOST_REQUEST)
    unclear = await applied(house, LAUNCH[3])
    assert unclear.status is S.NEEDS_PERSON
    assert len(house.world.requests) == 1
    settled = await house.money.settle(actor("owner"), unclear.id)
    assert settled.status is S.FAILED


async def test_a_name_that_is_taken_is_not_created_twice(house: MoneyHouse) -> None:
    await applied(house, LAUNCH[3])
    dearer = CampaignSpec(name="Spring", objective=Objective.SALES, daily_budget=usd(90))
    with pytest.raises(BadInput, match="has a campaign called 'Spring' already"):
        await house.propose(LAUNCH[3].model_copy(update={"after": dearer}))  # type: ignore[arg-type]


async def test_one_of_several_changes_to_one_ad_group_can_be_left_out(house: MoneyHouse) -> None:
    trail = SHOES.model_copy(update={"text": "trail shoes"})
    other = KeywordLeg(ref=GROUP, name="trail shoes", after=trail)
    proposed = await house.propose(KEYWORD, other)
    revised = await house.money.revise(
        actor("analyst"), proposed.id, plan_hash=proposed.plan_hash, amounts={}, leave_out=[leg_key(KEYWORD)]
    )
    assert [leg.name for leg in revised.plan.legs] == ["trail shoes"]


async def test_what_hangs_on_a_creation_cannot_outlive_it_in_a_revision(house: MoneyHouse) -> None:
    proposed = await house.propose(*LAUNCH)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="does not create"):
        await house.money.revise(
            actor("analyst"),
            proposed.id,
            plan_hash=proposed.plan_hash,
            amounts={},
            leave_out=[leg_key(LAUNCH[3])],
        )


async def test_undoing_a_launch_takes_the_campaign_away_and_all_in_it(house: MoneyHouse) -> None:
    done = await applied(house, *LAUNCH)
    undo = await house.money.undo(actor("analyst"), done.id)
    assert undo.status is S.PROPOSED, undo.verdict.denials
    assert [(leg.kind, leg.after) for leg in undo.plan.legs] == [("campaign", None)]
    undone = await house.until_settled(await house.approve(undo))
    assert undone.status is S.DONE, undone.outcome
    assert house.world.fields.get((object_key(done.plan.legs[0]), "campaign")) is None


async def test_a_removal_is_not_taken_back_by_undo(house: MoneyHouse) -> None:
    policy = await house.stores.policies.get(a_policy().tenant_id)
    allowed = policy.model_copy(update={"version": policy.version + 1, "blocked": frozenset()})
    await house.stores.policies.replace(allowed)
    campaign = house.world.campaign("1", "100")
    proposed = await house.propose(WantedStatus(entity_id=campaign, status=Status.REMOVED))
    removed = await house.until_settled(await house.approve(proposed))
    assert removed.status is S.DONE
    with pytest.raises(BadInput, match="create it anew"):
        await house.money.undo(actor("analyst"), removed.id)


async def test_an_undo_is_refused_once_somebody_moved_it_on(house: MoneyHouse) -> None:
    with_bid(house, "1.00")
    done = await applied(house, BID)
    with_bid(house, "1.10")
    with pytest.raises(Conflict, match="somebody changed this since"):
        await house.money.undo(actor("analyst"), done.id)


async def test_two_plans_never_hold_one_object(house: MoneyHouse) -> None:
    with_bid(house, "1.00")
    first, second = await house.propose(BID), await house.propose(BID)
    await house.approve(first)
    with pytest.raises(PolicyDenied, match="under way"):
        await house.approve(second)


async def test_a_new_campaign_counts_against_the_cap_of_one_entity(house: MoneyHouse) -> None:
    policy = await house.stores.policies.get(a_policy().tenant_id)
    capped = policy.model_copy(update={"version": policy.version + 1, "daily_cap_per_entity": usd(50)})
    await house.stores.policies.replace(capped)
    denied = await house.propose(LAUNCH[3])  # type: ignore[arg-type]
    assert [finding.rule for finding in denied.verdict.denials] == ["entity_cap"]


@pytest.mark.parametrize(
    ("leg", "operation"),
    [
        (KEYWORD, Operation.CHANGE_KEYWORDS),
        (LAUNCH[3], Operation.CREATE),
        (TargetingLeg(ref=GROUP, name="g", after=Targeting(countries=("US",))), Operation.CHANGE_TARGETING),
        (NameLeg(ref=GROUP, name="g", after="Better"), Operation.RENAME),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
async def test_a_policy_can_block_each_kind(house: MoneyHouse, leg: AnyLeg, operation: Operation) -> None:
    policy = await house.stores.policies.get(a_policy().tenant_id)
    update = {"version": policy.version + 1, "blocked": frozenset({operation})}
    await house.stores.policies.replace(policy.model_copy(update=update))
    if isinstance(leg, NameLeg):
        house.world.fields[object_key(leg), leg.kind] = "Good"
    denied = await house.propose(leg)  # type: ignore[arg-type]
    assert [finding.rule for finding in denied.verdict.denials] == ["blocked"]


WORDS = st.sampled_from(["US", "US, DE", "US; age min: 18", 'x"', '"x"', "age min: 18"]) | st.text(max_size=8)
TARGETINGS = st.builds(
    Targeting,
    countries=st.lists(WORDS, max_size=3).map(tuple),
    age_min=st.none() | st.integers(13, 65),
    audiences=st.lists(WORDS, max_size=3).map(tuple),
)


@given(TARGETINGS, TARGETINGS)
def test_two_targetings_never_look_alike_on_a_card(one: Targeting, other: Targeting) -> None:
    assert (value_text(one) == value_text(other)) == (one == other)
