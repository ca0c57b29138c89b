"""TikTok's view of the market's objects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import orjson

from omnify_core.campaigns import Platform
from omnify_sandbox.advertiser import Account, minor_per_unit
from omnify_sandbox.book import Key, ObjectKind
from omnify_sandbox.catalog import Ad, Campaign, Group
from omnify_sandbox.kinds import KINDS
from omnify_sandbox.stage import Stage
from omnify_sandbox.tiktok.contract import field_names
from omnify_sandbox.tiktok.places import identity_id

Fields = dict[str, Any]
STATUS = {"enabled": "ENABLE", "paused": "DISABLE", "archived": "DISABLE", "removed": "DELETE"}
_GOALS = {"TRAFFIC": "CLICK", "VIDEO_VIEWS": "ENGAGED_VIEW", "LEAD_GENERATION": "LEAD_GENERATION"}
_EVENTS = {"TRAFFIC": "CPC", "VIDEO_VIEWS": "CPV"}
# What the advertiser's own ad groups bid by hand, in minor units.
_BY_HAND = {"TRAFFIC": 45, "VIDEO_VIEWS": 2}
_PLAIN_GROUP: Fields = {
    "languages": [],
    "age_groups": [],
    "gender": "GENDER_UNLIMITED",
    "bid_type": "BID_TYPE_NO_BID",
}
_PLAIN_AD: Fields = {"call_to_action": None, "video_id": None}
_OF_GROUP = sorted(field_names("adgroup") - {"adgroup_name", "operation_status"})
_OF_AD = sorted(field_names("ad") - {"ad_name", "operation_status"})


class TikTokObjects:
    """As seen at `as_of`; None for now."""

    def __init__(self, stage: Stage, as_of: datetime | None = None) -> None:
        self._stage = stage
        self._as_of = as_of

    def campaigns(self, advertiser: str) -> list[Campaign]:
        held = [c for c in self._stage.catalog.campaigns if c.account == advertiser]
        return [c for c in held if self.is_there("campaign", c.id)]

    def groups(self, advertiser: str) -> list[Group]:
        held = [g for g in self._stage.catalog.groups if g.campaign.account == advertiser]
        return [g for g in held if self.is_there("group", g.id)]

    def ads(self, advertiser: str) -> list[Ad]:
        held = [a for a in self._stage.catalog.ads if a.campaign.account == advertiser]
        return [a for a in held if self.is_there("ad", a.id)]

    def standing_campaigns(self, advertiser: str) -> list[Campaign]:
        """Those that were not deleted."""
        return [c for c in self.campaigns(advertiser) if self.status("campaign", c.id) != "DELETE"]

    def standing_groups(self, advertiser: str) -> list[Group]:
        return [g for g in self.groups(advertiser) if self.status("group", g.id) != "DELETE"]

    def is_there(self, kind: ObjectKind, id_: str) -> bool:
        return self._stage.exists(kind, id_, self._as_of)

    def own(self, kind: ObjectKind, id_: str, field: str) -> Any:
        """What somebody set a field to; None where nobody did."""
        return orjson.loads(str(self._stage.get(Key(kind, id_, field), "null", self._as_of)))

    def _plain(self, kind: ObjectKind, id_: str, mark: str, fields: Fields) -> Fields:
        """What a field shows that was left out when the object was made; the advertiser's own have theirs."""
        return {} if self.own(kind, id_, mark) is None else fields

    def _set(self, kind: ObjectKind, id_: str, names: Iterable[str]) -> Fields:
        """All fields that somebody set."""
        found = {name: self.own(kind, id_, name) for name in names}
        return {name: value for name, value in found.items() if value is not None}

    @property
    def held(self) -> dict[str, Account]:
        """The advertisers, by id."""
        return self._stage.advertiser.held(Platform.TIKTOK)

    def advertiser(self, id_: str) -> Fields:
        account, zone = self.held[id_], self._stage.zone.key
        return {
            "advertiser_id": id_,
            "name": account.name,
            "company": account.brand.name,
            "currency": account.currency,
            "timezone": zone,
            "display_timezone": zone,
            "status": "STATUS_ENABLE",
            "role": "ROLE_ADVERTISER",
            "country": "US",
            "industry": "291905",
            "language": "en",
            "balance": 25_000.0,
            "create_time": 1_626_307_200,
            "advertiser_account_type": "AUCTION",
        }

    def campaign(self, campaign: Campaign) -> Fields:
        word, objective = self.status("campaign", campaign.id), KINDS[campaign.kind].channel
        return {
            "advertiser_id": campaign.account,
            "campaign_id": campaign.id,
            "campaign_name": self._read("campaign", campaign.id, "name"),
            "campaign_type": "REGULAR_CAMPAIGN",
            "objective_type": objective,
            "objective": "LANDING_PAGE",
            "budget": self._read("budget", campaign.budget.id, "daily_budget")
            / minor_per_unit(campaign.currency),
            "budget_mode": "BUDGET_MODE_DAY",
            "budget_optimize_on": True,
            "operation_status": "DISABLE" if word == "DELETE" else word,
            "secondary_status": f"CAMPAIGN_STATUS_{word}",
            "is_new_structure": True,
            "is_search_campaign": False,
            "is_smart_performance_campaign": False,
            "rf_campaign_type": "STANDARD",
            "deep_bid_type": None,
            "roas_bid": 0.0,
            **times(campaign.started),
            **self._set("campaign", campaign.id, ("objective_type", "budget_mode")),
        }

    def adgroup(self, group: Group) -> Fields:
        word, objective = self.status("group", group.id), KINDS[group.campaign.kind].channel
        return {
            "advertiser_id": group.campaign.account,
            "campaign_id": group.campaign.id,
            "campaign_name": self._read("campaign", group.campaign.id, "name"),
            "adgroup_id": group.id,
            "adgroup_name": self._read("group", group.id, "name"),
            "operation_status": "DISABLE" if word == "DELETE" else word,
            "secondary_status": self._below("ADGROUP", word, group.campaign),
            # The budget is the campaign's.
            "budget": 0.0,
            "budget_mode": "BUDGET_MODE_INFINITE",
            "placement_type": "PLACEMENT_TYPE_NORMAL",
            "placements": ["PLACEMENT_TIKTOK"],
            "location_ids": ["6252001"],
            "age_groups": ["AGE_25_34", "AGE_35_44", "AGE_45_54"],
            "gender": "GENDER_UNLIMITED",
            "languages": ["en"],
            "audience_ids": [],
            "excluded_audience_ids": [],
            "interest_category_ids": [],
            "schedule_type": "SCHEDULE_FROM_NOW",
            "schedule_start_time": f"{group.campaign.started:%Y-%m-%d} 05:00:00",
            "optimization_goal": _GOALS.get(objective, "CONVERT"),
            "billing_event": _EVENTS.get(objective, "OCPM"),
            **_usual_bid(objective, group.campaign.currency),
            "pacing": "PACING_MODE_SMOOTH",
            "is_new_structure": True,
            **times(group.campaign.started),
            **self._plain("group", group.id, "optimization_goal", _PLAIN_GROUP),
            **self._set("group", group.id, _OF_GROUP),
        }

    def ad(self, ad: Ad) -> Fields:
        word = self.status("ad", ad.id)
        return {
            "advertiser_id": ad.campaign.account,
            "campaign_id": ad.campaign.id,
            "campaign_name": self._read("campaign", ad.campaign.id, "name"),
            "adgroup_id": ad.group.id,
            "adgroup_name": self._read("group", ad.group.id, "name"),
            "ad_id": ad.id,
            "ad_name": self._read("ad", ad.id, "name"),
            "ad_text": f"{ad.headline}. {ad.body}",
            "ad_format": "SINGLE_VIDEO",
            "call_to_action": "LEARN_MORE",
            "creative_type": None,
            "display_name": ad.campaign.brand.name,
            "identity_type": "CUSTOMIZED_USER",
            "identity_id": identity_id(ad.campaign.account),
            "image_ids": [f"ad-site-i18n-sg/{ad.id[-12:]}"],
            "landing_page_url": f"https://{ad.campaign.brand.site}/start",
            "video_id": f"v10033g50000{ad.id[-10:]}",
            "operation_status": "DISABLE" if word == "DELETE" else word,
            "secondary_status": self._below("AD", word, ad.campaign),
            "is_aco": False,
            "is_new_structure": True,
            **times(ad.started),
            **self._plain("ad", ad.id, "ad_format", _PLAIN_AD),
            **self._set("ad", ad.id, _OF_AD),
        }

    def status(self, kind: ObjectKind, id_: str) -> str:
        """ENABLE, DISABLE or DELETE."""
        return STATUS[str(self._read(kind, id_, "status"))]

    def _below(self, level: str, word: str, campaign: Campaign) -> str:
        parent = self.status("campaign", campaign.id)
        if word == "ENABLE" and parent != "ENABLE":
            return f"{level}_STATUS_CAMPAIGN_{parent}"
        return f"{level}_STATUS_{'DELIVERY_OK' if word == 'ENABLE' else word}"

    def _read(self, kind: ObjectKind, id_: str, field: str) -> Any:
        return self._stage.read(Key(kind, id_, field), self._as_of)


def _usual_bid(objective: str, currency: str) -> Fields:
    if objective not in _BY_HAND:
        return {"bid_type": "BID_TYPE_NO_BID"}
    return {"bid_type": "BID_TYPE_CUSTOM", "bid_price": _BY_HAND[objective] / minor_per_unit(currency)}


def times(day: date) -> dict[str, str]:
    return {"create_time": f"{day:%Y-%m-%d} 14:05:11", "modify_time": f"{day:%Y-%m-%d} 14:05:11"}
