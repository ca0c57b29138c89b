"""A history frame as entity x day arrays, the form in which every daily model computes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from omnify_core.errors import BadInput
from omnify_ml.interval import FloatArray, IntArray

METRICS = ("impressions", "clicks", "cost", "conversions", "revenue")


@dataclass(frozen=True)
class Panel:
    """Daily figures; a day without a row is a day without delivery (zeros).

    `values[name]` has shape (entities, days); `days[-1]` is the day the panel was cut at.
    """

    entities: tuple[str, ...]
    groups: tuple[str, ...]
    group_of: IntArray
    days: pd.DatetimeIndex
    values: dict[str, FloatArray]

    def __getitem__(self, name: str) -> FloatArray:
        return self.values[name]

    @property
    def n_days(self) -> int:
        return len(self.days)

    @property
    def weekdays(self) -> IntArray:
        return np.asarray(self.days.day_of_week, dtype=np.int64)

    def active_days(self, name: str = "cost") -> IntArray:
        """Days with delivery, per entity."""
        return np.asarray((self.values[name] > 0).sum(axis=1), dtype=np.int64)

    def until(self, n_days: int) -> Panel:
        """The panel as it was known after its first `n_days` days."""
        values = {name: array[:, :n_days] for name, array in self.values.items()}
        return Panel(self.entities, self.groups, self.group_of, self.days[:n_days], values)

    def blank(self, n_days: int, names: Sequence[str]) -> Panel:
        """The panel as if nothing were known of these figures on its last `n_days` days."""
        values = dict(self.values)
        for name in names:
            values[name] = self.values[name].copy()
            values[name][:, -n_days:] = 0.0
        return Panel(self.entities, self.groups, self.group_of, self.days, values)


def require_columns(frame: pd.DataFrame, columns: Sequence[str], *, model: str) -> None:
    """Raises BadInput that names the missing columns."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise BadInput(
            f"{model} needs the columns {', '.join(columns)}; missing: {', '.join(missing)}. "
            f"Rename or add them (found: {', '.join(map(str, frame.columns[:20]))})."
        )


def as_days(column: pd.Series) -> pd.Series:
    """Midnights without zone. Raises BadInput naming the first text that is no date."""
    parsed = pd.to_datetime(column, errors="coerce")
    if parsed.isna().any():
        first = column[parsed.isna()].iloc[0]
        raise BadInput(f"{first!r} in column {column.name!r} is no date; write dates as YYYY-MM-DD.")
    if parsed.dt.tz is not None:
        parsed = parsed.dt.tz_localize(None)
    return parsed.dt.normalize()


def panel_of(
    history: pd.DataFrame,
    *,
    as_of: date | None = None,
    columns: Sequence[str] = METRICS,
    max_days: int | None = 180,
) -> Panel:
    """The panel of the days up to and including `as_of` (default: the last day of the history)."""
    require_columns(history, ["entity", "date", *columns], model="A daily model")
    days = as_days(history["date"])
    last = pd.Timestamp(as_of) if as_of is not None else days.max()
    first = days.min() if max_days is None else max(days.min(), last - pd.Timedelta(days=max_days - 1))
    keep = (days >= first) & (days <= last)
    rows, days = history.loc[keep], days[keep]
    if rows.empty:
        return _empty(columns)
    codes, names = pd.factorize(rows["entity"].astype(str), sort=True)
    calendar = pd.date_range(first, last, freq="D")
    cell = (codes, (days - first).dt.days.to_numpy())
    groups = rows["group"].astype(str) if "group" in rows.columns else pd.Series("all", index=rows.index)
    group_codes, group_names = pd.factorize(groups, sort=True)
    group_of = np.zeros(len(names), dtype=np.int64)
    group_of[codes] = group_codes
    values = {name: _cells(rows[name], cell, (len(names), len(calendar))) for name in columns}
    return Panel(tuple(names), tuple(group_names), group_of, calendar, values)


def _cells(column: pd.Series, cell: tuple[IntArray, IntArray], shape: tuple[int, int]) -> FloatArray:
    numbers = pd.to_numeric(column, errors="coerce").fillna(0.0).to_numpy(dtype=np.float64)
    array = np.zeros(shape)
    np.add.at(array, cell, numbers)
    return array


def _empty(columns: Sequence[str]) -> Panel:
    nothing = np.zeros((0, 0))
    no_days = pd.DatetimeIndex([])
    return Panel((), (), np.zeros(0, dtype=np.int64), no_days, dict.fromkeys(columns, nothing))
