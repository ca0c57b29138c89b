"""What it costs that a platform learns a campaign anew after a large step, from what earlier steps cost.

A step is a day on which a campaign's spend moves to another level and stays there, its start included. What
a conversion cost in the days after it is held against the days that follow at the same level, so that the
level itself is no part of the difference. All steps on the platform are taken together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from omnify_core.campaigns import DailyMetrics, Platform
from omnify_core.legs import AnyLeg, BudgetLeg
from omnify_core.money import Money
from omnify_core.rates import Rates
from omnify_guardrails.shares import percent

_EDGE, _AFTER = timedelta(days=3), timedelta(days=14)
_LEAST_STEPS, _LEAST_CONVERSIONS = 2, 30
_RECENT = timedelta(days=14)
_DAY = timedelta(days=1)
Series = Mapping[date, tuple[int, float]]  # spend in minor units, conversions


class Learning(NamedTuple):
    """A step above `step_share` begins the learning anew; it lasts for `days`."""

    days: int = 7
    step_share: Decimal = Decimal("0.20")


class LearningCost(NamedTuple):
    """`money` is None where no leg begins the learning anew, or where its cost cannot be told."""

    money: Money | None
    notes: tuple[str, ...]


class _Found(NamedTuple):
    """What the steps of a platform say: how much dearer a conversion was, as a ratio; None where too few."""

    steps: int
    ratio: float | None


def learning_cost(
    rows: Sequence[DailyMetrics], legs: Sequence[AnyLeg], *, as_of: date, learning: Learning, rates: Rates
) -> LearningCost:
    """Over all budget steps of the plan that begin the learning anew."""
    series = _by_campaign(rows)
    whole, notes = Money.zero(rates.base), list[str]()
    resets = [leg for leg in legs if isinstance(leg, BudgetLeg) and _is_large(leg, learning)]
    told = bool(resets)
    for leg in resets:
        found = _found(series, leg.ref.platform, as_of, learning)
        begins = (
            f"Learning phase: {leg.ref.id} begins it anew with a step above {percent(learning.step_share)}"
        )
        if found.ratio is None or not rates.knows(leg.after.currency):
            told = False
            notes.append(f"{begins}; what that costs cannot be told: {_why(found, leg, rates)}.")
            continue
        extra = _extra(series.get(leg.ref.id, {}), leg, found.ratio, as_of, learning)
        whole += rates.convert(extra)
        dearer = max(found.ratio - 1, 0.0)
        notes.append(
            f"{begins}; over {learning.days} days that is expected to cost {extra}: after {found.steps} such "
            f"steps on {leg.ref.platform.label} a conversion cost {dearer:.0%} more at first."
        )
    return LearningCost(whole if told else None, tuple(notes))


def _is_large(leg: BudgetLeg, learning: Learning) -> bool:
    return abs(leg.after.minor - leg.before.minor) > leg.before.minor * learning.step_share


def _extra(series: Series, leg: BudgetLeg, ratio: float, as_of: date, learning: Learning) -> Money:
    """The part of what will be spent meanwhile that brings nothing: 1 - 1/ratio of it."""
    recent = [spend for day, (spend, _) in series.items() if day > as_of - _RECENT]
    used = min(sum(recent) / len(recent) / leg.before.minor, 1.0) if recent and leg.before.minor else 1.0
    spent = leg.after.minor * used * learning.days
    lost = spent * max(1 - 1 / ratio, 0.0)
    return Money(round(lost), leg.after.currency)


def _found(series: Mapping[str, Series], platform: Platform, as_of: date, learning: Learning) -> _Found:
    steps, begin = 0, min((min(one) for one in series.values() if one), default=as_of)
    first, later = [0.0, 0.0], [0.0, 0.0]
    for entity in sorted(series):
        if entity.startswith(f"{platform.value}:"):
            for at in _steps(series[entity], begin, as_of, learning):
                steps += 1
                _add(first, series[entity], at, at + timedelta(days=learning.days))
                _add(later, series[entity], at + timedelta(days=learning.days), _end(at, learning))
    enough = min(first[1], later[1]) >= _LEAST_CONVERSIONS
    if steps < _LEAST_STEPS or not enough or not later[0]:
        return _Found(steps, None)
    return _Found(steps, (first[0] / first[1]) / (later[0] / later[1]))


def _steps(series: Series, begin: date, as_of: date, learning: Learning) -> Iterator[date]:
    """Days on which the spend's level moved and then stayed, none in the wake of another.

    What was before `begin` is not known, so nothing that ran then has its start there.
    """
    share, at = float(learning.step_share), begin + _EDGE
    while _end(at, learning) <= as_of + _DAY:
        if abs(_jump(series, at)) <= _level(series, at - _EDGE, at) * share:
            at += _DAY
            continue
        # Averages over days move before the step is there: it is where they differ most.
        at = max((at + _DAY * n for n in range(_EDGE.days)), key=lambda day: abs(_jump(series, day)))
        if _stays(series, at, as_of, learning):
            yield at
            at = _end(at, learning)
        else:
            at += _DAY


def _jump(series: Series, at: date) -> float:
    return _level(series, at, at + _EDGE) - _level(series, at - _EDGE, at)


def _stays(series: Series, at: date, as_of: date, learning: Learning) -> bool:
    """Whether there is a new level, the same while it is learned and afterwards."""
    learned, end = at + timedelta(days=learning.days), _end(at, learning)
    first, later = _level(series, at, learned), _level(series, learned, end)
    return first > 0 and end <= as_of + _DAY and abs(later - first) <= first * float(learning.step_share)


def _end(at: date, learning: Learning) -> date:
    return at + timedelta(days=learning.days) + _AFTER


def _level(series: Series, since: date, until: date) -> float:
    days = (until - since).days
    return sum(series.get(since + timedelta(days=n), (0, 0.0))[0] for n in range(days)) / days


def _add(sums: list[float], series: Series, since: date, until: date) -> None:
    for n in range((until - since).days):
        spend, conversions = series.get(since + timedelta(days=n), (0, 0.0))
        sums[0] += spend
        sums[1] += conversions


def _by_campaign(rows: Sequence[DailyMetrics]) -> dict[str, dict[date, tuple[int, float]]]:
    series: dict[str, dict[date, tuple[int, float]]] = defaultdict(dict)
    for row in rows:
        series[row.entity_id][row.day] = (row.spend.minor, row.conversions)
    return series


def _why(found: _Found, leg: BudgetLeg, rates: Rates) -> str:
    if not rates.knows(leg.after.currency):
        return f"there is no rate for {leg.after.currency}"
    return (
        f"the history shows {found.steps} such steps on {leg.ref.platform.label}; {_LEAST_STEPS} with "
        f"{_LEAST_CONVERSIONS} conversions after them are needed"
    )
