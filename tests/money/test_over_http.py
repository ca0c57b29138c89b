"""Half of the writes are lost, cut or doubled on the wire: each leg is written once or said not to be."""

from __future__ import annotations

from tests.money.over_http import over_http

PLANS = 24  # `make prove` runs a thousand


async def test_through_a_lossy_wire_every_plan_ends_and_says_the_truth() -> None:
    toll = await over_http(PLANS)
    assert not toll.faults
    assert toll.plans >= PLANS
    lost = sum(count for fault, count in toll.met.items() if fault != "none")
    assert lost > PLANS / 4, toll.met
    assert toll.ends["done"] > PLANS / 2
