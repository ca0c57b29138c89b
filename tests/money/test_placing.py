"""What a plan creates is addressed by its name until its number was read back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegRecord, LegStatus, Plan, Verdict
from omnify_core.errors import BadInput
from omnify_core.ids import ChangeSetId, TenantId, UserId
from omnify_core.legs import AnyLeg
from omnify_guardrails.placing import makes, placed, refuse_orphans
from tests.builders.legs import a_keyword, bid_leg, campaign_leg, dollars, group_leg, keyword_leg
from tests.builders.plans import NOON

CAMPAIGN, GROUP = campaign_leg(), group_leg(within="Spring")
KEYWORD = keyword_leg(None, a_keyword(), within="Runners")
MADE = LegRecord(status=LegStatus.DONE, created="9000")


def change_set(*legs: AnyLeg, records: tuple[LegRecord, ...]) -> ChangeSet:
    plan = Plan(
        tenant_id=TenantId("t1"),
        change_set_id=ChangeSetId("cs_1"),
        legs=legs,
        expires_at=NOON + timedelta(hours=1),
    )
    return ChangeSet(
        id=plan.change_set_id,
        tenant_id=plan.tenant_id,
        status=ChangeSetStatus.APPLYING,
        title="Launch",
        reason="",
        plan=plan,
        plan_hash=plan.hash,
        verdict=Verdict(allowed=True, policy_version=1, findings=()),
        proposed_by=UserId("u"),
        created_at=NOON,
        updated_at=NOON,
        records=records,
    )


def test_a_child_is_placed_under_the_number_that_was_read_back_and_keeps_the_rest() -> None:
    leg = placed(change_set(CAMPAIGN, GROUP, records=(MADE, LegRecord())), 1)
    assert (leg.ref.native_id, leg.ref.level, leg.after) == ("9000", GROUP.ref.level, GROUP.after)
    assert getattr(leg, "within", None) == ""


@pytest.mark.parametrize(
    "record",
    [
        LegRecord(),
        LegRecord(status=LegStatus.UNKNOWN, created="9000"),
        LegRecord(status=LegStatus.DONE),
    ],
)
def test_until_the_parent_is_seen_the_child_stays_as_it_was_asked_for(record: LegRecord) -> None:
    assert placed(change_set(CAMPAIGN, GROUP, records=(record, LegRecord())), 1) == GROUP


def test_another_campaigns_number_is_not_taken() -> None:
    records = (MADE, LegRecord(status=LegStatus.DONE, created="9001"), LegRecord())
    two = change_set(campaign_leg("Summer"), CAMPAIGN, GROUP, records=records)
    assert placed(two, 2).ref.native_id == "9001"
    assert placed(two, 1) == CAMPAIGN


def test_what_names_no_new_parent_is_sent_as_it_is() -> None:
    bid, free = bid_leg(None, dollars(80)), group_leg()
    held = change_set(CAMPAIGN, bid, free, records=(MADE, LegRecord(), LegRecord()))
    assert (placed(held, 1), placed(held, 2)) == (bid, free)


def test_a_parent_is_of_the_right_kind_name_account_and_platform_and_not_being_removed() -> None:
    assert makes(CAMPAIGN, GROUP)
    assert makes(GROUP, KEYWORD)
    elsewhere = {"account_id": "act_2"}, {"platform": Platform.TIKTOK}
    for wrong in (
        campaign_leg("Summer"),
        campaign_leg(gone=True),
        group_leg("Spring"),
        *(CAMPAIGN.model_copy(update={"ref": CAMPAIGN.ref.model_copy(update=one)}) for one in elsewhere),
    ):
        assert not makes(wrong, GROUP)
    assert not makes(CAMPAIGN, campaign_leg().model_copy(update={"within": "Spring"}))


def test_a_plan_with_a_child_of_nobody_is_refused_by_name() -> None:
    refuse_orphans((KEYWORD, GROUP, CAMPAIGN, bid_leg(None, dollars(80))))
    refuse_orphans((group_leg(),))
    with pytest.raises(BadInput, match=r"'running shoes' belongs to a new ad group 'Runners'"):
        refuse_orphans((CAMPAIGN, KEYWORD))
