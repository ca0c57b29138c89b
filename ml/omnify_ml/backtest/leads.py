"""Lead scoring: fitted on earlier leads, judged on later ones (without dates: on a third left out)."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pandas as pd

from omnify_ml.backtest.report import BacktestReport, Curve, Metrics, ratios_of, refusal_report
from omnify_ml.backtest.scoring import auc, bootstrap, brier, calibration_error, reliability
from omnify_ml.interval import BoolArray, FloatArray
from omnify_ml.leads.columns import RESERVED, level_rates, recency, texted
from omnify_ml.leads.delay import DELAY_COLUMN, ages, as_of, delays_of
from omnify_ml.leads.scorer import fit_leads, refusal
from omnify_ml.panel import as_days, require_columns

# A single attribute that separates this well was written after the outcome.
LEAK_AUC = 0.97


def backtest_leads(frame: pd.DataFrame, *, test_from: str | None = None) -> BacktestReport:
    """The scorer beside the conversion rate of the lead's source."""
    start = perf_counter()
    require_columns(frame, ["lead", "converted"], model="Lead scoring")
    frame = frame.drop_duplicates("lead").reset_index(drop=True)
    train, split, cut = _split(frame, test_from)
    known, coming = frame[train].reset_index(drop=True), frame[~train].reset_index(drop=True)
    known = known if cut is None else as_of(known, cut)
    leaks = _leaks(known)
    reason = refusal(known) or ("insufficient data: no lead to judge" if coming.empty else "")
    if reason:
        return refusal_report("leads", reason, start=start, refused=len(coming), split=split)
    return _report(
        known.drop(columns=leaks), coming.drop(columns=leaks), leaks, cut=cut, split=split, start=start
    )


def _report(
    known: pd.DataFrame,
    coming: pd.DataFrame,
    leaks: list[str],
    *,
    cut: pd.Timestamp | None,
    split: str,
    start: float,
) -> BacktestReport:
    scorer = fit_leads(known, now=cut)
    risk, y = (
        scorer.score(coming) * _shown(known, coming, cut),
        coming["converted"].to_numpy(dtype=np.float64),
    )
    source, rate = _source_rate(known, coming)
    metrics, baselines = _metrics(risk, y), {"source_rate": _metrics(rate, y)}
    span = bootstrap(np.arange(len(y)), lambda rows: _auc_ratio(risk[rows], rate[rows], y[rows]))
    stated, observed = reliability(risk, y)
    won = int(known["converted"].sum())
    notes = [f"source: {source or 'none'}; trees weigh {scorer.share:.2f}; learned from {won} conversions."]
    return BacktestReport(
        model="leads",
        n=len(y),
        metrics=metrics,
        baselines=baselines,
        ratios=ratios_of(metrics, baselines, ("auc", "brier", "lift_top10")),
        seconds=perf_counter() - start,
        refused=0,
        split=split,
        ranges={"auc/source_rate": span} if span is not None else {},
        notes=notes + [f"left out, as it gives the outcome away: {name}" for name in leaks],
        curves=[
            Curve(name="Conversion", x_label="stated", y_label="observed", x=stated, y=observed),
            _gains(risk, y),
        ],
    )


def _shown(known: pd.DataFrame, coming: pd.DataFrame, cut: pd.Timestamp | None) -> FloatArray:
    """Share of each judged lead's conversion that the file could show by its end: 1 without delays."""
    delays = None if cut is None else delays_of(known, cut)
    if delays is None:
        return np.ones(len(coming))
    end = max(as_days(coming["date"]).max(), pd.to_datetime(coming[DELAY_COLUMN], errors="coerce").max())
    return delays.by_age(ages(coming, end))


def _auc_ratio(risk: FloatArray, rate: FloatArray, y: FloatArray) -> float | None:
    ours, theirs = auc(risk, y), auc(rate, y)
    return ours / theirs if ours is not None and theirs else None


def _split(frame: pd.DataFrame, test_from: str | None) -> tuple[BoolArray, str, pd.Timestamp | None]:
    if "date" not in frame.columns:
        out = np.random.default_rng(1).permutation(len(frame)) % 3 == 0
        return ~out, "No dates: a random third judged.", None
    days = as_days(frame["date"])
    cut = pd.Timestamp(test_from) if test_from else days.sort_values().iloc[len(days) * 2 // 3]
    split = f"Fit on leads before {cut.date()}, judged on those from then on."
    return (days < cut).to_numpy(), split, cut


def _gains(risk: FloatArray, y: FloatArray) -> Curve:
    """Share of all conversions among the best-scored leads, tenth by tenth."""
    won = np.cumsum(y[np.argsort(-risk, kind="stable")]) / max(float(y.sum()), 1.0)
    tenths = [(share + 1) / 10 for share in range(10)]
    held = [float(won[max(round(tenth * len(won)) - 1, 0)]) for tenth in tenths]
    return Curve(name="Lift", x_label="best-scored leads", y_label="conversions", x=tenths, y=held)


def _metrics(risk: FloatArray, y: FloatArray) -> Metrics:
    top = np.argsort(-risk, kind="stable")[: max(len(risk) // 10, 1)]
    base = float(y.mean())
    return {
        "auc": auc(risk, y),
        "brier": brier(risk, y),
        "ece": calibration_error(risk, y),
        "lift_top10": float(y[top].mean()) / base if base > 0 else None,
    }


def _source_rate(known: pd.DataFrame, coming: pd.DataFrame) -> tuple[str, FloatArray]:
    """Rate of the column that names the source, or of the most telling one."""
    texts = [name for name in known.columns if name not in RESERVED and known[name].nunique() <= 50]
    y = known["converted"].to_numpy(dtype=np.float64)
    base = float(y.mean())
    named = [
        name for name in texts if any(word in str(name).lower() for word in ("source", "origin", "channel"))
    ]
    if not texts:
        return "", np.full(len(coming), base)
    exact = [name for name in named if str(name).lower() in {"source", "origin", "leadsource", "lead_source"}]
    chosen = (exact or named or [max(texts, key=lambda name: known[name].nunique())])[0]
    rates = level_rates(texted(known[chosen]), y, recency(known), base)
    return str(chosen), np.asarray(texted(coming[chosen]).map(rates).fillna(base), dtype=np.float64)


def _leaks(known: pd.DataFrame) -> list[str]:
    y = known["converted"].to_numpy(dtype=np.float64)
    found = []
    for name in known.columns:
        if name in RESERVED or not pd.api.types.is_numeric_dtype(known[name]):
            continue
        value = auc(known[name].fillna(-1).to_numpy(dtype=np.float64), y)
        if value is not None and max(value, 1 - value) > LEAK_AUC:
            found.append(str(name))
    return found
