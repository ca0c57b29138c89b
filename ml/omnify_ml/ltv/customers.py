"""Purchases of a customer as three numbers: how many repeats, when the last, how long observed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnify_ml.interval import FloatArray, IntArray
from omnify_ml.panel import as_days, require_columns

WEEK = 7.0


@dataclass(frozen=True)
class Customers:
    """One entry per customer seen by the cut; times in weeks.

    `repeats`: days with a purchase after the first; `last`: first to last purchase; `observed`: first
    purchase to the cut; `mean_value`: per purchase day (nan without values); `cohort`: index into names.
    """

    names: tuple[str, ...]
    repeats: FloatArray
    last: FloatArray
    observed: FloatArray
    mean_value: FloatArray
    cohort: IntArray
    cohorts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)

    @property
    def has_values(self) -> bool:
        return bool(np.isfinite(self.mean_value).all())


def purchases_of(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per customer and day: columns customer, date, value (1 without values), cohort."""
    require_columns(frame, ["customer", "date"], model="LTV")
    value = pd.to_numeric(frame["value"], errors="coerce").fillna(0.0) if "value" in frame.columns else 1.0
    rows = pd.DataFrame(
        {"customer": frame["customer"].astype(str), "date": as_days(frame["date"]), "value": value}
    )
    daily = rows.groupby(["customer", "date"], sort=True)["value"].sum().reset_index()
    if "value" not in frame.columns:
        daily["value"] = 1.0
    if "cohort" in frame.columns:
        named = frame.assign(customer=rows["customer"]).groupby("customer")["cohort"].first().astype(str)
        daily["cohort"] = daily["customer"].map(named)
    else:
        first = daily.groupby("customer")["date"].transform("min")
        daily["cohort"] = first.dt.strftime("%Y-%m")
    return daily


def customers_at(purchases: pd.DataFrame, cut: pd.Timestamp) -> Customers:
    """What was known before `cut` (exclusive) about everybody who had bought by then."""
    known = purchases[purchases["date"] < cut]
    grouped = known.groupby("customer", sort=True)
    first, last = grouped["date"].min(), grouped["date"].max()
    cohort, names = pd.factorize(grouped["cohort"].first(), sort=True)
    return Customers(
        tuple(first.index),
        np.asarray(grouped.size(), dtype=np.float64) - 1,
        np.asarray((last - first).dt.days, dtype=np.float64) / WEEK,
        # The day before the cut is the last one observed.
        np.asarray((cut - first).dt.days - 1, dtype=np.float64) / WEEK,
        np.asarray(grouped["value"].mean(), dtype=np.float64),
        np.asarray(cohort, dtype=np.int64),
        tuple(names),
    )


def bought_between(
    purchases: pd.DataFrame, customers: Customers, start: pd.Timestamp, end: pd.Timestamp
) -> pd.DataFrame:
    """Purchase days and value of each customer in [start, end), in the customers' order."""
    inside = purchases[(purchases["date"] >= start) & (purchases["date"] < end)]
    sums = inside.groupby("customer")["value"].agg(["size", "sum"])
    return sums.reindex(list(customers.names), fill_value=0.0).astype(np.float64)
