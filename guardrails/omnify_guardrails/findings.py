"""How findings are worded: the rule, the numbers, and what would pass."""

from __future__ import annotations

from omnify_core.change_sets import Finding
from omnify_core.money import Money
from omnify_guardrails.legs import AnyLeg
from omnify_guardrails.names import visible


def granted(rule: str, message: str) -> Finding:
    return Finding(rule=rule, passed=True, message=message)


def refused(rule: str, message: str, *, cure: str, actual: str = "", limit: str = "") -> Finding:
    return Finding(rule=rule, passed=False, message=message, actual=actual, limit=limit, cure=cure)


def compared(rule: str, message: str, *, actual: Money, limit: Money, cure: str) -> Finding:
    """Passes up to and including the limit; the cure is said only where it does not."""
    passed = actual <= limit
    return Finding(
        rule=rule,
        passed=passed,
        message=message,
        actual=str(actual),
        limit=str(limit),
        cure="" if passed else cure,
    )


def named(leg: AnyLeg) -> str:
    return f"{visible(leg.name)} ({leg.ref.id})"
