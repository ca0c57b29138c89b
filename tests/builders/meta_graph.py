"""A Graph that answers by path: reads as if all that legs need were there, writes as they are struck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from omnify_core.campaigns import EntityRef, Level, Platform
from omnify_core.legs import (
    AdGroupLeg,
    AdLeg,
    AnyLeg,
    AudienceLeg,
    BidLeg,
    CampaignLeg,
    NameLeg,
    TargetingLeg,
)
from omnify_core.money import Money
from omnify_core.specs import AdGroupSpec, AdSpec, AudienceSpec, CampaignSpec, Objective, Targeting
from tests.builders.platform_wire import Reply, Rig, fresh_token, json_reply, rig

META = Platform.META
ACCOUNT_ID = "501"
_ACCOUNT = {"account_id": ACCOUNT_ID, "currency": "USD", "timezone_name": "America/New_York"}
_LINK = {"link": "https://techflow.example/", "name": "Run"}
_NODES: dict[str, dict[str, Any]] = {
    "act_501": _ACCOUNT,
    "11": {"name": "Campaign", "objective": "OUTCOME_SALES", "daily_budget": "5000"},
    "12": {
        "name": "Ad set",
        "bid_amount": 400,
        "targeting": {"age_min": 18, "age_max": 65, "geo_locations": {"countries": ["US"]}},
        "campaign": {"bid_strategy": "COST_CAP"},
    },
    "13": {"name": "Ad", "creative": {"object_story_spec": {"link_data": _LINK}}},
    "14": {"name": "List"},
}
_EDGES: dict[str, list[dict[str, Any]]] = {
    "campaigns": [{"id": "11", "name": "Campaign"}],
    "adsets": [{"id": "12", "name": "Ad set", "promoted_object": {"pixel_id": "77"}}],
    "ads": [{"id": "13", "name": "Ad", "creative": {"object_story_spec": {"page_id": "88"}}}],
    "customaudiences": [{"id": "14", "name": "List"}],
}


@dataclass
class Graph:
    """`strikes` answer the writes from the `spared`-th on, one each; then all is well.

    `nodes` and `edges` take the place of what is usually there.
    """

    strikes: list[Reply] = field(default_factory=list)
    spared: int = 0
    on_reads: bool = False
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    edges: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    writes: list[httpx.Request] = field(default_factory=list)
    reads: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/oauth/access_token"):
            return fresh_token()
        kept = self.reads if request.method == "GET" else self.writes
        kept.append(request)
        struck = (request.method == "GET") is self.on_reads and len(kept) > self.spared
        if struck and self.strikes:
            reply = self.strikes.pop(0)
            if isinstance(reply, Exception):
                raise reply
            assert isinstance(reply, httpx.Response)
            return reply
        return self._well(request)

    def _well(self, request: httpx.Request) -> httpx.Response:
        _, _, *steps = request.url.path.rstrip("/").split("/")
        if request.method == "DELETE" or (request.method == "POST" and len(steps) == 1):
            return json_reply({"success": True})
        if request.method == "POST" and steps[-1] == "users":
            return json_reply({"audience_id": steps[0], "num_received": 1, "num_invalid_entries": 0})
        if request.method == "POST":
            return json_reply({"id": str(900 + len(self.writes))})
        if len(steps) == 1:
            shown = self.nodes.get(steps[0]) or _NODES[steps[0]]
            return json_reply({"id": steps[0], "account_id": ACCOUNT_ID} | shown)
        return json_reply({"data": self.edges.get(steps[-1], _EDGES.get(steps[-1], []))})


def graph_desk(graph: Graph) -> Rig:
    return rig(META, *[graph] * 200)


def _ref(level: Level, native_id: str) -> EntityRef:
    return EntityRef(platform=META, account_id=ACCOUNT_ID, level=level, native_id=native_id)


_HOME, _CAMPAIGN, _AD_SET = (
    _ref(Level.ACCOUNT, ACCOUNT_ID),
    _ref(Level.CAMPAIGN, "11"),
    _ref(Level.AD_GROUP, "12"),
)
_US = Targeting(countries=("US",))
_SPEC = CampaignSpec(name="New", objective=Objective.SALES, daily_budget=Money(5_000, "USD"))
_AD = AdSpec(name="New", headlines=("Run",), descriptions=("Far",), url="https://techflow.example/run")
_LIST = AudienceSpec(name="New", members=("a" * 64,))
_GONE = AdGroupSpec(name="Ad set", targeting=_US)

LEGS: dict[str, AnyLeg] = {
    "rename": NameLeg(ref=_AD_SET, name="x", before="Ad set", after="Other"),
    "bid": BidLeg(ref=_AD_SET, name="x", before=Money(400, "USD"), after=Money(450, "USD")),
    "targeting": TargetingLeg(ref=_AD_SET, name="x", before=_US, after=Targeting(countries=("CA",))),
    "create a campaign": CampaignLeg(ref=_HOME, name="New", after=_SPEC),
    "create an ad set": AdGroupLeg(ref=_CAMPAIGN, name="New", after=AdGroupSpec(name="New", targeting=_US)),
    "create an ad": AdLeg(ref=_AD_SET, name="New", after=_AD),
    "create a list": AudienceLeg(ref=_HOME, name="New", after=_LIST),
    "remove an ad set": AdGroupLeg(ref=_CAMPAIGN, name="Ad set", before=_GONE, after=None),
    "remove a list": AudienceLeg(ref=_HOME, name="List", before=AudienceSpec(name="List"), after=None),
}


def struck(replies: Sequence[Reply], *, spared: int = 0, on_reads: bool = False) -> Graph:
    return Graph(list(replies), spared, on_reads)
