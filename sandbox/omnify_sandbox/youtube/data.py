"""YouTube Data API v3: videos, channels, search and the uploads of the channel."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from omnify_sandbox.youtube.channel import ChannelView, Item
from omnify_sandbox.youtube.errors import YouTubeProblem, invalid, missing, not_served
from omnify_sandbox.youtube.query import Query

_MOST = 50


def videos(view: ChannelView, query: Query) -> dict[str, Any]:
    parts = query.parts("videos")
    if not query.texts("id"):
        if query.text("chart") or query.text("myRating"):
            raise not_served("list videos by chart or rating")
        raise missing("No filter selected. Expected one of: id, chart, myRating", "parameters.")
    ids = query.texts("id")
    if len(ids) > _MOST:
        raise invalid("The request specifies an invalid filter parameter: too many ids.", "id")
    items = [view.video(id_, parts) for id_ in dict.fromkeys(ids) if id_ in view.ads]
    info = {"totalResults": len(items), "resultsPerPage": len(items)}
    return {"kind": "youtube#videoListResponse", "etag": "etag-videos", "items": items, "pageInfo": info}


def channels(view: ChannelView, query: Query) -> dict[str, Any]:
    parts = query.parts("channels")
    if query.flag("mine") == bool(query.texts("id")):
        raise missing("No filter selected. Expected one of: mine, id", "parameters.")
    is_shown = query.flag("mine") or view.id in query.texts("id")
    items = [view.channel(parts)] if is_shown else []
    info = {"totalResults": len(items), "resultsPerPage": 5}
    return {"kind": "youtube#channelListResponse", "etag": "etag-channels", "pageInfo": info, "items": items}


def search(view: ChannelView, query: Query) -> dict[str, Any]:
    """Of one's own videos only: nobody else is on this YouTube."""
    query.parts("search")
    if query.flag("forMine") and query.texts("type") != ["video"]:
        raise YouTubeProblem(
            400,
            "The forMine parameter can only be set to true with type=video.",
            reason="incompatibleParameters",
            domain="youtube.parameter",
            location="forMine",
        )
    if not query.flag("forMine") and query.text("channelId") != view.id:
        raise not_served("search beyond the advertiser's own channel")
    word = query.text("q").lower()
    found = [view.found(id_) for id_ in view.ads]
    found = [item for item in found if word in item["snippet"]["title"].lower()]
    if query.text("order") in ("", "date", "relevance"):
        found.sort(key=lambda item: item["snippet"]["publishedAt"], reverse=True)
    return _paged("youtube#searchListResponse", found, query, default=5)


def playlist_items(view: ChannelView, query: Query) -> dict[str, Any]:
    parts = query.parts("playlistItems")
    if query.text("playlistId") != view.uploads:
        raise YouTubeProblem(
            404,
            "The playlist identified with the request's playlistId parameter cannot be found.",
            reason="playlistNotFound",
            domain="youtube.playlistItem",
            location="playlistId",
        )
    items = [view.uploaded(id_, place, parts) for place, id_ in enumerate(view.ads)]
    return _paged("youtube#playlistItemListResponse", items, query, default=5)


METHODS = {
    "youtube/v3/videos": videos,
    "youtube/v3/channels": channels,
    "youtube/v3/search": search,
    "youtube/v3/playlistItems": playlist_items,
}


def _paged(kind: str, items: list[Item], query: Query, *, default: int) -> dict[str, Any]:
    size = query.number("maxResults", default, 0, _MOST)
    start = _start(query.text("pageToken"))
    end = start + size
    body: dict[str, Any] = {"kind": kind, "etag": f"etag-{start}"}
    if size and end < len(items):
        body["nextPageToken"] = base64.urlsafe_b64encode(f"yt:{end}".encode()).decode()
    info = {"totalResults": len(items), "resultsPerPage": size}
    return body | {"pageInfo": info, "items": items[start:end]}


def _start(token: str) -> int:
    if not token:
        return 0
    try:
        held, _, start = base64.urlsafe_b64decode(token.encode()).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        held, start = "", ""
    if held != "yt" or not start.isdigit():
        raise YouTubeProblem(
            400,
            "The request specifies an invalid page token.",
            reason="invalidPageToken",
            domain="youtube.parameter",
            location="pageToken",
        )
    return int(start)
