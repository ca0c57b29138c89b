"""Daily figures as the frames that the models compute on; money becomes numbers here and back here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, ParamSpec, TypeVar

import pandas as pd

from omnify_core.campaigns import DailyMetrics, Level, Platform
from omnify_core.money import Money
from omnify_tools.context import Copilot
from omnify_tools.market import figures_of
from omnify_tools.periods import Period, last_days

HISTORY_DAYS = 120
_P = ParamSpec("_P")
_R = TypeVar("_R")


async def history_of(
    copilot: Copilot, *, level: Level = Level.CAMPAIGN, platform: Platform | None = None
) -> tuple[list[DailyMetrics], Period]:
    """The rows of the last complete days, and the period that they cover."""
    window = last_days(HISTORY_DAYS, copilot.clock, copilot.tenant.time_zone)
    return await figures_of(copilot, window, level=level, platform=platform), window


def campaign_frame(rows: Iterable[DailyMetrics]) -> pd.DataFrame:
    """Columns entity, group (platform and currency), date and the figures in currency units."""
    return pd.DataFrame(
        [
            {"entity": row.entity_id, "group": f"{row.platform.value}/{row.spend.currency}", **_figures(row)}
            for row in rows
        ],
        columns=["entity", "group", "date", "impressions", "clicks", "cost", "conversions", "revenue"],
    )


def creative_frame(rows: Iterable[DailyMetrics]) -> pd.DataFrame:
    """Columns account, creative, date, the figures, and reach and frequency where a row has them."""
    kept = list(rows)
    frame = pd.DataFrame(
        [
            {
                "account": row.platform.value,
                "creative": row.entity_id,
                **_figures(row),
                "reach": row.reach,
                "frequency": row.frequency,
            }
            for row in kept
        ],
        columns=["account", "creative", "date", "impressions", "clicks", "cost", "conversions", *_EXPOSURE],
    )
    without = [name for name in _EXPOSURE if frame[name].isna().all()]
    return frame.drop(columns=without)


_EXPOSURE = ("reach", "frequency")


def _figures(row: DailyMetrics) -> dict[str, Any]:
    return {
        "date": row.day,
        "impressions": row.impressions,
        "clicks": row.clicks,
        "cost": float(row.spend.units),
        "conversions": row.conversions,
        "revenue": float(row.revenue.units),
    }


def money(units: float, currency: str) -> Money:
    """A model's number as money, to the minor unit."""
    return Money.rounded(Decimal(repr(units)), currency)


async def computed(model: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
    """Runs a model beside the event loop: fitting takes tens of milliseconds of CPU."""
    return await asyncio.to_thread(model, *args, **kwargs)
