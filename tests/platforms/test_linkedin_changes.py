"""Names, bids, targeting, campaigns and creatives: what goes to LinkedIn, and what its rows mean."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnify_core.campaigns import Level
from omnify_core.errors import BadInput, Unsupported
from omnify_core.money import Money
from omnify_core.specs import Gender, Targeting
from omnify_platforms.linkedin_places import country_of, geo_urn
from omnify_platforms.linkedin_targeting import criteria_of, targeting_of
from omnify_platforms.rows import Row
from tests.builders.linkedin_wire import (
    LINKEDIN,
    accounts_reply,
    bid_leg,
    campaign,
    desk,
    name_leg,
    targeting_leg,
    written,
)
from tests.builders.platform_wire import json_reply

FACET = "urn:li:adTargetingFacet:"
OWN_BID = {"optimizationTargetType": "NONE", "unitCost": {"amount": "5.00", "currencyCode": "USD"}}
SENIOR = {"or": {f"{FACET}seniorities": ["urn:li:seniority:6"]}}
US = {"or": {f"{FACET}locations": ["urn:li:geo:103644278"]}}


def targeted(*blocks: Any, **exclude: Any) -> dict[str, Any]:
    criteria: dict[str, Any] = {"include": {"and": list(blocks)}}
    return campaign(targetingCriteria=criteria | exclude)


async def test_names_are_set_on_campaigns_and_creatives_and_nowhere_else() -> None:
    at = desk(written(), written())
    await at.ads.write(name_leg(), key="k")
    await at.ads.write(name_leg(level=Level.AD), key="k")
    assert at.script.body(0) == at.script.body(1) == {"patch": {"$set": {"name": "Better name"}}}
    with pytest.raises(Unsupported, match="on its campaigns"):
        await desk().ads.write(name_leg(level=Level.AD_GROUP), key="k")
    assert (await desk(json_reply(campaign())).ads.look(name_leg())).value == "Founders | Leads"


@given(
    st.integers(min_value=0, max_value=10**12), st.sampled_from(["USD", "EUR", "JPY", "KRW", "KWD", "BHD"])
)
async def test_every_bid_arrives_in_currency_units_and_reads_back_the_same(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    own = campaign(optimizationTargetType="NONE")
    at = desk(json_reply(own), accounts_reply(currency), written())
    await at.ads.write(bid_leg().model_copy(update={"after": money}), key="k")
    sent = at.script.body()["patch"]["$set"]["unitCost"]
    assert sent == {"amount": money.amount, "currencyCode": currency}
    shown = desk(json_reply(own | {"unitCost": sent}), accounts_reply(currency))
    assert (await shown.ads.look(bid_leg())).value == money


async def test_a_bid_that_linkedin_makes_itself_is_not_set() -> None:
    auto = json_reply(campaign(optimizationTargetType="MAX_CLICK"))
    for call in (desk(auto).ads.look(bid_leg()), desk(auto).ads.write(bid_leg(), key="k")):
        with pytest.raises(Unsupported, match="bid by itself"):
            await call
    at = desk(json_reply(campaign(**OWN_BID)), accounts_reply("EUR"))
    with pytest.raises(BadInput, match="counts in EUR"):
        await at.ads.write(bid_leg(), key="k")


async def test_facets_that_we_have_no_word_for_stay_as_they_are() -> None:
    members = {"exclude": {"or": {f"{FACET}employers": ["urn:li:organization:1"]}}}
    row = targeted(US, SENIOR, **members)
    at = desk(json_reply(row), written())
    wanted = {"countries": ("DE",), "languages": ("de",), "excluded_audiences": ("5",)}
    await at.ads.write(targeting_leg(**wanted), key="k")
    assert at.script.body()["patch"]["$set"]["targetingCriteria"] == {
        "include": {
            "and": [
                SENIOR,
                {"or": {f"{FACET}locations": ["urn:li:geo:101282230"]}},
                {"or": {f"{FACET}interfaceLocales": ["urn:li:locale:de_DE"]}},
            ]
        },
        "exclude": {
            "or": {
                f"{FACET}employers": ["urn:li:organization:1"],
                f"{FACET}audienceMatchingSegments": ["urn:li:adSegment:5"],
            }
        },
    }


AGES = [(None, None), (18, None), (18, 24), (25, 54), (35, None), (55, None)]


@given(
    countries=st.lists(st.sampled_from(["AT", "DE", "JP", "US", "ZA"]), min_size=1, unique=True),
    languages=st.lists(st.sampled_from(["de", "en", "pt"]), unique=True),
    genders=st.lists(st.sampled_from(list(Gender)), unique=True),
    ages=st.sampled_from(AGES),
    audiences=st.lists(st.integers(1, 10**9).map(str), unique=True, max_size=4),
    interests=st.lists(st.integers(1, 10**9).map(str), unique=True, max_size=4),
)
def test_every_targeting_reads_back_as_it_was_written(
    countries: list[str],
    languages: list[str],
    genders: list[Gender],
    ages: tuple[int | None, int | None],
    audiences: list[str],
    interests: list[str],
) -> None:
    wanted = Targeting(
        countries=tuple(sorted(countries)),
        excluded_countries=("MX",),
        languages=tuple(sorted(languages)),
        genders=tuple(genders),
        age_min=ages[0],
        age_max=ages[1],
        audiences=tuple(audiences),
        excluded_audiences=("3", "1"),
        interests=tuple(interests),
    )
    row = Row(LINKEDIN, {"targetingCriteria": criteria_of(wanted, Row(LINKEDIN, targeted(SENIOR)))})
    assert targeting_of(row, wanted) == wanted
    assert set(targeting_of(row, None).audiences) == set(audiences)


@pytest.mark.parametrize(
    "block",
    [
        {f"{FACET}locations": ["urn:li:geo:90000084"]},
        {f"{FACET}locations": ["urn:li:geo:103644278"], f"{FACET}titles": ["urn:li:title:1"]},
        {f"{FACET}interfaceLocales": ["urn:li:locale:en_GB"]},
        {f"{FACET}ageRanges": ["urn:li:ageRange:(18,24)", "urn:li:ageRange:(35,54)"]},
    ],
)
async def test_targeting_that_our_words_would_lose_is_neither_shown_nor_overwritten(block: Any) -> None:
    row = json_reply(targeted({"or": block}))
    with pytest.raises(Unsupported, match=r"no words for|gap between"):
        await desk(row).ads.look(targeting_leg())
    with pytest.raises(Unsupported, match=r"no words for|gap between"):
        await desk(row).ads.write(targeting_leg(), key="k")


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"countries": ()}, "at least one country"),
        ({"countries": ("XX",)}, "'XX' is not known here"),
        ({"excluded_countries": ("US",)}, "both included and excluded"),
        ({"languages": ("xx",)}, "do not exist in 'xx'"),
        ({"age_min": 21}, "age_min must be 18, 25"),
        ({"age_max": 24}, "age_min must be 18, 25"),
        ({"audiences": ("a",)}, "LinkedIn audience id must be digits"),
    ],
)
async def test_targeting_that_linkedin_has_not_is_refused_before_anything_is_sent(
    wanted: dict[str, Any], says: str
) -> None:
    at = desk(json_reply(targeted(US)))
    with pytest.raises((BadInput, Unsupported), match=says):
        await at.ads.write(targeting_leg(**wanted), key="k")
    assert all(request.method == "GET" for request in at.script.asked)


def test_no_two_countries_share_an_id() -> None:
    for country in ("US", "DE", "JP", "BR", "ZA"):
        assert country_of(geo_urn(country)) == country
