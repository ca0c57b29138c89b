"""Three advertisers in one sandbox: each with accounts, currencies, a world and a log of its own."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from omnify_core.campaigns import Platform
from omnify_core.errors import BadInput
from omnify_sandbox import create_sandbox
from omnify_sandbox.advertiser import USD_PER_UNIT, minor_per_unit
from omnify_sandbox.advertisers import ADVERTISERS, seed_for
from omnify_sandbox.advertisers.agency import AGENCY
from omnify_sandbox.advertisers.shop import SHOP
from omnify_sandbox.book import Change, Key
from omnify_sandbox.credentials import credentials_of
from omnify_sandbox.market import Market
from tests.builders.sandbox_wire import SEED, TODAY, sandbox_config

AGENCY_KEYS = credentials_of(seed_for(SEED, AGENCY), AGENCY)
SHOP_KEYS = credentials_of(seed_for(SEED, SHOP), SHOP)
YEN = next(one for one in AGENCY.accounts[Platform.GOOGLE] if one.currency == "JPY")
YEN_META = next(one for one in AGENCY.accounts[Platform.META] if one.currency == "JPY")


@asynccontextmanager
async def sandbox(path: Path | None = None) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_sandbox(sandbox_config(path=path)))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as http:
        yield http


async def control(
    http: httpx.AsyncClient, slug: str, keys: dict[str, Any], path: str, body: Any = None
) -> Any:
    headers = {"Authorization": f"Bearer {keys['control_token']}"}
    method = "POST" if body is not None else "GET"
    reply = await http.request(method, f"/{slug}/_control/{path}", json=body, headers=headers)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def google_headers(http: httpx.AsyncClient) -> dict[str, str]:
    own = AGENCY_KEYS["google"]
    form = {name: own[name] for name in ("client_id", "client_secret", "refresh_token")}
    granted = await http.post("/nordlicht/google-ads/token", data={"grant_type": "refresh_token", **form})
    return {
        "Authorization": f"Bearer {granted.json()['access_token']}",
        "developer-token": own["developer_token"],
        "login-customer-id": own["login_customer_id"],
    }


def test_no_two_advertisers_share_an_id_a_token_or_an_account() -> None:
    markets = [Market(sandbox_config(), advertiser) for advertiser in ADVERTISERS]
    ids = [item.id for one in markets for item in (*one.catalog.campaigns, *one.catalog.ads)]
    assert len(set(ids)) == len(ids)
    keys = [market.credentials["meta"]["access_token"] for market in markets]
    assert len(set(keys)) == len(keys)
    accounts = [account.id for one in ADVERTISERS for held in one.accounts.values() for account in held]
    assert len(set(accounts)) == len(accounts)


def test_the_agency_has_four_clients_in_three_currencies_one_without_minor_units() -> None:
    currencies = {account.currency for held in AGENCY.accounts.values() for account in held}
    assert len(AGENCY.brands) == 4
    assert currencies == {"EUR", "USD", "JPY"}
    assert minor_per_unit("JPY") == 1


@pytest.mark.parametrize("advertiser", ADVERTISERS, ids=lambda one: one.name)
def test_what_is_spent_is_near_what_is_budgeted_in_every_currency(advertiser: Any) -> None:
    market = Market(sandbox_config(), advertiser)
    figures = market.figures(TODAY, TODAY)
    market.advance(20)
    figures = market.figures(TODAY, market.today())
    budgets = {b.id: b.cents / minor_per_unit(b.currency) for b in market.catalog.budgets}
    for currency in {b.currency for b in market.catalog.budgets}:
        mine = [c for c in market.catalog.campaigns if c.currency == currency and not c.paused_since]
        ads = [ad.index for ad in market.catalog.ads if ad.campaign in mine]
        spent = figures.spend_micros[:, ads].sum() / 1e6 / 20
        budgeted = sum({c.budget.id: budgets[c.budget.id] for c in mine}.values())
        assert 0.5 * budgeted < spent < 1.2 * budgeted, (currency, spent, budgeted)


def test_yen_are_spent_and_earned_in_whole_yen_where_the_platform_bills_so() -> None:
    market = Market(sandbox_config(), AGENCY)
    ads = [ad.index for ad in market.catalog.ads if ad.campaign.account == YEN_META.id]
    figures = market.figures(market.world.first_day, TODAY)
    assert np.all(figures.spend_micros[:, ads] % 1_000_000 == 0)
    worth = figures.value_cents[:, ads].sum() / figures.conversions[:, ads].sum()
    assert worth * USD_PER_UNIT["JPY"] > 5, "an order is worth dollars, not cents"


def test_clients_of_one_agency_do_not_fight_for_buyers() -> None:
    calm, loud = Market(sandbox_config(), AGENCY), Market(sandbox_config(), AGENCY)
    changes = [
        Change(Key("budget", c.budget.id, "daily_budget"), c.budget.cents * 3)
        for c in loud.catalog.campaigns
        if c.brand.name == "Fjord Kitchen"
    ]
    loud.commit(changes, request_id="r")
    for market in (calm, loud):
        market.advance(20)
    demand, conversion = (
        np.stack(part)
        for part in zip(*(market.world.rivalry.effects() for market in (calm, loud)), strict=True)
    )
    theirs = np.array([c.brand.name == "Fjord Kitchen" for c in calm.catalog.campaigns])
    assert np.array_equal(demand[0, ~theirs], demand[1, ~theirs])
    assert np.array_equal(conversion[0, ~theirs], conversion[1, ~theirs])
    assert not np.array_equal(conversion[0, theirs], conversion[1, theirs])


async def test_google_shows_yen_in_micros_and_refuses_a_part_of_a_yen() -> None:
    async with sandbox() as http:
        headers = await google_headers(http)
        url = f"/nordlicht/google-ads/v26/customers/{YEN.id}"
        query = (
            "SELECT campaign.id, campaign_budget.id, campaign_budget.amount_micros, customer.currency_code "
            "FROM campaign"
        )
        found = await http.post(f"{url}/googleAds:search", json={"query": query}, headers=headers)
        row = found.json()["results"][0]
        assert row["customer"]["currencyCode"] == "JPY"
        assert int(row["campaignBudget"]["amountMicros"]) % 1_000_000 == 0
        name = f"customers/{YEN.id}/campaignBudgets/{row['campaignBudget']['id']}"

        async def written(micros: int) -> httpx.Response:
            update = {"resourceName": name, "amountMicros": str(micros)}
            body = {"operations": [{"update": update, "updateMask": "amountMicros"}]}
            return await http.post(f"{url}/campaignBudgets:mutate", json=body, headers=headers)

        assert (await written(12_000_500_000)).status_code == 400
        done = await written(12_000_000_000)
        assert done.status_code == 200, done.text
        writes = (await control(http, "nordlicht", AGENCY_KEYS, "writes"))["items"]
    assert [(one["account"], one["after"]) for one in writes] == [(YEN.id, 12_000)]


async def test_meta_shows_yen_without_places() -> None:
    async with sandbox() as http:
        token = AGENCY_KEYS["meta"]["access_token"]
        fields = {"access_token": token, "fields": "spend,action_values", "date_preset": "last_30d"}
        found = await http.get(f"/nordlicht/meta-ads/v26.0/act_{YEN_META.id}/insights", params=fields)
    row = found.json()["data"][0]
    assert row["spend"].isdigit()
    assert all(one["value"].isdigit() for one in row["action_values"])


async def test_a_campaign_made_on_meta_in_yen_has_its_budget_in_whole_yen() -> None:
    async with sandbox() as http:
        form = {
            "access_token": AGENCY_KEYS["meta"]["access_token"],
            "name": "Spring",
            "objective": "OUTCOME_SALES",
            "special_ad_categories": "[]",
            "daily_budget": "9000",
        }
        made = await http.post(f"/nordlicht/meta-ads/v26.0/act_{YEN_META.id}/campaigns", data=form)
        query = {"access_token": form["access_token"], "fields": "daily_budget"}
        shown = (await http.get(f"/nordlicht/meta-ads/v26.0/{made.json()['id']}", params=query)).json()
        (write,) = (await control(http, "nordlicht", AGENCY_KEYS, "writes"))["items"]
    assert shown["daily_budget"] == "9000"
    assert write["account"] == YEN_META.id
    assert json.loads(write["after"])["fields"]["daily_budget"] == 9_000


async def test_one_clock_moves_all_of_them_and_each_keeps_its_own_log(tmp_path: Path) -> None:
    async with sandbox(tmp_path / "market.jsonl") as http:
        before = (await control(http, "harbour", SHOP_KEYS, "clock"))["now"]
        await control(http, "nordlicht", AGENCY_KEYS, "advance", {"days": 3})
        now = (await control(http, "harbour", SHOP_KEYS, "clock"))["now"]
        campaign = Market(sandbox_config(), SHOP).catalog.campaigns[0]
        edit = {"platform": "google", "campaign_id": campaign.id, "daily_budget": "77.50"}
        await control(http, "harbour", SHOP_KEYS, "ui-edit", edit)
        assert now[:10] > before[:10]
        assert (await control(http, "nordlicht", AGENCY_KEYS, "writes"))["items"] == []
    async with sandbox(tmp_path / "market.jsonl") as http:
        kept = (await control(http, "harbour", SHOP_KEYS, "writes"))["items"]
        assert [(one["after"], one["origin"]) for one in kept] == [(7_750, "ui")]
        assert (await control(http, "harbour", SHOP_KEYS, "clock"))["now"][:10] == now[:10]


async def test_nobody_gets_in_with_anothers_token_or_to_a_platform_that_is_not_used() -> None:
    async with sandbox() as http:
        params = {"access_token": SHOP_KEYS["meta"]["access_token"]}
        path = "meta-ads/v26.0/me/adaccounts"
        assert (await http.get(f"/harbour/{path}", params=params)).status_code == 200
        assert (await http.get(f"/{path}", params=params)).status_code != 200
        assert (await http.get(f"/nordlicht/{path}", params=params)).status_code != 200
        assert (await http.get("/nordlicht/stripe/v1/customers")).status_code == 404


def test_a_log_of_another_advertiser_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "market.jsonl"
    Market(sandbox_config(path=path), SHOP)
    with pytest.raises(BadInput, match="belongs to seed"):
        Market(sandbox_config(path=path), AGENCY)
