"""Whether an ad's click rate is about to wear out, and how much that statement can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from omnify_ml.panel import panel_of, require_columns

COLUMNS = ("account", "creative", "date", "impressions", "clicks")
MIN_DAYS = 10
MIN_CLICKS = 50
ONSET_SHARE = 0.80


@dataclass(frozen=True, slots=True)
class FatigueForecast:
    """The risk that an ad's click rate falls to 80 % of its own peak.

    `risk_7d`, `risk_14d`: probability that the fall begins within so many days. `window_days`: the
    10th-90th percentile of its begin, None where it is unlikely at all. `kind` is "fatigue" only where
    exposure is known. `own_weight` 0-1; `basis` in words; `abstained` is empty or the reason.
    """

    creative: str
    risk_7d: float
    risk_14d: float
    window_days: tuple[int, int] | None
    kind: str
    own_weight: float
    basis: str
    abstained: str
    ctr_now: float
    ctr_peak: float
    frequency: float | None


def predict_fatigue(history: pd.DataFrame, *, as_of: date) -> list[FatigueForecast]:
    """One forecast per creative with rows up to `as_of` (the last complete day)."""
    require_columns(history, COLUMNS, model="Fatigue")
    optional = [name for name in ("frequency", "reach") if name in history.columns]
    renamed = history.rename(columns={"creative": "entity", "account": "group"})
    panel = panel_of(renamed, as_of=as_of, columns=["impressions", "clicks", *optional])
    rate = (panel["clicks"].sum() + 0.5) / max(panel["impressions"].sum(), 1.0)
    found = []
    for index, name in enumerate(panel.entities):
        clicks = _weekly(panel["clicks"][index])
        seen = _weekly(panel["impressions"][index])
        shrunk = (clicks + 30) / (seen + 30 / rate)
        frequency = float(panel["frequency"][index, -1]) if "frequency" in panel.values else None
        found.append(_first_cut(name, shrunk, panel["clicks"][index], panel["impressions"][index], frequency))
    return found


def _first_cut(
    name: str, shrunk: np.ndarray, clicks: np.ndarray, seen: np.ndarray, frequency: float | None
) -> FatigueForecast:
    n_days, total = int((seen > 0).sum()), float(clicks.sum())
    peak, now = float(shrunk.max(initial=0.0)), float(shrunk[-1])
    kind = "ctr_decline" if frequency is None else "fatigue"
    reason = ""
    if n_days < MIN_DAYS:
        reason = f"insufficient data: {n_days} days with delivery, {MIN_DAYS} needed"
    elif total < MIN_CLICKS:
        reason = f"insufficient data: {total:.0f} clicks, {MIN_CLICKS} needed"
    elif seen[-7:].sum() == 0:
        reason = "no delivery in the last 7 days"
    room = now / max(peak, 1e-12)
    worn = 1 / (1 + np.exp((room - 0.86) / 0.04))
    risk_14 = float(0.05 + 0.45 * worn)
    risk_7 = float(1 - (1 - risk_14) ** 0.6)
    window = (2, 21) if risk_14 >= 0.3 and not reason else None
    basis = "prior-based: general wear-out experience, not yet this account's own"
    return FatigueForecast(name, risk_7, risk_14, window, kind, 0.0, basis, reason, now, peak, frequency)


def _weekly(daily: np.ndarray) -> np.ndarray:
    sums = np.cumsum(np.concatenate([np.zeros(7), daily]))
    return np.asarray(sums[7:] - sums[:-7])
