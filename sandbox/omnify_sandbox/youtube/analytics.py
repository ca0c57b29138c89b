"""YouTube Analytics API v2: one table per question, two days behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from omnify_sandbox.catalog import Ad
from omnify_sandbox.google.metrics import views_of
from omnify_sandbox.stage import Stage
from omnify_sandbox.videos import video_id, video_seconds
from omnify_sandbox.youtube.errors import YouTubeProblem
from omnify_sandbox.youtube.query import Query

DELAY = timedelta(days=2)
_WATCHED = 0.46
_METRICS = {
    "views": "INTEGER",
    "estimatedMinutesWatched": "INTEGER",
    "averageViewDuration": "INTEGER",
    "averageViewPercentage": "FLOAT",
    "likes": "INTEGER",
    "comments": "INTEGER",
    "shares": "INTEGER",
    "subscribersGained": "INTEGER",
    "subscribersLost": "INTEGER",
}
_DIMENSIONS = ("day", "month", "video")
_TOP_MOST = 200
Views = dict[Ad, int]


def report(stage: Stage, query: Query) -> dict[str, Any]:
    """Raises YouTubeProblem where the question is wrong."""
    for name in ("ids", "startDate", "endDate", "metrics"):
        if not query.text(name):
            raise _wrong(f"Required parameter: {name}", "required")
    if query.text("ids") not in ("channel==MINE", f"channel=={stage.advertiser.channel}"):
        raise YouTubeProblem(403, "Forbidden", reason="forbidden")
    metrics = _names(query, "metrics", tuple(_METRICS))
    dimensions = _names(query, "dimensions", _DIMENSIONS)
    is_top = "video" in dimensions
    if len(dimensions) > 1 or (is_top and not (query.text("sort") and query.text("maxResults"))):
        raise _unsupported()
    since, until = _day(query, "startDate"), _day(query, "endDate")
    if since > until:
        raise _wrong("The start date must not be after the end date.", "invalid")
    ads = _meant(stage, query)
    rows = [
        [*key, *(_value(name, views) for name in metrics)]
        for key, views in _buckets(stage, ads, since, until, dimensions)
    ]
    headers = [_header(name, "DIMENSION", "STRING") for name in dimensions]
    headers += [_header(name, "METRIC", _METRICS[name]) for name in metrics]
    shown = _cut(query, _sorted(query, rows, [*dimensions, *metrics]), is_top=is_top)
    table: dict[str, Any] = {"kind": "youtubeAnalytics#resultTable", "columnHeaders": headers}
    return table | ({"rows": shown} if shown else {})


def _buckets(
    stage: Stage, ads: list[Ad], since: date, until: date, dimensions: list[str]
) -> Iterator[tuple[list[str], Views]]:
    figures = stage.figures(since, min(until, stage.today() - DELAY - timedelta(1)))
    daily = {ad: [views_of(sums) for sums in figures.by_day([ad.index])] for ad in ads}
    buckets: dict[str, Views] = {}
    for place, day in enumerate(figures.days):
        for ad, views in daily.items():
            label = {"day": day.isoformat(), "month": f"{day:%Y-%m}", "video": video_id(ad)}
            key = label[dimensions[0]] if dimensions else ""
            held = buckets.setdefault(key, {})
            held[ad] = held.get(ad, 0) + views[place]
    for key, views_by_ad in buckets.items():
        if sum(views_by_ad.values()):
            yield ([key] if dimensions else []), views_by_ad


def _value(name: str, views: Views) -> int | float:
    count = sum(views.values())
    seconds = sum(number * video_seconds(ad) for ad, number in views.items())
    match name:
        case "views":
            return count
        case "estimatedMinutesWatched":
            return round(seconds * _WATCHED / 60)
        case "averageViewDuration":
            return round(seconds * _WATCHED / count)
        case "averageViewPercentage":
            return round(_WATCHED * 100, 2)
        case "likes":
            return count // 180
        case "subscribersGained":
            return count // 900
        case "subscribersLost":
            return count // 4_000
        case _:
            return count // 2_400


def _meant(stage: Stage, query: Query) -> list[Ad]:
    """The videos that `filters=video==ID,ID` leaves."""
    ads = list(stage.catalog.ads)
    for part in filter(None, query.text("filters").split(";")):
        name, is_equal, values = part.partition("==")
        if name != "video" or not is_equal:
            raise _wrong(f"Unknown identifier ({name}) given in field parameters.filters.", "badRequest")
        ads = [ad for ad in ads if video_id(ad) in values.split(",")]
    return ads


def _names(query: Query, field: str, known: tuple[str, ...]) -> list[str]:
    names = query.texts(field)
    for name in names:
        if name not in known:
            raise _wrong(f"Unknown identifier ({name}) given in field parameters.{field}.", "badRequest")
    return names


def _sorted(query: Query, rows: list[list[Any]], names: list[str]) -> list[list[Any]]:
    for field in reversed(query.texts("sort")):
        name = field.removeprefix("-")
        if name not in names:
            raise _wrong(f"Unknown identifier ({name}) given in field parameters.sort.", "badRequest")
        place = names.index(name)
        rows = sorted(rows, key=lambda row: row[place], reverse=field.startswith("-"))
    return rows


def _cut(query: Query, rows: list[list[Any]], *, is_top: bool) -> list[list[Any]]:
    start = query.number("startIndex", 1, 1, 1_000_000) - 1
    most = query.number("maxResults", 1_000_000, 1, _TOP_MOST if is_top else 1_000_000)
    return rows[start : start + most]


def _day(query: Query, name: str) -> date:
    text = query.text(name)
    try:
        return date(int(text[:4]), int(text[5:7]), int(text[8:])) if text[4:8:3] == "--" else _no_day(name)
    except ValueError:
        return _no_day(name)


def _no_day(name: str) -> date:
    raise _wrong(f"Invalid date given in field parameters.{name}; write it as YYYY-MM-DD.", "invalid")


def _header(name: str, column: str, kind: str) -> dict[str, str]:
    return {"name": name, "columnType": column, "dataType": kind}


def _unsupported() -> YouTubeProblem:
    return _wrong(
        "The query is not supported. Check the documentation at "
        "https://developers.google.com/youtube/analytics/v2/available_reports for supported queries.",
        "badRequest",
    )


def _wrong(message: str, reason: str) -> YouTubeProblem:
    return YouTubeProblem(400, message, reason=reason)
