"""A YouTube channel and its videos, from the Data API v3 and the Analytics API v2."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime
from urllib.parse import urlsplit

from omnify_core.campaigns import Frozen, Platform
from omnify_platforms.connections import Connection
from omnify_platforms.rows import Row
from omnify_platforms.transport import Call, Transport

YOUTUBE = Platform.YOUTUBE
_ADS_HOST = "googleads.googleapis.com"
_DATA, _ANALYTICS = "https://youtube.googleapis.com", "https://youtubeanalytics.googleapis.com"
_PAGE = "50"
_VIDEO_PARTS = "snippet,statistics,contentDetails,status"
_VIEWS = ("views", "estimatedMinutesWatched")


class Channel(Frozen):
    """`subscribers` is None where the owner hides the count."""

    id: str
    title: str
    subscribers: int | None
    views: int
    videos: int


class Video(Frozen):
    """`duration` is ISO 8601, such as 'PT1M30S'. The title is the owner's text: data."""

    id: str
    title: str
    published_at: datetime | None
    duration: str
    privacy: str
    views: int
    likes: int
    comments: int


class Watching(Frozen):
    """How much was watched, of one day or of one video: `of` is the ISO day or the video's id."""

    of: str
    views: int
    minutes: int


class YouTubeChannel:
    """Reads of the channels that the connected user owns; nothing here writes."""

    def __init__(self, transport: Transport, connection: Connection) -> None:
        self._transport = transport
        self._data, self._analytics = _places(connection.base_url)

    async def channels(self) -> list[Channel]:
        query = {"part": "snippet,statistics", "mine": "true", "maxResults": _PAGE}
        return [_channel_of(row) async for row in self._items("channels", query)]

    async def videos(self) -> AsyncIterator[Video]:
        """The newest 500, which is all that a search shows; 50 cost 101 units of a day's 10,000."""
        query = {"part": "snippet", "forMine": "true", "type": "video", "order": "date", "maxResults": _PAGE}
        async for page in self._pages("search", query):
            ids = ",".join(row.required("id.videoId") for row in page.rows("items"))
            if not ids:
                continue
            async for row in self._items("videos", {"part": _VIDEO_PARTS, "id": ids}):
                yield _video_of(row)

    async def daily_views(self, since: date, until: date) -> list[Watching]:
        return await self._report(since, until, dimensions="day", sort="day")

    async def most_viewed(self, since: date, until: date, *, limit: int = 50) -> list[Watching]:
        """By video, the most viewed first; Analytics gives 200 at most."""
        return await self._report(since, until, dimensions="video", sort="-views", maxResults=str(limit))

    async def _items(self, resource: str, query: dict[str, str]) -> AsyncIterator[Row]:
        async for page in self._pages(resource, query):
            for row in page.rows("items"):
                yield row

    async def _pages(self, resource: str, query: dict[str, str]) -> AsyncIterator[Row]:
        token = ""
        while True:
            asked = query | ({"pageToken": token} if token else {})
            call = Call(method="GET", path=f"{self._data}/youtube/v3/{resource}", query=asked)
            page = Row(YOUTUBE, await self._transport.read(call))
            yield page
            following = page.text("nextPageToken")
            if not following or following == token:
                return
            token = following

    async def _report(self, since: date, until: date, *, dimensions: str, **query: str) -> list[Watching]:
        query |= {"ids": "channel==MINE", "startDate": since.isoformat(), "endDate": until.isoformat()}
        query |= {"metrics": ",".join(_VIEWS), "dimensions": dimensions}
        call = Call(method="GET", path=f"{self._analytics}/v2/reports", query=query)
        report = Row(YOUTUBE, await self._transport.read(call))
        names = [header.text("name") for header in report.rows("columnHeaders")]
        return [_watching_of(cells, names, dimensions) for cells in report.raw("rows") or []]


def _places(base_url: str) -> tuple[str, str]:
    """Google has hosts of their own for Data and Analytics; elsewhere they lie beside the ads API."""
    if urlsplit(base_url).hostname == _ADS_HOST:
        return _DATA, _ANALYTICS
    root = base_url.removesuffix("/v26")
    return root, root


def _channel_of(row: Row) -> Channel:
    hidden = row.raw("statistics.hiddenSubscriberCount") is True
    return Channel(
        id=row.required("id"),
        title=row.text("snippet.title"),
        subscribers=None if hidden else row.count("statistics.subscriberCount"),
        views=row.count("statistics.viewCount"),
        videos=row.count("statistics.videoCount"),
    )


def _video_of(row: Row) -> Video:
    return Video(
        id=row.required("id"),
        title=row.text("snippet.title"),
        published_at=row.moment("snippet.publishedAt"),
        duration=row.text("contentDetails.duration"),
        privacy=row.text("status.privacyStatus"),
        views=row.count("statistics.viewCount"),
        likes=row.count("statistics.likeCount"),
        comments=row.count("statistics.commentCount"),
    )


def _watching_of(cells: object, names: list[str], dimension: str) -> Watching:
    values = cells if isinstance(cells, list) else []
    row = Row(YOUTUBE, dict(zip(names, values, strict=False)))
    return Watching(
        of=row.required(dimension),
        views=row.count("views"),
        minutes=row.count("estimatedMinutesWatched"),
    )
