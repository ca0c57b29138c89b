"""`targetingCriteria`: which facets and URNs a campaign may have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from omnify_sandbox.linkedin.errors import InputError, unpermitted

FIELD = "targetingCriteria"
_FACET = "urn:li:adTargetingFacet:"
_LOCATIONS = f"{_FACET}locations"
# What a facet's URNs look like.
_URNS = {
    f"{_FACET}{name}": re.compile(pattern)
    for name, pattern in {
        "locations": r"urn:li:geo:\d+",
        "profileLocations": r"urn:li:geo:\d+",
        "interfaceLocales": r"urn:li:locale:[a-z]{2}_[A-Z]{2}",
        "genders": r"urn:li:gender:(MALE|FEMALE)",
        "ageRanges": r"urn:li:ageRange:\((18,24|25,34|35,54|55,2147483647)\)",
        "audienceMatchingSegments": r"urn:li:adSegment:\d+",
        "interests": r"urn:li:interest:\d+",
        "seniorities": r"urn:li:seniority:\d+",
        "titles": r"urn:li:title:\d+",
        "jobFunctions": r"urn:li:function:\d+",
        "industries": r"urn:li:industry:\d+",
        "skills": r"urn:li:skill:\d+",
        "employers": r"urn:li:(organization|company):\d+",
        "staffCountRanges": r"urn:li:staffCountRange:\(\d+,\d+\)",
    }.items()
}


def faults_of(value: Any) -> list[InputError]:
    """What is wrong with it; unknown names in it raise LinkedInProblem."""
    if not isinstance(value, dict) or not isinstance(value.get("include"), dict):
        return [_wrong(f"{FIELD}/include", value)]
    _known(value, ("include", "exclude"), FIELD)
    _known(value["include"], ("and",), f"{FIELD}/include")
    blocks = value["include"].get("and")
    if not isinstance(blocks, list) or not blocks:
        return [_wrong(f"{FIELD}/include/and", blocks)]
    found: list[InputError] = []
    included: set[str] = set()
    for place, block in enumerate(blocks):
        found += _block(block, f"{FIELD}/include/and/{place}", included)
    excluded: set[str] = set()
    if "exclude" in value:
        found += _block(value["exclude"], f"{FIELD}/exclude", excluded)
    found += [
        InputError(
            "FIELD_CANNOT_BE_BOTH_IN_INCLUDED_AND_EXCLUDED_TARGETING",
            FIELD,
            f"Cannot have {urn} in both included and excluded targeting",
        )
        for urn in sorted(included & excluded)
    ]
    has_place = any(_LOCATIONS in block.get("or", {}) for block in blocks if isinstance(block, dict))
    if not found and not has_place:
        return [InputError("MISSING_FIELD", f"{FIELD}/include", f"{_LOCATIONS} is required but missing")]
    return found


def _block(block: Any, path: str, urns: set[str]) -> Iterator[InputError]:
    if not isinstance(block, dict) or not isinstance(block.get("or"), dict) or not block["or"]:
        yield _wrong(path, block)
        return
    _known(block, ("or",), path)
    for facet, values in block["or"].items():
        pattern = _URNS.get(facet)
        is_list = isinstance(values, list) and bool(values) and len(set(map(str, values))) == len(values)
        if pattern is None or not is_list:
            yield _wrong(f"{path}/or/{facet}", values)
            continue
        wrong = [one for one in values if not isinstance(one, str) or not pattern.fullmatch(one)]
        yield from (
            InputError(
                "FIELD_VALUE_DOES_NOT_EXIST", f"{path}/or/{facet}", f"{facet} value {one} doesn't exist"
            )
            for one in wrong
        )
        urns |= {str(one) for one in values}


def _known(value: dict[str, Any], names: tuple[str, ...], path: str) -> None:
    strange = [f"{path}/{name}" for name in value if name not in names]
    if strange:
        raise unpermitted("REQUEST_BODY", strange)


def _wrong(path: str, value: Any) -> InputError:
    return InputError("INVALID_VALUE_FOR_FIELD", path, f"{path} can't be set to {value}")
