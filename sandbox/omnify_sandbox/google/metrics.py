"""Google's metrics and date segments."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from omnify_sandbox.figures import Sums

SEARCH_SHARES = (
    "search_impression_share",
    "search_budget_lost_impression_share",
    "search_rank_lost_impression_share",
)
METRICS = [
    "impressions",
    "clicks",
    "cost_micros",
    "conversions",
    "conversions_value",
    "all_conversions",
    "all_conversions_value",
    "interactions",
    "ctr",
    "interaction_rate",
    "average_cpc",
    "average_cpm",
    "average_cost",
    "cost_per_conversion",
    "cost_per_all_conversions",
    "conversions_from_interactions_rate",
    "value_per_conversion",
    "conversions_value_per_cost",
    "video_trueview_views",
    "video_trueview_view_rate",
    "trueview_average_cpv",
    "video_quartile_p25_rate",
    "video_quartile_p50_rate",
    "video_quartile_p75_rate",
    "video_quartile_p100_rate",
]
VIEW_RATE = 0.24
_QUARTILES = {"p25": 0.61, "p50": 0.42, "p75": 0.33, "p100": 0.27}
DATE_SEGMENTS = ("date", "week", "month", "quarter", "year", "day_of_week")
_WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def views_of(sums: Sums) -> int:
    return round(sums.impressions * VIEW_RATE)


def _video_values(sums: Sums) -> dict[str, Any]:
    views = views_of(sums)
    if not views:
        return {"video_trueview_views": 0}
    plain: dict[str, Any] = {
        "video_trueview_views": views,
        "video_trueview_view_rate": views / sums.impressions,
        "trueview_average_cpv": sums.spend_micros / views,
    }
    return plain | {f"video_quartile_{part}_rate": rate for part, rate in _QUARTILES.items()}


def metric_values(sums: Sums, *, minor: int, is_video: bool) -> dict[str, Any]:
    """By GAQL path. Ratios without a denominator are absent; averages of cost are micros as doubles.

    `minor`: smallest units of the currency in one.
    """
    cost, clicks, value = float(sums.spend_micros), sums.clicks, sums.value_cents / minor
    conversions = float(sums.conversions)
    plain: dict[str, Any] = {
        "impressions": sums.impressions,
        "clicks": clicks,
        "interactions": clicks,
        "cost_micros": sums.spend_micros,
        "conversions": conversions,
        "conversions_value": value,
        "all_conversions": conversions,
        "all_conversions_value": value,
    }
    if sums.impressions:
        rate = clicks / sums.impressions
        plain |= {"ctr": rate, "interaction_rate": rate, "average_cpm": cost / sums.impressions * 1000}
    if clicks:
        plain |= {"average_cpc": cost / clicks, "average_cost": cost / clicks}
        plain["conversions_from_interactions_rate"] = conversions / clicks
    if sums.conversions:
        per = cost / conversions
        plain |= {"cost_per_conversion": per, "cost_per_all_conversions": per}
        plain["value_per_conversion"] = value / conversions
    if sums.spend_micros:
        plain["conversions_value_per_cost"] = value / (cost / 1e6)
    if is_video:
        plain |= _video_values(sums)
    return {f"metrics.{name}": amount for name, amount in plain.items()}


def segment_values(day: date) -> dict[str, Any]:
    """Date segments by GAQL path."""
    return {
        "segments.date": day.isoformat(),
        "segments.week": (day - timedelta(day.weekday())).isoformat(),
        "segments.month": day.replace(day=1).isoformat(),
        "segments.quarter": day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1).isoformat(),
        "segments.year": day.year,
        "segments.day_of_week": _WEEKDAYS[day.weekday()],
    }


def during(literal: str, today: date) -> tuple[date, date] | None:
    """First and last day of a DURING literal; None where there is no such literal."""
    monday = today - timedelta(today.weekday())
    sunday = today - timedelta((today.weekday() + 1) % 7)
    month_end = today.replace(day=1) - timedelta(1)
    ranges = {
        "TODAY": (today, today),
        "YESTERDAY": (today - timedelta(1), today - timedelta(1)),
        "LAST_7_DAYS": (today - timedelta(7), today - timedelta(1)),
        "LAST_14_DAYS": (today - timedelta(14), today - timedelta(1)),
        "LAST_30_DAYS": (today - timedelta(30), today - timedelta(1)),
        "LAST_WEEK_MON_SUN": (monday - timedelta(7), monday - timedelta(1)),
        "LAST_WEEK_SUN_SAT": (sunday - timedelta(7), sunday - timedelta(1)),
        "LAST_BUSINESS_WEEK": (monday - timedelta(7), monday - timedelta(3)),
        "THIS_WEEK_MON_TODAY": (monday, today),
        "THIS_WEEK_SUN_TODAY": (sunday, today),
        "THIS_MONTH": (today.replace(day=1), today),
        "LAST_MONTH": (month_end.replace(day=1), month_end),
    }
    return ranges.get(literal)
