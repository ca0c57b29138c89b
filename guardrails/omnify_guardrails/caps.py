"""Daily caps: over all platforms, shared budgets once, after every raise in the order of execution.

Only prefixes that end in a raise can break a cap: a step that lowers is always allowed, also while the
total stands above the cap because somebody raised a budget elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from omnify_core.campaigns import Platform
from omnify_core.change_sets import Finding
from omnify_core.money import Money
from omnify_core.policy import MoneyPolicy
from omnify_guardrails.exposure import Picture
from omnify_guardrails.legs import AnyLeg, raises


def cap_findings(policy: MoneyPolicy, picture: Picture, legs: Sequence[AnyLeg]) -> Iterator[Finding]:
    """The total cap, and the cap of each platform that the plan touches."""
    yield _finding("daily_cap_total", "all platforms", policy.daily_cap_total, _course(policy, picture, legs))
    for platform, cap in sorted(policy.daily_cap_by_platform.items()):
        if any(leg.ref.platform is platform for leg in legs):
            course = _course(policy, picture, legs, platform)
            yield _finding("daily_cap_platform", platform.label, cap, course)


class _Course(NamedTuple):
    """Daily budgets now, at the end, and at the highest point after a raise (None without one)."""

    now: Money
    end: Money
    peak: Money | None


def _course(
    policy: MoneyPolicy, picture: Picture, legs: Sequence[AnyLeg], platform: Platform | None = None
) -> _Course:
    now = end = picture.daily_total(policy.base_currency, platform)
    peak: Money | None = None
    for leg in legs:
        picture = picture.after(leg)
        end = picture.daily_total(policy.base_currency, platform)
        if raises(leg) and platform in (None, leg.ref.platform):
            peak = end if peak is None else max(peak, end)
    return _Course(now, end, peak)


def _finding(rule: str, where: str, cap: Money, course: _Course) -> Finding:
    highest = course.end if course.peak is None else course.peak
    passed = course.peak is None or course.peak <= cap
    return Finding(
        rule=rule,
        passed=passed,
        message=f"Daily budgets on {where}: {course.now} now, {highest} with this change; the cap is {cap}.",
        actual=str(highest),
        limit=str(cap),
        cure="" if passed else f"Raise by {highest - cap} less, or lower other budgets by that much first.",
    )
