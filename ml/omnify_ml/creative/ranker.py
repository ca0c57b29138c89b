"""Which of several texts will be clicked most: learned from the account's own tests.

Within a test everything but the text is alike, so texts are compared with the others of their test
only. The score is a ridge regression on the log click odds; how much it can be trusted is measured
on tests left out, and turned into probabilities and intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from omnify_core.errors import BadInput
from omnify_ml.creative.texts import Meaning, Vocabulary, plain
from omnify_ml.interval import FloatArray, IntArray, Interval
from omnify_ml.panel import require_columns

MIN_TESTS = 40
RIDGE = 3.0
FOLDS = 4
# Tests lose half of their weight in so many weeks: tastes change.
HALF_LIFE_WEEKS = 200.0
# Variance of log odds between texts of one test that repetition would show anyway.
BETWEEN = 0.03
CLOSE_CALL = 0.75


@dataclass(frozen=True, slots=True)
class RankedText:
    """`p_best`: probability of the highest click rate among the texts. `lift`: against their mean.

    `drivers`: words and forms that count for (+) or against (-) it; associations, not causes.
    """

    text: str
    p_best: float
    lift: Interval
    drivers: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Best first. `advice` says whether to trust the order or to test it."""

    texts: tuple[RankedText, ...]
    advice: str


@dataclass(frozen=True)
class TextRanker:
    """`slope`: realized over predicted gap; `spread`: sd of a text's true log odds around its score."""

    vocabulary: Vocabulary
    beta: FloatArray
    slope: float
    spread: float
    n_tests: int

    def score(self, texts: pd.Series) -> FloatArray:
        """Expected log click odds, up to a constant common to the texts."""
        return np.asarray(self.vocabulary.matrix(texts) @ self.beta) * self.slope

    def win(self, gap: FloatArray) -> FloatArray:
        """P(the first text is truly better) for score gaps."""
        return np.asarray(ndtr(gap / (np.sqrt(2) * self.spread)))

    def rank(self, texts: Sequence[str]) -> Ranking:
        """The texts in order, with probabilities of being best."""
        if len(texts) < 2:
            raise BadInput("A ranking needs at least two texts.")
        column = pd.Series(list(texts))
        score = self.score(column)
        drawn = score + self.spread * np.random.default_rng(4).standard_normal((2000, len(texts)))
        best = np.bincount(np.argmax(drawn, axis=1), minlength=len(texts)) / len(drawn)
        lifts = np.exp(drawn - drawn.mean(axis=1, keepdims=True)) - 1
        order = np.argsort(-score)
        ranked = tuple(
            RankedText(texts[i], float(best[i]), Interval.of_draws(lifts[:, i]), self._drivers(texts[i]))
            for i in order
        )
        sure = ranked[0].p_best >= CLOSE_CALL
        advice = (
            "The order is clear enough to start with the first."
            if sure
            else "A close call: test them against each other."
        )
        return Ranking(ranked, advice)

    def _drivers(self, text: str) -> tuple[tuple[str, float], ...]:
        row = self.vocabulary.matrix(pd.Series([text])).tocoo()
        names = self.vocabulary.names()
        effects = {
            names[j]: float(value * self.beta[j])
            for j, value in zip(row.col, row.data, strict=True)
            if names[j]
        }
        return tuple(sorted(effects.items(), key=lambda item: -abs(item[1]))[:5])


