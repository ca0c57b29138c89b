"""A leg that somebody wants becomes one that says what stands there now, or a reason why not."""

from __future__ import annotations

import pytest

from omnify_core.errors import BadInput, NotFound, Unsupported
from omnify_core.legs import AnyLeg, FieldLeg, KeywordLeg, object_key
from omnify_core.platform_ports import Look
from omnify_core.specs import CampaignSpec, Objective
from omnify_guardrails.field_drafts import draft_field
from tests.builders.ad_world import OURS
from tests.builders.money import MoneyHouse, usd
from tests.money.test_field_legs import BID, GROUP, KEYWORD, LAUNCH, SHOES

CAMPAIGN = LAUNCH[3]


async def drafted(house: MoneyHouse, wanted: AnyLeg) -> AnyLeg:
    assert isinstance(wanted, FieldLeg)
    return await draft_field(house.money._ports, OURS, wanted)


async def test_what_stands_there_is_written_into_the_leg(house: MoneyHouse) -> None:
    house.world.fields[object_key(BID), "bid"] = usd(1)
    assert (await drafted(house, BID)).before == usd(1)


async def test_where_no_read_can_tell_the_leg_stays_as_it_was_asked_for(house: MoneyHouse) -> None:
    async def shows_nothing(leg: FieldLeg) -> Look:
        return Look(leg.after, can_tell=False)

    house.meta.look = shows_nothing  # type: ignore[method-assign]
    assert await drafted(house, BID) == BID


async def test_what_hangs_below_a_new_thing_is_not_looked_for(house: MoneyHouse) -> None:
    assert await drafted(house, LAUNCH[1]) == LAUNCH[1]
    assert house.meta.reads == 0


async def test_what_is_to_be_removed_and_is_not_there_is_said(house: MoneyHouse) -> None:
    gone = KeywordLeg(ref=GROUP, name="running shoes", before=SHOES, after=None)
    with pytest.raises(BadInput, match=r"running shoes .* is not there; nothing to change"):
        await drafted(house, gone)


async def test_what_stands_already_is_told_with_its_value(house: MoneyHouse) -> None:
    house.world.fields[object_key(BID), "bid"] = usd("1.20")
    with pytest.raises(BadInput, match=r"is 1\.20 USD already; nothing to change"):
        await drafted(house, BID)


async def test_a_keyword_that_is_there_gets_its_new_bid_and_a_campaign_is_not_made_twice(
    house: MoneyHouse,
) -> None:
    former = SHOES.model_copy(update={"bid": usd("0.50")})
    house.world.fields[object_key(KEYWORD), "keyword"] = former
    assert (await drafted(house, KEYWORD)).before == former
    taken = CampaignSpec(name="Spring", objective=Objective.LEADS, daily_budget=usd(1))
    house.world.fields[object_key(CAMPAIGN), "campaign"] = taken
    with pytest.raises(BadInput, match=r"has a campaign called 'Spring' already .*; choose another name"):
        await drafted(house, CAMPAIGN)


async def test_a_removal_of_what_is_there_is_drafted(house: MoneyHouse) -> None:
    assert isinstance(CAMPAIGN.after, CampaignSpec)
    house.world.fields[object_key(CAMPAIGN), "campaign"] = CAMPAIGN.after
    removal = CAMPAIGN.model_copy(update={"before": CAMPAIGN.after, "after": None})
    assert (await drafted(house, removal)).before == CAMPAIGN.after


async def test_refusals_come_before_any_look(house: MoneyHouse) -> None:
    strange = CAMPAIGN.model_copy(update={"ref": CAMPAIGN.ref.model_copy(update={"account_id": "act_666"})})
    with pytest.raises(NotFound, match="no account 'act_666' on Meta Ads"):
        await drafted(house, strange)
    house.meta.capabilities = house.meta.capabilities.model_copy(update={"actions": ()})
    with pytest.raises(Unsupported, match="cannot be changed like this: bid is not offered"):
        await drafted(house, BID)
    assert house.meta.reads == 0
