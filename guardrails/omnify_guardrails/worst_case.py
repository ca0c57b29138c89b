"""The part of an effect that needs no model: the worst case in money, and what platforms may overspend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from omnify_core.campaigns import Platform
from omnify_core.change_sets import Effect
from omnify_core.money import Money
from omnify_core.rates import Rates
from omnify_guardrails.legs import AnyLeg, daily_raise

HORIZON_DAYS = 7
Overdelivery = Mapping[Platform, Decimal]


def worst_case(legs: Sequence[AnyLeg], overdelivery: Overdelivery, rates: Rates) -> Money:
    """The most that the plan can add to the spend of one day, the platforms' overdelivery included."""
    sum_ = Money.zero(rates.base)
    for leg in legs:
        raised = daily_raise(leg)
        if raised is not None and rates.knows(raised.currency):
            sum_ += rates.convert(raised).times(overdelivery.get(leg.ref.platform, Decimal(1)))
    return sum_


def overdelivery_notes(overdelivery: Overdelivery) -> tuple[str, ...]:
    """Caps are caps on budgets; a day's spend may exceed them, and the card says by how much."""
    return tuple(
        f"{platform.label} may spend up to {factor.normalize():f} times a daily budget on one day."
        for platform, factor in sorted(overdelivery.items())
        if factor > 1
    )


def thin_effect(legs: Sequence[AnyLeg], overdelivery: Overdelivery, rates: Rates, *, why: str) -> Effect:
    """The worst case alone, and nothing that would pretend to know more."""
    return Effect(
        horizon_days=HORIZON_DAYS,
        worst_case=worst_case(legs, overdelivery, rates),
        method="worst case only",
        window="",
        notes=(f"No forecast: {why}.", *overdelivery_notes(overdelivery)),
    )
