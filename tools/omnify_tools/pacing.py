"""Spend against budget: the month so far and where it will end, and how much of each budget is used."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from omnify_core.campaigns import DailyMetrics, Platform, Status
from omnify_core.errors import BadInput, NotFound
from omnify_core.money import Money, total
from omnify_tools.answers import (
    CAMPAIGN,
    CAMPAIGN_ID,
    DAILY_BUDGET,
    PLATFORM,
    campaign_cells,
    source_named,
    table,
)
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import share
from omnify_tools.market import by_entity, campaigns_of, figures_of, limited, platform_named
from omnify_tools.periods import last_days, period_named
from omnify_tools.scopes import currencies
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import quoted
from omnify_tools.words import counted, percent

FULL, LITTLE = 0.90, 0.60
_WEEK = 7
_DAY = timedelta(days=1)


class Month(NamedTuple):
    """One currency's month: spent up to yesterday, the usual day, and both ends of a projection."""

    currency: str
    spent: Money
    usual_day: Money
    days_left: int
    projected: Money
    low: Money
    high: Money


@tool(Effect.READ)
async def budget_pacing(ctx: Ctx, platform: str = "", monthly_budget: str = "") -> Table:
    """Show what was spent this month, where spend will end by month's end, and if a budget will hold.

    Args:
        platform: google, meta or another platform; empty for all of them.
        monthly_budget: What may be spent this month in the base currency, e.g. "50000.00"; empty for
            the monthly cap of the money policy, if there is one.
    """
    copilot, chosen = ctx.context, platform_named(platform)
    month = period_named("this_month", copilot.clock, copilot.tenant.time_zone)
    week = last_days(4 * _WEEK, copilot.clock, copilot.tenant.time_zone)
    done = await figures_of(copilot, month._replace(until=month.today - _DAY), platform=chosen)
    recent = await figures_of(copilot, week, platform=chosen)
    months = [_month(done, recent, code, month.today) for code in currencies(done, recent)]
    budget, origin = await _budget(copilot, chosen, monthly_budget)
    rows = [_row(one, budget) for one in months]
    return await table(
        copilot,
        f"Pacing of {month.today:%B %Y}, {chosen.label if chosen else 'all platforms'}",
        " ".join(_words(one, budget) for one in months) or "Nothing was spent lately, so nothing to project.",
        columns=[
            Column(key="currency", label="Currency"),
            Column(key="spent", label="Spent up to yesterday", unit="money"),
            Column(key="usual_day", label="Usual day, last 7", unit="money"),
            Column(key="days_left", label="Days left, today included", unit="days"),
            Column(key="projected", label="Projected month end", unit="money"),
            Column(key="low", label="Low", unit="money"),
            Column(key="high", label="High", unit="money"),
            Column(key="budget", label="Monthly budget", unit="money"),
            Column(key="left", label="Budget less projection", unit="money"),
            Column(key="a_day", label="Would fit, a day", unit="money"),
        ],
        rows=rows,
        period=month._replace(until=month.today - _DAY) if month.today.day > 1 else month,
        source=source_named(chosen, f"daily campaign figures; {origin}"),
        warnings=["Low and high repeat the lowest and highest of the last four weeks for the days left."],
    )


@tool(Effect.READ)
async def budget_utilization(ctx: Ctx, platform: str = "", limit: int = 20) -> Table:
    """Show how much of its daily budget each enabled campaign spends: held back, fine, or underspending.

    Args:
        platform: google, meta or another platform; empty for all of them.
        limit: How many rows to show, 1 to 50.
    """
    copilot, chosen = ctx.context, platform_named(platform)
    week = last_days(_WEEK, copilot.clock, copilot.tenant.time_zone)
    rows = by_entity(await figures_of(copilot, week, platform=chosen))
    budgets = _by_budget(list((await campaigns_of(copilot, chosen, Status.ENABLED)).values()))
    lines = sorted(
        (_use(group, rows) for group in budgets), key=lambda line: (-(line["used"] or 0), line["campaign_id"])
    )
    held = [line for line in lines if line["state"] == "held back by its budget"]
    under = [line for line in lines if line["state"] == "underspending"]
    return await table(
        copilot,
        "Use of daily budgets, last 7 days",
        _use_words(lines, held, under),
        columns=[
            CAMPAIGN_ID,
            CAMPAIGN,
            PLATFORM,
            DAILY_BUDGET,
            Column(key="daily_spend", label="Daily spend", unit="money"),
            Column(key="used", label="Used", unit="share"),
            Column(key="unused", label="Unused a day", unit="money"),
            Column(key="state", label="State"),
            Column(key="shared_by", label="Campaigns on this budget", unit="count"),
        ],
        rows=lines[: limited(limit)],
        period=week,
        source=source_named(chosen),
        total_rows=len(lines),
    )


