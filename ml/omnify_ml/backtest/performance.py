"""Weekly performance: rolling origins, every forecast made from days before its week only."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter

import numpy as np
import pandas as pd
from scipy.special import ndtri

from omnify_ml.backtest.report import BacktestReport, Curve, Metrics, Range, ratios_of, refusal_report
from omnify_ml.backtest.scoring import bootstrap, brier, calibration_error, reliability, wape
from omnify_ml.backtest.weeks import Pairs, Weeks, delivers, joined, pairs_after, week_after
from omnify_ml.forecaster import COMPARABLE, Forecaster
from omnify_ml.interval import FloatArray
from omnify_ml.panel import Panel, panel_of
from omnify_ml.rates import Learned

FORECASTS = ("model", "last7", "ewma")
RATIOS = ("ctr_wape", "cvr_wape", "cvr_logerr", "cpa_wape", "roas_wape", "ab_brier")


def backtest_performance(
    frame: pd.DataFrame, *, horizon: int = 7, origins: int = 12, test_from: str | None = None
) -> BacktestReport:
    """The model beside the last seven days and an EWMA of three days, on the weeks after each origin."""
    start = perf_counter()
    panel = panel_of(frame, max_days=None)
    days, split = _origins(panel, horizon, origins, test_from)
    if not days:
        reason = "Not enough data: 14 days must come first."
        return refusal_report("performance", reason, start=start, refused=len(panel.entities), split=split)
    learned = None
    if test_from is not None:
        learned = Forecaster.fit(panel.until(days[0] + 1), horizon=horizon).learned()
    weeks: dict[str, list[Weeks]] = {metric: [] for metric in COMPARABLE}
    pairs: dict[str, list[Pairs]] = {"ctr": [], "cvr": []}
    refused = 0
    for origin in days:
        forecaster = _forecaster(panel, origin, horizon, learned)
        known = forecaster.known()
        refused += int((~known & delivers(panel, origin, horizon)).sum())
        for metric in COMPARABLE:
            weeks[metric].append(week_after(panel, forecaster, origin, metric, known))
        for metric, found in pairs.items():
            found.append(pairs_after(panel, forecaster, origin, metric, known))
    rows = {metric: joined(parts) for metric, parts in weeks.items()}
    duels = {metric: joined(parts) for metric, parts in pairs.items()}
    return _report(rows, duels, split=split, refused=refused, start=start)


def _origins(panel: Panel, horizon: int, origins: int, test_from: str | None) -> tuple[list[int], str]:
    """Last known days (indices): a week is always judged whole, after at least 14 days of history."""
    first, last = 13, panel.n_days - 1 - horizon
    if test_from is not None:
        first = max(first, int((panel.days < pd.Timestamp(test_from)).sum()) - 1)
    if last < first:
        return [], ""
    days = sorted({int(day) for day in np.linspace(first, last, min(origins, last - first + 1))})
    split = f"{len(days)} origins {panel.days[days[0]].date()} .. {panel.days[days[-1]].date()}"
    rule = "noise and widths fixed before the first" if test_from else "everything learned anew at each"
    return days, f"{split}, {rule}; horizon {horizon} days."


def _forecaster(panel: Panel, origin: int, horizon: int, learned: dict[str, Learned] | None) -> Forecaster:
    past = panel.until(origin + 1)
    if learned is None:
        return Forecaster.fit(past, horizon=horizon)
    return Forecaster.apply(past, learned, horizon=horizon)


def _report(
    weeks: Mapping[str, Weeks], pairs: Mapping[str, Pairs], *, split: str, refused: int, start: float
) -> BacktestReport:
    every = {name: _metrics(weeks, pairs, name) for name in FORECASTS}
    both = joined(list(pairs.values()))
    stated, observed = reliability(both.model, both.outcome) if len(both.model) else ([], [])
    return BacktestReport(
        model="performance",
        n=len(weeks["ctr"].count),
        metrics=every["model"],
        baselines={name: every[name] for name in FORECASTS[1:]},
        ratios=ratios_of(every["model"], {name: every[name] for name in FORECASTS[1:]}, RATIOS),
        seconds=perf_counter() - start,
        refused=refused,
        split=split,
        ranges=_ranges(weeks, both),
        curves=[
            Curve(name="P(A beats B)", x_label="stated", y_label="observed", x=stated, y=observed),
            *_held(every["model"]),
        ],
    )


def _held(metrics: Metrics) -> list[Curve]:
    """What intervals promise and what they held."""
    found = [(share, metrics[f"coverage{share:.0%}".rstrip("%")]) for share in (0.8, 0.9)]
    known = [(share, held) for share, held in found if held is not None]
    x, y = [share for share, _ in known], [held for _, held in known]
    return [Curve(name="Intervals", x_label="promised", y_label="held", x=x, y=y)] if known else []


def _metrics(weeks: Mapping[str, Weeks], pairs: Mapping[str, Pairs], name: str) -> Metrics:
    found: Metrics = {}
    for metric, rows in weeks.items():
        found[f"{metric}_wape"] = _wape(rows, name, metric)
        found[f"{metric}_wape_volume"] = wape(_forecast(rows, name) * rows.exposure, rows.count)
        found[f"{metric}_logerr"] = _log_error(rows, name)
        found[f"{metric}_coverage80"] = _coverage(rows, name, 0.8)
    everything = joined(list(weeks.values()))
    found["coverage80"] = _coverage(everything, name, 0.8)
    found["coverage90"] = _coverage(everything, name, 0.9)
    found |= _pair_metrics(joined(list(pairs.values())), name)
    found |= {f"ab_brier_{metric}": _pair_metrics(rows, name)["ab_brier"] for metric, rows in pairs.items()}
    return found


def _forecast(rows: Weeks, name: str) -> FloatArray:
    return np.asarray(getattr(rows, name))


def _wape(rows: Weeks, name: str, metric: str) -> float | None:
    """Of the rate itself, every entity-week alike; of CPA where the week had a conversion."""
    forecast, actual, judged = _forecast(rows, name), rows.actual, rows.enough
    if metric == "cpa":
        judged = judged & (actual > 0) & (forecast > 0)
        return wape(1 / forecast[judged], 1 / actual[judged])
    return wape(forecast[judged], actual[judged])


def _log_error(rows: Weeks, name: str) -> float | None:
    if not rows.enough.any():
        return None
    forecast, unit = _forecast(rows, name)[rows.enough], rows.unit[rows.enough]
    expected = forecast * rows.exposure[rows.enough] / unit
    return float(np.mean(np.abs(np.log((rows.count[rows.enough] / unit + 0.5) / (expected + 0.5)))))


def _coverage(rows: Weeks, name: str, share: float) -> float | None:
    """Share of weeks inside; the baselines' interval is that of counting noise alone."""
    judged = rows.take(np.flatnonzero(rows.enough))
    if not len(judged.count):
        return None
    if name == "model":
        low, high = judged.bounds[:, :2].T if share == 0.8 else judged.bounds[:, 2:].T
        return float(np.mean((judged.actual >= low) & (judged.actual <= high)))
    forecast = np.maximum(_forecast(judged, name), 1e-12)
    expected = forecast * judged.exposure / judged.unit
    sd = np.sqrt(1 / (judged.events + 0.5) + 1 / (expected + 0.5))
    gap = np.log(np.maximum(judged.actual, 1e-12) / forecast)
    return float(np.mean(np.abs(gap) <= -ndtri((1 - share) / 2) * sd))


