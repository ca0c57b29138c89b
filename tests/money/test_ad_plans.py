"""Changes of ad accounts on the money path: proposed, approved, carried out at the sandbox, taken back."""

from __future__ import annotations

import json

import pytest

from omnify_core.campaigns import Level, Platform
from omnify_core.change_sets import ChangeSetStatus, LegStatus
from omnify_core.errors import BadInput, PlatformRejected
from omnify_core.legs import AdGroupLeg, AdLeg, CampaignLeg, FieldLeg, KeywordLeg
from omnify_core.money import Money
from omnify_core.specs import AdGroupSpec, AdSpec, CampaignSpec, Keyword, Match, Objective, Targeting
from tests.builders import legs_google, legs_youtube
from tests.builders.ads_house import AdsHouse, ads_house

S = ChangeSetStatus
CASES = {Platform.GOOGLE: legs_google.CASES, Platform.YOUTUBE: legs_youtube.CASES}
EACH = [
    pytest.param(platform, name, id=f"{platform.value}: {name}")
    for platform in CASES
    for name in CASES[platform]
]


@pytest.mark.parametrize(("platform", "name"), EACH)
async def test_each_change_reaches_the_platform_as_approved_and_goes_back(
    platform: Platform, name: str
) -> None:
    async with ads_house(platform) as house:
        leg = await CASES[platform][name](house.desk, "one")
        proposed = await house.propose(leg)
        assert proposed.plan.legs[0].after == leg.after
        assert proposed.effect is not None
        assert "nothing was carried out" in proposed.effect.dry_runs[0]
        assert await house.writes() == []
        done = await house.applied(proposed)
        assert done.status is S.DONE, done.outcome
        written = await house.writes()
        assert {one["platform"] for one in written} == {platform.value}
        undone = await house.undone(done)
        assert undone.status is S.DONE, undone.outcome
        assert (await house.desk.ads.look(leg)).value == proposed.plan.legs[0].before


def launch(house: AdsHouse) -> list[FieldLeg]:
    """A whole search campaign as one plan, each part named by its parent's name."""
    account = house.desk.account
    above = house.desk.ref()
    new_campaign = above.model_copy(update={"level": Level.CAMPAIGN, "native_id": ""})
    new_group = above.model_copy(update={"level": Level.AD_GROUP, "native_id": ""})
    campaign = CampaignSpec(
        name="Spring",
        objective=Objective.TRAFFIC,
        daily_budget=Money(8_050, account.currency),
        targeting=Targeting(countries=("CA", "US"), languages=("en",)),
    )
    ad = AdSpec(
        name="First",
        headlines=("Run lighter", "Made to last", "Free returns"),
        descriptions=("Shoes for every day.", "Sent within a day."),
        url="https://shop.example/run",
    )
    shoes = Keyword(text="running shoes", match=Match.PHRASE)
    group = AdGroupSpec(name="Runners")
    return [
        CampaignLeg(ref=above, name="Spring", after=campaign),
        AdGroupLeg(ref=new_campaign, within="Spring", name="Runners", after=group),
        KeywordLeg(ref=new_group, within="Runners", name="running shoes", after=shoes),
        AdLeg(ref=new_group, within="Runners", name="First", after=ad),
    ]


async def test_a_whole_campaign_is_one_plan_and_the_log_shows_exactly_what_was_approved() -> None:
    async with ads_house(Platform.GOOGLE) as house:
        done = await house.applied(await house.propose(*launch(house)))
        assert done.status is S.DONE, done.outcome
        assert all(record.created for record in done.records)
        made = [json.loads(one["after"]) for one in await house.writes()]
        assert {one["origin"] for one in await house.writes()} == {"api"}
        kinds = [one["kind"] for one in made]
        assert kinds == ["campaign", *["criterion"] * 3, "group", "criterion", "ad"]
        campaign, group, ad = made[0], made[4], made[6]
        assert (campaign["fields"]["daily_budget"], campaign["fields"]["status"]) == (8_050, "paused")
        assert (group["parent"], group["fields"]["status"]) == (campaign["id"], "paused")
        assert (ad["parent"], ad["fields"]["headline"]) == (group["id"], "Run lighter")
        assert ad["fields"]["status"] == "paused"


async def test_a_lost_answer_is_settled_by_looking_and_nothing_is_made_twice() -> None:
    async with ads_house(Platform.GOOGLE) as house:
        proposed = await house.propose(*launch(house))
        fault = {"kind": "cut_reply", "platform": "google", "writes": True, "times": 1}
        await house.wire.control("POST", "faults", fault)
        done = await house.applied(proposed)
        assert done.status is S.DONE, done.outcome
        made = [json.loads(one["after"])["kind"] for one in await house.writes()]
        assert made.count("campaign") == made.count("group") == made.count("ad") == 1


async def test_what_somebody_made_meanwhile_under_the_same_name_is_not_made_again() -> None:
    async with ads_house(Platform.GOOGLE) as house:
        leg = await legs_google.campaign(house.desk, "meanwhile")
        proposed = await house.propose(leg)
        await house.desk.ads.write(leg, key="somebody-else")
        count = len(await house.writes())
        failed = await house.applied(proposed)
        assert failed.status is S.FAILED
        assert "somebody else changed it" in failed.outcome
        assert len(await house.writes()) == count
        with pytest.raises(BadInput, match="already"):
            await house.propose(leg)


async def test_a_group_that_the_campaign_cannot_take_fails_before_anything_below_it_is_sent() -> None:
    """A bid where Google chooses each bid: known only once the campaign is there."""
    async with ads_house(Platform.GOOGLE) as house:
        campaign, group, keyword, ad = launch(house)
        bid = AdGroupSpec(name="Runners", bid=Money(120, house.desk.account.currency))
        failed = await house.applied(
            await house.propose(campaign, group.model_copy(update={"after": bid}), keyword, ad)
        )
        assert failed.status is S.FAILED
        assert "Google chooses each bid" in failed.outcome
        assert [record.status for record in failed.records] == [
            LegStatus.DONE,
            LegStatus.FAILED,
            LegStatus.SKIPPED,
            LegStatus.SKIPPED,
        ]


async def test_what_google_would_ignore_is_refused_before_anybody_is_asked() -> None:
    async with ads_house(Platform.GOOGLE) as house:
        group = await legs_google.search_group(house.desk)
        leg = (await legs_google.bid(house.desk, "x")).model_copy(update={"ref": group.ref})
        with pytest.raises(PlatformRejected, match="MAXIMIZE_CONVERSIONS"):
            await house.propose(leg)
        assert await house.writes() == []
