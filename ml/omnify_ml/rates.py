"""The rates of advertising as counts over exposure, forecast together over a panel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from omnify_ml.interval import Z80, FloatArray, IntArray
from omnify_ml.levels import Judged, Noise, Outlook, Track, grid, group_prior, judge, outlook, track, weights
from omnify_ml.panel import Panel

RATES: dict[str, tuple[str, str]] = {
    "ctr": ("clicks", "impressions"),
    "cvr": ("conversions", "clicks"),
    "clicks_per_cost": ("clicks", "cost"),
    "conversions_per_cost": ("conversions", "cost"),
    "roas": ("revenue", "cost"),
}
LATE = ("conversions", "revenue")
# Past forecasts at which the measured spread counts as much as the stated one.
TRUST_AFTER, USUAL_WIDENING = 25.0, 1.25
MOST_LEVEL = 0.97
NEGLIGIBLE = 0.02
SLOPE_SD = 0.1
# Past forecasts stand three days apart and look seven days ahead.
OVERLAP = 7 / 3


@dataclass(frozen=True)
class Learned:
    """What a past taught about one rate: which noise fits, and how wide errors really were.

    `unit`: the amount that counts as one event (1 for counts; for revenue the size of an order times
    its dispersion, so that Poisson evidence is not overconfident). `widen`: factor on the stated
    standard deviation that made 80 % intervals hold 80 % of past weeks. `slope`: realized over stated
    log difference of pairs of entities.
    """

    noise: Noise
    weight: FloatArray
    unit: float
    widen: float
    slope: float
    n_errors: int


@dataclass(frozen=True)
class RateModel:
    """One rate, filtered over every entity of a panel."""

    name: str
    learned: Learned
    tracked: Track
    spread: FloatArray

    def ahead(self, *, horizon: int, at: int = -1) -> Outlook:
        """Log rate of the days after day `at`, averaged over the candidates; one entry per entity."""
        return _blend(outlook(self.tracked, at, horizon=horizon), self.learned)

    def events(self, expected: FloatArray) -> FloatArray:
        """Independent events that an expected amount is worth; widened errors are noise in counts too."""
        return np.asarray(expected / self.learned.unit / max(self.learned.widen, 1.0) ** 2)

    def own_weight(self) -> FloatArray:
        """Share (0-1) of each level that rests on the entity's own days rather than on its group."""
        left = self.learned.weight @ self.tracked.variance[:, :, -1]
        return np.asarray(1 - np.minimum(left / np.maximum(self.spread, 1e-9), 1.0))


def _blend(found: Outlook, learned: Learned) -> Outlook:
    mean = learned.weight @ found.mean
    between = learned.weight @ (found.mean - mean) ** 2
    variance = learned.weight @ found.variance + between
    shared = learned.widen**2 * (learned.weight @ found.shared)
    return Outlook(mean + np.log(learned.unit), learned.widen**2 * variance, shared)


def order_unit(revenue: FloatArray, orders: FloatArray) -> float:
    """Revenue per independent event: order value times (1 + cv^2), read from days with conversions."""
    with_orders = (orders > 0) & (revenue > 0)
    if not with_orders.any():
        positive = revenue[revenue > 0]
        return float(np.mean(positive**2) / np.mean(positive)) if len(positive) else 1.0
    value, weight = revenue[with_orders] / orders[with_orders], orders[with_orders]
    mean = np.average(value, weights=weight)
    dispersion = np.average((value - mean) ** 2, weights=weight) / mean**2
    return float(mean * (1 + min(dispersion, 9.0)))


