"""Meta's view of the market's objects as nodes with fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from omnify_core.campaigns import Platform
from omnify_sandbox.advertiser import micros_per_minor
from omnify_sandbox.book import Key, ObjectKind, Value
from omnify_sandbox.catalog import Ad, Campaign, Group
from omnify_sandbox.growth import Thing
from omnify_sandbox.kinds import KINDS
from omnify_sandbox.market import Market
from omnify_sandbox.meta.audiences import OldList, audience_fields, old_lists
from omnify_sandbox.meta.contract import fields_of
from omnify_sandbox.meta.errors import MetaProblem
from omnify_sandbox.meta.nodes import PAGE_ID, bids, goals, made_creative, shown_targeting
from omnify_sandbox.meta.params import Wanted

STATUS = {"enabled": "ACTIVE", "paused": "PAUSED", "archived": "ARCHIVED", "removed": "DELETED"}
NODE_KINDS: dict[str, ObjectKind] = {
    "Campaign": "campaign",
    "AdSet": "group",
    "Ad": "ad",
    "AdCreative": "creative",
    "CustomAudience": "audience",
}
MIN_DAILY_BUDGET_CENTS = 100
Fields = dict[str, Any]


class MetaObjects:
    """The nodes, as seen at `as_of` (None: now). `image_url` makes the address of a creative's picture."""

    def __init__(self, market: Market, as_of: datetime | None, image_url: Callable[[str], str]) -> None:
        self.market = market
        self._as_of = as_of
        self._image_url = image_url
        catalog = market.catalog
        self.accounts = market.advertiser.held(Platform.META)
        self.campaigns = {
            c.id: c
            for c in catalog.campaigns
            if c.platform is Platform.META and self._is_here("campaign", c.id)
        }
        self.groups = {
            g.id: g
            for g in catalog.groups
            if g.campaign.id in self.campaigns and self._is_here("group", g.id)
        }
        self.ads = {a.id: a for a in catalog.ads if a.group.id in self.groups and self._is_here("ad", a.id)}
        self.by_creative: dict[str, Ad | Thing] = {a.creative_id: a for a in self.ads.values()}
        self.by_creative |= self._things("creative")
        self.audiences: dict[str, OldList | Thing] = {old.id: old for old in old_lists(self.accounts)}
        self.audiences |= self._things("audience")

    def find(self, id_: str) -> tuple[str, Any] | None:
        """The node's type and object; None where there is none."""
        if id_.removeprefix("act_") in self.accounts and id_.startswith("act_"):
            return "AdAccount", id_.removeprefix("act_")
        for node, held in (
            ("Campaign", self.campaigns),
            ("AdSet", self.groups),
            ("Ad", self.ads),
            ("AdCreative", self.by_creative),
            ("CustomAudience", self.audiences),
        ):
            if id_ in held:
                return node, held[id_]
        return None

    def fields(self, node: str, item: Any) -> Fields:
        builders: dict[str, Callable[[Any], Fields]] = {
            "CustomAudience": lambda held: audience_fields(self.get, held),
            "AdAccount": self._account,
            "Campaign": self._campaign,
            "AdSet": self._group,
            "Ad": self._ad,
            "AdCreative": self._creative,
        }
        return builders[node](item)

    def name(self, node: str, item: Any) -> str:
        return str(self._read(NODE_KINDS[node], item.id, "name"))

    def account_of(self, node: str, item: Any) -> str:
        """The account's bare number."""
        if node == "AdAccount":
            return str(item)
        return str(self.fields(node, item)["account_id"])

    def objective(self, campaign: Campaign) -> str:
        return str(self.get("campaign", campaign.id, "objective", KINDS[campaign.kind].channel))

    def holds_budget(self, campaign: Campaign) -> bool:
        """False where its ad sets have budgets of their own."""
        return not self.get("campaign", campaign.id, "is_adset_budget_sharing_enabled", "")

    def budgets_below(self, campaign: Campaign, but: str = "") -> int:
        """What the other ad sets of a campaign may spend a day together, in minor units."""
        held = [g.id for g in self.groups.values() if g.campaign.id == campaign.id and g.id != but]
        alive = [id_ for id_ in held if not self.is_deleted("AdSet", id_)]
        return sum(int(self.get("group", id_, "adset_daily_budget", 0)) for id_ in alive)

    def is_deleted(self, node: str, id_: str) -> bool:
        return self.get(NODE_KINDS[node], id_, "status", "enabled") == "removed"

    def effective_status(self, node: str, item: Any) -> str:
        return str(self.fields(node, item)["effective_status"])

    def _account(self, id_: str) -> Fields:
        account, zone = self.accounts[id_], self.market.zone
        return {
            "id": f"act_{id_}",
            "account_id": id_,
            "name": account.name,
            "account_status": 1,
            "currency": account.currency,
            "timezone_name": zone.key,
            "timezone_id": 7,
            "timezone_offset_hours_utc": _offset_hours(self.market.now(), zone),
            "min_daily_budget": MIN_DAILY_BUDGET_CENTS,
            "business_name": f"{account.brand.name} Inc.",
            "disable_reason": 0,
            "spend_cap": "0",
        }

    def _campaign(self, campaign: Campaign) -> Fields:
        status = self._status("campaign", campaign.id)
        cents = self._read("budget", campaign.id, "daily_budget")
        return {
            "id": campaign.id,
            "account_id": campaign.account,
            "name": self._read("campaign", campaign.id, "name"),
            "objective": self.objective(campaign),
            "status": status,
            "configured_status": status,
            "effective_status": status,
            **({"daily_budget": str(cents)} if self.holds_budget(campaign) else {}),
            **self._strategy(campaign),
            "buying_type": "AUCTION",
            "special_ad_categories": orjson.loads(
                str(self.get("campaign", campaign.id, "special_ad_categories", "[]"))
            ),
            "pacing_type": ["standard"],
            "created_time": _stamp(campaign.started, self.market.zone),
            "start_time": _stamp(campaign.started, self.market.zone),
            "updated_time": _stamp(campaign.started, self.market.zone),
        }

    def _group(self, group: Group) -> Fields:
        campaign = group.campaign
        status = self._status("group", group.id)
        parent = self._status("campaign", campaign.id)
        return {
            "id": group.id,
            "account_id": campaign.account,
            "campaign_id": campaign.id,
            "campaign": {"id": campaign.id},
            "name": self._read("group", group.id, "name"),
            "status": status,
            "configured_status": status,
            "effective_status": "CAMPAIGN_PAUSED" if status == "ACTIVE" and parent != "ACTIVE" else status,
            **goals(self.get, group, self.objective(campaign)),
            **bids(self.get, group, holds_budget=not self.holds_budget(campaign)),
            "targeting": shown_targeting(self.get, group, self.audiences),
            "created_time": _stamp(campaign.started, self.market.zone),
            "start_time": _stamp(campaign.started, self.market.zone),
            "updated_time": _stamp(campaign.started, self.market.zone),
        }

    def _ad(self, ad: Ad) -> Fields:
        status = self._status("ad", ad.id)
        group = self._group(ad.group)["effective_status"]
        blocked = {"PAUSED": "ADSET_PAUSED", "CAMPAIGN_PAUSED": "CAMPAIGN_PAUSED"}
        return {
            "id": ad.id,
            "account_id": ad.campaign.account,
            "adset_id": ad.group.id,
            "campaign_id": ad.campaign.id,
            "adset": {"id": ad.group.id},
            "campaign": {"id": ad.campaign.id},
            "name": self._read("ad", ad.id, "name"),
            "status": status,
            "configured_status": status,
            "effective_status": blocked.get(group, status) if status == "ACTIVE" else status,
            "creative": {"id": ad.creative_id},
            "created_time": _stamp(ad.started, self.market.zone),
            "updated_time": _stamp(ad.started, self.market.zone),
        }

    def _creative(self, ad: Ad | Thing) -> Fields:
        if isinstance(ad, Thing):
            return made_creative(self.get, ad, self._image_url(ad.id))
        link = f"https://{ad.campaign.brand.site}/start"
        action = {"type": "SIGN_UP", "value": {"link": link}}
        link_data = {"link": link, "message": ad.body, "name": ad.headline, "call_to_action": action}
        return {
            "id": ad.creative_id,
            "account_id": ad.campaign.account,
            "name": ad.name,
            "title": ad.headline,
            "body": ad.body,
            "image_url": self._image_url(ad.creative_id),
            "thumbnail_url": self._image_url(ad.creative_id),
            "object_type": "SHARE",
            "call_to_action_type": "SIGN_UP",
            "object_story_spec": {"page_id": PAGE_ID, "link_data": link_data},
            "effective_object_story_id": f"{PAGE_ID}_{ad.creative_id}",
            "status": "ACTIVE",
        }

    def budget_remaining(self, campaign: Campaign) -> int:
        """Minor units of today's budget not yet spent."""
        today = self.market.today()
        ads = [a.index for a in self.ads.values() if a.campaign is campaign]
        spent = int(self.market.figures(today, today).spend_micros[:, ads].sum())
        spent //= micros_per_minor(campaign.currency)
        return max(0, int(self._read("budget", campaign.id, "daily_budget")) - spent)

    def _strategy(self, campaign: Campaign) -> Fields:
        """How it bids; shown by the ad sets where they have the budgets."""
        usual = "LOWEST_COST_WITH_BID_CAP" if campaign.kind == "retargeting" else "LOWEST_COST_WITHOUT_CAP"
        strategy = self.get("campaign", campaign.id, "bid_strategy", usual)
        return {"bid_strategy": strategy} if self.holds_budget(campaign) else {}

    def _things(self, kind: ObjectKind) -> dict[str, Thing]:
        made = self.market.on(Platform.META).things(kind)
        return {thing.id: thing for thing in made if self._is_here(kind, thing.id)}

    def _is_here(self, kind: ObjectKind, id_: str) -> bool:
        return self.market.exists(kind, id_, self._as_of)

    def get(self, kind: ObjectKind, id_: str, field: str, default: Value) -> Value:
        """What the owner set, as seen at the moment asked for; `default` where nobody did."""
        return self.market.get(Key(kind, id_, field), default, self._as_of)

    def _status(self, kind: ObjectKind, id_: str) -> str:
        return STATUS[str(self._read(kind, id_, "status"))]

    def _read(self, kind: ObjectKind, id_: str, field: str) -> Any:
        return self.market.read(Key(kind, id_, field), self._as_of)


