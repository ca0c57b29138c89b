"""The market's pictures, fetched by the house and measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from omnify_core.errors import BadInput
from omnify_ml.creative.images import facts_of
from omnify_platforms.pictures import FetchedPictures
from omnify_server.seeding import DEMO_TENANT
from tests.builders.house import open_house


async def test_a_picture_of_the_market_shows_lettering_on_color(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        sandbox = house.services.sandbox
        assert sandbox is not None
        ads = await house.services.stores.market.creatives(DEMO_TENANT)
        address = next(ad.image_url for ad in ads if ad.image_url)
        content = await FetchedPictures(house.services.http, market=sandbox.url).picture(address)
        facts = facts_of(content)
        assert (facts.width, facts.height) == (1200, 628)
        assert facts.lettering > 0.02
        assert facts.saturation > 0.3
        with pytest.raises(BadInput):
            await FetchedPictures(house.services.http).picture(address)
