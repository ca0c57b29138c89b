"""Runs a checked query against the market."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from typing import Any

from omnify_sandbox.advertiser import minor_per_unit
from omnify_sandbox.figures import Figures, Sums
from omnify_sandbox.google.check import check, period
from omnify_sandbox.google.contract import camel, field
from omnify_sandbox.google.gaql import Condition, Query
from omnify_sandbox.google.metrics import metric_values, segment_values
from omnify_sandbox.google.objects import GoogleObjects, Values
from omnify_sandbox.google.resources import Found, of_resource
from omnify_sandbox.google.shares import share_values
from omnify_sandbox.stage import Stage

Row = dict[str, Any]


def run(market: Stage, customer: str, query: Query, as_of: datetime | None) -> list[Row]:
    """The rows as JSON objects, before paging. Raises GoogleProblem where the query is wrong."""
    check(query, is_manager=market.advertiser.is_manager(customer))
    of_object, of_figures = _split(query)
    rows = [
        one
        for one in of_resource(GoogleObjects(market, customer, as_of), query.resource, customer)
        if all(_holds(condition, one.values.get(condition.field)) for condition in of_object)
    ]
    found = [
        values
        for values in _with_figures(market, query, rows)
        if all(_holds(condition, values.get(condition.field)) for condition in of_figures)
    ]
    for path, descends in reversed(query.order):
        found.sort(key=partial(_sortable, path=path), reverse=descends)
    shown = _shown_fields(query)
    return [_as_json(values, shown) for values in found[: query.limit]]


def field_mask(query: Query) -> str:
    return ",".join(".".join(camel(part) for part in path.split(".")) for path in query.select)


def _split(query: Query) -> tuple[list[Condition], list[Condition]]:
    """Conditions on objects, and conditions on figures; dates become the period instead."""
    of_object, of_figures = [], []
    for condition in query.where:
        if condition.field.startswith("metrics.") or condition.field == "segments.day_of_week":
            of_figures.append(condition)
        elif not condition.field.startswith("segments."):
            of_object.append(condition)
    return of_object, of_figures


def _with_figures(market: Stage, query: Query, rows: list[Found]) -> Iterator[Values]:
    paths = {*query.select, *(c.field for c in query.where), *(path for path, _ in query.order)}
    segments = [path for path in query.select if path.startswith("segments.")]
    if not segments and not any(path.startswith(("metrics.", "segments.")) for path in paths):
        yield from (one.values for one in rows)
        return
    since, until = period(query, market.today())
    figures = market.figures(since or date.min, until or date.max)
    for one in rows:
        by_day = figures.by_day(one.ads) if one.ads else []
        if one.span is not None:
            by_day = [one.span.of(sums, day) for sums, day in zip(by_day, figures.days, strict=True)]
        values = one.values
        if query.resource == "campaign":
            values = values | share_values(market, values, _total(by_day), len(figures.days))
        yield from _object_rows(values, figures, by_day, segments)


def _object_rows(
    values: Values, figures: Figures, by_day: list[Sums], segments: list[str]
) -> Iterator[Values]:
    """One row per combination of the selected segments with delivery; without segments, one row."""
    minor = minor_per_unit(values["customer.currency_code"])
    is_video = values.get("campaign.advertising_channel_type") in ("VIDEO", "DEMAND_GEN")
    if not segments:
        yield values | metric_values(_total(by_day), minor=minor, is_video=is_video)
        return
    buckets: dict[tuple[Any, ...], list[Sums]] = {}
    for day, sums in zip(figures.days, by_day, strict=True):
        if sums.impressions:
            dated = segment_values(day)
            buckets.setdefault(tuple(dated[path] for path in segments), []).append(sums)
    for key, parts in buckets.items():
        yield (
            values
            | metric_values(_total(parts), minor=minor, is_video=is_video)
            | dict(zip(segments, key, strict=True))
        )


def _total(parts: list[Sums]) -> Sums:
    return Sums(*(sum(column) for column in zip(*parts, strict=True))) if parts else Sums(0, 0, 0, 0, 0)


def _holds(condition: Condition, value: Any) -> bool:
    if condition.op in ("IS NULL", "IS NOT NULL"):
        return (value is None) == (condition.op == "IS NULL")
    wanted = [_like(value, text) for text in condition.values]
    tests: dict[str, Callable[[], bool]] = {
        "=": lambda: bool(value == wanted[0]),
        "!=": lambda: bool(value != wanted[0]),
        "IN": lambda: value in wanted,
        "NOT IN": lambda: value not in wanted,
        "BETWEEN": lambda: bool(value is not None and wanted[0] <= value <= wanted[1]),
        ">": lambda: bool(value is not None and value > wanted[0]),
        ">=": lambda: bool(value is not None and value >= wanted[0]),
        "<": lambda: bool(value is not None and value < wanted[0]),
        "<=": lambda: bool(value is not None and value <= wanted[0]),
        "LIKE": lambda: _matches(value, condition.values[0]),
        "NOT LIKE": lambda: not _matches(value, condition.values[0]),
    }
    return tests[condition.op]()


def _like(value: Any, text: str) -> Any:
    """The condition's text as a value of the same type."""
    if isinstance(value, bool):
        return text.upper() == "TRUE"
    if isinstance(value, int) and text.lstrip("-").isdigit():
        return int(text)  # a float would lose the last digits of long numbers
    if isinstance(value, int | float):
        return float(text)
    return text


def _matches(value: Any, pattern: str) -> bool:
    parts = [re.escape(part) for part in pattern.split("%")]
    return re.fullmatch(".*".join(parts), str(value), re.IGNORECASE | re.DOTALL) is not None


def _sortable(values: Values, *, path: str) -> tuple[bool, Any]:
    value = values.get(path)
    return (value is not None, value if value is not None else 0)


def _shown_fields(query: Query) -> list[tuple[str, list[str], str]]:
    """Path, JSON path and kind of every field in the reply; resource names always come along."""
    owners = {query.resource, *(path.split(".")[0] for path in query.select)} - {"metrics", "segments"}
    paths = dict.fromkeys([*(f"{owner}.resource_name" for owner in sorted(owners)), *query.select])
    shown = []
    for path in paths:
        known = field(path)
        assert known is not None, "selected fields are known"
        shown.append((path, [camel(part) for part in path.split(".")], known.kind))
    return shown


def _as_json(values: Values, shown: list[tuple[str, list[str], str]]) -> Row:
    row: Row = {}
    for path, steps, kind in shown:
        value = values.get(path)
        if value is None:
            continue
        place = row
        for step in steps[:-1]:
            place = place.setdefault(step, {})
        place[steps[-1]] = str(value) if kind == "int64" else value
    return row
