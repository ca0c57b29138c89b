"""Campaigns and creatives that we make on LinkedIn, and what is taken away again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from omnify_core.campaigns import Level, Status
from omnify_core.errors import BadInput, PlatformNotFound, PlatformRejected, Unsupported
from omnify_core.legs import AdGroupLeg, AudienceLeg, CampaignLeg
from omnify_core.specs import AdGroupSpec, AudienceSpec, Objective
from tests.builders.contract_files import contract
from tests.builders.linkedin_wire import (
    LINKEDIN,
    PAGE,
    POST,
    accounts_reply,
    ad_leg,
    campaign,
    campaign_leg,
    campaign_spec,
    creative,
    desk,
    elements,
    groups_reply,
    post_spec,
    raw,
    written,
)
from tests.builders.platform_wire import NOON, json_reply, ref, status_leg


async def test_a_new_campaign_has_all_that_linkedin_wants_and_is_paused() -> None:
    at = desk(accounts_reply(), groups_reply(12, 9, 30), written(201))
    await at.ads.write(campaign_leg(), key="k")
    request, body = at.script.asked[-1], at.script.body()
    assert (request.method, raw(request)) == ("POST", "/rest/adAccounts/501/adCampaigns")
    assert request.headers["x-restli-method"] == "CREATE"
    assert body["campaignGroup"] == "urn:li:sponsoredCampaignGroup:9"
    assert (body["status"], body["account"], body["associatedEntity"]) == (
        "PAUSED",
        "urn:li:sponsoredAccount:501",
        PAGE,
    )
    assert body["dailyBudget"] == {"amount": "80.00", "currencyCode": "USD"}
    assert body["locale"] == {"country": "DE", "language": "de"}
    assert body["runSchedule"] == {"start": int(NOON.timestamp() * 1000)}


async def test_a_new_campaign_keeps_to_the_contract() -> None:
    known = contract("linkedin_ads/campaign_contract_202602.json")["fields"]
    for objective in Objective:
        at = desk(accounts_reply(), groups_reply(), written(201))
        await at.ads.write(campaign_leg(campaign_spec(objective=objective)), key="k")
        body = at.script.body()
        required = {name for name, about in known.items() if about.get("required_on_create") is True}
        assert required <= set(body) <= set(known)
        assert "dailyBudget" in body
        for name, value in body.items():
            assert not known[name].get("read_only")
            assert value in known[name].get("values", [value])
            if "fields" in known[name]:
                assert set(value) <= set(known[name]["fields"])


async def test_a_new_creative_keeps_to_the_contract() -> None:
    known = contract("linkedin_ads/campaign_contract_202602.json")["creatives"]["fields"]
    at = desk(json_reply(campaign()), written(201))
    await at.ads.write(ad_leg(), key="k")
    assert set(at.script.body()) <= set(known)
    assert at.script.body()["intendedStatus"] in known["intendedStatus"]


def shown_campaign(body: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = {"changeAuditStamps": {"created": {"time": int(NOON.timestamp() * 1000)}}}
    return body | {"id": 1500} | made | more


@pytest.mark.parametrize("start_on", [None, NOON.date(), date(2026, 12, 24)])
@pytest.mark.parametrize("objective", Objective)
async def test_a_new_campaign_reads_back_as_its_spec(objective: Objective, start_on: date | None) -> None:
    leg = campaign_leg(campaign_spec(objective=objective, start_on=start_on))
    at = desk(accounts_reply(), groups_reply(), written(201))
    await at.ads.write(leg, key="k")
    seen = desk(accounts_reply(), elements(shown_campaign(at.script.body())))
    look = await seen.ads.look(leg)
    assert (look.value, look.native_id) == (leg.after, "1500")
    assert raw(seen.script.asked[-1]) == (
        "/rest/adAccounts/501/adCampaigns?q=search&search=(name:(values:List(New%20%28one%29%2C%20two)),"
        "status:(values:List(ACTIVE,PAUSED,DRAFT)))&pageSize=500"
    )


async def test_a_later_start_is_the_day_s_first_moment_in_utc_and_a_past_one_is_refused() -> None:
    at = desk(accounts_reply(), groups_reply(), written(201))
    await at.ads.write(campaign_leg(campaign_spec(start_on=date(2026, 12, 24))), key="k")
    assert at.script.body()["runSchedule"]["start"] == int(
        datetime(2026, 12, 24, tzinfo=UTC).timestamp() * 1000
    )
    past = desk(accounts_reply(), groups_reply())
    with pytest.raises(BadInput, match="start_on must be today or later"):
        await past.ads.write(campaign_leg(campaign_spec(start_on=date(2026, 11, 1))), key="k")


async def test_what_has_the_name_already_is_told_apart() -> None:
    leg = campaign_leg()
    assert (await desk(accounts_reply(), elements()).ads.look(leg)).value is None
    name = {"name": leg.name}
    other = elements(campaign(5, name="New (one), two and more"), campaign(6, status="ARCHIVED", **name))
    assert (await desk(accounts_reply(), other).ads.look(leg)).value is None
    video = elements(campaign(5, objectiveType="VIDEO_VIEWS", **name))
    with pytest.raises(PlatformRejected, match="not like ours"):
        await desk(accounts_reply(), video).ads.look(leg)
    with pytest.raises(PlatformRejected, match="has 2 of the name"):
        await desk(accounts_reply(), elements(campaign(5, **name), campaign(6, **name))).ads.look(leg)


async def test_a_campaign_needs_a_group_and_money_of_the_account() -> None:
    with pytest.raises(PlatformRejected, match="no active campaign group"):
        await desk(accounts_reply(), elements()).ads.write(campaign_leg(), key="k")
    with pytest.raises(BadInput, match="counts in EUR"):
        await desk(accounts_reply("EUR")).ads.write(campaign_leg(), key="k")


@pytest.mark.parametrize("level", [Level.CAMPAIGN, Level.AD_GROUP])
async def test_a_creative_shows_a_post_and_reads_back_as_its_spec(level: Level) -> None:
    at = desk(json_reply(campaign()), written(201))
    await at.ads.write(ad_leg(level=level), key="k")
    assert at.script.body() == {
        "campaign": "urn:li:sponsoredCampaign:1201",
        "name": "Ad",
        "intendedStatus": "PAUSED",
        "content": {"reference": POST},
    }
    row = creative(44, name="Ad", content={"reference": POST}, intendedStatus="PAUSED")
    seen = desk(json_reply(campaign()), elements(row, creative(45)))
    look = await seen.ads.look(ad_leg(level=level))
    assert (look.value, look.native_id) == (post_spec(), "44")
    assert raw(seen.script.asked[-1]).endswith("&campaigns=List(urn%3Ali%3AsponsoredCampaign%3A1201)")


TEXT = {
    "headlines": ("Hours back",),
    "descriptions": ("Every week.",),
    "url": "https://a.example/",
    "image": "",
}


async def test_a_text_ad_carries_its_own_texts() -> None:
    text_campaign, spec = json_reply(campaign(type="TEXT_AD")), post_spec(**TEXT)
    at = desk(text_campaign, written(201))
    await at.ads.write(ad_leg(spec), key="k")
    content = at.script.body()["content"]
    assert content["textAd"]["landingPage"] == "https://a.example/"
    row = elements(creative(44, name="Ad", content=content))
    assert (await desk(text_campaign, row).ads.look(ad_leg(spec))).value == spec


@pytest.mark.parametrize(
    ("kind", "changes", "says"),
    [
        ("SPONSORED_UPDATES", TEXT, "does not write posts"),
        ("SPONSORED_UPDATES", {"headlines": ("Other",)}, "they are the post's"),
        ("SPONSORED_UPDATES", {"url": "https://a.example/"}, "they are the post's"),
        ("TEXT_AD", {}, "no picture"),
        ("TEXT_AD", TEXT | {"headlines": ("A", "B")}, "one headline and one description"),
        ("TEXT_AD", TEXT | {"descriptions": ()}, "one headline and one description"),
        ("TEXT_AD", TEXT | {"headlines": ("A headline of more than 25",)}, "at most 25"),
    ],
)
async def test_creatives_that_linkedin_has_not_are_refused_before_anything_is_sent(
    kind: str, changes: dict[str, Any], says: str
) -> None:
    at = desk(json_reply(campaign(type=kind)))
    with pytest.raises((BadInput, Unsupported), match=says):
        await at.ads.write(ad_leg(post_spec(**changes)), key="k")


async def test_a_creative_needs_a_campaign_that_still_stands() -> None:
    gone = desk(json_reply(campaign(status="ARCHIVED")))
    with pytest.raises(PlatformNotFound, match="archived"):
        await gone.ads.look(ad_leg())
    with pytest.raises(Unsupported, match="name the campaign"):
        await desk().ads.look(ad_leg().model_copy(update={"ref": ref(LINKEDIN, Level.AD)}))


async def test_drafts_are_deleted_and_all_else_is_marked_for_deletion() -> None:
    draft = desk(json_reply(campaign(status="DRAFT")), written())
    await draft.ads.write(status_leg(LINKEDIN, Status.REMOVED), key="k")
    assert (draft.script.asked[-1].method, draft.script.asked[-1].content) == ("DELETE", b"")
    running = desk(json_reply(campaign()), written())
    await running.ads.write(status_leg(LINKEDIN, Status.REMOVED), key="k")
    assert running.script.body() == {"patch": {"$set": {"status": "PENDING_DELETION"}}}
    on_ad = desk(json_reply(creative(1201)), written())
    await on_ad.ads.write(status_leg(LINKEDIN, Status.REMOVED, Level.AD), key="k")
    assert on_ad.script.body() == {"patch": {"$set": {"intendedStatus": "PENDING_DELETION"}}}


async def test_what_a_plan_made_is_found_by_its_name_and_removed() -> None:
    leg = CampaignLeg(ref=ref(LINKEDIN, Level.ACCOUNT, "501"), name="x", before=campaign_spec(), after=None)
    row = campaign(5, name=campaign_spec().name, status="PAUSED")
    at = desk(accounts_reply(), elements(row), json_reply(row), written())
    await at.ads.write(leg, key="k")
    assert raw(at.script.asked[-1]) == "/rest/adAccounts/501/adCampaigns/5"
    with pytest.raises(PlatformNotFound, match="any more"):
        await desk(accounts_reply(), elements()).ads.write(leg, key="k")


async def test_what_linkedin_has_not_is_refused() -> None:
    group = AdGroupLeg(ref=ref(LINKEDIN), name="g", after=AdGroupSpec(name="g"))
    people = AudienceLeg(ref=ref(LINKEDIN, Level.ACCOUNT), name="a", after=AudienceSpec(name="a"))
    for leg in (group, people):
        assert desk().ads.capabilities.why_not(leg)
        with pytest.raises(Unsupported):
            await desk().ads.look(leg)
        with pytest.raises(Unsupported):
            await desk().ads.write(leg, key="k")
