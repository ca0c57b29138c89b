"""The rates of advertising as counts over exposure, forecast together over a panel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from omnify_ml.interval import FloatArray
from omnify_ml.levels import Outlook, Track, choose, grid, group_prior, outlook, pick, track
from omnify_ml.panel import Panel

RATES: dict[str, tuple[str, str]] = {
    "ctr": ("clicks", "impressions"),
    "cvr": ("conversions", "clicks"),
    "clicks_per_cost": ("clicks", "cost"),
    "conversions_per_cost": ("conversions", "cost"),
    "roas": ("revenue", "cost"),
}


@dataclass(frozen=True)
class RateModel:
    """One rate, filtered over every entity of a panel.

    `unit`: the amount that counts as one event (1 for counts; for revenue the size of an order
    times its dispersion, so that Poisson evidence is not overconfident).
    """

    name: str
    track: Track
    unit: float

    def ahead(self, *, horizon: int, at: int = -1) -> Outlook:
        """Log rate (in the rate's own unit) of the days after day `at`; one entry per entity."""
        found = outlook(self.track, at, horizon=horizon)
        return Outlook(found.mean[0] + np.log(self.unit), found.variance[0])


def order_unit(panel: Panel, counts: FloatArray) -> float:
    """Revenue per independent event: order value times (1 + cv^2), read from days with conversions."""
    orders = panel["conversions"]
    with_orders = (orders > 0) & (counts > 0)
    if not with_orders.any():
        positive = counts[counts > 0]
        return float(np.mean(positive**2) / np.mean(positive)) if len(positive) else 1.0
    value = counts[with_orders] / orders[with_orders]
    weight = orders[with_orders]
    mean = np.average(value, weights=weight)
    return float(mean * (1 + min(np.average((value - mean) ** 2, weights=weight) / mean**2, 9.0)))


def fit_rate(panel: Panel, name: str, *, horizon: int) -> RateModel:
    """Learns the pooled noise of one rate and filters every entity with it."""
    count_name, exposure_name = RATES[name]
    counts, exposure = panel[count_name], panel[exposure_name]
    unit = order_unit(panel, counts) if count_name == "revenue" else 1.0
    counts = counts / unit
    prior, spread = group_prior(counts, exposure, panel.group_of)
    every = track(counts, exposure, noise=grid(), prior=prior, spread=spread)
    return RateModel(name, pick(every, choose(every, counts, exposure, horizon=horizon)), unit)
