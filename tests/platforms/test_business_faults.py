"""Each fault on each kind of call to a CRM, shop or payment platform, and the tables of their errors."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from omnify_core.campaigns import Platform
from omnify_core.errors import (
    OutcomeUnknown,
    PlatformError,
    PlatformForbidden,
    PlatformNotFound,
    PlatformRejected,
    PlatformUnavailable,
    RateLimited,
    ReconnectNeeded,
)
from tests.builders.business_wire import (
    HIGHLEVEL,
    KINDS,
    LEGS,
    NATIVE,
    SECRETS,
    SHOPIFY,
    STRIPE,
    desk,
    graphql,
    sendings,
    well,
    written,
)
from tests.builders.platform_strikes import ON_THE_WIRE, Strike
from tests.builders.platform_wire import json_reply

ALL = [HIGHLEVEL, SHOPIFY, STRIPE]


@pytest.mark.parametrize("platform", ALL)
@pytest.mark.parametrize("strike", ON_THE_WIRE, ids=lambda strike: strike.name)
async def test_a_read_survives_what_passes(strike: Strike, platform: Platform) -> None:
    at = desk(platform, *strike.replies(), well(platform))
    record = await at.business.record(KINDS[platform], NATIVE[platform])
    assert record.native_id == NATIVE[platform]


@pytest.mark.parametrize("name", sendings())
@pytest.mark.parametrize("strike", ON_THE_WIRE, ids=lambda strike: strike.name)
async def test_a_write_is_sent_once_or_not_at_all(strike: Strike, name: str) -> None:
    sending = sendings()[name]
    platform = sending.leg.ref.platform
    at = desk(platform, *sending.asks, *strike.replies(), written(platform))
    if strike.write is None:
        await at.business.write(sending.leg, key="cs_1/1/0")
    else:
        with pytest.raises(strike.write):
            await at.business.write(sending.leg, key="cs_1/1/0")
    assert len(at.script.asked) == len(sending.asks) + strike.calls


@pytest.mark.parametrize("name", ["contact", "no_contact"])
@pytest.mark.parametrize("strike", ON_THE_WIRE, ids=lambda strike: strike.name)
async def test_a_read_before_a_write_survives_what_passes_and_sends_nothing_twice(
    strike: Strike, name: str
) -> None:
    sending = sendings()[name]
    at = desk(HIGHLEVEL, *strike.replies(), *sending.asks, written(HIGHLEVEL))
    await at.business.write(sending.leg, key="cs_1/1/0")
    writes = [one for one in at.script.asked if one.method != "GET"]
    assert [(one.method, one.url.path) for one in writes] == [
        ("POST", "/contacts/upsert") if name == "contact" else ("DELETE", "/contacts/c1")
    ]


@pytest.mark.parametrize("name", ["workflow", "workflow_out", "no_contact"])
async def test_a_yes_that_confirms_nothing_leaves_the_outcome_open(name: str) -> None:
    sending = sendings()[name]
    at = desk(HIGHLEVEL, *sending.asks, json_reply({"succeeded": False}))
    with pytest.raises(OutcomeUnknown):
        await at.business.write(sending.leg, key="cs_1/1/0")


def stripe_error(status: int, type_: str = "invalid_request_error", **more: str) -> httpx.Response:
    return json_reply({"error": {"type": type_, "message": "Stripe says no.", **more}}, status)


def top(code: str, **extensions: Any) -> httpx.Response:
    error = {"message": f"Shopify says {code}", "path": ["orders"], "extensions": {"code": code}}
    return graphql(None, errors=[error], extensions=extensions)


def user_error(code: str) -> httpx.Response:
    found = {"field": ["input", "quantities"], "message": "It changed", "code": code}
    return graphql({"inventorySetQuantities": {"userErrors": [found]}})


TABLE = [
    (HIGHLEVEL, lambda: json_reply({"message": "Bad Request"}, 400), PlatformRejected),
    (HIGHLEVEL, lambda: json_reply({"message": "no scope"}, 403), PlatformForbidden),
    (HIGHLEVEL, lambda: json_reply({"message": "Contact not found"}, 404), PlatformNotFound),
    (HIGHLEVEL, lambda: json_reply({"message": ["tags must be an array"]}, 422), PlatformRejected),
    (HIGHLEVEL, lambda: json_reply({"message": "Too Many Requests"}, 429), RateLimited),
    (HIGHLEVEL, lambda: json_reply({"message": "Oops"}, 500), OutcomeUnknown),
    (SHOPIFY, lambda: top("ACCESS_DENIED"), PlatformForbidden),
    (SHOPIFY, lambda: top("MAX_COST_EXCEEDED"), PlatformRejected),
    (SHOPIFY, lambda: top("undefinedField"), PlatformRejected),
    (SHOPIFY, lambda: top("INTERNAL_SERVER_ERROR"), OutcomeUnknown),
    (SHOPIFY, lambda: user_error("CHANGE_FROM_QUANTITY_STALE"), PlatformRejected),
    (SHOPIFY, lambda: user_error("IDEMPOTENCY_CONCURRENT_REQUEST"), OutcomeUnknown),
    (SHOPIFY, lambda: user_error("IMMUTABLE_UTM_PARAMETERS"), PlatformRejected),
    (SHOPIFY, lambda: user_error("MARKETING_ACTIVITY_WITH_UTM_CAMPAIGN_ALREADY_EXISTS"), PlatformRejected),
    (SHOPIFY, lambda: json_reply({"errors": "Payment Required"}, 402), PlatformForbidden),
    (SHOPIFY, lambda: json_reply({"errors": "Not Found"}, 404), PlatformNotFound),
    (STRIPE, lambda: stripe_error(400, code="parameter_unknown", param="foo"), PlatformRejected),
    (STRIPE, lambda: stripe_error(400, "idempotency_error"), PlatformRejected),
    (STRIPE, lambda: stripe_error(401), ReconnectNeeded),
    (STRIPE, lambda: stripe_error(402, "card_error", decline_code="insufficient_funds"), PlatformRejected),
    (STRIPE, lambda: stripe_error(403), PlatformForbidden),
    (STRIPE, lambda: stripe_error(404, code="resource_missing", param="id"), PlatformNotFound),
    (STRIPE, lambda: stripe_error(409, code="idempotency_key_in_use"), OutcomeUnknown),
    (STRIPE, lambda: stripe_error(429, code="rate_limit"), RateLimited),
    (STRIPE, lambda: stripe_error(429, code="lock_timeout"), PlatformUnavailable),
    (STRIPE, lambda: stripe_error(500, "api_error"), OutcomeUnknown),
]


@pytest.mark.parametrize(("platform", "reply", "expected"), TABLE)
async def test_each_refusal_of_a_write_has_its_error(
    platform: Platform, reply: Any, expected: type[PlatformError]
) -> None:
    at = desk(platform, reply())
    with pytest.raises(PlatformError) as caught:
        await at.business.write(LEGS[platform], key="cs_1/1/0")
    assert type(caught.value) is expected
    assert len(at.script.asked) == 1


async def test_the_field_that_was_refused_is_named() -> None:
    for platform, reply, field in (
        (HIGHLEVEL, json_reply({"message": ["tags must be an array"]}, 422), "tags"),
        (SHOPIFY, user_error("X"), "input.quantities"),
        (STRIPE, stripe_error(400, param="items[0][price]"), "items[0][price]"),
    ):
        with pytest.raises(PlatformRejected) as caught:
            await desk(platform, reply).business.write(LEGS[platform], key="k")
        assert caught.value.field == field


async def test_shopify_waits_until_its_bucket_holds_what_the_query_costs() -> None:
    status = {"maximumAvailable": 1000.0, "currentlyAvailable": 666, "restoreRate": 50.0}
    cost = {"requestedQueryCost": 752, "actualQueryCost": None, "throttleStatus": status}
    with pytest.raises(RateLimited) as caught:
        await desk(SHOPIFY, top("THROTTLED", cost=cost)).business.write(LEGS[SHOPIFY], key="k")
    assert caught.value.wait_s == pytest.approx((752 - 666) / 50)
    at = desk(SHOPIFY, top("THROTTLED", cost=cost), well(SHOPIFY))
    assert (await at.business.record(KINDS[SHOPIFY], "191")).native_id == "191"


async def test_highlevel_says_how_long_its_window_is() -> None:
    reply = json_reply({"message": "slow"}, 429, X_RateLimit_Interval_Milliseconds="7000")
    with pytest.raises(RateLimited) as caught:
        await desk(HIGHLEVEL, reply).business.write(LEGS[HIGHLEVEL], key="k")
    assert caught.value.wait_s == 7.0


@pytest.mark.parametrize("generation", ["v3", "2021-07-28"])
async def test_highlevel_renews_in_the_words_of_its_generation_and_keeps_before_use(generation: str) -> None:
    camel = {"accessToken": "fresh-canary", "refreshToken": "next-canary", "expiresIn": 86399}
    dated = {"access_token": "fresh-canary", "refresh_token": "next-canary", "expires_in": 86399}
    grant = json_reply(camel if generation == "v3" else dated)
    refused = json_reply({"message": "Invalid JWT"}, 401)
    at = desk(HIGHLEVEL, refused, grant, well(HIGHLEVEL), generation=generation)
    await at.business.record(KINDS[HIGHLEVEL], "c1")
    asked = at.script.form(1)
    assert asked["refreshToken" if generation == "v3" else "refresh_token"] == "canary-hl-refresh"
    assert {request.headers["version"] for request in at.script.asked} == {generation}
    assert [one.secret("refresh_token") for one in at.kept] == ["next-canary"]
    assert at.script.asked[2].headers["authorization"] == "Bearer fresh-canary"


async def test_shopify_renews_and_stripe_cannot() -> None:
    grant = json_reply({"access_token": "shpat_fresh", "refresh_token": "shprt_next", "expires_in": 3600})
    refused = json_reply({"errors": "[API] Invalid API key or access token"}, 401)
    at = desk(SHOPIFY, refused, grant, well(SHOPIFY))
    await at.business.record(KINDS[SHOPIFY], "191")
    assert at.script.asked[2].headers["x-shopify-access-token"] == "shpat_fresh"
    assert at.script.form(1)["grant_type"] == "refresh_token"
    health = await desk(STRIPE, stripe_error(401)).business.health()
    assert (health.ok, health.needs_person) == (False, True)


@pytest.mark.parametrize("platform", ALL)
async def test_no_secret_leaves_in_an_error(platform: Platform) -> None:
    for name, secret in SECRETS[platform].items():
        if "token" in name or name == "client_secret":
            said = json_reply({"message": secret, "errors": secret, "error": {"message": secret}}, 400)
            with pytest.raises(PlatformRejected) as caught:
                await desk(platform, said).business.write(LEGS[platform], key="k")
            assert secret not in str(caught.value)
