"""Who sees a LinkedIn campaign: its facets in our targeting, and our targeting among its facets.

Facets that we have no word for (seniorities, titles, employers) stay as they are. Places finer than a
country and other settings that our words would lose are refused instead of shown by halves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from omnify_core.errors import BadInput, Unsupported
from omnify_core.specs import Gender, Targeting
from omnify_platforms.linkedin_places import LOCALE, country_of, geo_urn, language_of, locale_of
from omnify_platforms.rows import Row, as_told, digits

_FACET = "urn:li:adTargetingFacet:"
_GENDERS = {"urn:li:gender:FEMALE": Gender.FEMALE, "urn:li:gender:MALE": Gender.MALE}
_SEGMENT, _INTEREST, _AGES = "urn:li:adSegment:", "urn:li:interest:", "urn:li:ageRange:"
_OLDEST = 2_147_483_647
_BANDS = ((18, 24), (25, 34), (35, 54), (55, _OLDEST))
Urns = Mapping[str, tuple[str, ...]]


class _Facet(NamedTuple):
    """A facet that we have words for: how each of its URNs is said; '' where it cannot be."""

    name: str
    said: Callable[[str], str]


def _tail(prefix: str) -> Callable[[str], str]:
    return lambda urn: urn.removeprefix(prefix) if urn.startswith(prefix) else ""


_INCLUDED = {
    "countries": _Facet(f"{_FACET}locations", country_of),
    "languages": _Facet(f"{_FACET}interfaceLocales", language_of),
    "genders": _Facet(f"{_FACET}genders", lambda urn: urn if urn in _GENDERS else ""),
    "ages": _Facet(f"{_FACET}ageRanges", _tail(_AGES)),
    "audiences": _Facet(f"{_FACET}audienceMatchingSegments", _tail(_SEGMENT)),
    "interests": _Facet(f"{_FACET}interests", _tail(_INTEREST)),
}
_EXCLUDED = {
    "excluded_countries": _INCLUDED["countries"],
    "excluded_audiences": _INCLUDED["audiences"],
}


def targeting_of(row: Row, told: Targeting | None) -> Targeting:
    """Of a campaign's row, in the order that `told` has. Raises Unsupported where it has no words."""
    included = _said(_INCLUDED, _blocks(row))
    excluded = _said(_EXCLUDED, [_mapping(row.raw("targetingCriteria.exclude.or"))])
    ages = _ages(included.pop("ages"))
    values = {name: as_told(found, getattr(told, name, ())) for name, found in (included | excluded).items()}
    values["genders"] = as_told([_GENDERS[urn] for urn in included["genders"]], told.genders if told else ())
    return Targeting.model_validate(values | ages)


def criteria_of(wanted: Targeting, row: Row | None = None) -> dict[str, Any]:
    """`targetingCriteria`, with all facets of `row` that are not ours. Raises BadInput, Unsupported."""
    if row is not None:
        targeting_of(row, wanted)  # what our words would lose is not overwritten either
    if not wanted.countries:
        raise BadInput("countries: LinkedIn wants at least one country to target, such as 'US'")
    if both := set(wanted.countries) & set(wanted.excluded_countries):
        raise BadInput(f"countries: {', '.join(sorted(both))} cannot be both included and excluded")
    included = {
        "countries": [geo_urn(country) for country in wanted.countries],
        "languages": [LOCALE + locale_of(language) for language in wanted.languages],
        "genders": [urn for urn, gender in _GENDERS.items() if gender in wanted.genders],
        "ages": [f"{_AGES}({low},{high})" for low, high in _bands(wanted)],
        "audiences": [_SEGMENT + digits(one, "LinkedIn audience id") for one in wanted.audiences],
        "interests": [_INTEREST + digits(one, "LinkedIn interest id") for one in wanted.interests],
    }
    excluded = {
        "excluded_countries": [geo_urn(country) for country in wanted.excluded_countries],
        "excluded_audiences": [
            _SEGMENT + digits(one, "LinkedIn audience id") for one in wanted.excluded_audiences
        ],
    }
    ours = {facet.name for facet in _INCLUDED.values()}
    kept = [block for block in _blocks(row) if not ours & set(block)] if row else []
    blocks = [*kept, *({_INCLUDED[name].name: urns} for name, urns in included.items() if urns)]
    criteria: dict[str, Any] = {"include": {"and": [{"or": _listed(block)} for block in blocks]}}
    others = _mapping(row.raw("targetingCriteria.exclude.or")) if row else {}
    hidden = {facet.name for facet in _EXCLUDED.values()}
    held = _listed({name: urns for name, urns in others.items() if name not in hidden})
    held |= {_EXCLUDED[name].name: urns for name, urns in excluded.items() if urns}
    return criteria | ({"exclude": {"or": held}} if held else {})


def _blocks(row: Row) -> list[Urns]:
    blocks = row.raw("targetingCriteria.include.and")
    return [
        _mapping(block.get("or") if isinstance(block, dict) else None)
        for block in (blocks if isinstance(blocks, list) else [])
    ]


def _listed(urns: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    return {name: list(held) for name, held in urns.items()}


def _mapping(value: Any) -> Urns:
    held = value if isinstance(value, dict) else {}
    return {str(name): tuple(urns) for name, urns in held.items() if isinstance(urns, list)}


def _said(facets: Mapping[str, _Facet], blocks: Iterable[Urns]) -> dict[str, list[str]]:
    """Each facet's values in our words. One facet in two blocks, or beside another, means something else."""
    found: dict[str, list[str]] = {name: [] for name in facets}
    for block in blocks:
        for name, facet in facets.items():
            urns = block.get(facet.name, ())
            said = [facet.said(urn) for urn in urns]
            mixed = facets is _INCLUDED and len(block) > 1
            if urns and (found[name] or mixed or not all(said)):
                raise Unsupported(
                    f"this campaign targets {facet.name.removeprefix(_FACET)} in a way that OmniFy has no "
                    "words for; change it in Campaign Manager, so that nothing of it is lost"
                )
            found[name] += said
    return found


def _ages(ranges: list[str]) -> dict[str, int | None]:
    bands = [band for band in _BANDS if f"({band[0]},{band[1]})" in ranges]
    places = [_BANDS.index(band) for band in bands]
    if len(bands) != len(ranges) or places != list(
        range(min(places, default=0), max(places, default=-1) + 1)
    ):
        raise Unsupported(
            f"this campaign targets the ages {', '.join(ranges)}, which have a gap between them"
        )
    if not bands:
        return {}
    oldest = bands[-1][1]
    return {"age_min": bands[0][0], "age_max": None if oldest == _OLDEST else oldest}


def _bands(wanted: Targeting) -> list[tuple[int, int]]:
    """LinkedIn's age ranges from the least to the greatest. Raises BadInput between them."""
    if wanted.age_min is None and wanted.age_max is None:
        return []
    low, high = wanted.age_min or 18, wanted.age_max or _OLDEST
    bands = [band for band in _BANDS if low <= band[0] and band[1] <= high]
    exact = bands and (bands[0][0], bands[-1][1]) == (low, high)
    if not exact or wanted.age_min is None:
        raise BadInput(
            "age_min, age_max: LinkedIn has the ages 18-24, 25-34, 35-54 and from 55; age_min must be 18, "
            f"25, 35 or 55 and age_max 24, 34, 54 or left out, not {wanted.age_min} and {wanted.age_max}"
        )
    return bands
