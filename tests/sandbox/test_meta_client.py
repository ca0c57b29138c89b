"""Meta's side of the market, driven by Meta's own client over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.campaign import Campaign
from facebook_business.adobjects.user import User
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from tests.builders.sandbox_server import SandboxServer, sandbox_server


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with sandbox_server() as running:
        yield running


@pytest.fixture(scope="module")
def api(server: SandboxServer) -> Iterator[FacebookAdsApi]:
    own, before = server.credentials["meta"], FacebookSession.GRAPH
    FacebookSession.GRAPH = f"{server.url}/meta-ads"
    session = FacebookSession(own["app_id"], own["app_secret"], own["access_token"])
    yield FacebookAdsApi(session, api_version="v26.0")
    FacebookSession.GRAPH = before


def account(api: FacebookAdsApi) -> AdAccount:
    return next(iter(User("me", api=api).get_ad_accounts(fields=["id", "currency"])))


def test_the_official_client_pages_through_campaigns_and_ads(api: FacebookAdsApi) -> None:
    first = account(api)
    assert first["currency"] == "USD"
    fields = ["id", "name", "daily_budget", "status"]
    found = list(first.get_campaigns(fields=fields, params={"limit": 5}))
    assert len({campaign["id"] for campaign in found}) == len(found) > 5
    assert all(campaign["daily_budget"].isdigit() for campaign in found)
    ads = list(found[0].get_ads(fields=["id", "name"]))
    assert ads


def test_the_official_client_changes_a_budget_and_a_state(api: FacebookAdsApi, server: SandboxServer) -> None:
    before = len(server.writes())
    campaign = next(iter(account(api).get_campaigns(fields=["id", "daily_budget"])))
    budget = int(campaign["daily_budget"])
    Campaign(campaign["id"], api=api).api_update(params={"daily_budget": budget + 500, "status": "PAUSED"})
    shown = Campaign(campaign["id"], api=api).api_get(fields=["daily_budget", "status"])
    assert (int(shown["daily_budget"]), shown["status"]) == (budget + 500, "PAUSED")
    assert {write["field"] for write in server.writes(before)} == {"daily_budget", "status"}


def test_the_official_client_reads_insights_at_once_and_as_a_report(api: FacebookAdsApi) -> None:
    first = account(api)
    params = {"level": "campaign", "date_preset": "last_7d", "limit": 50}
    fields = ["campaign_id", "spend", "impressions"]
    rows = {row["campaign_id"]: row["spend"] for row in first.get_insights(fields=fields, params=params)}
    assert rows
    run = first.get_insights(fields=fields, params=params, is_async=True)
    for _ in range(20):
        state = run.api_get()
        if state["async_percent_completion"] == 100:
            break
    assert state["async_status"] == "Job Completed"
    assert {row["campaign_id"]: row["spend"] for row in run.get_insights()} == rows


def test_the_official_client_meets_metas_own_errors(api: FacebookAdsApi, server: SandboxServer) -> None:
    with pytest.raises(FacebookRequestError) as missing:
        Campaign("120", api=api).api_get(fields=["name"])
    assert missing.value.api_error_code() == 100
    server.fault("rate_limit", platform="meta", times=1)
    with pytest.raises(FacebookRequestError) as limited:
        account(api)
    assert limited.value.api_error_code() in (4, 17, 613, 80000, 80004)
    server.fault("expired_token", platform="meta", times=1)
    with pytest.raises(FacebookRequestError) as expired:
        account(api)
    assert (expired.value.api_error_code(), expired.value.api_error_subcode()) == (190, 463)
