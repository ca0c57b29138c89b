"""LinkedIn's writes: patches of campaigns and creatives."""

from __future__ import annotations

from typing import Any

import orjson

from omnify_sandbox.book import Change, Key, ObjectKind
from omnify_sandbox.catalog import Ad, Campaign
from omnify_sandbox.linkedin import criteria
from omnify_sandbox.linkedin.contract import campaign_fields, campaign_statuses, creative_statuses
from omnify_sandbox.linkedin.errors import (
    InputError,
    LinkedInProblem,
    bad_input,
    bad_request,
    name_faults,
    unpermitted,
    wrong_value,
)
from omnify_sandbox.linkedin.money import least_of_day, minor_of
from omnify_sandbox.linkedin.objects import ERASED, STATUS, LinkedInObjects, is_own_bid

_OURS = {word: ours for ours, word in STATUS.items()}
_NEXT = {
    "ACTIVE": {"ACTIVE", "PAUSED", "ARCHIVED", "PENDING_DELETION"},
    "DRAFT": {"ACTIVE", "PAUSED", "DRAFT", "ARCHIVED"},
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
    return _all_good(
        [_campaign_change(objects, campaign, status, name, value) for name, value in wanted.items()]
    )


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


def _campaign_change(
    objects: LinkedInObjects, campaign: Campaign, before: str, name: str, value: Any
) -> Judged:
    match name:
        case "status":
            return _status(Key("campaign", campaign.id, "status"), name, before, value, campaign_statuses())
        case "name":
            return _name(Key("campaign", campaign.id, "name"), value)
        case "dailyBudget":
            return _budget(campaign, value)
        case "unitCost":
            return _bid(objects, campaign, value)
        case "targetingCriteria":
            return _targeting(campaign, value)
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
        return wrong_value(path, value)
    if value not in _NEXT[before]:
        return _no_transition(path, before, value)
    return Change(key, _OURS[value])


def _name(key: Key, value: Any) -> Judged:
    faults = name_faults(value)
    return faults[0] if faults else Change(key, value)


def _budget(campaign: Campaign, value: Any) -> Judged:
    currency = campaign.currency
    minor = minor_of("dailyBudget", value, currency, least=least_of_day(currency), inside="patch/$set/")
    key = Key("budget", campaign.budget.id, "daily_budget")
    return minor if isinstance(minor, InputError) else Change(key, minor)


def _bid(objects: LinkedInObjects, campaign: Campaign, value: Any) -> Judged:
    target = objects.campaign(campaign)["optimizationTargetType"]
    minor = minor_of("unitCost", value, campaign.currency, inside="patch/$set/")
    if isinstance(minor, InputError):
        return minor
    if (minor > 0) != is_own_bid(target):
        why = f"unitCost can't be set to {value['amount']} if optimizationTargetType is set to {target}"
        return InputError("CONDITIONAL_INVALID_VALUE", "unitCost", why)
    return Change(Key("campaign", campaign.id, "bid"), minor)


def _targeting(campaign: Campaign, value: Any) -> Judged:
    faults = criteria.faults_of(value)
    key = Key("campaign", campaign.id, "targeting")
    return faults[0] if faults else Change(key, orjson.dumps(value).decode())


def _not_allowed(name: str) -> InputError:
    flag = campaign_fields().get(name, {}).get("flag", "")
    why = f" ({flag.replace('_', '-')})" if flag else ""
    return InputError("FIELD_NOT_ALLOWED", name, f"{name} is not allowed to be set{why}")


def _no_transition(path: str, before: str, after: str) -> InputError:
    return InputError("STATUS_CHANGE_NOT_ALLOWED", path, f"{path} can't be changed from {before} to {after}")


def no_creation() -> LinkedInProblem:
    return LinkedInProblem(501, "The sandbox market does not create this", code="NOT_IMPLEMENTED")


def judge_delete(kind: ObjectKind, id_: str, status: str) -> list[Change]:
    """Only drafts can be deleted so; nobody sees them any more."""
    if status != "DRAFT":
        why = "Delete is allowed only in draft state"
        raise bad_input(InputError("DELETE_ALLOWED_ONLY_FOR_DRAFT_STATUS", "status", why))
    return [Change(Key(kind, id_, "status"), ERASED)]
