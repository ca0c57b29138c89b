"""What we send to Meta, and what we make of its objects."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import date
from typing import Any

import pytest

from omnify_core.campaigns import Level, Platform, Status
from omnify_core.errors import (
    BadInput,
    PlatformError,
    PlatformNotFound,
    PlatformUnavailable,
    Unsupported,
)
from omnify_core.money import Money
from tests.builders.platform_wire import (
    META_TOKEN,
    SECRETS,
    account,
    budget_leg,
    currency_reply,
    json_reply,
    meta_error,
    ref,
    rig,
    state_reply,
    status_leg,
    written_reply,
)

META = Platform.META
PROOF = hmac.new(SECRETS[META]["app_secret"].encode(), META_TOKEN.encode(), hashlib.sha256).hexdigest()


def listing(*objects: dict[str, Any], after: str = "") -> Any:
    paging = {"cursors": {"before": "b", "after": after or "end"}}
    # A foreign host in `next` must not be followed.
    return json_reply(
        {"data": list(objects), "paging": paging | ({"next": "https://evil.test/"} if after else {})}
    )


async def test_accounts_are_known_by_their_bare_number() -> None:
    zone = {"timezone_name": "America/New_York", "name": "TechFlow"}
    desk = rig(META, listing({"id": "act_501", "account_id": "501", "currency": "USD"} | zone))
    (found,) = await desk.ads.accounts()
    assert (found.account_id, found.currency, found.time_zone) == ("501", "USD", "America/New_York")
    request = desk.script.asked[0]
    assert request.url.path == "/v26.0/me/adaccounts"
    assert request.headers["authorization"] == f"Bearer {META_TOKEN}"
    assert request.url.params["appsecret_proof"] == PROOF
    assert "access_token" not in request.url.params


async def test_campaigns_are_followed_by_cursor_and_never_by_url() -> None:
    campaign = {"id": "1", "name": "Prospecting", "status": "ACTIVE", "objective": "OUTCOME_LEADS"}
    on_ad_sets = {"id": "2", "name": "Retargeting", "status": "ARCHIVED", "daily_budget": "0"}
    desk = rig(
        META,
        listing(campaign | {"daily_budget": "7550", "created_time": "2026-03-01T02:00:00+0000"}, after="c2"),
        listing(on_ad_sets),
    )
    first, second = [row async for row in desk.ads.campaigns(account(META))]
    assert (first.daily_budget, first.budget_key) == (Money.parse("75.50", "USD"), "1")
    # Two in the morning UTC is still February in New York.
    assert (first.status, first.created_on) == (Status.ENABLED, date(2026, 2, 28))
    assert (second.daily_budget, second.budget_key, second.status) == (None, "", Status.REMOVED)
    assert {request.url.host for request in desk.script.asked} == {"graph.test"}
    assert desk.script.asked[1].url.params["after"] == "c2"


async def test_ad_sets_carry_their_own_budget() -> None:
    desk = rig(META, listing({"id": "3", "campaign_id": "2", "status": "PAUSED", "daily_budget": "500"}))
    (found,) = [row async for row in desk.ads.ad_groups(account(META))]
    assert (found.id, found.campaign_id, found.daily_budget) == ("meta:3", "meta:2", Money(500, "USD"))


async def test_creatives_show_title_and_body_or_else_the_story_s() -> None:
    ids = {"status": "ACTIVE", "adset_id": "3", "campaign_id": "2"}
    story = {"link_data": {"name": "Ship faster", "message": "Try TechFlow"}}
    shown = {"title": "T", "body": "B", "thumbnail_url": "https://i/1"}
    desk = rig(
        META,
        listing(
            {"id": "4", "name": "A", "creative": shown} | ids,
            {"id": "5", "name": "B", "creative": {"object_story_spec": story}} | ids,
        ),
    )
    plain, told = [row async for row in desk.ads.creatives(account(META))]
    assert (plain.headline, plain.body, plain.image_url) == ("T", "B", "https://i/1")
    assert (told.headline, told.body, told.ad_group_id) == ("Ship faster", "Try TechFlow", "meta:3")


async def test_insights_count_each_event_once_and_frequency_rolls_over_seven_days() -> None:
    day = {"campaign_id": "2", "ad_id": "4", "date_start": "2026-10-01", "date_stop": "2026-10-01"}
    actions = [
        {"action_type": "lead", "value": "5"},
        {"action_type": "offsite_conversion.fb_pixel_lead", "value": "5"},
        {"action_type": "omni_purchase", "value": "2"},
        {"action_type": "purchase", "value": "2"},
        {"action_type": "link_click", "value": "70"},
    ]
    values = [
        {"action_type": "omni_purchase", "value": "199.98"},
        {"action_type": "purchase", "value": "199.98"},
    ]
    figures = {"impressions": "4321", "clicks": "87", "spend": "123.45", "reach": "3000"}
    rolling = {"ad_id": "4", "frequency": "2.4", "date_start": "2026-09-25", "date_stop": "2026-10-01"}
    desk = rig(META, listing(rolling), listing(day | figures | {"actions": actions, "action_values": values}))
    days = desk.ads.daily_metrics(account(META), Level.AD, date(2026, 10, 1), date(2026, 10, 1))
    (row,) = [row async for row in days]
    assert (row.entity_id, row.campaign_id, row.impressions, row.clicks) == ("meta:4", "meta:2", 4321, 87)
    assert (row.conversions, row.revenue) == (7.0, Money.parse("199.98", "USD"))
    assert (row.spend, row.reach, row.frequency) == (Money.parse("123.45", "USD"), 3000, 2.4)
    weeks, today = (request.url.params for request in desk.script.asked)
    assert json.loads(weeks["time_ranges"]) == [{"since": "2026-09-25", "until": "2026-10-01"}]
    assert not {"time_range", "time_increment"} & set(weeks)
    assert json.loads(today["time_range"]) == {"since": "2026-10-01", "until": "2026-10-01"}


async def test_the_weeks_of_a_slice_are_asked_at_once_and_each_tells_of_its_last_day() -> None:
    def rolling(ad: str, last: int) -> dict[str, Any]:
        week = {"date_start": f"2026-10-{last - 6:02}", "date_stop": f"2026-10-{last:02}"}
        return {"ad_id": ad, "frequency": f"{last}.{ad}"} | week

    def figures(ad: str, day: int) -> dict[str, Any]:
        ids = {"campaign_id": "2", "ad_id": ad}
        return ids | {
            "impressions": "10",
            "date_start": f"2026-10-{day:02}",
            "date_stop": f"2026-10-{day:02}",
        }

    desk = rig(
        META,
        listing(rolling("4", 8), rolling("5", 8), after="next"),
        listing(rolling("4", 9)),
        listing(figures("5", 8), figures("4", 9), figures("5", 9), figures("4", 8)),
    )
    days = desk.ads.daily_metrics(account(META), Level.AD, date(2026, 10, 8), date(2026, 10, 9))
    found = {(row.entity_id, row.day.day): row.frequency async for row in days}
    assert found == {("meta:5", 8): 8.5, ("meta:4", 9): 9.4, ("meta:5", 9): None, ("meta:4", 8): 8.4}
    first, second, _ = (request.url.params for request in desk.script.asked)
    assert [week["since"] for week in json.loads(first["time_ranges"])] == ["2026-10-02", "2026-10-03"]
    assert (second["after"], second["time_ranges"]) == ("next", first["time_ranges"])


async def test_a_fortnight_and_today_take_one_call_for_campaigns_and_two_for_ads() -> None:
    for level, calls in ((Level.CAMPAIGN, 1), (Level.AD, 2)):
        desk = rig(META, *[listing() for _ in range(calls)])
        days = desk.ads.daily_metrics(account(META), level, date(2026, 10, 1), date(2026, 10, 15))
        assert [row async for row in days] == []
        assert len(desk.script.asked) == calls


def started(run: str) -> Any:
    return json_reply({"report_run_id": run})


def state(word: str, percent: int = 0) -> Any:
    return json_reply({"id": "77", "async_status": word, "async_percent_completion": percent})


async def test_long_ranges_are_reports_that_are_started_waited_for_and_read_page_by_page() -> None:
    def row(day: int) -> dict[str, Any]:
        return {"campaign_id": "2", "impressions": "9", "date_start": f"2026-08-{day:02}"}

    desk = rig(
        META,
        started("77"),
        state("Job Not Started"),
        state("Job Running", 60),
        state("Job Completed", 100),
        listing(row(1), after="next"),
        listing(row(2)),
        started("78"),
        state("Job Completed", 100),
        listing(),
    )
    days = desk.ads.daily_metrics(account(META), Level.CAMPAIGN, date(2026, 8, 1), date(2026, 11, 1))
    assert [found.day.day async for found in days] == [1, 2]
    assert [(request.method, request.url.path) for request in desk.script.asked] == [
        ("POST", "/v26.0/act_501/insights"),
        *[("GET", "/v26.0/77")] * 3,
        *[("GET", "/v26.0/77/insights")] * 2,
        ("POST", "/v26.0/act_501/insights"),
        ("GET", "/v26.0/78"),
        ("GET", "/v26.0/78/insights"),
    ]
    first, second = (desk.script.form(place) for place in (0, 6))
    assert json.loads(first["time_range"]) == {"since": "2026-08-01", "until": "2026-10-29"}
    assert json.loads(second["time_range"]) == {"since": "2026-10-30", "until": "2026-11-01"}
    assert (first["level"], first["time_increment"]) == ("campaign", "1")
    assert desk.script.asked[5].url.params["after"] == "next"
    assert desk.pace.slept == [0.25, 0.5]


@pytest.mark.parametrize("word", ["Job Failed", "Job Skipped", ""])
async def test_a_report_that_fails_says_so_and_is_not_read(word: str) -> None:
    desk = rig(META, started("77"), state(word))
    days = desk.ads.daily_metrics(account(META), Level.CAMPAIGN, date(2026, 8, 1), date(2026, 9, 1))
    with pytest.raises(PlatformUnavailable, match="report 77"):
        _ = [row async for row in days]
    assert len(desk.script.asked) == 2


async def test_a_report_that_never_ends_is_given_up() -> None:
    desk = rig(META, started("77"), *[state("Job Running", 60)] * 200)
    days = desk.ads.daily_metrics(account(META), Level.CAMPAIGN, date(2026, 8, 1), date(2026, 9, 1))
    with pytest.raises(PlatformUnavailable, match="Job Running"):
        _ = [row async for row in days]
    assert 600 < sum(desk.pace.slept) < 660


async def test_a_budget_is_written_to_the_node_in_meta_s_units() -> None:
    desk = rig(META, currency_reply(META), written_reply(META))
    await desk.ads.write(budget_leg(META, "120.50"), key="k")
    assert desk.script.paths[-1] == "/v26.0/1201"
    assert desk.script.form() == {"daily_budget": "12050", "appsecret_proof": PROOF}
    assert desk.script.asked[-1].headers["content-type"] == "application/x-www-form-urlencoded"
    assert not desk.script.asked[-1].url.query


async def test_yen_and_forint_are_written_in_whole_units() -> None:
    for currency in ("JPY", "HUF"):
        desk = rig(META, currency_reply(META, currency), written_reply(META))
        await desk.ads.write(budget_leg(META, "12000", currency), key="k")
        assert desk.script.form()["daily_budget"] == "12000"


async def test_pausing_and_enabling_use_meta_s_words() -> None:
    for status, word in ((Status.PAUSED, "PAUSED"), (Status.ENABLED, "ACTIVE")):
        desk = rig(META, written_reply(META))
        await desk.ads.write(status_leg(META, status, Level.AD_GROUP), key="k")
        assert desk.script.form()["status"] == word


async def test_a_dry_run_carries_validate_only() -> None:
    desk = rig(META, currency_reply(META), written_reply(META))
    words = await desk.ads.dry_run(budget_leg(META))
    assert words == "Meta Ads validated 100.00 USD → 120.50 USD (validate_only); nothing was carried out"
    assert desk.script.form()["execution_options"] == '["validate_only"]'


async def test_a_fresh_read_names_budget_and_status() -> None:
    state = await rig(META, state_reply(META), currency_reply(META)).ads.read(ref(META))
    assert (state.status, state.daily_budget, state.budget_key) == (
        Status.ENABLED,
        Money.parse("100", "USD"),
        "1201",
    )


async def test_a_node_of_another_account_is_not_found() -> None:
    foreign = json_reply({"id": "1201", "account_id": "999", "status": "ACTIVE"})
    with pytest.raises(PlatformNotFound, match="account 501 has no campaign 1201"):
        await rig(META, foreign).ads.read(ref(META))


async def test_money_of_another_currency_is_refused_before_anything_is_sent() -> None:
    desk = rig(META, currency_reply(META, "EUR"))
    with pytest.raises(BadInput, match="account 501 counts in EUR"):
        await desk.ads.write(budget_leg(META), key="k")
    assert len(desk.script.asked) == 1


async def test_a_campaign_whose_budget_sits_on_its_ad_sets_takes_none() -> None:
    with pytest.raises(BadInput, match="budget_key must be '1201'"):
        await rig(META).ads.write(budget_leg(META).model_copy(update={"budget_key": ""}), key="k")


async def test_removing_uses_meta_s_word_and_keeps_the_object_readable() -> None:
    desk = rig(META, written_reply(META))
    await desk.ads.write(status_leg(META, Status.REMOVED), key="k")
    assert desk.script.form()["status"] == "DELETED"


async def test_budgets_on_ads_are_not_offered() -> None:
    on_ad = budget_leg(META).model_copy(update={"ref": ref(META, Level.AD)})
    with pytest.raises(Unsupported, match="no daily budget on an ad"):
        await rig(META).ads.write(on_ad, key="k")


async def test_an_id_that_is_no_number_never_reaches_a_path() -> None:
    with pytest.raises(BadInput, match="must be digits"):
        await rig(META).ads.read(ref(META, native_id="1201/../me"))


@pytest.mark.parametrize("wrong", [{"id": "1"}, {"id": "1", "status": 7}, {"status": "ACTIVE"}, "text"])
async def test_an_object_that_breaks_the_contract_is_not_used(wrong: Any) -> None:
    desk = rig(META, json_reply({"data": [wrong]}))
    with pytest.raises(PlatformError, match="does not allow"):
        _ = [row async for row in desk.ads.campaigns(account(META))]


async def test_health_says_what_is_wrong_instead_of_raising() -> None:
    assert not (await rig(META, listing()).ads.health()).ok
    ill = await rig(META, meta_error(190, 460)).ads.health()
    assert (ill.ok, "connect it again" in ill.message) == (False, True)
