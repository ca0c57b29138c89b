"""Experiments: who looks at every checkpoint and stops, and what the full run says about that."""

from __future__ import annotations

from time import perf_counter
from typing import NamedTuple

import numpy as np
import pandas as pd

from omnify_ml.backtest.report import BacktestReport, Curve, Metrics, Range, ratios_of, refusal_report
from omnify_ml.backtest.scoring import bootstrap
from omnify_ml.experiments.sequential import ALPHA, fixed_p, log_evidence, usual_effect
from omnify_ml.interval import BoolArray, FloatArray, IntArray
from omnify_ml.panel import require_columns

COLUMNS = (
    "experiment", "variant", "metric", "time", "count_c", "count_t", "mean_c", "mean_t",
    "variance_c", "variance_t",
)  # fmt: skip
MIN_LOOKS, MIN_COUNT = 3, 100.0


def backtest_experiments(frame: pd.DataFrame) -> BacktestReport:
    """Stopping by confidence sequence beside stopping at the first p < 0.05, judged by the last look.

    The mixture's width comes from the other experiments of the file, never from the one judged.
    """
    start = perf_counter()
    require_columns(frame, COLUMNS, model="Experiments")
    rows = frame.sort_values("time", kind="stable")
    rows = rows[(rows["count_c"] >= MIN_COUNT) & (rows["count_t"] >= MIN_COUNT)]
    rows = rows[(rows["variance_c"] > 0) & (rows["variance_t"] > 0)]
    looks = _Looks(rows)
    split = "Each experiment judged with a width learned from the others."
    if looks.n_series == 0:
        reason, refused = f"insufficient data: no series of {MIN_LOOKS} looks", frame["experiment"].nunique()
        return refusal_report("experiments", reason, start=start, refused=int(refused), split=split)
    final = looks.final_sign()
    ours, naive = looks.stops(looks.sequential()), looks.stops(looks.peeking())
    metrics, peeking = _metrics(ours, final), _metrics(naive, final)
    return BacktestReport(
        model="experiments",
        n=looks.n_series,
        metrics=metrics,
        baselines={"peeking": peeking},
        ratios=ratios_of(metrics, {"peeking": peeking}, ("reversal_rate", "stopped_early_share")),
        seconds=perf_counter() - start,
        refused=looks.n_refused,
        split=split,
        ranges=_ranges(looks, ours, naive, final),
        curves=[looks.decided("Confidence sequence", ours), looks.decided("Peeking", naive)],
        notes=[
            "A reversal: stopped early on a sign that the last checkpoint does not confirm (z-test, 5 %)."
        ],
    )


class Stops(NamedTuple):
    """Per series: sign at the first crossing (0: never), whether that was before the end, and which row."""

    sign: FloatArray
    early: BoolArray
    first: IntArray

    def take(self, rows: IntArray) -> Stops:
        return Stops(self.sign[rows], self.early[rows], self.first[rows])


class _Looks:
    """Checkpoints sorted by series and time, as arrays."""

    def __init__(self, rows: pd.DataFrame) -> None:
        keys = rows[["experiment", "variant", "metric"]].astype(str).agg("|".join, axis=1)
        code = pd.factorize(keys, sort=True)[0]
        counts = np.bincount(code) if len(code) else np.zeros(0, dtype=np.int64)
        kept = counts[code] >= MIN_LOOKS if len(code) else np.zeros(0, dtype=bool)
        self.n_refused = int((counts < MIN_LOOKS).sum())
        rows, code = rows[kept], code[kept]
        order = np.lexsort((rows["time"].to_numpy(dtype=np.float64), code))
        rows, code = rows.iloc[order], code[order]
        self.series = np.unique(code, return_inverse=True)[1] if len(code) else code
        self.n_series = int(self.series.max()) + 1 if len(code) else 0
        self.effect = (rows["mean_t"] - rows["mean_c"]).to_numpy(dtype=np.float64)
        self.variance = (
            rows["variance_c"] / rows["count_c"] + rows["variance_t"] / rows["count_t"]
        ).to_numpy()
        self.spread = np.sqrt((rows["variance_c"] + rows["variance_t"]).to_numpy() / 2)
        self.last = np.append(np.flatnonzero(np.diff(self.series)), len(code) - 1)
        self.metric = pd.factorize(rows["metric"].astype(str))[0][self.last] if len(code) else code
        self.experiment = pd.factorize(rows["experiment"].astype(str))[0][self.last] if len(code) else code

    def final_sign(self) -> FloatArray:
        """1, -1 or 0: what the last checkpoint says by itself."""
        effect, variance = self.effect[self.last], self.variance[self.last]
        return np.asarray(np.where(fixed_p(effect, variance) < ALPHA, np.sign(effect), 0.0))

    def sequential(self) -> BoolArray:
        tau = self._widths()[self.series] * self.spread
        return np.asarray(log_evidence(self.effect, self.variance, tau) >= np.log(1 / ALPHA))

    def peeking(self) -> BoolArray:
        return np.asarray(fixed_p(self.effect, self.variance) < ALPHA)

    def decided(self, name: str, stops: Stops) -> Curve:
        """Share of the series that are decided by each tenth of their run."""
        begins = np.append(0, self.last[:-1] + 1)
        share = (stops.first - begins + 1) / (self.last - begins + 1)
        when = np.where(stops.first <= self.last, share, np.inf)
        tenths = [(part + 1) / 10 for part in range(10)]
        shares = [float(np.mean(when <= tenth + 1e-9)) for tenth in tenths]
        return Curve(name=name, x_label="part of the run", y_label="decided", x=tenths, y=shares)

    def _widths(self) -> FloatArray:
        """Usual effect in standard deviations, per series, from the other experiments' ends."""
        effect = self.effect[self.last] / self.spread[self.last]
        variance = self.variance[self.last] / self.spread[self.last] ** 2
        widths = np.empty(self.n_series)
        overall = usual_effect(effect, variance)
        for series in range(self.n_series):
            others = (self.metric == self.metric[series]) & (self.experiment != self.experiment[series])
            found = usual_effect(effect[others], variance[others])
            widths[series] = found if np.isfinite(found) else (overall if np.isfinite(overall) else 0.01)
        return widths

    def stops(self, crossed: BoolArray) -> Stops:
        place = np.where(crossed, np.arange(len(crossed)), len(crossed))
        first = np.full(self.n_series, len(crossed))
        np.minimum.at(first, self.series, place)
        stopped = first < len(crossed)
        sign = np.where(stopped, np.sign(self.effect[np.minimum(first, len(crossed) - 1)]), 0.0)
        return Stops(sign, np.asarray(stopped & (first < self.last)), first)


def _metrics(stops: Stops, final: FloatArray) -> Metrics:
    sign, early, _ = stops
    return {
        "reversal_rate": float(np.mean(sign[early] != final[early])) if early.any() else None,
        "final_agreement": float(np.mean(sign == final)),
        "stopped_early_share": float(early.mean()),
        "sign_flips": float(np.mean(sign[early] == -final[early])) if early.any() else None,
    }


def _ranges(looks: _Looks, ours: Stops, naive: Stops, final: FloatArray) -> dict[str, Range]:
    def ratio(rows: IntArray) -> float | None:
        mine = _metrics(ours.take(rows), final[rows])["reversal_rate"]
        theirs = _metrics(naive.take(rows), final[rows])["reversal_rate"]
        return mine / theirs if mine is not None and theirs else None

    span = bootstrap(looks.experiment, ratio)
    return {"reversal_rate/peeking": span} if span is not None else {}
