"""What a backtest says: the model beside its baselines, on the same rows of the same run."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter

from pydantic import BaseModel, ConfigDict

Metrics = dict[str, float | None]


class Range(BaseModel):
    """An 80 % range from a block bootstrap by entity."""

    model_config = ConfigDict(frozen=True)

    low: float
    high: float


class Curve(BaseModel):
    """Points to draw: a reliability, coverage or lift curve."""

    model_config = ConfigDict(frozen=True)

    name: str
    x_label: str
    y_label: str
    x: list[float]
    y: list[float]


class BacktestReport(BaseModel):
    """`metrics` and each baseline share keys; `ratios` are model over baseline ("ap/slope").

    `refused`: rows for which the model declined to predict. `split` says which days were judged.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    n: int
    metrics: Metrics
    baselines: dict[str, Metrics]
    ratios: dict[str, float | None]
    seconds: float
    refused: int
    split: str = ""
    ranges: dict[str, Range] = {}
    notes: list[str] = []
    curves: list[Curve] = []

    def table(self) -> str:
        """The report as plain text: one row per metric, one column per model."""
        names = ["model", *self.baselines]
        columns: list[Mapping[str, float | None]] = [self.metrics, *self.baselines.values()]
        lines = [f"{self.model}: n={self.n}, refused={self.refused}, {self.seconds:.1f} s. {self.split}"]
        lines.append(f"{'':24}" + "".join(f"{name:>18}" for name in names))
        for key in self.metrics:
            lines.append(f"{key:24}" + "".join(f"{_text(column.get(key)):>18}" for column in columns))
        lines += [f"{key:40}{_text(value):>10}" for key, value in self.ratios.items()]
        lines += [f"range {key}: {span.low:.4g} .. {span.high:.4g}" for key, span in self.ranges.items()]
        return "\n".join([*lines, *self.notes])


def refusal_report(model: str, reason: str, *, start: float, refused: int, split: str = "") -> BacktestReport:
    """A backtest that found too little to judge, and says so instead of judging."""
    return BacktestReport(
        model=model,
        n=0,
        metrics={},
        baselines={},
        ratios={},
        seconds=perf_counter() - start,
        refused=refused,
        split=split,
        notes=[reason],
    )


def _text(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def ratios_of(
    metrics: Metrics, baselines: Mapping[str, Metrics], keys: tuple[str, ...]
) -> dict[str, float | None]:
    """Model over each baseline for the given keys, named "key/baseline"."""
    found: dict[str, float | None] = {}
    for name, baseline in baselines.items():
        for key in keys:
            ours, theirs = metrics.get(key), baseline.get(key)
            found[f"{key}/{name}"] = ours / theirs if ours is not None and theirs else None
    return found