def _month(done: Sequence[DailyMetrics], recent: Sequence[DailyMetrics], code: str, today: date) -> Month:
    spent = total((row.spend for row in done if row.spend.currency == code), code)
    weeks = [_spent_in(recent, code, today, back) for back in range(4)]
    left = monthrange(today.year, today.month)[1] - today.day + 1
    seen = [week for week in weeks if week.minor] or [Money.zero(code)]
    ends = [
        Money(spent.minor + week.minor * left // _WEEK, code) for week in (weeks[0], min(seen), max(seen))
    ]
    return Month(code, spent, Money(weeks[0].minor // _WEEK, code), left, *ends)


def _spent_in(rows: Iterable[DailyMetrics], code: str, today: date, back: int) -> Money:
    until = today - _DAY - timedelta(days=_WEEK * back)
    since = until - timedelta(days=_WEEK - 1)
    return total((r.spend for r in rows if r.spend.currency == code and since <= r.day <= until), code)


async def _budget(copilot: Copilot, platform: Platform | None, given: str) -> tuple[Money | None, str]:
    base = copilot.tenant.base_currency
    if given.strip():
        money = Money.parse(given.replace(",", ""), base)
        if money.minor <= 0:
            raise BadInput(f"monthly_budget must be above 0, not {given!r}")
        return money, "budget as stated in the question"
    try:
        policy = await copilot.policies.get(copilot.tenant.id)
    except NotFound:
        return None, "no monthly budget is set"
    cap = policy.monthly_cap_by_platform.get(platform) if platform else policy.monthly_cap_total
    return cap, "monthly cap of the money policy" if cap else "no monthly budget is set"


def _row(month: Month, budget: Money | None) -> dict[str, Any]:
    cells: dict[str, Any] = month._asdict()
    if budget is None or budget.currency != month.currency:
        return cells
    open_ = budget - month.spent
    a_day = Money(max(open_.minor, 0) // month.days_left, month.currency)
    return {**cells, "budget": budget, "left": budget - month.projected, "a_day": a_day}


def _words(month: Month, budget: Money | None) -> str:
    said = (
        f"{month.spent} spent up to yesterday; at the last 7 days' pace ({month.usual_day} a day) the month "
        f"ends at {month.projected} (between {month.low} and {month.high})."
    )
    if budget is None or budget.currency != month.currency:
        return said
    left = budget - month.projected
    row = _row(month, budget)
    verdict = f"{left} under" if left.minor >= 0 else f"{-left} over"
    return f"{said} That is {verdict} the monthly budget of {budget}; {row['a_day']} a day would fit exactly."


def _by_budget(campaigns: Sequence[Any]) -> list[list[Any]]:
    """Campaigns that spend from one budget belong together; those without one are left out."""
    groups: dict[tuple[str, ...], list[Any]] = {}
    for campaign in campaigns:
        if campaign.daily_budget is None:
            continue
        own = campaign.budget_key or campaign.id
        groups.setdefault((campaign.ref.platform, campaign.ref.account_id, own), []).append(campaign)
    return list(groups.values())


def _use(group: Sequence[Any], rows: Any) -> dict[str, Any]:
    first = group[0]
    currency, budget = first.currency, first.daily_budget
    spent = total((row.spend for one in group for row in rows.get(one.id, ())), currency)
    used = share(spent.minor, budget.minor * _WEEK)
    daily = Money(spent.minor // _WEEK, currency)
    return {
        **campaign_cells(first),
        "daily_spend": daily,
        "used": used,
        "unused": Money(max(budget.minor - daily.minor, 0), currency),
        "state": _state(used),
        "shared_by": len(group),
    }


def _state(used: float | None) -> str:
    if not used:
        return "no delivery"
    if used >= FULL:
        return "held back by its budget"
    return "underspending" if used < LITTLE else "fine"


def _use_words(lines: Sequence[Any], held: Sequence[Any], under: Sequence[Any]) -> str:
    if not lines:
        return "No enabled campaign has a daily budget of its own."
    said = (
        f"{counted(len(lines), 'daily budget')}: {len(held)} spent to {FULL:.0%} or more, "
        f"{len(under)} spent to less than {LITTLE:.0%}."
    )
    if under:
        worst = max(under, key=lambda line: line["unused"].minor)
        said += (
            f" Most unused: {quoted(worst['campaign'], length=60)} ({worst['campaign_id']}), "
            f"{percent(worst['used'])} of {worst['daily_budget']} used."
        )
    return said