_CHILDREN = {"campaign": "Campaign", "adset": "AdSet", "creative": "AdCreative"}


def project(objects: MetaObjects, node: str, item: Any, wanted: Wanted) -> Fields:
    """The wanted fields of a node, sub-fields resolved; `id` always. Raises MetaProblem on strangers."""
    known = fields_of(node)
    for name in wanted:
        if name not in known:
            raise MetaProblem(100, f"(#100) Tried accessing nonexisting field ({name}) on node type ({node})")
    held = objects.fields(node, item)
    if "budget_remaining" in wanted and node == "Campaign":
        held["budget_remaining"] = str(objects.budget_remaining(item))
    shown = {name: held[name] for name in wanted if name in held}
    for name, parts in wanted.items():
        if parts is not None and name in _CHILDREN and name in held:
            found = objects.find(held[name]["id"])
            assert found is not None, "a child that is referred to exists"
            shown[name] = project(objects, *found, parts)
    return shown | {"id": held["id"]}


def _stamp(day: date, zone: ZoneInfo) -> str:
    return datetime.combine(day, time(9, 0), zone).strftime("%Y-%m-%dT%H:%M:%S%z")


def _offset_hours(at: datetime, zone: ZoneInfo) -> float:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None, "market time is aware"
    return offset.total_seconds() / 3600
