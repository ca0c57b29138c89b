"""Fatigue: forecasts made before a day, judged on the onsets after it; outcomes known only when confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
import pandas as pd
from scipy.special import expit

from omnify_ml.backtest.report import BacktestReport, Curve, Metrics, Range, ratios_of, refusal_report
from omnify_ml.backtest.scoring import (
    auc,
    average_precision,
    bootstrap,
    brier,
    calibration_error,
    reliability,
)
from omnify_ml.fatigue import creative_panel
from omnify_ml.fatigue.features import FEATURES, Scene, scene_of
from omnify_ml.fatigue.hazard import (
    Hazard,
    by_days,
    censoring_weights,
    fit,
    origins_of,
    outcome_within,
    quantile_days,
    rows_of,
)
from omnify_ml.fatigue.label import CONFIRM_DAYS, NEVER
from omnify_ml.fatigue.prior import general_prior
from omnify_ml.interval import FloatArray, IntArray
from omnify_ml.panel import Panel

RATIOS = ("ap", "brier")
MIN_ROWS, MIN_ONSETS = 30, 5


@dataclass(frozen=True)
class _Judged:
    """Forecast rows: which creative on which day, whether the onset came, and the row's weight."""

    creative: IntArray
    origin: IntArray
    outcome: FloatArray
    weight: FloatArray


def backtest_fatigue(
    frame: pd.DataFrame, *, test_from: str | None = None, horizon: int = 14, step: int = 3
) -> BacktestReport:
    """The hazard beside a constant and the rules; without `test_from` the last third is judged."""
    start = perf_counter()
    panel = creative_panel(frame, as_of=None, max_days=None)
    cut = _cut(panel, test_from, horizon)
    scene = scene_of(panel, learned_until=cut)
    first_day = panel.days[min(cut, panel.n_days - 1)].date()
    split = f"Fit on days before {first_day}, judged every {step} days from then on."
    past = _judged(scene, 0, cut - 1 - horizon - CONFIRM_DAYS, horizon, step)
    test = _judged(scene, cut, panel.n_days - 1, horizon, step)
    refused = _refused(scene, cut, step)
    known, came = int((test.weight > 0).sum()), int(test.outcome[test.weight > 0].sum())
    if known < MIN_ROWS or came < MIN_ONSETS:
        note = f"insufficient data: {known} forecasts with known outcome, {came} onsets"
        return refusal_report("fatigue", note, start=start, refused=refused + len(test.creative), split=split)
    rows = rows_of(scene, first=0, last=cut - 1, known_until=cut - 1, step=step)
    hazard = fit(rows, general_prior())
    return _report(scene, hazard, past, test, horizon, split=split, refused=refused, start=start)


def _cut(panel: Panel, test_from: str | None, horizon: int) -> int:
    """First judged day: as told, or the last third of the days whose outcome can be known."""
    if test_from is not None:
        return int((panel.days < pd.Timestamp(test_from)).sum())
    return max(panel.n_days - horizon - CONFIRM_DAYS, 0) * 2 // 3


def _judged(scene: Scene, first: int, last: int, horizon: int, step: int) -> _Judged:
    creative, origin = np.nonzero(origins_of(scene, first=first, last=last, step=step))
    outcome = outcome_within(scene, creative, origin, horizon)
    weight = np.where(np.isnan(outcome), 0.0, censoring_weights(scene, creative, origin, horizon))
    return _Judged(creative, origin, np.nan_to_num(outcome), weight)


def _refused(scene: Scene, first: int, step: int) -> int:
    """Creative-days with delivery on which the model would not have spoken."""
    day = np.arange(scene.panel.n_days)[None, :]
    delivering = (scene.panel["impressions"] > 0) & (scene.wear.age % step == 0) & (day >= first)
    return int((delivering & ~scene.at_risk & (day < scene.onset[:, None])).sum())


def _report(
    scene: Scene,
    hazard: Hazard,
    past: _Judged,
    test: _Judged,
    horizon: int,
    *,
    split: str,
    refused: int,
    start: float,
) -> BacktestReport:
    survival = hazard.survival(
        scene.x[test.creative, test.origin], scene.crossing[test.creative, test.origin]
    )
    risk = by_days(survival, horizon)
    metrics = _metrics(risk, risk, test) | {"coverage80": _coverage(scene, test, survival)}
    baselines = _baselines(scene, past, test)
    stated, observed = reliability(risk, test.outcome, test.weight)
    name = f"Onset within {horizon} days"
    return BacktestReport(
        model="fatigue",
        n=int((test.weight > 0).sum()),
        metrics=metrics,
        baselines=baselines,
        ratios=ratios_of(metrics, baselines, RATIOS),
        seconds=perf_counter() - start,
        refused=refused,
        split=split,
        ranges=_ranges(risk, _base_rate(past), test),
        notes=_notes(scene, hazard, test),
        curves=[Curve(name=name, x_label="stated", y_label="observed", x=stated, y=observed)],
    )


