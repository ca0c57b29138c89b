"""Reports: dimensions, metrics, and the days that one request may span."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import orjson

from omnify_sandbox.catalog import Ad
from omnify_sandbox.figures import Figures, Sums
from omnify_sandbox.stage import Stage
from omnify_sandbox.tiktok.contract import metric_kinds
from omnify_sandbox.tiktok.errors import invalid, not_served
from omnify_sandbox.tiktok.objects import Fields, TikTokObjects
from omnify_sandbox.tiktok.params import Params
from omnify_sandbox.tiktok.stats import metrics_of, no_figures

_LEVELS = {
    "AUCTION_ADVERTISER": "advertiser_id",
    "AUCTION_CAMPAIGN": "campaign_id",
    "AUCTION_ADGROUP": "adgroup_id",
    "AUCTION_AD": "ad_id",
}
_ID_FILTERS = {"campaign_ids": "campaign_id", "adgroup_ids": "adgroup_id", "ad_ids": "ad_id"}
_DEFAULT_METRICS = ["spend", "impressions", "clicks"]
_REPORT_TYPES = ("AUDIENCE", "BASIC", "BC", "CATALOG", "PLAYABLE_MATERIAL", "TT_SHOP")
_MOST_DAYS = 30
_MOST_DAYS_IN_SUM = 365


class Report(NamedTuple):
    """`since` and `until` of None: the whole life."""

    id_dimension: str
    is_daily: bool
    dimensions: list[str]
    metrics: list[str]
    since: date | None
    until: date | None
    ids: dict[str, set[str]]
    order: tuple[str, bool] | None


def read_report(params: Params) -> Report:
    """Raises TikTokProblem where the platform would."""
    _check_kind(params)
    dimensions = params.get("dimensions")
    if not dimensions:
        raise invalid("dimensions: Missing data for required field.")
    id_dimension = _LEVELS[params["data_level"]]
    for name in dimensions:
        if name == "stat_time_hour":
            raise not_served("report by hour")
        if name not in (id_dimension, "stat_time_day"):
            raise invalid(f"dimensions: {name} is not supported for {params['data_level']}.")
    if id_dimension not in dimensions and id_dimension != "advertiser_id":
        raise invalid(f"dimensions: {id_dimension} is required for {params['data_level']}.")
    since, until = _span(params, is_daily="stat_time_day" in dimensions)
    return Report(
        id_dimension,
        "stat_time_day" in dimensions,
        dimensions,
        _metrics(params.get("metrics")),
        since,
        until,
        _ids(params.get("filtering", [])),
        _order(params),
    )


def rows(stage: Stage, objects: TikTokObjects, advertiser: str, report: Report) -> list[Fields]:
    """Objects and days with delivery, each with its dimensions and metrics."""
    buckets: dict[str, list[Ad]] = {}
    for ad in objects.ads(advertiser):
        known = _ids_of(ad)
        if all(known[name] in wanted for name, wanted in report.ids.items()):
            buckets.setdefault(known[report.id_dimension], []).append(ad)
    figures = stage.figures(report.since or date.min, report.until or date.max)
    found = [
        _row(stage, objects, report, key, ads, day, sums)
        for key, ads in buckets.items()
        for day, sums in _delivered(figures, ads, is_daily=report.is_daily)
    ]
    if report.order is not None:
        field, descends = report.order
        found.sort(key=lambda row: _sortable(row, field), reverse=descends)
    return found


def total(stage: Stage, objects: TikTokObjects, advertiser: str, report: Report) -> Fields:
    """One row of metrics over everything that the report shows."""
    whole = report._replace(id_dimension="advertiser_id", is_daily=False, dimensions=[], order=None)
    found = rows(stage, objects, advertiser, whole)
    return found[0]["metrics"] if found else no_figures(report.metrics)


def _delivered(figures: Figures, ads: list[Ad], *, is_daily: bool) -> Iterator[tuple[date | None, Sums]]:
    by_day = figures.by_day([ad.index for ad in ads])
    if is_daily:
        yield from ((day, sums) for day, sums in zip(figures.days, by_day, strict=True) if sums.impressions)
        return
    whole = Sums(*(sum(column) for column in zip(*by_day, strict=True))) if by_day else Sums(0, 0, 0, 0, 0)
    if whole.impressions:
        yield None, whole


def _row(
    stage: Stage,
    objects: TikTokObjects,
    report: Report,
    key: str,
    ads: list[Ad],
    day: date | None,
    sums: Sums,
) -> Fields:
    known = {report.id_dimension: key}
    if day is not None:
        known["stat_time_day"] = f"{day:%Y-%m-%d} 00:00:00"
    return {
        "dimensions": {name: known[name] for name in report.dimensions},
        "metrics": metrics_of(stage, objects, ads, sums, report.metrics, report.id_dimension),
    }


def _ids_of(ad: Ad) -> dict[str, str]:
    return {
        "advertiser_id": ad.campaign.account,
        "campaign_id": ad.campaign.id,
        "adgroup_id": ad.group.id,
        "ad_id": ad.id,
    }


def _check_kind(params: Params) -> None:
    if params["report_type"] not in _REPORT_TYPES:
        raise invalid(f"report_type: {params['report_type']} is not a valid choice.")
    if params["report_type"] != "BASIC":
        raise not_served(f"make {params['report_type']} reports")
    if params.get("service_type", "AUCTION") != "AUCTION":
        raise not_served("make reports of reservations")
    if params.get("query_mode", "REGULAR") not in ("REGULAR", "CHUNK"):
        raise invalid(f"query_mode: {params['query_mode']} is not a valid choice.")
    if params.get("data_level") not in _LEVELS:
        raise invalid(f"data_level: {params.get('data_level')} is not a valid choice.")
    for name in ("advertiser_ids", "bc_id", "multi_adv_report_in_utc_time"):
        if name in params:
            raise not_served("report over several advertisers")


def _metrics(names: list[str] | None) -> list[str]:
    for name in names or ():
        if name not in metric_kinds():
            raise invalid(f"metrics: {name} is not a valid choice.")
    return names or _DEFAULT_METRICS


def _span(params: Params, *, is_daily: bool) -> tuple[date | None, date | None]:
    if params.get("query_lifetime"):
        if is_daily:
            raise invalid("query_lifetime: Cannot be used with the dimension stat_time_day.")
        return None, None
    since, until = _day(params, "start_date"), _day(params, "end_date")
    if since > until:
        raise invalid("start_date: Must not be after end_date.")
    most = _MOST_DAYS if is_daily else _MOST_DAYS_IN_SUM
    if (until - since).days + 1 > most:
        raise invalid(f"end_date: The time range must be at most {most} days.")
    return since, until


def _day(params: Params, name: str) -> date:
    text = params.get(name)
    if text is None:
        raise invalid(f"{name}: Missing data for required field.")
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-23") else _no_day(name)
    except ValueError:
        return _no_day(name)


def _no_day(name: str) -> date:
    raise invalid(f"{name}: Not a valid date; the format is YYYY-MM-DD.")


def _ids(filters: list[Any]) -> dict[str, set[str]]:
    ids: dict[str, set[str]] = {}
    for place, one in enumerate(filters):
        where = f"filtering.{place}"
        if set(one) != {"field_name", "filter_type", "filter_value"}:
            raise invalid(f"{where}: field_name, filter_type and filter_value are required.")
        if one["field_name"] not in _ID_FILTERS or one["filter_type"] != "IN":
            raise not_served(f"filter reports by {one['field_name']} {one['filter_type']}")
        try:
            values = orjson.loads(one["filter_value"])
        except (orjson.JSONDecodeError, TypeError):
            values = None
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise invalid(f"{where}.filter_value: Must be a JSON list of strings, as a string.")
        ids[_ID_FILTERS[one["field_name"]]] = set(values)
    return ids


def _order(params: Params) -> tuple[str, bool] | None:
    field, way = params.get("order_field"), params.get("order_type", "DESC")
    if way not in ("ASC", "DESC"):
        raise invalid(f"order_type: {way} is not a valid choice.")
    return None if field is None else (field, way == "DESC")


def _sortable(row: Fields, field: str) -> tuple[float, str]:
    value = row["metrics"].get(field, row["dimensions"].get(field))
    if value is None:
        raise invalid(f"order_field: {field} is not among the metrics and dimensions.")
    try:
        return float(value), ""
    except ValueError:
        return 0.0, str(value)
