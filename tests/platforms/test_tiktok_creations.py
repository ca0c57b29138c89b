"""Campaigns, ad groups, ads and audiences that we make on TikTok, and what is taken away again."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from omnify_core.campaigns import Level, Status
from omnify_core.errors import BadInput, PlatformNotFound, PlatformRejected, Unsupported
from omnify_core.legs import AudienceLeg, CampaignLeg, KeywordLeg
from omnify_core.money import Money
from omnify_core.specs import AudienceSpec, Keyword, Match, Objective, Targeting
from omnify_platforms import tiktok_specs as specs
from omnify_platforms.tiktok_specs import request_id
from tests.builders.contract_files import contract
from tests.builders.platform_wire import NOON, account, ref, status_leg
from tests.builders.tiktok_wire import (
    PICTURE,
    TIKTOK,
    TRAFFIC,
    VIDEO,
    ad,
    ad_leg,
    ad_spec,
    asked,
    audience_leg,
    bid_leg,
    campaign,
    campaign_leg,
    campaign_spec,
    described,
    desk,
    group,
    group_leg,
    identities,
    name_leg,
    ok,
    page,
    regions,
    targeting_leg,
    written,
)


async def test_a_new_campaign_is_paused_holds_its_budget_and_carries_its_key() -> None:
    at = await written(campaign_leg(), described())
    assert at.script.body() == {
        "advertiser_id": "501",
        "campaign_name": "New",
        "objective_type": "TRAFFIC",
        "budget_mode": "BUDGET_MODE_DAY",
        "budget": 80.5,
        "budget_optimize_on": True,
        "operation_status": "DISABLE",
        "request_id": request_id("plan-1-0"),
    }
    assert request_id("plan-1-0").isdigit()
    assert request_id("plan-1-0") != request_id("plan-1-1")
    assert int(request_id("x")) < 2**63


@pytest.mark.parametrize("objective", Objective)
async def test_a_new_campaign_reads_back_as_its_spec(objective: Objective) -> None:
    leg = campaign_leg(campaign_spec(objective=objective))
    at = await written(leg, described())
    row = campaign("77", **(at.script.body() | {"campaign_id": "77"}))
    seen = desk(page(row), described())
    look = await seen.ads.look(leg)
    assert (look.value, look.native_id) == (leg.after, "77")
    assert asked(seen.script.asked[0])["filtering"] == {"campaign_name": "New"}


async def test_what_belongs_to_the_ad_group_is_refused_on_a_campaign() -> None:
    for changes in ({"targeting": Targeting(countries=("US",))}, {"start_on": NOON.date()}):
        with pytest.raises(Unsupported, match="belong to the ad group"):
            await desk().ads.write(campaign_leg(campaign_spec(**changes)), key="k")
    with pytest.raises(BadInput, match="counts in EUR"):
        await desk(described("EUR")).ads.write(campaign_leg(), key="k")


async def test_what_has_the_name_already_is_told_apart() -> None:
    leg = campaign_leg()
    assert (await desk(page(campaign(campaign_name="New and more"))).ads.look(leg)).value is None
    two = page(campaign("1", campaign_name="New"), campaign("2", campaign_name="New"))
    with pytest.raises(PlatformRejected, match="has 2 of the name"):
        await desk(two).ads.look(leg)
    app = page(campaign(campaign_name="New", objective_type="APP_PROMOTION"))
    with pytest.raises(PlatformRejected, match="not like ours"):
        await desk(app, described()).ads.look(leg)


@pytest.mark.parametrize(
    ("objective", "goal", "billing"),
    [("TRAFFIC", "CLICK", "CPC"), ("REACH", "REACH", "CPM"), ("VIDEO_VIEWS", "ENGAGED_VIEW", "CPV")],
)
async def test_a_new_ad_group_is_billed_as_its_campaign_wants_and_reads_back_as_its_spec(
    objective: str, goal: str, billing: str
) -> None:
    leg = group_leg(bid=Money(45, "USD"), targeting=Targeting(countries=("DE", "US"), age_min=25))
    parent = page(campaign(objective_type=objective, budget_optimize_on=True))
    at = await written(leg, parent, described(), regions())
    body = at.script.body()
    assert (body["optimization_goal"], body["billing_event"], body["bid_price"]) == (goal, billing, 0.45)
    assert (body["operation_status"], body["budget_mode"], body["budget"]) == (
        "DISABLE",
        "BUDGET_MODE_INFINITE",
        0,
    )
    assert body["schedule_start_time"] == f"{NOON:%Y-%m-%d %H:%M:%S}"
    row = body | {"adgroup_id": "88"}
    look = await desk(parent, page(row), described(), regions()).ads.look(leg)
    assert (look.value, look.native_id) == (leg.after, "88")


@pytest.mark.parametrize(
    ("parent", "changes", "says"),
    [
        ({"objective_type": "WEB_CONVERSIONS"}, {}, "a pixel and one of its events"),
        ({"objective_type": "LEAD_GENERATION"}, {}, "an instant form"),
        ({"objective_type": "APP_PROMOTION"}, {}, "more than OmniFy knows"),
        (TRAFFIC, {"daily_budget": Money(5_000, "USD")}, "campaign holds the budget"),
        (TRAFFIC | {"budget_optimize_on": False}, {}, "leaves budgets to its ad groups"),
        (TRAFFIC, {"targeting": Targeting(countries=("XX",))}, "does not deliver to XX"),
    ],
)
async def test_ad_groups_that_we_cannot_make_are_refused_before_anything_is_sent(
    parent: dict[str, Any], changes: dict[str, Any], says: str
) -> None:
    replies = [page(campaign(**parent)), *([described()] if "daily_budget" in changes else []), regions()]
    at = desk(*replies)
    with pytest.raises((BadInput, Unsupported), match=says):
        await at.ads.write(group_leg(**changes), key="k")


async def test_an_ad_group_may_hold_the_budget_where_its_campaign_has_none() -> None:
    parent = page(campaign(**TRAFFIC | {"budget_optimize_on": False}))
    leg = group_leg(daily_budget=Money(5_000, "USD"))
    body = (await written(leg, parent, described(), regions())).script.body()
    assert (body["budget_mode"], body["budget"]) == ("BUDGET_MODE_DAY", 50)


@pytest.mark.parametrize("image", [PICTURE, f"{VIDEO} {PICTURE}"])
async def test_a_new_ad_appears_under_the_account_s_name_and_reads_back_as_its_spec(image: str) -> None:
    leg = ad_leg(ad_spec(image=image, call_to_action="SHOP_NOW"))
    at = await written(leg, page(group()), identities("55"))
    (creative,) = at.script.body()["creatives"]
    assert (creative["identity_id"], creative["operation_status"]) == ("55", "DISABLE")
    assert at.script.body()["adgroup_id"] == "1201"
    look = await desk(page(group()), page(creative | {"ad_id": "99"})).ads.look(leg)
    assert (look.value, look.native_id) == (leg.after, "99")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"headlines": ("a", "b")}, "one text"),
        ({"headlines": ("x" * 101,)}, "one text"),
        ({"descriptions": ("a",)}, "one text"),
        ({"image": ""}, "shows a picture or a video"),
        ({"image": VIDEO}, "shows a picture or a video"),
        ({"image": f"{PICTURE} {VIDEO}"}, "shows a picture or a video"),
    ],
)
async def test_ads_that_tiktok_has_not_are_refused_before_anything_is_sent(
    changes: dict[str, Any], says: str
) -> None:
    with pytest.raises((BadInput, Unsupported), match=says):
        await desk(page(group()), identities()).ads.write(ad_leg(ad_spec(**changes)), key="k")


@pytest.mark.parametrize("ids", [("1", "2"), ()])
async def test_an_ad_is_not_made_under_a_name_that_would_be_a_guess(ids: tuple[str, ...]) -> None:
    known = identities(*ids) if ids else ok({"identity_list": [], "page_info": {"total_page": 1}})
    with pytest.raises(PlatformRejected, match=f"has {len(ids)} identities"):
        await desk(page(group()), known).ads.write(ad_leg(), key="k")


async def test_an_audience_is_made_of_a_file_of_hashes() -> None:
    at = desk(ok({"file_path": "0123456789abcdef"}), ok())
    await at.ads.write(audience_leg(), key="k")
    uploaded, created = at.script.asked
    assert uploaded.headers["content-type"].startswith("multipart/form-data")
    assert (b"a" * 64 + b"\n" + b"b" * 64 + b"\n") in uploaded.content
    assert json.loads(created.content) == {
        "advertiser_id": "501",
        "custom_audience_name": "Customers",
        "calculate_type": "EMAIL_SHA256",
        "file_paths": ["0123456789abcdef"],
    }


def people(**changes: Any) -> dict[str, Any]:
    fields = {
        "audience_id": "31",
        "name": "Customers",
        "audience_type": "Customer File",
        "calculate_type": "EMAIL_SHA256",
        "cover_num": 1200,
        "is_valid": True,
    }
    return fields | changes


async def test_an_audience_is_found_by_its_name_and_deleted() -> None:
    leg = audience_leg()
    look = await desk(page(people(name="Others"), people())).ads.look(leg)
    assert (look.value, look.native_id) == (leg.after, "31")
    other = await desk(page(people(calculate_type="IDFA_MD5"))).ads.look(leg)
    assert other.value == AudienceSpec(name="Customers")
    assert (await desk(page()).ads.look(leg)).value is None
    gone = AudienceLeg(ref=leg.ref, name="x", before=leg.after, after=None)
    at = await written(gone, page(people()))
    assert at.script.body() == {"advertiser_id": "501", "custom_audience_ids": ["31"]}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"members": ()}, "name at least one"),
        ({"members": ("jane@example.com",)}, "SHA-256"),
        ({"description": "x"}, "no description"),
        ({"name": "x" * 129}, "at most 128"),
    ],
)
async def test_audiences_that_tiktok_has_not_are_refused_before_anything_is_sent(
    changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        await desk().ads.write(audience_leg(**changes), key="k")


async def test_audiences_are_listed_with_how_many_people_they_reach() -> None:
    at = desk(page(people(), people(audience_id="32", cover_num=0, is_valid=False)))
    one, two = [row async for row in at.ads.audiences(account(TIKTOK))]
    assert (one.people, one.is_usable, one.kind) == (1200, True, "Customer File")
    assert (two.people, two.is_usable) == (None, False)
    assert asked(at.script.asked[0])["page_size"] == "100"


async def test_removing_is_a_status_and_what_is_deleted_reads_as_removed() -> None:
    at = desk(ok())
    await at.ads.write(status_leg(TIKTOK, Status.REMOVED), key="k")
    assert at.script.body()["operation_status"] == "DELETE"
    deleted = desk(page(), page(campaign(operation_status="DISABLE")))
    assert (await deleted.ads.read(ref(TIKTOK))).status is Status.REMOVED
    filtering = asked(deleted.script.asked[1])["filtering"]
    assert filtering == {"campaign_ids": ["1201"], "primary_status": "STATUS_DELETE"}


async def test_what_a_plan_made_is_found_by_its_name_and_removed() -> None:
    leg = CampaignLeg(ref=ref(TIKTOK, Level.ACCOUNT, "501"), name="x", before=campaign_spec(), after=None)
    at = await written(leg, page(campaign("5", campaign_name="New")))
    assert at.script.body()["campaign_ids"] == ["5"]
    with pytest.raises(PlatformNotFound, match="any more"):
        await desk(page()).ads.write(leg, key="k")


async def test_a_parent_that_is_gone_or_of_the_wrong_kind_is_said() -> None:
    with pytest.raises(PlatformNotFound, match="no campaign 1201"):
        await desk(page()).ads.look(group_leg())
    with pytest.raises(Unsupported, match="name one"):
        await desk().ads.look(ad_leg(level=Level.CAMPAIGN))


async def test_keywords_are_refused() -> None:
    leg = KeywordLeg(ref=ref(TIKTOK, Level.AD_GROUP), name="x", after=Keyword(text="x", match=Match.EXACT))
    assert desk().ads.capabilities.why_not(leg)
    with pytest.raises(Unsupported):
        await desk().ads.look(leg)
    with pytest.raises(Unsupported):
        await desk().ads.write(leg, key="k")


async def test_every_new_request_names_only_what_the_contract_names() -> None:
    sdk = contract("tiktok_ads/sdk_v1.3_contract.json")
    models, by_path = sdk["models"], {one["path"]: one for one in sdk["endpoints"].values()}
    runs = [
        await written(name_leg(Level.AD), page(ad())),
        await written(bid_leg(), page(group()), described()),
        await written(targeting_leg(countries=("US",)), regions(), page(group())),
        await written(campaign_leg(), described()),
        await written(group_leg(bid=Money(9, "USD")), page(campaign(**TRAFFIC)), described(), regions()),
        await written(ad_leg(ad_spec(image=f"{VIDEO} {PICTURE}")), page(group()), identities()),
        await written(audience_leg(), ok({"file_path": "0123456789abcdef"})),
        await written(
            AudienceLeg(ref=audience_leg().ref, name="x", before=audience_leg().after, after=None),
            page(people()),
        ),
    ]
    for request in [request for run in runs for request in run.script.asked]:
        endpoint = by_path[request.url.path]
        params = endpoint["params"]
        assert request.method == endpoint["method"]
        assert set(request.url.params) <= set(params), request.url
        if request.method == "GET":
            required = {n for n, p in params.items() if p["required"]} - {"access_token"}
            assert required <= set(request.url.params)
        elif "body" in params:
            _fits(json.loads(request.content), params["body"]["type"], models)
        else:
            names = set(re.findall(rb'name="(\w+)"', request.content))
            assert {name.decode() for name in names} <= set(params)


def _fits(body: dict[str, Any], model: str, models: dict[str, Any]) -> None:
    fields = models[model]
    assert set(body) <= set(fields), model
    assert {name for name, field in fields.items() if field.get("required")} <= set(body)
    for name, value in body.items():
        inner = fields[name]["type"].removeprefix("list[").removesuffix("]")
        for one in value if isinstance(value, list) and inner in models else ():
            _fits(one, inner, models)


def test_fields_that_are_looked_at_are_known() -> None:
    schemas = contract("tiktok_ads/response_schemas_airbyte.json")["schemas"]
    for fields, schema in ((specs.CAMPAIGN, "campaigns"), (specs.GROUP, "ad_groups"), (specs.AD, "ads")):
        assert set(fields) <= set(schemas[schema]["properties"])
    assert set(people()) <= set(schemas["audiences"]["properties"])
