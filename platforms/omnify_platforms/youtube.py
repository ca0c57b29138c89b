"""YouTube Ads: the Demand Gen and video campaigns of Google Ads v26, and the channel behind them.

The Google Ads API reads video campaigns but does not change them; Demand Gen campaigns it changes
like any other. Where a tenant connects both, the Google connection leaves these campaigns to this one,
so that one campaign has one id.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from omnify_core.campaigns import EntityRef, Platform
from omnify_core.clock import Clock
from omnify_core.errors import PlatformNotFound, PlatformRejected
from omnify_core.legs import AnyLeg
from omnify_core.ports import Action
from omnify_platforms import google
from omnify_platforms import google_rows as gaql
from omnify_platforms.connections import Connection
from omnify_platforms.rows import Row, digits
from omnify_platforms.transport import Call, Transport
from omnify_platforms.youtube_channel import YouTubeChannel
from omnify_platforms.youtube_errors import youtube_refusal

YOUTUBE = Platform.YOUTUBE
_CHANGEABLE = "DEMAND_GEN"


class YouTubeAds(google.GoogleAds):
    """One tenant's Google Ads accounts, their YouTube campaigns only; `channel` reads the videos."""

    platform = YOUTUBE
    capabilities = google.GoogleAds.capabilities.model_copy(
        update={
            "refused": google.GoogleAds.capabilities.refused
            | dict.fromkeys(
                (Action.KEYWORD, Action.NEGATIVE_KEYWORD), "Demand Gen campaigns have no keywords"
            ),
            "reads": ("videos",),
            "reports": "GAQL search for campaigns; YouTube Analytics for the channel",
        }
    )

    def __init__(self, transport: Transport, connection: Connection, clock: Clock) -> None:
        super().__init__(transport, connection, clock)
        self.channel = YouTubeChannel(transport, connection)
        self._kinds: dict[EntityRef, str] = {}

    async def _rows(self, account_id: str, query: str, *, manager: str = "") -> AsyncIterator[Row]:
        async for row in super()._rows(account_id, gaql.of_youtube(query), manager=manager):
            yield row

    async def _mutate(self, leg: AnyLeg, *, validate_only: bool) -> Call:
        kind = await self._kind_of(leg.ref)
        if kind != _CHANGEABLE:
            # As a refusal, so that nobody is asked to approve what cannot be carried out.
            raise PlatformRejected(
                f"Google's API reads {kind} campaigns but does not change them; "
                f"change {leg.name!r} in Google Ads",
                platform=YOUTUBE.value,
                field="campaign.advertising_channel_type",
            )
        return await super()._mutate(leg, validate_only=validate_only)

    async def _kind_of(self, ref: EntityRef) -> str:
        """The campaign's channel type, which never changes."""
        if ref not in self._kinds:
            query = gaql.channel_type_query(ref.level, digits(ref.native_id, "Google Ads id"))
            async for row in self._rows(ref.account_id, query):
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
