"""Every request that the Meta adapter can make, held against Meta's own contract file."""

from __future__ import annotations

import json
import re
from ast import literal_eval
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from omnify_core.campaigns import AdAccount, EntityRef, Level, Platform, Status
from omnify_core.legs import AnyLeg, StatusLeg
from omnify_core.money import Money
from omnify_core.platform_ports import AdPlatform
from omnify_core.specs import Targeting
from omnify_platforms.meta_targeting import targeting_form
from omnify_platforms.rows import Row
from tests.builders.contract_files import contract
from tests.builders.meta_graph import ACCOUNT_ID, LEGS, Graph, graph_desk
from tests.builders.platform_wire import budget_leg, json_reply, rig

META = Platform.META
NODES = {"act_501": "AdAccount", "11": "Campaign", "12": "AdSet", "13": "Ad", "14": "CustomAudience"}
# Of every edge, and of paging; Meta's SDK adds them outside its table of parameters.
SHARED = {"fields", "limit", "after", "appsecret_proof", "filtering"}
ACCOUNT = AdAccount(
    platform=META, account_id=ACCOUNT_ID, name="", currency="USD", time_zone="America/New_York"
)


@pytest.fixture
def nodes() -> dict[str, Any]:
    return dict(contract("meta_ads/sdk_v26_contract.json")["nodes"])


def node_of(steps: list[str]) -> str:
    return NODES.get(steps[0], "CustomAudience" if steps[0].startswith("9") else "User")


def call_of(nodes: dict[str, Any], request: httpx.Request) -> dict[str, Any]:
    """The contract's own entry for a call: of a node, or of an edge below it."""
    _, _, *steps = request.url.path.rstrip("/").split("/")
    edges = nodes[node_of(steps)]["edges"].values()
    endpoint = f"/{steps[1]}" if len(steps) > 1 else "/"
    found = [e for e in edges if (e["method"], e["endpoint"]) == (request.method, endpoint)]
    assert found, f"Meta has no {request.method} {endpoint} on {node_of(steps)}"
    return dict(found[0])


def names_in(fields: str) -> Iterator[str]:
    """The names at the top of `id,creative{id,title}`."""
    flat = re.sub(r"\{[^{}]*\}", "", re.sub(r"\{[^{}]*\}", "", fields))
    yield from (name for name in flat.split(",") if name)


def words(nodes: dict[str, Any], call: dict[str, Any], type_: str) -> list[str]:
    """What an enum may be: written out, or named as of a node."""
    where = str(call["enums"][type_])
    if where.startswith("["):
        return list(literal_eval(where))
    node, _, name = where.partition(".")
    return list(nodes[node]["enums"][name])


def fits(nodes: dict[str, Any], call: dict[str, Any], type_: str, text: str) -> bool:
    match type_:
        case "unsigned int" | "int":
            return text.isdigit()
        case "string":
            return True
        case "bool":
            return text in ("true", "false")
        case _ if type_.startswith("list<"):
            values, inner = json.loads(text), type_[5:-1]
            return isinstance(values, list) and (
                not inner.endswith("_enum") or set(values) <= set(words(nodes, call, inner))
            )
        case _ if type_.endswith("_enum"):
            return text in words(nodes, call, type_)
        case _:
            return isinstance(json.loads(text), dict)


def check(nodes: dict[str, Any], request: httpx.Request) -> None:
    """Path, parameters and their types, and the fields asked for."""
    call = call_of(nodes, request)
    query = dict(request.url.params)
    form = dict(parse_qsl(request.content.decode(), strict_parsing=True)) if request.content else {}
    sent = query | form
    for name, text in sent.items():
        if name not in SHARED:
            assert name in call["params"], f"{request.url.path} has no {name}"
            assert fits(nodes, call, call["params"][name], text), (name, text)
    target = call["target"] if call["target"] in nodes else node_of(request.url.path.split("/")[2:])
    target = "AdsInsights" if call["endpoint"] == "/insights" else target
    known = nodes[target]["fields"]
    assert set(names_in(sent.get("fields", ""))) <= set(known), target


