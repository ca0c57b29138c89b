"""The insights edge: delivery figures by level and time."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from omnify_sandbox.advertiser import minor_per_unit
from omnify_sandbox.catalog import Ad
from omnify_sandbox.figures import Figures, RunningSums, level_audience, reach
from omnify_sandbox.kinds import KINDS
from omnify_sandbox.meta.errors import invalid
from omnify_sandbox.meta.objects import Fields, MetaObjects
from omnify_sandbox.meta.report import Report
from omnify_sandbox.meta.stats import ACTIONS, actions, scalars

_ACCOUNT_OVERLAP = 0.85


class _Group(NamedTuple):
    """One object of the report's level: what its rows share."""

    first: Ad
    names: Fields
    audience: float
    both: RunningSums
    leads: RunningSums
    sales: RunningSums


def rows(objects: MetaObjects, node: str, item: Any, report: Report) -> list[Fields]:
    """One row per object of the level and slice of time with delivery, by range and time, then object."""
    figures = objects.market.figures(
        min(since for since, _ in report.ranges), max(until for _, until in report.ranges)
    )
    members: dict[str, list[Ad]] = {}
    for ad in objects.ads.values():
        if _is_under(ad, node, item):
            members.setdefault(_level_id(ad, report.level), []).append(ad)
    groups = [_group(objects, report, figures, ads) for ads in members.values()]
    shown = list(dict.fromkeys([*report.fields, "date_start", "date_stop"]))
    found = []
    for span in _spans(report, figures):
        for group in groups:
            row = _row(report, figures, span, group)
            if row is not None and all(_passes(row, group.first, test) for test in report.filters):
                found.append(row)
    for name, descends in reversed(report.order):
        found.sort(key=partial(_sortable, name=name), reverse=descends)
    return [{name: row[name] for name in shown if name in row} for row in found]


def _sortable(row: Fields, *, name: str) -> tuple[float, str]:
    text = str(row.get(name, ""))
    return (float(text), "") if re.fullmatch(r"-?[\d.]+", text) else (0.0, text)


def _group(objects: MetaObjects, report: Report, figures: Figures, ads: list[Ad]) -> _Group:
    leads = [ad.index for ad in ads if KINDS[ad.campaign.kind].channel == "OUTCOME_LEADS"]
    sales = [ad.index for ad in ads if ad.index not in leads]
    return _Group(
        ads[0],
        _names(objects, ads[0], report.level),
        _audience(objects, ads),
        figures.running(leads + sales),
        figures.running(leads),
        figures.running(sales),
    )


def _is_under(ad: Ad, node: str, item: Any) -> bool:
    return item in {"AdAccount": (ad.campaign.account,)}.get(node, (ad.campaign, ad.group, ad))


def _level_id(ad: Ad, level: str) -> str:
    return {
        "account": ad.campaign.account,
        "campaign": ad.campaign.id,
        "adset": ad.group.id,
        "ad": ad.id,
    }[level]


def _spans(report: Report, figures: Figures) -> Iterator[tuple[date, date]]:
    """First and last day of each row, within the days that the market has."""
    for since, until in report.ranges if figures.days else []:
        if report.increment == "all_days":
            yield since, until
        else:
            yield from _slices(report.increment, since, until, figures.days[-1])


def _slices(increment: int | str, since: date, until: date, last: date) -> Iterator[tuple[date, date]]:
    day = since
    while day <= min(until, last):
        if increment == "monthly":
            end = day.replace(day=calendar.monthrange(day.year, day.month)[1])
        else:
            end = day + timedelta(int(increment) - 1)
        yield day, min(end, until)
        day = end + timedelta(1)


def _row(report: Report, figures: Figures, span: tuple[date, date], group: _Group) -> Fields | None:
    start = max(0, (span[0] - figures.days[0]).days)
    stop = min(len(figures.days), (span[1] - figures.days[0]).days + 1)
    if start >= stop:
        return None
    sums = group.both.between(start, stop)
    if not sums.impressions:
        return None
    people = reach(sums.impressions, group.audience, stop - start)
    minor = minor_per_unit(group.first.campaign.currency)
    dates = {"date_start": span[0].isoformat(), "date_stop": span[1].isoformat()}
    row = {**group.names, **scalars(sums, people, minor), **dates}
    if not report.needed.isdisjoint(ACTIONS):
        leads, sales = group.leads.between(start, stop), group.sales.between(start, stop)
        row |= actions(leads, sales, report.windows, report.needed, minor)
    return row


def _audience(objects: MetaObjects, ads: list[Ad]) -> float:
    traits = objects.market.world.traits
    campaigns: dict[int, int] = {}
    for ad in ads:
        campaigns[ad.campaign.index] = campaigns.get(ad.campaign.index, 0) + 1
    people = sum(level_audience(traits.audience[c], count) for c, count in campaigns.items())
    return people * (_ACCOUNT_OVERLAP if len(campaigns) > 1 else 1.0)


def _names(objects: MetaObjects, ad: Ad, level: str) -> Fields:
    """Ids and names of the row's object and its parents; nothing below its level."""
    campaign = ad.campaign
    names: Fields = {
        "account_id": campaign.account,
        "account_name": objects.accounts[campaign.account].name,
        "account_currency": campaign.currency,
        "attribution_setting": "7d_click_1d_view",
    }
    depth = ("account", "campaign", "adset", "ad").index(level)
    chain = (("campaign", "Campaign", campaign), ("adset", "AdSet", ad.group), ("ad", "Ad", ad))
    for name, node, item in chain[:depth]:
        names |= {f"{name}_id": item.id, f"{name}_name": objects.name(node, item)}
    if depth:
        names |= {"objective": KINDS[campaign.kind].channel, "buying_type": "AUCTION"}
    return names


def _passes(row: Fields, ad: Ad, test: dict[str, Any]) -> bool:
    name, operator, value = test.get("field", ""), test.get("operator", ""), test.get("value")
    ids = {"campaign.id": ad.campaign.id, "adset.id": ad.group.id, "ad.id": ad.id}
    held = ids.get(name, row.get(name))
    match operator:
        case "IN":
            return str(held) in [str(item) for item in value or []]
        case "EQUAL":
            return str(held) == str(value)
        case "GREATER_THAN":
            return float(held or 0) > float(str(value))
        case "LESS_THAN":
            return float(held or 0) < float(str(value))
        case "CONTAIN":
            return str(value).lower() in str(held).lower()
        case _:
            raise invalid(f"Filtering operator {operator!r} on {name!r} is not supported")
