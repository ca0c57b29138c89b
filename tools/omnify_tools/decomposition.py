"""Where a change comes from: exact splits into drivers, and into mix and performance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import log
from typing import NamedTuple

from omnify_core.money import Money
from omnify_tools.figures import Totals


class Driver(NamedTuple):
    """A factor of a figure. `power` is 1 where it multiplies, -1 where it divides."""

    key: str
    label: str
    read: Callable[[Totals], float]
    power: int = 1


class Part(NamedTuple):
    """One driver's values and what its change did to the figure, in the figure's own unit."""

    driver: Driver
    now: float
    before: float
    effect: float


def _units(money: Money) -> float:
    return float(money.units)


def _over(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


IMPRESSIONS = Driver("impressions", "Impressions (volume)", lambda t: float(t.impressions))
CTR = Driver("ctr", "CTR", lambda t: _over(t.clicks, t.impressions))
CVR = Driver("cvr", "Conversions per click", lambda t: _over(t.conversions, t.clicks))
VALUE = Driver("value", "Revenue per conversion (value)", lambda t: _over(_units(t.revenue), t.conversions))
CPC = Driver("cpc", "Cost per click (price)", lambda t: _over(_units(t.spend), t.clicks))
CLICKS = Driver("clicks", "Clicks (volume)", lambda t: float(t.clicks))
DRIVERS: dict[str, tuple[Driver, ...]] = {
    "spend": (IMPRESSIONS, CTR, CPC),
    "clicks": (IMPRESSIONS, CTR),
    "conversions": (IMPRESSIONS, CTR, CVR),
    "revenue": (IMPRESSIONS, CTR, CVR, VALUE),
    "cpa": (CPC, CVR._replace(power=-1)),
    "roas": (CVR, VALUE, CPC._replace(power=-1)),
}


def drivers_of(metric: str, now: Totals, before: Totals) -> list[Part]:
    """The change of a product of drivers, split exactly (LMDI-I, Ang 2005); the effects add up to it.

    Empty where a driver is zero in either period: then no split exists.
    """
    drivers = DRIVERS[metric]
    pairs = [(driver, driver.read(now), driver.read(before)) for driver in drivers]
    if any(here <= 0 or there <= 0 for _, here, there in pairs):
        return []
    weight = _log_mean(
        _product((driver, here) for driver, here, _ in pairs),
        _product((driver, there) for driver, _, there in pairs),
    )
    return [
        Part(driver, here, there, weight * driver.power * log(here / there)) for driver, here, there in pairs
    ]


def _product(pairs: object) -> float:
    result = 1.0
    for driver, value in pairs:  # type: ignore[attr-defined]
        result *= value**driver.power
    return result


def _log_mean(a: float, b: float) -> float:
    return a if abs(a - b) < 1e-12 * max(a, b) else (a - b) / log(a / b)


class Ratio(NamedTuple):
    """A ratio's numerator and denominator."""

    top: float
    bottom: float

    @property
    def value(self) -> float | None:
        return self.top / self.bottom if self.bottom else None


RATIOS: dict[str, Callable[[Totals], Ratio]] = {
    "cpa": lambda t: Ratio(_units(t.spend), t.conversions),
    "cpc": lambda t: Ratio(_units(t.spend), float(t.clicks)),
    "roas": lambda t: Ratio(_units(t.revenue), _units(t.spend)),
    "ctr": lambda t: Ratio(float(t.clicks), float(t.impressions)),
    "cvr": lambda t: Ratio(t.conversions, float(t.clicks)),
}


class Shift(NamedTuple):
    """One part's share of the denominator and ratio, and both effects on the whole's ratio."""

    key: str
    share_now: float
    share_before: float
    now: float | None
    before: float | None
    performance: float
    mix: float


class Mix(NamedTuple):
    """The whole's ratio in both periods; performance and mix effects add up to its change."""

    now: float
    before: float
    shifts: list[Shift]

    @property
    def performance(self) -> float:
        return sum(shift.performance for shift in self.shifts)

    @property
    def mix(self) -> float:
        return sum(shift.mix for shift in self.shifts)

    @property
    def is_reversed(self) -> bool:
        """Simpson's paradox: every part moved one way, the whole the other."""
        moves = [
            shift.now - shift.before
            for shift in self.shifts
            if shift.now is not None and shift.before is not None
        ]
        whole = self.now - self.before
        return len(moves) > 1 and (
            (whole > 0 and all(move < 0 for move in moves)) or (whole < 0 and all(move > 0 for move in moves))
        )


def mix_of(now: Mapping[str, Ratio], before: Mapping[str, Ratio]) -> Mix | None:
    """Splits the change of a pooled ratio (midpoint weights, exact); None without a denominator."""
    whole_now, whole_before = _pooled(now), _pooled(before)
    if whole_now.value is None or whole_before.value is None:
        return None
    shifts = [
        _shift(key, now.get(key, Ratio(0, 0)), before.get(key, Ratio(0, 0)), whole_now, whole_before)
        for key in sorted({*now, *before})
    ]
    return Mix(whole_now.value, whole_before.value, shifts)


def _pooled(parts: Mapping[str, Ratio]) -> Ratio:
    return Ratio(sum(part.top for part in parts.values()), sum(part.bottom for part in parts.values()))


def _shift(key: str, now: Ratio, before: Ratio, whole_now: Ratio, whole_before: Ratio) -> Shift:
    here, there = now.bottom / whole_now.bottom, before.bottom / whole_before.bottom
    moved = now.top / whole_now.bottom - before.top / whole_before.bottom
    if now.value is None or before.value is None:
        # A part that came or went has no ratio to compare: its whole contribution is mix.
        return Shift(
            key, here, there, now.value, before.value, 0.0, moved - _level(here, there, whole_before)
        )
    performance = (now.value - before.value) * (here + there) / 2
    mix = (here - there) * (now.value + before.value) / 2
    level = _level(here, there, whole_before)
    return Shift(key, here, there, now.value, before.value, performance, mix - level)


def _level(here: float, there: float, whole_before: Ratio) -> float:
    """Measured against the whole's former ratio, so that gaining share at the average counts as nothing."""
    assert whole_before.value is not None
    return (here - there) * whole_before.value
