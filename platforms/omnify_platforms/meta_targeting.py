"""Who may see an ad set's ads, between our `Targeting` and Meta's targeting spec.

What only says where and on which device an ad is shown (placements, devices, brand safety) is kept as it
is. What says who, and has no word in `Targeting` (cities, languages, behaviours), makes the whole
unreadable for us: it is refused rather than left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from omnify_core.errors import BadInput, Unsupported
from omnify_core.specs import Gender, Targeting
from omnify_platforms.rows import Row, digits

# Meta's widest ages: absent and named mean the same.
_YOUNGEST, _OLDEST = 18, 65
_GENDERS = {1: Gender.MALE, 2: Gender.FEMALE}
_NUMBERS = {gender: number for number, gender in _GENDERS.items()}
_OURS = {
    "geo_locations",
    "excluded_geo_locations",
    "age_min",
    "age_max",
    "genders",
    "custom_audiences",
    "excluded_custom_audiences",
    "flexible_spec",
}
_READ_ONLY = {"targeting_relaxation_types", "is_whatsapp_destination_ad", "targeting_optimization"}
_NOT_WHO = {
    "publisher_platforms",
    "device_platforms",
    "user_os",
    "user_device",
    "excluded_user_device",
    "wireless_carrier",
    "targeting_automation",
    "age_range",
}
_NOT_WHO_ENDS = ("_positions", "_platforms", "_filter_levels", "_content_types", "_list_ids", "_categories")
_NOT_PLACES = {"countries", "location_types"}
_COUNTRY = re.compile(r"[A-Z]{2}")


def targeting_of(row: Row, like: Targeting | None) -> Targeting:
    """What the ad set's row shows. One fact in two spellings (18 and no age at all) is told as `like` does.

    Raises Unsupported where Meta limits the audience in a way that `Targeting` has no word for.
    """
    held = _held(row)
    if strange := sorted(_strange(held)):
        raise Unsupported(
            f"this ad set is limited by {', '.join(strange)}, which cannot be changed from here; "
            "change its audience in Ads Manager"
        )
    shown = _plain(
        Targeting(
            countries=_texts(held, "geo_locations", "countries"),
            excluded_countries=_texts(held, "excluded_geo_locations", "countries"),
            age_min=held.get("age_min"),
            age_max=held.get("age_max"),
            genders=tuple(_GENDERS[number] for number in held.get("genders", []) if number in _GENDERS),
            audiences=_ids(held.get("custom_audiences")),
            excluded_audiences=_ids(held.get("excluded_custom_audiences")),
            interests=_ids(_interests(held)),
        )
    )
    return like if like is not None and _plain(like) == shown else shown


def targeting_form(wanted: Targeting, row: Row | None = None) -> dict[str, Any]:
    """Meta's spec for `wanted`; of an ad set that is there (`row`) all else is kept.

    Meta takes limits for mere suggestions while its own audience is on, so that is switched off by name.
    Raises BadInput, Unsupported.
    """
    check_targeting(wanted)
    held = _held(row) if row is not None else {}
    kept = {name: value for name, value in held.items() if _is_kept(name)}
    places = {name: value for name, value in held.get("geo_locations", {}).items() if name != "countries"}
    if wanted.countries:
        places["countries"] = sorted(wanted.countries)
    given: dict[str, Any] = {
        "geo_locations": places,
        "excluded_geo_locations": {"countries": sorted(wanted.excluded_countries)}
        if wanted.excluded_countries
        else None,
        "age_min": wanted.age_min,
        "age_max": wanted.age_max,
        "genders": sorted(_NUMBERS[gender] for gender in wanted.genders),
        "custom_audiences": _objects(wanted.audiences),
        "excluded_custom_audiences": _objects(wanted.excluded_audiences),
        "flexible_spec": [{"interests": _objects(wanted.interests)}] if wanted.interests else None,
        "targeting_automation": {"advantage_audience": 0},
    }
    return kept | {name: value for name, value in given.items() if value}


def check_targeting(wanted: Targeting) -> None:
    """Raises BadInput and Unsupported where Meta could not be told."""
    if wanted.languages:
        raise Unsupported(
            "Meta Ads counts languages by its own locale numbers, which are not known here; leave "
            "targeting.languages empty or choose them in Ads Manager"
        )
    if not (wanted.countries or wanted.audiences):
        raise BadInput("targeting.countries: name at least one country, or Meta Ads would show ads anywhere")
    for country in (*wanted.countries, *wanted.excluded_countries):
        if not _COUNTRY.fullmatch(country):
            raise BadInput(f"targeting.countries: {country!r} is no ISO 3166-1 code such as 'US'")
    if wanted.age_min and wanted.age_max and wanted.age_min > wanted.age_max:
        raise BadInput(f"targeting.age_min {wanted.age_min} is above age_max {wanted.age_max}")
    for number in (*wanted.audiences, *wanted.excluded_audiences, *wanted.interests):
        digits(number, "the id of a Meta audience or interest")


def _held(row: Row) -> dict[str, Any]:
    held = row.raw("targeting")
    return held if isinstance(held, dict) else {}


def _plain(targeting: Targeting) -> Targeting:
    """One spelling: sorted, and nothing said where the widest choice holds."""
    everybody = set(targeting.genders) == set(Gender)
    return Targeting(
        countries=tuple(sorted(targeting.countries)),
        excluded_countries=tuple(sorted(targeting.excluded_countries)),
        languages=tuple(sorted(targeting.languages)),
        age_min=None if targeting.age_min == _YOUNGEST else targeting.age_min,
        age_max=None if targeting.age_max == _OLDEST else targeting.age_max,
        genders=() if everybody else tuple(sorted(targeting.genders)),
        audiences=tuple(sorted(targeting.audiences)),
        excluded_audiences=tuple(sorted(targeting.excluded_audiences)),
        interests=tuple(sorted(targeting.interests)),
    )


def _strange(held: dict[str, Any]) -> Iterable[str]:
    """Names of what limits the audience beyond our words."""
    for name, value in held.items():
        if value and not (name in _OURS or _is_kept(name) or _is_meta_s(name)):
            yield name
    for name in ("geo_locations", "excluded_geo_locations"):
        yield from (place for place in held.get(name, {}) if place not in _NOT_PLACES)
    groups = held.get("flexible_spec", [])
    if len(groups) > 1 or any(set(group) - {"interests"} for group in groups):
        yield "flexible_spec"


def _is_meta_s(name: str) -> bool:
    """Shown by Meta, refused when sent back."""
    return name in _READ_ONLY or name.startswith("effective_")


def _is_kept(name: str) -> bool:
    if _is_meta_s(name):
        return False
    return name in _NOT_WHO or name.endswith(_NOT_WHO_ENDS)


def _interests(held: dict[str, Any]) -> list[Any]:
    return [interest for group in held.get("flexible_spec", []) for interest in group.get("interests", [])]


def _texts(held: dict[str, Any], *path: str) -> tuple[str, ...]:
    value: Any = held
    for step in path:
        value = value.get(step, {}) if isinstance(value, dict) else {}
    return tuple(str(text) for text in value)


def _ids(objects: Any) -> tuple[str, ...]:
    return tuple(str(thing.get("id")) for thing in objects or [] if isinstance(thing, dict))


def _objects(ids: Iterable[str]) -> list[dict[str, str]]:
    return [{"id": number} for number in sorted(ids)]
