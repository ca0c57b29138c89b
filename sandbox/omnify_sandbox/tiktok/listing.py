"""`campaign/get`, `adgroup/get` and `ad/get`: filters, fields and pages."""

from __future__ import annotations

from typing import Any, NamedTuple

from omnify_sandbox.tiktok.contract import field_names
from omnify_sandbox.tiktok.errors import invalid, not_served
from omnify_sandbox.tiktok.objects import Fields, TikTokObjects
from omnify_sandbox.tiktok.params import Params

_MAX_PAGE = 1_000
_MAX_IDS = 100
_PRIMARY = {
    "STATUS_NOT_DELETE": ("ENABLE", "DISABLE"),
    "STATUS_ALL": ("ENABLE", "DISABLE", "DELETE"),
    "STATUS_DELETE": ("DELETE",),
    "STATUS_DISABLE": ("DISABLE",),
    "STATUS_DELIVERY_OK": ("ENABLE",),
}
_ID_FILTERS = {"campaign_ids": "campaign_id", "adgroup_ids": "adgroup_id", "ad_ids": "ad_id"}
_TEXT_FILTERS = ("campaign_name", "adgroup_name", "ad_name", "objective_type", "secondary_status")


class Row(NamedTuple):
    """`word`: ENABLE, DISABLE or DELETE."""

    fields: Fields
    word: str


def rows_of(objects: TikTokObjects, node: str, advertiser: str) -> list[Row]:
    match node:
        case "campaign":
            held = objects.campaigns(advertiser)
            return [Row(objects.campaign(c), objects.status("campaign", c.id)) for c in held]
        case "adgroup":
            groups = objects.groups(advertiser)
            return [Row(objects.adgroup(g), objects.status("group", g.id)) for g in groups]
        case _:
            return [Row(objects.ad(a), objects.status("ad", a.id)) for a in objects.ads(advertiser)]


def listed(rows: list[Row], node: str, params: Params) -> dict[str, Any]:
    """`list` and `page_info`."""
    wanted = _wanted(node, params.get("fields"))
    hidden = set(params.get("exclude_field_types_in_response", []))
    if hidden:
        raise not_served("leave out types of fields")
    kept = [row.fields for row in _filtered(rows, params.get("filtering", {}))]
    shown, info = page(kept, params)
    return {"list": [_only(fields, wanted) for fields in shown], "page_info": info}


def page(rows: list[Any], params: Params) -> tuple[list[Any], dict[str, int]]:
    number, size = params.get("page", 1), params.get("page_size", 10)
    if number < 1:
        raise invalid("page: Must be greater than or equal to 1.")
    if not 1 <= size <= _MAX_PAGE:
        raise invalid(f"page_size: Must be between 1 and {_MAX_PAGE}.")
    total = -(-len(rows) // size)
    info = {"page": number, "page_size": size, "total_number": len(rows), "total_page": total}
    return rows[(number - 1) * size : number * size], info


def _wanted(node: str, fields: list[str] | None) -> list[str] | None:
    for name in fields or ():
        if name not in field_names(node):
            raise invalid(f"fields: {name} is not a valid choice.")
    return fields


def _only(fields: Fields, wanted: list[str] | None) -> Fields:
    return fields if wanted is None else {name: fields[name] for name in wanted if name in fields}


def _filtered(rows: list[Row], filtering: dict[str, Any]) -> list[Row]:
    """Deleted objects are hidden unless they are asked for."""
    primary = filtering.get("primary_status", "STATUS_NOT_DELETE")
    if primary not in _PRIMARY:
        raise invalid(f"filtering.primary_status: {primary} is not a valid choice.")
    asks_deleted = str(filtering.get("secondary_status", "")).endswith("_DELETE")
    words = _PRIMARY["STATUS_ALL" if asks_deleted and "primary_status" not in filtering else primary]
    kept = [row for row in rows if row.word in words]
    for name, value in filtering.items():
        if name in _ID_FILTERS:
            if not 1 <= len(value) <= _MAX_IDS:
                raise invalid(f"filtering.{name}: Length must be between 1 and {_MAX_IDS}.")
            kept = [row for row in kept if row.fields.get(_ID_FILTERS[name]) in value]
        elif name in _TEXT_FILTERS:
            kept = [row for row in kept if _holds(row.fields.get(name, ""), value, name)]
        elif name != "primary_status":
            raise not_served(f"filter by {name}")
    return kept


def _holds(text: str, wanted: str, name: str) -> bool:
    return wanted in text if name.endswith("_name") else wanted == text
