"""Who sees Google's ads: places and languages stand on campaigns, ages, genders and lists on ad groups.

Google shows ads to everybody of an age or gender that is not excluded, so that a choice is written as
what is left out, people of unknown age or gender included. What a person has set up in finer ways than
our `Targeting` can say is refused in words, never flattened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from omnify_core.campaigns import Level
from omnify_core.errors import BadInput, PlatformRejected, Unsupported
from omnify_core.specs import Gender, Targeting
from omnify_platforms.google_customers import GoogleCustomers, Operation
from omnify_platforms.rows import Row, digits

_AGES = ((18, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, 65))
_AGE_NAMES = {(low, high): f"AGE_RANGE_{low}_{'UP' if low == 65 else high}" for low, high in _AGES}
_UNKNOWN_AGE, _UNKNOWN_GENDER = "AGE_RANGE_UNDETERMINED", "UNDETERMINED"
_GENDERS = {Gender.FEMALE: "FEMALE", Gender.MALE: "MALE"}
# Google's own spelling of a language, where it is not ISO's.
_SPELLED = {"iw": "he"}
_BELOW = {
    Level.CAMPAIGN: ("campaign_criterion", "campaign"),
    Level.AD_GROUP: ("ad_group_criterion", "ad_group"),
}
_READ = {
    Level.CAMPAIGN: ("location.geo_target_constant", "language.language_constant"),
    Level.AD_GROUP: ("age_range.type", "gender.type", "user_list.user_list"),
}
# What would narrow the choice in ways that `Targeting` cannot say.
_FINER = {
    Level.CAMPAIGN: ("PROXIMITY", "LOCATION_GROUP"),
    Level.AD_GROUP: ("PARENTAL_STATUS", "INCOME_RANGE", "USER_INTEREST", "TOPIC", "AUDIENCE"),
}
_FIELDS = {
    Level.CAMPAIGN: ("countries", "excluded_countries", "languages"),
    Level.AD_GROUP: ("age_min", "age_max", "genders", "audiences", "excluded_audiences"),
}
_ELSEWHERE = {
    Level.CAMPAIGN: "ages, genders and audiences stand on Google's ad groups; set them there",
    Level.AD_GROUP: "countries and languages stand on Google's campaigns; set them there",
}


class Criterion(NamedTuple):
    """One criterion as its value below the resource: `("location.geo_target_constant", "…", negative)`."""

    path: str
    value: str
    negative: bool = False


class Constants(NamedTuple):
    """Resource names by ISO code; a language may be several to Google."""

    countries: Mapping[str, str]
    languages: Mapping[str, frozenset[str]]


class GoogleTargeting:
    def __init__(self, customers: GoogleCustomers) -> None:
        self._customers = customers
        self._constants: Constants | None = None

    async def criteria(self, account_id: str, level: Level, wanted: Targeting) -> set[Criterion]:
        """What must stand there for `wanted`. Raises BadInput, Unsupported before anything is sent."""
        check_level(level, wanted)
        if level is Level.CAMPAIGN:
            return _of_campaign(wanted, await self._known(account_id))
        return _of_group(wanted, account_id)

    async def look(self, account_id: str, level: Level, parent: str, told: Iterable[Targeting]) -> Targeting:
        """What stands there; in the words of one of `told` where that says the same."""
        standing = set(await self.standing(account_id, level, parent))
        for one in told:
            if await self.criteria(account_id, level, one) == standing:
                return one
        known = await self._known(account_id) if level is Level.CAMPAIGN else Constants({}, {})
        found = (
            _campaign_targeting(standing, known) if level is Level.CAMPAIGN else _group_targeting(standing)
        )
        if await self.criteria(account_id, level, found) != standing:
            raise _too_fine(
                self._customers, "it excludes or adds people in a way that only Google's pages show"
            )
        return found

    async def standing(self, account_id: str, level: Level, parent: str) -> dict[Criterion, str]:
        """Criteria and their resource names. Raises PlatformRejected where they say more than we can."""
        resource, above = _BELOW[level]
        fields = ", ".join(f"{resource}.{path}" for path in _READ[level])
        query = (
            f"SELECT {resource}.resource_name, {resource}.type, {resource}.negative, {fields} "  # noqa: S608
            f"FROM {resource} WHERE {above}.id = {digits(parent, 'Google Ads id')} "
            f"AND {resource}.status != 'REMOVED' AND {resource}.type != 'KEYWORD'"
        )
        found = {}
        async for row in self._customers.rows(account_id, query):
            criterion = _criterion_of(row, _json(resource), level)
            if row.text(f"{_json(resource)}.type") in _FINER[level]:
                kind = row.text(f"{_json(resource)}.type").lower().replace("_", " ")
                raise _too_fine(self._customers, f"it chooses by {kind}")
            if criterion:
                found[criterion] = row.required(f"{_json(resource)}.resourceName")
        return found

    async def _known(self, account_id: str) -> Constants:
        """Asked once: Google's own tables."""
        if self._constants is None:
            places = (
                "SELECT geo_target_constant.resource_name, geo_target_constant.country_code "
                "FROM geo_target_constant WHERE geo_target_constant.target_type = 'Country'"
            )
            countries = {
                row.required("geoTargetConstant.countryCode"): row.required("geoTargetConstant.resourceName")
                async for row in self._customers.rows(account_id, places)
            }
            self._constants = Constants(countries, await self._languages(account_id))
        return self._constants

    async def _languages(self, account_id: str) -> dict[str, frozenset[str]]:
        query = (
            "SELECT language_constant.resource_name, language_constant.code FROM language_constant "
            "WHERE language_constant.targetable = TRUE"
        )
        names: dict[str, frozenset[str]] = {}
        async for row in self._customers.rows(account_id, query):
            plain = row.required("languageConstant.code").partition("_")[0].lower()
            code = _SPELLED.get(plain, plain)
            names[code] = names.get(code, frozenset()) | {row.required("languageConstant.resourceName")}
        return names


