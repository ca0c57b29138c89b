"""How far one budget may move: in one step, within 24 hours, and within seven days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from omnify_core.change_sets import Finding
from omnify_core.ledger import BudgetChange
from omnify_core.legs import BidLeg, BudgetLeg, KeywordLeg
from omnify_core.money import Money
from omnify_core.specs import Keyword
from omnify_guardrails.case import Case
from omnify_guardrails.findings import compared, granted, named
from omnify_guardrails.legs import AnyLeg, budget_object, daily_raise, raises

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)


def step_share(case: Case) -> Iterator[Finding]:
    """One step of a budget or of a bid."""
    for leg in case.legs:
        step = _step_of(leg)
        if step is None:
            continue
        if case.restores(leg):
            yield granted("step_share", f"{named(leg)} goes back to {step.after}, where it stood before.")
        else:
            yield _judged(leg, step, case.policy.max_step_share)


def day_share(case: Case) -> Iterator[Finding]:
    """All raises of one budget within 24 hours together, against its level before them."""
    for leg in case.budget_legs:
        if raises(leg) and not case.restores(leg):
            yield _within(leg, _recent(case, leg, DAY), case.policy.max_day_share, DAY)


def week_share(case: Case) -> Iterator[Finding]:
    """As within a day, over seven days."""
    share = case.policy.max_week_share
    for leg in case.budget_legs:
        if share is not None and raises(leg) and not case.restores(leg):
            yield _within(leg, _recent(case, leg, WEEK), share, WEEK)


class _Step(NamedTuple):
    before: Money
    after: Money
    what: str
    per: str


def _step_of(leg: AnyLeg) -> _Step | None:
    """None where the leg moves no amount that stood before."""
    if isinstance(leg, BudgetLeg):
        return _Step(leg.before, leg.after, "budget", " a day")
    before, after = leg.before, leg.after
    if isinstance(leg, KeywordLeg):
        before, after = (spec.bid if isinstance(spec, Keyword) else None for spec in (before, after))
    elif not isinstance(leg, BidLeg):
        return None
    if not isinstance(before, Money) or not isinstance(after, Money) or before.currency != after.currency:
        return None
    return _Step(before, after, "bid", "")


def _judged(leg: AnyLeg, step: _Step, share: Decimal) -> Finding:
    low = bounded(step.before, 1 - share, ROUND_CEILING)
    high = bounded(step.before, 1 + share, ROUND_FLOOR)
    passed = low <= step.after <= high
    return Finding(
        rule="step_share",
        passed=passed,
        message=f"{named(leg)} goes from {step.before} to {step.after}{step.per}; "
        f"one step may change a {step.what} by {percent(share)}.",
        actual=_change_text(step),
        limit=percent(share),
        cure="" if passed else f"Between {low} and {high}{step.per} would pass.",
    )


def _within(leg: BudgetLeg, recent: list[BudgetChange], share: Decimal, window: timedelta) -> Finding:
    currency = leg.before.currency
    level = Money(recent[0].before_minor, currency) if recent else leg.before
    already = Money(sum(max(change.after_minor - change.before_minor, 0) for change in recent), currency)
    raised = already + (daily_raise(leg) or Money.zero(currency))
    allowed = bounded(level, share, ROUND_FLOOR)
    room = max(allowed - already, Money.zero(currency))
    return compared(
        "day_share" if window == DAY else "week_share",
        f"{named(leg)} would be raised by {raised} within {_span(window)}; {allowed} is allowed "
        f"({percent(share)} of {level}).",
        actual=raised,
        limit=allowed,
        cure=f"At most {leg.before + room} a day would pass now.",
    )


def _span(window: timedelta) -> str:
    return "24 hours" if window == DAY else f"{window.days} days"


def _recent(case: Case, leg: BudgetLeg, window: timedelta) -> list[BudgetChange]:
    """This budget's applied changes within the window, oldest first."""
    key = budget_object(leg)
    found = (c for c in case.changes if c.object_key == key and c.at > case.now - window)
    return sorted((c for c in found if c.currency == leg.before.currency), key=lambda change: change.at)


def bounded(money: Money, factor: Decimal, rounding: str) -> Money:
    """`factor` of the amount, rounded towards the inside of the permitted range."""
    return Money(int((Decimal(money.minor) * factor).to_integral_value(rounding)), money.currency)


def percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"


def _change_text(step: _Step) -> str:
    if step.before.minor == 0:
        return "from zero"
    return f"{Decimal(step.after.minor - step.before.minor) / Decimal(step.before.minor) * 100:+.1f} %"
