"""A platform that nobody knew: one file (here, this one) and one line, and all else works with it.

Names are an enum of core's; the new platform borrows Stripe's, which is no ad platform.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from omnify_core.campaigns import (
    AdAccount,
    AdGroup,
    Campaign,
    Creative,
    DailyMetrics,
    EntityRef,
    EntityState,
    Level,
    Platform,
    Status,
)
from omnify_core.clock import Clock, FixedClock
from omnify_core.errors import OutcomeUnknown, Unsupported
from omnify_core.ids import UserId
from omnify_core.legs import AnyLeg, BudgetLeg, FieldLeg
from omnify_core.money import Money
from omnify_core.platform_ports import Capabilities, Health, Look
from omnify_core.reads import PlainReads
from omnify_memory import open_sqlite, stores_on
from omnify_platforms import Asking, ConnectedPlatforms, Connecting, KeyRing
from omnify_platforms.connected import ADAPTERS, BUSINESS, Plug, capabilities_of
from omnify_platforms.connections import Connection
from omnify_platforms.consent import Consent
from omnify_platforms.consents import CONSENTS
from omnify_platforms.health import health_of
from omnify_platforms.refusals import Answer, Refusal, kind_of_status
from omnify_platforms.rows import Row
from omnify_platforms.transport import Call, Transport, Wire
from omnify_platforms.units import measured
from omnify_platforms.vault import new_key
from omnify_server.sync import Sync
from tests.builders.platform_wire import NOON, TENANT, FakePace, json_reply, unnoted

NINTH = Platform.STRIPE
CAMPAIGN = {"id": "7", "name": "Board | Spring", "state": "on", "budget": "120.50"}


class BoardAds(PlainReads):
    """Its campaigns are all that it has; money is a decimal text in currency units."""

    platform = NINTH
    capabilities = Capabilities(
        budget_levels=(Level.CAMPAIGN,),
        can_dry_run=False,
        has_reach=False,
        overdelivery="1",
        levels=(Level.CAMPAIGN,),
        status_levels=(Level.CAMPAIGN,),
        reports="one page a day",
        renewal="its tokens last",
    )

    def __init__(self, transport: Transport, _connection: Connection, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock

    async def accounts(self) -> list[AdAccount]:
        row = await self._row("/me")
        return [
            AdAccount(
                platform=NINTH,
                account_id=row.id("id"),
                name=row.text("name"),
                currency="EUR",
                time_zone="UTC",
            )
        ]

    async def campaigns(self, account: AdAccount) -> AsyncIterator[Campaign]:
        for row in (await self._row("/campaigns")).rows("items"):
            yield Campaign(
                ref=self._ref(account, row),
                name=row.text("name"),
                status=row.one_of("state", {"on": Status.ENABLED, "off": Status.PAUSED}),
                daily_budget=row.money("budget", account.currency),
                budget_key=row.id("id"),
                currency=account.currency,
                read_at=self._clock.now(),
            )

    async def ad_groups(self, account: AdAccount) -> AsyncIterator[AdGroup]:
        for none in ():
            yield none

    async def creatives(self, account: AdAccount) -> AsyncIterator[Creative]:
        for none in ():
            yield none

    async def daily_metrics(
        self, account: AdAccount, level: Level, since: date, until: date
    ) -> AsyncIterator[DailyMetrics]:
        if level is not Level.CAMPAIGN:
            return
        for row in (await self._row(f"/figures?since={since}&until={until}")).rows("items"):
            campaign = self._ref(account, row).id
            yield DailyMetrics(
                entity_id=campaign,
                campaign_id=campaign,
                platform=NINTH,
                level=level,
                day=row.day("day") or since,
                impressions=row.count("views"),
                clicks=row.count("clicks"),
                spend=measured(row.decimal("cost"), account.currency),
                conversions=0.0,
                revenue=Money.zero(account.currency),
            )

    async def read(self, ref: EntityRef) -> EntityState:
        raise NotImplementedError("not needed here")

    async def look(self, leg: FieldLeg) -> Look:
        raise Unsupported(f"no {leg.kind} here")

    async def dry_run(self, leg: AnyLeg) -> str:
        raise Unsupported("Board has no dry run")

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        await self._transport.write(Call(method="POST", path="/campaigns/7", body={"budget": str(leg.after)}))

    async def health(self) -> Health:
        return await health_of(self, self._clock)

    async def _row(self, path: str) -> Row:
        return Row(NINTH, await self._transport.read(Call(method="GET", path=path)))

    def _ref(self, account: AdAccount, row: Row) -> EntityRef:
        return EntityRef(
            platform=NINTH, account_id=account.account_id, level=Level.CAMPAIGN, native_id=row.id("id")
        )


def refusal(answer: Answer) -> Refusal | None:
    if answer.status < 400:
        return None
    return Refusal(kind=kind_of_status(answer.status), code=f"HTTP {answer.status}")


def sign(call: Call, connection: Connection) -> Call:
    return replace(call, headers={"x-board-token": connection.secret("access_token")})


def renewal(connection: Connection) -> Call:
    return Call(method="POST", path=connection.token_url)


PLUG = Plug(
    Wire(platform=NINTH, version="v1", refusal=refusal, sign=sign, renewal=renewal, renew_ahead=timedelta(0)),
    BoardAds,
    Consent(
        platform=NINTH,
        authorize_url="https://board.test/allow",
        token_url="https://board.test/token",
        base_url="https://api.board.test",
        scopes=("ads",),
    ),
)


def board(request: httpx.Request) -> httpx.Response:
    """The platform itself."""
    if request.url.path == "/token":
        return json_reply({"access_token": "board-token"})
    assert request.headers["x-board-token"] == "board-token"
    if request.method == "POST":
        raise httpx.ReadTimeout("it is slow today")
    day = {"id": "7", "day": "2026-11-20", "views": "900", "clicks": "30", "cost": "80.255"}
    return json_reply(
        {
            "/v1/me": {"id": "1", "name": "TechFlow"},
            "/v1/campaigns": {"items": [CAMPAIGN]},
            "/v1/figures": {"items": [day]},
        }[request.url.path]
    )


async def test_one_file_and_one_line_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(BUSINESS, NINTH)  # what the name stands for otherwise
    monkeypatch.setitem(ADAPTERS, NINTH, PLUG)  # the line
    monkeypatch.setitem(CONSENTS, NINTH, PLUG.consent)  # follows from it when the module is loaded anew
    apps = {NINTH: {"client_id": "c", "client_secret": "s3cret-of-ours"}}
    async with (
        open_sqlite(None) as documents,
        httpx.AsyncClient(transport=httpx.MockTransport(board)) as http,
    ):
        stores, clock = stores_on(documents), FixedClock(NOON)
        ring = KeyRing.parse(new_key("k1"))
        platforms = ConnectedPlatforms(stores.connections, ring, http, clock, pace=FakePace())
        connecting = Connecting(platforms, stores.tokens, http, clock, apps=apps, note=unnoted)
        asking = Asking(TENANT, UserId("u"), NINTH)
        begun = await connecting.begin(asking, redirect_uri="https://omnify.example/back")
        state = dict(parse_qsl(urlsplit(begun.url).query))["state"]
        await connecting.finish(asking, {"state": state, "code": "c0de"})

        (synced,) = await Sync(platforms, stores.market, clock, history_days=14).run(TENANT)
        assert (synced.error, synced.campaigns, synced.metric_rows) == ("", 1, 1)
        (campaign,) = await stores.market.campaigns(TENANT)
        assert campaign.daily_budget == Money.parse("120.50", "EUR")
        assert capabilities_of(NINTH).refused

        adapter = (await platforms.of(TENANT))[NINTH]
        assert (await adapter.health()).ok
        leg = BudgetLeg(
            ref=campaign.ref,
            name=campaign.name,
            budget_key=campaign.budget_key,
            before=campaign.daily_budget,
            after=Money.parse("130", "EUR"),
        )
        with pytest.raises(OutcomeUnknown):  # the transport's promise holds for it, too
            await adapter.write(leg, key="k")
