"""TikTok's writes: names, budgets and statuses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from omnify_core.money import exponent
from omnify_sandbox.advertiser import minor_per_unit
from omnify_sandbox.book import Change, Key, ObjectKind
from omnify_sandbox.tiktok.errors import TikTokProblem, invalid, not_served
from omnify_sandbox.tiktok.objects import TikTokObjects
from omnify_sandbox.tiktok.params import Params

_OURS = {"ENABLE": "enabled", "DISABLE": "paused", "DELETE": "removed"}
_KINDS: dict[str, ObjectKind] = {"campaign": "campaign", "adgroup": "group", "ad": "ad"}
_MIN_DAILY = 50
_MAX_DAILY = 10**8
_MAX_NAME = 512
_MAX_IDS = 20


class Judged(NamedTuple):
    """`failed`: ids that were not changed, and why."""

    changes: list[Change]
    data: dict[str, Any]
    failed: dict[str, str]


def judge_update(objects: TikTokObjects, node: str, advertiser: str, params: Params) -> Judged:
    """Of `campaign/update` and `adgroup/update`. Raises TikTokProblem."""
    id_name, name_name = f"{node}_id", f"{node}_name"
    id_, kind = params[id_name], _KINDS[node]
    _check_held(objects, node, advertiser, id_)
    if objects.status(kind, id_) == "DELETE":
        raise invalid(f"{id_name}: {id_} has been deleted and cannot be edited.")
    changes = []
    for name, value in params.items():
        match name:
            case "advertiser_id":
                continue
            case _ if name == id_name:
                continue
            case _ if name == name_name:
                changes.append(Change(Key(kind, id_, "name"), _name(name, value)))
            case "budget" if node == "campaign":
                changes.append(
                    Change(
                        Key("budget", id_, "daily_budget"), _minor(value, objects.held[advertiser].currency)
                    )
                )
            case "budget":
                raise invalid("budget: Cannot be set while the campaign's budget optimization is on.")
            case _:
                raise not_served(f"change {name}")
    if not changes:
        raise TikTokProblem("NO_UPDATE", "Nothing to update.")
    return Judged(changes, {"advertiser_id": advertiser, id_name: id_}, {})


def judge_status(
    objects: TikTokObjects, node: str, advertiser: str, params: Params, *, is_faulty: bool
) -> Judged:
    """Of the `status/update` endpoints. `is_faulty`: every second object fails on TikTok's side."""
    name = f"{node}_ids"
    if name not in params:
        raise invalid(f"{name}: Missing data for required field.")
    ids, word = params[name], params["operation_status"]
    if word not in _OURS:
        raise invalid(f"operation_status: {word} is not a valid choice. Choices are ENABLE, DISABLE, DELETE.")
    if not 1 <= len(ids) <= _MAX_IDS:
        raise invalid(f"{name}: Length must be between 1 and {_MAX_IDS}.")
    if len(set(ids)) < len(ids):
        raise invalid(f"{name}: The ids must not repeat.")
    if "postback_window_mode" in params:
        raise not_served("change postback_window_mode")
    kind, failed = _KINDS[node], dict[str, str]()
    for place, id_ in enumerate(ids):
        why = _why_not(objects, node, advertiser, id_)
        if why and not params.get("allow_partial_success"):
            raise TikTokProblem("NOT_EXIST" if "exist" in why else "PARAM_ERROR", why)
        if why or (is_faulty and place % 2):
            failed[id_] = why or "System error"
    good = [id_ for id_ in ids if id_ not in failed]
    changes = [Change(Key(kind, id_, "status"), _OURS[word]) for id_ in good]
    return Judged(changes, {name: good, "status": word}, failed)


def _why_not(objects: TikTokObjects, node: str, advertiser: str, id_: str) -> str:
    if id_ not in _held(objects, node, advertiser):
        return f"{node}_ids: {id_} does not exist."
    if objects.status(_KINDS[node], id_) == "DELETE":
        return f"{node}_ids: {id_} has been deleted; its status cannot be changed."
    return ""


def _check_held(objects: TikTokObjects, node: str, advertiser: str, id_: str) -> None:
    if id_ not in _held(objects, node, advertiser):
        raise TikTokProblem("NOT_EXIST", f"{node}_id: {id_} does not exist.")


def _held(objects: TikTokObjects, node: str, advertiser: str) -> set[str]:
    match node:
        case "campaign":
            return {c.id for c in objects.campaigns(advertiser)}
        case "adgroup":
            return {g.id for g in objects.groups(advertiser)}
        case _:
            return {a.id for a in objects.ads(advertiser)}


def _name(field: str, value: str) -> str:
    if not value.strip() or len(value) > _MAX_NAME:
        raise invalid(f"{field}: Length must be between 1 and {_MAX_NAME}.")
    return value


def _minor(value: float, currency: str) -> int:
    """Minor units from a number of currency units: 50 is 50 dollars."""
    units = Decimal(str(value))
    minor = units * minor_per_unit(currency)
    if minor != minor.to_integral_value():
        raise invalid(f"budget: At most {exponent(currency)} decimal places are allowed.")
    if units < _MIN_DAILY:
        raise invalid(f"budget: The budget must be at least {_MIN_DAILY:.2f} a day.")
    if units > _MAX_DAILY:
        raise invalid("budget: The budget is too large.")
    return int(minor)
