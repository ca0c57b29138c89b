"""LinkedIn's contract files, where this machine has them: what we send and read is in them."""

from __future__ import annotations

from datetime import date

from omnify_core.campaigns import Level, Status
from tests.builders.contract_files import contract
from tests.builders.linkedin_wire import LINKEDIN, accounts_reply, campaign, desk, elements, raw, written
from tests.builders.platform_wire import account, budget_leg, json_reply, ref, status_leg


async def test_writes_name_only_fields_and_words_of_the_contract() -> None:
    known = contract("linkedin_ads/campaign_contract_202602.json")
    fields, creatives = known["fields"], known["creatives"]["fields"]
    at = desk(accounts_reply(), written(), written(), written())
    await at.ads.write(budget_leg(LINKEDIN), key="k")
    await at.ads.write(status_leg(LINKEDIN), key="k")
    await at.ads.write(status_leg(LINKEDIN, level=Level.AD), key="k")
    budget, status, intended = (at.script.body(index)["patch"]["$set"] for index in (1, 2, 3))
    assert set(budget["dailyBudget"]) == set(fields["dailyBudget"]["fields"])
    assert not fields["dailyBudget"].get("read_only")
    assert status["status"] in fields["status"]["values"]
    assert intended["intendedStatus"] in creatives["intendedStatus"]


async def test_reads_use_only_criteria_and_statuses_of_the_contract() -> None:
    known = contract("linkedin_ads/campaign_contract_202602.json")
    at = desk(elements())
    assert [row async for row in at.ads.campaigns(account(LINKEDIN))] == []
    words = raw(at.script.asked[0]).split("List(")[1].split(")")[0].split(",")
    assert set(words) <= set(known["fields"]["status"]["values"])
    assert "status" in known["search"]["criteria"]


async def test_a_recorded_report_is_understood() -> None:
    recorded = contract("linkedin_ads/fixtures/ad_analytics_campaign_daily.airbyte_MIT.json")
    at = desk(json_reply(recorded))
    days = at.ads.daily_metrics(account(LINKEDIN), Level.CAMPAIGN, date(2023, 1, 2), date(2023, 1, 3))
    rows = [row async for row in days]
    assert [(row.day.day, row.clicks, row.impressions) for row in rows] == [(2, 100, 19090), (3, 408, 20210)]


async def test_every_status_of_the_contract_can_be_read() -> None:
    for word in contract("linkedin_ads/campaign_contract_202602.json")["fields"]["status"]["values"]:
        state = await desk(json_reply(campaign(status=word))).ads.read(ref(LINKEDIN))
        assert state.status in Status
