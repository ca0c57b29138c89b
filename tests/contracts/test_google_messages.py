"""Every message that the Google and YouTube adapters send, and every answer of the sandbox, by the contract.

The legs of `tests/builders/legs_*.py` are looked at, rehearsed, written and taken back; all reads are made.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, cast

import httpx
import pytest

from omnify_core.campaigns import Level, Platform
from omnify_core.clock import FixedClock
from omnify_platforms.connected import open_adapter
from omnify_platforms.transport import Means
from omnify_sandbox.app import app_of
from tests.builders import legs_google, legs_youtube
from tests.builders.field_legs import LegDesk, as_seen, undone
from tests.builders.google_contract import ELSEWHERE, Wire, contract, faults
from tests.builders.platform_wire import FakePace
from tests.builders.sandbox_server import SandboxServer
from tests.builders.sandbox_wire import NOON, TODAY, fresh_market

CASES = {Platform.GOOGLE: legs_google.CASES, Platform.YOUTUBE: legs_youtube.CASES}
EACH = [
    pytest.param(platform, name, id=f"{platform.value}: {name}")
    for platform in CASES
    for name in CASES[platform]
]
# Their messages are in no contract file.
UPLOADS = "/offlineUserDataJobs"


@asynccontextmanager
async def recorded(platform: Platform) -> AsyncIterator[tuple[LegDesk, Wire]]:
    market = fresh_market()
    wire = Wire(httpx.ASGITransport(app_of(market, page_rows=2_000)))

    async def keep(_rejected: Any, renewed: Any) -> Any:
        return renewed

    async with httpx.AsyncClient(transport=wire) as http:
        server = SandboxServer("https://sandbox.test", market.credentials, cast("httpx.Client", http))
        means = Means(http, FixedClock(NOON), FakePace(), 20.0)
        ads = open_adapter(server.connection(platform), means, keep=keep)
        yield LegDesk(ads, ads, server, (await ads.accounts())[0], FakePace()), wire


def wrong(wire: Wire) -> list[str]:
    found = []
    for path, sent, answer in wire.calls:
        if UPLOADS in path:
            continue
        request, reply = {
            "googleAds:search": ("services.SearchGoogleAdsRequest", "services.SearchGoogleAdsResponse"),
            "googleAds:mutate": ("services.MutateGoogleAdsRequest", "services.MutateGoogleAdsResponse"),
        }[path.rpartition("/")[2]]
        found += faults(request, sent, writes=True)
        found += faults(reply, answer, writes=False)
    return found


@pytest.mark.parametrize(("platform", "name"), EACH)
async def test_every_leg_speaks_the_contract_s_messages(platform: Platform, name: str) -> None:
    async with recorded(platform) as (desk, wire):
        leg = await as_seen(desk.ads, await CASES[platform][name](desk, "one"))
        await desk.ads.dry_run(leg)
        await desk.ads.write(leg, key="k")
        await desk.ads.look(leg)
        await desk.ads.write(undone(leg), key="k")
        assert sum("mutate" in path for path, _, _ in wire.calls) >= 3
        assert wrong(wire) == []


@pytest.mark.parametrize("platform", CASES)
async def test_every_read_speaks_the_contract_s_messages(platform: Platform) -> None:
    async with recorded(platform) as (desk, wire):
        since = TODAY - timedelta(days=3)
        for listing in (desk.ads.campaigns, desk.ads.ad_groups, desk.ads.creatives, desk.ads.audiences):
            assert [row async for row in listing(desk.account)]
        for level in (Level.CAMPAIGN, Level.AD_GROUP, Level.AD):
            assert [row async for row in desk.ads.daily_metrics(desk.account, level, since, TODAY)]
        if platform is Platform.GOOGLE:
            assert [row async for row in desk.ads.keywords(desk.account)]
            assert [row async for row in desk.ads.search_terms(desk.account, since, TODAY)]
            assert [row async for row in desk.ads.impression_shares(desk.account, since, TODAY)]
        assert wrong(wire) == []


async def test_every_path_is_one_of_the_contract_s_methods() -> None:
    async with recorded(Platform.GOOGLE) as (desk, wire):
        leg = await as_seen(desk.ads, await legs_google.audience(desk, "one"))
        await desk.ads.write(leg, key="k")
        known = {method["path"] for method in contract("google_ads/rest_methods.json")["methods"].values()}
        spoken = {path.split("/v26/", 1)[1] for path, _, _ in wire.calls}
        account = desk.account.account_id
        generic = {
            f"customers/{account}/googleAds:search",
            f"customers/{account}/googleAds:mutate",
            f"customers/{account}/offlineUserDataJobs:create",
        }
        assert {
            f"/{{version}}/{path}".replace(account, "{customer_id=*}") for path in spoken & generic
        } <= known
        rest = {path.rpartition(":")[2] for path in spoken if "offlineUserDataJobs/" in path}
        job = "{resource_name=customers/*/offlineUserDataJobs/*}"
        assert {f"/{{version}}/{job}:{verb}" for verb in rest} <= known
        assert rest == {"addOperations", "run"}


def test_the_check_itself_sees_what_is_wrong() -> None:
    operation = {"create": {"id": "7", "naem": "x", "status": "ON", "manualCpc": {}, "targetSpend": {}}}
    body = {"customerId": 7, "mutateOperations": [{"campaignOperation": operation}]}
    found = faults("services.MutateGoogleAdsRequest", body, writes=True)
    assert len(found) == 5
    assert not faults("services.GoogleAdsRow", {name: {} for name in ELSEWHERE}, writes=False)
