"""Carrying out what was approved: once, in order, read back, and honest about what is not known."""

from __future__ import annotations

from omnify_core.change_sets import ChangeSetStatus
from tests.builders.money import MoneyHouse, usd


async def test_an_approved_change_is_written_once_and_read_back(house: MoneyHouse) -> None:
    campaign = house.world.campaign("1", "100")
    approved = await house.approved(campaign, 120)
    await house.work(rounds=3)
    done = await house.stored(approved)
    assert done.status is ChangeSetStatus.DONE
    assert house.world.budget(campaign) == usd(120)
    assert len(house.world.requests) == 1
    assert done.records[0].read_back == "120.00 USD"
    assert "from 100.00 USD to 120.00 USD" in done.outcome
