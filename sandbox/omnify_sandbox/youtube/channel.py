"""The advertiser's channel: one video per ad, and what was watched of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from omnify_sandbox.catalog import Ad
from omnify_sandbox.figures import Figures
from omnify_sandbox.google.metrics import views_of
from omnify_sandbox.stage import Stage
from omnify_sandbox.videos import title_of, video_id, video_seconds

Item = dict[str, Any]
_SUBSCRIBERS = 18_400


class ChannelView:
    """Counts are those reported now."""

    def __init__(self, stage: Stage) -> None:
        self.ads: dict[str, Ad] = {video_id(ad): ad for ad in stage.catalog.ads}
        self._stage = stage
        self.id = stage.advertiser.channel
        self.uploads = f"UU{self.id[2:]}"
        self._title = stage.advertiser.name
        self._whole: Figures | None = None

    def views(self, ad: Ad) -> int:
        if self._whole is None:
            self._whole = self._stage.figures(date.min, date.max)
        return sum(views_of(sums) for sums in self._whole.by_day([ad.index]))

    def video(self, id_: str, parts: list[str]) -> Item:
        ad = self.ads[id_]
        item: Item = {"kind": "youtube#video", "etag": _etag(id_), "id": id_}
        if "snippet" in parts:
            item["snippet"] = {**self._snippet(ad), "categoryId": "28", "tags": ["automation", "workflow"]}
        if "contentDetails" in parts:
            item["contentDetails"] = {
                "duration": f"PT{video_seconds(ad)}S",
                "dimension": "2d",
                "definition": "hd",
                "caption": "false",
                "licensedContent": False,
                "projection": "rectangular",
            }
        if "statistics" in parts:
            views = self.views(ad)
            item["statistics"] = {
                "viewCount": str(views),
                "likeCount": str(views // 180),
                "favoriteCount": "0",
                "commentCount": str(views // 2_400),
            }
        if "status" in parts:
            item["status"] = {
                "uploadStatus": "processed",
                "privacyStatus": "unlisted",
                "license": "youtube",
                "embeddable": True,
                "publicStatsViewable": True,
                "madeForKids": False,
            }
        return item

    def channel(self, parts: list[str]) -> Item:
        item: Item = {"kind": "youtube#channel", "etag": _etag(self.id), "id": self.id}
        if "snippet" in parts:
            item["snippet"] = {
                "title": self._title,
                "description": "Processes that run themselves.",
                "customUrl": f"@{self._title.lower().replace(' ', '')}",
                "publishedAt": "2019-04-02T15:00:00Z",
                "thumbnails": {},
                "country": "US",
            }
        if "contentDetails" in parts:
            item["contentDetails"] = {"relatedPlaylists": {"likes": "", "uploads": self.uploads}}
        if "statistics" in parts:
            item["statistics"] = {
                "viewCount": str(sum(self.views(ad) for ad in self.ads.values())),
                "subscriberCount": str(_SUBSCRIBERS),
                "hiddenSubscriberCount": False,
                "videoCount": str(len(self.ads)),
            }
        return item

    def found(self, id_: str) -> Item:
        snippet = {**self._snippet(self.ads[id_]), "publishTime": _published(self.ads[id_])}
        found = {"kind": "youtube#video", "videoId": id_}
        return {"kind": "youtube#searchResult", "etag": _etag(id_), "id": found, "snippet": snippet}

    def uploaded(self, id_: str, place: int, parts: list[str]) -> Item:
        item: Item = {"kind": "youtube#playlistItem", "etag": _etag(id_), "id": f"UEx{id_}"}
        if "snippet" in parts:
            resource = {"kind": "youtube#video", "videoId": id_}
            more = {"playlistId": self.uploads, "position": place, "resourceId": resource}
            item["snippet"] = {**self._snippet(self.ads[id_]), **more}
        if "contentDetails" in parts:
            published = _published(self.ads[id_])
            item["contentDetails"] = {"videoId": id_, "videoPublishedAt": published}
        return item

    def _snippet(self, ad: Ad) -> Item:
        return {
            "publishedAt": _published(ad),
            "channelId": self.id,
            "title": title_of(ad),
            "description": ad.body,
            "thumbnails": {},
            "channelTitle": self._title,
            "liveBroadcastContent": "none",
        }


def _published(ad: Ad) -> str:
    return f"{ad.started:%Y-%m-%d}T14:00:00Z"


def _etag(text: str) -> str:
    return f"etag-{text}"
