"""Criteria as an owner makes them: keywords and negative ones, places, languages, ages, genders, lists."""

from __future__ import annotations

import re

from omnify_sandbox.book import Key
from omnify_sandbox.google import refusing
from omnify_sandbox.google.constants import PLACES, TONGUES
from omnify_sandbox.google.creator import Creator, Parent
from omnify_sandbox.google.criteria import KINDS, criteria_of, id_of, kind_of
from omnify_sandbox.google.errors import GoogleProblem, Path
from omnify_sandbox.google.lists import list_names
from omnify_sandbox.google.message import Made
from omnify_sandbox.growth import Birth

_LONGEST, _MOST_WORDS = 80, 10
_BAD = re.compile(r"[!@%,*\[\]\"{}<>;^()=~`|\\]")
_PLURALS = {"ad_group_criterion": "adGroupCriteria", "campaign_criterion": "campaignCriteria"}
# Of the sandbox market: what can stand at which height.
_BELOW = {
    "ad_group_criterion": frozenset({"keyword", "age_range", "gender", "user_list"}),
    "campaign_criterion": frozenset({"keyword", "location", "language"}),
}
_PLAIN = {"ad_group_criterion": {"ad_group", "status", "negative", "cpc_bid_micros"}} | {
    "campaign_criterion": {"campaign", "negative"}
}


def judge_criterion(creator: Creator, resource: str, made: Made, at: Path) -> tuple[list[Birth], str]:
    parent = creator.parent(resource, made, at)
    kind = kind_of(made)
    if kind is None:
        family = f"{'adGroup' if resource == 'ad_group_criterion' else 'campaign'}CriterionError"
        raise GoogleProblem(family, "CONCRETE_TYPE_REQUIRED", "Name exactly one criterion.", path=at)
    if kind not in _BELOW[resource]:
        raise refusing.not_made(f"a {kind} there", at)
    refusing.only(made, frozenset(_PLAIN[resource]) | frozenset(KINDS[kind][1]), at)
    refusing.need(made, at, *KINDS[kind][1])
    _check_kind(creator, parent, kind, made, at)
    id_ = id_of(made)
    _check_others(creator, resource, parent, id_, made, at)
    key = f"{parent.id}~{id_}"
    kept = {
        path: value for path, value in made.items() if path not in ("resource_name", "ad_group", "campaign")
    }
    name = f"customers/{creator.objects.customer_id}/{_PLURALS[resource]}/{key}"
    bid = {"cpc_bid_micros": made["cpc_bid_micros"]} if "cpc_bid_micros" in made else {"cpc_bid_micros": 0}
    return [creator.birth("criterion", key, parent.id, kept, **bid)], name


def _check_kind(creator: Creator, parent: Parent, kind: str, made: Made, at: Path) -> None:
    is_negative = bool(made.get("negative"))
    match kind:
        case "keyword":
            _check_keyword(creator, parent, made, at)
        case "location" if made["location.geo_target_constant"] not in PLACES:
            raise _criterion("CANNOT_TARGET_CRITERION", "No such place.", at)
        case "language" if is_negative:
            raise _criterion("CANNOT_EXCLUDE_CRITERIA_TYPE", "Languages cannot be excluded.", at)
        case "language" if made["language.language_constant"] not in TONGUES:
            raise _criterion("CANNOT_TARGET_LANGUAGE", "No such language.", at)
        case "user_list" if made["user_list.user_list"] not in list_names(creator.objects):
            raise _criterion("INVALID_USER_LIST", "No such user list.", at)
    if kind != "keyword" and "cpc_bid_micros" in made:
        code = "CANNOT_SET_BIDS_ON_CRITERION_TYPE_IN_SEARCH_CAMPAIGNS"
        raise _criterion(code, "No bid there.", (*at, "cpc_bid_micros"))


def _check_keyword(creator: Creator, parent: Parent, made: Made, at: Path) -> None:
    text, is_negative = str(made["keyword.text"]), bool(made.get("negative"))
    if parent.channel != "SEARCH":
        raise _criterion("CANNOT_ADD_CRITERIA_TYPE", "Keywords belong to search campaigns.", at)
    if "campaign" in made and not is_negative:
        raise _criterion("CANNOT_ADD_CRITERIA_TYPE", "A campaign takes negative keywords only.", at)
    place = (*at, "keyword", "text")
    if len(text) > _LONGEST:
        raise _criterion("KEYWORD_TEXT_TOO_LONG", "At most 80 characters.", place)
    if len(text.split()) > _MOST_WORDS:
        raise _criterion("KEYWORD_HAS_TOO_MANY_WORDS", "At most 10 words.", place)
    if _BAD.search(text):
        raise _criterion("KEYWORD_HAS_INVALID_CHARS", "Characters that are not allowed.", place)
    if "cpc_bid_micros" in made:
        if is_negative:
            code = "FIELD_INCOMPATIBLE_WITH_NEGATIVE_TARGETING"
            raise _criterion(code, "A negative keyword has no bid.", (*at, "cpc_bid_micros"))
        refusing.check_bid(made["cpc_bid_micros"], creator.smallest, (*at, "cpc_bid_micros"))


def _check_others(creator: Creator, resource: str, parent: Parent, id_: str, made: Made, at: Path) -> None:
    """Nothing stands there twice, and nothing is meant and excluded at once."""
    objects = creator.objects
    parents = objects.campaigns if resource == "campaign_criterion" else objects.groups
    found = next((c for c in criteria_of(objects, parents) if (c.parent.id, c.id) == (parent.id, id_)), None)
    exists = GoogleProblem("mutateError", "RESOURCE_ALREADY_EXISTS", "It is there already.", path=at)
    creator.claim("criterion", parent.id, id_, exists)
    key = Key("criterion", f"{parent.id}~{id_}", "status")
    if found is None or creator.market.get(key, "enabled") == "removed":
        return
    if found.is_negative != bool(made.get("negative")):
        family = f"{'adGroup' if resource == 'ad_group_criterion' else 'campaign'}CriterionError"
        raise GoogleProblem(family, "CANNOT_TARGET_AND_EXCLUDE", "It is there the other way.", path=at)
    raise exists


def _criterion(code: str, message: str, at: Path) -> GoogleProblem:
    return GoogleProblem("criterionError", code, message, path=at)
