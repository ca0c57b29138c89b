"""LinkedIn's writes: patches of campaigns and creatives."""

from __future__ import annotations

import re
from typing import Any

from omnify_core.errors import BadInput
from omnify_core.money import Money
from omnify_sandbox.advertiser import minor_per_unit
from omnify_sandbox.book import Change, Key
from omnify_sandbox.catalog import Ad, Campaign
from omnify_sandbox.linkedin.contract import campaign_fields, campaign_statuses, creative_statuses
from omnify_sandbox.linkedin.errors import InputError, LinkedInProblem, bad_input, bad_request, unpermitted
from omnify_sandbox.linkedin.objects import STATUS, LinkedInObjects

_OURS = {word: ours for ours, word in STATUS.items()}
_MONEY = re.compile(r"\d{1,12}(\.\d{1,2})?")
_MIN_DAILY = 10
_MAX_NAME = 255
_NEXT = {
    "ACTIVE": {"ACTIVE", "PAUSED", "ARCHIVED", "PENDING_DELETION"},
    "PAUSED": {"ACTIVE", "PAUSED", "ARCHIVED", "PENDING_DELETION"},
    "ARCHIVED": {"ARCHIVED", "PENDING_DELETION"},
    "PENDING_DELETION": set[str](),
}
_CREATIVE_FIELDS = {"intendedStatus", "name", "content", "leadgenCallToAction", "campaign"}
Judged = Change | InputError


def judge_campaign(objects: LinkedInObjects, campaign: Campaign, body: Any) -> list[Change]:
    """The changes of a patch, all or none. Raises LinkedInProblem."""
    wanted = _patch(body, set(campaign_fields()))
    status = objects.status("campaign", campaign.id)
    if status == "PENDING_DELETION":
        raise bad_input(_no_transition("status", status, str(wanted.get("status", status))))
    return _all_good([_campaign_change(campaign, status, name, value) for name, value in wanted.items()])


def judge_creative(objects: LinkedInObjects, ad: Ad, body: Any) -> list[Change]:
    wanted = _patch(body, _CREATIVE_FIELDS)
    before = objects.status("ad", ad.id)
    return _all_good([_creative_change(ad, before, name, value) for name, value in wanted.items()])


def _all_good(judged: list[Judged]) -> list[Change]:
    wrong = [one for one in judged if isinstance(one, InputError)]
    if wrong:
        raise bad_input(*wrong)
    return [one for one in judged if isinstance(one, Change)]


def _patch(body: Any, known: set[str]) -> dict[str, Any]:
    """What `{"patch": {"$set": {…}}}` sets."""
    if not isinstance(body, dict) or not isinstance(body.get("patch"), dict):
        raise bad_request('The body must be {"patch": {"$set": {...}}}')
    strange = [name for name in body if name != "patch"]
    strange += [f"patch/{name}" for name in body["patch"] if name not in ("$set", "$delete")]
    wanted, deleted = body["patch"].get("$set", {}), body["patch"].get("$delete", [])
    if not isinstance(wanted, dict) or not isinstance(deleted, list):
        raise bad_request("$set must be an object and $delete a list")
    strange += [f"patch/$set/{name}" for name in wanted if name not in known]
    strange += [f"patch/$delete/{name}" for name in deleted if name not in known]
    if strange:
        raise unpermitted("REQUEST_BODY", strange)
    if deleted:
        raise bad_input(*(_not_allowed(name) for name in deleted))
    if not wanted:
        raise bad_request("The patch is empty")
    return wanted


def _campaign_change(campaign: Campaign, before: str, name: str, value: Any) -> Judged:
    match name:
        case "status":
            return _status(Key("campaign", campaign.id, "status"), name, before, value, campaign_statuses())
        case "name":
            return _name(Key("campaign", campaign.id, "name"), value)
        case "dailyBudget":
            return _budget(campaign, value)
        case "objectiveType":
            return InputError(
                "IMMUTABLE_CAMPAIGN_OBJECTIVE_TYPE",
                name,
                "Campaign objective type can't be updated once set",
            )
        case _:
            return _not_allowed(name)


