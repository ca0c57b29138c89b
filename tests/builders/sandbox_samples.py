"""One read and one write on each platform of the sandbox, for what must hold on all of them."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx

from omnify_core.campaigns import Platform
from omnify_sandbox.market import Market
from tests.builders.sandbox_linkedin import NAMER, PATCH, LinkedInWire
from tests.builders.sandbox_tiktok import US, TikTokWire
from tests.builders.sandbox_wire import US_CUSTOMER, SandboxWire, open_wire
from tests.builders.sandbox_youtube import YouTubeWire

Headers = Mapping[str, str]


class Sample(ABC):
    """`value_of` a read is the number that `write` sets. A fault may be asked for by header."""

    first, second = 6_100, 7_200

    def __init__(self, wire: SandboxWire) -> None:
        self.wire = wire

    @abstractmethod
    async def prepare(self) -> None:
        """Gets tokens and ids."""

    @abstractmethod
    async def read(self, headers: Headers) -> httpx.Response: ...

    @abstractmethod
    async def write(self, value: int, headers: Headers) -> httpx.Response: ...

    @abstractmethod
    def value_of(self, reply: httpx.Response) -> int: ...

    def is_good(self, reply: httpx.Response) -> bool:
        return reply.status_code < 300

    async def value(self) -> int:
        return self.value_of(await self.read({}))

    async def written(self) -> list[int]:
        """What the judge's log says was set."""
        return [int(one["after"]) for one in await self.wire.writes() if str(one["after"]).isdigit()]


class GoogleSample(Sample):
    """Budgets in micros on the wire, in cents here."""

    platform = Platform.GOOGLE
    root, customer = "google-ads", US_CUSTOMER

    async def prepare(self) -> None:
        self._headers = await self.wire.google_headers()
        campaign = next(
            c
            for c in self.wire.market.on(self.platform).catalog.campaigns
            if c.account == self.customer and not c.budget.is_shared
        )
        self._budget = campaign.budget.id

    async def _post(self, path: str, body: Any, headers: Headers) -> httpx.Response:
        url = f"/{self.root}/v26/customers/{self.customer}/{path}"
        return await self.wire.http.post(url, json=body, headers={**self._headers, **headers})

    async def read(self, headers: Headers) -> httpx.Response:
        fields, budget = "campaign_budget.amount_micros", self._budget
        query = f"SELECT {fields} FROM campaign_budget WHERE campaign_budget.id = {budget}"
        return await self._post("googleAds:search", {"query": query}, headers)

    async def write(self, value: int, headers: Headers) -> httpx.Response:
        name = f"customers/{self.customer}/campaignBudgets/{self._budget}"
        update = {"resourceName": name, "amountMicros": str(value * 10_000)}
        operation = {"update": update, "updateMask": "amountMicros"}
        return await self._post("campaignBudgets:mutate", {"operations": [operation]}, headers)

    def value_of(self, reply: httpx.Response) -> int:
        return int(reply.json()["results"][0]["campaignBudget"]["amountMicros"]) // 10_000


class YouTubeSample(GoogleSample):
    platform = Platform.YOUTUBE
    root, customer = "youtube-ads", "5527140963"

    async def prepare(self) -> None:
        await super().prepare()
        self._headers = await YouTubeWire(self.wire).headers()


class MetaSample(Sample):
    async def prepare(self) -> None:
        self._id = self.wire.market.on(Platform.META).catalog.campaigns[0].id

    async def read(self, headers: Headers) -> httpx.Response:
        return await self.wire.graph(self._id, dict(headers), fields="daily_budget")

    async def write(self, value: int, headers: Headers) -> httpx.Response:
        return await self.wire.graph_post(self._id, dict(headers), daily_budget=str(value))

    def value_of(self, reply: httpx.Response) -> int:
        return int(reply.json()["daily_budget"])


class LinkedInSample(Sample):
    async def prepare(self) -> None:
        self._linkedin = LinkedInWire(self.wire)
        self._path = f"adAccounts/{NAMER}/adCampaigns/{(await self._linkedin.campaigns())[0]['id']}"

    async def read(self, headers: Headers) -> httpx.Response:
        return await self._linkedin.get(self._path, dict(headers))

    async def write(self, value: int, headers: Headers) -> httpx.Response:
        wanted = {"dailyBudget": {"amount": f"{value / 100:.2f}", "currencyCode": "USD"}}
        body = {"patch": {"$set": wanted}}
        return await self._linkedin.call("POST", self._path, body=body, headers={**PATCH, **headers})

    def value_of(self, reply: httpx.Response) -> int:
        return round(float(reply.json()["dailyBudget"]["amount"]) * 100)


