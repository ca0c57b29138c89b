"""The objects on an edge, and which of them a listing shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from omnify_sandbox.catalog import Ad
from omnify_sandbox.growth import Thing
from omnify_sandbox.meta.errors import invalid
from omnify_sandbox.meta.objects import MetaObjects
from omnify_sandbox.meta.params import json_value, name_list

NODE_OF = {
    "campaigns": "Campaign",
    "adsets": "AdSet",
    "ads": "Ad",
    "adcreatives": "AdCreative",
    "customaudiences": "CustomAudience",
}
EDGES = {
    "AdAccount": ("campaigns", "adsets", "ads", "adcreatives", "customaudiences"),
    "Campaign": ("adsets", "ads"),
    "AdSet": ("ads", "adcreatives"),
    "Ad": ("adcreatives",),
    "AdCreative": (),
    "CustomAudience": (),
}


def members(objects: MetaObjects, node: str, item: Any, edge: str) -> list[Any]:
    """All objects on an edge of a node."""
    account = item if node == "AdAccount" else None
    if edge == "campaigns":
        return [c for c in objects.campaigns.values() if c.account == account]
    if edge == "adsets":
        return [g for g in objects.groups.values() if g.campaign.account == account or g.campaign is item]
    if edge == "customaudiences":
        return [held for held in objects.audiences.values() if held.account == account]
    ads = [
        ad
        for ad in objects.ads.values()
        if ad.campaign.account == account or ad.campaign is item or ad.group is item or ad is item
    ]
    return _creatives(objects, ads, account) if edge == "adcreatives" else ads


def _creatives(objects: MetaObjects, ads: list[Ad], account: Any) -> list[Any]:
    """Each once, though several ads show it; of an account, also those that no ad shows."""
    ids = dict.fromkeys(ad.creative_id for ad in ads)
    held = objects.by_creative.items()
    ids |= {id_: None for id_, one in held if isinstance(one, Thing) and one.account == account}
    return [objects.by_creative[id_] for id_ in ids]


def is_listed(objects: MetaObjects, node: str, item: Any, params: dict[str, str]) -> bool:
    """Archived and deleted objects show only when asked for."""
    if node in ("AdCreative", "CustomAudience"):
        return not objects.is_deleted(node, item.id)
    status = objects.effective_status(node, item)
    wanted = name_list("effective_status", params.get("effective_status"))
    tests = json_value("filtering", params["filtering"]) if params.get("filtering") else []
    for test in tests:
        if str(test.get("field", "")).endswith("effective_status"):
            wanted += [str(value) for value in test.get("value", [])]
        elif not _holds(objects, node, item, test):
            return False
    return status in wanted if wanted else status not in ("ARCHIVED", "DELETED")


def _holds(objects: MetaObjects, node: str, item: Any, test: dict[str, Any]) -> bool:
    held: dict[str, Callable[[], str]] = {"id": lambda: item.id, "name": lambda: objects.name(node, item)}
    field = str(test.get("field", "")).rsplit(".", 1)[-1]
    if field not in held:
        raise invalid(f"Filtering on {test.get('field')!r} is not supported")
    match test.get("operator"):
        case "IN":
            return held[field]() in [str(value) for value in test.get("value", [])]
        case "EQUAL":
            return held[field]() == str(test.get("value"))
        case "CONTAIN":
            return str(test.get("value")).lower() in held[field]().lower()
        case operator:
            raise invalid(f"Filtering operator {operator!r} is not supported")
