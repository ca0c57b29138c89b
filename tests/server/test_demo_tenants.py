"""The demo's three tenants: each sees its own accounts, in its own money, under its own policy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from omnify_core.campaigns import Platform, Status
from omnify_core.ids import UserId
from omnify_core.money import Money, total
from omnify_platforms.connecting import Asking
from omnify_sandbox.app import create_sandbox
from omnify_sandbox.credentials import credentials_of
from omnify_server.demo_tenants import FIRST, OTHERS, DemoTenant, ensure_imported, ensure_tenants
from omnify_server.sandbox_host import Sandbox
from omnify_server.seeding import DEMO_TENANT
from omnify_server.services import Services, open_services
from omnify_server.settings import Settings
from tests.builders.sandbox_wire import SEED, sandbox_config

SHOP, AGENCY = OTHERS


@asynccontextmanager
async def seeded(folder: Path) -> AsyncIterator[Services]:
    transport = httpx.ASGITransport(create_sandbox(sandbox_config()))
    http = httpx.AsyncClient(transport=transport, base_url="http://sandbox")
    sandbox = Sandbox("http://sandbox", credentials_of(SEED), SEED)
    settings = Settings(data_dir=folder, history_days=14)
    async with open_services(settings, market=(sandbox, http)) as services:
        await ensure_tenants(services)
        yield services


async def test_every_tenant_is_connected_to_its_own_platforms_and_to_no_other(tmp_path: Path) -> None:
    async with seeded(tmp_path) as services:
        found = {one.id: set(await services.stores.connections.connected(one.id)) for one in (FIRST, *OTHERS)}
        assert found[SHOP.id] == set(SHOP.advertiser.platforms)
        assert found[AGENCY.id] == {Platform.GOOGLE, Platform.META}
        assert found[FIRST.id] == {Platform.GOHIGHLEVEL, Platform.STRIPE}, "its ads are seeded apart"
        names = [
            account.name
            for platform in (await services.platforms.of(AGENCY.id)).values()
            for account in await platform.accounts()
        ]
    assert len(names) == 8
    assert not [name for name in names if "TechFlow" in name or "Harbour" in name]


async def test_the_agency_is_imported_in_three_currencies_and_judged_in_euros(tmp_path: Path) -> None:
    async with seeded(tmp_path) as services:
        await ensure_imported(services, AGENCY.id)
        campaigns = await services.stores.market.campaigns(AGENCY.id)
        policy = await services.stores.policies.get(AGENCY.id)
        assert {one.currency for one in campaigns} == {"EUR", "USD", "JPY"}
        yen = [one.daily_budget for one in campaigns if one.currency == "JPY"]
        assert all(budget and budget.minor >= 3_000 for budget in yen)
        rates = policy.rates_on(services.clock.now().date())
        live = [one for one in campaigns if one.status is Status.ENABLED]
        budgeted = total((rates.convert(one.daily_budget) for one in live if one.daily_budget), "EUR")
        assert budgeted < policy.daily_cap_total < budgeted.times(2)
        assert await services.stores.market.campaigns(SHOP.id) == [], "nobody asked for it"


@pytest.mark.parametrize("tenant", OTHERS, ids=lambda one: one.id)
async def test_a_policy_is_in_the_tenant_s_own_currency(tmp_path: Path, tenant: DemoTenant) -> None:
    async with seeded(tmp_path) as services:
        policy = await services.stores.policies.get(tenant.id)
        people = await services.stores.people.tenant(tenant.id)
    assert policy.base_currency == people.base_currency == tenant.base_currency
    assert people.time_zone == tenant.advertiser.zone
    assert policy.daily_cap_per_entity is not None
    assert Money.zero(policy.base_currency) < policy.daily_cap_per_entity < policy.daily_cap_total


async def test_rates_of_ours_are_set_again_each_day_and_those_of_a_person_are_not(tmp_path: Path) -> None:
    async with seeded(tmp_path) as services:
        policies = services.stores.policies
        first = await policies.get(AGENCY.id)
        assert first.rates is not None
        old = first.rates.model_copy(update={"day": first.rates.day - timedelta(days=9)})
        await policies.replace(first.model_copy(update={"version": 2, "rates": old}))
        await ensure_tenants(services)
        renewed = await policies.get(AGENCY.id)
        assert renewed.rates is not None
        assert (renewed.version, renewed.rates.day) == (3, first.rates.day)
        theirs = old.model_copy(update={"source": "our bank", "per_unit": {"USD": Decimal("0.9")}})
        await policies.replace(renewed.model_copy(update={"version": 4, "rates": theirs}))
        await ensure_tenants(services)
        assert (await policies.get(AGENCY.id)).rates == theirs


async def test_whoever_connects_a_platform_is_sent_to_the_page_of_their_own_advertiser(
    tmp_path: Path,
) -> None:
    async with seeded(tmp_path) as services:

        async def page(tenant: DemoTenant) -> str:
            asking = Asking(tenant.id, UserId("u"), Platform.META)
            begun = await services.connecting.begin(asking, redirect_uri="http://localhost/back")
            return urlsplit(begun.url).path

        assert await page(SHOP) == "/harbour/meta-ads/v26.0/dialog/oauth"
        assert await page(FIRST) == "/meta-ads/v26.0/dialog/oauth"
        assert services.connecting.can_connect(DEMO_TENANT, Platform.SHOPIFY)
        assert not services.connecting.can_connect(AGENCY.id, Platform.SHOPIFY)


async def test_seeding_twice_changes_nothing(tmp_path: Path) -> None:
    async with seeded(tmp_path) as services:
        before = [
            (await services.stores.people.tenants()),
            [await services.stores.policies.get(one.id) for one in OTHERS],
        ]
        await ensure_tenants(services)
        after = [
            (await services.stores.people.tenants()),
            [await services.stores.policies.get(one.id) for one in OTHERS],
        ]
    assert before == after
