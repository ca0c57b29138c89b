"""Whatever a model does, its run ends within its limits; `make prove` lets a thousand try."""

from __future__ import annotations

from tests.flows.hostile import hostile_runs


async def test_every_hostile_run_ends_within_its_limits() -> None:
    toll = await hostile_runs(0, 60)
    assert not toll.faults
    assert min(toll.ends["done"], toll.ends["failed"]) > 5, toll.ends
