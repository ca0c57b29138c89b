"""Whether a targeting spec is one that Meta would take."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from omnify_sandbox.meta.contract import fields_of
from omnify_sandbox.meta.errors import invalid
from omnify_sandbox.meta.params import check_keys, json_value

# Shown by Meta, and refused when they are sent back.
_READ_ONLY = {"targeting_relaxation_types", "is_whatsapp_destination_ad", "targeting_optimization"}
_COUNTRY = re.compile(r"[A-Z]{2}")
_YOUNGEST, _OLDEST = 13, 65


def check_targeting(text: str, audiences: Collection[str], *, must_say_audience: bool) -> dict[str, Any]:
    """The spec as it will be kept. `must_say_audience`: ads of special categories choose 0 or 1 by name.

    Raises MetaProblem.
    """
    spec = check_keys("targeting", json_value("targeting", text), fields_of("Targeting"))
    if fixed := sorted(name for name in spec if name in _READ_ONLY or name.startswith("effective_")):
        raise invalid(f"The targeting fields {fixed} are read-only and cannot be set")
    _check_places(spec)
    _check_people(spec)
    for name in ("custom_audiences", "excluded_custom_audiences"):
        for one in _objects(spec, name, {"id", "name"}):
            if one.get("id") not in audiences:
                raise invalid(
                    f"Custom audience {one.get('id')!r} does not exist or cannot be used", subcode=1487301
                )
    for group in _objects(spec, "flexible_spec", fields_of("FlexibleTargeting")):
        for one in _objects(group, "interests", {"id", "name"}):
            if not str(one.get("id", "")).isdigit():
                raise invalid(f"Interest {one.get('id')!r} is invalid", subcode=1487694)
    automation = check_keys(
        "targeting_automation",
        spec.get("targeting_automation", {}),
        {"advantage_audience", "individual_setting"},
    )
    advantage = automation.get("advantage_audience")
    if advantage not in (None, 0, 1) or (must_say_audience and advantage is None):
        raise invalid("The advantage_audience flag in targeting_automation must be 0 or 1", subcode=1870227)
    return spec


def _check_places(spec: dict[str, Any]) -> None:
    places = {
        name: check_keys(name, spec.get(name, {}), fields_of("TargetingGeoLocation"))
        for name in ("geo_locations", "excluded_geo_locations")
    }
    included = {name: held for name, held in places["geo_locations"].items() if name != "location_types"}
    if not any(included.values()) and not spec.get("custom_audiences"):
        raise invalid(
            "Invalid parameter",
            subcode=1885364,
            title="Location Is Missing",
            user_message="Your ad set must target at least one location or custom audience.",
        )
    for where in places.values():
        for country in where.get("countries", []):
            if not (isinstance(country, str) and _COUNTRY.fullmatch(country)):
                raise invalid(f"Country {country!r} is no ISO 3166-1 code")
    shared = set(places["geo_locations"].get("countries", [])) & set(
        places["excluded_geo_locations"].get("countries", [])
    )
    if shared:
        raise invalid(f"Locations {sorted(shared)} are both targeted and excluded", subcode=1487756)


def _check_people(spec: dict[str, Any]) -> None:
    low, high = spec.get("age_min", _YOUNGEST), spec.get("age_max", _OLDEST)
    for name, age in (("age_min", low), ("age_max", high)):
        if not isinstance(age, int) or isinstance(age, bool) or not _YOUNGEST <= age <= _OLDEST:
            raise invalid(f"{name} must be a whole number from {_YOUNGEST} to {_OLDEST}, got {age!r}")
    if low > high:
        raise invalid(f"age_min {low} is above age_max {high}")
    genders = spec.get("genders", [])
    if not isinstance(genders, list) or any(gender not in (1, 2) for gender in genders):
        raise invalid(f"genders must be a list of 1 and 2, got {genders!r}")


def _objects(spec: dict[str, Any], name: str, known: Collection[str]) -> list[dict[str, Any]]:
    held = spec.get(name, [])
    if not isinstance(held, list):
        raise invalid(f"Param {name} must be a list of objects")
    return [check_keys(name, one, known) for one in held]
