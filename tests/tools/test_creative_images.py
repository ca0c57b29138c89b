"""Pictures of ads: measured, compared, and nothing claimed about clicks without own tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from omnify_core.campaigns import Level, Status
from omnify_core.ids import EntityId, TenantId
from omnify_tools.creative_images import creative_images
from tests.builders.copilot import OURS, Client, a_client, creative, days
from tests.builders.pictures import lettered, plain, shaded


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with a_client() as opened:
        yield opened


async def test_pictures_are_measured_and_look_alikes_named(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    shown = {"a1": lettered(6), "a2": lettered(6, "#205080"), "a3": shaded("#ffffff", "#000000", turned=True)}
    ads = [creative(name, campaign, f"Ad {name}", image_url=f"https://p/{name}") for name in shown]
    client.pictures.at = {f"https://p/{name}": content for name, content in shown.items()}
    await client.stores.market.save_creatives(OURS, ads)
    await client.has(*days(ads[0].id, 10, level=Level.AD, campaign=campaign))
    table = await client.call(creative_images)
    by_ad = {row["creative_id"]: row for row in table["rows"]}
    assert by_ad["meta:a1"]["like"] == "meta:a2"
    assert by_ad["meta:a3"]["like"] is None
    assert by_ad["meta:a1"]["lettering"] > 0.1 > by_ad["meta:a3"]["lettering"]
    assert by_ad["meta:a1"]["ctr"] == pytest.approx(0.02)
    assert by_ad["meta:a2"]["ctr"] is None
    assert {row["lift"] for row in table["rows"]} == {"unvalidated"}
    assert "unvalidated: 0 own tests" in table["headline"]


async def test_own_tests_that_show_an_effect_validate_it(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    ads = []
    for group in range(50):
        for kind, ground in (("dark", f"#2020{group + 16:02x}"), ("light", f"#e0e0{group + 160:02x}")):
            address = f"https://p/{group}{kind}"
            client.pictures.at[address] = plain(ground)
            status = Status.ENABLED if group < 10 else Status.PAUSED
            ad = creative(f"{kind}{group}", campaign, kind, image_url=address, status=status)
            ads.append(ad.model_copy(update={"ad_group_id": EntityId(f"meta:g{group}")}))
            clicks = (260 if kind == "light" else 200) + group % 7
            await client.has(*days(ad.id, 5, level=Level.AD, campaign=campaign, clicks=clicks))
    await client.stores.market.save_creatives(OURS, ads)
    table = await client.call(creative_images, limit=50)
    assert "On 50 own tests, brightness went with more clicks (an association)" in table["headline"]
    assert len(table["rows"]) == 20
    lifts = {row["creative"]: row["lift"] for row in table["rows"]}
    assert lifts["dark"].startswith("-")
    assert not lifts["light"].startswith("-")
    assert not any("unvalidated" in warning for warning in table["warnings"])


async def test_a_picture_that_cannot_be_fetched_is_counted_not_fatal(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    ads = [
        creative("a1", campaign, "Ad", image_url="https://p/1"),
        creative("a2", campaign, "Evil", image_url="http://169.254.169.254/"),
        creative("a3", campaign, "Broken", image_url="https://p/3"),
    ]
    client.pictures.at = {"https://p/1": plain(), "https://p/3": b"<svg/>"}
    await client.stores.market.save_creatives(OURS, ads)
    table = await client.call(creative_images)
    assert [row["creative_id"] for row in table["rows"]] == ["meta:a1"]
    assert any("2 pictures could not be read" in warning for warning in table["warnings"])


async def test_other_tenants_pictures_are_not_seen(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    ad = creative("a1", campaign, "Ad", image_url="https://p/1")
    client.pictures.at = {"https://p/1": plain()}
    await client.stores.market.save_creatives(TenantId("t_other"), [ad])
    assert (await client.call(creative_images))["code"] == "bad_input"
