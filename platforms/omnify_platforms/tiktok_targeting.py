"""Who sees a TikTok ad group: its fields in our targeting, and back.

TikTok wants places, so a targeting without countries is every country that it offers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omnify_core.errors import BadInput, Unsupported
from omnify_core.specs import Gender, Targeting
from omnify_platforms.rows import Row, as_told, digits

FIELDS = (
    "location_ids", "languages", "age_groups", "gender", "audience_ids", "excluded_audience_ids",
    "interest_category_ids",
)  # fmt: skip
_AGES = ("AGE_13_17", "AGE_18_24", "AGE_25_34", "AGE_35_44", "AGE_45_54", "AGE_55_100")
_LOW, _HIGH = (13, 18, 25, 35, 45, 55), (17, 24, 34, 44, 54, None)
_GENDERS = {"GENDER_FEMALE": (Gender.FEMALE,), "GENDER_MALE": (Gender.MALE,), "GENDER_UNLIMITED": ()}
_OF_GENDERS = {genders: word for word, genders in _GENDERS.items()}


def targeting_of(row: Row, told: Targeting | None, countries: Mapping[str, str]) -> Targeting:
    """Of an ad group's row. `countries`: location ids by ISO code. Raises Unsupported for finer places."""
    told = told or Targeting()
    codes = {location: code for code, location in countries.items()}
    places = _texts(row, "location_ids")
    if finer := [place for place in places if place not in codes]:
        raise Unsupported(
            f"this ad group targets places finer than countries ({', '.join(finer[:5])}), which OmniFy has "
            "no words for; change it in TikTok Ads Manager, so that nothing of it is lost"
        )
    everywhere = set(places) == set(codes) and not told.countries
    both = set(told.genders) == set(Gender)
    genders = row.one_of("gender", _GENDERS) if row.raw("gender") else ()
    low, high = _ages(_texts(row, "age_groups"))
    return Targeting(
        countries=() if everywhere else as_told([codes[place] for place in places], told.countries),
        languages=as_told(_texts(row, "languages"), told.languages),
        age_min=low,
        age_max=high,
        genders=told.genders if both and not genders else genders,
        audiences=as_told(_texts(row, "audience_ids"), told.audiences),
        excluded_audiences=as_told(_texts(row, "excluded_audience_ids"), told.excluded_audiences),
        interests=as_told(_texts(row, "interest_category_ids"), told.interests),
    )


def targeting_fields(wanted: Targeting, countries: Mapping[str, str]) -> dict[str, Any]:
    """The fields of an ad group, all of them. Raises BadInput, Unsupported."""
    if wanted.excluded_countries:
        raise Unsupported("TikTok Ads cannot exclude countries; name only those that are wanted")
    if unknown := sorted(set(wanted.countries) - set(countries)):
        raise BadInput(
            f"countries: TikTok Ads does not deliver to {', '.join(unknown)} from this account; use some of "
            f"{', '.join(sorted(countries))}"
        )
    genders = () if len(wanted.genders) == len(Gender) else wanted.genders
    return {
        "location_ids": [countries[code] for code in wanted.countries or sorted(countries)],
        "languages": list(wanted.languages),
        "age_groups": _age_groups(wanted),
        "gender": _OF_GENDERS[genders],
        "audience_ids": [digits(one, "TikTok audience id") for one in wanted.audiences],
        "excluded_audience_ids": [digits(one, "TikTok audience id") for one in wanted.excluded_audiences],
        "interest_category_ids": [digits(one, "TikTok interest id") for one in wanted.interests],
    }


def _texts(row: Row, name: str) -> list[str]:
    value = row.raw(name)
    return [str(one) for one in value] if isinstance(value, list) else []


def _ages(groups: list[str]) -> tuple[int | None, int | None]:
    places = sorted(_AGES.index(group) for group in groups if group in _AGES)
    if len(places) != len(groups) or places != list(range(*_span(places))):
        raise Unsupported(
            f"this ad group targets the ages {', '.join(groups)}, which have a gap between them"
        )
    return (_LOW[places[0]], _HIGH[places[-1]]) if places else (None, None)


def _span(places: list[int]) -> tuple[int, int]:
    return (places[0], places[-1] + 1) if places else (0, 0)


def _age_groups(wanted: Targeting) -> list[str]:
    if wanted.age_min is None and wanted.age_max is None:
        return []
    if wanted.age_min not in _LOW or wanted.age_max not in _HIGH:
        raise BadInput(
            "age_min, age_max: TikTok has the ages 13-17, 18-24, 25-34, 35-44, 45-54 and from 55; age_min "
            "must begin one of them and age_max end one or be left out, not "
            f"{wanted.age_min} and {wanted.age_max}"
        )
    return list(_AGES[_LOW.index(wanted.age_min) : _HIGH.index(wanted.age_max) + 1])
