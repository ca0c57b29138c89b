"""Attributes of a lead as numbers: rates of its levels drawn to the mean, logs, missing marks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnify_ml.interval import FloatArray, IntArray
from omnify_ml.panel import as_days

RESERVED = ("lead", "date", "converted", "converted_on")
# Leads that the overall rate is worth in the rate of one level.
LEVEL_STRENGTH = 20.0
HALF_LIFE_DAYS = 60.0
MAX_LEVELS_SHOWN = 12
# Above this share of distinct values a text column names the lead rather than describing it.
ID_SHARE = 0.5
FOLDS = 5


@dataclass(frozen=True)
class Attributes:
    """Which columns are read, and how; learned from the training leads."""

    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    rates: dict[str, dict[str, float]]
    levels: dict[str, tuple[str, ...]]
    centers: dict[str, tuple[float, float]]
    base: float

    @classmethod
    def learn(cls, frame: pd.DataFrame, weight: FloatArray, y: FloatArray) -> Attributes:
        """`y`: the outcome, 0-1; between for a lead that may still convert."""
        texts, numbers = _kinds(frame)
        base = float(np.average(y, weights=weight))
        rates = {name: level_rates(texted(frame[name]), y, weight, base) for name in texts}
        levels = {name: tuple(texted(frame[name]).value_counts().index[:MAX_LEVELS_SHOWN]) for name in texts}
        centers = {name: _center(_number(frame[name])) for name in numbers}
        return cls(tuple(texts), tuple(numbers), rates, levels, centers, base)

    def matrix(self, frame: pd.DataFrame, rates: dict[str, FloatArray] | None = None) -> FloatArray:
        """One row per lead; `rates` replaces the level rates (out of fold while training)."""
        columns: list[FloatArray] = []
        for name in self.texts:
            values = texted(frame[name])
            rate = rates[name] if rates is not None else self.rate_of(name, values)
            columns.append(np.log(rate / (1 - rate)) - np.log(self.base / (1 - self.base)))
            columns += [np.asarray(values == level, dtype=np.float64) for level in self.levels[name]]
        for name in self.numbers:
            raw = _number(frame[name])
            center, scale = self.centers[name]
            known = np.isfinite(raw)
            scaled = np.where(known, (_squeezed(np.nan_to_num(raw)) - center) / scale, 0.0)
            columns += [
                scaled,
                np.clip(scaled, -3, 3) ** 2,
                (~known).astype(np.float64),
                (raw == 0).astype(np.float64),
            ]
        return np.stack(columns, axis=1) if columns else np.zeros((len(frame), 0))

    def rate_of(self, name: str, values: pd.Series) -> FloatArray:
        return np.asarray(values.map(self.rates[name]).fillna(self.base), dtype=np.float64)

    def out_of_fold(self, frame: pd.DataFrame, weight: FloatArray, y: FloatArray) -> dict[str, FloatArray]:
        """Level rates of each lead from the other folds: no lead sees its own outcome."""
        fold = folds(len(frame))
        found = {name: np.empty(len(frame)) for name in self.texts}
        for name in self.texts:
            values = texted(frame[name])
            for one in range(FOLDS):
                rest = fold != one
                rates = level_rates(values[rest], y[rest], weight[rest], self.base)
                found[name][~rest] = values[~rest].map(rates).fillna(self.base).to_numpy(dtype=np.float64)
        return found


def folds(n: int) -> IntArray:
    return np.random.default_rng(2).permutation(n) % FOLDS


def texted(column: pd.Series) -> pd.Series:
    return column.astype("object").where(column.notna(), "(none)").astype(str)


def level_rates(values: pd.Series, y: FloatArray, weight: FloatArray, base: float) -> dict[str, float]:
    """Conversion rate per level, drawn to the overall rate."""
    table = (
        pd.DataFrame({"level": values.to_numpy(), "won": y * weight, "seen": weight}).groupby("level").sum()
    )
    rate = (table["won"] + LEVEL_STRENGTH * base) / (table["seen"] + LEVEL_STRENGTH)
    return {str(level): float(value) for level, value in rate.items()}


def recency(frame: pd.DataFrame) -> FloatArray:
    """Weight of a training lead: half after two months; 1 for all without dates."""
    if "date" not in frame.columns:
        return np.ones(len(frame))
    days = as_days(frame["date"])
    age = np.asarray((days.max() - days).dt.days, dtype=np.float64)
    return np.asarray(0.5 ** (age / HALF_LIFE_DAYS))


def _kinds(frame: pd.DataFrame) -> tuple[list[str], list[str]]:
    texts, numbers = [], []
    for name in frame.columns:
        if name in RESERVED:
            continue
        column = frame[name]
        if pd.api.types.is_numeric_dtype(column) and column.nunique() > 12:
            numbers.append(str(name))
        elif 1 < column.nunique(dropna=False) <= ID_SHARE * len(column):
            texts.append(str(name))
    return texts, numbers


def _number(column: pd.Series) -> FloatArray:
    return np.asarray(pd.to_numeric(column, errors="coerce"), dtype=np.float64)


def _squeezed(values: FloatArray) -> FloatArray:
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)))


def _center(values: FloatArray) -> tuple[float, float]:
    known = _squeezed(values[np.isfinite(values)])
    return (float(known.mean()), float(max(known.std(), 1e-6))) if len(known) else (0.0, 1.0)
