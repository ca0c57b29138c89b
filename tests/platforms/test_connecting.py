"""Connecting: what a person is asked, what comes back, and for whom it counts."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from omnify_core.campaigns import Platform
from omnify_core.clock import FixedClock
from omnify_core.errors import (
    BadInput,
    Forbidden,
    PlatformForbidden,
    PlatformUnavailable,
    ReconnectNeeded,
    StoreBusy,
    Unsupported,
)
from omnify_core.ids import TenantId, UserId
from omnify_memory import open_sqlite, stores_on
from omnify_platforms import Asking, ConnectedPlatforms, Connecting, KeyRing
from omnify_platforms.consents import CONSENTS
from omnify_platforms.vault import new_key
from tests.builders.platform_wire import NOON, TENANT, FakePace, Reply, Script, json_reply, later, unnoted

ANNA = UserId("u_anna")
SHOP = "techflow.myshopify.com"
BACK = "https://omnify.example/api/integrations/x/callback"
APPS = {
    platform: {consent.id_name: "app-7001", consent.secret_name: "canary-app-secret"}
    | {name: f"canary-{name}" for name in consent.also}
    for platform, consent in CONSENTS.items()
}
PLAIN = {"access_token": "canary-access", "refresh_token": "canary-refresh", "expires_in": 3600}
GRANTS: dict[Platform, Any] = dict.fromkeys(Platform, PLAIN) | {
    Platform.TIKTOK: {"code": 0, "message": "OK", "data": {"access_token": "canary-access"}},
    Platform.GOHIGHLEVEL: {
        "accessToken": "canary-access",
        "refreshToken": "canary-refresh",
        "expiresIn": 86399,
        "locationId": "loc-1",
    },
    Platform.STRIPE: PLAIN | {"stripe_user_id": "acct_1"},
}
ALL = pytest.mark.parametrize("platform", Platform, ids=lambda platform: platform.value)


@dataclass
class Desk:
    connecting: Connecting
    platforms: ConnectedPlatforms
    script: Script
    clock: FixedClock
    notes: list[tuple[Asking, str, bool]]

    async def begin(self, platform: Platform, user: UserId = ANNA) -> tuple[str, dict[str, str]]:
        """The address without its query, and the query."""
        shop = SHOP if CONSENTS[platform].needs_shop else ""
        begun = await self.connecting.begin(Asking(TENANT, user, platform), redirect_uri=BACK, shop=shop)
        assert begun.expires_at == self.clock.now() + timedelta(minutes=10)
        address, _, query = begun.url.partition("?")
        return address, dict(parse_qsl(query, strict_parsing=True))

    async def connect(self, platform: Platform) -> Any:
        _, query = await self.begin(platform)
        return await self.connecting.finish(asking(platform), self.answer(platform, query["state"]))

    def answer(self, platform: Platform, state: str, code: str = "canary-code") -> dict[str, str]:
        said = {CONSENTS[platform].code_name: code, "state": state}
        if platform is not Platform.SHOPIFY:
            return said
        said |= {"shop": SHOP, "timestamp": str(int(self.clock.now().timestamp()))}
        text = "&".join(f"{name}={said[name]}" for name in sorted(said))
        return said | {"hmac": hmac.new(b"canary-app-secret", text.encode(), hashlib.sha256).hexdigest()}


def asking(platform: Platform, user: UserId = ANNA, tenant: TenantId = TENANT) -> Asking:
    return Asking(tenant, user, platform)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    script, clock = Script([]), FixedClock(NOON)
    async with (
        open_sqlite(None) as documents,
        httpx.AsyncClient(transport=httpx.MockTransport(script)) as http,
    ):
        stores = stores_on(documents)
        ring = KeyRing.parse(new_key("k1"))
        platforms = ConnectedPlatforms(stores.connections, ring, http, clock, pace=FakePace())
        notes: list[tuple[Asking, str, bool]] = []

        async def note(asked: Asking, action: str) -> None:
            is_there = await platforms.connection(asked.tenant, asked.platform) is not None
            notes.append((asked, action, is_there))

        connecting = Connecting(platforms, stores.tokens, http, clock, apps=APPS, note=note)
        yield Desk(connecting, platforms, script, clock, notes)


@ALL
async def test_who_connects_and_disconnects_is_noted_before_it_happens(
    desk: Desk, platform: Platform
) -> None:
    answers(desk, json_reply(GRANTS[platform]), json_reply(PLAIN))
    await desk.connect(platform)
    answers(desk, json_reply({}))
    await desk.connecting.disconnect(asking(platform))
    asked = asking(platform)
    assert desk.notes == [(asked, "platform.connected", False), (asked, "platform.disconnected", True)]


async def test_what_cannot_be_noted_does_not_happen(desk: Desk) -> None:
    async def busy(_: Asking, __: str) -> None:
        raise StoreBusy("the audit chain is busy; nothing was done, try again")

    answers(desk, json_reply(PLAIN))
    await desk.connect(Platform.GOOGLE)
    desk.connecting._note = busy
    with pytest.raises(StoreBusy):
        await desk.connecting.disconnect(asking(Platform.GOOGLE))
    assert await desk.platforms.connection(TENANT, Platform.GOOGLE) is not None


def answers(desk: Desk, *replies: Reply) -> None:
    desk.script.replies = list(replies)


@ALL
async def test_a_person_s_yes_becomes_a_stored_connection(desk: Desk, platform: Platform) -> None:
    consent = CONSENTS[platform]
    answers(desk, json_reply(GRANTS[platform]), json_reply(PLAIN))
    address, query = await desk.begin(platform)
    assert address == consent.authorize_url.replace("{shop}", SHOP)
    assert query["app_id" if platform is Platform.TIKTOK else "client_id"] == "app-7001"
    assert "canary-app-secret" not in str(query)
    await desk.connecting.finish(asking(platform), desk.answer(platform, query["state"]))
    stored = await desk.platforms.connection(TENANT, platform)
    assert stored is not None
    assert stored.secret("access_token") == "canary-access"
    assert stored.secret(consent.secret_name) == "canary-app-secret"
    assert not stored.has("code")
    assert not stored.has("verifier")
    sent = desk.script.asked[0]
    assert str(sent.url) == consent.token_url.replace("{shop}", SHOP)
    assert b"canary-code" in sent.content


@ALL
async def test_an_answer_counts_once_and_for_who_asked_only(desk: Desk, platform: Platform) -> None:
    other = Platform.META if platform is not Platform.META else Platform.GOOGLE
    foreign = (
        asking(platform, user=UserId("u_mallory")),
        asking(platform, tenant=TenantId("t_other")),
        asking(other),
    )
    for who in foreign:
        _, query = await desk.begin(platform)
        with pytest.raises(Forbidden):
            await desk.connecting.finish(who, desk.answer(platform, query["state"]))
        with pytest.raises(Forbidden):  # and the try has used it up
            await desk.connecting.finish(asking(platform), desk.answer(platform, query["state"]))
    assert desk.script.asked == []


async def test_an_answer_that_comes_too_late_is_refused(desk: Desk) -> None:
    _, query = await desk.begin(Platform.LINKEDIN)
    later(desk.clock, minutes=11)
    with pytest.raises(Forbidden, match="too old"):
        await desk.connecting.finish(
            asking(Platform.LINKEDIN), desk.answer(Platform.LINKEDIN, query["state"])
        )


async def test_google_is_shown_the_challenge_and_later_what_it_was_made_of(desk: Desk) -> None:
    answers(desk, json_reply(PLAIN))
    _, query = await desk.begin(Platform.GOOGLE)
    assert (query["access_type"], query["prompt"]) == ("offline", "consent")
    await desk.connecting.finish(asking(Platform.GOOGLE), desk.answer(Platform.GOOGLE, query["state"]))
    form = desk.script.form()
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == query["code_challenge"]
    assert (form["grant_type"], form["redirect_uri"]) == ("authorization_code", BACK)


async def test_meta_s_short_token_is_exchanged_for_sixty_days(desk: Desk) -> None:
    short, long = {"access_token": "canary-short", "expires_in": 5400}, {"access_token": "canary-long"}
    answers(desk, json_reply(short), json_reply(long | {"expires_in": 5_184_000}))
    connection = await desk.connect(Platform.META)
    assert desk.script.form(0)["client_id"] == "app-7001"
    assert desk.script.form(1)["fb_exchange_token"] == "canary-short"
    assert connection.secret("access_token") == "canary-long"
    assert connection.expires_at == NOON + timedelta(days=60)


async def test_tiktok_s_auth_code_goes_as_json_and_its_envelope_is_opened(desk: Desk) -> None:
    answers(desk, json_reply(GRANTS[Platform.TIKTOK]))
    await desk.connect(Platform.TIKTOK)
    body = {"app_id": "app-7001", "secret": "canary-app-secret", "auth_code": "canary-code"}
    assert desk.script.body() == body


async def test_tiktok_s_no_comes_under_http_200(desk: Desk) -> None:
    answers(desk, json_reply({"code": 40110, "message": "Auth_code is incorrect", "data": {}}))
    with pytest.raises(ReconnectNeeded, match="incorrect"):
        await desk.connect(Platform.TIKTOK)
    assert await desk.platforms.connection(TENANT, Platform.TIKTOK) is None


async def test_highlevel_s_names_become_ours(desk: Desk) -> None:
    answers(desk, json_reply(GRANTS[Platform.GOHIGHLEVEL]))
    connection = await desk.connect(Platform.GOHIGHLEVEL)
    assert desk.script.form()["grantType"] == "authorization_code"
    assert desk.script.asked[0].headers["version"] == "v3"
    assert connection.secret("refresh_token") == "canary-refresh"
    assert connection.secret("location_id") == "loc-1"


@pytest.mark.parametrize("change", [{"shop": "evil.myshopify.com"}, {"hmac": ""}, {"timestamp": "1"}])
async def test_an_answer_that_shopify_did_not_sign_is_refused(desk: Desk, change: dict[str, str]) -> None:
    _, query = await desk.begin(Platform.SHOPIFY)
    with pytest.raises(PlatformForbidden, match="nothing was connected"):
        await desk.connecting.finish(
            asking(Platform.SHOPIFY), desk.answer(Platform.SHOPIFY, query["state"]) | change
        )
    assert desk.script.asked == []


@pytest.mark.parametrize("shop", ["", "evil.example", "x.myshopify.com.evil.example", "a/b.myshopify.com"])
async def test_a_shop_is_a_shop_of_shopify(desk: Desk, shop: str) -> None:
    with pytest.raises(BadInput, match="myshopify"):
        await desk.connecting.begin(asking(Platform.SHOPIFY), redirect_uri=BACK, shop=shop)


@ALL
async def test_a_refused_code_connects_nothing_and_gives_no_secret_away(
    desk: Desk, platform: Platform
) -> None:
    echo = {"error": "invalid_grant", "error_description": "bad canary-code for canary-app-secret"}
    answers(desk, json_reply(echo, 400))
    with pytest.raises(ReconnectNeeded) as refused:
        await desk.connect(platform)
    assert "canary" not in str(refused.value)
    assert await desk.platforms.connection(TENANT, platform) is None


@ALL
@pytest.mark.parametrize("reply", [httpx.ConnectError("no"), httpx.Response(200, text="<html>")])
async def test_a_code_is_never_sent_twice(desk: Desk, platform: Platform, reply: Reply) -> None:
    answers(desk, reply)
    with pytest.raises((PlatformUnavailable, ReconnectNeeded)):
        await desk.connect(platform)
    assert len(desk.script.asked) == 1


async def test_a_person_s_no_is_said_in_the_platform_s_words(desk: Desk) -> None:
    _, query = await desk.begin(Platform.META)
    no = {"state": query["state"], "error": "access_denied", "error_description": "The user said no"}
    with pytest.raises(PlatformForbidden, match="The user said no"):
        await desk.connecting.finish(asking(Platform.META), no)


REVOKED = {
    Platform.GOOGLE: ("POST", "https://oauth2.googleapis.com/revoke"),
    Platform.YOUTUBE: ("POST", "https://oauth2.googleapis.com/revoke"),
    Platform.META: ("DELETE", "https://graph.facebook.com/v26.0/me/permissions"),
    Platform.STRIPE: ("POST", "https://connect.stripe.com/oauth/deauthorize"),
}


@ALL
async def test_disconnecting_forgets_the_tokens_and_gives_them_back_where_possible(
    desk: Desk, platform: Platform
) -> None:
    answers(desk, json_reply(GRANTS[platform]), json_reply(PLAIN))
    await desk.connect(platform)
    desk.script.asked.clear()
    answers(desk, json_reply({}))
    assert await desk.connecting.disconnect(asking(platform)) is (platform in REVOKED)
    assert [(sent.method, str(sent.url)) for sent in desk.script.asked] == (
        [REVOKED[platform]] if platform in REVOKED else []
    )
    assert await desk.platforms.connection(TENANT, platform) is None


async def test_a_platform_that_does_not_answer_cannot_keep_a_connection_alive(desk: Desk) -> None:
    answers(desk, json_reply(PLAIN))
    await desk.connect(Platform.GOOGLE)
    answers(desk, httpx.ConnectError("no"))
    assert await desk.connecting.disconnect(asking(Platform.GOOGLE)) is False
    assert await desk.platforms.connection(TENANT, Platform.GOOGLE) is None


async def test_without_an_app_of_ours_the_cure_is_named(desk: Desk) -> None:
    bare = Connecting(
        desk.platforms, desk.connecting._states, httpx.AsyncClient(), desk.clock, apps={}, note=unnoted
    )
    assert not bare.can_connect(TENANT, Platform.TIKTOK)
    with pytest.raises(Unsupported, match="app_id and secret in OMNIFY_OAUTH_APPS"):
        await bare.begin(asking(Platform.TIKTOK), redirect_uri=BACK)


@ALL
async def test_in_the_sandbox_the_same_paths_lie_below_one_address(desk: Desk, platform: Platform) -> None:
    inside = Connecting(
        desk.platforms,
        desk.connecting._states,
        httpx.AsyncClient(),
        desk.clock,
        apps=APPS,
        note=unnoted,
        sandbox="http://127.0.0.1:9/",
    )
    shop = SHOP if CONSENTS[platform].needs_shop else ""
    begun = await inside.begin(asking(platform), redirect_uri=BACK, shop=shop)
    real = urlsplit(CONSENTS[platform].authorize_url.replace("{shop}", "x")).path
    assert begun.url.startswith(f"http://127.0.0.1:9/{platform.slug}{real}?")
