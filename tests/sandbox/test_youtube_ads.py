"""YouTube: its campaigns over the Google Ads API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from omnify_sandbox.market import Market
from tests.builders.contract_shapes import google_faults
from tests.builders.sandbox_wire import US_CUSTOMER, days_ago, open_wire, sandbox_config
from tests.builders.sandbox_youtube import CUSTOMER, YouTubeWire, open_youtube

WEEK = f"segments.date BETWEEN '{days_ago(7)}' AND '{days_ago(1)}'"
CAMPAIGN = (
    "SELECT campaign.id, campaign.resource_name, campaign.status, campaign.advertising_channel_type, "
    "campaign_budget.resource_name, campaign_budget.amount_micros FROM campaign"
)


@pytest.fixture
async def wire() -> AsyncIterator[YouTubeWire]:
    async with open_youtube() as opened:
        yield opened


async def first(wire: YouTubeWire, channel: str = "DEMAND_GEN") -> dict[str, Any]:
    return (await wire.rows(f"{CAMPAIGN} WHERE campaign.advertising_channel_type = '{channel}'"))[0]


def codes(body: dict[str, Any]) -> list[dict[str, str]]:
    return [error["errorCode"] for error in body["error"]["details"][0]["errors"]]


async def test_tokens_are_googles_with_youtubes_scopes(wire: YouTubeWire) -> None:
    body = (await wire.token()).json()
    assert "refresh_token" not in body
    assert body["scope"].split() == [
        f"https://www.googleapis.com/auth/{name}"
        for name in ("adwords", "youtube.readonly", "yt-analytics.readonly")
    ]
    assert (await wire.token(refresh_token="x")).json()["error"] == "invalid_grant"


async def test_each_connection_reaches_its_own_accounts_only(wire: YouTubeWire) -> None:
    body, own = {"query": "SELECT customer.id FROM customer"}, await wire.headers()
    other = await wire.sandbox.google_headers()
    post = wire.sandbox.http.post
    youtube, google = "/youtube-ads/v26/customers", "/google-ads/v26/customers"
    search = "googleAds:search"
    mixed = {**other, "Authorization": own["Authorization"]}
    assert (await post(f"{google}/{US_CUSTOMER}/{search}", json=body, headers=mixed)).status_code == 401
    mixed = {**own, "Authorization": other["Authorization"]}
    assert (await post(f"{youtube}/{CUSTOMER}/{search}", json=body, headers=mixed)).status_code == 401
    assert (await post(f"{youtube}/{US_CUSTOMER}/{search}", json=body, headers=own)).status_code == 403
    listed = await wire.sandbox.http.get(f"{youtube}:listAccessibleCustomers", headers=own)
    assert listed.json() == {"resourceNames": [f"customers/{wire.own['login_customer_id']}"]}


async def test_five_campaigns_four_of_them_demand_gen(wire: YouTubeWire) -> None:
    rows = await wire.rows(CAMPAIGN)
    channels = [row["campaign"]["advertisingChannelType"] for row in rows]
    assert sorted(channels) == ["DEMAND_GEN"] * 4 + ["VIDEO"]


async def test_google_still_has_its_26(wire: YouTubeWire) -> None:
    rows = await wire.sandbox.rows("SELECT campaign.id FROM campaign")
    ids = {row["campaign"]["id"] for row in rows}
    assert ids.isdisjoint(row["campaign"]["id"] for row in await wire.rows(CAMPAIGN))
    assert len(ids) == 15


async def test_views_are_metrics_under_their_new_names(wire: YouTubeWire) -> None:
    names = "metrics.impressions, metrics.video_trueview_views, metrics.trueview_average_cpv"
    rows = await wire.rows(f"SELECT campaign.id, segments.date, {names} FROM campaign WHERE {WEEK}")
    assert all(0 < int(r["metrics"]["videoTrueviewViews"]) < int(r["metrics"]["impressions"]) for r in rows)
    assert [faults for row in rows if (faults := google_faults(row))] == []
    old = await wire.ads("googleAds:search", {"query": "SELECT metrics.video_views FROM campaign"})
    assert codes(old.json()) == [{"queryError": "UNRECOGNIZED_FIELD"}]


async def test_an_ad_leads_to_its_video(wire: YouTubeWire) -> None:
    part = "ad_group_ad.ad.demand_gen_video_responsive_ad"
    ads = await wire.rows(
        f"SELECT ad_group_ad.ad.id, ad_group_ad.ad.type, {part}.videos, {part}.headlines FROM ad_group_ad "
        "WHERE campaign.advertising_channel_type = 'DEMAND_GEN'"
    )
    assert {row["adGroupAd"]["ad"]["type"] for row in ads} == {"DEMAND_GEN_VIDEO_RESPONSIVE_AD"}
    asset = ads[0]["adGroupAd"]["ad"]["demandGenVideoResponsiveAd"]["videos"][0]["asset"]
    (row,) = await wire.rows(
        f"SELECT asset.youtube_video_asset.youtube_video_id FROM asset WHERE asset.resource_name = '{asset}'"
    )
    video = row["asset"]["youtubeVideoAsset"]["youtubeVideoId"]
    found = await wire.get("youtube/v3/videos", part="snippet", id=video)
    assert [item["id"] for item in found.json()["items"]] == [video]


async def test_a_budget_is_changed_and_read_back(wire: YouTubeWire) -> None:
    name = (await first(wire))["campaignBudget"]["resourceName"]
    operation = {"update": {"resourceName": name, "amountMicros": "123450000"}, "updateMask": "amountMicros"}
    reply = await wire.ads("campaignBudgets:mutate", {"operations": [operation]})
    assert reply.json() == {"results": [{"resourceName": name}]}
    assert (await first(wire))["campaignBudget"]["amountMicros"] == "123450000"
    (write,) = await wire.sandbox.writes()
    assert (write["platform"], write["account"], write["after"]) == ("youtube", CUSTOMER, 12_345)
    assert write["object"].startswith("campaign_budget/")


@pytest.mark.parametrize(("channel", "status"), [("DEMAND_GEN", 200), ("VIDEO", 400)])
async def test_demand_gen_is_paused_and_video_is_read_only(
    wire: YouTubeWire, channel: str, status: int
) -> None:
    name = (await first(wire, channel))["campaign"]["resourceName"]
    operation = {"update": {"resourceName": name, "status": "PAUSED"}, "updateMask": "status"}
    reply = await wire.ads("campaigns:mutate", {"operations": [operation]})
    assert reply.status_code == status
    if status == 200:
        assert (await first(wire, channel))["campaign"]["status"] == "PAUSED"
    else:
        assert codes(reply.json()) == [{"mutateError": "MUTATE_NOT_ALLOWED"}]
        assert await wire.sandbox.writes() == []


@pytest.mark.parametrize(
    ("kind", "status"), [("rate_limit", 429), ("server_error", 500), ("expired_token", 401)]
)
async def test_planned_faults_are_googles_on_the_ads_api(wire: YouTubeWire, kind: str, status: int) -> None:
    await wire.headers()
    await wire.sandbox.control("POST", "faults", {"kind": kind, "platform": "youtube"})
    reply = await wire.ads("googleAds:search", {"query": CAMPAIGN})
    assert reply.status_code == status
    assert "details" in reply.json()["error"]


async def test_revoked_consent_of_one_platform_leaves_the_other(wire: YouTubeWire) -> None:
    await wire.sandbox.control("POST", "faults", {"kind": "revoked", "platform": "youtube"})
    assert (await wire.token()).status_code == 400
    assert (await wire.sandbox.refresh()).status_code == 200


async def test_a_restarted_market_remembers_youtube(tmp_path: Path) -> None:
    config = sandbox_config(path=tmp_path / "log.jsonl")
    async with open_wire(Market(config)) as opened:
        wire = YouTubeWire(opened)
        campaign = (await first(wire))["campaign"]["resourceName"]
        operation = {"update": {"resourceName": campaign, "status": "PAUSED"}, "updateMask": "status"}
        await wire.ads("campaigns:mutate", {"operations": [operation]})
        await opened.control("POST", "advance", {"days": 1})
        before = await YouTubeWire(opened).rows(
            f"SELECT campaign.id, metrics.cost_micros FROM campaign WHERE {WEEK}"
        )
    async with open_wire(Market(config)) as opened:
        wire = YouTubeWire(opened)
        assert (await first(wire))["campaign"]["status"] == "PAUSED"
        again = await wire.rows(f"SELECT campaign.id, metrics.cost_micros FROM campaign WHERE {WEEK}")
    assert again == before
