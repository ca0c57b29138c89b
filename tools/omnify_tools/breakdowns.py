"""The same figures cut by platform, campaign, ad group, weekday, or age of the creative; and day by day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from omnify_core.campaigns import Creative, DailyMetrics, Level
from omnify_core.errors import BadInput
from omnify_core.ids import EntityId
from omnify_tools.answers import metric_cells, metric_columns, source_named, table
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import METRICS, Totals, change, metric_named
from omnify_tools.market import campaigns_of, limited
from omnify_tools.periods import Period, period_named
from omnify_tools.scopes import currencies, rows_of, scope_named
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import clean
from omnify_tools.words import figure, percent, signed

CUTS = ("platform", "campaign", "ad_group", "weekday", "creative_age")
SHOWN = ("spend", "impressions", "clicks", "ctr", "conversions", "cvr", "cpa", "revenue", "roas")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_AGES = ((7, "0 to 7 days"), (14, "8 to 14 days"), (30, "15 to 30 days"), (60, "31 to 60 days"))
_OLD, _UNKNOWN = "over 60 days", "age unknown"
_BY_AD = {"ad_group", "creative_age"}
Key = Callable[[DailyMetrics], str]


@tool(Effect.READ)
async def breakdown(
    ctx: Ctx,
    by: str,
    period: str = "last_30_days",
    platform: str = "",
    campaign_id: str = "",
    limit: int = 20,
) -> Table:
    """Break figures down by platform, campaign, ad group, weekday or age of the creative.

    Args:
        by: platform, campaign, ad_group, weekday or creative_age.
        period: As in performance_summary, e.g. last_30_days.
        platform: google, meta or another platform; empty for all of them.
        campaign_id: One campaign by id or unambiguous name; empty for all.
        limit: How many rows to show, 1 to 50.
    """
    if by not in CUTS:
        raise BadInput(f"by must be one of {', '.join(CUTS)}, not {by!r}")
    copilot = ctx.context
    scope = await scope_named(copilot, platform, campaign_id)
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    level = Level.AD if by in _BY_AD else Level.CAMPAIGN
    rows = await rows_of(copilot, scope, window, level=level)
    cut = _cut(rows, await _key(copilot, by))
    lines = _lines(cut, by)
    return await table(
        copilot,
        f"{scope.label} by {by.replace('_', ' ')}, {window.label}",
        _headline(lines, by, window),
        columns=[
            Column(
                key="part", label=by.replace("_", " ").capitalize(), untrusted=by in {"campaign", "ad_group"}
            ),
            Column(key="spend_share", label="Share of spend", unit="share"),
            *metric_columns(SHOWN),
        ],
        rows=lines[: limited(limit)],
        period=window,
        source=source_named(
            scope.platform, "daily figures per ad" if level is Level.AD else "campaign figures"
        ),
        warnings=_warnings(rows, by, window),
        total_rows=len(lines),
    )


@tool(Effect.READ)
async def daily_trend(
    ctx: Ctx, metric: str = "spend", period: str = "last_30_days", platform: str = "", campaign_id: str = ""
) -> Table:
    """Show figures day by day, and how the last 7 complete days stand against the 7 before.

    Args:
        metric: The figure that the headline is about: spend, clicks, conversions, cpa, roas, ctr or another.
        period: As in performance_summary, e.g. last_30_days; at most 50 days are shown.
        platform: google, meta or another platform; empty for all of them.
        campaign_id: One campaign by id or unambiguous name; empty for all.
    """
    copilot, chosen = ctx.context, metric_named(metric)
    scope = await scope_named(copilot, platform, campaign_id)
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    rows = await rows_of(copilot, scope, window)
    found = currencies(rows)
    lines = [
        {"day": day, "currency": code, **metric_cells(_sum(rows, code, [day]), SHOWN)}
        for day in sorted({row.day for row in rows}, reverse=True)
        for code in found
    ]
    said = []
    for code in found:
        days = sorted({row.day for row in rows if row.day != window.partial_day})
        last, first = _sum(rows, code, days[-7:]), _sum(rows, code, days[-14:-7])
        now, before = chosen.read(last), chosen.read(first)
        said.append(
            f"{chosen.label} of the last {len(days[-7:])} days with delivery: {figure(chosen, now)}, "
            f"{signed(change(now, before))} against the {len(days[-14:-7])} before."
        )
    return await table(
        copilot,
        f"{scope.label} day by day, {window.label}",
        " ".join(said) or f"No delivery was recorded for {window.label}.",
        columns=[Column(key="day", label="Day", unit="date"), *_with_currency(found), *metric_columns(SHOWN)],
        rows=lines[: limited(50)],
        period=window,
        source=source_named(scope.platform),
        warnings=_gaps(rows, window),
        total_rows=len(lines),
    )


def _with_currency(found: Sequence[str]) -> list[Column]:
    return [Column(key="currency", label="Currency")] if len(found) > 1 else []


def _sum(rows: Sequence[DailyMetrics], currency: str, days: Sequence[Any]) -> Totals:
    kept = set(days)
    return Totals.of((row for row in rows if row.day in kept and row.spend.currency == currency), currency)


def _gaps(rows: Sequence[DailyMetrics], window: Period) -> list[str]:
    missing = window.days - len({row.day for row in rows})
    return [f"{missing} days of the period have no delivery on record."] if rows and missing else []


async def _key(copilot: Copilot, by: str) -> Key:
    if by == "platform":
        return lambda row: row.platform.label
    if by == "weekday":
        return lambda row: _WEEKDAYS[row.day.weekday()]
    if by == "campaign":
        names: Mapping[EntityId, str] = {
            id_: campaign.name for id_, campaign in (await campaigns_of(copilot)).items()
        }
        return lambda row: _named(row.campaign_id, names)
    ads = {creative.id: creative for creative in await copilot.market.creatives(copilot.tenant.id)}
    if by == "creative_age":
        return lambda row: _age(row, ads.get(row.entity_id))
    groups = {group.id: group.name for group in await copilot.market.ad_groups(copilot.tenant.id)}
    return lambda row: _named(ads[row.entity_id].ad_group_id, groups) if row.entity_id in ads else "unknown"


def _named(id_: EntityId, names: Mapping[EntityId, str]) -> str:
    return f"{clean(names.get(id_, ''), length=60)} ({id_})".strip()


def _age(row: DailyMetrics, creative: Creative | None) -> str:
    """The age on the day of delivery, so that an ad moves through the classes as it gets older."""
    if creative is None or creative.created_on is None:
        return _UNKNOWN
    days = (row.day - creative.created_on).days
    return next((label for most, label in _AGES if days <= most), _OLD)


def _cut(rows: Sequence[DailyMetrics], key: Key) -> dict[tuple[str, str], list[DailyMetrics]]:
    parts: dict[tuple[str, str], list[DailyMetrics]] = {}
    for row in rows:
        parts.setdefault((key(row), row.spend.currency), []).append(row)
    return parts


def _lines(parts: Mapping[tuple[str, str], list[DailyMetrics]], by: str) -> list[dict[str, Any]]:
    sums = {key: Totals.of(rows, key[1]) for key, rows in parts.items()}
    whole: dict[str, int] = {}
    for (_, currency), totals in sums.items():
        whole[currency] = whole.get(currency, 0) + totals.spend.minor
    fixed = _WEEKDAYS if by == "weekday" else (*(label for _, label in _AGES), _OLD, _UNKNOWN)
    ordered = sorted(sums, key=lambda key: (_place(key[0], fixed), -sums[key].spend.minor, key))
    return [
        {
            "part": key[0],
            "spend_share": round(sums[key].spend.minor / whole[key[1]], 4) if whole[key[1]] else None,
            **metric_cells(sums[key], SHOWN),
        }
        for key in ordered
    ]


def _place(part: str, fixed: Sequence[str]) -> int:
    return fixed.index(part) if part in fixed else 0


def _headline(lines: Sequence[dict[str, Any]], by: str, window: Period) -> str:
    if not lines:
        return f"No delivery was recorded for {window.label} ({window.window})."
    most = max(lines, key=lambda line: line["spend_share"] or 0)
    said = (
        f"{len(lines)} parts by {by.replace('_', ' ')}; "
        f"most spend at {_part(most, by)}, {percent(most['spend_share'])}."
    )
    for key, word in (("cpa", "Lowest CPA"), ("ctr", "Highest CTR")):
        firm = [line for line in lines if line[key] is not None and line["conversions"] >= 10]
        if len(firm) > 1 and len({line["spend"].currency for line in firm}) == 1:
            metric = METRICS[key]
            pick = (
                min(firm, key=lambda line: line[key].minor)
                if key == "cpa"
                else max(firm, key=lambda line: line[key])
            )
            said += f" {word}: {_part(pick, by)} with {figure(metric, pick[key])}."
    return said


def _part(line: Mapping[str, Any], by: str) -> str:
    return f"«{line['part']}»" if by in {"campaign", "ad_group"} else str(line["part"])


def _warnings(rows: Sequence[DailyMetrics], by: str, window: Period) -> list[str]:
    said = []
    if len(found := currencies(rows)) > 1:
        said.append(f"Accounts use {', '.join(found)}: parts stand per currency and are not added up.")
    if by == "weekday" and window.days < 28:
        said.append("Fewer than four of each weekday: differences between weekdays may be chance.")
    if by == "creative_age":
        said.append("Old ads that still run are the ones that did well: age alone is not the cause.")
    return said
