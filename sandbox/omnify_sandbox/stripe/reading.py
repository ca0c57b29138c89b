"""Lists of Stripe objects: filters, cursors, pages, and expanded ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from omnify_sandbox.stripe.errors import invalid
from omnify_sandbox.stripe.forms import Values
from omnify_sandbox.stripe.shapes import Object, listed
from omnify_sandbox.stripe.store import Store

_PAGING = {"limit", "starting_after", "ending_before", "expand"}
_MOST, _DEFAULT = 100, 10


def page(store: Store, kind: str, url: str, values: Values, seen: int | None) -> Object:
    """Newest first."""
    found = [obj for obj in store.all(kind, seen) if _fits(obj, kind, values)]
    limit = values.get("limit", _DEFAULT)
    if not 1 <= limit <= _MOST:
        raise invalid("This value must be between 1 and 100 (inclusive).", "limit")
    if "starting_after" in values and "ending_before" in values:
        raise invalid("Only one of starting_after and ending_before can be given.", "starting_after")
    if "ending_before" in values:
        before = found[: _place(store, found, kind, values, "ending_before")]
        return listed(before[-limit:], url, has_more=len(before) > limit)
    start = _place(store, found, kind, values, "starting_after") + 1 if "starting_after" in values else 0
    rest = found[start:]
    return listed(rest[:limit], url, has_more=len(rest) > limit)


def _place(store: Store, found: list[Object], kind: str, values: Values, name: str) -> int:
    for place, obj in enumerate(found):
        if obj["id"] == values[name]:
            return place
    store.get(kind, values[name], name)
    raise invalid(f"{values[name]} is not in this list.", name)


def _fits(obj: Object, kind: str, values: Values) -> bool:
    if kind == "subscription" and not _has_status(obj, values.get("status")):
        return False
    wanted = {name: value for name, value in values.items() if name not in _PAGING}
    return all(_matches(obj, kind, name, value) for name, value in wanted.items())


def _has_status(sub: Object, status: str | None) -> bool:
    match status:
        case None:
            return bool(sub["status"] != "canceled")
        case "all":
            return True
        case "ended":
            return sub["status"] in ("canceled", "incomplete_expired")
        case _:
            return bool(sub["status"] == status)


def _matches(obj: Object, kind: str, name: str, value: Any) -> bool:
    match kind, name:
        case "subscription", "status":
            return True
        case "subscription", "price" | "plan":
            return any(item["price"]["id"] == value for item in obj["items"]["data"])
        case "subscription", "current_period_start" | "current_period_end":
            return any(_in_range(item[name], value) for item in obj["items"]["data"])
        case "invoice", "subscription":
            return bool(obj["parent"]["subscription_details"]["subscription"] == value)
        case "event", "types":
            return any(is_topic(obj["type"], topic) for topic in value)
        case "event", "type":
            return is_topic(obj["type"], value)
        case "product", "ids":
            return obj["id"] in value
        case _, "created" | "due_date":
            return _in_range(obj.get(name) or 0, value)
    if name not in obj:
        raise invalid(f"The sandbox market does not filter {kind} lists by {name}.", name)
    return bool(obj[name] == value)


def is_topic(topic: str, pattern: str) -> bool:
    return topic == pattern or (pattern.endswith("*") and topic.startswith(pattern[:-1]))


_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
}


def _in_range(at: int, wanted: Any) -> bool:
    if isinstance(wanted, int):
        return at == wanted
    return all(_COMPARE[word](at, limit) for word, limit in wanted.items())


def expanded(store: Store, shown: Object, paths: list[str]) -> Object:
    """A copy in which the ids at `paths` are the objects themselves. Raises StripeProblem."""
    for path in paths:
        shown = _expand(store, shown, path.split("."), path)
    return shown


def _expand(store: Store, shown: Any, steps: list[str], path: str) -> Any:
    if isinstance(shown, list):
        return [_expand(store, item, steps, path) for item in shown]
    if len(steps) > 4:
        raise invalid(f"You cannot expand more than 4 levels of a property: {path}.", "expand")
    head, *rest = steps
    if not isinstance(shown, dict) or head not in shown:
        raise invalid(f"This property cannot be expanded ({path}).", "expand")
    inner = shown[head]
    if isinstance(inner, str):
        found = store.find(inner)
        if found is None:
            raise invalid(f"This property cannot be expanded ({path}).", "expand")
        inner = found
    return shown | {head: _expand(store, inner, rest, path) if rest and inner is not None else inner}
