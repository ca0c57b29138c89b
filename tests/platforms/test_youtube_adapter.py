"""YouTube's campaigns in Google Ads, and the channel behind them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnify_core.campaigns import AD_LEVELS, Level, Status
from omnify_core.errors import PlatformNotFound, PlatformRejected
from omnify_core.money import Money
from omnify_platforms import google_rows
from omnify_platforms.google_rows import of_youtube
from omnify_platforms.youtube import YouTubeAds
from tests.builders.contract_files import contract
from tests.builders.platform_wire import GOOGLE_TOKEN, Rig, account, json_reply, status_leg
from tests.builders.youtube_wire import (
    BUDGET,
    YOUTUBE,
    at_level,
    campaign,
    connection,
    currency,
    desk,
    kind,
    leg,
    results,
    written,
)

ONLY = "campaign.advertising_channel_type IN ('DEMAND_GEN', 'VIDEO')"
CURRENCIES = ["USD", "EUR", "JPY", "KRW", "CLP", "KWD", "BHD"]


def channel_of(at: Rig) -> Any:
    assert isinstance(at.ads, YouTubeAds)
    return at.ads.channel


def test_queries_of_campaigns_and_below_are_narrowed_and_others_are_not() -> None:
    for query in (google_rows.CAMPAIGNS, google_rows.AD_GROUPS, google_rows.ADS):
        head, fields = of_youtube(query).split(" ORDER BY ")
        assert head.endswith(f" AND {ONLY}")
        assert query.endswith(fields)
    assert of_youtube("SELECT campaign.id FROM campaign") == f"SELECT campaign.id FROM campaign WHERE {ONLY}"
    assert of_youtube(google_rows.ACCOUNTS) == google_rows.ACCOUNTS
    assert of_youtube(google_rows.CURRENCY) == google_rows.CURRENCY


async def test_every_id_is_youtube_s_own() -> None:
    group = {"adGroup": {"id": "3", "name": "US", "status": "ENABLED"}, "campaign": {"id": "1201"}}
    ad = group | {"adGroupAd": {"status": "PAUSED", "ad": {"id": "4", "name": "Demo"}}}
    day = {"segments": {"date": "2026-10-01"}, "metrics": {"impressions": "10", "costMicros": "1230000"}}
    at = desk(results(campaign()), results(group), results(ad), results(ad | day))
    (found,) = [row async for row in at.ads.campaigns(account(YOUTUBE))]
    (in_group,) = [row async for row in at.ads.ad_groups(account(YOUTUBE))]
    (shown,) = [row async for row in at.ads.creatives(account(YOUTUBE))]
    days = at.ads.daily_metrics(account(YOUTUBE), Level.AD, date(2026, 10, 1), date(2026, 10, 1))
    (figures,) = [row async for row in days]
    assert (found.id, found.ref.platform, found.objective) == ("youtube:1201", YOUTUBE, "DEMAND_GEN")
    assert (in_group.id, in_group.campaign_id) == ("youtube:3", "youtube:1201")
    assert (shown.id, shown.ad_group_id, shown.campaign_id) == ("youtube:4", "youtube:3", "youtube:1201")
    assert (figures.entity_id, figures.campaign_id, figures.platform) == (
        "youtube:4",
        "youtube:1201",
        YOUTUBE,
    )
    assert figures.spend == Money(123, "USD")
    assert all(ONLY in at.script.body(index)["query"] for index in range(4))


async def test_accounts_are_google_s_under_youtube_s_name() -> None:
    client = {"id": "501", "descriptiveName": "TechFlow", "currencyCode": "USD", "status": "ENABLED"}
    at = desk(results({"customerClient": client | {"timeZone": "America/New_York"}}))
    (found,) = await at.ads.accounts()
    assert (found.platform, found.account_id) == (YOUTUBE, "501")
    assert ONLY not in at.script.body()["query"]


async def test_a_demand_gen_budget_is_rehearsed_and_written_in_micros() -> None:
    at = desk(kind(), currency(), written(), written())
    assert await at.ads.dry_run(leg()) == (
        "YouTube Ads validated 100.00 USD → 120.50 USD (validateOnly); nothing was carried out"
    )
    await at.ads.write(leg(), key="k")
    assert at.script.paths[-1] == "/v26/customers/501/campaignBudgets:mutate"
    update = {"resourceName": BUDGET, "amountMicros": "120500000"}
    operations = [{"update": update, "updateMask": "amountMicros"}]
    assert at.script.body(2) == {"operations": operations, "validateOnly": True}
    assert at.script.body(3) == {"operations": operations, "validateOnly": False}


@given(st.integers(min_value=1, max_value=10**12), st.sampled_from(CURRENCIES))
async def test_every_budget_survives_the_wire_both_ways(minor: int, code: str) -> None:
    after = Money(minor, code)
    at = desk(kind(), currency(code), written())
    await at.ads.write(leg(after.amount, code), key="k")
    sent = at.script.body()["operations"][0]["update"]["amountMicros"]
    row = campaign() | {"campaignBudget": {"amountMicros": sent}, "customer": {"currencyCode": code}}
    assert (await desk(results(row)).ads.read(at_level())).daily_budget == after


async def test_video_campaigns_are_read_and_never_changed() -> None:
    at = desk(results(campaign(channel_type="VIDEO")))
    (found,) = [row async for row in at.ads.campaigns(account(YOUTUBE))]
    assert found.objective == "VIDEO"
    for attempt in (leg(), status_leg(YOUTUBE)):
        at = desk(kind("VIDEO"))
        with pytest.raises(PlatformRejected, match="in Google Ads"):
            await at.ads.write(attempt, key="k")
        assert len(at.script.asked) == 1
        with pytest.raises(PlatformRejected, match="reads VIDEO campaigns"):
            await at.ads.dry_run(attempt)


@pytest.mark.parametrize("level", AD_LEVELS)
async def test_a_campaign_s_kind_is_asked_once_at_every_level(level: Level) -> None:
    names = {
        Level.CAMPAIGN: ("campaign", "campaigns/1201"),
        Level.AD_GROUP: ("adGroup", "adGroups/1201"),
        Level.AD: ("adGroupAd", "adGroupAds/3~1201"),
    }
    row, name = names[level][0], f"customers/501/{names[level][1]}"
    entity = results({row: {"resourceName": name, "status": "ENABLED"}})
    at = desk(kind(), entity, written(name), entity, written(name))
    await at.ads.write(status_leg(YOUTUBE, Status.PAUSED, level), key="k")
    await at.ads.write(status_leg(YOUTUBE, Status.ENABLED, level), key="k")
    assert at.script.body()["operations"][0]["update"] == {"resourceName": name, "status": "ENABLED"}


async def test_a_campaign_of_another_channel_is_not_found() -> None:
    with pytest.raises(PlatformNotFound, match="no YouTube campaign 1201"):
        await desk(results()).ads.write(leg(), key="k")
    with pytest.raises(PlatformNotFound):
        await desk(results()).ads.read(at_level())


async def test_the_channel_s_own_figures() -> None:
    statistics = {"viewCount": "1234", "subscriberCount": "56", "videoCount": "7"}
    channel = {"id": "UC1", "snippet": {"title": "TechFlow"}, "statistics": statistics}
    hidden = {"id": "UC2", "statistics": statistics | {"hiddenSubscriberCount": True}}
    at = desk(json_reply({"items": [channel, hidden]}))
    first, second = await channel_of(at).channels()
    assert (first.title, first.views, first.subscribers, first.videos) == ("TechFlow", 1234, 56, 7)
    assert second.subscribers is None
    request = at.script.asked[0]
    assert (request.url.path, request.url.params["mine"]) == ("/youtube/v3/channels", "true")
    assert request.headers["authorization"] == f"Bearer {GOOGLE_TOKEN}"
    assert "developer-token" not in request.headers


async def test_videos_are_found_page_by_page_and_then_described() -> None:
    def hit(video: str) -> dict[str, Any]:
        return {"id": {"kind": "youtube#video", "videoId": video}}

    def video(native_id: str) -> dict[str, Any]:
        return {
            "id": native_id,
            "snippet": {"title": "Demo", "publishedAt": "2026-10-01T12:00:00Z"},
            "statistics": {"viewCount": "90", "likeCount": "8"},
            "contentDetails": {"duration": "PT1M30S"},
            "status": {"privacyStatus": "public"},
        }

    at = desk(
        json_reply({"items": [hit("a"), hit("b")], "nextPageToken": "t2"}),
        json_reply({"items": [video("a"), video("b")]}),
        json_reply({"items": []}),
    )
    found = [row async for row in channel_of(at).videos()]
    assert [(v.id, v.views, v.likes, v.comments, v.duration) for v in found] == [
        ("a", 90, 8, 0, "PT1M30S"),
        ("b", 90, 8, 0, "PT1M30S"),
    ]
    assert found[0].published_at == datetime(2026, 10, 1, 12, tzinfo=UTC)
    assert at.script.asked[1].url.params["id"] == "a,b"
    assert at.script.asked[2].url.params["pageToken"] == "t2"


async def test_views_by_day_and_by_video_are_read_by_column_name() -> None:
    def report(dimension: str, *rows: list[Any]) -> Any:
        names = ("views", dimension, "estimatedMinutesWatched")
        headers = [{"name": name, "columnType": "METRIC", "dataType": "INTEGER"} for name in names]
        return json_reply({"columnHeaders": headers, "rows": list(rows)})

    empty = json_reply({"columnHeaders": []})
    at = desk(report("day", [12, "2026-10-01", 34]), report("video", [5, "a", 6]), empty)
    channel, since, until = channel_of(at), date(2026, 10, 1), date(2026, 10, 7)
    (day,) = await channel.daily_views(since, until)
    (video,) = await channel.most_viewed(since, until, limit=10)
    assert (day.of, day.views, day.minutes) == ("2026-10-01", 12, 34)
    assert (video.of, video.views) == ("a", 5)
    assert await channel.daily_views(since, until) == []
    params = at.script.asked[0].url.params
    assert (params["ids"], params["dimensions"], params["endDate"]) == ("channel==MINE", "day", "2026-10-07")


async def test_google_s_real_hosts_for_data_and_analytics_are_known() -> None:
    real = connection(base_url="https://googleads.googleapis.com/v26")
    at = desk(json_reply({"items": []}), json_reply({}), using=real)
    await channel_of(at).channels()
    await channel_of(at).daily_views(date(2026, 10, 1), date(2026, 10, 1))
    hosts = [request.url.host for request in at.script.asked]
    assert hosts == ["youtube.googleapis.com", "youtubeanalytics.googleapis.com"]


async def test_channel_calls_name_only_what_the_discovery_documents_name() -> None:
    data = contract("youtube/youtube.v3.discovery.subset.json")["resources"]
    analytics = contract("youtube/youtubeAnalytics.v2.discovery.subset.json")["resources"]
    at = desk(
        json_reply({}),
        json_reply({"items": [{"id": {"videoId": "a"}}]}),
        json_reply({}),
        json_reply({}),
        json_reply({}),
    )
    channel = channel_of(at)
    await channel.channels()
    assert [row async for row in channel.videos()] == []
    await channel.daily_views(date(2026, 10, 1), date(2026, 10, 1))
    await channel.most_viewed(date(2026, 10, 1), date(2026, 10, 1))
    for request in at.script.asked:
        resource = request.url.path.rsplit("/", 1)[1]
        methods = analytics if resource == "reports" else data
        known = methods[resource]["methods"]["query" if resource == "reports" else "list"]["parameters"]
        assert set(request.url.params) <= set(known)
        assert {name for name, field in known.items() if field.get("required")} <= set(request.url.params)


def test_the_channel_types_are_words_of_google_ads() -> None:
    words = contract("google_ads/enums_v26.json")["enums.AdvertisingChannelTypeEnum.AdvertisingChannelType"]
    assert set(re.findall(r"'(\w+)'", ONLY)) <= set(words)


def test_every_field_that_is_asked_for_exists() -> None:
    messages = contract("google_ads/messages_v26.json")["messages"]
    asked = [google_rows.ACCOUNTS, google_rows.CAMPAIGNS, google_rows.AD_GROUPS, google_rows.ADS]
    for level in AD_LEVELS:
        asked.append(google_rows.figures_query(level, date(2026, 10, 1), date(2026, 10, 1)))
        asked.append(google_rows.state_query(level, "1201"))
    for path in {
        path for query in asked for path in re.findall(r"[a-z_]+(?:\.[a-z_0-9]+)+", of_youtube(query))
    }:
        kind = "services.GoogleAdsRow"
        for step in path.split("."):
            assert step in messages[kind], path
            kind = messages[kind][step]["t"]
