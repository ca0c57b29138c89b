"""What we send to LinkedIn, and what we make of its elements."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnify_core.campaigns import Level, Status
from omnify_core.errors import (
    BadInput,
    OutcomeUnknown,
    PlatformError,
    PlatformNotFound,
    Unsupported,
)
from omnify_core.money import Money
from tests.builders.linkedin_wire import (
    ACCESS_TOKEN,
    LINKEDIN,
    accounts_reply,
    campaign,
    creative,
    desk,
    elements,
    error,
    raw,
    written,
)
from tests.builders.platform_wire import account, budget_leg, json_reply, ref, status_leg

CURRENCIES = ["USD", "EUR", "JPY", "KRW", "CLP", "KWD", "BHD"]


def figures(*urns: str, day: int = 1, **more: Any) -> dict[str, Any]:
    stamp = {"year": 2026, "month": 10, "day": day}
    row = {"pivotValues": list(urns), "dateRange": {"start": stamp, "end": stamp}, "impressions": 10}
    return row | more


async def test_active_accounts_are_listed_and_count_days_in_utc() -> None:
    closed = {"id": 502, "name": "Old", "currency": "EUR", "status": "CANCELED"}
    open_ = {"id": 501, "name": "TechFlow", "currency": "USD", "status": "ACTIVE"}
    at = desk(elements(open_, token="t/1+="), elements(closed))
    (found,) = await at.ads.accounts()
    assert (found.account_id, found.currency, found.time_zone) == ("501", "USD", "UTC")
    assert [raw(r) for r in at.script.asked] == [
        "/rest/adAccounts?q=search&pageSize=500",
        "/rest/adAccounts?q=search&pageSize=500&pageToken=t%2F1%2B%3D",
    ]


async def test_every_call_names_version_protocol_and_method() -> None:
    at = desk(accounts_reply())
    await at.ads.accounts()
    headers = at.script.asked[0].headers
    assert headers["authorization"] == f"Bearer {ACCESS_TOKEN}"
    assert (headers["linkedin-version"], headers["x-restli-protocol-version"]) == ("202607", "2.0.0")
    assert headers["x-restli-method"] == "FINDER"


async def test_campaigns_carry_the_daily_budget_and_the_search_stays_raw() -> None:
    whole_run = campaign(7, status="DRAFT", totalBudget={"amount": "900", "currencyCode": "USD"})
    del whole_run["dailyBudget"]
    at = desk(elements(campaign(1201, "75.50"), whole_run))
    first, second = [row async for row in at.ads.campaigns(account(LINKEDIN))]
    assert (first.id, first.daily_budget, first.budget_key) == (
        "linkedin:1201",
        Money(7550, "USD"),
        "1201",
    )
    assert (first.status, first.created_on) == (Status.ENABLED, date(2026, 3, 1))
    assert (second.daily_budget, second.budget_key, second.status) == (None, "", Status.PAUSED)
    assert raw(at.script.asked[0]) == (
        "/rest/adAccounts/501/adCampaigns?q=search"
        "&search=(status:(values:List(ACTIVE,PAUSED,DRAFT)))&pageSize=500"
    )


async def test_one_ad_group_stands_in_for_each_campaign() -> None:
    (group,) = [row async for row in desk(elements(campaign())).ads.ad_groups(account(LINKEDIN))]
    assert (group.ref.level, group.ref.native_id, group.campaign_id, group.daily_budget) == (
        Level.AD_GROUP,
        "1201",
        "linkedin:1201",
        None,
    )


async def test_creatives_hang_on_the_stand_in_of_their_campaign() -> None:
    text = {"textAd": {"headline": "Ship faster", "description": "Try TechFlow"}}
    at = desk(
        elements(campaign()),
        elements(
            creative(4),
            creative(5, content=text),
            creative(6, campaign_id=99),
            creative(7, intendedStatus="ARCHIVED"),
        ),
    )
    post, own = [row async for row in at.ads.creatives(account(LINKEDIN))]
    assert (post.id, post.ad_group_id, post.campaign_id) == ("linkedin:4", "linkedin:1201", "linkedin:1201")
    assert (post.headline, own.headline, own.body) == ("", "Ship faster", "Try TechFlow")
    assert raw(at.script.asked[1]) == "/rest/adAccounts/501/creatives?q=criteria&pageSize=100"


async def test_figures_are_asked_raw_with_named_fields_and_counted_once() -> None:
    shown = figures(
        "urn:li:sponsoredCampaign:1201",
        clicks=87,
        costInLocalCurrency="123.4567",
        externalWebsiteConversions=3,
        oneClickLeads=2,
        conversionValueInLocalCurrency="199.98",
    )
    at = desk(elements(shown))
    days = at.ads.daily_metrics(account(LINKEDIN), Level.CAMPAIGN, date(2026, 10, 1), date(2026, 10, 2))
    (row,) = [row async for row in days]
    assert (row.entity_id, row.day, row.clicks, row.conversions) == (
        "linkedin:1201",
        date(2026, 10, 1),
        87,
        5.0,
    )
    assert (row.spend, row.revenue) == (Money(12346, "USD"), Money(19998, "USD"))
    asked = raw(at.script.asked[0])
    assert asked.startswith(
        "/rest/adAnalytics?q=analytics&pivot=CAMPAIGN&timeGranularity=DAILY"
        "&dateRange=(start:(year:2026,month:10,day:1),end:(year:2026,month:10,day:2))"
        "&accounts=List(urn%3Ali%3AsponsoredAccount%3A501)&fields=pivotValues,dateRange,"
    )
    assert len(asked.split("&fields=")[1].split(",")) <= 18


async def test_a_creative_s_figures_name_its_campaign_in_whatever_order() -> None:
    urns = ("urn:li:sponsoredCampaign:1201", "urn:li:sponsoredCreative:4")
    at = desk(elements(figures(*urns), figures(*reversed(urns), day=2)))
    days = at.ads.daily_metrics(account(LINKEDIN), Level.AD, date(2026, 10, 1), date(2026, 10, 2))
    rows = [row async for row in days]
    assert {(row.entity_id, row.campaign_id) for row in rows} == {("linkedin:4", "linkedin:1201")}
    assert "q=statistics&pivots=List(CREATIVE,CAMPAIGN)" in raw(at.script.asked[0])


async def test_a_report_that_may_have_been_cut_is_asked_again_in_halves() -> None:
    full = elements(*[figures("urn:li:sponsoredCampaign:1201")] * 15_000)
    one = figures("urn:li:sponsoredCampaign:1201")
    at = desk(full, elements(one), elements(one | {"impressions": 11}))
    days = at.ads.daily_metrics(account(LINKEDIN), Level.CAMPAIGN, date(2026, 10, 1), date(2026, 10, 4))
    assert [row.impressions async for row in days] == [10, 11]
    ranges = [raw(r).split("dateRange=")[1].split("&")[0] for r in at.script.asked[1:]]
    assert ranges == [
        "(start:(year:2026,month:10,day:1),end:(year:2026,month:10,day:2))",
        "(start:(year:2026,month:10,day:3),end:(year:2026,month:10,day:4))",
    ]


async def test_a_single_day_that_may_have_been_cut_is_not_used() -> None:
    at = desk(elements(*[figures("urn:li:sponsoredCampaign:1201")] * 15_000))
    days = at.ads.daily_metrics(account(LINKEDIN), Level.CAMPAIGN, date(2026, 10, 1), date(2026, 10, 1))
    with pytest.raises(PlatformError, match="Split the ad account"):
        _ = [row async for row in days]


async def test_long_ranges_are_asked_month_by_month_without_a_gap() -> None:
    at = desk(*[elements() for _ in range(4)])
    since = date(2026, 7, 1)
    days = at.ads.daily_metrics(account(LINKEDIN), Level.CAMPAIGN, since, since + timedelta(days=119))
    assert [row async for row in days] == []
    assert len(at.script.asked) == 4


async def test_a_budget_is_written_as_a_decimal_string_with_its_currency() -> None:
    at = desk(accounts_reply(), written())
    await at.ads.write(budget_leg(LINKEDIN, "120.50"), key="k")
    request = at.script.asked[-1]
    assert (request.method, raw(request)) == ("POST", "/rest/adAccounts/501/adCampaigns/1201")
    assert request.headers["x-restli-method"] == "PARTIAL_UPDATE"
    assert at.script.body() == {
        "patch": {"$set": {"dailyBudget": {"amount": "120.50", "currencyCode": "USD"}}}
    }


@given(st.integers(min_value=1, max_value=10**12), st.sampled_from(CURRENCIES))
async def test_every_budget_survives_the_wire_both_ways(minor: int, currency: str) -> None:
    after = Money(minor, currency)
    at = desk(accounts_reply(currency), written())
    await at.ads.write(budget_leg(LINKEDIN, after.amount, currency), key="k")
    sent = at.script.body()["patch"]["$set"]["dailyBudget"]
    state = await desk(json_reply(campaign(1201) | {"dailyBudget": sent})).ads.read(ref(LINKEDIN))
    assert state.daily_budget == after


async def test_pausing_and_enabling_use_linkedin_s_words_and_fields() -> None:
    for status, word in ((Status.PAUSED, "PAUSED"), (Status.ENABLED, "ACTIVE")):
        at = desk(written(), written())
        await at.ads.write(status_leg(LINKEDIN, status), key="k")
        await at.ads.write(status_leg(LINKEDIN, status, Level.AD), key="k")
        assert at.script.body(0) == {"patch": {"$set": {"status": word}}}
        assert at.script.body(1) == {"patch": {"$set": {"intendedStatus": word}}}
    assert raw(at.script.asked[1]) == ("/rest/adAccounts/501/creatives/urn%3Ali%3AsponsoredCreative%3A1201")


async def test_a_fresh_read_names_budget_and_status_at_every_level() -> None:
    campaign_state = await desk(json_reply(campaign())).ads.read(ref(LINKEDIN))
    assert (campaign_state.daily_budget, campaign_state.budget_key) == (Money(10000, "USD"), "1201")
    group_state = await desk(json_reply(campaign())).ads.read(ref(LINKEDIN, Level.AD_GROUP))
    assert (group_state.daily_budget, group_state.budget_key) == (None, "")
    paused = json_reply(creative(1201, intendedStatus="PAUSED"))
    assert (await desk(paused).ads.read(ref(LINKEDIN, Level.AD))).status is Status.PAUSED


async def test_what_linkedin_cannot_do_is_said_and_not_sent() -> None:
    with pytest.raises(Unsupported, match="no dry run"):
        await desk().ads.dry_run(budget_leg(LINKEDIN))
    assert not desk().ads.capabilities.can_dry_run
    with pytest.raises(Unsupported, match="has no ad groups"):
        await desk().ads.write(status_leg(LINKEDIN, Status.PAUSED, Level.AD_GROUP), key="k")
    on_ad = budget_leg(LINKEDIN).model_copy(update={"ref": ref(LINKEDIN, Level.AD)})
    with pytest.raises(Unsupported, match="no daily budget on an ad"):
        await desk().ads.write(on_ad, key="k")


async def test_money_of_another_currency_and_foreign_accounts_are_refused_before_anything_is_sent() -> None:
    at = desk(accounts_reply("EUR"))
    with pytest.raises(BadInput, match="account 501 counts in EUR"):
        await at.ads.write(budget_leg(LINKEDIN), key="k")
    with pytest.raises(PlatformNotFound, match="shows no account 501"):
        await desk(elements()).ads.write(budget_leg(LINKEDIN), key="k")
    with pytest.raises(BadInput, match="budget_key must be '1201'"):
        await desk().ads.write(budget_leg(LINKEDIN).model_copy(update={"budget_key": ""}), key="k")


async def test_an_id_that_is_no_number_never_reaches_a_path() -> None:
    with pytest.raises(BadInput, match="must be digits"):
        await desk().ads.read(ref(LINKEDIN, native_id="1201/../2"))


async def test_a_write_answered_with_anything_but_204_is_unknown() -> None:
    with pytest.raises(OutcomeUnknown, match="without confirming"):
        await desk(accounts_reply(), json_reply({"id": 1})).ads.write(budget_leg(LINKEDIN), key="k")


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "x"},
        {"status": "SLEEPING"},
        {"dailyBudget": {"amount": "1.234", "currencyCode": "USD"}},
        {"dailyBudget": {"amount": "10", "currencyCode": "EUR"}},
        {"dailyBudget": {"amount": "ten", "currencyCode": "USD"}},
        {"changeAuditStamps": {"created": {"time": 10**30}}},
    ],
)
async def test_an_element_that_breaks_the_contract_is_not_used(wrong: dict[str, Any]) -> None:
    with pytest.raises(PlatformError, match="does not allow"):
        _ = [row async for row in desk(elements(campaign() | wrong)).ads.campaigns(account(LINKEDIN))]


async def test_health_says_what_is_wrong_instead_of_raising() -> None:
    assert (await desk(accounts_reply()).ads.health()).ok
    ill = await desk(error(403, code="NO_PERMISSION_ON_ENTITY")).ads.health()
    assert (ill.ok, "Ask the account's owner" in ill.message) == (False, True)
