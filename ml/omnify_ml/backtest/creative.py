"""Texts: fitted on earlier tests, judged on pairs of texts of later ones; no text on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
import pandas as pd

from omnify_core.errors import BadInput
from omnify_ml.backtest.report import BacktestReport, Curve, Metrics, Range, ratios_of, refusal_report
from omnify_ml.backtest.scoring import bootstrap, reliability
from omnify_ml.creative.ranker import TextRanker, fit_texts, merged, refusal
from omnify_ml.creative.texts import Meaning
from omnify_ml.interval import BoolArray, FloatArray, IntArray

SIGNIFICANT = 1.96


@dataclass(frozen=True)
class _Pairs:
    """Pairs of texts of one test: rows, observed z, and the test's number."""

    a: IntArray
    b: IntArray
    z: FloatArray
    test: IntArray

    @property
    def won(self) -> FloatArray:
        return (self.z > 0).astype(np.float64)

    @property
    def significant(self) -> BoolArray:
        return np.asarray(np.abs(self.z) > SIGNIFICANT)


def backtest_creative(
    frame: pd.DataFrame, *, test_from: int | str | None = None, meaning: Meaning | None = None
) -> BacktestReport:
    """The ranker beside chance and "the longer text"; `test_from` is the first judged week."""
    start = perf_counter()
    rows = merged(frame)
    train, test, split = _split(rows, test_from)
    reason = refusal(rows[train]) or ("insufficient data: no test to judge" if not test.any() else "")
    dropped = int((~train & ~test).sum())
    if reason:
        return refusal_report("creative", reason, start=start, refused=int(test.sum()), split=split)
    assert_no_leak(rows[train], rows[test])
    ranker = fit_texts(rows[train], meaning)
    judged = rows[test].reset_index(drop=True)
    by = "words and what they mean" if meaning is not None else "words alone: no vectors of meaning installed"
    notes = [f"{ranker.n_tests} tests learned from; {dropped} rows left out, as their text is on both sides."]
    notes.append(f"Learned from {by}.")
    return _report(ranker, judged, split=split, notes=notes, start=start)