def check_level(level: Level, wanted: Targeting) -> None:
    """Raises Unsupported where a field belongs to another height, or to nothing that we write."""
    if wanted.interests:
        raise Unsupported("interests cannot be set on Google Ads from here; use audiences or keywords")
    misplaced = set(wanted.model_dump(exclude_defaults=True)) - set(_FIELDS[level])
    if misplaced:
        raise Unsupported(f"{', '.join(sorted(misplaced))}: {_ELSEWHERE[level]}")


def changes(
    level: Level, parent: str, standing: Mapping[Criterion, str], wanted: set[Criterion]
) -> list[Operation]:
    """Operations that leave exactly `wanted` below the resource name `parent`."""
    name = f"{_json(_BELOW[level][0])}Operation"
    removed: list[Operation] = [{name: {"remove": standing[one]}} for one in sorted(set(standing) - wanted)]
    return [*removed, *additions(level, parent, wanted - set(standing))]


def additions(level: Level, parent: str, wanted: Iterable[Criterion]) -> list[Operation]:
    resource, above = _BELOW[level]
    return [
        {f"{_json(resource)}Operation": {"create": {_json(above): parent, **_message(one)}}}
        for one in sorted(wanted)
    ]


def _message(one: Criterion) -> dict[str, object]:
    kind, _, field = one.path.partition(".")
    negative = {"negative": True} if one.negative else {}
    return {_json(kind): {_json(field): one.value}, **negative}


def _of_campaign(wanted: Targeting, known: Constants) -> set[Criterion]:
    found = set()
    for field, negative in (("countries", False), ("excluded_countries", True)):
        for code in getattr(wanted, field):
            if code not in known.countries:
                raise BadInput(f"{field}: Google targets no country {code!r}; use ISO codes such as 'US'")
            found.add(Criterion("location.geo_target_constant", known.countries[code], negative))
    for code in wanted.languages:
        if code not in known.languages:
            raise BadInput(f"languages: Google targets no language {code!r}; use ISO codes such as 'en'")
        found |= {Criterion("language.language_constant", name) for name in known.languages[code]}
    return found