def _creative_change(ad: Ad, before: str, name: str, value: Any) -> Judged:
    if name == "intendedStatus":
        return _status(Key("ad", ad.id, "status"), name, before, value, creative_statuses())
    return _name(Key("ad", ad.id, "name"), value) if name == "name" else _not_allowed(name)


def _status(key: Key, path: str, before: str, value: Any, words: list[str]) -> Judged:
    if value not in words:
        return InputError("INVALID_VALUE_FOR_FIELD", path, f"{path} can't be set to {value}")
    if value not in _NEXT[before]:
        return _no_transition(path, before, value)
    return Change(key, _OURS[value])


def _name(key: Key, value: Any) -> Judged:
    if not isinstance(value, str):
        return InputError("INVALID_VALUE_FOR_FIELD", "name", f"name can't be set to {value}")
    if not value.strip():
        return InputError("INVALID_VALUE_BLANK_FIELD", "name", "name can't be blank")
    if len(value) > _MAX_NAME:
        return InputError(
            "FIELD_LENGTH_TOO_LONG",
            "name",
            f"name length {len(value)} can't exceeded maximum {_MAX_NAME} length",
        )
    return Change(key, value)


def _budget(campaign: Campaign, value: Any) -> Judged:
    """Minor units from a decimal text in currency units; numbers are refused."""
    if not isinstance(value, dict):
        return InputError("INVALID_VALUE_FOR_FIELD", "dailyBudget", f"dailyBudget can't be set to {value}")
    strange = [f"patch/$set/dailyBudget/{name}" for name in value if name not in ("amount", "currencyCode")]
    if strange:
        raise unpermitted("REQUEST_BODY", strange)
    for name in ("amount", "currencyCode"):
        if name not in value:
            return InputError(
                "MISSING_FIELD", f"dailyBudget/{name}", f"dailyBudget/{name} is required but missing"
            )
    amount, currency = value["amount"], value["currencyCode"]
    if currency != campaign.currency:
        return InputError(
            "MISMATCH_FIELDS",
            "dailyBudget/currencyCode",
            f"Value {currency} of dailyBudget/currencyCode expected to match value {campaign.currency} of "
            "account",
        )
    if not isinstance(amount, str) or not amount.isascii() or not _MONEY.fullmatch(amount):
        return InputError(
            "INVALID_VALUE_FOR_FIELD", "dailyBudget/amount", f"dailyBudget/amount can't be set to {amount!r}"
        )
    try:
        minor = Money.parse(amount, currency).minor
    except BadInput:
        return InputError(
            "INVALID_VALUE_FOR_FIELD", "dailyBudget/amount", f"dailyBudget/amount can't be set to {amount!r}"
        )
    if minor < _MIN_DAILY * minor_per_unit(currency):
        return InputError(
            "FIELD_VALUE_TOO_LOW",
            "dailyBudget/amount",
            f"dailyBudget/amount value {amount} can't be lower than {_MIN_DAILY:.2f}",
        )
    return Change(Key("budget", campaign.budget.id, "daily_budget"), minor)


def _not_allowed(name: str) -> InputError:
    flag = campaign_fields().get(name, {}).get("flag", "")
    why = f" ({flag.replace('_', '-')})" if flag else ""
    return InputError("FIELD_NOT_ALLOWED", name, f"{name} is not allowed to be set{why}")


def _no_transition(path: str, before: str, after: str) -> InputError:
    return InputError("STATUS_CHANGE_NOT_ALLOWED", path, f"{path} can't be changed from {before} to {after}")


def no_creation() -> LinkedInProblem:
    return LinkedInProblem(501, "The sandbox market does not create objects", code="NOT_IMPLEMENTED")


def judge_delete() -> LinkedInProblem:
    """Nothing in the market is a draft, and only drafts can be deleted so."""
    return bad_input(
        InputError("DELETE_ALLOWED_ONLY_FOR_DRAFT_STATUS", "status", "Delete is allowed only in draft state")
    )
