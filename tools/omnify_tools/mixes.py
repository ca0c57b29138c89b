"""Who moved the whole: mix against performance (Simpson's paradox included), and the biggest movers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from omnify_core.campaigns import Campaign, DailyMetrics
from omnify_core.errors import BadInput
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_tools.answers import CAMPAIGN, CAMPAIGN_ID, PLATFORM, campaign_cells, source_named, table
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.decomposition import RATIOS, Mix, Ratio, Shift, mix_of
from omnify_tools.figures import METRICS, Metric, Totals, change, metric_named, size
from omnify_tools.market import by_entity, campaigns_of, limited, platform_named
from omnify_tools.periods import period_named
from omnify_tools.scopes import Scope, one_currency, other_period, rows_of, uneven
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import clean, quoted
from omnify_tools.words import figure, percent, signed

_VOLUMES = ("spend", "impressions", "clicks", "conversions", "revenue")
REVERSED = (
    "Simpson's paradox: every part moved one way and the whole the other, only because the mix shifted. "
    "Judge the parts, not the whole."
)


@tool(Effect.READ)
async def mix_shift(
    ctx: Ctx,
    metric: str = "cpa",
    period: str = "last_7_days",
    against: str = "",
    by: str = "platform",
    platform: str = "",
) -> Table:
    """Say whether a ratio changed because its parts did better or worse, or only because the mix shifted.

    Args:
        metric: cpa, cpc, roas, ctr or cvr.
        period: As in performance_summary, e.g. last_7_days.
        against: Another period by name; empty for the days of equal length before.
        by: platform or campaign: which parts.
        platform: google, meta or another platform; empty for all of them.
    """
    copilot, chosen = ctx.context, metric_named(metric)
    if chosen.key not in RATIOS:
        raise BadInput(f"{chosen.key} is no ratio; use one of {', '.join(RATIOS)}")
    scope = Scope(platform_named(platform), None)
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    other = other_period(copilot, window, against)
    now, before = await rows_of(copilot, scope, window), await rows_of(copilot, scope, other)
    currency = one_currency(now, before)
    names = await _names(ctx, by)
    mix = mix_of(
        _ratios(now, by, currency, chosen.key),
        _ratios(before, by, currency, chosen.key),
    )
    return await table(
        copilot,
        f"{chosen.label} by {by}: mix and performance, {window.label}",
        _mix_words(mix, chosen, currency, names),
        columns=[
            Column(key="part", label=by.capitalize(), untrusted=by == "campaign"),
            Column(key="share_now", label="Share of weight now", unit="share"),
            Column(key="share_before", label="Share before", unit="share"),
            Column(key="now", label=f"{chosen.label} now"),
            Column(key="before", label=f"{chosen.label} before"),
            Column(key="performance", label="Effect of its performance"),
            Column(key="mix", label="Effect of its weight"),
        ],
        rows=[_mix_row(shift, chosen, currency, names) for shift in _by_size(mix)][: limited(50)],
        period=window,
        source=source_named(scope.platform, "split of daily campaign figures at midpoint weights"),
        warnings=[*uneven(window, other), *([REVERSED] if mix and mix.is_reversed else [])],
        total_rows=len(mix.shifts) if mix else 0,
    )


@tool(Effect.READ)
async def biggest_movers(
    ctx: Ctx,
    metric: str = "conversions",
    period: str = "last_7_days",
    against: str = "",
    platform: str = "",
    limit: int = 10,
) -> Table:
    """Show which campaigns moved a total most between two periods, up and down.

    Args:
        metric: spend, impressions, clicks, conversions or revenue.
        period: As in performance_summary, e.g. last_7_days.
        against: Another period by name; empty for the days of equal length before.
        platform: google, meta or another platform; empty for all of them.
        limit: How many rows to show, 1 to 50.
    """
    copilot, chosen = ctx.context, metric_named(metric)
    if chosen.key not in _VOLUMES:
        raise BadInput(f"{chosen.key} does not add up over campaigns; use one of {', '.join(_VOLUMES)}")
    scope = Scope(platform_named(platform), None)
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    other = other_period(copilot, window, against)
    now, before = await rows_of(copilot, scope, window), await rows_of(copilot, scope, other)
    currency = one_currency(now, before)
    campaigns = await campaigns_of(copilot, scope.platform)
    rows = _moves(now, before, chosen, currency, campaigns)
    return await table(
        copilot,
        f"Biggest movers by {chosen.label}, {window.label}",
        _moves_words(rows, chosen, len(rows)),
        columns=[
            CAMPAIGN_ID,
            CAMPAIGN,
            PLATFORM,
            Column(key="now", label="Now", unit=chosen.unit),
            Column(key="before", label="Before", unit=chosen.unit),
            Column(key="difference", label="Difference", unit=chosen.unit),
            Column(key="change", label="Change", unit="share"),
        ],
        rows=rows[: limited(limit)],
        period=window,
        source=source_named(scope.platform),
        warnings=uneven(window, other),
        total_rows=len(rows),
    )


async def _names(ctx: Ctx, by: str) -> dict[str, str]:
    if by not in {"platform", "campaign"}:
        raise BadInput(f"by must be platform or campaign, not {by!r}")
    if by == "platform":
        return {}
    return {id_: campaign.name for id_, campaign in (await campaigns_of(ctx.context)).items()}


def _ratios(rows: Iterable[DailyMetrics], by: str, currency: str, metric: str) -> dict[str, Ratio]:
    grouped: dict[str, list[DailyMetrics]] = {}
    for row in rows:
        key = row.platform.label if by == "platform" else row.entity_id
        grouped.setdefault(key, []).append(row)
    return {key: RATIOS[metric](Totals.of(kept, currency)) for key, kept in grouped.items()}


def _by_size(mix: Mix | None) -> list[Shift]:
    return sorted(mix.shifts, key=lambda s: -abs(s.performance + s.mix)) if mix else []


def _mix_row(shift: Shift, metric: Metric, currency: str, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "part": f"{clean(names[shift.key], length=60)} ({shift.key})" if shift.key in names else shift.key,
        "share_now": round(shift.share_now, 4),
        "share_before": round(shift.share_before, 4),
        "now": _ratio_words(shift.now, metric, currency),
        "before": _ratio_words(shift.before, metric, currency),
        "performance": _ratio_words(shift.performance, metric, currency, sign=True),
        "mix": _ratio_words(shift.mix, metric, currency, sign=True),
    }


def _ratio_words(value: float | None, metric: Metric, currency: str, *, sign: bool = False) -> str | None:
    if value is None:
        return None
    before = "+" if sign and value >= 0 else ""
    if metric.unit == "money":
        return f"{before}{Money.rounded(Decimal(repr(value)), currency)}"
    if metric.unit == "share":
        return f"{before}{value * 100:.2f}{' points' if sign else '%'}"
    return f"{before}{value:,.2f}"


def _mix_words(mix: Mix | None, metric: Metric, currency: str, names: Mapping[str, str]) -> str:
    if mix is None:
        return f"{metric.label} does not exist in one of the periods, so there is nothing to split."
    first = _by_size(mix)[0]
    named = f"{quoted(names[first.key], length=60)} ({first.key})" if first.key in names else first.key
    said = (
        f"{metric.label} went from {_ratio_words(mix.before, metric, currency)} to "
        f"{_ratio_words(mix.now, metric, currency)}: "
        f"{_ratio_words(mix.performance, metric, currency, sign=True)} because parts performed differently, "
        f"{_ratio_words(mix.mix, metric, currency, sign=True)} because the mix shifted. "
        f"Most of it at {named}, whose weight went from {percent(first.share_before)} to "
        f"{percent(first.share_now)}."
    )
    return f"{said} {REVERSED}" if mix.is_reversed else said


def _moves(
    now: Iterable[DailyMetrics],
    before: Iterable[DailyMetrics],
    metric: Metric,
    currency: str,
    campaigns: Mapping[EntityId, Campaign],
) -> list[dict[str, Any]]:
    here, there = by_entity(now), by_entity(before)
    rows = []
    for entity in {*here, *there} & campaigns.keys():
        a = metric.read(Totals.of(here.get(entity, ()), currency))
        b = metric.read(Totals.of(there.get(entity, ()), currency))
        moved = a - b if isinstance(a, Money) and isinstance(b, Money) else float(a or 0) - float(b or 0)  # type: ignore[arg-type]
        cells = {"now": a, "before": b, "difference": moved, "change": change(a, b)}
        rows.append({**campaign_cells(campaigns[entity]), **cells})
    return sorted(rows, key=lambda row: (-abs(size(row["difference"])), row["campaign_id"]))


def _moves_words(rows: Sequence[dict[str, Any]], metric: Metric, among: int) -> str:
    if not rows:
        return "No campaign had delivery in either period."
    up = [row for row in rows if size(row["difference"]) > 0]
    down = [row for row in rows if size(row["difference"]) < 0]
    said = [_move(row, metric, word) for row, word in ((up[:1], "up"), (down[:1], "down")) if row]
    return f"{metric.label} of {among} campaigns: {'; '.join(said) or 'none moved'}."


def _move(rows: Sequence[dict[str, Any]], metric: Metric, word: str) -> str:
    row = rows[0]
    return (
        f"most {word} {quoted(row['campaign'], length=60)} ({row['campaign_id']}), from "
        f"{figure(METRICS[metric.key], row['before'])} to {figure(METRICS[metric.key], row['now'])} "
        f"({signed(row['change'])})"
    )
