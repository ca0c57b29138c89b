"""YouTube Ads: the Demand Gen and video campaigns of Google Ads v26, and the channel behind them.

The Google Ads API reads video campaigns but does not change them; Demand Gen campaigns it changes
like any other. Where a tenant connects both, the Google connection leaves these campaigns to this one,
so that one campaign has one id.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from omnify_core.campaigns import AdAccount, EntityRef, Frozen, Level, Platform
from omnify_core.clock import Clock
from omnify_core.errors import PlatformNotFound, PlatformRejected
from omnify_core.legs import AnyLeg
from omnify_core.platform_ports import Action
from omnify_core.reads import PlainReads
from omnify_platforms import google
from omnify_platforms import google_rows as gaql
from omnify_platforms.connections import Connection
from omnify_platforms.google_kinds import DEMAND_GEN
from omnify_platforms.rows import digits
from omnify_platforms.transport import Call, Transport
from omnify_platforms.youtube_channel import YouTubeChannel
from omnify_platforms.youtube_errors import youtube_refusal

YOUTUBE = Platform.YOUTUBE
_CHANGEABLE = "DEMAND_GEN"
_REFUSED = {
    Action.KEYWORD: "Demand Gen campaigns have no keywords",
    Action.NEGATIVE_KEYWORD: "Demand Gen campaigns have no keywords",
    Action.BID: "Demand Gen campaigns choose each bid themselves; change the daily budget instead",
}


_ASSETS = (
    "SELECT asset.id, asset.name, asset.type, asset.youtube_video_asset.youtube_video_id FROM asset "
    "WHERE asset.type IN ('YOUTUBE_VIDEO', 'IMAGE') ORDER BY asset.id"
)


class Asset(Frozen):
    """`kind`: 'youtube_video' or 'image'; `video_id` is YouTube's own. The name is the owner's text: data."""

    id: str
    name: str
    kind: str
    video_id: str = ""


class YouTubeAds(google.GoogleAds):
    """One tenant's Google Ads accounts, their YouTube campaigns only; `channel` reads the videos."""

    platform = YOUTUBE
    kind = DEMAND_GEN
    capabilities = google.GoogleAds.capabilities.model_copy(
        update={
            "actions": tuple(action for action in Action if action not in _REFUSED),
            "refused": _REFUSED,
            "reads": ("audiences", "videos"),
            "reports": "GAQL search for campaigns; YouTube Analytics for the channel",
        }
    )

    def __init__(self, transport: Transport, connection: Connection, clock: Clock) -> None:
        super().__init__(transport, connection, clock)
        self.channel = YouTubeChannel(transport, connection)
        self._kinds: dict[EntityRef, str] = {}

    keywords = PlainReads.keywords
    search_terms = PlainReads.search_terms
    impression_shares = PlainReads.impression_shares

    async def assets(self, account: AdAccount) -> AsyncIterator[Asset]:
        """Videos and pictures that an ad can show, each by the id that an ad names it with."""
        async for row in self._customers.rows(account.account_id, _ASSETS):
            yield Asset(
                id=row.id("asset.id"),
                name=row.text("asset.name"),
                kind=row.required("asset.type").lower(),
                video_id=row.text("asset.youtubeVideoAsset.youtubeVideoId"),
            )

    async def _scoped(self, account_id: str, query: str) -> str:
        del account_id
        return gaql.of_youtube(query)

    async def _check(self, leg: AnyLeg) -> None:
        """Raises PlatformRejected for campaigns that Google's API only reads."""
        if leg.ref.level is Level.ACCOUNT:
            return
        kind = await self._kind_of(leg.ref)
        if kind != _CHANGEABLE:
            # As a refusal, so that nobody is asked to approve what cannot be carried out.
            raise PlatformRejected(
                f"Google's API reads {kind} campaigns but does not change them; "
                f"change {leg.name!r} in Google Ads",
                platform=YOUTUBE.value,
                field="campaign.advertising_channel_type",
            )

    async def _kind_of(self, ref: EntityRef) -> str:
        """The campaign's channel type, which never changes."""
        if ref not in self._kinds:
            query = gaql.channel_type_query(ref.level, digits(ref.native_id, "Google Ads id"))
            async for row in self._customers.rows(ref.account_id, query):
                self._kinds[ref] = row.required("campaign.advertisingChannelType")
        if ref not in self._kinds:
            raise PlatformNotFound(
                f"Google Ads account {ref.account_id} has no YouTube {ref.level.value} {ref.native_id}; "
                "sync the account and use an id that it lists",
                platform=YOUTUBE.value,
            )
        return self._kinds[ref]


def _sign(call: Call, connection: Connection) -> Call:
    """The developer token is for Google Ads alone."""
    if "://" not in call.path:
        return google.WIRE.sign(call, connection)
    bearer = {"authorization": f"Bearer {connection.secret('access_token')}"}
    return replace(call, headers=dict(call.headers) | bearer)


WIRE = replace(google.WIRE, platform=YOUTUBE, refusal=youtube_refusal, sign=_sign)
CONSENT = replace(
    google.CONSENT,
    platform=YOUTUBE,
    scopes=tuple(
        f"{google.SCOPES}/{name}" for name in ("adwords", "youtube.readonly", "yt-analytics.readonly")
    ),
)
