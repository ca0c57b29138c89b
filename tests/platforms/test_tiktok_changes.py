"""Names, bids, targeting, creations and audiences: what goes to TikTok, and what its rows mean."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnify_core.campaigns import Level
from omnify_core.errors import BadInput, Unsupported
from omnify_core.money import Money
from omnify_core.specs import Gender, Targeting
from omnify_platforms.rows import Row
from omnify_platforms.tiktok_targeting import targeting_fields, targeting_of
from tests.builders.tiktok_wire import (
    REGIONS,
    TIKTOK,
    ad,
    bid_leg,
    campaign,
    described,
    desk,
    group,
    name_leg,
    page,
    regions,
    targeting_leg,
    written,
)


async def test_names_go_to_the_endpoint_of_the_level_and_leave_an_ad_as_it_is() -> None:
    at = await written(name_leg())
    assert (at.script.paths[-1], at.script.body()) == (
        "/open_api/v1.3/campaign/update/",
        {"advertiser_id": "501", "campaign_id": "1201", "campaign_name": "Better name"},
    )
    at = await written(name_leg(Level.AD_GROUP))
    assert at.script.body() == {"advertiser_id": "501", "adgroup_id": "1201", "adgroup_name": "Better name"}
    at = await written(name_leg(Level.AD), page(ad()))
    assert at.script.body() == {
        "advertiser_id": "501",
        "adgroup_id": "8",
        "creatives": [{"ad_id": "1201", "ad_name": "Better name"}],
        "patch_update": True,
    }
    assert (await desk(page(campaign())).ads.look(name_leg())).value == "Spark | Founders"


@given(
    st.integers(min_value=1, max_value=10**12), st.sampled_from(["USD", "EUR", "JPY", "KRW", "KWD", "BHD"])
)
async def test_every_bid_survives_the_wire_both_ways_without_a_binary_float(
    minor: int, currency: str
) -> None:
    money = Money(minor, currency)
    at = await written(bid_leg(money), page(group()), described(currency))
    number = re.search(rb'"bid_price":([\d.]+)', at.script.asked[-1].content)
    assert number is not None
    assert number[1].decode() == money.amount
    body = page(group()).text.replace('"bid_price":0.5', f'"bid_price":{money.amount}')
    shown = page()
    shown._content = body.encode()
    assert (await desk(shown, described(currency)).ads.look(bid_leg(money))).value == money


async def test_a_conversion_is_bid_for_under_its_own_name() -> None:
    ocpm = page(group(billing_event="OCPM", conversion_bid_price=7))
    at = await written(bid_leg(), ocpm, described())
    assert at.script.body()["conversion_bid_price"] == 0.6
    assert (await desk(ocpm, described()).ads.look(bid_leg())).value == Money(700, "USD")


async def test_bids_that_are_not_ours_to_set_are_refused() -> None:
    auto = page(group(bid_type="BID_TYPE_NO_BID"))
    for call in (desk(auto).ads.look(bid_leg()), desk(auto).ads.write(bid_leg(), key="k")):
        with pytest.raises(Unsupported, match="bid by itself"):
            await call
    with pytest.raises(Unsupported, match="on ad groups only"):
        await desk().ads.look(bid_leg(level=Level.CAMPAIGN))
    with pytest.raises(BadInput, match="counts in EUR"):
        await desk(page(group()), described("EUR")).ads.write(bid_leg(), key="k")


AGES = [(None, None), (13, None), (13, 17), (18, 34), (25, None), (55, None), (45, 54)]


@given(
    countries=st.lists(st.sampled_from(sorted(REGIONS)), unique=True),
    genders=st.lists(st.sampled_from(list(Gender)), unique=True),
    languages=st.lists(st.sampled_from(["de", "en", "fr"]), unique=True),
    ages=st.sampled_from(AGES),
    ids=st.lists(st.integers(1, 10**18).map(str), unique=True, max_size=4),
)
def test_every_targeting_reads_back_as_it_was_written(
    countries: list[str],
    genders: list[Gender],
    languages: list[str],
    ages: tuple[int | None, int | None],
    ids: list[str],
) -> None:
    wanted = Targeting(
        countries=tuple(countries),
        genders=tuple(genders),
        languages=tuple(languages),
        age_min=ages[0],
        age_max=ages[1],
        audiences=tuple(ids[:2]),
        excluded_audiences=tuple(ids[2:]),
        interests=tuple(ids),
    )
    row = Row(TIKTOK, targeting_fields(wanted, REGIONS))
    assert targeting_of(row, wanted, REGIONS) == wanted


async def test_no_country_means_every_country_that_tiktok_offers() -> None:
    at = await written(targeting_leg(), regions(), page(group()))
    assert sorted(at.script.body()["location_ids"]) == sorted(REGIONS.values())
    everywhere = page(group(location_ids=list(REGIONS.values())))
    assert (await desk(regions(), everywhere).ads.look(targeting_leg())).value == Targeting()
    named = targeting_leg(countries=tuple(sorted(REGIONS)))
    assert (await desk(regions(), everywhere).ads.look(named)).value == named.after


@pytest.mark.parametrize(
    "fields", [{"location_ids": ["5128581"]}, {"age_groups": ["AGE_13_17", "AGE_35_44"]}]
)
async def test_targeting_that_our_words_would_lose_is_neither_shown_nor_overwritten(
    fields: dict[str, Any],
) -> None:
    for call in ("look", "write"):
        at = desk(regions(), page(group(**fields)))
        with pytest.raises(Unsupported, match=r"finer than countries|gap between"):
            await (at.ads.look(targeting_leg()) if call == "look" else at.ads.write(targeting_leg(), key="k"))
        assert all(request.method == "GET" for request in at.script.asked)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"countries": ("XX",)}, "does not deliver to XX"),
        ({"excluded_countries": ("US",)}, "cannot exclude countries"),
        ({"age_min": 21}, "age_min must begin one"),
        ({"age_max": 34}, "age_min must begin one"),
        ({"audiences": ("a",)}, "must be digits"),
    ],
)
async def test_targeting_that_tiktok_has_not_is_refused_before_anything_is_sent(
    wanted: dict[str, Any], says: str
) -> None:
    at = desk(regions(), page(group()))
    with pytest.raises((BadInput, Unsupported), match=says):
        await at.ads.write(targeting_leg(**wanted), key="k")
