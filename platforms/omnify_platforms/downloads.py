"""Files that a platform's reply names, line by line: only from where it keeps them, and without a token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx

from omnify_core.campaigns import Platform
from omnify_core.errors import PlatformError, PlatformUnavailable

_LONGEST_LINE = 4_000_000
_QUIET_S = 30.0


async def lines_of(
    http: httpx.AsyncClient, url: str, *, platform: Platform, hosts: frozenset[str], own: str
) -> AsyncIterator[bytes]:
    """Lines without their ends, none of them empty. `own`: the platform's base URL, allowed as it is.

    Raises PlatformError where the address is nobody's that we know, PlatformUnavailable where it fails.
    """
    if not _is_allowed(url, hosts, own):
        raise PlatformError(
            f"{platform.label} named a file at a host that is not its own; it was not fetched",
            platform=platform.value,
        )
    try:
        async with http.stream("GET", url, follow_redirects=False, timeout=_QUIET_S) as reply:
            if reply.status_code != 200:
                raise _failed(platform, f"HTTP {reply.status_code}")
            async for line in _split(reply.aiter_bytes(), platform):
                yield line
    except httpx.HTTPError as error:
        raise _failed(platform, type(error).__name__) from error


async def _split(chunks: AsyncIterator[bytes], platform: Platform) -> AsyncIterator[bytes]:
    """Holds one line at most, however long the file is."""
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in filter(None, whole):
            yield line
        if len(rest) > _LONGEST_LINE:
            raise _failed(platform, "a line without end")
    if rest:
        yield rest


def _is_allowed(url: str, hosts: frozenset[str], own: str) -> bool:
    asked, ours = urlsplit(url), urlsplit(own)
    if (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc):
        return True
    return asked.scheme == "https" and asked.netloc in hosts


def _failed(platform: Platform, why: str) -> PlatformUnavailable:
    return PlatformUnavailable(
        f"{platform.label} did not give out the file that it had named ({why}); import again",
        platform=platform.value,
    )
