"""How past forecasts turned out: calibration and error beside the naive rule's, per model and metric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from omnify_core.learned import Forecast, ForecastState
from omnify_ml.interval import FloatArray, IntArray

# Fewer outcomes, or outcomes of fewer campaigns, say nothing about a model.
MIN_OUTCOMES = 20
MIN_ENTITIES = 5
RESAMPLES = 400
_FLOOR = 1e-9


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """`inside`: share of outcomes within their 80 % ranges; `error` and `baseline_error` are mean absolute
    log errors of ranges, or mean squared errors of probabilities (baseline: the usual rate of the same
    forecasts). `ratio` is error over baseline with its 80 % range when entities are drawn anew: below 1
    the model beats the rule. `verdict` says it in words; figures are None where there is too little.
    """

    model: str
    version: str
    metric: str
    n: int
    n_entities: int
    n_open: int
    n_void: int
    inside: float | None
    error: float | None
    baseline_error: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    verdict: str


def track_records(forecasts: Sequence[Forecast]) -> list[TrackRecord]:
    """One record per model, version and metric."""

    def key(one: Forecast) -> tuple[str, str, str]:
        return one.model, one.version, one.metric

    ordered = sorted(forecasts, key=key)
    return [_record(*names, list(group)) for names, group in groupby(ordered, key=key)]


def _record(model: str, version: str, metric: str, some: list[Forecast]) -> TrackRecord:
    scored = [one for one in some if one.state is ForecastState.SCORED and one.outcome is not None]
    entities = sorted({one.entity_id for one in scored})
    is_odds = any(one.probability is not None for one in scored)
    ours, theirs = _odds_errors(scored) if is_odds else _log_errors(scored)
    owner = np.array([entities.index(one.entity_id) for one in scored], dtype=np.int64)
    enough = len(scored) >= MIN_OUTCOMES and len(entities) >= MIN_ENTITIES
    low, high = _range(ours, theirs, owner) if enough else (None, None)
    ratio = _ratio(ours, theirs) if enough else None
    return TrackRecord(
        model,
        version,
        metric,
        n=len(scored),
        n_entities=len(entities),
        n_open=sum(one.state is ForecastState.OPEN for one in some),
        n_void=sum(one.state is ForecastState.VOID for one in some),
        inside=_inside(scored) if enough and not is_odds else None,
        error=float(np.mean(ours)) if enough else None,
        baseline_error=float(np.nanmean(theirs)) if enough and np.isfinite(theirs).any() else None,
        ratio=ratio,
        ratio_low=low,
        ratio_high=high,
        verdict=_verdict(len(scored), len(entities), low, high),
    )


def _log_errors(scored: Sequence[Forecast]) -> tuple[FloatArray, FloatArray]:
    """Absolute log errors; NaN where the naive rule had nothing to say."""
    outcome = np.array([one.outcome for one in scored], dtype=np.float64)
    # Half an event more on both sides: a week without a conversion is no infinite error.
    some = np.array([0.5 if one.metric == "conversions" else _FLOOR for one in scored])
    ours = np.array([one.p50 if one.p50 is not None else np.nan for one in scored], dtype=np.float64)
    theirs = np.array([np.nan if one.baseline is None else one.baseline for one in scored], dtype=np.float64)
    usable = (outcome > 0) | (some > _FLOOR)
    cap = np.log(20.0)

    def error(said: FloatArray) -> FloatArray:
        found = np.abs(np.log(np.maximum(outcome, 0) + some) - np.log(np.maximum(said, 0) + some))
        return np.where(np.isfinite(said), np.minimum(np.where(usable, found, cap), cap), np.nan)

    return error(ours), error(theirs)


def _odds_errors(scored: Sequence[Forecast]) -> tuple[FloatArray, FloatArray]:
    """Squared errors of the stated odds, and of the rate at which the event came at all."""
    outcome = np.array([one.outcome for one in scored], dtype=np.float64)
    stated = np.array([one.probability or 0.0 for one in scored])
    usual = outcome.mean() if len(outcome) else 0.0
    return (stated - outcome) ** 2, (usual - outcome) ** 2


def _ratio(ours: FloatArray, theirs: FloatArray) -> float | None:
    both = np.isfinite(ours) & np.isfinite(theirs)
    below = float(theirs[both].mean()) if both.any() else 0.0
    return float(ours[both].mean()) / below if below > _FLOOR else None


def _range(ours: FloatArray, theirs: FloatArray, owner: IntArray) -> tuple[float | None, float | None]:
    random = np.random.default_rng(5)
    places = [np.flatnonzero(owner == one) for one in range(int(owner.max()) + 1)]
    found = []
    for _ in range(RESAMPLES):
        drawn = np.concatenate([places[one] for one in random.integers(0, len(places), len(places))])
        if (ratio := _ratio(ours[drawn], theirs[drawn])) is not None:
            found.append(ratio)
    if len(found) < RESAMPLES // 2:
        return None, None
    low, high = np.quantile(found, [0.1, 0.9])
    return float(low), float(high)


def _inside(scored: Sequence[Forecast]) -> float | None:
    ranged = [one for one in scored if one.p10 is not None and one.p90 is not None]
    if not ranged:
        return None
    return float(np.mean([one.p10 <= one.outcome <= one.p90 for one in ranged]))  # type: ignore[operator]


def _verdict(n: int, n_entities: int, low: float | None, high: float | None) -> str:
    if n < MIN_OUTCOMES or n_entities < MIN_ENTITIES:
        return (
            f"not enough outcomes yet: {n} known, at {n_entities} campaigns or ads; "
            f"{MIN_OUTCOMES} at {MIN_ENTITIES} of them are needed"
        )
    if low is None or high is None:
        return "nothing to compare with: the naive rule made no forecast"
    if high < 1:
        return "better than the naive rule"
    return (
        "worse than the naive rule: use that instead" if low > 1 else "no better than the naive rule so far"
    )
