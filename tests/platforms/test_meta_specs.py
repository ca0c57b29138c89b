"""Specs on their way to Meta and back: money in every currency, texts, and who sees the ads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnify_core.errors import BadInput, PlatformRejected, Unsupported
from omnify_core.money import Money
from omnify_core.specs import AdGroupSpec, AdSpec, AudienceSpec, CampaignSpec, Gender, Objective, Targeting
from omnify_platforms.meta_specs import (
    ad_set_spec,
    ad_spec,
    audience_form,
    campaign_form,
    campaign_spec,
    check_ad,
    creative_form,
    upload_id,
)
from omnify_platforms.meta_targeting import check_targeting, targeting_form, targeting_of
from omnify_platforms.rows import Row
from omnify_platforms.units import meta_offset, meta_units
from tests.builders.meta_graph import META

# With no places, with two that Meta counts in none, and with three that Meta counts in two.
CURRENCIES = ["USD", "EUR", "JPY", "KRW", "HUF", "TWD", "CLP", "BHD", "JOD"]
US = Targeting(countries=("US",))
COUNTRIES = st.lists(st.sampled_from(["US", "CA", "GB", "DE", "JP"]), min_size=1, unique=True).map(tuple)
NUMBERS = st.lists(st.integers(1, 10**12).map(str), max_size=3, unique=True).map(tuple)
AGES = st.none() | st.integers(18, 39)
TARGETING = st.builds(
    Targeting,
    countries=COUNTRIES,
    excluded_countries=st.just(()) | st.just(("MX",)),
    age_min=AGES,
    age_max=st.none() | st.integers(40, 65),
    genders=st.sampled_from([(), (Gender.MALE,), (Gender.FEMALE,), (Gender.MALE, Gender.FEMALE)]),
    audiences=NUMBERS,
    excluded_audiences=NUMBERS,
    interests=NUMBERS,
)


def shown(wanted: Targeting) -> Row:
    """As Meta shows what it was sent: with its own ages and kinds of location, and ids with names."""
    spec: dict[str, Any] = {"age_min": 18, "age_max": 65} | json.loads(json.dumps(targeting_form(wanted)))
    spec["geo_locations"] = {"location_types": ["home", "recent"]} | spec["geo_locations"]
    for name in ("custom_audiences", "excluded_custom_audiences"):
        spec[name] = [one | {"name": "x"} for one in spec.get(name, [])]
    return Row(META, {"targeting": spec})


def counts(currency: str) -> st.SearchStrategy[Money]:
    """Amounts that Meta can count."""
    return st.integers(1, 10**9).map(
        lambda count: Money.exactly(Money(count, "USD").units * 100 / meta_offset(currency), currency)
    )


@given(st.data(), st.sampled_from(CURRENCIES))
def test_a_campaign_s_budget_comes_back_as_it_was_sent(data: st.DataObject, currency: str) -> None:
    spec = CampaignSpec(name="New", objective=Objective.LEADS, daily_budget=data.draw(counts(currency)))
    form = campaign_form(spec, str(meta_units(spec.daily_budget)))
    assert int(form["daily_budget"]) == spec.daily_budget.units * meta_offset(currency)
    assert campaign_spec(Row(META, form), currency) == spec


@given(st.data(), st.sampled_from(CURRENCIES))
def test_an_ad_set_s_bid_and_budget_come_back_as_they_were_sent(data: st.DataObject, currency: str) -> None:
    bid, budget = data.draw(counts(currency)), data.draw(counts(currency))
    spec = AdGroupSpec(name="New", bid=bid, daily_budget=budget, targeting=US)
    # Meta shows bids as numbers and budgets as texts.
    money = {"bid_amount": meta_units(bid), "daily_budget": str(meta_units(budget))}
    row = Row(META, {"name": "New", **money, "targeting": targeting_form(US)})
    assert ad_set_spec(row, currency, None) == spec


@given(TARGETING)
def test_who_sees_the_ads_comes_back_as_it_was_sent_in_its_own_spelling(wanted: Targeting) -> None:
    assert targeting_of(shown(wanted), wanted) == wanted


@given(TARGETING, TARGETING)
def test_two_audiences_that_differ_are_never_told_as_one(one: Targeting, other: Targeting) -> None:
    same = targeting_of(shown(one), None) == targeting_of(shown(other), None)
    assert (targeting_of(shown(one), other) == other) is same


def test_one_fact_in_two_spellings_is_one_fact() -> None:
    wide = Targeting(countries=("US", "CA"), age_min=18, age_max=65, genders=(Gender.MALE, Gender.FEMALE))
    plain = Targeting(countries=("CA", "US"))
    assert targeting_of(shown(wide), None) == targeting_of(shown(plain), None) == plain
    assert targeting_of(shown(plain), wide) == wide


@pytest.mark.parametrize(
    ("held", "named"),
    [
        ({"geo_locations": {"cities": [{"key": "1"}]}}, "cities"),
        ({"excluded_geo_locations": {"regions": [{"key": "1"}]}}, "regions"),
        ({"locales": [6]}, "locales"),
        ({"flexible_spec": [{"behaviors": [{"id": "1"}]}]}, "flexible_spec"),
        ({"flexible_spec": [{"interests": [{"id": "1"}]}, {"interests": [{"id": "2"}]}]}, "flexible_spec"),
        ({"exclusions": {"interests": [{"id": "1"}]}}, "exclusions"),
    ],
)
def test_limits_that_have_no_word_here_are_named_and_not_left_out(held: dict[str, Any], named: str) -> None:
    with pytest.raises(Unsupported, match=named):
        targeting_of(Row(META, {"targeting": held}), None)


def test_placements_and_devices_are_kept_and_what_only_meta_sets_is_stripped() -> None:
    held = {
        "geo_locations": {"countries": ["US"], "location_types": ["home"]},
        "publisher_platforms": ["instagram"],
        "instagram_positions": ["stream"],
        "user_os": ["iOS"],
        "genders": [1],
        "targeting_relaxation_types": {"lookalike": 0},
        "targeting_optimization": "none",
        "is_whatsapp_destination_ad": False,
        "effective_publisher_platforms": ["instagram"],
        "targeting_automation": {"advantage_audience": 1},
    }
    row = Row(META, {"targeting": held})
    assert targeting_of(row, None) == Targeting(countries=("US",), genders=(Gender.MALE,))
    assert targeting_form(Targeting(countries=("CA",), age_min=30), row) == {
        "geo_locations": {"countries": ["CA"], "location_types": ["home"]},
        "publisher_platforms": ["instagram"],
        "instagram_positions": ["stream"],
        "user_os": ["iOS"],
        "age_min": 30,
        "targeting_automation": {"advantage_audience": 0},
    }


@pytest.mark.parametrize(
    ("wanted", "error", "words"),
    [
        (Targeting(), BadInput, "at least one country"),
        (Targeting(countries=("USA",)), BadInput, "no ISO 3166-1"),
        (Targeting(countries=("US",), languages=("en",)), Unsupported, "locale numbers"),
        (Targeting(countries=("US",), age_min=50, age_max=40), BadInput, "above age_max"),
        (Targeting(countries=("US",), interests=("golf",)), BadInput, "must be digits"),
    ],
)
def test_what_meta_cannot_be_told_names_the_field(
    wanted: Targeting, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        check_targeting(wanted)


@given(
    st.text(min_size=1, max_size=60),
    st.lists(st.text(min_size=1, max_size=90), max_size=2).map(tuple),
    st.sampled_from(["", "LEARN_MORE"]),
    st.sampled_from(["", "9f86d081884c7d65"]),
)
def test_an_ad_says_what_was_approved_to_the_letter(
    headline: str, texts: tuple[str, ...], action: str, image: str
) -> None:
    spec = AdSpec(
        name="Ad",
        headlines=(headline,),
        descriptions=texts,
        url="https://x.test/a?b=1",
        image=image,
        call_to_action=action,
    )
    check_ad(spec)
    form = creative_form(spec, "88").form
    story = json.loads(form["object_story_spec"])
    assert ad_spec(Row(META, {"name": "Ad", "creative": {"object_story_spec": story}})) == spec


def test_a_creative_s_name_follows_from_what_it_says_and_fits_meta_s_limit() -> None:
    spec = AdSpec(name="N" * 255, headlines=("Run",), url="https://x.test")
    other = spec.model_copy(update={"headlines": ("Walk",)})
    names = {creative_form(one, page).name for one in (spec, other) for page in ("1", "2")}
    assert len(names) == 4
    assert creative_form(spec, "1") == creative_form(spec, "1")
    assert all(len(name) <= 100 for name in names)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"headlines": ("A", "B")}, Unsupported, "one headline"),
        ({"descriptions": ("A", "B", "C")}, Unsupported, "two at most"),
        ({"call_to_action": "Sign up"}, BadInput, "SIGN_UP"),
        ({"image": "../x"}, BadInput, "hash of a Meta image"),
    ],
)
def test_an_ad_that_has_no_place_on_meta_says_why(
    changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    spec = AdSpec(name="Ad", headlines=("A",), url="https://x.test").model_copy(update=changes)
    with pytest.raises(error, match=words):
        check_ad(spec)


def test_a_campaign_with_targeting_or_a_start_is_refused_with_the_cure() -> None:
    spec = CampaignSpec(name="New", objective=Objective.SALES, daily_budget=Money(100, "USD"))
    with pytest.raises(BadInput, match="ad group"):
        campaign_form(spec.model_copy(update={"targeting": US}), "100")
    with pytest.raises(Unsupported, match="start_on empty"):
        campaign_form(spec.model_copy(update={"start_on": "2026-12-01"}), "100")


@pytest.mark.parametrize(
    "row", [{"objective": "LINK_CLICKS", "daily_budget": "9"}, {"objective": "OUTCOME_SALES"}]
)
def test_a_campaign_of_another_kind_with_the_same_name_is_not_taken_for_ours(row: dict[str, str]) -> None:
    with pytest.raises(PlatformRejected, match="another name"):
        campaign_spec(Row(META, {"name": "New"} | row), "USD")


def test_only_hashes_leave_for_a_customer_list() -> None:
    spec = AudienceSpec(name="L", members=("jo@example.com",))
    with pytest.raises(BadInput, match="SHA-256"):
        audience_form(spec)


@given(st.sets(st.integers(0, 2**40).map("{:064x}".format), min_size=2, max_size=6))
def test_an_upload_is_known_by_whom_it_holds_in_any_order(members: set[str]) -> None:
    one, other = tuple(sorted(members)), tuple(sorted(members, reverse=True))
    assert upload_id(AudienceSpec(name="A", members=one)) == upload_id(AudienceSpec(name="B", members=other))
    fewer = AudienceSpec(name="A", members=one[1:])
    assert upload_id(fewer) != upload_id(AudienceSpec(name="A", members=one))
    assert int(upload_id(fewer)) < 2**56
