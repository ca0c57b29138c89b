"""Where the next unit of money would do most, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from omnify_core.campaigns import Campaign, Status
from omnify_core.errors import BadInput
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_ml.interval import Interval
from omnify_ml.response import ResponseModel, fit_response
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
from omnify_tools.figures import Totals, share
from omnify_tools.history import campaign_frame, computed, history_of
from omnify_tools.market import by_entity, campaigns_of, limited, platform_named, within
from omnify_tools.market_moves import moved
from omnify_tools.periods import Period, last_days
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import quoted
from omnify_tools.words import counted, percent

CORRELATIONAL = (
    "The response is learned from observed spend, not from a test: read it as correlational. "
    "A geo or switchback test would confirm it."
)
FULL_BUDGET = 0.90
_LEVEL_DAYS = 7


@dataclass(frozen=True, slots=True)
class Curve:
    """A running campaign with its recent daily spend and what the next unit of money would bring."""

    campaign: Campaign
    recent: Totals
    daily_spend: Money
    revenue: Interval
    conversions: Interval
    note: str

    @property
    def used_share(self) -> float | None:
        """How much of the daily budget is spent."""
        budget = self.campaign.daily_budget
        return None if budget is None else share(self.daily_spend.minor, budget.minor)

    @property
    def is_limited(self) -> bool:
        return self.used_share is not None and self.used_share >= FULL_BUDGET


@tool(Effect.READ)
async def marginal_returns(ctx: Ctx, platform: str = "", limit: int = 10) -> Table:
    """Show per enabled campaign what the next unit of daily spend would bring, best first.

    Args:
        platform: google, meta or another platform; empty for all of them.
        limit: How many rows to show, 1 to 50.
    """
    curves, window = await curves_of(ctx.context, platform)
    columns = [
        CAMPAIGN_ID,
        CAMPAIGN,
        PLATFORM,
        DAILY_BUDGET,
        Column(key="daily_spend", label="Daily spend, 7 days", unit="money"),
        Column(key="used", label="Budget used", unit="share"),
        Column(key="revenue_p10", label="Revenue from the next 1.00, P10", unit="ratio"),
        Column(key="revenue_p50", label="P50", unit="ratio"),
        Column(key="revenue_p90", label="P90", unit="ratio"),
        Column(key="conversions_per_100", label="Conversions from the next 100.00", unit="count"),
        Column(key="note", label="Note"),
    ]
    return await table(
        ctx.context,
        "Marginal returns",
        _headline(curves),
        columns=columns,
        rows=[_cells(curve) for curve in curves[: limited(limit)]],
        period=window,
        source=source_named(platform_named(platform), "response learned from daily campaign figures"),
        warnings=[CORRELATIONAL],
        total_rows=len(curves),
    )


@tool(Effect.READ)
async def find_opportunities(ctx: Ctx, platform: str = "", limit: int = 5) -> Table:
    """Find what could be improved: budgets that hold back good campaigns, prices and demand that moved,
    money that would do more elsewhere, and spend that brings nothing.

    Args:
        platform: google, meta or another platform; empty for all of them.
        limit: How many to show, 1 to 50.
    """
    curves, window = await curves_of(ctx.context, platform)
    rows, _ = await history_of(ctx.context, platform=platform_named(platform))
    running = {curve.campaign.id: curve.campaign for curve in curves}
    moves = await computed(moved, rows, running, window.until)
    found = [*_held_back(curves), *moves, *_brings_nothing(curves)]
    shown = found[: limited(limit)]
    columns = [
        Column(key="kind", label="Kind"),
        CAMPAIGN_ID,
        CAMPAIGN,
        PLATFORM,
        DAILY_BUDGET,
        Column(key="evidence", label="Evidence"),
        Column(key="step", label="Possible step"),
    ]
    first = f" First: {quoted(shown[0]['campaign'], length=60)}: {shown[0]['evidence']}" if shown else ""
    return await table(
        ctx.context,
        "Opportunities",
        f"{counted(len(found), 'opportunity', 'opportunities')} among {len(curves)} enabled campaigns.{first}"
        if found
        else f"No clear opportunity among {counted(len(curves), 'campaign')} with delivery.",
        columns=columns,
        rows=shown,
        period=window,
        source=source_named(platform_named(platform), "response learned from daily campaign figures"),
        warnings=[CORRELATIONAL],
        total_rows=len(found),
    )


async def curves_of(copilot: Copilot, platform: str = "") -> tuple[list[Curve], Period]:
    """The enabled campaigns with delivery in the last week, the highest marginal revenue first."""
    chosen = platform_named(platform)
    campaigns = await campaigns_of(copilot, chosen, Status.ENABLED)
    rows, window = await history_of(copilot, platform=chosen)
    if not rows:
        raise BadInput("there is no delivery to learn from; import the accounts first")
    model = await computed(fit_response, campaign_frame(rows), as_of=window.until)
    week = last_days(_LEVEL_DAYS, copilot.clock, copilot.tenant.time_zone)
    recent = by_entity(within(rows, week.since, week.until))
    curves = await computed(_curves, model, campaigns, recent)
    return sorted(curves, key=lambda curve: -_worth(curve)), window


def _curves(
    model: ResponseModel, campaigns: dict[EntityId, Campaign], recent: dict[EntityId, Any]
) -> list[Curve]:
    found = []
    for entity in model.entities:
        campaign = campaigns.get(EntityId(entity))
        totals = Totals.of(recent.get(EntityId(entity), ()), campaign.currency) if campaign else None
        if campaign is None or totals is None or totals.spend.minor == 0:
            continue
        daily = Money(round(totals.spend.minor / _LEVEL_DAYS), campaign.currency)
        marginal = model.marginal(entity, float(daily.units))
        note = model.note(entity)
        found.append(Curve(campaign, totals, daily, marginal["revenue"], marginal["conversions"], note))
    return found


def _worth(curve: Curve) -> float:
    return curve.revenue.p50


def _cells(curve: Curve) -> dict[str, Any]:
    return {
        **campaign_cells(curve.campaign),
        "daily_spend": curve.daily_spend,
        "used": curve.used_share,
        "revenue_p10": round(curve.revenue.p10, 2),
        "revenue_p50": round(curve.revenue.p50, 2),
        "revenue_p90": round(curve.revenue.p90, 2),
        "conversions_per_100": round(curve.conversions.p50 * 100, 2),
        "note": curve.note,
    }


def _headline(curves: Sequence[Curve]) -> str:
    if not curves:
        return "No enabled campaign had delivery in the last 7 days."
    best, worst = curves[0], curves[-1]
    said = f"The next 1.00 a day brings most at {_named(best)}: about {best.revenue.p50:.2f} in revenue"
    if len(curves) > 1:
        said += f", and least at {_named(worst)}: about {worst.revenue.p50:.2f}"
    return f"{said}; {len(curves)} enabled campaigns compared."


def _named(curve: Curve) -> str:
    return f"{quoted(curve.campaign.name, length=60)} ({curve.campaign.id})"


def _held_back(curves: Sequence[Curve]) -> list[dict[str, Any]]:
    """Campaigns that spend their whole budget while even the low estimate of more pays for itself."""
    return [
        {
            **campaign_cells(curve.campaign),
            "kind": "budget holds it back",
            "evidence": (
                f"spends {percent(curve.used_share)} of {curve.campaign.daily_budget} a day; the next 1.00 "
                f"brings {_range(curve.revenue)}."
            ),
            "step": "propose a higher daily budget, or move budget here",
        }
        for curve in curves
        if curve.is_limited and curve.revenue.p10 > 1
    ]


def _brings_nothing(curves: Sequence[Curve]) -> list[dict[str, Any]]:
    """Campaigns that paid for three usual conversions and got none, or lose money even at best."""
    converting = [curve.recent for curve in curves if curve.recent.conversions]
    usual: dict[str, Money] = {}
    for currency in {totals.spend.currency for totals in converting}:
        same = [totals for totals in converting if totals.spend.currency == currency]
        spend = sum(totals.spend.minor for totals in same)
        usual[currency] = Money(round(spend / sum(totals.conversions for totals in same)), currency)
    return [
        {
            **campaign_cells(curve.campaign),
            "kind": "spend brings little",
            "evidence": _loss(curve),
            "step": "propose to pause it or to move its budget",
        }
        for curve in reversed(curves)
        if _wastes(curve, usual.get(curve.campaign.currency)) or curve.revenue.p90 < 1
    ]


def _wastes(curve: Curve, usual_cpa: Money | None) -> bool:
    return usual_cpa is not None and not curve.recent.conversions and curve.recent.spend > usual_cpa.times(3)


def _loss(curve: Curve) -> str:
    if not curve.recent.conversions:
        return f"spent {curve.recent.spend} in 7 days without a conversion."
    return f"the next 1.00 brings {_range(curve.revenue)}."


def _range(band: Interval) -> str:
    return f"about {band.p50:.2f} ({band.p10:.2f} to {band.p90:.2f})"
