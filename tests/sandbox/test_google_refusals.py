"""Google Ads v26: what is refused, and how the refusal looks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from omnify_sandbox.google.contract import error_codes
from tests.builders.sandbox_wire import US_CUSTOMER, SandboxWire, open_wire

PING = {"query": "SELECT customer.id FROM customer"}


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWire]:
    async with open_wire() as opened:
        yield opened


def code_of(body: dict[str, Any]) -> dict[str, str]:
    details = body["error"]["details"][0]
    assert details["@type"] == "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure"
    assert details["requestId"]
    code: dict[str, str] = details["errors"][0]["errorCode"]
    ((family, name),) = code.items()
    assert name in error_codes(family[0].upper() + family[1:])
    return code


async def test_a_token_is_refreshed_without_a_new_refresh_token(wire: SandboxWire) -> None:
    reply = (await wire.refresh()).json()
    assert set(reply) == {"access_token", "expires_in", "scope", "token_type"}
    assert reply["expires_in"] == 3599


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"refresh_token": "1//dead"}, 400, "invalid_grant"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_a_refresh_needs_the_right_secrets(
    wire: SandboxWire, changes: dict[str, str], status: int, error: str
) -> None:
    reply = await wire.refresh(**changes)
    assert (reply.status_code, reply.json()["error"]) == (status, error)


async def test_an_access_token_expires_within_the_hour(wire: SandboxWire) -> None:
    assert (await wire.google("googleAds:search", PING)).status_code == 200
    wire.market.advance(timedelta(hours=1) / timedelta(days=1))
    reply = await wire.google("googleAds:search", PING)
    assert reply.status_code == 401
    assert code_of(reply.json()) == {"authenticationError": "OAUTH_TOKEN_EXPIRED"}


async def test_without_a_token_the_refusal_has_no_details(wire: SandboxWire) -> None:
    for token in ("", "Bearer nonsense", "Basic abc"):
        reply = await wire.google("googleAds:search", PING, headers={"Authorization": token})
        assert reply.status_code == 401
        assert reply.json()["error"]["status"] == "UNAUTHENTICATED"
        assert "details" not in reply.json()["error"]


@pytest.mark.parametrize(
    ("headers", "customer", "status", "code"),
    [
        ({"developer-token": "wrong"}, US_CUSTOMER, 401, {"authenticationError": "DEVELOPER_TOKEN_INVALID"}),
        ({"login-customer-id": ""}, US_CUSTOMER, 403, {"authorizationError": "USER_PERMISSION_DENIED"}),
        ({"login-customer-id": "12-34"}, US_CUSTOMER, 400, {"headerError": "INVALID_LOGIN_CUSTOMER_ID"}),
        ({}, "1234567890", 403, {"authorizationError": "USER_PERMISSION_DENIED"}),
        ({}, "482-193-0057", 400, {"requestError": "INVALID_CUSTOMER_ID"}),
    ],
)
async def test_access_is_by_customer(
    wire: SandboxWire, headers: dict[str, str], customer: str, status: int, code: dict[str, str]
) -> None:
    reply = await wire.google("googleAds:search", PING, customer=customer, headers=headers)
    assert reply.status_code == status
    assert code_of(reply.json()) == code


async def test_a_developer_token_is_optional(wire: SandboxWire) -> None:
    headers = await wire.google_headers()
    headers.pop("developer-token")
    reply = await wire.http.post(
        f"/google-ads/v26/customers/{US_CUSTOMER}/googleAds:search", json=PING, headers=headers
    )
    assert reply.status_code == 200


async def test_a_page_size_is_refused(wire: SandboxWire) -> None:
    reply = await wire.google("googleAds:search", {**PING, "pageSize": 100})
    assert reply.status_code == 400
    assert code_of(reply.json()) == {"requestError": "PAGE_SIZE_NOT_SUPPORTED"}


async def test_unknown_names_in_the_body_are_refused(wire: SandboxWire) -> None:
    reply = await wire.google("googleAds:search", {**PING, "pagesize": 100})
    error = reply.json()["error"]
    assert error["code"] == 400
    assert error["message"] == 'Invalid JSON payload received. Unknown name "pagesize": Cannot find field.'


async def test_proto_names_in_the_body_are_understood(wire: SandboxWire) -> None:
    reply = await wire.google(
        "googleAds:search", {**PING, "search_settings": {"return_total_results_count": True}}
    )
    assert reply.json()["totalResultsCount"] == "1"


async def test_an_unknown_field_is_named(wire: SandboxWire) -> None:
    reply = await wire.google("googleAds:search", {"query": "SELECT campaign.budget FROM campaign"})
    assert code_of(reply.json()) == {"queryError": "UNRECOGNIZED_FIELD"}
    assert "campaign.budget" in reply.text


async def test_other_versions_and_paths_are_not_served(wire: SandboxWire) -> None:
    headers = await wire.google_headers()
    old = await wire.http.post("/google-ads/v21/customers/1/googleAds:search", json=PING, headers=headers)
    assert code_of(old.json()) == {"requestError": "UNSUPPORTED_VERSION"}
    nowhere = await wire.google("keywords:mutate", {})
    assert nowhere.status_code == 404


async def test_every_reply_names_its_request(wire: SandboxWire) -> None:
    good, bad = await wire.google("googleAds:search", PING), await wire.google("googleAds:search", {})
    assert good.headers["request-id"] != bad.headers["request-id"]
    assert bad.json()["error"]["details"][0]["requestId"] == bad.headers["request-id"]