def merged(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per test and text; texts that differ in case or punctuation only are one."""
    require_columns(frame, ["test", "text", "impressions", "clicks"], model="Creative")
    rows = frame.assign(test=frame["test"].astype(str), text=frame["text"].astype(str))
    rows = rows.assign(key=rows["text"].map(plain))
    week = {"week": ("week", "min")} if "week" in rows.columns else {}
    grouped = rows.groupby(["test", "key"], sort=True).agg(
        text=("text", "first"), impressions=("impressions", "sum"), clicks=("clicks", "sum"), **week
    )
    found = grouped.reset_index()
    return found[found["impressions"] > 0].reset_index(drop=True)


def refusal(rows: pd.DataFrame) -> str:
    """Why nothing is learned from these tests; empty if something can be."""
    n_tests = int((rows.groupby("test").size() > 1).sum())
    if n_tests < MIN_TESTS:
        return f"insufficient data: {n_tests} tests with at least two texts, {MIN_TESTS} needed"
    return ""


def fit_texts(frame: pd.DataFrame, meaning: Meaning | None = None) -> TextRanker:
    """Learns from tests (columns test, text, impressions, clicks, optional week).

    `meaning`: vectors of what texts mean, where any are at hand; without them words alone count.
    """
    rows = merged(frame)
    if reason := refusal(rows):
        raise BadInput(f"{reason}; until then test every text.")
    vocabulary = Vocabulary.learn(rows["text"], meaning)
    rows = rows[rows.groupby("test")["key"].transform("size") > 1].reset_index(drop=True)
    test = np.asarray(np.unique(rows["test"].to_numpy(), return_inverse=True)[1], dtype=np.int64)
    clicks, seen = (np.asarray(rows[name], dtype=np.float64) for name in ("clicks", "impressions"))
    chance = 1 / (clicks + 0.5)
    weight = _recency(rows) / (chance + BETWEEN)
    y = _centered(np.log((clicks + 0.5) / (np.maximum(seen - clicks, 0.0) + 0.5)), test, weight)
    x = _centered_matrix(vocabulary.matrix(rows["text"]), test, weight)
    left_out = np.empty(len(y))
    for fold in range(FOLDS):
        out = test % FOLDS == fold
        left_out[out] = x[out] @ _ridge(x[~out], y[~out], weight[~out])
    power = max(float((weight * left_out) @ left_out), 1e-9)
    slope = float(np.clip(float((weight * y) @ left_out) / power, 0.0, 1.5))
    excess = np.average((y - slope * left_out) ** 2 - chance * _inside(test), weights=weight)
    return TextRanker(
        vocabulary, _ridge(x, y, weight), slope, float(np.sqrt(max(excess, 0.003))), int(test.max()) + 1
    )


def _inside(test: IntArray) -> FloatArray:
    """Share of a text's own noise that is left after its test's mean is taken off."""
    n = np.bincount(test)[test]
    return np.asarray(1 - 1 / n)


def _recency(rows: pd.DataFrame) -> FloatArray:
    if "week" not in rows.columns:
        return np.ones(len(rows))
    week = pd.to_numeric(rows["week"], errors="coerce").fillna(0).to_numpy(dtype=np.float64)
    # 201430 stands for the thirtieth week of 2014.
    running = np.where(week > 10_000, week // 100 * 52 + week % 100, week)
    return np.asarray(0.5 ** ((running.max() - running) / HALF_LIFE_WEEKS))


def _centered(values: FloatArray, test: IntArray, weight: FloatArray) -> FloatArray:
    mean = np.bincount(test, weight * values) / np.bincount(test, weight)
    return np.asarray(values - mean[test])


def _centered_matrix(x: Any, test: IntArray, weight: FloatArray) -> Any:
    from scipy import sparse

    total = np.bincount(test, weight)
    mean = (
        sparse.csr_matrix((weight / total[test], (test, np.arange(len(test)))), shape=(len(total), len(test)))
        @ x
    )
    return (x - mean[test]).tocsr()


def _ridge(x: Any, y: FloatArray, weight: FloatArray) -> FloatArray:
    from scipy.sparse.linalg import LinearOperator, cg

    penalty = RIDGE * float(np.median(weight))
    operator = LinearOperator(
        (x.shape[1], x.shape[1]), matvec=lambda v: x.T @ (weight * (x @ v)) + penalty * v, dtype=np.float64
    )
    return np.asarray(cg(operator, x.T @ (weight * y), rtol=1e-4, maxiter=300)[0])
