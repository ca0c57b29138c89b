"""Pictures are fetched from the platforms' own hosts and from nowhere else."""

from __future__ import annotations

import gzip

import httpx
import pytest

from omnify_core.errors import BadInput, PlatformUnavailable
from omnify_platforms import pictures
from omnify_platforms.pictures import FetchedPictures, check_address
from tests.builders.pictures import plain

GOOD = "https://scontent-iad3-1.xx.fbcdn.net/v/t45/1.png"
MARKET = "http://127.0.0.1:4711"


def fetched(handler: httpx.MockTransport, *, market: str = "") -> FetchedPictures:
    return FetchedPictures(httpx.AsyncClient(transport=handler), market=market)


@pytest.mark.parametrize(
    "address",
    [
        "http://scontent.xx.fbcdn.net/1.png",
        "https://fbcdn.net.evil.example/1.png",
        "https://evilfbcdn.net/1.png",
        "https://127.0.0.1/1.png",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/1.png",
        "https://i.ytimg.com:8443/1.png",
        "https://user:word@i.ytimg.com/1.png",
        "https://i.ytimg.com@evil.example/1.png",
        "https://evil.example\\@i.ytimg.com/1.png",
        "file:///etc/passwd",
        "//i.ytimg.com/1.png",
        "https://[broken",
        "",
        "http://127.0.0.1:4712/pictures/1.png",
        "http://who@127.0.0.1:4711/pictures/1.png",
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(BadInput):
        check_address(address, market=MARKET)


@pytest.mark.parametrize(
    "address", [GOOD, "https://I.YTIMG.com/vi/a/0.jpg", "https://media.licdn.com:443/a", f"{MARKET}/p/1.png"]
)
def test_the_platforms_own_hosts_and_the_market_are_asked(address: str) -> None:
    check_address(address, market=MARKET)


def test_without_a_market_no_local_address_is_asked() -> None:
    with pytest.raises(BadInput):
        check_address(f"{MARKET}/p/1.png")


async def test_a_picture_comes_back_without_our_secrets_going_out() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, stream=_Bytes(plain()), headers={"content-type": "image/png"})

    assert await fetched(httpx.MockTransport(answer)).picture(GOOD) == plain()
    assert asked[0].headers["accept-encoding"] == "identity"
    assert "authorization" not in asked[0].headers


async def test_a_redirect_is_not_followed() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(302, headers={"location": "http://169.254.169.254/"})

    with pytest.raises(PlatformUnavailable, match="answered 302"):
        await fetched(httpx.MockTransport(answer)).picture(GOOD)
    assert asked == [GOOD]


async def test_what_is_no_picture_is_refused_by_its_kind() -> None:
    page = httpx.Response(200, text="<html>", headers={"content-type": "text/html"})
    with pytest.raises(BadInput, match="not to a picture"):
        await fetched(httpx.MockTransport(lambda request: page)).picture(GOOD)


async def test_an_endless_reply_is_cut_off_and_a_packed_one_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "MOST_BYTES", 50_000)
    packed = gzip.compress(bytes(5_000_000))
    kinds = {"content-type": "image/png", "content-encoding": "gzip"}
    small = httpx.Response(200, stream=_Bytes(packed), headers=kinds)
    assert await fetched(httpx.MockTransport(lambda request: small)).picture(GOOD) == packed
    large = httpx.Response(200, stream=_Bytes(bytes(60_000)), headers={"content-type": "image/png"})
    with pytest.raises(BadInput, match="more than 50,000 bytes"):
        await fetched(httpx.MockTransport(lambda request: large)).picture(GOOD)


class _Bytes(httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self):  # type: ignore[no-untyped-def]
        for start in range(0, len(self._content), 4096):
            yield self._content[start : start + 4096]


async def test_a_host_that_does_not_answer_is_unavailable() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("late", request=request)

    with pytest.raises(PlatformUnavailable, match="ConnectTimeout"):
        await fetched(httpx.MockTransport(answer)).picture(GOOD)
