"""The sandbox's consent pages: codes are good once, for their address, with their verifier."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from omnify_core.clock import FixedClock
from omnify_sandbox.consent import Codes
from tests.builders.sandbox_wire import NOON, open_wire

BACK = "https://omnify.example/back"
# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_code_is_good_once_and_for_ten_minutes() -> None:
    clock = FixedClock(NOON)
    codes = Codes(clock.now)
    code, late = codes.mint(BACK, ""), codes.mint(BACK, "")
    assert codes.redeem(code, redirect_uri=BACK)
    assert not codes.redeem(code, redirect_uri=BACK)
    clock.move_to(NOON + timedelta(minutes=10))
    assert not codes.redeem(late, redirect_uri=BACK)


@pytest.mark.parametrize(("address", "verifier", "good"), [
    (BACK, VERIFIER, True),
    (BACK, "another", False),
    (BACK, "", False),
    ("https://evil.example", VERIFIER, False),
])  # fmt: skip
def test_a_code_is_bound_to_address_and_verifier(address: str, verifier: str, good: bool) -> None:
    codes = Codes(FixedClock(NOON).now)
    assert codes.redeem(codes.mint(BACK, CHALLENGE), redirect_uri=address, verifier=verifier) is good


async def test_a_page_refuses_strangers_and_open_redirects() -> None:
    async with open_wire() as wire:
        own = wire.credentials["google"]["client_id"]
        good = {"client_id": own, "redirect_uri": BACK, "response_type": "code", "state": "s"}
        for change in (
            {"client_id": "x"},
            {"redirect_uri": "http://evil.example"},
            {"response_type": "token"},
        ):
            reply = await wire.http.get("http://sandbox/google-ads/o/oauth2/v2/auth", params=good | change)
            assert reply.status_code == 400
        reply = await wire.http.post(
            "http://sandbox/google-ads/o/oauth2/v2/auth", params=good, data={"answer": "allow"}
        )
        assert said(reply)["state"] == "s"
        assert said(reply)["code"]


def said(reply: httpx.Response) -> dict[str, str]:
    assert reply.status_code == 302
    assert reply.headers["location"].startswith(BACK)
    return dict(parse_qsl(urlsplit(reply.headers["location"]).query))


async def test_what_was_given_back_to_meta_is_dead() -> None:
    async with open_wire() as wire:
        token = wire.credentials["meta"]["access_token"]
        bearer = {"Authorization": f"Bearer {token}"}
        reply = await wire.http.delete("/meta-ads/v26.0/me/permissions", headers=bearer)
        assert reply.json() == {"success": True}
        assert (await wire.graph("me/adaccounts")).json()["error"]["code"] == 190
