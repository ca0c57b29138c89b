"""What we send to Google for each kind of leg, to the letter, and what we make of what it shows."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnify_core.campaigns import EntityRef, Level, Platform, Status
from omnify_core.errors import BadInput, OutcomeUnknown, PlatformNotFound, PlatformRejected, Unsupported
from omnify_core.legs import (
    AdGroupLeg,
    AdLeg,
    AudienceLeg,
    BidLeg,
    CampaignLeg,
    FieldLeg,
    KeywordLeg,
    NameLeg,
    TargetingLeg,
)
from omnify_core.money import Money
from omnify_core.specs import (
    AdGroupSpec,
    AdSpec,
    AudienceSpec,
    CampaignSpec,
    Gender,
    Keyword,
    Match,
    Objective,
    Targeting,
)
from omnify_platforms.google_uploads import upload_number
from tests.builders.platform_wire import account, currency_reply, json_reply, ref, rig

GOOGLE = Platform.GOOGLE
ACCOUNT = EntityRef(platform=GOOGLE, account_id="501", level=Level.ACCOUNT, native_id="501")
GROUP = ref(GOOGLE, Level.AD_GROUP, "33")
# Two places, none, and three; micros are exact in all of them.
CURRENCIES = ("USD", "EUR", "JPY", "KRW", "BHD", "KWD")


def results(*rows: dict[str, Any]) -> httpx.Response:
    return json_reply({"results": list(rows)})


def above(strategy: str = "MANUAL_CPC", status: str = "ENABLED", **group: Any) -> httpx.Response:
    """A campaign or ad group as it is asked for before anything is written below it."""
    campaign = {"name": "Brand", "status": status, "biddingStrategyType": strategy}
    return results({"campaign": campaign, "adGroup": {"name": "Core", "status": status} | group})


def confirmed(*names: str) -> httpx.Response:
    parts = [{"campaignResult": {"resourceName": name}} for name in names]
    return json_reply({"mutateOperationResponses": parts})


async def sent(leg: FieldLeg, *replies: httpx.Response, operations: int = 1) -> list[dict[str, Any]]:
    """The operations of the one request that writes the leg."""
    names = [f"customers/501/things/{n}" for n in range(operations)]
    desk = rig(GOOGLE, *replies, confirmed(*names))
    await desk.ads.write(leg, key="k")
    assert desk.script.paths[-1] == "/v26/customers/501/googleAds:mutate"
    assert desk.script.body()["validateOnly"] is False
    found: list[dict[str, Any]] = desk.script.body()["mutateOperations"]
    return found


async def test_a_name_is_one_field_of_a_mask() -> None:
    leg = NameLeg(ref=ref(GOOGLE), name="Brand", before="Brand", after="Brand 2")
    (operation,) = await sent(leg, above())
    assert operation == {
        "campaignOperation": {
            "update": {"resourceName": "customers/501/campaigns/1201", "name": "Brand 2"},
            "updateMask": "name",
        }
    }


@given(st.integers(min_value=1, max_value=10**9), st.sampled_from(CURRENCIES))
async def test_every_bid_survives_the_wire_both_ways(minor: int, code: str) -> None:
    leg = BidLeg(ref=GROUP, name="Core", after=Money(minor, code))
    (operation,) = await sent(leg, above(), currency_reply(GOOGLE, code))
    micros = operation["adGroupOperation"]["update"]["cpcBidMicros"]
    assert isinstance(micros, str)
    desk = rig(GOOGLE, above(cpcBidMicros=micros), currency_reply(GOOGLE, code))
    assert (await desk.ads.look(leg)).value == leg.after


@given(st.integers(min_value=1, max_value=10**11), st.sampled_from(CURRENCIES))
async def test_every_budget_of_a_new_campaign_survives_the_wire_both_ways(minor: int, code: str) -> None:
    spec = CampaignSpec(name="New", objective=Objective.SALES, daily_budget=Money(minor, code))
    leg = CampaignLeg(ref=ACCOUNT, name="New", after=spec)
    constants = (results(), results())
    made = await sent(leg, currency_reply(GOOGLE, code), *constants, operations=2)
    micros = made[0]["campaignBudgetOperation"]["create"]["amountMicros"]
    row = {
        "campaign": {
            "id": "7",
            "name": "New",
            "advertisingChannelType": "SEARCH",
            "biddingStrategyType": "MAXIMIZE_CONVERSION_VALUE",
        },
        "campaignBudget": {"amountMicros": micros},
    }
    desk = rig(GOOGLE, results(row), currency_reply(GOOGLE, code), results(), *constants)
    look = await desk.ads.look(leg)
    assert (look.value, look.native_id) == (spec, "7")


async def test_a_new_campaign_is_paused_named_once_and_made_with_its_budget_and_places() -> None:
    targets = Targeting(countries=("US",), languages=("he",))
    spec = CampaignSpec(
        name="New",
        objective=Objective.LEADS,
        daily_budget=Money(5_000, "USD"),
        targeting=targets,
        start_on=date(2026, 12, 1),
    )
    place = {"geoTargetConstant": {"resourceName": "geoTargetConstants/2840", "countryCode": "US"}}
    tongue = {"languageConstant": {"resourceName": "languageConstants/1027", "code": "iw"}}
    leg = CampaignLeg(ref=ACCOUNT, name="New", after=spec)
    made = await sent(leg, currency_reply(GOOGLE), results(place), results(tongue), operations=4)
    assert made[0]["campaignBudgetOperation"]["create"] == {
        "resourceName": "customers/501/campaignBudgets/-1",
        "amountMicros": "50000000",
        "deliveryMethod": "STANDARD",
        "explicitlyShared": False,
    }
    campaign = made[1]["campaignOperation"]["create"]
    assert campaign["status"] == "PAUSED"
    assert campaign["campaignBudget"] == "customers/501/campaignBudgets/-1"
    assert campaign["containsEuPoliticalAdvertising"] == "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING"
    assert campaign["startDateTime"] == "2026-12-01 00:00:00"
    assert campaign["maximizeConversions"] == {}
    assert [one["campaignCriterionOperation"]["create"] for one in made[2:]] == [
        {
            "campaign": "customers/501/campaigns/-2",
            "language": {"languageConstant": "languageConstants/1027"},
        },
        {
            "campaign": "customers/501/campaigns/-2",
            "location": {"geoTargetConstant": "geoTargetConstants/2840"},
        },
    ]


async def test_a_name_with_quotes_stays_inside_its_quotes() -> None:
    name = "It's \\' OR campaign.id > 0"
    spec = CampaignSpec(name=name, objective=Objective.SALES, daily_budget=Money(5_000, "USD"))
    desk = rig(GOOGLE, results())
    assert (await desk.ads.look(CampaignLeg(ref=ACCOUNT, name=name, after=spec))).value is None
    assert r"campaign.name = 'It\'s \\\' OR campaign.id > 0' AND" in desk.script.body()["query"]


async def test_two_of_the_same_name_are_not_told_apart() -> None:
    spec = AdGroupSpec(name="Core", bid=Money(100, "USD"))
    rows = [{"adGroup": {"id": str(n), "name": "Core"}} for n in (1, 2)]
    desk = rig(GOOGLE, above(), results(*rows))
    with pytest.raises(PlatformRejected, match="more than one 'Core'"):
        await desk.ads.look(AdGroupLeg(ref=ref(GOOGLE), name="Core", after=spec))


async def test_a_keyword_is_found_whatever_its_capitals() -> None:
    row = {"criterionId": "9", "keyword": {"text": "running shoes", "matchType": "PHRASE"}}
    other = {"criterionId": "8", "keyword": {"text": "running shoes", "matchType": "EXACT"}}
    negative = row | {"criterionId": "7", "negative": True}
    rows = [{"adGroupCriterion": one} for one in (other, negative, row)]
    leg = KeywordLeg(ref=GROUP, name="x", after=Keyword(text="Running Shoes", match=Match.PHRASE))
    desk = rig(GOOGLE, above(), results(*rows), currency_reply(GOOGLE))
    look = await desk.ads.look(leg)
    assert (look.value, look.native_id) == (leg.after, "33~9")


async def test_a_standing_keyword_is_bid_for_anew_and_a_bid_is_never_taken_away() -> None:
    held = {"criterionId": "9", "cpcBidMicros": "900000", "keyword": {"text": "shoes", "matchType": "EXACT"}}
    before, after = (Keyword(text="shoes", match=Match.EXACT, bid=Money(m, "USD")) for m in (90, 110))
    leg = KeywordLeg(ref=GROUP, name="shoes", before=before, after=after)
    looked = (above(), results({"adGroupCriterion": held}))
    (operation,) = await sent(leg, above(), currency_reply(GOOGLE), *looked)
    assert operation["adGroupCriterionOperation"] == {
        "update": {"resourceName": "customers/501/adGroupCriteria/33~9", "cpcBidMicros": "1100000"},
        "updateMask": "cpcBidMicros",
    }
    bare = leg.model_copy(update={"after": Keyword(text="shoes", match=Match.EXACT)})
    with pytest.raises(BadInput, match="not taken away"):
        await rig(GOOGLE, above()).ads.write(bare, key="k")


AGES = TargetingLeg(ref=GROUP, name="Core", after=Targeting(age_min=25, age_max=44, genders=(Gender.FEMALE,)))


async def test_ages_and_genders_are_written_as_what_is_left_out() -> None:
    standing = {
        "adGroupCriterion": {
            "resourceName": "customers/501/adGroupCriteria/33~503001",
            "type": "AGE_RANGE",
            "negative": True,
            "ageRange": {"type": "AGE_RANGE_18_24"},
        }
    }
    made = await sent(AGES, above(), results(standing), operations=6)
    created = [one["adGroupCriterionOperation"]["create"] for one in made]
    assert all(one["negative"] is True and one["adGroup"] == "customers/501/adGroups/33" for one in created)
    assert {one["ageRange"]["type"] for one in created if "ageRange" in one} == {
        "AGE_RANGE_45_54",
        "AGE_RANGE_55_64",
        "AGE_RANGE_65_UP",
        "AGE_RANGE_UNDETERMINED",
    }
    assert {one["gender"]["type"] for one in created if "gender" in one} == {"MALE", "UNDETERMINED"}


@pytest.mark.parametrize(
    "row",
    [
        {"type": "USER_INTEREST", "userInterest": {"userInterestCategory": "x"}},
        {"type": "AGE_RANGE", "negative": False, "ageRange": {"type": "AGE_RANGE_18_24"}},
        {"type": "AGE_RANGE", "negative": True, "ageRange": {"type": "AGE_RANGE_35_44"}},
    ],
)
async def test_targeting_that_is_finer_than_ours_is_never_flattened(row: dict[str, Any]) -> None:
    shown = results({"adGroupCriterion": {"resourceName": "customers/501/adGroupCriteria/33~1"} | row})
    with pytest.raises(PlatformRejected, match="cannot be changed from here"):
        await rig(GOOGLE, above(), shown).ads.look(AGES)


@pytest.mark.parametrize(
    ("leg", "words"),
    [
        (TargetingLeg(ref=ref(GOOGLE), name="x", after=Targeting(age_min=25)), "set them there"),
        (TargetingLeg(ref=GROUP, name="x", after=Targeting(countries=("US",))), "set them there"),
        (TargetingLeg(ref=GROUP, name="x", after=Targeting(interests=("1",))), "interests"),
        (TargetingLeg(ref=ref(GOOGLE, Level.AD), name="x", after=Targeting()), "no targeting of their own"),
        (BidLeg(ref=ref(GOOGLE), name="x", after=Money(1, "USD")), "ad groups and keywords"),
        (NameLeg(ref=ref(GOOGLE, Level.AD), name="x", after="y"), "keep the name"),
    ],
)
async def test_what_stands_at_another_height_is_said_and_not_sent(leg: FieldLeg, words: str) -> None:
    desk = rig(GOOGLE)
    with pytest.raises(Unsupported, match=words):
        await desk.ads.look(leg)
    with pytest.raises(Unsupported, match=words):
        await desk.ads.write(leg, key="k")
    assert desk.script.paths == []


@pytest.mark.parametrize(
    ("age_min", "age_max", "field"), [(17, None, "age_min"), (30, None, "age_min"), (None, 50, "age_max")]
)
async def test_ages_between_google_s_ranges_are_refused_with_what_would_pass(
    age_min: int | None, age_max: int | None, field: str
) -> None:
    leg = TargetingLeg(ref=GROUP, name="x", after=Targeting(age_min=age_min, age_max=age_max))
    with pytest.raises(BadInput, match=f"{field} .*use one of them"):
        await rig(GOOGLE, above()).ads.write(leg, key="k")


@pytest.mark.parametrize("objective", [Objective.AWARENESS, Objective.ENGAGEMENT])
async def test_an_objective_without_a_strategy_is_refused_with_those_that_have_one(
    objective: Objective,
) -> None:
    spec = CampaignSpec(name="New", objective=objective, daily_budget=Money(5_000, "USD"))
    desk = rig(GOOGLE)
    with pytest.raises(Unsupported, match="leads, sales, traffic"):
        await desk.ads.look(CampaignLeg(ref=ACCOUNT, name="New", after=spec))
    assert desk.script.paths == []


async def test_what_is_removed_counts_as_gone() -> None:
    leg = NameLeg(ref=ref(GOOGLE), name="Brand", after="x")
    with pytest.raises(PlatformNotFound, match="sync the account"):
        await rig(GOOGLE, above(status="REMOVED")).ads.look(leg)


async def test_money_of_another_currency_is_never_sent() -> None:
    leg = BidLeg(ref=GROUP, name="Core", after=Money(100, "EUR"))
    with pytest.raises(BadInput, match="counts in USD"):
        await rig(GOOGLE, above(), currency_reply(GOOGLE, "USD")).ads.write(leg, key="k")


async def test_an_answer_that_confirms_less_than_was_sent_leaves_the_outcome_open() -> None:
    leg = NameLeg(ref=ref(GOOGLE), name="Brand", after="Brand 2")
    for reply in (confirmed(), json_reply({}), confirmed("")):
        with pytest.raises(OutcomeUnknown):
            await rig(GOOGLE, above(), reply).ads.write(leg, key="k")


async def test_members_that_are_no_hashes_never_leave() -> None:
    spec = AudienceSpec(name="Ours", members=("ann@example.com",))
    desk = rig(GOOGLE)
    with pytest.raises(BadInput, match="SHA-256"):
        await desk.ads.write(AudienceLeg(ref=ACCOUNT, name="Ours", after=spec), key="k")
    assert desk.script.paths == []


async def test_search_ads_are_text_alone() -> None:
    spec = AdSpec(name="x", headlines=("a", "b", "c"), url="https://x.example", image="77")
    with pytest.raises(BadInput, match="text alone"):
        await rig(GOOGLE).ads.look(AdLeg(ref=GROUP, name="x", after=spec))


async def test_the_finer_reads_come_in_our_nouns() -> None:
    keys = {"campaign": {"id": "12"}, "adGroup": {"id": "33"}}
    word = {"criterionId": "9", "status": "PAUSED", "cpcBidMicros": "900000"}
    word |= {"keyword": {"text": "shoes", "matchType": "BROAD"}}
    banned = {"criterionId": "8", "negative": True, "keyword": {"text": "free", "matchType": "EXACT"}}
    desk = rig(
        GOOGLE,
        results(keys | {"adGroupCriterion": word}),
        results({"campaign": {"id": "12"}, "campaignCriterion": banned}),
    )
    first, second = [row async for row in desk.ads.keywords(account(GOOGLE))]
    assert (first.native_id, first.ad_group_id, first.status) == ("33~9", "google:33", Status.PAUSED)
    assert first.keyword == Keyword(text="shoes", match=Match.BROAD, bid=Money(90, "USD"))
    assert (second.native_id, second.ad_group_id, second.keyword.negative) == ("12~8", None, True)
    term = {"searchTerm": "shoe jobs", "status": "EXCLUDED"}
    metrics = {"impressions": "90", "clicks": "7", "costMicros": "1234567", "conversions": 1.5}
    found = rig(GOOGLE, results(keys | {"searchTermView": term, "metrics": metrics}))
    day = date(2026, 10, 1)
    (shown,) = [row async for row in found.ads.search_terms(account(GOOGLE), day, day)]
    assert (shown.term, shown.is_excluded, shown.is_keyword) == ("shoe jobs", True, False)
    assert (shown.spend, shown.clicks, shown.conversions) == (Money(123, "USD"), 7, 1.5)
    share = {"searchImpressionShare": 0.6, "searchBudgetLostImpressionShare": 0.25}
    shares = rig(GOOGLE, results({"campaign": {"id": "12"}, "metrics": share}))
    (row,) = [row async for row in shares.ads.impression_shares(account(GOOGLE), day, day)]
    assert (row.won, row.lost_to_budget, row.lost_to_rank) == (0.6, 0.25, None)


def test_an_upload_is_known_by_its_members_in_any_order() -> None:
    one, two, three = ("a" * 64, "b" * 64, "c" * 64)
    number = upload_number(AudienceSpec(name="Ours", members=(one, two)))
    assert number == upload_number(AudienceSpec(name="Ours", members=(two, one)))
    assert 0 < number < 2**62
    others = [AudienceSpec(name="Ours", members=(one, three)), AudienceSpec(name="Other", members=(one, two))]
    assert number not in [upload_number(other) for other in others]


async def test_an_upload_of_other_members_is_not_taken_for_ours() -> None:
    spec = AudienceSpec(name="Ours", members=("a" * 64,))
    row = {"resourceName": "customers/501/userLists/7", "id": "7", "name": "Ours"}
    leg = AudienceLeg(ref=ACCOUNT, name="Ours", after=spec)
    desk = rig(GOOGLE, results({"userList": row}), results())
    assert (await desk.ads.look(leg)).value == AudienceSpec(name="Ours")
    number = upload_number(spec)
    assert f"external_id = {number}" in desk.script.body()["query"]
    job = {"status": "RUNNING", "customerMatchUserListMetadata": {"userList": "customers/501/userLists/7"}}
    for status, members in (("RUNNING", spec.members), ("PENDING", ()), ("FAILED", ())):
        done = rig(
            GOOGLE, results({"userList": row}), results({"offlineUserDataJob": job | {"status": status}})
        )
        assert (await done.ads.look(leg)).value == AudienceSpec(name="Ours", members=members)
