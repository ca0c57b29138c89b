"""Pictures of creatives, fetched from where the platforms keep them and from nowhere else.

An address comes from outside, so it is never trusted: only the platforms' own picture hosts (and the
market's, where one is connected) are asked, over HTTPS, without redirects, credentials or endless replies.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from omnify_core.errors import BadInput, PlatformUnavailable

HOSTS = (
    "fbcdn.net",
    "cdninstagram.com",
    "googleusercontent.com",
    "googlesyndication.com",
    "ytimg.com",
    "ggpht.com",
    "licdn.com",
    "tiktokcdn.com",
    "tiktokcdn-us.com",
    "ibyteimg.com",
)
MOST_BYTES = 8_000_000
TIMEOUT_S = 8.0
# Unpacked, a small reply could become a huge one.
_ASK = {"Accept": "image/*", "Accept-Encoding": "identity"}


class FetchedPictures:
    """`market`: base address of a sandbox whose pictures may be fetched too; empty for none."""

    def __init__(self, http: httpx.AsyncClient, *, market: str = "") -> None:
        self._http = http
        self._market = market

    async def picture(self, address: str) -> bytes:
        """Raises BadInput for an address that may not be asked, PlatformUnavailable without a picture."""
        check_address(address, market=self._market)
        try:
            async with self._http.stream(
                "GET", address, follow_redirects=False, timeout=TIMEOUT_S, headers=_ASK
            ) as reply:
                return await _content(reply)
        except httpx.HTTPError as error:
            raise PlatformUnavailable(f"the picture could not be fetched ({type(error).__name__})") from error


def check_address(address: str, *, market: str = "") -> None:
    """The rule itself. Raises BadInput."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip(".").lower(), parts.port
    except ValueError as error:
        raise BadInput("the picture's address cannot be read") from error
    if market and _origin(address) == _origin(market) and parts.username is None:
        return
    known = any(host == name or host.endswith(f".{name}") for name in HOSTS)
    if parts.scheme != "https" or not known or port not in {None, 443} or parts.username is not None:
        raise BadInput(f"pictures are only fetched from the platforms' own hosts, not from {host[:80]!r}")


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc.lower()


async def _content(reply: httpx.Response) -> bytes:
    if reply.status_code != 200:
        raise PlatformUnavailable(f"the picture's host answered {reply.status_code}")
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind.startswith("image/"):
        raise BadInput(f"the address leads to {kind[:40] or 'something unnamed'!r}, not to a picture")
    found = bytearray()
    async for part in reply.aiter_raw():
        found += part
        if len(found) > MOST_BYTES:
            raise BadInput(f"the picture has more than {MOST_BYTES:,} bytes")
    return bytes(found)
