"""How likely a lead is to convert: a ridge logistic and boosted trees, weighed by what each proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from omnify_core.errors import BadInput
from omnify_ml.interval import FloatArray
from omnify_ml.leads.columns import FOLDS, Attributes, folds, recency
from omnify_ml.panel import require_columns

MIN_LEADS, MIN_CONVERTED = 200, 40
RIDGE = 8.0
# Fewer conversions than this and trees only memorize.
TREES_FROM = 400


@dataclass(frozen=True)
class LeadScorer:
    """Fitted models; `share` of the trees in the mix; `slope`, `shift`: calibration on the log odds."""

    attributes: Attributes
    beta: FloatArray
    trees: Any
    share: float
    slope: float
    shift: float

    def score(self, frame: pd.DataFrame) -> FloatArray:
        """Probability of conversion per lead."""
        x = self.attributes.matrix(frame)
        odds = _linear(x, self.beta)
        if self.trees is not None:
            odds = (1 - self.share) * odds + self.share * _tree_odds(self.trees, x)
        return np.asarray(expit(self.slope * odds + self.shift))


def refusal(frame: pd.DataFrame) -> str:
    """Why no scorer is learned from these leads; empty if one can be."""
    won = int(frame["converted"].sum())
    if len(frame) < MIN_LEADS or won < MIN_CONVERTED or len(frame) - won < MIN_CONVERTED:
        return (
            f"insufficient data: {len(frame)} leads, {won} converted; {MIN_LEADS} and {MIN_CONVERTED} needed"
        )
    return ""


def fit_leads(frame: pd.DataFrame) -> LeadScorer:
    """Learns from leads whose outcome is known. Raises BadInput where `refusal` is not empty."""
    require_columns(frame, ["converted"], model="Lead scoring")
    if reason := refusal(frame):
        raise BadInput(f"{reason}; score these leads by a points rule.")
    frame = frame.reset_index(drop=True)
    weight, y = recency(frame), frame["converted"].to_numpy(dtype=np.float64)
    attributes = Attributes.learn(frame, weight)
    x = attributes.matrix(frame, attributes.out_of_fold(frame, weight))
    many = y.sum() >= TREES_FROM
    fold = folds(len(frame))
    linear, boosted = np.empty(len(y)), np.empty(len(y))
    for one in range(FOLDS):
        rest = fold != one
        linear[~rest] = _linear(x[~rest], _logistic(x[rest], y[rest], weight[rest]))
        if many:
            boosted[~rest] = _tree_odds(_boost(x[rest], y[rest], weight[rest]), x[~rest])
    share = _best_share(linear, boosted, y, weight) if many else 0.0
    mixed = (1 - share) * linear + share * boosted if many else linear
    slope, shift = _calibration(mixed, y, weight)
    trees = _boost(x, y, weight) if share > 0 else None
    return LeadScorer(attributes, _logistic(x, y, weight), trees, share, slope, shift)


def _linear(x: FloatArray, beta: FloatArray) -> FloatArray:
    return np.asarray(x @ beta[1:] + beta[0])


def _logistic(x: FloatArray, y: FloatArray, weight: FloatArray) -> FloatArray:
    design = np.concatenate([np.ones((len(x), 1)), x], axis=1)
    penalty = np.full(design.shape[1], RIDGE)
    penalty[0] = 1e-6
    beta = np.zeros(design.shape[1])
    beta[0] = logit(np.average(y, weights=weight))
    for _ in range(30):
        p = expit(design @ beta)
        gradient = design.T @ (weight * (y - p)) - penalty * beta
        curvature = (design.T * (weight * p * (1 - p))) @ design + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        beta = beta + step / max(1.0, float(np.abs(step).max()) / 2)
        if np.abs(step).max() < 1e-7:
            break
    return beta


def _boost(x: FloatArray, y: FloatArray, weight: FloatArray) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    trees = HistGradientBoostingClassifier(
        learning_rate=0.09,
        max_iter=80,
        max_leaf_nodes=8,
        min_samples_leaf=30,
        l2_regularization=5.0,
        random_state=0,
    )
    # A few thousand rows: threads only wait for each other.
    with threadpool_limits(limits=1):
        return trees.fit(x, y, sample_weight=weight)


def _tree_odds(trees: Any, x: FloatArray) -> FloatArray:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        p = trees.predict_proba(x)[:, 1]
    return np.asarray(logit(np.clip(p, 1e-4, 1 - 1e-4)))


def _loss(odds: FloatArray, y: FloatArray, weight: FloatArray) -> float:
    return float(np.average(np.logaddexp(0, odds) - y * odds, weights=weight))


def _best_share(linear: FloatArray, boosted: FloatArray, y: FloatArray, weight: FloatArray) -> float:
    shares = (0.0, 0.25, 0.5, 0.75)
    losses = [_loss((1 - share) * linear + share * boosted, y, weight) for share in shares]
    return shares[int(np.argmin(losses))]


def _calibration(odds: FloatArray, y: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """Slope and shift on out-of-fold log odds (Platt), drawn to 1 and 0."""
    slope, shift = 1.0, 0.0
    for _ in range(20):
        p = expit(slope * odds + shift)
        w = weight * p * (1 - p)
        gradient = np.array([(weight * (y - p)) @ odds - 10 * (slope - 1), (weight * (y - p)).sum()])
        curvature = np.array([[(w * odds) @ odds + 10, w @ odds], [w @ odds, w.sum() + 1e-6]])
        step = np.linalg.solve(curvature, gradient)
        slope, shift = slope + float(step[0]), shift + float(step[1])
    return slope, shift
