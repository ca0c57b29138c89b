"""YouTube: the Data and Analytics APIs of the advertiser's channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from omnify_sandbox.videos import video_id
from omnify_sandbox.youtube.contract import parts_of
from tests.builders.sandbox_youtube import YouTubeWire, open_youtube

ASKED = {
    "ids": "channel==MINE",
    "startDate": "2026-11-01",
    "endDate": "2026-11-23",
    "metrics": "views,estimatedMinutesWatched",
    "dimensions": "day",
}


@pytest.fixture
async def wire() -> AsyncIterator[YouTubeWire]:
    async with open_youtube() as opened:
        yield opened


def reason(body: dict[str, Any]) -> tuple[int, str]:
    return body["error"]["code"], body["error"]["errors"][0]["reason"]


async def test_the_channel_counts_in_texts(wire: YouTubeWire) -> None:
    reply = await wire.get("youtube/v3/channels", part="snippet,statistics,contentDetails", mine="true")
    (channel,) = reply.json()["items"]
    assert channel["statistics"]["videoCount"] == str(len(wire.stage.catalog.ads))
    assert int(channel["statistics"]["viewCount"]) > 10_000
    uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
    items = await wire.get("youtube/v3/playlistItems", part="contentDetails", playlistId=uploads)
    assert items.json()["pageInfo"]["totalResults"] == len(wire.stage.catalog.ads)


async def test_videos_show_the_parts_asked_for(wire: YouTubeWire) -> None:
    ids = [video_id(ad) for ad in wire.stage.catalog.ads[:2]]
    reply = await wire.get("youtube/v3/videos", part="statistics", id=",".join([*ids, "nobodys"]))
    items = reply.json()["items"]
    assert [item["id"] for item in items] == ids
    assert set(items[0]) == {"kind", "etag", "id", "statistics"}
    assert all(isinstance(value, str) for value in items[0]["statistics"].values())


async def test_search_pages_through_ones_own_videos(wire: YouTubeWire) -> None:
    params = {"part": "snippet", "forMine": "true", "type": "video", "maxResults": "5"}
    seen: list[str] = []
    pages = 0
    token: dict[str, str] = {}
    while True:
        body = (await wire.get("youtube/v3/search", **params, **token)).json()
        seen += [item["id"]["videoId"] for item in body["items"]]
        pages += 1
        if "nextPageToken" not in body:
            break
        token = {"pageToken": body["nextPageToken"]}
    assert len(seen) == len(set(seen)) == len(wire.stage.catalog.ads) == 5 * pages


@pytest.mark.parametrize(
    ("path", "params", "code", "why"),
    [
        ("videos", {"part": "snippet"}, 400, "missingRequiredParameter"),
        ("videos", {"id": "x"}, 400, "missingRequiredParameter"),
        ("videos", {"part": "stats", "id": "x"}, 400, "unknownPart"),
        ("videos", {"part": "snippet", "ids": "x"}, 400, "invalid"),
        ("channels", {"part": "snippet"}, 400, "missingRequiredParameter"),
        ("channels", {"part": "snippet", "mine": "yes"}, 400, "invalidParameter"),
        ("search", {"part": "snippet", "forMine": "true"}, 400, "incompatibleParameters"),
        (
            "search",
            {"part": "snippet", "forMine": "true", "type": "video", "maxResults": "51"},
            400,
            "invalidParameter",
        ),
        (
            "search",
            {"part": "snippet", "forMine": "true", "type": "video", "pageToken": "x"},
            400,
            "invalidPageToken",
        ),
        ("playlistItems", {"part": "snippet", "playlistId": "PLx"}, 404, "playlistNotFound"),
    ],
)
async def test_questions_that_the_data_api_refuses(
    wire: YouTubeWire, path: str, params: dict[str, str], code: int, why: str
) -> None:
    reply = await wire.get(f"youtube/v3/{path}", **params)
    assert reply.status_code == code
    assert reason(reply.json()) == (code, why)


async def test_analytics_are_a_table_two_days_behind(wire: YouTubeWire) -> None:
    table = (await wire.get("v2/reports", **ASKED)).json()
    assert table["columnHeaders"][:2] == [
        {"name": "day", "columnType": "DIMENSION", "dataType": "STRING"},
        {"name": "views", "columnType": "METRIC", "dataType": "INTEGER"},
    ]
    assert [row[0] for row in table["rows"]][-1] == "2026-11-20"
    whole = (await wire.get("v2/reports", **{**ASKED, "dimensions": ""})).json()
    assert whole["rows"][0][0] == sum(row[1] for row in table["rows"])


async def test_the_most_watched_videos(wire: YouTubeWire) -> None:
    top = {**ASKED, "dimensions": "video", "sort": "-views", "maxResults": "3"}
    rows = (await wire.get("v2/reports", **top)).json()["rows"]
    views = [row[1] for row in rows]
    assert (len(rows), views) == (3, sorted(views, reverse=True))
    only = {**ASKED, "dimensions": "", "filters": f"video=={rows[0][0]}"}
    assert (await wire.get("v2/reports", **only)).json()["rows"][0][0] == views[0]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"metrics": "view"}, 400),
        ({"dimensions": "day,video"}, 400),
        ({"dimensions": "video"}, 400),
        ({"startDate": "2026-11-31"}, 400),
        ({"startDate": "20261101"}, 400),
        ({"ids": "channel==UCsomebody"}, 403),
        ({"sort": "likes"}, 400),
        ({"start-date": "2026-11-01"}, 400),
    ],
)
async def test_reports_that_analytics_refuses(wire: YouTubeWire, changes: dict[str, str], code: int) -> None:
    assert (await wire.get("v2/reports", **{**ASKED, **changes})).status_code == code


async def test_both_apis_want_a_live_token(wire: YouTubeWire) -> None:
    for path in ("youtube/v3/channels?part=snippet&mine=true", "v2/reports"):
        reply = await wire.sandbox.http.get(f"/youtube-ads/{path}")
        assert reason(reply.json()) == (401, "authError")


@pytest.mark.parametrize(
    ("kind", "status", "why"),
    [
        ("rate_limit", 403, "quotaExceeded"),
        ("server_error", 500, "backendError"),
        ("expired_token", 401, "authError"),
    ],
)
async def test_planned_faults_are_in_the_channels_own_envelope(
    wire: YouTubeWire, kind: str, status: int, why: str
) -> None:
    await wire.headers()
    await wire.sandbox.control("POST", "faults", {"kind": kind, "platform": "youtube"})
    reply = await wire.get("youtube/v3/channels", part="snippet", mine="true")
    assert reply.status_code == status
    assert reason(reply.json())[1] == why


async def test_items_have_the_parts_of_the_contract(wire: YouTubeWire) -> None:
    ids = ",".join(video_id(ad) for ad in wire.stage.catalog.ads)
    for resource, params in (("videos", {"id": ids}), ("channels", {"mine": "true"})):
        parts = ",".join(part for part in parts_of(resource))
        reply = await wire.get(f"youtube/v3/{resource}", part=parts, **params)
        for item in reply.json()["items"]:
            assert set(item) <= {*parts_of(resource), "kind", "etag"}
            assert {"snippet", "statistics", "contentDetails"} <= set(item)
