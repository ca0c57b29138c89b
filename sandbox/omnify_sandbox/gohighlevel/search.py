"""The search grammar: nested groups of conditions in snake_case over records in camelCase."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from omnify_sandbox.gohighlevel.errors import unprocessable

Record = dict[str, Any]
_MOST_TEXT = 75
_RENAMED = {
    "date_added": ("dateAdded", "createdAt"),
    "date_updated": ("dateUpdated", "updatedAt"),
    "last_status_change_date": ("lastStatusChangeAt",),
    "last_stage_change_date": ("lastStageChangeAt",),
    "first_name_lower_case": ("firstName",),
    "last_name_lower_case": ("lastName",),
}


def fits(record: Record, filters: list[Any], where: str = "filters") -> bool:
    """All of the filters; a group says AND or OR itself. Raises HighLevelProblem 422."""
    return all(_fits_one(record, one, f"{where}.{place}") for place, one in enumerate(filters))


def order(records: list[Record], sort: list[Any]) -> list[Record]:
    for one in reversed(sort):
        if not isinstance(one, dict) or one.get("direction") not in ("asc", "desc") or "field" not in one:
            raise unprocessable("sort must be a list of {field, direction: asc or desc}")
        name = str(one["field"])
        records = sorted(
            records,
            key=lambda record, name=name: _sortable(_value(record, name)),  # type: ignore[misc]
            reverse=one["direction"] == "desc",
        )
    return records


def _sortable(value: Any) -> tuple[int, float, str]:
    if value is None:
        return 0, 0.0, ""
    return (1, float(value), "") if isinstance(value, int | float) else (2, 0.0, str(value).lower())


def _fits_one(record: Record, one: Any, where: str) -> bool:
    if not isinstance(one, dict):
        raise unprocessable(f"{where} must be an object")
    if "group" in one:
        if one["group"] not in ("AND", "OR") or not isinstance(one.get("filters"), list):
            raise unprocessable(f"{where}.group must be AND or OR, with filters")
        parts = [_fits_one(record, part, where) for part in one["filters"]]
        return all(parts) if one["group"] == "AND" else any(parts)
    if not {"field", "operator"} <= set(one) <= {"field", "operator", "value"}:
        raise unprocessable(f"{where} must have field, operator and value")
    return _holds(_value(record, str(one["field"])), str(one["operator"]), one.get("value"), where)


def _value(record: Record, field: str) -> Any:
    for name in _RENAMED.get(field, (_camel(field),)):
        if name in record:
            return record[name]
    return record.get(field)


def _camel(field: str) -> str:
    head, *rest = field.split("_")
    return head + "".join(part.title() for part in rest)


def _holds(held: Any, operator: str, value: Any, where: str) -> bool:
    match operator:
        case "exists" | "not_exists":
            return (held not in (None, "", [])) == (operator == "exists")
        case "eq" | "not_eq":
            same = _same(held, value)
            return same == (operator == "eq")
        case "contains" | "not_contains":
            if not isinstance(value, str) or len(value) > _MOST_TEXT:
                raise unprocessable(f"{where}.value must be a string of at most {_MOST_TEXT} characters")
            return (value.lower() in _text(held)) == (operator == "contains")
        case "range":
            return _in_range(held, value, where)
        case _:
            raise unprocessable(f"{where}.operator {operator} is not supported")


def _same(held: Any, value: Any) -> bool:
    wanted = value if isinstance(value, list) else [value]
    values = held if isinstance(held, list) else [held]
    lowered = [one.lower() if isinstance(one, str) else one for one in wanted]
    return any((one.lower() if isinstance(one, str) else one) in lowered for one in values)


def _text(held: Any) -> str:
    return " ".join(map(str, held)).lower() if isinstance(held, list) else str(held or "").lower()


_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
}


def _in_range(held: Any, wanted: Any, where: str) -> bool:
    if not isinstance(wanted, dict) or not wanted or not set(wanted) <= set(_COMPARE):
        raise unprocessable(f"{where}.value must hold some of gt, gte, lt, lte")
    number = _number(held)
    limits = {word: _number(limit) for word, limit in wanted.items()}
    if None in limits.values():
        raise unprocessable(f"{where}.value must hold numbers or dates")
    return number is not None and all(
        _COMPARE[word](number, limit) for word, limit in limits.items() if limit is not None
    )


def _number(value: Any) -> float | None:
    """Dates as seconds, so that both compare."""
    if isinstance(value, int | float):
        return float(value)
    try:
        return datetime.fromisoformat(str(value)).timestamp()
    except ValueError:
        return None
