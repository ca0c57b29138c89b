"""How a total daily budget is best spread over the campaigns that can be changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from omnify_core.errors import BadInput
from omnify_core.ids import EntityId
from omnify_core.money import Money, total
from omnify_ml.allocation import Allocation, allocate
from omnify_ml.curves import Curves
from omnify_ml.exploring import Gain, explored, gain_of, placed_to_learn
from omnify_ml.interval import FloatArray
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
from omnify_tools.figures import change
from omnify_tools.history import campaign_frame, computed, history_of, money
from omnify_tools.market import MOST_ROWS, platform_named
from omnify_tools.opportunities import CORRELATIONAL, Curve, curves_of
from omnify_tools.tables import Column, Table
from omnify_tools.words import percent, signed

STEP = Decimal("0.30")
LEARNING = (
    "Up to a tenth of the money follows what is merely plausible, so that the curves are learned better."
)
COLUMNS = [
    CAMPAIGN_ID,
    CAMPAIGN,
    PLATFORM,
    DAILY_BUDGET,
    Column(key="suggested", label="Suggested", unit="money"),
    Column(key="change", label="Change", unit="share"),
    Column(key="marginal", label="Revenue from the next 1.00 there", unit="ratio"),
]


class Plan(NamedTuple):
    """Budgets now and as suggested, in the order of `curves`, with the expected daily revenue of both.

    `marginal`: revenue from the next unit at the suggestion; `shadow_price`: from one more unit in all;
    `gain`: revenue a day over what is plausible; `learning`: money placed to learn.
    """

    curves: list[Curve]
    now: list[Money]
    suggested: list[Money]
    revenue_now: Money
    revenue_then: Money
    marginal: list[float]
    shadow_price: float
    gain: Gain
    learning: Money


@tool(Effect.READ)
async def suggest_allocation(ctx: Ctx, platform: str = "", total: str = "") -> Table:
    """Suggest how to spread the daily budget over campaigns; no budget moves by more than 30 percent.

    Args:
        platform: google, meta or another platform; empty for all of them.
        total: Total daily budget in the base currency, e.g. "5000.00"; empty for today's total.
    """
    currency = ctx.context.tenant.base_currency
    curves, window = await curves_of(ctx.context, platform)
    own, left_out = _changeable(curves, currency)
    if len(own) < 2:
        raise BadInput(
            f"fewer than two campaigns have a budget of their own in {currency}; nothing to spread"
        )
    plan = await _planned(ctx.context, own, platform, total)
    moved = [pair for pair in _by_change(plan) if pair["change"]]
    return await table(
        ctx.context,
        "Suggested daily budgets",
        _headline(plan, len(moved)),
        columns=COLUMNS,
        rows=moved[:MOST_ROWS],
        period=window,
        source=source_named(platform_named(platform), "response learned from daily campaign figures"),
        warnings=[
            CORRELATIONAL,
            _worth(plan),
            "Nothing is proposed yet: each change needs a proposal and approval.",
            *left_out,
        ],
        total_rows=len(moved),
    )


async def planned_budgets(copilot: Copilot, platform: str, total: str) -> dict[EntityId, tuple[Money, Money]]:
    """Budget now and as suggested of each campaign that would change, largest change first."""
    curves, _ = await curves_of(copilot, platform)
    own, _ = _changeable(curves, copilot.tenant.base_currency)
    if len(own) < 2:
        raise BadInput("fewer than two campaigns have a budget of their own; nothing to spread")
    plan = await _planned(copilot, own, platform, total)
    pairs = zip(plan.curves, plan.now, plan.suggested, strict=True)
    moved = [(curve.campaign.id, now, then) for curve, now, then in pairs if now != then]
    moved.sort(key=lambda one: -abs((one[2] - one[1]).minor))
    return {id_: (now, then) for id_, now, then in moved}


def _changeable(curves: Sequence[Curve], currency: str) -> tuple[list[Curve], list[str]]:
    """The curves whose budget can be set alone in this currency, and what is said about the others."""
    shared = Counter(
        (c.campaign.ref.platform, c.campaign.ref.account_id, c.campaign.budget_key) for c in curves
    )
    own = [
        curve
        for curve in curves
        if curve.campaign.daily_budget is not None
        and curve.campaign.currency == currency
        and shared[curve.campaign.ref.platform, curve.campaign.ref.account_id, curve.campaign.budget_key] == 1
    ]
    out = len(curves) - len(own)
    return own, [
        f"{out} campaigns left out: shared budget, another currency, or none of their own."
    ] if out else []


async def _planned(copilot: Copilot, own: list[Curve], platform: str, wanted: str) -> Plan:
    currency = copilot.tenant.base_currency
    now = [curve.campaign.daily_budget or Money.zero(currency) for curve in own]
    lower = [budget.times(1 - STEP) for budget in now]
    # A budget that is not spent does not hold its campaign back: raising it would buy nothing.
    upper = [
        budget.times(1 + STEP) if curve.is_limited else budget for curve, budget in zip(own, now, strict=True)
    ]
    budget = Money.parse(wanted.replace(",", ""), currency) if wanted.strip() else total(now, currency)
    least, most = total(lower, currency), total(upper, currency)
    if not least <= budget <= most:
        raise BadInput(f"with steps of at most 30 percent the total can be {least} to {most}, not {budget}")
    rows, window = await history_of(copilot, platform=platform_named(platform))
    model = await computed(fit_response, campaign_frame(rows), as_of=window.until)
    limits = Limits(float(budget.units), _units(lower), _units(upper))
    return await computed(_split, own, now, model, limits)


class Limits(NamedTuple):
    """Of the whole, and of each budget, a day."""

    budget: float
    lower: FloatArray
    upper: FloatArray

    def best(self, curves: Curves) -> Allocation:
        return allocate(curves, budget=self.budget, lower=self.lower, upper=self.upper)


def _split(own: list[Curve], now: list[Money], model: ResponseModel, limits: Limits) -> Plan:
    order = np.array([model.entities.index(curve.campaign.id) for curve in own], dtype=np.int64)
    curves = model.curves("revenue").take(order)
    plausible = [one.take(order) for one in model.plausible_curves("revenue")]
    found = limits.best(curves)
    final = explored(found.spend, plausible, lambda one: limits.best(one).spend)
    currency = now[0].currency
    suggested = [money(float(spend), currency) for spend in final]
    before, after = _units(now), _units(suggested)
    return Plan(
        own,
        now,
        suggested,
        money(float(curves.value(before).sum()), currency),
        money(float(curves.value(after).sum()), currency),
        curves.slope(after).tolist(),
        found.shadow_price,
        gain_of(plausible, before, after),
        money(placed_to_learn(found.spend, final), currency),
    )


def _units(amounts: Sequence[Money]) -> FloatArray:
    return np.array([float(amount.units) for amount in amounts])


def _by_change(plan: Plan) -> list[dict[str, Any]]:
    rows = [
        {
            **campaign_cells(curve.campaign),
            "suggested": then,
            "change": change(then, now),
            "marginal": round(marginal, 2),
        }
        for curve, now, then, marginal in zip(
            plan.curves, plan.now, plan.suggested, plan.marginal, strict=True
        )
    ]
    return sorted(rows, key=lambda row: -abs(row["change"] or 0.0))


def _headline(plan: Plan, moved: int) -> str:
    gain = change(plan.revenue_then, plan.revenue_now)
    before, after = (total(amounts, plan.revenue_now.currency) for amounts in (plan.now, plan.suggested))
    return (
        f"Changing {moved} of {len(plan.curves)} budgets (in all {before} to {after} a day) would move "
        f"expected revenue from about {plan.revenue_now} to {plan.revenue_then} a day ({signed(gain)})."
    )


def _worth(plan: Plan) -> str:
    """How sure the gain is, and what more or less money in all would do."""
    currency = plan.revenue_now.currency
    low, high = (money(part, currency) for part in (plan.gain.value.p10, plan.gain.value.p90))
    said = (
        f"Over all that is plausible the change is worth {low} to {high} a day in four cases of five, and "
        f"more than nothing in {percent(plan.gain.sure)}. One more {currency} a day in all would bring about "
        f"{plan.shadow_price:.2f}."
    )
    return f"{said} {plan.learning} a day is placed to learn. {LEARNING}" if plan.learning.minor else said
