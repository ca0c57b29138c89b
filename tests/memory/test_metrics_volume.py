"""A long history is saved and read in pieces, and comes back whole."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

from omnify_core.campaigns import Level
from omnify_memory import open_sqlite, stores_on
from omnify_memory.shelf import CHUNK
from tests.builders.stores import OURS, day_of_figures

SINCE = date(2026, 1, 1)
DAYS = 120
ENTITIES = [f"meta:{1000 + number}" for number in range(CHUNK // DAYS * 2 + 5)]
ROWS = [
    day_of_figures(SINCE + timedelta(days=day), entity, impressions=day)
    for day in range(DAYS)
    for entity in ENTITIES
]


async def test_more_rows_than_one_chunk_come_back_whole_and_in_order(tmp_path: Path) -> None:
    assert len(ROWS) > 2 * CHUNK
    async with open_sqlite(tmp_path / "omnify.db") as documents:
        market = stores_on(documents).market
        await market.save_metrics(OURS, ROWS)
        assert await market.metrics(OURS, Level.CAMPAIGN, SINCE, SINCE + timedelta(days=DAYS)) == ROWS


async def test_reading_a_long_history_lets_other_tasks_run() -> None:
    async with open_sqlite(None) as documents:
        market = stores_on(documents).market
        await market.save_metrics(OURS, ROWS)
        turns = 0

        async def another_task() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        other = asyncio.create_task(another_task())
        await market.metrics(OURS, Level.CAMPAIGN, SINCE, SINCE + timedelta(days=DAYS))
        other.cancel()
        assert turns >= 2
