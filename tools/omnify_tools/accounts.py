"""The accounts behind the figures: which, if they answer, what is missing, totals in one currency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from omnify_core.campaigns import DailyMetrics
from omnify_core.errors import NotFound, PlatformError
from omnify_core.money import Money, total
from omnify_core.platform_ports import AdPlatform
from omnify_core.rates import Rates
from omnify_tools.answers import PLATFORM, source_named, table
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.market import figures_of, platform_named
from omnify_tools.periods import last_days, period_named
from omnify_tools.tables import Column, Table
from omnify_tools.words import counted, listed

_GAP_DAYS = 30


@tool(Effect.READ)
async def list_accounts(ctx: Ctx) -> Table:
    """List the connected ad accounts with their currency and time zone."""
    found = await ctx.context.market.accounts(ctx.context.tenant.id)
    rows = [{**one.model_dump(), "platform": one.platform.label} for one in found]
    codes = sorted({one.currency for one in found})
    return await table(
        ctx.context,
        "Ad accounts",
        f"{counted(len(found), 'ad account')} in {listed(codes)}."
        if found
        else "No account was imported yet.",
        columns=[
            PLATFORM,
            Column(key="account_id", label="Account id", unit="id"),
            Column(key="name", label="Account", untrusted=True),
            Column(key="currency", label="Currency"),
            Column(key="time_zone", label="Time zone"),
        ],
        rows=rows,
        source="The imports",
    )


@tool(Effect.READ)
async def platform_health(ctx: Ctx) -> Table:
    """Ask every connected platform now if it answers, and say what can be changed there."""
    rows = []
    for platform, adapter in sorted((await ctx.context.platforms.of(ctx.context.tenant.id)).items()):
        (ok, message), can = await _answer(adapter), adapter.capabilities
        rows.append(
            {
                "platform": platform.label,
                "state": "answers" if ok else "does not answer",
                "message": message,
                "budgets": ", ".join(level.value.replace("_", " ") for level in can.budget_levels),
                "dry_run": "yes" if can.can_dry_run else "no",
                "overdelivery": f"up to {can.overdelivery} times the daily budget on one day",
            }
        )
    ill = [row["platform"] for row in rows if row["state"] != "answers"]
    good = f"All {len(rows)} connected platforms answer." if rows else "No platform is connected."
    return await table(
        ctx.context,
        "Connections",
        f"{listed(ill)} {'does' if len(ill) == 1 else 'do'} not answer." if ill else good,
        columns=[
            PLATFORM,
            Column(key="state", label="State"),
            Column(key="message", label="Message", untrusted=True),
            Column(key="budgets", label="Budgets sit on"),
            Column(key="dry_run", label="Can be tried first"),
            Column(key="overdelivery", label="Overdelivery"),
        ],
        rows=rows,
        source="The platforms themselves, just now",
    )


@tool(Effect.READ)
async def data_gaps(ctx: Ctx, platform: str = "") -> Table:
    """Find days of the last 30 without any figures on a platform that had some before and after.

    Args:
        platform: google, meta or another platform; empty for all of them.
    """
    copilot, chosen = ctx.context, platform_named(platform)
    window = last_days(_GAP_DAYS, copilot.clock, copilot.tenant.time_zone)
    rows = await figures_of(copilot, window, platform=chosen)
    every = [window.since + timedelta(days=back) for back in range(window.days)]
    lines = []
    for one in sorted({row.platform for row in rows}):
        days = {row.day for row in rows if row.platform is one}
        missing = [day for day in every if day not in days and min(days) < day]
        shown = listed([day.isoformat() for day in missing], most=8)
        lines.append({"platform": one.label, "missing": len(missing), "days": shown, "last": max(days)})
    holes = [line for line in lines if line["missing"]]
    return await table(
        copilot,
        "Days without figures",
        "; ".join(f"{line['platform']}: {line['missing']} days missing ({line['days']})" for line in holes)
        + "."
        if holes
        else "No day is missing in the last 30.",
        columns=[
            PLATFORM,
            Column(key="missing", label="Days missing", unit="count"),
            Column(key="days", label="Which"),
            Column(key="last", label="Last day with figures", unit="date"),
        ],
        rows=lines,
        period=window,
        source=source_named(chosen),
        warnings=["A day without figures may also be a day without delivery."] if holes else [],
    )


@tool(Effect.READ)
async def currency_totals(ctx: Ctx, period: str = "last_30_days", platform: str = "") -> Table:
    """Add up spend and revenue over accounts of different currencies, at the policy's dated rates.

    Args:
        period: As in performance_summary, e.g. last_30_days.
        platform: google, meta or another platform; empty for all of them.
    """
    copilot, chosen = ctx.context, platform_named(platform)
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    rows = await figures_of(copilot, window, platform=chosen)
    rates, dated = await _rates(copilot)
    lines = [_line(rows, code, rates) for code in sorted({row.spend.currency for row in rows})]
    unknown = [line["currency"] for line in lines if line["spend_in_base"] is None]
    spend, revenue = (_whole(lines, key, rates.base) for key in ("spend_in_base", "revenue_in_base"))
    return await table(
        copilot,
        f"Totals in {rates.base}, {window.label}",
        f"In {rates.base}: spend {spend}, revenue {revenue}"
        + (f"; without {listed(unknown)}, which has no current rate." if unknown else "."),
        columns=[
            Column(key="currency", label="Currency"),
            Column(key="spend", label="Spend", unit="money"),
            Column(key="revenue", label="Revenue", unit="money"),
            Column(key="rate", label=f"{rates.base} for one unit", unit="ratio"),
            Column(key="spend_in_base", label=f"Spend in {rates.base}", unit="money"),
            Column(key="revenue_in_base", label=f"Revenue in {rates.base}", unit="money"),
        ],
        rows=lines,
        period=window,
        source=source_named(chosen, f"campaign figures; {dated}"),
        warnings=["One rate is used for the whole period."] if len(lines) > 1 else [],
    )


async def _answer(adapter: AdPlatform) -> tuple[bool, str]:
    try:
        health = await adapter.health()
    except PlatformError as error:
        return False, str(error)
    return health.ok, health.message


def _hole(line: dict[str, Any]) -> str:
    return f"{line['platform']}: {counted(line['missing'], 'day')} missing ({line['days']})"


async def _rates(copilot: Copilot) -> tuple[Rates, str]:
    try:
        policy = await copilot.policies.get(copilot.tenant.id)
    except NotFound:
        return Rates(copilot.tenant.base_currency), "no rates are set"
    rates = policy.rates_on(copilot.clock.now().date())
    if policy.rates is None or not rates.per_unit:
        return rates, "no current rates are set"
    return rates, f"rates of {policy.rates.day} from the money policy"


def _line(rows: Sequence[DailyMetrics], code: str, rates: Rates) -> dict[str, Any]:
    mine = [row for row in rows if row.spend.currency == code]
    spend, revenue = total((r.spend for r in mine), code), total((r.revenue for r in mine), code)
    known = rates.knows(code)
    return {
        "currency": code,
        "spend": spend,
        "revenue": revenue,
        "rate": (1.0 if code == rates.base else float(rates.per_unit[code])) if known else None,
        "spend_in_base": rates.convert(spend) if known else None,
        "revenue_in_base": rates.convert(revenue) if known else None,
    }


def _whole(lines: Sequence[dict[str, Any]], key: str, base: str) -> Money:
    return total((line[key] for line in lines if line[key] is not None), base)