def fit_rate(panel: Panel, name: str, *, horizon: int, late_days: int = 0) -> RateModel:
    """Learns one rate from the whole panel and filters every entity with it.

    `late_days`: the last days whose conversions are still arriving; what they lack is no evidence.
    """
    count_name, exposure_name = RATES[name]
    if late_days and count_name in LATE:
        panel = panel.blank(late_days, (count_name, exposure_name))
    exposure = panel[exposure_name]
    unit = order_unit(panel["revenue"], panel["conversions"]) if count_name == "revenue" else 1.0
    counts = panel[count_name] / unit
    prior, spread = group_prior(counts, exposure, panel.group_of)
    noise = grid()
    tracked = track(counts, exposure, noise=noise, prior=prior, spread=spread, group_of=panel.group_of)
    judged = judge(tracked, counts, exposure, horizon=horizon, group_of=panel.group_of)
    weight = weights(noise, judged)
    kept = np.flatnonzero(weight > NEGLIGIBLE * weight.max())
    learned = learn(noise.take(kept), weight[kept] / weight[kept].sum(), judged.take(kept), unit)
    return RateModel(name, learned, tracked.take(kept), spread)


def learn(noise: Noise, weight: FloatArray, judged: Judged, unit: float) -> Learned:
    """What the blend of the candidates got right and wrong in the past."""
    errors = weight @ judged.errors
    spread = weight @ judged.spread + weight @ (judged.errors - errors) ** 2
    slope = lift_slope(weight @ judged.foretold, errors, spread, judged.peers)
    widen = widening(errors / np.sqrt(spread), judged.fresh, judged.peers)
    return Learned(noise, weight, unit, widen, slope, len(errors))


def refilter(panel: Panel, name: str, learned: Learned) -> RateModel:
    """Filters a panel with what an earlier part of it taught."""
    count_name, exposure_name = RATES[name]
    counts, exposure = panel[count_name] / learned.unit, panel[exposure_name]
    prior, spread = group_prior(counts, exposure, panel.group_of)
    tracked = track(
        counts, exposure, noise=learned.noise, prior=prior, spread=spread, group_of=panel.group_of
    )
    return RateModel(name, learned, tracked, spread)


def widening(standard: FloatArray, fresh: FloatArray, peers: IntArray) -> float:
    """Measured over stated spread of past errors (`standard`), drawn to the usual where there are few."""
    n = float(fresh.sum())
    if n < 1:
        return USUAL_WIDENING
    size = np.abs(standard)
    order = np.argsort(size)
    # The conformal quantile, 0.8 * (1 + 1 / n) of n independent past errors, recent ones counting more.
    level = min(0.8 * (1 + 1 / independent(standard, fresh, peers)), MOST_LEVEL)
    place = int(np.searchsorted(np.cumsum(fresh[order]), level * n))
    measured = size[order][min(place, len(order) - 1)] / Z80
    return float((n * measured + TRUST_AFTER * USUAL_WIDENING) / (n + TRUST_AFTER))


def independent(standard: FloatArray, fresh: FloatArray, peers: IntArray) -> float:
    """How many independent errors these are worth: a bad week hits all peers, and weeks overlap."""
    z = np.clip(standard, -4.0, 4.0)
    number = np.unique(peers, return_inverse=True)[1]
    total, squares = np.bincount(number, fresh), np.bincount(number, fresh**2)
    pairs = float((total**2 - squares).sum())
    alike = float((np.bincount(number, fresh * z) ** 2 - np.bincount(number, (fresh * z) ** 2)).sum())
    power = float(np.average(z**2, weights=fresh))
    shared = float(np.clip(alike / pairs / power, 0.0, 1.0)) if pairs > 0 and power > 0 else 0.0
    weeks = max(float(total.sum() ** 2 / (total**2).sum()) / OVERLAP, 1.0)
    rows = float(fresh.sum() ** 2 / (fresh**2).sum())
    return 1 / (shared / weeks + (1 - shared) / rows)


def lift_slope(foretold: FloatArray, errors: FloatArray, spread: FloatArray, peers: IntArray) -> float:
    """Realized over foretold log difference between peers, drawn to 1 (prior sd 0.1)."""
    if len(peers) == 0:
        return 1.0
    weight = 1 / (OVERLAP * spread)
    number = np.unique(peers, return_inverse=True)[1]
    total = np.bincount(number, weight)

    def centered(values: FloatArray) -> FloatArray:
        return np.asarray(values - (np.bincount(number, weight * values) / total)[number])

    gap, miss = centered(foretold), centered(errors)
    return float(1 + np.sum(weight * gap * miss) / (np.sum(weight * gap**2) + 1 / SLOPE_SD**2))
