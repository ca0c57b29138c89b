"""Now against before: every figure's change, and which driver it came from."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from omnify_core.errors import BadInput
from omnify_core.money import Money
from omnify_tools.answers import source_named, table
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.decomposition import DRIVERS, Part, drivers_of
from omnify_tools.figures import METRICS, Metric, change, metric_named
from omnify_tools.periods import period_named
from omnify_tools.scopes import Two, currencies, one_currency, other_period, rows_of, scope_named, two, uneven
from omnify_tools.tables import Column, Table
from omnify_tools.words import cell, count, figure, percent, signed

_MONEY_DRIVERS = {"value", "cpc"}
_SHARE_DRIVERS = {"ctr", "cvr"}
_FEW = 30


@tool(Effect.READ)
async def compare_periods(
    ctx: Ctx, period: str = "last_7_days", against: str = "", platform: str = "", campaign_id: str = ""
) -> Table:
    """Compare every figure of two periods: spend, clicks, conversions, revenue, CTR, CVR, CPC, CPA, ROAS.

    Args:
        period: As in performance_summary, e.g. last_7_days or this_month.
        against: Another period by name, e.g. last_month; empty for the days of equal length before.
        platform: google, meta or another platform; empty for all of them.
        campaign_id: One campaign by id or unambiguous name; empty for all.
    """
    copilot = ctx.context
    scope = await scope_named(copilot, platform, campaign_id)
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    other = other_period(copilot, window, against)
    now, before = await rows_of(copilot, scope, window), await rows_of(copilot, scope, other)
    found = {code: two(now, before, code) for code in currencies(now, before)}
    return await table(
        copilot,
        f"{scope.label}: {window.label} against {other.label}",
        f"{scope.label}, {window.label} ({window.since} to {window.until}) against {other.label} "
        f"({other.since} to {other.until}): {' '.join(_sentence(pair) for pair in found.values())}"
        if found
        else "Nothing was delivered in either period.",
        columns=[
            Column(key="currency", label="Currency"),
            Column(key="figure", label="Figure"),
            Column(key="now", label=f"{window.since} to {window.until}"),
            Column(key="before", label=f"{other.since} to {other.until}"),
            Column(key="difference", label="Difference"),
            Column(key="change", label="Change", unit="share"),
        ],
        rows=[_row(code, metric, pair) for code, pair in found.items() for metric in METRICS.values()],
        period=window,
        source=source_named(scope.platform),
        warnings=[*uneven(window, other), *_small(found.values())],
    )


@tool(Effect.READ)
async def decompose_change(
    ctx: Ctx,
    metric: str = "conversions",
    period: str = "last_7_days",
    against: str = "",
    platform: str = "",
    campaign_id: str = "",
) -> Table:
    """Say why a figure changed: how much came from volume, CTR, CVR, price and order value; sums up exactly.

    Args:
        metric: spend, clicks, conversions, revenue, cpa or roas.
        period: As in performance_summary, e.g. last_7_days.
        against: Another period by name; empty for the days of equal length before.
        platform: google, meta or another platform; empty for all of them.
        campaign_id: One campaign by id or unambiguous name; empty for all.
    """
    copilot, chosen = ctx.context, metric_named(metric)
    if chosen.key not in DRIVERS:
        raise BadInput(f"{chosen.key} has no drivers to split into; use one of {', '.join(DRIVERS)}")
    scope = await scope_named(copilot, platform, campaign_id)
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    other = other_period(copilot, window, against)
    now, before = await rows_of(copilot, scope, window), await rows_of(copilot, scope, other)
    currency = one_currency(now, before)
    pair = two(now, before, currency)
    parts = drivers_of(chosen.key, pair.now, pair.before)
    return await table(
        copilot,
        f"What moved {chosen.label} of {scope.label}, {window.label}",
        _why(chosen, pair, parts, currency),
        columns=[
            Column(key="driver", label="Driver"),
            Column(key="now", label="Now"),
            Column(key="before", label="Before"),
            Column(key="change", label="Change", unit="share"),
            Column(key="effect", label=f"Effect on {chosen.label}"),
        ],
        rows=[_part(part, chosen, currency) for part in parts],
        period=window,
        source=source_named(scope.platform, "split of daily campaign figures (log-mean Divisia)"),
        warnings=[*uneven(window, other), *_small([pair])],
    )


def _row(currency: str, metric: Metric, pair: Two) -> dict[str, Any]:
    now, before = metric.read(pair.now), metric.read(pair.before)
    return {
        "currency": currency,
        "figure": metric.label,
        "now": now,
        "before": before,
        "difference": _difference(now, before),
        "change": change(now, before),
    }


def _difference(now: float | Money | None, before: float | Money | None) -> float | Money | None:
    if isinstance(now, Money) and isinstance(before, Money):
        return now - before
    if now is None or before is None or isinstance(now, Money) or isinstance(before, Money):
        return None
    return round(now - before, 6)


def _sentence(pair: Two) -> str:
    said = []
    for key in ("spend", "conversions", "cpa", "roas"):
        metric = METRICS[key]
        now, before = metric.read(pair.now), metric.read(pair.before)
        said.append(f"{metric.label} {figure(metric, now)} ({signed(change(now, before))})")
    return f"{', '.join(said)}."


def _small(pairs: Any) -> list[str]:
    if all(min(pair.now.conversions, pair.before.conversions) >= _FEW for pair in pairs):
        return []
    return [f"Fewer than {_FEW} conversions in a period: changes of CPA, CVR and ROAS may be chance."]


def _why(metric: Metric, pair: Two, parts: Sequence[Part], currency: str) -> str:
    now, before = metric.read(pair.now), metric.read(pair.before)
    said = (
        f"{metric.label} went from {figure(metric, before)} to {figure(metric, now)} "
        f"({signed(change(now, before))})."
    )
    if not parts:
        return f"{said} No split exists, because a driver was zero in one of the periods."
    ordered = sorted(parts, key=lambda part: -abs(part.effect))
    drivers = "; ".join(
        f"{part.driver.label} {signed(part.now / part.before - 1)}, "
        f"effect {_shown(part.effect, metric, currency)}"
        for part in ordered
    )
    return f"{said} Most of it came from {drivers}."


def _part(part: Part, metric: Metric, currency: str) -> dict[str, Any]:
    return {
        "driver": part.driver.label,
        "now": _driver_value(part, part.now, currency),
        "before": _driver_value(part, part.before, currency),
        "change": round(part.now / part.before - 1, 4),
        "effect": _shown(part.effect, metric, currency),
    }


def _driver_value(part: Part, value: float, currency: str) -> Any:
    if part.driver.key in _MONEY_DRIVERS:
        return cell(Money.rounded(Decimal(repr(value)), currency))
    return percent(value) if part.driver.key in _SHARE_DRIVERS else count(value)


def _shown(effect: float, metric: Metric, currency: str) -> str:
    sign = "+" if effect >= 0 else ""
    if metric.unit == "money":
        return f"{sign}{Money.rounded(Decimal(repr(effect)), currency)}"
    return f"{sign}{effect:,.2f}" if metric.unit == "ratio" else f"{sign}{effect:,.1f}"
