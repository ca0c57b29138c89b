"""What is earned: profit at a stated margin, campaigns against a target, spend that brings nothing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from omnify_core.campaigns import Level
from omnify_core.errors import BadInput
from omnify_core.money import Money
from omnify_tools.answers import (
    CAMPAIGN,
    CAMPAIGN_ID,
    PLATFORM,
    campaign_cells,
    metric_cells,
    metric_columns,
    source_named,
    table,
)
from omnify_tools.campaigns import Standing, standings
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import METRICS, Totals, per, share
from omnify_tools.market import by_entity, figures_of, limited, platform_named
from omnify_tools.periods import period_named
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import quoted
from omnify_tools.words import counted, figure, percent

_ENOUGH = 10


@tool(Effect.READ)
async def profit_by_campaign(
    ctx: Ctx, margin: str, period: str = "last_30_days", platform: str = "", limit: int = 20
) -> Table:
    """Compute contribution per campaign: reported revenue times a stated margin, less ad spend.

    Args:
        margin: Gross margin before ad spend as the person stated it, e.g. "40%". Never assume one: ask.
        period: As in performance_summary, e.g. last_30_days.
        platform: google, meta or another platform; empty for all of them.
        limit: How many rows to show, 1 to 50.
    """
    part = _margin(margin)
    window = period_named(period, ctx.context.clock, ctx.context.tenant.time_zone)
    found = await standings(ctx.context, window, platform=platform)
    lines = [_profit(one, part) for one in found if one.totals.spend.minor]
    lines.sort(key=lambda line: line["profit"].units)
    losing = [line for line in lines if line["profit"].minor < 0]
    worst = (
        f" Largest loss: {quoted(lines[0]['campaign'], length=60)} ({lines[0]['campaign_id']}), "
        f"{lines[0]['profit']}."
        if losing
        else ""
    )
    return await table(
        ctx.context,
        f"Contribution at {percent(float(part))} margin, {window.label}",
        f"{_sums(lines)} Break-even ROAS is {1 / part:.2f}; {len(losing)} of {len(lines)} campaigns are "
        f"below it.{worst}"
        if lines
        else f"Nothing was spent in {window.label}.",
        columns=[
            CAMPAIGN_ID,
            CAMPAIGN,
            PLATFORM,
            *metric_columns(("spend", "revenue", "roas")),
            Column(key="profit", label="Contribution", unit="money"),
            Column(key="per_unit", label="Contribution per 1.00 spent", unit="ratio"),
        ],
        rows=lines[: limited(limit)],
        period=window,
        source=source_named(platform_named(platform), "campaign figures; margin as stated"),
        warnings=["Revenue is what platforms report and may be counted on several of them."],
        total_rows=len(lines),
    )


@tool(Effect.READ)
async def target_check(
    ctx: Ctx, metric: str, target: str, period: str = "last_30_days", platform: str = "", limit: int = 20
) -> Table:
    """Check enabled campaigns against a target CPA or ROAS: which miss it, and what that cost.

    Args:
        metric: cpa or roas.
        target: For cpa money in the accounts' currency, e.g. "45.00"; for roas a factor, e.g. "3.5".
        period: As in performance_summary, e.g. last_30_days.
        platform: google, meta or another platform; empty for all of them.
        limit: How many rows to show, 1 to 50.
    """
    key = metric.strip().lower()
    if key not in {"cpa", "roas"}:
        raise BadInput(f"metric must be cpa or roas, not {metric!r}")
    aim = _positive(target, "target")
    window = period_named(period, ctx.context.clock, ctx.context.tenant.time_zone)
    found = await standings(ctx.context, window, platform=platform, status="enabled")
    lines = [_against(one, key, aim) for one in found if one.totals.spend.minor]
    lines.sort(key=lambda line: -line["excess"].units)
    missing = [line for line in lines if line["verdict"] == "misses"]
    first = (
        f" Most at {quoted(missing[0]['campaign'], length=60)} ({missing[0]['campaign_id']}): "
        f"{figure(METRICS[key], missing[0][key])}, {missing[0]['excess']} beyond the target."
        if missing
        else ""
    )
    return await table(
        ctx.context,
        f"Campaigns against a target {METRICS[key].label} of {target}, {window.label}",
        f"{len(missing)} of {counted(len(lines), 'campaign')} with spend miss the target.{first}",
        columns=[
            CAMPAIGN_ID,
            CAMPAIGN,
            PLATFORM,
            *metric_columns(("spend", "conversions", "revenue", "cpa", "roas")),
            Column(key="verdict", label="Verdict"),
            Column(key="excess", label="Spend beyond the target", unit="money"),
        ],
        rows=lines[: limited(limit)],
        period=window,
        source=source_named(platform_named(platform)),
        warnings=_currencies_of(lines) if key == "cpa" else [],
        total_rows=len(lines),
    )


@tool(Effect.READ)
async def spend_without_conversions(
    ctx: Ctx, period: str = "last_30_days", platform: str = "", limit: int = 20
) -> Table:
    """List ads that spent and brought no conversion, with how surprising that is at the usual CPA.

    Args:
        period: As in performance_summary, e.g. last_30_days.
        platform: google, meta or another platform; empty for all of them.
        limit: How many rows to show, 1 to 50.
    """
    copilot, chosen = ctx.context, platform_named(platform)
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    rows = await figures_of(copilot, window, level=Level.AD, platform=chosen)
    ads = {ad.id: ad for ad in await copilot.market.creatives(copilot.tenant.id)}
    sums = {
        id_: Totals.of(kept, kept[0].spend.currency) for id_, kept in by_entity(rows).items() if id_ in ads
    }
    usual = _usual_cpa(list(sums.values()))
    lines: list[dict[str, Any]] = [
        {
            "creative_id": id_,
            "creative": ads[id_].name,
            "campaign_id": ads[id_].campaign_id,
            "platform": ads[id_].ref.platform.label,
            **metric_cells(one, ("spend", "impressions", "clicks")),
            "expected": _expected(one, usual.get(one.spend.currency)),
        }
        for id_, one in sums.items()
        if not one.conversions and one.spend.minor
    ]
    lines.sort(key=lambda line: (-line["spend"].units, line["creative_id"]))
    return await table(
        copilot,
        f"Spend without conversions, {window.label}",
        _nothing_words(lines),
        columns=[
            Column(key="creative_id", label="Creative id", unit="id"),
            Column(key="creative", label="Creative", untrusted=True),
            CAMPAIGN_ID,
            PLATFORM,
            *metric_columns(("spend", "impressions", "clicks")),
            Column(key="expected", label="Conversions expected at the usual CPA", unit="count"),
        ],
        rows=lines[: limited(limit)],
        period=window,
        source=source_named(chosen, "daily figures per ad"),
        warnings=["Under 3 expected conversions, none may be chance."] if lines else [],
        total_rows=len(lines),
    )


def _margin(text: str) -> Decimal:
    number = _positive(text.strip().removesuffix("%"), "margin")
    part = number / 100 if text.strip().endswith("%") else number
    if part > 1:
        raise BadInput(f"margin must be between 0% and 100%, not {text!r}; write it as '40%'")
    return part


def _positive(text: str, name: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", "").strip())
    except InvalidOperation as error:
        raise BadInput(f"{name} {text!r} is not a number") from error
    if not (number.is_finite() and number > 0):
        raise BadInput(f"{name} must be above 0, not {text!r}")
    return number


def _profit(one: Standing, margin: Decimal) -> dict[str, Any]:
    totals = one.totals
    profit = totals.revenue.times(margin) - totals.spend
    cells = {"profit": profit, "per_unit": share(profit.minor, totals.spend.minor)}
    return {**campaign_cells(one.campaign), **metric_cells(totals, ("spend", "revenue", "roas")), **cells}


def _sums(lines: Sequence[dict[str, Any]]) -> str:
    sums: dict[str, Money] = {}
    for line in lines:
        money = line["profit"]
        sums[money.currency] = sums.get(money.currency, Money.zero(money.currency)) + money
    return "Contribution after ad spend: " + ", ".join(str(sums[code]) for code in sorted(sums)) + "."


def _against(one: Standing, key: str, aim: Decimal) -> dict[str, Any]:
    """Excess: what was spent beyond what the conversions (or the revenue) were worth at the target."""
    totals = one.totals
    if key == "cpa":
        worth = Money.rounded(aim * Decimal(str(totals.conversions)), totals.spend.currency)
    else:
        worth = Money.rounded(totals.revenue.units / aim, totals.spend.currency)
    excess = totals.spend - worth
    verdict = "misses" if excess.minor > 0 else "meets"
    if totals.conversions < _ENOUGH and verdict == "misses" and excess <= worth:
        verdict = "too few conversions to say"
    cells = metric_cells(totals, ("spend", "conversions", "revenue", "cpa", "roas"))
    shown = excess if verdict == "misses" else Money.zero(excess.currency)
    return {**campaign_cells(one.campaign), **cells, "verdict": verdict, "excess": shown}


def _currencies_of(lines: Sequence[dict[str, Any]]) -> list[str]:
    found = sorted({line["spend"].currency for line in lines})
    return (
        [f"The target was read in each account's own currency ({', '.join(found)})."]
        if len(found) > 1
        else []
    )


def _usual_cpa(sums: Sequence[Totals]) -> dict[str, Money]:
    found = {}
    for code in {one.spend.currency for one in sums}:
        spend = sum(one.spend.minor for one in sums if one.spend.currency == code)
        conversions = sum(one.conversions for one in sums if one.spend.currency == code)
        if (cpa := per(Money(spend, code), conversions)) is not None:
            found[code] = cpa
    return found


def _expected(one: Totals, usual: Money | None) -> float | None:
    return None if usual is None else round(share(one.spend.minor, usual.minor) or 0.0, 1)


def _nothing_words(lines: Sequence[dict[str, Any]]) -> str:
    if not lines:
        return "Every ad with spend brought a conversion."
    firm = [line for line in lines if (line["expected"] or 0) >= 3]
    first = lines[0]
    return (
        f"{counted(len(lines), 'ad')} spent without a conversion, {len(firm)} of them long enough to tell; "
        f"most: {quoted(first['creative'], length=60)} ({first['creative_id']}) with {first['spend']}."
    )
