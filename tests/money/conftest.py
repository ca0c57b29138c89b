from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.builders.money import MoneyHouse, money_house


@pytest.fixture
async def house() -> AsyncIterator[MoneyHouse]:
    async with money_house() as opened:
        yield opened
