"""How it went: the sums by platform and in all, against the period before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from omnify_core.campaigns import DailyMetrics, Platform
from omnify_core.money import Money
from omnify_tools.answers import PLATFORM, metric_cells, metric_columns, source_named, table
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import Totals, change
from omnify_tools.market import figures_of, platform_named
from omnify_tools.periods import Period, period_named
from omnify_tools.tables import Column, Table
from omnify_tools.words import count, percent, signed

SHOWN = ("spend", "impressions", "clicks", "ctr", "conversions", "cpa", "revenue", "roas")
COMPARED = ("spend", "conversions", "cpa", "roas")
ALL = "All platforms"


class Line(NamedTuple):
    """One platform's (or the whole's) sums in one currency, now and in the period before."""

    label: str
    now: Totals
    before: Totals

    def changed(self, key: str) -> float | None:
        return change(metric_cells(self.now, [key])[key], metric_cells(self.before, [key])[key])

    def cells(self) -> dict[str, Any]:
        changes = {f"{key}_change": self.changed(key) for key in COMPARED}
        return {"platform": self.label, **metric_cells(self.now, SHOWN), **changes}


@tool(Effect.READ)
async def performance_summary(ctx: Ctx, period: str = "last_7_days", platform: str = "") -> Table:
    """Sum up performance by platform and in total, compared with the period of equal length before.

    Args:
        period: today, yesterday, last_7_days, last_14_days, last_30_days, last_90_days, last_week
            (Monday to Sunday), this_week, this_month or last_month.
        platform: google, meta or another platform; empty for all of them.
    """
    chosen = platform_named(platform)
    window = period_named(period, ctx.context.clock, ctx.context.tenant.time_zone)
    now = await figures_of(ctx.context, window, platform=chosen)
    before = await figures_of(ctx.context, window.before(), platform=chosen)
    lines = summed(now, before, totals=chosen is None)
    headline = _headline(lines, window)
    if not lines and chosen and not await _is_connected(ctx.context, chosen):
        headline = f"{chosen.label} is not connected, so there are no figures of it (not even a zero)."
    changes = [Column(key=f"{key}_change", label=f"{key.upper()} change", unit="share") for key in COMPARED]
    return await table(
        ctx.context,
        f"Performance, {window.label}",
        headline,
        columns=[PLATFORM, *metric_columns(SHOWN), *changes],
        rows=[line.cells() for line in lines],
        period=window,
        source=source_named(chosen),
        warnings=[*_mixed(lines), *_counted_apart(lines)],
    )


def summed(now: Sequence[DailyMetrics], before: Sequence[DailyMetrics], *, totals: bool) -> list[Line]:
    """One line per platform and currency, then one per currency for the whole."""
    lines = []
    keys = sorted({(row.platform, row.spend.currency) for row in now})
    for platform, currency in keys:
        lines.append(_line(platform.label, now, before, currency, platform))
    if totals and len(keys) > 1:
        lines += [_line(ALL, now, before, currency) for currency in sorted({key[1] for key in keys})]
    return lines


def _line(
    label: str,
    now: Iterable[DailyMetrics],
    before: Iterable[DailyMetrics],
    currency: str,
    platform: Platform | None = None,
) -> Line:
    def of(rows: Iterable[DailyMetrics]) -> Totals:
        kept = (row for row in rows if row.spend.currency == currency and platform in {None, row.platform})
        return Totals.of(kept, currency)

    return Line(label, of(now), of(before))


def _mixed(lines: Sequence[Line]) -> list[str]:
    currencies = sorted({line.now.spend.currency for line in lines})
    if len(currencies) < 2:
        return []
    return [f"Accounts use {', '.join(currencies)}: sums stand per currency and are not added up."]


def _counted_apart(lines: Sequence[Line]) -> list[str]:
    """Said wherever conversions of several platforms stand in one sum."""
    if len({line.label for line in lines} - {ALL}) < 2:
        return []
    return [
        (
            "Each platform counts conversions by its own attribution: one customer may be counted twice, so "
            "their sum is no number of customers."
        )
    ]


async def _is_connected(copilot: Copilot, platform: Platform) -> bool:
    accounts = await copilot.market.accounts(copilot.tenant.id)
    return any(account.platform is platform for account in accounts)


def _headline(lines: Sequence[Line], window: Period) -> str:
    if not lines:
        return f"No delivery was recorded for {window.label} ({window.window})."
    currencies = {line.now.spend.currency for line in lines}
    said = []
    for currency in sorted(currencies):
        whole = [line for line in lines if line.now.spend.currency == currency]
        said.append(_sentence(whole[-1], window))
        said += _parts(whole)
    return " ".join(said)


def _sentence(line: Line, window: Period) -> str:
    now = line.now
    cpa = f"CPA {now.cpa} ({signed(line.changed('cpa'))})" if now.cpa else "no conversions, so no CPA"
    roas = f"ROAS {now.roas:.2f} ({signed(line.changed('roas'))})" if now.roas is not None else "no ROAS"
    return (
        f"{line.label}, {window.label} ({window.since} to {window.until}): spend {now.spend} "
        f"({signed(line.changed('spend'))}), {count(now.conversions)} conversions "
        f"({signed(line.changed('conversions'))}), {cpa}, {roas}; changes against the "
        f"{window.days} days before."
    )


def _parts(lines: Sequence[Line]) -> list[str]:
    whole = lines[-1].now.spend
    if len(lines) < 2 or whole == Money.zero(whole.currency):
        return []
    parts = [
        f"{line.label} {percent(line.now.spend.share_of(whole))} of spend at "
        f"{'CPA ' + str(line.now.cpa) if line.now.cpa else 'no conversions'}"
        for line in lines[:-1]
    ]
    return ["; ".join(parts) + "."]
