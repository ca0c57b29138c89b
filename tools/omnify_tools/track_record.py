"""How good the forecasts have been on this client's own campaigns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from omnify_core.errors import BadInput
from omnify_ml.performance import forecast_performance
from omnify_tools.answers import source_named, table
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.history import campaign_frame, computed, history_of
from omnify_tools.market import platform_named
from omnify_tools.tables import Column, Table
from omnify_tools.words import counted, percent

_HORIZON = 7
_ORIGINS = 4
_COLUMN = {"spend": "cost", "conversions": "conversions", "revenue": "revenue"}


@tool(Effect.READ, timeout_s=60)
async def forecast_accuracy(ctx: Ctx, platform: str = "") -> Table:
    """Check how the 7-day forecasts of the last four weeks would have fared: errors, and ranges that held.

    Args:
        platform: google, meta or another platform; empty for all of them.
    """
    chosen = platform_named(platform)
    rows, window = await history_of(ctx.context, platform=chosen)
    if not rows:
        raise BadInput("there is no delivery to learn from; import the accounts first")
    record = await computed(_record, campaign_frame(rows), window.until)
    lines = [_line(key, record[record["figure"] == key]) for key in _COLUMN if len(record)]
    return await table(
        ctx.context,
        "Track record of 7-day forecasts",
        " ".join(_words(line) for line in lines) or "Too little history: no forecast could be checked yet.",
        columns=[
            Column(key="figure", label="Figure"),
            Column(key="forecasts", label="Forecasts checked", unit="count"),
            Column(key="error", label="Typical miss", unit="share"),
            Column(key="naive", label="Typical miss of repeating last week", unit="share"),
            Column(key="held", label="Inside P10 to P90", unit="share"),
        ],
        rows=lines,
        period=window,
        source=source_named(chosen, "forecasts made again as of the past, against what came"),
        warnings=["P10 to P90 should hold in four of five cases."] if lines else [],
    )


def _record(frame: pd.DataFrame, until: Any) -> pd.DataFrame:
    """One row per origin, campaign and figure; each forecast sees only days before its origin."""
    found: list[dict[str, Any]] = []
    days = pd.to_datetime(frame["date"]).dt.date
    for back in range(1, _ORIGINS + 1):
        origin = until - timedelta(days=_HORIZON * back)
        past, week = frame[days <= origin], (days > origin) & (days <= origin + timedelta(days=_HORIZON))
        before = (days <= origin) & (days > origin - timedelta(days=_HORIZON))
        if past.empty:
            continue
        came, was = (frame[part].groupby("entity")[list(_COLUMN.values())].sum() for part in (week, before))
        for forecast in forecast_performance(past, as_of=origin, horizon_days=_HORIZON):
            if forecast.abstained or forecast.entity not in came.index or forecast.entity not in was.index:
                continue
            for key, column in _COLUMN.items():
                band, truth = forecast.bands[key], float(came.loc[forecast.entity, column])
                found.append(
                    {
                        "figure": key,
                        "truth": truth,
                        "miss": abs(band.p50 - truth),
                        "naive": abs(float(was.loc[forecast.entity, column]) - truth),
                        "held": band.p10 <= truth <= band.p90,
                    }
                )
    return pd.DataFrame(found, columns=["figure", "truth", "miss", "naive", "held"])


def _line(key: str, record: pd.DataFrame) -> dict[str, Any]:
    """Misses are summed over campaigns and weighed by the truth, so that small ones do not rule."""
    truth = float(record["truth"].sum())
    return {
        "figure": key.capitalize(),
        "forecasts": len(record),
        "error": round(float(record["miss"].sum()) / truth, 4) if truth else None,
        "naive": round(float(record["naive"].sum()) / truth, 4) if truth else None,
        "held": round(float(np.mean(record["held"])), 4) if len(record) else None,
    }


def _words(line: dict[str, Any]) -> str:
    return (
        f"{line['figure']}: {counted(line['forecasts'], 'forecast')} missed by {percent(line['error'])} "
        f"(repeating last week: {percent(line['naive'])}), {percent(line['held'])} inside the range."
    )
