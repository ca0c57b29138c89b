"""What a change is expected to do: the platforms' history through the response models."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Protocol

from omnify_core.campaigns import DailyMetrics, Level
from omnify_core.change_sets import Band, Effect, EffectInputs
from omnify_core.clock import Clock, today
from omnify_core.errors import BadInput
from omnify_core.ids import TenantId
from omnify_core.legs import SpendLeg
from omnify_core.ports import MarketStore, SnapshotStore
from omnify_core.rates import Rates
from omnify_guardrails.delivery import delivery_notes
from omnify_guardrails.learning_cost import Learning, learning_cost
from omnify_guardrails.legs import AnyLeg
from omnify_guardrails.replaying import code_version, packed
from omnify_guardrails.worst_case import (
    HORIZON_DAYS,
    Overdelivery,
    overdelivery_notes,
    thin_effect,
    worst_case,
)

HISTORY_DAYS = 120
LEAST_DAYS = 14


class EffectEstimator(Protocol):
    """Says what a plan would do, or honestly that the history is too thin to say."""

    async def estimate(
        self,
        tenant: TenantId,
        legs: Sequence[AnyLeg],
        *,
        overdelivery: Overdelivery,
        rates: Rates,
        learning: Learning,
    ) -> Effect: ...


class WorstCaseOnly:
    """No model: for set-ups without history."""

    async def estimate(
        self,
        tenant: TenantId,  # noqa: ARG002 - the port's signature
        legs: Sequence[AnyLeg],
        *,
        overdelivery: Overdelivery,
        rates: Rates,
        learning: Learning,  # noqa: ARG002 - the port's signature
    ) -> Effect:
        return thin_effect(legs, overdelivery, rates, why="no response model is set up")


class ResponseEffects:
    """Response curves fitted to the imported history, up to yesterday."""

    def __init__(self, market: MarketStore, snapshots: SnapshotStore, clock: Clock) -> None:
        self._market = market
        self._snapshots = snapshots
        self._clock = clock

    async def estimate(
        self,
        tenant: TenantId,
        legs: Sequence[AnyLeg],
        *,
        overdelivery: Overdelivery,
        rates: Rates,
        learning: Learning,
    ) -> Effect:
        as_of = await self._yesterday(tenant)
        since = as_of - timedelta(days=HISTORY_DAYS - 1)
        rows = await self._market.metrics(tenant, Level.CAMPAIGN, since, as_of)
        text, digest = packed(rows)
        await self._snapshots.keep(tenant, digest, text)
        inputs = EffectInputs(
            snapshot=digest,
            as_of=as_of,
            base_currency=rates.base,
            per_unit=dict(rates.per_unit),
            overdelivery=dict(overdelivery),
            learning_days=learning.days,
            learning_step_share=learning.step_share,
            code=code_version(),
        )
        # The fit takes CPU for a moment; other conversations go on meanwhile.
        return await asyncio.to_thread(effect_from, rows, legs, inputs)

    async def _yesterday(self, tenant: TenantId) -> date:
        """The last day that is complete in every account's zone."""
        zones = {account.time_zone for account in await self._market.accounts(tenant)} or {"UTC"}
        return min(today(self._clock, zone) for zone in zones) - timedelta(days=1)


def effect_from(rows: Sequence[DailyMetrics], legs: Sequence[AnyLeg], inputs: EffectInputs) -> Effect:
    """The same inputs give the same effect, bit for bit."""
    rates = Rates(inputs.base_currency, inputs.per_unit)
    effect = _estimated(rows, legs, inputs, rates)
    learning = Learning(inputs.learning_days, inputs.learning_step_share)
    cost = learning_cost(rows, legs, as_of=inputs.as_of, learning=learning, rates=rates)
    told = {
        "readings": delivery_notes(rows, legs, inputs.as_of),
        "notes": (*effect.notes, *cost.notes),
        "learning_cost": cost.money,
        "inputs": inputs,
    }
    return effect.model_copy(update=told)


def _estimated(
    rows: Sequence[DailyMetrics], legs: Sequence[AnyLeg], inputs: EffectInputs, rates: Rates
) -> Effect:
    overdelivery = inputs.overdelivery
    if why := _too_thin(rows, legs, rates.base):
        return thin_effect(legs, overdelivery, rates, why=why)
    spending = [leg for leg in legs if isinstance(leg, SpendLeg)]
    try:
        bands, notes = _bands(rows, spending, inputs.as_of, rates.base)
    except (BadInput, ValueError, ArithmeticError) as error:
        return thin_effect(legs, overdelivery, rates, why=f"the response model gave up ({error})")
    since = inputs.as_of - timedelta(days=HISTORY_DAYS - 1)
    return Effect(
        horizon_days=HORIZON_DAYS,
        spend=bands[0],
        conversions=bands[1],
        value=bands[2],
        worst_case=worst_case(legs, overdelivery, rates),
        method="response curves over the imported history; the steps' quantiles added up",
        window=f"{since.isoformat()} to {inputs.as_of.isoformat()}",
        notes=(*notes, *overdelivery_notes(overdelivery)),
    )


def _too_thin(rows: Sequence[DailyMetrics], legs: Sequence[AnyLeg], currency: str) -> str:
    """Why these legs cannot be forecast; '' where they can."""
    if kinds := sorted({leg.kind.replace("_", " ") for leg in legs if not isinstance(leg, SpendLeg)}):
        return f"there is no response model for a change of {', '.join(kinds)}"
    for leg in legs:
        days = {row.day for row in rows if row.entity_id == leg.ref.id}
        if leg.ref.level is not Level.CAMPAIGN:
            return "there are response curves for campaigns only"
        if len(days) < LEAST_DAYS:
            return f"{leg.ref.id} has {len(days)} days with delivery, {LEAST_DAYS} are needed"
    if any(row.spend.currency != currency for row in rows):
        return "the history is in more than one currency"
    return ""


def _bands(
    rows: Sequence[DailyMetrics], legs: Sequence[SpendLeg], as_of: date, currency: str
) -> tuple[tuple[Band, Band, Band], tuple[str, ...]]:
    # pandas and the models are heavy; a process that never proposes does not load them.
    from omnify_guardrails.response import expected_change

    return expected_change(rows, legs, as_of=as_of, currency=currency)
