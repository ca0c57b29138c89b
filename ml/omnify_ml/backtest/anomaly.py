"""Alarms on series, each point judged from those before it; with labeled windows also how good they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from omnify_core.errors import BadInput
from omnify_ml.anomaly.stream import MIN_POINTS, QUIET_DAYS, incidents, watch_series
from omnify_ml.backtest.nab import Tally, Window, normalized, probation, tally
from omnify_ml.backtest.report import BacktestReport, Curve, Metrics, Range, ratios_of
from omnify_ml.backtest.scoring import bootstrap
from omnify_ml.interval import BoolArray, FloatArray, IntArray
from omnify_ml.panel import require_columns

Spans = Mapping[str, Sequence[Sequence[str]]]
ROLLING_Z, ROLLING_DAYS = 4.0, 7.0
CONTAMINATION = 0.005


def backtest_anomaly(frame: pd.DataFrame, *, windows: str | Spans | None = None) -> BacktestReport:
    """Our alarms beside a rolling z-score and an isolation forest; the first 15 % are not judged."""
    start = perf_counter()
    require_columns(frame, ["series", "timestamp", "value"], model="Anomaly")
    spans: Spans = json.loads(Path(windows).read_text()) if isinstance(windows, str) else windows or {}
    rows = frame.reset_index(drop=True)
    rows = rows.assign(timestamp=pd.to_datetime(rows["timestamp"], errors="coerce"))
    if rows["timestamp"].isna().any():
        raise BadInput("A timestamp of the file is no time; write YYYY-MM-DD HH:MM:SS.")
    detectors: dict[str, Callable[[pd.Series, FloatArray], BoolArray]] = {
        "model": lambda when, values: watch_series(when, values).alarm,
        "rolling_z": _rolling_z,
        "isolation_forest": _isolation_forest,
    }
    tallies: dict[str, list[Tally]] = {name: [] for name in detectors}
    seconds = dict.fromkeys(detectors, 0.0)
    weeks, refused = 0.0, 0
    for name, group in rows.sort_values("timestamp", kind="stable").groupby(rows["series"].astype(str)):
        when, values = group["timestamp"].reset_index(drop=True), group["value"].to_numpy(dtype=np.float64)
        if len(values) < MIN_POINTS:
            refused += 1
            continue
        marked = _windows(when, spans.get(str(name), []))
        weeks += (when.iloc[-1] - when.iloc[probation(len(values))]) / pd.Timedelta(weeks=1)
        for kind, detect in detectors.items():
            begun = perf_counter()
            tallies[kind].append(tally(detect(when, values), marked))
            seconds[kind] += perf_counter() - begun
    every = {kind: _metrics(found, weeks) for kind, found in tallies.items()}
    return _report(every, tallies, refused, seconds, start=start, labeled=bool(spans))


def _report(
    every: dict[str, Metrics],
    tallies: Mapping[str, Sequence[Tally]],
    refused: int,
    seconds: dict[str, float],
    *,
    start: float,
    labeled: bool,
) -> BacktestReport:
    curves = [_found(every)] if labeled else []
    metrics = every.pop("model")
    notes = [f"{name} took {took:.2f} s" for name, took in seconds.items()]
    if not labeled:
        notes.append("No windows given: alarms are counted, not judged.")
    return BacktestReport(
        model="anomaly",
        n=len(tallies["model"]),
        metrics=metrics,
        baselines=every,
        ratios=ratios_of(metrics, every, ("nab", "alarms_per_week")),
        seconds=perf_counter() - start,
        refused=refused,
        split="Each point judged from earlier points of its series; no threshold is tuned on the windows.",
        notes=notes,
        ranges=_ranges(tallies) if labeled else {},
        curves=curves,
    )


def _found(every: Mapping[str, Metrics]) -> Curve:
    """Windows found for false alarms: the model first, then its baselines, by rising alarms."""
    points = sorted(
        (one["false_alarms_per_week"], one["recall"])
        for one in every.values()
        if one["false_alarms_per_week"] is not None and one["recall"] is not None
    )
    x, y = [float(alarms or 0) for alarms, _ in points], [float(share or 0) for _, share in points]
    name = "Windows found, three detectors"
    return Curve(name=name, x_label="false alarms a week and series", y_label="found", x=x, y=y)


def _ranges(tallies: Mapping[str, Sequence[Tally]]) -> dict[str, Range]:
    """Of the score over the rolling z-score's, when whole series are drawn anew."""

    def ratio(rows: IntArray) -> float | None:
        ours, theirs = (normalized([tallies[name][row] for row in rows]) for name in ("model", "rolling_z"))
        return ours / theirs if ours is not None and theirs else None

    span = bootstrap(np.arange(len(tallies["model"])), ratio)
    return {"nab/rolling_z": span} if span is not None else {}


def _windows(when: pd.Series, spans: Sequence[Sequence[Any]]) -> list[Window]:
    times = when.to_numpy()
    found = []
    for first, last in spans:
        low = int(np.searchsorted(times, np.datetime64(pd.Timestamp(first)), side="left"))
        high = int(np.searchsorted(times, np.datetime64(pd.Timestamp(last)), side="right")) - 1
        if high >= low:
            found.append(Window(low, high))
    return found


def _metrics(tallies: Sequence[Tally], weeks: float) -> Metrics:
    alarms, windows = sum(one.alarms for one in tallies), sum(one.windows for one in tallies)
    inside = sum(one.inside for one in tallies)
    return {
        "nab": normalized(tallies),
        "precision": inside / alarms if alarms and windows else None,
        "recall": sum(one.found for one in tallies) / windows if windows else None,
        "alarms_per_week": alarms / weeks if weeks > 0 else None,
        "false_alarms_per_week": (alarms - inside) / weeks if weeks > 0 and windows else None,
    }


def _per_day(when: pd.Series) -> float:
    return float(max(np.timedelta64(1, "D") / np.median(np.diff(when.to_numpy())), 1.0))


def _rolling_z(when: pd.Series, values: FloatArray) -> BoolArray:
    per_day = _per_day(when)
    past = pd.Series(values).shift(1).rolling(max(int(ROLLING_DAYS * per_day), 14), min_periods=14)
    z = (values - past.mean().to_numpy()) / np.maximum(past.std().to_numpy(), 1e-12)
    return incidents(np.nan_to_num(np.abs(z)) > ROLLING_Z, max(int(QUIET_DAYS * per_day), 3))


def _isolation_forest(when: pd.Series, values: FloatArray) -> BoolArray:
    """Fitted on the unjudged start and half of the rest; the usual features."""
    from sklearn.ensemble import IsolationForest
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    hour = when.dt.hour.to_numpy(dtype=np.float64)
    change = np.diff(values, prepend=values[0])
    features = np.stack([values, change, np.sin(hour * np.pi / 12), np.cos(hour * np.pi / 12)], axis=1)
    forest = IsolationForest(n_estimators=100, contamination=CONTAMINATION, random_state=0)
    with threadpool_limits(limits=1):
        forest.fit(features[: max(probation(len(values)) * 2, MIN_POINTS)])
        odd = forest.predict(features) < 0
    return incidents(odd, max(int(QUIET_DAYS * _per_day(when)), 3))
