"""When changes may be made, which kinds at all, and what must stand behind them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR

from omnify_core.change_sets import Finding
from omnify_core.legs import BudgetLeg
from omnify_core.policy import EVERY_DAY, Operation
from omnify_guardrails.case import Case, Stage
from omnify_guardrails.findings import granted, named, refused
from omnify_guardrails.legs import budget_object, operation_of, raises
from omnify_guardrails.shares import bounded, percent

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def blocked_operations(case: Case) -> Iterator[Finding]:
    for leg in case.legs:
        operation = operation_of(leg)
        # What a plan of ours created may always be taken away again.
        if operation in case.policy.blocked and not (operation is Operation.REMOVE and case.restores(leg)):
            yield refused(
                "blocked",
                f"The policy blocks {operation.value.replace('_', ' ')}: {named(leg)}.",
                actual=operation.value,
                cure="Leave it out, or have an owner unblock it.",
            )


def quiet_hours(case: Case) -> Iterator[Finding]:
    """Asking is free at any time; nothing is approved or applied in quiet hours."""
    quiet, at = case.policy.quiet_hours, case.local
    if quiet is None or at.time() not in quiet:
        return
    words = f"Quiet hours are {quiet} ({case.time_zone}); it is {at:%H:%M} there."
    if case.stage is Stage.PROPOSAL:
        yield granted("quiet_hours", f"{words} It can be approved after them.")
    else:
        yield refused(
            "quiet_hours",
            words,
            actual=f"{at:%H:%M}",
            limit=str(quiet),
            cure=f"Approve it after {quiet.end:%H:%M}.",
        )


def allowed_weekdays(case: Case) -> Iterator[Finding]:
    allowed, today = case.policy.allowed_weekdays, case.local.weekday()
    if allowed == EVERY_DAY or today in allowed:
        return
    days = ", ".join(_DAYS[day] for day in sorted(allowed))
    words = f"Changes are made on {days}; today is {_DAYS[today]} ({case.time_zone})."
    if case.stage is Stage.PROPOSAL:
        yield granted("allowed_weekdays", f"{words} It can be approved on one of those days.")
    else:
        yield refused(
            "allowed_weekdays",
            words,
            actual=_DAYS[today],
            limit=days,
            cure="Approve it on an allowed day, or have an owner change the policy.",
        )


def enough_data(case: Case) -> Iterator[Finding]:
    """A budget is raised only where the last 30 days say something about the campaign."""
    policy = case.policy
    if not policy.min_days and not policy.min_conversions:
        return
    for leg in case.budget_legs:
        if not raises(leg) or case.restores(leg):
            continue
        seen = case.evidence.get(leg.ref.id)
        days, conversions = (seen.days, seen.conversions) if seen else (0, 0.0)
        passed = days >= policy.min_days and conversions >= policy.min_conversions
        yield Finding(
            rule="min_data",
            passed=passed,
            message=(
                f"{named(leg)} has {days} days with delivery and {conversions:.0f} conversions in the last "
                f"30 days; {policy.min_days} days and {policy.min_conversions} conversions are asked for."
            ),
            actual=f"{days} days, {conversions:.0f} conversions",
            limit=f"{policy.min_days} days, {policy.min_conversions} conversions",
            cure="" if passed else "Wait for more data, or have an owner lower what the policy asks for.",
        )


def learning_phase(case: Case) -> Iterator[Finding]:
    """A platform that is still learning a campaign begins anew after a large step."""
    policy = case.policy
    if not policy.learning_days:
        return
    for leg in case.budget_legs:
        if not case.restores(leg) and (why := _learning_since(case, leg)):
            share = policy.learning_step_share
            low = bounded(leg.before, 1 - share, ROUND_CEILING)
            high = bounded(leg.before, 1 + share, ROUND_FLOOR)
            passed = low <= leg.after <= high
            yield Finding(
                rule="learning_phase",
                passed=passed,
                message=f"{named(leg)} {why} and is being learned: steps up to {percent(share)} are fine.",
                actual=str(leg.after),
                limit=percent(share),
                cure="" if passed else f"Between {low} and {high} a day would pass, or wait.",
            )


def _learning_since(case: Case, leg: BudgetLeg) -> str:
    """Why the campaign counts as learning; '' where it does not."""
    window = timedelta(days=case.policy.learning_days)
    seen = case.evidence.get(leg.ref.id)
    if seen and seen.created_on and case.local.date() - seen.created_on < window:
        return f"began on {seen.created_on}"
    key = budget_object(leg)
    for change in case.changes:
        step = abs(change.after_minor - change.before_minor)
        large = step > change.before_minor * case.policy.learning_step_share
        if change.object_key == key and large and change.at > case.now - window:
            return f"was changed a lot on {change.at:%Y-%m-%d}"
    return ""
