"""New campaigns: each field is judged, and all wrong ones are named, before anything is made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any

import orjson

from omnify_sandbox.growth import Birth
from omnify_sandbox.linkedin import criteria
from omnify_sandbox.linkedin.contract import campaign_fields
from omnify_sandbox.linkedin.errors import (
    InputError,
    LinkedInProblem,
    bad_input,
    body_of,
    missing,
    name_faults,
    no_such_value,
    unpermitted,
    wrong_value,
)
from omnify_sandbox.linkedin.money import least_of_day, minor_of
from omnify_sandbox.linkedin.objects import (
    STATUS,
    Fields,
    LinkedInObjects,
    groups_of,
    is_own_bid,
    stamps,
    urn,
)

_REQUIRED = (
    "account", "campaignGroup", "name", "type", "costType", "unitCost", "locale", "status",
    "offsiteDeliveryEnabled", "politicalIntent", "targetingCriteria",
)  # fmt: skip
_RESPONSES = {
    "BRAND_AWARENESS": "li_awareness",
    "VIDEO_VIEWS": "li_awareness",
    "LEAD_GENERATION": "li_leads",
    "WEBSITE_CONVERSIONS": "li_conversions",
}
# What each cost type pays for decides which of LinkedIn's own goals go with it.
_TARGETS = (
    "NONE", "MAX_IMPRESSION", "MAX_CLICK", "MAX_LEAD", "MAX_CONVERSION", "MAX_REACH", "MAX_VIDEO_VIEW",
    "TARGET_COST_PER_CLICK", "TARGET_COST_PER_IMPRESSION", "ENHANCED_CONVERSION",
)  # fmt: skip
OURS = {word: ours for ours, word in STATUS.items()}
FIRST = ("ACTIVE", "PAUSED", "DRAFT")
_PAGE_TYPES = ("SPONSORED_UPDATES", "DYNAMIC")
_KEPT = (
    "campaignGroup", "type", "objectiveType", "optimizationTargetType", "costType", "locale", "runSchedule",
    "offsiteDeliveryEnabled", "politicalIntent", "associatedEntity", "audienceExpansionEnabled",
    "creativeSelection", "pacingStrategy", "format", "connectedTelevisionOnly",
)  # fmt: skip


def campaign_birth(objects: LinkedInObjects, account: str, body: Any, now: datetime) -> Birth:
    """Raises LinkedInProblem, which names every wrong field."""
    given = body_of(body)
    strange = [name for name in given if name not in campaign_fields()]
    if strange:
        raise unpermitted("REQUEST_BODY", strange)
    faults = [*_missing(given), *_enums(given), *_booleans(given), *_places(objects, account, given)]
    faults += [
        *(name_faults(given["name"]) if "name" in given else ()),
        *_bid_and_goal(given),
        *_schedule(given, now),
    ]
    if "targetingCriteria" in given:
        faults += criteria.faults_of(given["targetingCriteria"])
    currency = objects.accounts[account].currency
    budget = minor_of("dailyBudget", given.get("dailyBudget"), currency, least=least_of_day(currency))
    bid = minor_of("unitCost", given.get("unitCost"), currency)
    faults += [one for one in (budget, bid) if isinstance(one, InputError) and not _ismissing(one, given)]
    if faults:
        raise bad_input(*faults)
    assert isinstance(budget, int), "a wrong one was refused"
    assert isinstance(bid, int), "a wrong one was refused"
    at_ms = int(now.timestamp() * 1000)
    kept = {name: given[name] for name in _KEPT if name in given}
    kept.setdefault("runSchedule", {"start": at_ms})
    fields = {
        "name": given["name"],
        "status": OURS[given["status"]],
        "daily_budget": budget,
        "bid": bid,
        "targeting": orjson.dumps(given["targetingCriteria"]).decode(),
        "made_of": orjson.dumps(kept | stamps(at_ms)).decode(),
    }
    response = _RESPONSES.get(given.get("objectiveType", ""), "li_visits")
    return Birth("campaign", account, "", fields, response)


def _missing(given: Fields) -> Iterator[InputError]:
    yield from (missing(name) for name in _REQUIRED if name not in given)
    if "totalBudget" in given:
        raise LinkedInProblem(501, "The sandbox market has no total budgets", code="NOT_IMPLEMENTED")
    if "dailyBudget" not in given:
        yield missing("dailyBudget")
    yield from (
        InputError("FIELD_NOT_ALLOWED", name, f"{name} is not allowed to be set (read-only)")
        for name, about in campaign_fields().items()
        if name in given and about.get("flag") == "read_only"
    )


def _enums(given: Fields) -> Iterator[InputError]:
    for name, about in campaign_fields().items():
        words = FIRST if name == "status" else about.get("values")
        if name in given and words and given[name] not in words:
            yield wrong_value(name, given[name])


def _booleans(given: Fields) -> Iterator[InputError]:
    for name, about in campaign_fields().items():
        if name in given and about["type"] == "boolean" and not isinstance(given[name], bool):
            yield wrong_value(name, given[name])


def _places(objects: LinkedInObjects, account: str, given: Fields) -> Iterator[InputError]:
    """Account, group, page and locale."""
    if "account" in given and given["account"] != urn("Account", account):
        why = f"Account {account} in the path doesn't match {given['account']} in the body"
        yield InputError("ACCOUNT_ID_MISMATCH_IN_PARAM_AND_BODY", "account", why)
    groups = {urn("CampaignGroup", group.id) for group in groups_of(account)}
    if "campaignGroup" in given and given["campaignGroup"] not in groups:
        yield no_such_value("campaignGroup", given["campaignGroup"])
    page, own = given.get("associatedEntity"), objects.account(account)["reference"]
    if page is None and given.get("type") in _PAGE_TYPES:
        why = f"associatedEntity is required if type is set to {given['type']}"
        yield InputError("CONDITIONAL_MISSING_FIELD", "associatedEntity", why)
    if page is not None and page != own:
        yield no_such_value("associatedEntity", page)
    locale = given.get("locale")
    if locale is not None and not _is_locale(locale):
        yield wrong_value("locale", locale)


def _is_locale(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"country", "language"}
        and bool(re.fullmatch(r"[A-Z]{2}", str(value["country"])))
        and bool(re.fullmatch(r"[a-z]{2}", str(value["language"])))
    )


def _bid_and_goal(given: Fields) -> Iterator[InputError]:
    target = given.get("optimizationTargetType", "NONE")
    cost = given.get("unitCost")
    if target not in _TARGETS:
        yield wrong_value("optimizationTargetType", target)
    elif target == "MAX_CONVERSION":
        why = (
            "Campaign being optimized for conversion should have at least one valid conversion associated "
            "with it"
        )
        yield InputError("CONVERSION_CAMPAIGN_MISSING_ASSOCIATED_CONVERSION", "optimizationTargetType", why)
    elif isinstance(cost, dict) and (is_own_bid(target) == _is_nothing(cost.get("amount"))):
        why = f"unitCost can't be set to {cost.get('amount')} if optimizationTargetType is set to {target}"
        yield InputError("CONDITIONAL_INVALID_VALUE", "unitCost", why)
    if given.get("costType") == "CPV" and given.get("objectiveType") != "VIDEO_VIEWS":
        why = f"costType can't be set to CPV if objectiveType is set to {given.get('objectiveType')}"
        yield InputError("CONDITIONAL_INVALID_VALUE", "costType", why)


def _is_nothing(amount: Any) -> bool:
    return isinstance(amount, str) and bool(re.fullmatch(r"0+(\.0+)?", amount))


def _schedule(given: Fields, now: datetime) -> Iterator[InputError]:
    value = given.get("runSchedule")
    if value is None:
        return
    times = value.values() if isinstance(value, dict) and value.keys() <= {"start", "end"} else [None]
    if not all(isinstance(one, int) and not isinstance(one, bool) for one in times) or "start" not in value:
        yield wrong_value("runSchedule", value)
        return
    earliest = int(datetime.combine(now.astimezone(UTC).date(), time(), UTC).timestamp() * 1000)
    if value["start"] < earliest:
        why = f"runSchedule/start value {value['start']} must be no earlier than {earliest}"
        yield InputError("DATE_TOO_EARLY", "runSchedule/start", why)
    if value.get("end", value["start"] + 1) <= value["start"]:
        yield wrong_value("runSchedule/end", value["end"])


def _ismissing(fault: InputError, given: Fields) -> bool:
    """Named as missing already."""
    return fault.path.partition("/")[0] not in given
