"""How likely a lead is to convert: a ridge logistic and boosted trees, weighed by what each proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from omnify_core.errors import BadInput
from omnify_ml.interval import BoolArray, FloatArray
from omnify_ml.leads.columns import FOLDS, Attributes, folds, recency
from omnify_ml.leads.delay import DELAY_COLUMN, Delays, ages, delays_of, still_open
from omnify_ml.panel import as_days, require_columns

MIN_LEADS, MIN_CONVERTED = 200, 40
RIDGE = 8.0
# Fewer conversions than this and trees only memorize.
TREES_FROM = 400


class Late(NamedTuple):
    """How late conversions come, and the day on which that was known."""

    delays: Delays
    now: pd.Timestamp


@dataclass(frozen=True)
class LeadScorer:
    """Fitted models; `share` of the trees in the mix; `slope`, `shift`: calibration on the log odds."""

    attributes: Attributes
    beta: FloatArray
    trees: Any
    share: float
    slope: float
    shift: float
    late: Late | None = None

    def score(self, frame: pd.DataFrame) -> FloatArray:
        """Probability of conversion per lead."""
        x = self.attributes.matrix(frame)
        odds = _linear(x, self.beta)
        if self.trees is not None:
            odds = (1 - self.share) * odds + self.share * _tree_odds(self.trees, x)
        return np.asarray(expit(self.slope * odds + self.shift))

    def remaining(self, frame: pd.DataFrame, now: pd.Timestamp) -> FloatArray:
        """Probability that leads which are open at `now` still convert: it falls with their age."""
        p = self.score(frame)
        if self.late is None or "date" not in frame.columns:
            return p
        missing = 1 - self.late.delays.by_age(ages(frame, now))
        return np.asarray(p * missing / (1 - p * (1 - missing)))


def refusal(frame: pd.DataFrame) -> str:
    """Why no scorer is learned from these leads; empty if one can be."""
    won = int(frame["converted"].sum())
    if len(frame) < MIN_LEADS or won < MIN_CONVERTED or len(frame) - won < MIN_CONVERTED:
        return (
            f"insufficient data: {len(frame)} leads, {won} converted; {MIN_LEADS} and {MIN_CONVERTED} needed"
        )
    return ""


def fit_leads(
    frame: pd.DataFrame, *, now: pd.Timestamp | None = None, final: BoolArray | None = None
) -> LeadScorer:
    """Learns from leads. Raises BadInput where `refusal` is not empty.

    With a column `converted_on`, leads that are open at `now` (the last day in the frame where not given)
    count in part as conversions that are still to come; not those marked `final`, whose outcome is known.
    """
    require_columns(frame, ["converted"], model="Lead scoring")
    if reason := refusal(frame):
        raise BadInput(f"{reason}; score these leads by a points rule.")
    frame = frame.reset_index(drop=True)
    weight, delays = recency(frame), _delays(frame, now)
    y = _outcomes(frame, delays, final)
    attributes = Attributes.learn(frame, weight, y)
    x = attributes.matrix(frame, attributes.out_of_fold(frame, weight, y))
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
    return LeadScorer(attributes, _logistic(x, y, weight), trees, share, slope, shift, delays)


def _delays(frame: pd.DataFrame, now: pd.Timestamp | None) -> Late | None:
    if DELAY_COLUMN not in frame.columns or "date" not in frame.columns:
        return None
    last = pd.concat([as_days(frame["date"]), pd.to_datetime(frame[DELAY_COLUMN], errors="coerce")]).max()
    now = last if now is None else now
    delays = delays_of(frame, now)
    return None if delays is None else Late(delays, now)


def _outcomes(frame: pd.DataFrame, late: Late | None, final: BoolArray | None) -> FloatArray:
    """1 for a conversion, the chance of one to come for an open lead, else 0."""
    y = frame["converted"].to_numpy(dtype=np.float64)
    if late is None:
        return y
    missing = 1 - late.delays.by_age(ages(frame, late.now))
    settled = y > 0 if final is None else (y > 0) | final
    return np.asarray(y + still_open(y, np.where(settled, 0.0, missing)))


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
    if not np.isin(y, (0.0, 1.0)).all():
        # A lead that may still convert stands on both sides, with its chance as weight.
        x, weight = np.concatenate([x, x]), np.concatenate([weight * y, weight * (1 - y)])
        y = np.repeat([1.0, 0.0], len(y))
        x, y, weight = x[weight > 0], y[weight > 0], weight[weight > 0]
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
