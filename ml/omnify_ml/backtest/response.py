"""Response to spend: next week's result at the spend that was then made, against a constant price."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pandas as pd

from omnify_ml.backtest.report import BacktestReport, Metrics, ratios_of, refusal_report
from omnify_ml.backtest.scoring import bootstrap
from omnify_ml.carry_over import learn_carry_over
from omnify_ml.interval import FloatArray, IntArray
from omnify_ml.panel import Panel, panel_of
from omnify_ml.rates import fit_rate
from omnify_ml.response import pooled_exponent

MIN_EVENTS = 10.0
MOVED = 0.25


def backtest_response(
    frame: pd.DataFrame, *, horizon: int = 7, origins: int = 12, test_from: str | None = None
) -> BacktestReport:
    """Power law through the recent level beside the last week's cost per click (or conversion)."""
    start = perf_counter()
    panel = panel_of(frame, max_days=None)
    first, last = 20, panel.n_days - 1 - horizon
    if test_from is not None:
        first = max(first, int((panel.days < pd.Timestamp(test_from)).sum()) - 1)
    days = sorted({int(day) for day in np.linspace(first, last, origins)}) if last >= first else []
    rows = [_rows(panel, day, horizon) for day in days]
    entity, ours, constant, moved = (
        (np.concatenate(part) for part in zip(*rows, strict=True)) if rows else _nothing()
    )
    if not len(ours):
        reason = "Not enough data: 21 days with 10 events a week must come first."
        return refusal_report("response", reason, start=start, refused=len(panel.entities))
    metrics, baselines = _metrics(ours, moved), {"constant_price": _metrics(constant, moved)}
    span = bootstrap(entity, lambda index: float(np.abs(ours[index]).mean() / np.abs(constant[index]).mean()))
    return BacktestReport(
        model="response",
        n=len(ours),
        metrics=metrics,
        baselines=baselines,
        ratios=ratios_of(metrics, baselines, ("logerr", "logerr_moved")),
        seconds=perf_counter() - start,
        refused=0,
        split=f"{len(days)} origins from {panel.days[days[0]].date()} on, learned anew at each.",
        ranges={"logerr/constant_price": span} if span is not None else {},
    )


Rows = tuple[IntArray, FloatArray, FloatArray, FloatArray]


def _nothing() -> Rows:
    return np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), np.zeros(0)


def _rows(panel: Panel, origin: int, horizon: int) -> Rows:
    """Log errors of both, and how far spend moved, for clicks and conversions of one origin."""
    past, coming = slice(origin - 6, origin + 1), slice(origin + 1, origin + 1 + horizon)
    known = panel.until(origin + 1)
    carry_over = learn_carry_over(known)
    at_work = carry_over.effective(known)
    before, spend = panel["cost"][:, past].mean(axis=1) * horizon, panel["cost"][:, coming].sum(axis=1)
    # Clicks come with the money; only conversions may come later.
    now = (known, before, spend)
    then = at_work["cost"]
    mixed = carry_over.mixed(then[:, -1], spend / horizon, horizon) * horizon
    later = (at_work, then[:, -7:].mean(axis=1) * horizon, mixed)
    parts: list[Rows] = []
    for name, rate, (learned, base, working) in (
        ("clicks", "clicks_per_cost", now),
        ("conversions", "conversions_per_cost", later),
    ):
        seen = panel[name][:, past].sum(axis=1) * horizon / 7
        rows = np.flatnonzero((seen >= MIN_EVENTS) & (before > 0) & (spend > 0))
        step = spend[rows] / before[rows]
        level = np.exp(fit_rate(learned, rate, horizon=horizon).ahead(horizon=horizon).mean[rows])
        exponent = pooled_exponent(learned)[0]
        grown = working[rows] / np.maximum(base[rows], 1e-9)
        came = panel[name][rows][:, coming].sum(axis=1)
        ours = _log_error(came, working[rows] * level * grown ** (exponent - 1))
        parts.append((rows, ours, _log_error(came, seen[rows] * step), np.log(step)))
    entity, ours, constant, moved = (np.concatenate(part) for part in zip(*parts, strict=True))
    return entity, ours, constant, moved


def _log_error(came: FloatArray, expected: FloatArray) -> FloatArray:
    return np.asarray(np.log((came + 0.5) / (expected + 0.5)))


def _metrics(error: FloatArray, moved: FloatArray) -> Metrics:
    far = np.abs(moved) > np.log1p(MOVED)
    return {
        "logerr": float(np.abs(error).mean()),
        "logerr_moved": float(np.abs(error[far]).mean()) if far.any() else None,
    }