async def everything(ads: AdPlatform, leg: AnyLeg) -> None:
    if not isinstance(leg, StatusLeg):
        await ads.look(leg)  # type: ignore[arg-type]  # no budget is among them
    await ads.dry_run(leg)
    await ads.write(leg, key="k")


@pytest.mark.parametrize("leg", LEGS.values(), ids=LEGS.keys())
async def test_each_leg_asks_and_sends_what_the_contract_has(nodes: dict[str, Any], leg: AnyLeg) -> None:
    graph = Graph()
    await everything(graph_desk(graph).ads, leg)
    assert graph.writes
    for request in [*graph.reads, *graph.writes]:
        check(nodes, request)


@pytest.mark.parametrize("level", [Level.CAMPAIGN, Level.AD_GROUP, Level.AD])
async def test_states_are_read_and_set_as_the_contract_has_it(nodes: dict[str, Any], level: Level) -> None:
    graph = Graph()
    ref = EntityRef(platform=META, account_id=ACCOUNT_ID, level=level, native_id="11")
    cost = Money.zero("USD")
    for status in Status:
        leg = StatusLeg(
            ref=ref, name="x", budget_key="", before=Status.PAUSED, after=status, daily_budget=cost
        )
        await graph_desk(graph).ads.write(leg, key="k")
    budget = budget_leg(META).model_copy(
        update={"ref": ref.model_copy(update={"level": Level.CAMPAIGN}), "budget_key": "11"}
    )
    await graph_desk(graph).ads.write(budget, key="k")
    for request in graph.writes:
        check(nodes, request)


async def test_listings_ask_for_fields_that_the_contract_has(nodes: dict[str, Any]) -> None:
    desk = rig(META, *[json_reply({"data": []})] * 9)
    for rows in (
        desk.ads.campaigns(ACCOUNT),
        desk.ads.ad_groups(ACCOUNT),
        desk.ads.creatives(ACCOUNT),
        desk.ads.audiences(ACCOUNT),
        desk.ads.daily_metrics(ACCOUNT, Level.AD, date(2026, 11, 1), date(2026, 11, 9)),
    ):
        assert [row async for row in rows] == []
    assert await desk.ads.accounts() == []
    for request in desk.script.asked:
        check(nodes, request)


async def test_a_report_is_started_as_the_contract_has_it(nodes: dict[str, Any]) -> None:
    done = {"async_status": "Job Completed", "async_percent_completion": 100}
    desk = rig(META, json_reply({"report_run_id": "77"}), json_reply(done), json_reply({"data": []}))
    days = desk.ads.daily_metrics(ACCOUNT, Level.CAMPAIGN, date(2026, 8, 1), date(2026, 10, 1))
    assert [row async for row in days] == []
    start, poll, _ = desk.script.asked
    check(nodes, start)
    assert set(names_in(poll.url.params["fields"])) <= set(nodes["AdReportRun"]["fields"])


def test_targeting_has_only_names_that_the_contract_has(nodes: dict[str, Any]) -> None:
    wanted = Targeting(
        countries=("US",),
        excluded_countries=("MX",),
        age_min=20,
        age_max=60,
        genders=("female",),
        audiences=("1",),
        excluded_audiences=("2",),
        interests=("3",),
    )
    spec = targeting_form(wanted, Row(META, {"targeting": {"publisher_platforms": ["facebook"]}}))
    assert set(spec) <= set(nodes["Targeting"]["fields"])
    assert len(spec) == 10
    assert set(spec["geo_locations"]) <= set(nodes["TargetingGeoLocation"]["fields"])
    assert all(set(group) <= set(nodes["FlexibleTargeting"]["fields"]) for group in spec["flexible_spec"])


async def test_a_creative_says_only_what_the_contract_has(nodes: dict[str, Any]) -> None:
    graph = Graph()
    await graph_desk(graph).ads.write(LEGS["create an ad"], key="k")
    form = dict(parse_qsl(graph.writes[0].content.decode()))
    story = json.loads(form["object_story_spec"])
    assert set(story) <= set(nodes["AdCreativeObjectStorySpec"]["fields"])
    assert set(story["link_data"]) <= set(nodes["AdCreativeLinkData"]["fields"])
