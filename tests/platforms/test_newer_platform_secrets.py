"""Canary tokens of LinkedIn, TikTok and YouTube: none may appear in a log, a message or a repr."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote

import httpx
import pytest

from omnify_core.campaigns import Platform
from omnify_core.errors import OmnifyError
from tests.builders import linkedin_wire as linkedin
from tests.builders import tiktok_wire as tiktok
from tests.builders import youtube_wire as youtube
from tests.builders.platform_wire import SECRETS, Reply, Rig, fresh_token, google_error, ref

FRESH = "fresh-canary-token"
GOOGLE_S = ("client_secret", "refresh_token", "developer_token", "access_token")
CANARIES = {
    linkedin.LINKEDIN: [*linkedin.SECRETS.values(), FRESH],
    tiktok.TIKTOK: [tiktok.ACCESS_TOKEN, tiktok.APP_SECRET],
    youtube.YOUTUBE: [*(SECRETS[Platform.GOOGLE][name] for name in GOOGLE_S), FRESH],
}
Make = Callable[..., Rig]


def linkedin_echo(secret: str) -> httpx.Response:
    return linkedin.error(400, message=f"bad {quote(secret, safe='')}", code="INVALID_VALUE_FOR_FIELD")


def expired() -> httpx.Response:
    return google_error("authenticationError", "OAUTH_TOKEN_EXPIRED", status=401)


FLOWS: dict[str, tuple[Make, list[Reply]]] = {
    "linkedin echoes": (linkedin.desk, [linkedin_echo(linkedin.ACCESS_TOKEN)]),
    "linkedin renews and echoes": (
        linkedin.desk,
        [linkedin.error(401, serviceErrorCode=65602), fresh_token(FRESH), linkedin_echo(FRESH)],
    ),
    "linkedin refuses to renew": (
        linkedin.desk,
        [linkedin.error(401), linkedin_echo(linkedin.SECRETS["refresh_token"])],
    ),
    "tiktok echoes": (tiktok.desk, [tiktok.refused(40002, f"token: {tiktok.ACCESS_TOKEN} is bad")]),
    "tiktok has ended": (tiktok.desk, [tiktok.refused(40105, tiktok.APP_SECRET)]),
    "youtube renews and echoes": (
        youtube.desk,
        [expired(), fresh_token(FRESH), youtube.refused(400, FRESH, "global")],
    ),
    "the wire breaks": (tiktok.desk, [httpx.ReadTimeout("silence")] * 4),
}


@pytest.mark.parametrize("name", FLOWS)
async def test_no_canary_leaves_the_adapter(name: str, caplog: pytest.LogCaptureFixture) -> None:
    make, replies = FLOWS[name]
    desk = make(*replies)
    platform = desk.ads.platform
    shown = [repr(desk.ads), repr(vars(desk.ads))]
    with caplog.at_level(logging.DEBUG), suppress(AssertionError):  # the script's end
        for attempt in (desk.ads.read, desk.ads.read, lambda _ref: desk.ads.accounts()):
            try:
                await attempt(ref(platform))
            except OmnifyError as error:
                shown += [str(error), repr(error), repr(vars(error)), *traceback.format_exception(error)]
    shown += [record.getMessage() for record in caplog.records]
    everything = "\n".join(shown)
    assert desk.script.replies == []
    hidden = [shape for canary in CANARIES[platform] for shape in {canary, quote(canary, safe="")}]
    assert [shape for shape in hidden if shape in everything] == []