def _pair_metrics(pairs: Pairs, name: str) -> Metrics:
    stated, decided = np.asarray(getattr(pairs, name)), pairs.outcome != 0.5
    sure = decided & (np.maximum(stated, 1 - stated) >= 0.95)
    if not decided.any():
        return dict.fromkeys(("ab_brier", "ab_ece", "claim95_right", "lift_slope"))
    right = (stated[sure] > 0.5) == (pairs.outcome[sure] > 0.5)
    return {
        "ab_brier": brier(stated[decided], pairs.outcome[decided]),
        "ab_ece": calibration_error(stated[decided], pairs.outcome[decided]),
        "claim95_right": float(right.mean()) if sure.any() else None,
        "claim95_share": float(sure[decided].mean()),
        "lift_slope": _slope(pairs.log_lift, pairs.realized) if name == "model" else None,
    }


def _slope(stated: FloatArray, realized: FloatArray) -> float:
    return float(np.sum(stated * realized) / max(float(np.sum(stated**2)), 1e-12))


def _ranges(weeks: Mapping[str, Weeks], pairs: Pairs) -> dict[str, Range]:
    """Ranges of the main ratios when entities are drawn anew."""
    found: dict[str, Range | None] = {}
    for metric in COMPARABLE:
        rows = weeks[metric]

        def ratio(index: np.ndarray, rows: Weeks = rows, metric: str = metric) -> float | None:
            part = rows.take(index)
            ours, theirs = _wape(part, "model", metric), _wape(part, "last7", metric)
            return ours / theirs if ours is not None and theirs else None

        found[f"{metric}_wape/last7"] = bootstrap(rows.entity, ratio)

    def brier_ratio(index: np.ndarray) -> float | None:
        theirs = brier(pairs.last7[index], pairs.outcome[index])
        return brier(pairs.model[index], pairs.outcome[index]) / theirs if theirs else None

    found["ab_brier/last7"] = bootstrap(pairs.block, brier_ratio) if len(pairs.block) else None
    return {name: span for name, span in found.items() if span is not None}