def _of_group(wanted: Targeting, account_id: str) -> set[Criterion]:
    found = set()
    low, high = wanted.age_min, wanted.age_max
    if low is not None or high is not None:
        first, last = _place(low, 0, "age_min"), _place(high, 1, "age_max")
        left_out = [name for at, name in enumerate(_AGE_NAMES.values()) if not first <= at <= last]
        found |= {Criterion("age_range.type", name, True) for name in (*left_out, _UNKNOWN_AGE)}
    if wanted.genders:
        left_out = [name for gender, name in _GENDERS.items() if gender not in wanted.genders]
        found |= {Criterion("gender.type", name, True) for name in (*left_out, _UNKNOWN_GENDER)}
    for ids, negative in ((wanted.audiences, False), (wanted.excluded_audiences, True)):
        lists = (f"customers/{account_id}/userLists/{digits(id_, 'audience id')}" for id_ in ids)
        found |= {Criterion("user_list.user_list", name, negative) for name in lists}
    return found


def _place(age: int | None, end: int, field: str) -> int:
    """Which of Google's ranges begins or ends with the age."""
    ends = [ages[end] for ages in _AGES]
    if age is None:
        return 0 if end == 0 else len(_AGES) - 1
    if age not in ends:
        raise BadInput(
            f"{field} {age}: Google's ranges {'end' if end else 'begin'} at {ends}; use one of them"
        )
    return ends.index(age)


def _campaign_targeting(standing: set[Criterion], known: Constants) -> Targeting:
    codes = {name: code for code, name in known.countries.items()}

    def of(negative: bool) -> tuple[str, ...]:
        names = {
            one.value for one in standing if one.path.startswith("location") and one.negative is negative
        }
        return tuple(sorted(codes[name] for name in names if name in codes))

    spoken = {one.value for one in standing if one.path.startswith("language")}
    languages = tuple(sorted(code for code, names in known.languages.items() if names <= spoken))
    return Targeting(countries=of(False), excluded_countries=of(True), languages=languages)


def _group_targeting(standing: set[Criterion]) -> Targeting:
    ages = {one.value for one in standing if one.path.startswith("age_range") and one.negative}
    kept = [bounds for bounds, name in _AGE_NAMES.items() if name not in ages]
    sexes = {one.value for one in standing if one.path.startswith("gender") and one.negative}
    genders = tuple(gender for gender, name in _GENDERS.items() if name not in sexes) if sexes else ()

    def of(negative: bool) -> tuple[str, ...]:
        lists = (one for one in standing if one.path.startswith("user_list") and one.negative is negative)
        return tuple(sorted(one.value.rpartition("/")[2] for one in lists))

    return Targeting(
        age_min=kept[0][0] if ages and kept else None,
        age_max=kept[-1][1] if ages and kept else None,
        genders=genders,
        audiences=of(False),
        excluded_audiences=of(True),
    )


def _criterion_of(row: Row, resource: str, level: Level) -> Criterion | None:
    """None for kinds that say nothing about who sees the ads, such as devices."""
    for path in _READ[level]:
        value = row.text(".".join([resource, *(_json(step) for step in path.split("."))]))
        if value:
            return Criterion(path, value, row.raw(f"{resource}.negative") is True)
    return None


def _too_fine(customers: GoogleCustomers, why: str) -> PlatformRejected:
    return PlatformRejected(
        f"This targeting cannot be changed from here: {why}. Change it in Google Ads",
        platform=customers.platform.value,
        field="targeting",
    )


def _json(snake: str) -> str:
    head, *rest = snake.split("_")
    return head + "".join(part.capitalize() for part in rest)
