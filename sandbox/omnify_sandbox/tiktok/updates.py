"""TikTok's writes: names, budgets and statuses."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any, NamedTuple

from omnify_core.money import exponent
from omnify_sandbox.advertiser import minor_per_unit
from omnify_sandbox.book import Change, Key, ObjectKind
from omnify_sandbox.tiktok import fields
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


def judge_update(
    objects: TikTokObjects, node: str, advertiser: str, params: Params, audiences: frozenset[str]
) -> Judged:
    """Of `campaign/update` and `adgroup/update`. Raises TikTokProblem."""
    id_name = f"{node}_id"
    id_, kind = params[id_name], _KINDS[node]
    _check_held(objects, node, advertiser, id_)
    if objects.status(kind, id_) == "DELETE":
        raise invalid(f"{id_name}: {id_} has been deleted and cannot be edited.")
    skipped = ("advertiser_id", id_name)
    wanted = {name: value for name, value in params.items() if name not in skipped}
    changes = [_change(objects, node, advertiser, id_, name, value) for name, value in wanted.items()]
    if node == "adgroup":
        fields.check(params, audiences)
    if not changes:
        raise TikTokProblem("NO_UPDATE", "Nothing to update.")
    return Judged(changes, {"advertiser_id": advertiser, id_name: id_}, {})


def _change(objects: TikTokObjects, node: str, advertiser: str, id_: str, name: str, value: Any) -> Change:
    """Of one field of a campaign or ad group."""
    key = Key(_KINDS[node], id_, name)
    match name:
        case "campaign_name" | "adgroup_name":
            return Change(
                key._replace(field="name"), named(name, value, _names(objects, node, advertiser, id_))
            )
        case "budget" if node == "campaign":
            minor = minor_of_day(value, objects.held[advertiser].currency)
            return Change(Key("budget", id_, "daily_budget"), minor)
        case "budget":
            raise invalid("budget: Cannot be set while the campaign's budget optimization is on.")
        case "bid_price" | "conversion_bid_price":
            _check_bid(objects, advertiser, id_, name, value)
        case _ if name not in fields.TARGETING:
            raise not_served(f"change {name}")
    return Change(key, fields.kept(value))


def judge_ad_update(objects: TikTokObjects, advertiser: str, params: Params) -> Judged:
    """Of `ad/update`: names only, and only with patch_update, which leaves the rest as it is."""
    if not params.get("patch_update"):
        raise not_served("replace ads; set patch_update")
    ads = {ad.id: ad for ad in objects.ads(advertiser) if ad.group.id == params["adgroup_id"]}
    changes = []
    for place, creative in enumerate(params["creatives"]):
        where, id_ = f"creatives.{place}.", creative.get("ad_id")
        if id_ not in ads or objects.status("ad", str(id_)) == "DELETE":
            raise TikTokProblem("NOT_EXIST", f"{where}ad_id: {id_} does not exist.")
        for name, value in creative.items():
            if name == "ad_name":
                changes.append(Change(Key("ad", str(id_), "name"), named(f"{where}ad_name", value, ())))
            elif name != "ad_id":
                raise not_served(f"change {name} of an ad")
    if not changes:
        raise TikTokProblem("NO_UPDATE", "Nothing to update.")
    return Judged(changes, {"ad_ids": [change.key.id for change in changes]}, {})


def _names(objects: TikTokObjects, node: str, advertiser: str, id_: str) -> set[str]:
    """Of what stands beside the object."""
    if node == "campaign":
        held = [objects.campaign(c) for c in objects.standing_campaigns(advertiser) if c.id != id_]
        return {row["campaign_name"] for row in held}
    groups = objects.standing_groups(advertiser)
    campaign = next(g.campaign for g in groups if g.id == id_)
    return {objects.adgroup(g)["adgroup_name"] for g in groups if g.campaign is campaign and g.id != id_}


def _check_bid(objects: TikTokObjects, advertiser: str, id_: str, name: str, value: float) -> None:
    row = next(objects.adgroup(g) for g in objects.groups(advertiser) if g.id == id_)
    wanted = "conversion_bid_price" if row["billing_event"] == "OCPM" else "bid_price"
    if row["bid_type"] != "BID_TYPE_CUSTOM" or name != wanted:
        raise invalid(f"{name}: Cannot be set with this bid_type and billing_event.")
    fields.amount(name, value, objects.held[advertiser].currency)


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


def named(field: str, value: str, held: Collection[str]) -> str:
    """The name, which nothing beside it has."""
    if value in held:
        raise invalid(f"{field}: The name already exists.")
    if not value.strip() or len(value) > _MAX_NAME:
        raise invalid(f"{field}: Length must be between 1 and {_MAX_NAME}.")
    return value


def minor_of_day(value: float, currency: str) -> int:
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
