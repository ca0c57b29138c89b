"""Tenants' connections: opened from the vault, renewed once, stored before use."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr

from omnify_core.campaigns import Platform
from omnify_core.clock import FixedClock
from omnify_core.errors import PlatformUnavailable, ReconnectNeeded, StoreBusy
from omnify_core.ids import TenantId
from omnify_core.platform_ports import Platforms
from omnify_platforms.connected import ConnectedPlatforms
from omnify_platforms.vault import KeyRing, new_key, unseal
from tests.builders.platform_wire import (
    NOON,
    TENANT,
    ConnectionsInMemory,
    FakePace,
    Reply,
    Script,
    account,
    connection,
    currency_reply,
    fresh_token,
    google_error,
    json_reply,
    meta_error,
    ref,
    state_reply,
)
from tests.builders.youtube_wire import connection as youtube_connection

GOOGLE, META = Platform.GOOGLE, Platform.META
EXPIRED = ("authenticationError", "OAUTH_TOKEN_EXPIRED")


class Desk:
    """A registry with one connected platform, over a scripted wire."""

    def __init__(self, *replies: Reply, ring: KeyRing | None = None) -> None:
        self.store, self.script, self.clock = ConnectionsInMemory(), Script(list(replies)), FixedClock(NOON)
        self.ring = ring or KeyRing.parse(new_key("k1"))
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self.script))
        self.pace = FakePace()
        self.platforms = self.process()

    def process(self) -> ConnectedPlatforms:
        """Another process on the same store."""
        return ConnectedPlatforms(self.store, self.ring, self.http, self.clock, pace=self.pace)

    def stored(self, platform: Platform = GOOGLE, name: str = "access_token") -> str:
        sealed = self.store.records[TENANT, platform]
        return unseal(sealed, self.ring, tenant=TENANT, platform=platform).secret(name)


async def test_a_tenant_has_what_it_connected_and_nothing_else() -> None:
    desk = Desk()
    await desk.platforms.connect(connection(GOOGLE))
    await desk.platforms.connect(connection(META))
    port: Platforms = desk.platforms
    assert set(await port.of(TENANT)) == {GOOGLE, META}
    assert await port.of(TenantId("t_other")) == {}
    await desk.platforms.disconnect(TENANT, META)
    assert set(await port.of(TENANT)) == {GOOGLE}


async def test_one_adapter_serves_until_its_record_changes() -> None:
    desk = Desk()
    await desk.platforms.connect(connection(GOOGLE))
    first = (await desk.platforms.of(TENANT))[GOOGLE]
    assert (await desk.platforms.of(TENANT))[GOOGLE] is first
    await desk.process().connect(connection(GOOGLE))
    assert (await desk.platforms.of(TENANT))[GOOGLE] is not first


async def test_a_renewed_token_is_stored_and_the_adapter_stays() -> None:
    desk = Desk(google_error(*EXPIRED, status=401), fresh_token("second-token"), state_reply(GOOGLE))
    await desk.platforms.connect(connection(GOOGLE))
    ads = (await desk.platforms.of(TENANT))[GOOGLE]
    await ads.read(ref(GOOGLE))
    assert desk.stored() == "second-token"
    assert desk.script.form(1)["refresh_token"] == desk.stored(name="refresh_token")
    assert (await desk.platforms.of(TENANT))[GOOGLE] is ads


async def test_a_token_is_stored_before_it_is_used() -> None:
    class Busy(ConnectionsInMemory):
        async def save(self, tenant: TenantId, platform: Platform, sealed: str) -> None:
            if self.records:
                raise StoreBusy("another process owns the store; close it")
            await super().save(tenant, platform, sealed)

    desk = Desk(google_error(*EXPIRED, status=401), fresh_token("never-used"))
    desk.store = Busy()
    platforms = desk.process()
    await platforms.connect(connection(GOOGLE))
    with pytest.raises(StoreBusy):
        await (await platforms.of(TENANT))[GOOGLE].read(ref(GOOGLE))
    assert all("never-used" not in asked.headers.get("authorization", "") for asked in desk.script.asked)


async def test_callers_that_meet_an_expired_token_share_one_renewal() -> None:
    waiting = asyncio.Event()

    async def wire(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            renewals.append(request)
            await waiting.wait()
            return fresh_token("second-token")
        if request.headers["authorization"] == "Bearer second-token":
            return state_reply(GOOGLE)
        refused.append(request)
        if len(refused) == 5:
            waiting.set()
        return google_error(*EXPIRED, status=401)

    renewals: list[httpx.Request] = []
    refused: list[httpx.Request] = []
    desk = Desk()
    desk.http = httpx.AsyncClient(transport=httpx.MockTransport(wire))
    platforms = desk.process()
    await platforms.connect(connection(GOOGLE))
    ads = (await platforms.of(TENANT))[GOOGLE]
    await asyncio.gather(*(ads.read(ref(GOOGLE)) for _ in range(5)))
    assert (len(refused), len(renewals)) == (5, 1)


async def test_a_token_near_its_end_is_renewed_before_it_is_refused() -> None:
    desk = Desk(state_reply(GOOGLE), fresh_token("second-token"), state_reply(GOOGLE))
    await desk.platforms.connect(connection(GOOGLE, expires_at=NOON + timedelta(minutes=10)))
    ads = (await desk.platforms.of(TENANT))[GOOGLE]
    await ads.read(ref(GOOGLE))
    desk.clock.move_to(NOON + timedelta(minutes=9))
    await ads.read(ref(GOOGLE))
    assert desk.script.paths[1] == "/token"
    assert desk.script.asked[-1].headers["authorization"] == "Bearer second-token"


async def test_meta_s_token_is_exchanged_a_week_early_and_used_on_if_that_fails() -> None:
    desk = Desk(httpx.ConnectError("down"), state_reply(META), currency_reply(META))
    await desk.platforms.connect(connection(META, expires_at=NOON + timedelta(days=3)))
    await (await desk.platforms.of(TENANT))[META].read(ref(META))
    assert desk.script.paths == ["/v26.0/oauth/access_token", "/v26.0/1201", "/v26.0/act_501"]
    assert desk.pace.slept == []


async def test_a_refused_early_exchange_is_told_to_the_log_while_the_token_lasts(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk(meta_error(100), state_reply(META), currency_reply(META))
    await desk.platforms.connect(connection(META, expires_at=NOON + timedelta(days=3)))
    await (await desk.platforms.of(TENANT))[META].read(ref(META))
    assert "was not renewed" in caplog.text


async def test_meta_s_exchange_sends_the_token_in_the_body() -> None:
    desk = Desk(
        meta_error(190, 463), fresh_token("long-token", 5184000), state_reply(META), currency_reply(META)
    )
    await desk.platforms.connect(connection(META))
    await (await desk.platforms.of(TENANT))[META].read(ref(META))
    assert desk.stored(META) == "long-token"
    assert desk.script.form(1)["grant_type"] == "fb_exchange_token"
    assert not desk.script.asked[1].url.query


async def test_a_dead_refresh_token_asks_for_a_person() -> None:
    dead = json_reply(
        {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, 400
    )
    desk = Desk(google_error(*EXPIRED, status=401), dead)
    await desk.platforms.connect(connection(GOOGLE))
    with pytest.raises(ReconnectNeeded, match="A person must connect it again"):
        await (await desk.platforms.of(TENANT))[GOOGLE].read(ref(GOOGLE))


async def test_an_exchange_refused_for_whatever_reason_asks_for_a_person() -> None:
    desk = Desk(meta_error(190, 463), meta_error(100))
    await desk.platforms.connect(connection(META))
    with pytest.raises(ReconnectNeeded, match="Meta says 100"):
        await (await desk.platforms.of(TENANT))[META].read(ref(META))


async def test_a_token_endpoint_that_is_down_is_no_reason_to_reconnect() -> None:
    desk = Desk(*[httpx.Response(503)] * 4)
    await desk.platforms.connect(connection(GOOGLE, without=["access_token"]))
    with pytest.raises(PlatformUnavailable):
        await (await desk.platforms.of(TENANT))[GOOGLE].read(ref(GOOGLE))


async def test_a_platform_that_refuses_even_a_fresh_token_needs_a_person() -> None:
    desk = Desk(google_error(*EXPIRED, status=401), fresh_token(), google_error(*EXPIRED, status=401))
    await desk.platforms.connect(connection(GOOGLE))
    with pytest.raises(ReconnectNeeded, match="even a fresh access token"):
        await (await desk.platforms.of(TENANT))[GOOGLE].read(ref(GOOGLE))


async def test_what_a_person_connected_meanwhile_is_not_overwritten_by_a_renewal() -> None:
    desk = Desk(google_error(*EXPIRED, status=401), fresh_token("stale"), state_reply(GOOGLE))
    await desk.platforms.connect(connection(GOOGLE))
    ads = (await desk.platforms.of(TENANT))[GOOGLE]
    secrets = connection(GOOGLE).secrets | {"access_token": SecretStr("from-a-person")}
    await desk.process().connect(connection(GOOGLE, secrets=secrets))
    await ads.read(ref(GOOGLE))
    assert desk.stored() == "from-a-person"
    assert desk.script.asked[-1].headers["authorization"] == "Bearer from-a-person"


async def test_a_renewal_does_not_bring_a_dropped_connection_back() -> None:
    desk = Desk(google_error(*EXPIRED, status=401), fresh_token("stale"))
    await desk.platforms.connect(connection(GOOGLE))
    ads = (await desk.platforms.of(TENANT))[GOOGLE]
    await desk.platforms.disconnect(TENANT, GOOGLE)
    with pytest.raises(ReconnectNeeded, match="was disconnected meanwhile"):
        await ads.read(ref(GOOGLE))
    assert desk.store.records == {}


async def test_one_damaged_record_does_not_take_the_others_away(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    await desk.platforms.connect(connection(GOOGLE))
    await desk.store.save(TENANT, META, desk.store.records[TENANT, GOOGLE])
    with caplog.at_level(logging.WARNING):
        assert set(await desk.platforms.of(TENANT)) == {GOOGLE}
    assert "Meta Ads of t_techflow is left out" in caplog.text


async def test_rotation_rewraps_every_record_of_the_tenant_once() -> None:
    old, new = new_key("old"), new_key("new")
    desk = Desk(ring=KeyRing.parse(old))
    await desk.platforms.connect(connection(GOOGLE))
    await desk.platforms.connect(connection(META))
    desk.ring = KeyRing.parse(f"{new},{old}")
    assert await desk.process().rotate(TENANT) == 2
    assert await desk.process().rotate(TENANT) == 0
    desk.ring = KeyRing.parse(new)
    assert set(await desk.process().of(TENANT)) == {GOOGLE, META}


async def test_one_campaign_of_two_connections_has_one_id() -> None:
    """What YouTube's connection reaches is left to it; what only Google's reaches stays Google's."""
    queries: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        query = str(json.loads(request.content)["query"])
        if "FROM customer_client" not in query:
            queries.append(query)
            return json_reply({})
        reached = {"id": "501", "currencyCode": "USD", "timeZone": "UTC", "status": "ENABLED"}
        return json_reply({"results": [{"customerClient": reached}]})

    desk = Desk(*[answer] * 4)
    await desk.platforms.connect(connection(GOOGLE))
    alone = (await desk.platforms.of(TENANT))[GOOGLE]
    _ = [row async for row in alone.campaigns(account(GOOGLE))]
    await desk.platforms.connect(youtube_connection())
    ads = (await desk.platforms.of(TENANT))[GOOGLE]
    _ = [row async for row in ads.campaigns(account(GOOGLE))]
    _ = [row async for row in ads.campaigns(account(GOOGLE).model_copy(update={"account_id": "502"}))]
    before, shared, own = queries
    assert "NOT IN ('DEMAND_GEN', 'VIDEO')" in shared
    assert before == own
    assert "DEMAND_GEN" not in own
