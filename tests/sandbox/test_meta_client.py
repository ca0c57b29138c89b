"""Meta's side of the market, driven by Meta's own client over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.campaign import Campaign
from facebook_business.adobjects.customaudience import CustomAudience
from facebook_business.adobjects.user import User
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from omnify_sandbox.meta.nodes import PAGE_ID, PIXEL_ID
from tests.builders.meta_forms import LINK
from tests.builders.sandbox_server import SandboxServer, sandbox_server

CAMPAIGN: dict[str, Any] = {
    "name": "Spring",
    "objective": "OUTCOME_SALES",
    "status": "PAUSED",
    "special_ad_categories": [],
    "daily_budget": 5000,
}
AD_SET: dict[str, Any] = {
    "name": "Everybody",
    "status": "PAUSED",
    "billing_event": "IMPRESSIONS",
    "optimization_goal": "OFFSITE_CONVERSIONS",
    "promoted_object": {"pixel_id": PIXEL_ID, "custom_event_type": "PURCHASE"},
    "targeting": {"geo_locations": {"countries": ["GB"]}, "targeting_automation": {"advantage_audience": 0}},
}


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


def test_the_official_client_makes_a_campaign_an_ad_set_a_creative_and_an_ad(
    api: FacebookAdsApi, server: SandboxServer
) -> None:
    before, home = len(server.writes()), account(api)
    campaign = home.create_campaign(params=CAMPAIGN)
    ad_set = home.create_ad_set(params=AD_SET | {"campaign_id": campaign["id"]})
    story = {"page_id": PAGE_ID, "link_data": LINK}
    creative = home.create_ad_creative(params={"name": "Spring", "object_story_spec": story})
    ad = home.create_ad(
        params={
            "name": "Spring",
            "adset_id": ad_set["id"],
            "creative": {"creative_id": creative["id"]},
            "status": "PAUSED",
        }
    )
    shown = Ad(ad["id"], api=api).api_get(fields=["name", "status", "adset_id", "creative"])
    assert (shown["status"], shown["adset_id"]) == ("PAUSED", ad_set["id"])
    (spoken,) = Ad(ad["id"], api=api).get_ad_creatives(fields=["title", "object_story_spec"])
    assert (spoken["id"], spoken["title"]) == (shown["creative"]["id"], LINK["name"])
    assert [w["object"].partition("/")[0] for w in server.writes(before)] == [
        "campaign",
        "adset",
        "creative",
        "ad",
    ]
    assert ad_set["id"] in {one["id"] for one in Campaign(campaign["id"], api=api).get_ad_sets(fields=["id"])}


def test_the_official_client_changes_and_deletes_what_it_made(api: FacebookAdsApi) -> None:
    home = account(api)
    campaign = home.create_campaign(params=CAMPAIGN | {"bid_strategy": "COST_CAP"})
    made = home.create_ad_set(params=AD_SET | {"campaign_id": campaign["id"], "bid_amount": 450})
    ad_set = AdSet(made["id"], api=api)
    targeting = {"geo_locations": {"countries": ["US", "CA"]}, "age_min": 30, "genders": [2]}
    ad_set.api_update(params={"bid_amount": 520, "targeting": targeting, "name": "Older"})
    shown = ad_set.api_get(fields=["name", "bid_amount", "targeting"])
    assert (shown["name"], shown["bid_amount"]) == ("Older", 520)
    assert shown["targeting"]["geo_locations"]["countries"] == ["US", "CA"]
    assert (shown["targeting"]["age_min"], shown["targeting"]["age_max"]) == (30, 65)
    ad_set.api_delete()
    assert ad_set.api_get(fields=["status"])["status"] == "DELETED"
    assert list(Campaign(campaign["id"], api=api).get_ad_sets(fields=["id"])) == []


def test_the_official_client_fills_a_customer_list(api: FacebookAdsApi) -> None:
    home = account(api)
    made = home.create_custom_audience(
        params={"name": "Buyers", "subtype": "CUSTOM", "customer_file_source": "USER_PROVIDED_ONLY"}
    )
    audience = CustomAudience(made["id"], api=api)
    # The client trims, lowers and hashes by itself.
    reply = audience.add_users(
        schema=CustomAudience.Schema.email_hash, users=[" Jo@Example.com", "k@example.com"]
    )
    assert reply.json()["num_received"] == 2
    (session,) = audience.get_sessions()
    assert (session["num_received"], session["num_invalid_entries"]) == ("2", "0")
    names = {
        one["name"] for one in home.get_custom_audiences(fields=["name", "subtype"], params={"limit": 2})
    }
    assert {"Buyers", "Paying customers"} <= names
    audience.api_delete()
    assert "Buyers" not in {one["name"] for one in home.get_custom_audiences(fields=["name"])}


def test_the_official_client_is_told_what_is_wrong_with_what_it_makes(
    api: FacebookAdsApi, server: SandboxServer
) -> None:
    before, home = len(server.writes()), account(api)
    with pytest.raises(FacebookRequestError) as old:
        home.create_campaign(params=CAMPAIGN | {"objective": "CONVERSIONS"})
    assert (old.value.api_error_code(), old.value.api_error_subcode()) == (100, 1815107)
    with pytest.raises(FacebookRequestError) as misspelt:
        home.create_campaign(params=CAMPAIGN | {"daily_budgt": 1})
    assert "daily_budgt" in misspelt.value.api_error_message()
    campaign = next(iter(home.get_campaigns(fields=["id"])))
    with pytest.raises(FacebookRequestError) as both:
        home.create_ad_set(params=AD_SET | {"campaign_id": campaign["id"], "daily_budget": 5000})
    assert both.value.api_error_subcode() in (1885621, 2490408)
    assert server.writes(before) == []


def test_the_official_client_waits_for_a_report_of_many_days(api: FacebookAdsApi) -> None:
    params = {
        "level": "ad",
        "time_range": {"since": "2026-09-01", "until": "2026-11-10"},
        "time_increment": 1,
        "limit": 100,
    }
    run = account(api).get_insights(fields=["ad_id", "spend"], params=params, is_async=True)
    seen = []
    while not seen or seen[-1] != "Job Completed":
        seen.append(run.api_get()["async_status"])
        assert len(seen) < 20
    assert "Job Running" in seen
    rows = list(run.get_insights(params={"limit": 100}))
    assert len({(row["ad_id"], row["date_start"]) for row in rows}) == len(rows) > 500
