"""Canary tokens through every flow and failure: none may appear in a log, a message, a repr or a URL."""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from omnify_core.campaigns import Platform
from omnify_core.errors import OmnifyError
from tests.builders.platform_wire import (
    GOOGLE_TOKEN,
    META_TOKEN,
    SECRETS,
    Reply,
    budget_leg,
    currency_reply,
    fresh_token,
    google_error,
    json_reply,
    meta_error,
    ref,
    rig,
    state_reply,
    written_reply,
)

GOOGLE, META = Platform.GOOGLE, Platform.META
FRESH = "fresh-canary-token"


def shapes() -> Iterator[str]:
    """Every secret as it is, and as it would look encoded."""
    for secrets in SECRETS.values():
        for name, secret in secrets.items():
            if not name.endswith("_id"):
                yield from _encoded(secret)
    yield from _encoded(FRESH)


def _encoded(secret: str) -> set[str]:
    raw = secret.encode()
    return {secret, quote(secret, safe=""), raw.hex(), base64.b64encode(raw).decode()}


def echo(platform: Platform, secret: str) -> httpx.Response:
    """A platform that repeats our token in its error, as Meta does ("Malformed access token …")."""
    if platform is META:
        blame = {"blame_field_specs": [[secret]]}
        return meta_error(100, message=f"Malformed access token {secret}", error_data=blame)
    encoded = quote(secret, safe="")
    return google_error("fieldError", "REQUIRED", message=f"bad {encoded}", trigger={"s": secret})


FLOWS: dict[str, list[Reply]] = {
    "google refresh fails": [
        google_error("authenticationError", "OAUTH_TOKEN_EXPIRED", status=401),
        json_reply({"error": "invalid_grant", "error_description": SECRETS[GOOGLE]["refresh_token"]}, 400),
    ],
    "google refresh makes no sense": [
        google_error("authenticationError", "OAUTH_TOKEN_EXPIRED", status=401),
        json_reply({"token": FRESH}),
    ],
    "google echoes": [echo(GOOGLE, GOOGLE_TOKEN)],
    "google renews and fails": [
        google_error("authenticationError", "OAUTH_TOKEN_EXPIRED", status=401),
        fresh_token(FRESH),
        echo(GOOGLE, FRESH),
    ],
    "meta exchange fails": [meta_error(190, 463), echo(META, SECRETS[META]["app_secret"])],
    "meta echoes": [echo(META, META_TOKEN)],
    "the wire breaks": [httpx.ReadTimeout("silence")] * 4,
    "all is well": [],
}


@pytest.mark.parametrize("name", FLOWS)
async def test_no_canary_leaves_the_adapter(name: str, caplog: pytest.LogCaptureFixture) -> None:
    platform = META if name.startswith("meta") else GOOGLE
    good = [state_reply(platform), currency_reply(platform), written_reply(platform)]
    desk = rig(platform, *(FLOWS[name] or good))
    shown = [repr(desk.ads), repr(vars(desk.ads))]
    with caplog.at_level(logging.DEBUG):
        try:
            await desk.ads.read(ref(platform))
            await desk.ads.write(budget_leg(platform), key="k")
        except (OmnifyError, AssertionError) as error:
            shown += [str(error), repr(error), repr(vars(error)), *traceback.format_exception(error)]
    shown += [record.getMessage() for record in caplog.records]
    shown += [str(request.url) for request in desk.script.asked]
    everything = "\n".join(shown)
    assert caplog.records or name == "the wire breaks"
    assert [shape for shape in shapes() if shape in everything] == []
