"""Insights: delivery figures by level and time; all scalars are strings, spend in currency units."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from omnify_sandbox.catalog import Ad
from omnify_sandbox.config import CURRENCY
from omnify_sandbox.figures import Figures, Sums, level_audience, reach
from omnify_sandbox.kinds import KINDS
from omnify_sandbox.meta.contract import edge_params, enum_of, fields_of
from omnify_sandbox.meta.errors import MetaProblem, invalid
from omnify_sandbox.meta.objects import Fields, MetaObjects
from omnify_sandbox.meta.params import (
    check_names,
    json_value,
    name_list,
    preset_range,
    time_range,
    wanted_fields,
)
from omnify_sandbox.portfolio import META_ACCOUNTS

_LEVELS = {"AdAccount": "account", "Campaign": "campaign", "AdSet": "adset", "Ad": "ad"}
_OLDEST_MONTHS = 37
_ACCOUNT_OVERLAP = 0.85


class Report(NamedTuple):
    level: str
    since: date
    until: date
    increment: int | str
    """Days per row, 'monthly' or 'all_days'."""
    fields: list[str]
    windows: list[str]
    filters: list[dict[str, Any]]


def read_report(node: str, params: dict[str, str], today: date) -> Report:
    """What is asked for. Raises MetaProblem where a parameter is wrong."""
    check_names(params, set(edge_params("Campaign", "insights")))
    level = params.get("level", _LEVELS[node])
    if level not in enum_of("AdsInsights", "Level"):
        raise invalid(f"Param level must be one of {{ad, adset, campaign, account}}, got {level!r}")
    if params.get("breakdowns") not in (None, "", "[]"):
        raise invalid("The sandbox market has no breakdowns")
    since, until = _range(params, today)
    fields = list(wanted_fields(params.get("fields", "")))
    for name in fields:
        if name not in fields_of("AdsInsights"):
            raise invalid(f"{name} is not valid for fields param. please check "
                          "https://developers.facebook.com/docs/marketing-api/reference/ads-insights/ for all valid values")
    windows = name_list("action_attribution_windows", params.get("action_attribution_windows"))
    for window in windows:
        if window not in enum_of("AdsInsights", "ActionAttributionWindows"):
            raise invalid(f"Param action_attribution_windows[0] must be a valid window, got {window!r}")
    filters = json_value("filtering", params["filtering"]) if params.get("filtering") else []
    return Report(level, since, until, _increment(params), fields or ["impressions", "spend"], windows, filters)


def _range(params: dict[str, str], today: date) -> tuple[date, date]:
    if params.get("time_ranges"):
        raise invalid("The sandbox market reports one time range at a time")
    if params.get("time_range"):
        since, until = time_range(params["time_range"])
        if (today - since).days > _OLDEST_MONTHS * 31:
            raise MetaProblem(
                3018, "(#3018) The start date of the time range cannot be beyond 37 months from the current date"
            )
        return since, until
    preset = params.get("date_preset", "last_30d")
    if preset not in enum_of("AdsInsights", "DatePreset"):
        raise invalid(f"Param date_preset must be one of {enum_of('AdsInsights', 'DatePreset')}, got {preset!r}")
    return preset_range(preset, today)


def _increment(params: dict[str, str]) -> int | str:
    text = params.get("time_increment", "all_days")
    if text in ("all_days", "monthly"):
        return text
    if text.isdigit() and 1 <= int(text) <= 90:
        return int(text)
    raise invalid(f"Param time_increment must be 1 to 90, monthly or all_days, got {text!r}")


def rows(objects: MetaObjects, node: str, item: Any, report: Report) -> list[Fields]:
    """One row per object of the level and slice of time with delivery, by time, then object."""
    ads = [ad for ad in objects.ads.values() if _is_under(ad, node, item)]
    figures = objects.market.figures(report.since, report.until)
    members: dict[str, list[Ad]] = {}
    for ad in ads:
        members.setdefault(_level_id(ad, report.level), []).append(ad)
    found = []
    for first, last in _slices(report, figures):
        for group in members.values():
            row = _row(objects, report, figures, (first, last), group)
            if row is not None and all(_passes(row, group[0], test) for test in report.filters):
                found.append({name: row[name] for name in _shown(report) if name in row})
    return found


def _shown(report: Report) -> list[str]:
    return list(dict.fromkeys([*report.fields, "date_start", "date_stop"]))


def _is_under(ad: Ad, node: str, item: Any) -> bool:
    return {
        "AdAccount": ad.campaign.account == item,
        "Campaign": ad.campaign is item,
        "AdSet": ad.group is item,
        "Ad": ad is item,
    }[node]


def _level_id(ad: Ad, level: str) -> str:
    return {
        "account": ad.campaign.account,
        "campaign": ad.campaign.id,
        "adset": ad.group.id,
        "ad": ad.id,
    }[level]


def _slices(report: Report, figures: Figures) -> Iterator[tuple[date, date]]:
    """First and last day of each row, within the days that the market has."""
    if not figures.days:
        return
    if report.increment == "all_days":
        yield report.since, report.until
        return
    day = report.since
    while day <= min(report.until, figures.days[-1]):
        if report.increment == "monthly":
            end = day.replace(day=calendar.monthrange(day.year, day.month)[1])
        else:
            end = day + timedelta(int(report.increment) - 1)
        yield day, min(end, report.until)
        day = end + timedelta(1)


def _row(
    objects: MetaObjects, report: Report, figures: Figures, span: tuple[date, date], ads: list[Ad]
) -> Fields | None:
    start = max(0, (span[0] - figures.days[0]).days)
    stop = min(len(figures.days), (span[1] - figures.days[0]).days + 1)
    if start >= stop:
        return None
    sums = figures.sums(slice(start, stop), np.array([ad.index for ad in ads], dtype=np.int64))
    if not sums.impressions:
        return None
    people = reach(sums.impressions, _audience(objects, ads), stop - start)
    dates = {"date_start": span[0].isoformat(), "date_stop": span[1].isoformat()}
    return _names(objects, ads[0], report.level) | _scalars(sums, people) | _actions(sums, ads[0], report) | dates


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
        "account_name": META_ACCOUNTS[campaign.account],
        "account_currency": CURRENCY,
        "attribution_setting": "7d_click_1d_view",
    }
    for depth, node, item in (("campaign", "Campaign", campaign), ("adset", "AdSet", ad.group), ("ad", "Ad", ad)):
        if level == "account":
            break
        held = objects.fields(node, item) if depth != "campaign" else objects.names(item)
        names |= {f"{depth}_id": held["id"], f"{depth}_name": held["name"]}
        if depth == "campaign":
            names |= {"objective": KINDS[campaign.kind].channel, "buying_type": "AUCTION"}
        if depth == level:
            break
    return names


def _scalars(sums: Sums, people: int) -> Fields:
    spend = sums.spend_micros / 1e6
    link_clicks = sums.clicks * 17 // 20
    scalars: Fields = {
        "impressions": str(sums.impressions),
        "clicks": str(sums.clicks),
        "inline_link_clicks": str(link_clicks),
        "unique_clicks": str(sums.clicks * 19 // 20),
        "reach": str(people),
        "frequency": f"{sums.impressions / people:.6f}",
        "spend": f"{spend:.2f}",
        "cpm": f"{spend / sums.impressions * 1000:.6f}",
        "ctr": f"{sums.clicks / sums.impressions * 100:.6f}",
        "inline_link_click_ctr": f"{link_clicks / sums.impressions * 100:.6f}",
        "cpp": f"{spend / people * 1000:.6f}",
    }
    if sums.clicks:
        scalars["cpc"] = f"{spend / sums.clicks:.6f}"
    return scalars


def _actions(sums: Sums, ad: Ad, report: Report) -> Fields:
    """Actions as Meta lists them: one conversion appears under several types that overlap."""
    is_lead = KINDS[ad.campaign.kind].channel == "OUTCOME_LEADS" and report.level != "account"
    types = (
        ["lead", "offsite_conversion.fb_pixel_lead"]
        if is_lead
        else ["purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase"]
    )
    link_clicks = sums.clicks * 17 // 20
    counts = {"link_click": link_clicks, "landing_page_view": link_clicks * 4 // 5, "page_engagement": sums.clicks}
    counts = {name: count for name, count in counts.items() if count}
    value = sums.value_cents / 100
    shown: Fields = {}
    if sums.conversions:
        counts |= dict.fromkeys(types, sums.conversions)
        shown["action_values"] = [_stat(name, f"{value:.2f}", report.windows) for name in types]
        if not is_lead and sums.spend_micros:
            ratio = f"{value / (sums.spend_micros / 1e6):.6f}"
            shown["purchase_roas"] = [_stat("omni_purchase", ratio, report.windows)]
            name = "offsite_conversion.fb_pixel_purchase"
            shown["website_purchase_roas"] = [_stat(name, ratio, report.windows)]
    if counts:
        shown["actions"] = [_stat(name, str(count), report.windows) for name, count in counts.items()]
        shown["cost_per_action_type"] = [
            _stat(name, f"{sums.spend_micros / 1e6 / count:.6f}", []) for name, count in counts.items()
        ]
    return shown


def _stat(action_type: str, value: str, windows: list[str]) -> dict[str, str]:
    """The market credits by click within seven days; other windows are shown where they hold nothing else."""
    clicked = {window: value for window in windows if window in ("7d_click", "28d_click")}
    return {"action_type": action_type, "value": value, **clicked}


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
