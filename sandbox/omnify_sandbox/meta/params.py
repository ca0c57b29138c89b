"""Reading Graph parameters: fields with sub-fields, JSON values, dates."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import orjson

from omnify_sandbox.meta.contract import enum_names
from omnify_sandbox.meta.errors import MetaProblem, invalid

Wanted = dict[str, "Wanted | None"]
"""Field names; the value holds the sub-fields where some were named."""

ALWAYS = {"access_token", "appsecret_proof", "fields", "limit", "after", "before", "summary"}
LEGACY = {"pretty", "debug", "date_format", "ids"}


def check_names(params: dict[str, str], allowed: set[str]) -> None:
    """Refuses parameters that the call does not have, and protocol features gone since v26."""
    for name in params:
        if name in LEGACY:
            raise invalid(f"The parameter {name} is no longer supported since v26.0")
        if name not in allowed | ALWAYS:
            raise invalid(f"Param {name} is not supported by this call")


def check_types(node: str, params: dict[str, str], types: dict[str, str]) -> None:
    """Refuses values that are not of their parameter's type."""
    for name, text in params.items():
        type_ = types.get(name, "string")
        if not _fits(node, type_, text):
            raise invalid(f"Param {name} must be of type {type_}, got {text!r}")


def _fits(node: str, type_: str, text: str) -> bool:
    match type_:
        case "string" | "datetime":
            return True
        case "unsigned int":
            return text.isascii() and text.isdigit()
        case "int":
            return re.fullmatch(r"-?\d+", text, re.ASCII) is not None
        case "bool":
            return text in ("true", "false", "1", "0")
        case "float":
            return re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII) is not None
        case _ if type_.startswith("list<"):
            values = _json_or_none(text)
            inner = enum_names(node, type_[5:-1]) if type_.endswith("_enum>") else []
            return isinstance(values, list) and all(not inner or value in inner for value in values)
        case _ if type_.endswith("_enum"):
            return text in (enum_names(node, type_) or [text])
        case _:
            return isinstance(_json_or_none(text), dict)


def _json_or_none(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def check_keys(param: str, value: Any, known: Collection[str]) -> dict[str, Any]:
    """The JSON object, which may have no key that its type lacks."""
    if not isinstance(value, dict):
        raise invalid(f"Param {param} must be a JSON object")
    if strange := sorted(set(value) - set(known)):
        raise invalid(f'Invalid keys "{", ".join(strange)}" were found in param "{param}".')
    return value


def wanted_fields(text: str) -> Wanted:
    """`id,name,creative{id,title}` as a tree; a JSON array of names is accepted as well."""
    if text.startswith("["):
        text = ",".join(str(name) for name in json_value("fields", text))
    wanted, rest = _fields(text)
    if rest:
        raise MetaProblem(2500, f'Syntax error "Expected end of string instead of "{rest[0]}"."')
    return wanted


def _fields(text: str) -> tuple[Wanted, str]:
    wanted: Wanted = {}
    name = ""
    while text:
        head, text = text[0], text[1:]
        match head:
            case "{":
                wanted[name.strip()], text = _fields(text)
                if not text.startswith("}"):
                    raise MetaProblem(2500, 'Syntax error "Expected end of field list."')
                text, name = text[1:], ""
            case "}":
                text = head + text
                break
            case ",":
                _put(wanted, name)
                name = ""
            case _:
                name += head
    _put(wanted, name)
    return wanted, text


def _put(wanted: Wanted, name: str) -> None:
    if name.strip():
        wanted[name.strip()] = None


def json_value(name: str, text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise invalid(f"Param {name} must be a valid JSON value, got {text!r}") from None


def name_list(name: str, text: str | None) -> list[str]:
    """A JSON array of texts, or a comma list."""
    if not text:
        return []
    if not text.startswith("["):
        return [part.strip() for part in text.split(",")]
    value = json_value(name, text)
    return [str(item) for item in value]


def time_range(text: str) -> tuple[date, date]:
    return _span("time_range", json_value("time_range", text))


def time_ranges(text: str) -> list[tuple[date, date]]:
    value = json_value("time_ranges", text)
    if not isinstance(value, list) or not value:
        raise invalid("Param time_ranges must be a list of objects with since and until")
    return [_span(f"time_ranges[{place}]", item) for place, item in enumerate(value)]


def _span(name: str, value: Any) -> tuple[date, date]:
    if not isinstance(value, dict) or set(value) != {"since", "until"}:
        raise invalid(f"Param {name} must be an object with since and until")
    since, until = _day(value["since"]), _day(value["until"])
    if since > until:
        raise invalid("Must specify a valid time range: since is after until", subcode=1504018)
    return since, until


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise invalid(f"Invalid date {text!r}; write it as YYYY-MM-DD") from None


def preset_range(preset: str, today: date) -> tuple[date, date]:
    """First and last day of a `date_preset`; last_Nd ends yesterday."""
    yesterday = today - timedelta(1)
    if preset in ("last_3d", "last_7d", "last_14d", "last_28d", "last_30d", "last_90d"):
        return today - timedelta(int(preset[5:-1])), yesterday
    monday, sunday = today - timedelta(today.weekday()), today - timedelta((today.weekday() + 1) % 7)
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    before = month - timedelta(1)
    before_quarter = quarter - timedelta(1)
    ranges = {
        "today": (today, today),
        "yesterday": (yesterday, yesterday),
        "this_month": (month, today),
        "this_quarter": (quarter, today),
        "this_year": (year, today),
        "this_week_mon_today": (monday, today),
        "this_week_sun_today": (sunday, today),
        "last_week_mon_sun": (monday - timedelta(7), monday - timedelta(1)),
        "last_week_sun_sat": (sunday - timedelta(7), sunday - timedelta(1)),
        "last_month": (before.replace(day=1), before),
        "last_quarter": (before_quarter.replace(month=before_quarter.month - 2, day=1), before_quarter),
        "last_year": (year.replace(year=year.year - 1), year - timedelta(1)),
        "maximum": (today - timedelta(365 * 3), today),
        "data_maximum": (today - timedelta(365 * 3), today),
    }
    return ranges[preset]
