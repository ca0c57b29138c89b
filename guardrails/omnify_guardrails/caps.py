"""Caps: over all platforms, shared budgets once, after every raise in the order of execution.

Only prefixes that end in a raise can break a cap: a step that lowers is always allowed, also while the
total stands above the cap because somebody raised a budget elsewhere.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from typing import NamedTuple

from omnify_core.campaigns import Platform
from omnify_core.change_sets import Finding
from omnify_core.money import Money
from omnify_guardrails.case import Case
from omnify_guardrails.findings import refused
from omnify_guardrails.legs import raises


def daily_caps(case: Case) -> Iterator[Finding]:
    """The total cap, and the cap of each platform that the plan touches."""
    yield _daily("daily_cap_total", "all platforms", case.policy.daily_cap_total, _course(case))
    for platform, cap in sorted(case.policy.daily_cap_by_platform.items()):
        if _touches(case, platform):
            yield _daily("daily_cap_platform", platform.label, cap, _course(case, platform))


def monthly_caps(case: Case) -> Iterator[Finding]:
    """What was spent this month up to yesterday, and the daily budgets for every day that is left."""
    if case.policy.monthly_cap_total is not None:
        yield from _monthly(case, "monthly_cap_total", case.policy.monthly_cap_total, None)
    for platform, cap in sorted(case.policy.monthly_cap_by_platform.items()):
        if _touches(case, platform):
            yield from _monthly(case, "monthly_cap_platform", cap, platform)


class _Course(NamedTuple):
    """Daily budgets now, at the end, and at the highest point after a raise (None without one)."""

    now: Money
    end: Money
    peak: Money | None


def _touches(case: Case, platform: Platform) -> bool:
    return any(leg.ref.platform is platform for leg in case.legs)


def _course(case: Case, platform: Platform | None = None) -> _Course:
    picture = case.picture
    now = end = picture.daily_total(case.rates, platform)
    peak: Money | None = None
    for leg in case.legs:
        picture = picture.after(leg)
        end = picture.daily_total(case.rates, platform)
        if raises(leg) and platform in (None, leg.ref.platform):
            peak = end if peak is None else max(peak, end)
    return _Course(now, end, peak)


def _daily(rule: str, where: str, cap: Money, course: _Course) -> Finding:
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


def _monthly(case: Case, rule: str, cap: Money, platform: Platform | None) -> Iterator[Finding]:
    course = _course(case, platform)
    if course.peak is None:
        return
    where = platform.label if platform else "all platforms"
    spent = case.spent_this_month(platform)
    if spent is None:
        yield refused(
            rule,
            f"What was spent on {where} this month cannot be added up in {case.rates.base}.",
            cure="Import the accounts, and set exchange rates for their currencies.",
        )
        return
    days_left = monthrange(case.local.year, case.local.month)[1] - case.local.day + 1
    expected = spent + course.peak.times(days_left)
    passed = expected <= cap
    room = max(cap - spent, Money.zero(cap.currency))
    yield Finding(
        rule=rule,
        passed=passed,
        message=(
            f"This month on {where}: {spent} spent up to yesterday and {course.peak} a day for {days_left} "
            f"days make {expected}; the cap is {cap}."
        ),
        actual=str(expected),
        limit=str(cap),
        cure="" if passed else f"Daily budgets of {Money(room.minor // days_left, cap.currency)} would pass.",
    )