class TikTokSample(Sample):
    async def prepare(self) -> None:
        self._tiktok = TikTokWire(self.wire)
        self._id = str((await self._tiktok.campaign())["campaign_id"])

    async def _send(self, method: str, path: str, headers: Headers, **more: Any) -> httpx.Response:
        url = f"/tiktok-ads/open_api/v1.3/{path}"
        return await self.wire.http.request(
            method, url, headers={**self._tiktok.headers(), **headers}, **more
        )

    async def read(self, headers: Headers) -> httpx.Response:
        wanted = {"advertiser_id": US, "filtering": json.dumps({"campaign_ids": [self._id]})}
        return await self._send("GET", "campaign/get/", headers, params=wanted)

    async def write(self, value: int, headers: Headers) -> httpx.Response:
        body = {"advertiser_id": US, "campaign_id": self._id, "budget": value / 100}
        return await self._send("POST", "campaign/update/", headers, json=body)

    def value_of(self, reply: httpx.Response) -> int:
        return round(float(reply.json()["data"]["list"][0]["budget"]) * 100)

    def is_good(self, reply: httpx.Response) -> bool:
        return reply.status_code == 200 and reply.json().get("code") == 0


class HighLevelSample(Sample):
    """A deal's worth."""

    async def _call(self, method: str, path: str, headers: Headers, body: Any = None) -> httpx.Response:
        own = self.wire.credentials["gohighlevel"]
        sent = {"Authorization": f"Bearer {own['access_token']}", "Version": "v3", **headers}
        return await self.wire.http.request(method, f"/gohighlevel{path}", json=body, headers=sent)

    async def prepare(self) -> None:
        asked = {"locationId": self.wire.credentials["gohighlevel"]["location_id"], "limit": 1}
        found = await self._call("POST", "/opportunities/search", {}, asked)
        self._id = found.json()["opportunities"][0]["id"]

    async def read(self, headers: Headers) -> httpx.Response:
        return await self._call("GET", f"/opportunities/{self._id}", headers)

    async def write(self, value: int, headers: Headers) -> httpx.Response:
        return await self._call("PUT", f"/opportunities/{self._id}", headers, {"monetaryValue": value})

    def value_of(self, reply: httpx.Response) -> int:
        return int(reply.json()["opportunity"]["monetaryValue"])


_STOCK = """{ inventoryItems(first: 1) { nodes { id inventoryLevels(first: 1) { nodes {
  location { id } quantities(names: ["available"]) { quantity } } } } } }"""
_SET = """mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id } userErrors { field message code } } }"""


class ShopifySample(Sample):
    """Pieces in stock."""

    async def _ask(self, query: str, headers: Headers, **variables: Any) -> httpx.Response:
        token = {"X-Shopify-Access-Token": self.wire.credentials["shopify"]["access_token"]}
        body = {"query": query, "variables": variables}
        url = "/shopify/admin/api/2026-10/graphql.json"
        return await self.wire.http.post(url, json=body, headers={**token, **headers})

    async def prepare(self) -> None:
        item = (await self._ask(_STOCK, {})).json()["data"]["inventoryItems"]["nodes"][0]
        self._item = item["id"]
        self._location = item["inventoryLevels"]["nodes"][0]["location"]["id"]

    async def read(self, headers: Headers) -> httpx.Response:
        return await self._ask(_STOCK, headers)

    async def write(self, value: int, headers: Headers) -> httpx.Response:
        quantity = {"inventoryItemId": self._item, "locationId": self._location, "quantity": value}
        given = {
            "name": "available",
            "reason": "correction",
            "quantities": [quantity | {"changeFromQuantity": None}],
        }
        return await self._ask(_SET, headers, input=given, key=f"key-{value}")

    def value_of(self, reply: httpx.Response) -> int:
        item = reply.json()["data"]["inventoryItems"]["nodes"][0]
        return int(item["inventoryLevels"]["nodes"][0]["quantities"][0]["quantity"])

    def is_good(self, reply: httpx.Response) -> bool:
        answer = reply.json() if reply.status_code == 200 else {"errors": 1}
        return "errors" not in answer


class StripeSample(Sample):
    """A customer's description."""

    async def _call(self, method: str, path: str, headers: Headers, **form: Any) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {self.wire.credentials['stripe']['access_token']}"}
        sent = {"data": form} if method == "POST" else {"params": form}
        return await self.wire.http.request(
            method, f"/stripe/v1/{path}", headers={**bearer, **headers}, **cast("Any", sent)
        )

    async def prepare(self) -> None:
        self._id = (await self._call("GET", "customers", {}, limit=1)).json()["data"][0]["id"]
        await self.write(1, {})

    async def read(self, headers: Headers) -> httpx.Response:
        return await self._call("GET", f"customers/{self._id}", headers)

    async def write(self, value: int, headers: Headers) -> httpx.Response:
        return await self._call("POST", f"customers/{self._id}", headers, description=str(value))

    def value_of(self, reply: httpx.Response) -> int:
        return int(reply.json()["description"])


SAMPLES: dict[Platform, type[Sample]] = {
    Platform.GOOGLE: GoogleSample,
    Platform.META: MetaSample,
    Platform.LINKEDIN: LinkedInSample,
    Platform.TIKTOK: TikTokSample,
    Platform.YOUTUBE: YouTubeSample,
    Platform.GOHIGHLEVEL: HighLevelSample,
    Platform.SHOPIFY: ShopifySample,
    Platform.STRIPE: StripeSample,
}


@asynccontextmanager
async def open_sample(platform: Platform, market: Market | None = None) -> AsyncIterator[Sample]:
    async with open_wire(market) as wire:
        sample = SAMPLES[platform](wire)
        await sample.prepare()
        yield sample
