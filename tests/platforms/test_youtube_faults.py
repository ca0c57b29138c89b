"""YouTube's refusals: Google Ads' own, and those of the Data and Analytics APIs."""

from __future__ import annotations

import httpx
import pytest

from omnify_core.errors import (
    OutcomeUnknown,
    PlatformForbidden,
    PlatformNotFound,
    PlatformRejected,
    RateLimited,
    ReconnectNeeded,
)
from omnify_platforms.refusals import Answer, Kind
from omnify_platforms.youtube import YouTubeAds
from omnify_platforms.youtube_errors import youtube_refusal
from tests.builders.platform_strikes import ON_THE_WIRE, Strike, read_after, write_after
from tests.builders.platform_wire import fresh_token, google_error, json_reply
from tests.builders.youtube_wire import (
    YOUTUBE,
    at_level,
    campaign,
    currency,
    desk,
    kind,
    leg,
    refused,
    results,
    written,
)


def expired() -> list[httpx.Response]:
    return [google_error("authenticationError", "OAUTH_TOKEN_EXPIRED", status=401), fresh_token()]


def says(family: str, code: str, status: int = 400) -> list[httpx.Response]:
    return [google_error(family, code, status=status)]


STRIKES = [
    *ON_THE_WIRE,
    Strike("expired token", expired, None, None, calls=2),
    Strike("revoked", lambda: says("authenticationError", "OAUTH_TOKEN_REVOKED", 401), ReconnectNeeded,
           ReconnectNeeded),
    Strike("rate limit", lambda: says("quotaError", "RESOURCE_EXHAUSTED", 429), None, RateLimited),
    Strike("transient", lambda: says("internalError", "TRANSIENT_ERROR", 500), None, OutcomeUnknown),
    Strike("no permission", lambda: says("authorizationError", "USER_PERMISSION_DENIED", 403),
           PlatformForbidden, PlatformForbidden),
    Strike("validation", lambda: says("rangeError", "TOO_LOW"), PlatformRejected, PlatformRejected),
    Strike("no such object", lambda: says("mutateError", "RESOURCE_NOT_FOUND"), PlatformNotFound,
           PlatformNotFound),
]  # fmt: skip


@pytest.mark.parametrize("strike", STRIKES, ids=lambda strike: strike.name)
async def test_a_read_survives_what_passes_and_reports_what_does_not(strike: Strike) -> None:
    await read_after(strike, desk, at_level(), [results(campaign())])


@pytest.mark.parametrize("strike", STRIKES, ids=lambda strike: strike.name)
async def test_a_write_is_sent_again_only_where_nothing_can_have_happened(strike: Strike) -> None:
    await write_after(strike, desk, leg(), before=[kind(), currency()], well=written())


@pytest.mark.parametrize(
    ("status", "reason", "domain", "expected"),
    [
        (403, "quotaExceeded", "youtube.quota", Kind.RATE),
        (403, "rateLimitExceeded", "usageLimits", Kind.RATE),
        (403, "insufficientPermissions", "global", Kind.PERMISSION),
        (401, "authError", "global", Kind.EXPIRED),
        (404, "videoNotFound", "youtube.video", Kind.NOT_FOUND),
        (400, "invalidParameter", "global", Kind.VALIDATION),
        (503, "backendError", "global", Kind.TRANSIENT),
    ],
)
def test_the_data_api_s_reasons(status: int, reason: str, domain: str, expected: Kind) -> None:
    found = youtube_refusal(Answer(status, {}, refused(status, reason, domain).json()))
    assert found is not None
    assert (found.kind, found.code) == (expected, f"{domain}.{reason}")


async def test_an_error_is_told_under_youtube_s_name() -> None:
    at = desk(refused(403, "insufficientPermissions", "global"))
    assert isinstance(at.ads, YouTubeAds)
    with pytest.raises(PlatformForbidden, match="YouTube Ads does not permit this") as caught:
        await at.ads.channel.channels()
    assert caught.value.platform == YOUTUBE.value


async def test_the_channel_s_token_is_renewed_like_any_other() -> None:
    at = desk(refused(401, "authError", "global"), fresh_token(), json_reply({"items": []}))
    assert isinstance(at.ads, YouTubeAds)
    assert await at.ads.channel.channels() == []
    assert at.script.asked[-1].headers["authorization"] == "Bearer fresh-canary-token"


def test_success_is_no_refusal() -> None:
    assert youtube_refusal(Answer(200, {}, {"items": []})) is None
