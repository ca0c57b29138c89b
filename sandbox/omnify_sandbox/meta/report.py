"""What a call of the insights edge asks for."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from omnify_sandbox.meta.contract import edge_params, enum_of, fields_of
from omnify_sandbox.meta.errors import MetaProblem, invalid
from omnify_sandbox.meta.params import (
    check_names,
    json_value,
    name_list,
    preset_range,
    time_range,
    time_ranges,
    wanted_fields,
)

_LEVELS = {"AdAccount": "account", "Campaign": "campaign", "AdSet": "adset", "Ad": "ad"}
_OLDEST_MONTHS = 37


class Report(NamedTuple):
    level: str
    ranges: list[tuple[date, date]]
    """First and last days; they may overlap, and each has rows of its own."""
    increment: int | str
    """Days per row, 'monthly' or 'all_days'."""
    fields: list[str]
    windows: list[str]
    filters: list[dict[str, Any]]
    order: list[tuple[str, bool]]
    """Fields and whether they descend."""
    needed: frozenset[str]
    """Every field that is shown, tested or sorted by."""


def read_report(node: str, params: dict[str, str], today: date) -> Report:
    """What is asked for. Raises MetaProblem where a parameter is wrong."""
    check_names(params, set(edge_params("Campaign", "insights")))
    level = params.get("level", _LEVELS[node])
    if level not in enum_of("AdsInsights", "Level"):
        raise invalid(f"Param level must be one of {{ad, adset, campaign, account}}, got {level!r}")
    if params.get("breakdowns") not in (None, "", "[]"):
        raise invalid("The sandbox market has no breakdowns")
    ranges = _ranges(params, today)
    fields, filters, order = _fields(params), _filters(params), _order(params)
    tested = [str(test.get("field")) for test in filters]
    return Report(
        level,
        ranges,
        increment=_increment(params),
        fields=fields,
        windows=_windows(params),
        filters=filters,
        order=order,
        needed=frozenset([*fields, *tested, *(name for name, _ in order)]),
    )


def _fields(params: dict[str, str]) -> list[str]:
    fields = list(wanted_fields(params.get("fields", "")))
    for name in fields:
        if name not in fields_of("AdsInsights"):
            raise invalid(
                f"{name} is not valid for fields param. please check "
                "https://developers.facebook.com/docs/marketing-api/reference/ads-insights/ for all "
                "valid values"
            )
    return fields or ["impressions", "spend"]


def _windows(params: dict[str, str]) -> list[str]:
    windows = name_list("action_attribution_windows", params.get("action_attribution_windows"))
    for window in windows:
        if window not in enum_of("AdsInsights", "ActionAttributionWindows"):
            raise invalid(f"Param action_attribution_windows[0] must be a valid window, got {window!r}")
    return windows


def _filters(params: dict[str, str]) -> list[dict[str, Any]]:
    filters = json_value("filtering", params["filtering"]) if params.get("filtering") else []
    if not isinstance(filters, list) or not all(isinstance(test, dict) for test in filters):
        raise invalid("Param filtering must be a list of objects with field, operator and value")
    return filters


def _ranges(params: dict[str, str], today: date) -> list[tuple[date, date]]:
    if params.get("time_ranges"):
        # Meta ignores them beside time_ranges; whoever sends both expects something else.
        for name in ("time_range", "date_preset", "time_increment"):
            if params.get(name):
                raise invalid(f"Param {name} cannot be combined with time_ranges")
        return [_recent(found, today) for found in time_ranges(params["time_ranges"])]
    if params.get("time_range"):
        return [_recent(time_range(params["time_range"]), today)]
    preset = params.get("date_preset", "last_30d")
    if preset not in enum_of("AdsInsights", "DatePreset"):
        raise invalid(
            f"Param date_preset must be one of {enum_of('AdsInsights', 'DatePreset')}, got {preset!r}"
        )
    return [preset_range(preset, today)]


def _recent(found: tuple[date, date], today: date) -> tuple[date, date]:
    if (today - found[0]).days > _OLDEST_MONTHS * 31:
        raise MetaProblem(
            3018,
            "(#3018) The start date of the time range cannot be beyond 37 months from the current date",
        )
    return found


def _increment(params: dict[str, str]) -> int | str:
    text = params.get("time_increment", "all_days")
    if text in ("all_days", "monthly"):
        return text
    if text.isdigit() and 1 <= int(text) <= 90:
        return int(text)
    raise invalid(f"Param time_increment must be 1 to 90, monthly or all_days, got {text!r}")


def _order(params: dict[str, str]) -> list[tuple[str, bool]]:
    order = []
    for text in name_list("sort", params.get("sort")):
        field, _, direction = text.rpartition("_")
        if direction not in ("ascending", "descending") or field not in fields_of("AdsInsights"):
            raise invalid(f"Param sort must be a field with _ascending or _descending, got {text!r}")
        order.append((field, direction == "descending"))
    return order