def _split(rows: pd.DataFrame, test_from: int | str | None) -> tuple[BoolArray, BoolArray, str]:
    if "week" in rows.columns:
        week = pd.to_numeric(rows["week"])
        cut = int(test_from) if test_from is not None else int(week.sort_values().iloc[len(week) * 2 // 3])
        test = (week >= cut).to_numpy()
        split = f"Fit on weeks before {cut}, judged from then on; tests that share a text are left out."
    else:
        number = rows["test"].rank(method="dense").to_numpy(dtype=np.int64)
        test = number % 3 == 0
        split = "No weeks: every third test judged; tests that share a text are left out."
    shared = rows["key"].isin(set(rows.loc[test, "key"])).to_numpy()
    tainted = set(rows.loc[~test & shared, "test"])
    return ~test & ~rows["test"].isin(tainted).to_numpy(), test, split


def assert_no_leak(train: pd.DataFrame, test: pd.DataFrame) -> None:
    """Raises BadInput when a text is on both sides: such a split flatters every model."""
    shared = set(train["key"]) & set(test["key"])
    if shared:
        raise BadInput(
            f"{len(shared)} texts are in training and test, {min(shared)!r} for one; split by text."
        )


def _report(
    ranker: TextRanker, rows: pd.DataFrame, *, split: str, notes: list[str], start: float
) -> BacktestReport:
    score = ranker.score(rows["text"])
    pairs = _pairs(rows)
    length = np.asarray(rows["text"].str.len(), dtype=np.float64)
    metrics = _metrics(rows, pairs, score, ranker.win(score[pairs.a] - score[pairs.b]))
    metrics["calibration_slope"] = _slope(rows, pairs, score)
    half = np.full(len(pairs.a), 0.5)
    longer = np.where(
        length[pairs.a] == length[pairs.b], 0.5, (length[pairs.a] > length[pairs.b]) * 0.1 + 0.45
    )
    baselines = {
        "chance": _metrics(rows, pairs, np.zeros(len(rows)), half),
        "longer": _metrics(rows, pairs, length, longer),
    }
    stated, observed = reliability(ranker.win(score[pairs.a] - score[pairs.b]), pairs.won)
    return BacktestReport(
        model="creative",
        n=len(pairs.a),
        metrics=metrics,
        baselines=baselines,
        ratios=ratios_of(metrics, baselines, ("acc_significant", "brier_significant")),
        seconds=perf_counter() - start,
        refused=0,
        split=split,
        ranges=_ranges(pairs, score),
        notes=notes,
        curves=[Curve(name="P(first text wins)", x_label="stated", y_label="observed", x=stated, y=observed)],
    )


def _pairs(rows: pd.DataFrame) -> _Pairs:
    a, b, number = [], [], []
    for index, members in enumerate(rows.groupby("test").indices.values()):
        first, second = np.triu_indices(len(members), 1)
        a.append(members[first])
        b.append(members[second])
        number.append(np.full(len(first), index))
    left, right = np.concatenate(a), np.concatenate(b)
    clicks, seen = rows["clicks"].to_numpy(dtype=np.float64), rows["impressions"].to_numpy(dtype=np.float64)
    pooled = (clicks[left] + clicks[right]) / (seen[left] + seen[right])
    sd = np.sqrt(np.maximum(pooled * (1 - pooled) * (1 / seen[left] + 1 / seen[right]), 1e-12))
    z = (clicks[left] / seen[left] - clicks[right] / seen[right]) / sd
    decided = z != 0
    return _Pairs(left[decided], right[decided], z[decided], np.concatenate(number)[decided])


def _metrics(rows: pd.DataFrame, pairs: _Pairs, score: FloatArray, p: FloatArray) -> Metrics:
    right = _right(pairs, score)
    sure = pairs.significant
    return {
        "acc": float(right.mean()),
        "acc_significant": float(right[sure].mean()) if sure.any() else None,
        "brier_significant": float(np.mean((p - pairs.won)[sure] ** 2)) if sure.any() else None,
        "pick_uplift": _uplift(rows, score),
    }


def _right(pairs: _Pairs, score: FloatArray) -> FloatArray:
    gap = score[pairs.a] - score[pairs.b]
    return np.where(gap == 0, 0.5, ((gap > 0) == (pairs.won > 0)).astype(np.float64))


def _uplift(rows: pd.DataFrame, score: FloatArray) -> float:
    """Click rate of the text picked over the mean of its test, averaged over tests (ties: the mean)."""
    rate = rows["clicks"] / rows["impressions"]
    table = pd.DataFrame({"test": rows["test"], "rate": rate, "score": score})
    table = table[table.groupby("test")["rate"].transform("size") > 1]
    mean = table.groupby("test")["rate"].mean()
    top = (
        table[table["score"] == table.groupby("test")["score"].transform("max")]
        .groupby("test")["rate"]
        .mean()
    )
    usable = mean > 0
    return float((top[usable] / mean[usable]).mean() - 1)


def _slope(rows: pd.DataFrame, pairs: _Pairs, score: FloatArray) -> float:
    """Observed over predicted log gap, by precision."""
    clicks = rows["clicks"].to_numpy(dtype=np.float64) + 0.5
    logs = np.log(clicks / rows["impressions"].to_numpy(dtype=np.float64))
    gap, seen = score[pairs.a] - score[pairs.b], logs[pairs.a] - logs[pairs.b]
    weight = 1 / (1 / clicks[pairs.a] + 1 / clicks[pairs.b] + 0.05)
    return float((weight * gap) @ seen / max((weight * gap) @ gap, 1e-12))


def _ranges(pairs: _Pairs, score: FloatArray) -> dict[str, Range]:
    right, sure = _right(pairs, score), pairs.significant

    def accuracy(rows: IntArray) -> float | None:
        chosen = rows[sure[rows]]
        return float(right[chosen].mean()) if len(chosen) else None

    span = bootstrap(pairs.test, accuracy)
    return {"acc_significant": span} if span is not None else {}