def _baselines(scene: Scene, past: _Judged, test: _Judged) -> dict[str, Metrics]:
    found = {"constant": _constant(past, test)}
    for name, score in _rules(scene).items():
        found[name] = _metrics(score[test.creative, test.origin], _calibrated(score, past, test), test)
    if "frequency" not in found:
        found["frequency"] = dict.fromkeys(("auc", "ap", "brier", "ece"))
    return found


def _metrics(score: FloatArray, risk: FloatArray, test: _Judged) -> Metrics:
    y, w = test.outcome, test.weight
    return {
        "auc": auc(score, y, w),
        "ap": average_precision(score, y, w),
        "brier": brier(risk, y, w),
        "ece": calibration_error(risk, y, w),
    }


def _base_rate(past: _Judged) -> float:
    mass = float(past.weight.sum())
    return float((past.outcome @ past.weight + 0.1) / (mass + 2.0))


def _constant(past: _Judged, test: _Judged) -> Metrics:
    risk = np.full(len(test.outcome), _base_rate(past))
    return _metrics(risk, risk, test)


def _rules(scene: Scene) -> dict[str, FloatArray]:
    """Scores of the rules; larger means nearer to wearing out."""
    wear = scene.wear
    raw = np.log((wear.clicks7 + 0.5) / (wear.seen7 + 0.5))
    before = np.concatenate([raw[:, :1].repeat(7, axis=1), raw[:, :-7]], axis=1)
    found = {"slope": -(wear.gap + 14 * _slope(wear.level)), "week_over_week": before - raw}
    if scene.has_frequency:
        found["frequency"] = scene.x[:, :, FEATURES.index("frequency")]
    return found


def _slope(level: FloatArray) -> FloatArray:
    """Least-squares slope of the last 14 days."""
    time = np.arange(14) - 6.5
    found = np.zeros_like(level)
    if level.shape[1] >= 14:
        windows = np.lib.stride_tricks.sliding_window_view(level, 14, axis=1)
        found[:, 13:] = windows @ time / (time @ time)
    return found


def _calibrated(score: FloatArray, past: _Judged, test: _Judged) -> FloatArray:
    """The rule as a probability: a logistic curve through its past, as nobody states one for it."""
    x, y, w = score[past.creative, past.origin], past.outcome, past.weight
    if (w > 0).sum() < MIN_ROWS or not y.any():
        return np.full(len(test.outcome), _base_rate(past))
    center, scale = float(np.average(x, weights=w)), float(max(x.std(), 1e-9))
    design = np.stack([np.ones(len(x)), (x - center) / scale], axis=1)
    beta = np.zeros(2)
    for _ in range(20):
        p = expit(design @ beta)
        curvature = (design.T * (w * p * (1 - p))) @ design + np.diag([1e-3, 1.0])
        beta = beta + np.linalg.solve(curvature, design.T @ (w * (y - p)) - np.array([0.0, 1.0]) * beta)
    at = score[test.creative, test.origin]
    return np.asarray(expit(beta[0] + beta[1] * (at - center) / scale))


def _coverage(scene: Scene, test: _Judged, survival: FloatArray) -> float | None:
    """Share of the onsets within 30 days that fell inside the stated window."""
    delay = scene.onset[test.creative] - test.origin
    came = (
        (delay <= 30)
        & (scene.onset[test.creative] < NEVER)
        & (delay <= scene.end[test.creative] - test.origin)
    )
    if came.sum() < 10:
        return None
    early, late = np.ceil(quantile_days(survival[came], 0.1)), np.ceil(quantile_days(survival[came], 0.9))
    # The data end: short waits are seen more often than long ones, the weights undo that.
    weight = censoring_weights(scene, test.creative, test.origin, 30)[came]
    return float(np.average((delay[came] >= early) & (delay[came] <= late), weights=weight))


def _ranges(risk: FloatArray, base: float, test: _Judged) -> dict[str, Range]:
    y, w = test.outcome, test.weight

    def against_constant(rows: IntArray) -> float | None:
        theirs = brier(np.full(len(rows), base), y[rows], w[rows])
        return brier(risk[rows], y[rows], w[rows]) / theirs if theirs else None

    found = {
        "auc": bootstrap(test.creative, lambda rows: auc(risk[rows], y[rows], w[rows])),
        "brier/constant": bootstrap(test.creative, against_constant),
    }
    return {name: span for name, span in found.items() if span is not None}


def _notes(scene: Scene, hazard: Hazard, test: _Judged) -> list[str]:
    kind = "fatigue" if scene.has_frequency else "CTR decline (no frequency in the data)"
    rate = float(np.average(test.outcome, weights=test.weight))
    return [f"{kind}; {hazard.n_onsets} own onsets before the cut; {rate:.1%} of judged forecasts came true."]
