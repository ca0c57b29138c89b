"""Webhooks that come twice or from a clock that is late, on each platform that sends them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from omnify_core.campaigns import Platform
from omnify_sandbox.business.webhooks import Delivery
from tests.builders.sandbox_samples import HighLevelSample, Sample, ShopifySample, StripeSample, open_sample
from tests.builders.sandbox_wire import NOON

URL = "http://localhost:9/hook"
_HOOK = f"""mutation {{ webhookSubscriptionCreate(topic: INVENTORY_LEVELS_UPDATE, webhookSubscription:
  {{uri: "{URL}"}}) {{ webhookSubscription {{ id }} userErrors {{ message }} }} }}"""
ALL = pytest.mark.parametrize(
    "platform", [Platform.STRIPE, Platform.SHOPIFY, Platform.GOHIGHLEVEL], ids=lambda one: one.value
)


async def subscribe(sample: Sample) -> None:
    match sample:
        case StripeSample():
            form = {"url": URL, "enabled_events[]": "customer.updated"}
            reply = await sample._call("POST", "webhook_endpoints", {}, **form)
        case ShopifySample():
            reply = await sample._ask(_HOOK, {})
        case HighLevelSample():
            reply = await sample.wire.control("POST", "webhooks", {"platform": "gohighlevel", "url": URL})
        case _:
            raise AssertionError("sends no webhooks")
    assert reply.status_code == 200, reply.text
    sample.wire.outbox.waiting.clear()


async def sent(sample: Sample, heard: list[httpx.Request]) -> list[Delivery]:
    def receiver(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return httpx.Response(200)

    async with httpx.AsyncClient(transport=httpx.MockTransport(receiver)) as http:
        return await sample.wire.outbox.send(http, NOON)


async def told(platform: Platform, fault: dict[str, Any]) -> list[httpx.Request]:
    """What a receiver hears of one change."""
    heard: list[httpx.Request] = []
    async with open_sample(platform) as sample:
        await subscribe(sample)
        await sample.wire.control("POST", "faults", {"platform": platform.value, **fault})
        await sample.write(sample.first, {})
        found = await sent(sample, heard)
    assert {one.platform for one in found} == {platform.value}
    return heard


def told_at(request: httpx.Request) -> datetime:
    """When the sender's clock says that it sent."""
    stripe = request.headers.get("stripe-signature", "")
    if stripe:
        return datetime.fromtimestamp(int(stripe.split(",")[0].removeprefix("t=")), UTC)
    shopify = request.headers.get("x-shopify-triggered-at")
    return datetime.fromisoformat(shopify or json.loads(request.content)["timestamp"])


@ALL
async def test_a_webhook_comes_twice_with_the_same_body(platform: Platform) -> None:
    heard = await told(platform, {"kind": "duplicate_webhook"})
    assert len(heard) == 2
    assert heard[0].content == heard[1].content


@ALL
async def test_a_late_clock_signs_with_its_own_time(platform: Platform) -> None:
    (request,) = await told(platform, {"kind": "clock_skew", "seconds": 900})
    assert told_at(request) == NOON - timedelta(seconds=900)
    (request,) = await told(platform, {"kind": "clock_skew", "seconds": 0})
    assert told_at(request) == NOON
