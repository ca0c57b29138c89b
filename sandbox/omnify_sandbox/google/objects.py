"""Google's view of the market's objects: snake_case GAQL paths to values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from omnify_sandbox.advertiser import micros_per_minor
from omnify_sandbox.book import Key, ObjectKind
from omnify_sandbox.catalog import Ad, Budget, Campaign, Group
from omnify_sandbox.kinds import KINDS
from omnify_sandbox.stage import Stage
from omnify_sandbox.videos import asset_id, title_of, video_id, video_seconds

Values = dict[str, Any]
_BIDDING = {
    "SEARCH": "MAXIMIZE_CONVERSIONS",
    "PERFORMANCE_MAX": "MAXIMIZE_CONVERSION_VALUE",
    "VIDEO": "TARGET_CPM",
}
_GROUP_TYPES = {
    "SEARCH": "SEARCH_STANDARD",
    "DISPLAY": "DISPLAY_STANDARD",
    "VIDEO": "VIDEO_TRUE_VIEW_IN_STREAM",
}
_AD_TYPES = {
    "SEARCH": ("RESPONSIVE_SEARCH_AD", "responsive_search_ad"),
    "DISPLAY": ("RESPONSIVE_DISPLAY_AD", "responsive_display_ad"),
    "DEMAND_GEN": ("DEMAND_GEN_MULTI_ASSET_AD", "demand_gen_multi_asset_ad"),
    "VIDEO": ("VIDEO_RESPONSIVE_AD", "video_responsive_ad"),
}


# Campaigns for the own and for others' names pay by hand, this much per click in micros.
_USUAL_BIDS = {"brand": 900_000, "competitor": 2_400_000}
_OWN_VIDEO = ("DEMAND_GEN_VIDEO_RESPONSIVE_AD", "demand_gen_video_responsive_ad")
_VIDEO_DEMAND_KINDS = ("yt_demand", "yt_remarketing")


class GoogleObjects:
    """What one customer holds, as seen at `as_of` (None: now)."""

    def __init__(self, market: Stage, customer: str, as_of: datetime | None = None) -> None:
        self.market = market
        self._customer = customer
        self._as_of = as_of
        held = market.catalog.campaigns
        mine = [c for c in held if c.account == customer and market.exists("campaign", c.id, as_of)]
        self.campaigns = mine
        self.budgets = list({c.budget.id: c.budget for c in mine}.values())
        # Performance Max has asset groups instead of ad groups and ads.
        grouped = {c.id for c in mine if channel(c) != "PERFORMANCE_MAX"}
        self.groups = [
            g
            for g in market.catalog.groups
            if g.campaign.id in grouped and market.exists("group", g.id, as_of)
        ]
        self.ads = [
            ad for ad in market.catalog.ads if ad.campaign.id in grouped and market.exists("ad", ad.id, as_of)
        ]
        self.videos = [ad for ad in self.ads if channel(ad.campaign) in ("VIDEO", "DEMAND_GEN")]

    @property
    def customer_id(self) -> str:
        return self._customer

    @property
    def as_of(self) -> datetime | None:
        return self._as_of

    def customer(self, id_: str) -> Values:
        advertiser = self.market.advertiser
        name, currency = self._named(id_)
        return {
            "customer.resource_name": f"customers/{id_}",
            "customer.id": int(id_),
            "customer.descriptive_name": name,
            "customer.currency_code": currency,
            "customer.time_zone": advertiser.zone,
            "customer.manager": advertiser.is_manager(id_),
            "customer.test_account": False,
            "customer.auto_tagging_enabled": True,
            "customer.status": "ENABLED",
        }

    def _named(self, id_: str) -> tuple[str, str]:
        """A customer's name and currency; a manager reckons in that of its first customer."""
        advertiser = self.market.advertiser
        customers = advertiser.customers_of(id_)
        if not customers:
            account = advertiser.account(id_)
            return account.name, account.currency
        names = {manager.id: manager.name for manager in advertiser.managers.values()}
        return names[id_], next(iter(customers.values())).currency

    def customer_client(self, parent: str, id_: str) -> Values:
        of = self.customer(id_)
        copied = ("id", "descriptive_name", "currency_code", "time_zone", "manager", "test_account", "status")
        return {f"customer_client.{name}": of[f"customer.{name}"] for name in copied} | {
            "customer_client.resource_name": f"customers/{parent}/customerClients/{id_}",
            "customer_client.client_customer": f"customers/{id_}",
            "customer_client.level": 0 if id_ == parent else 1,
            "customer_client.hidden": False,
        }

    def campaign(self, campaign: Campaign) -> Values:
        status = self._status("campaign", campaign.id)
        kind = channel(campaign)
        values: Values = {
            "campaign.resource_name": self.campaign_name(campaign.id),
            "campaign.id": int(campaign.id),
            "campaign.name": self._read("campaign", campaign.id, "name"),
            "campaign.status": status,
            "campaign.serving_status": "SERVING" if status == "ENABLED" else "NONE",
            "campaign.primary_status": "ELIGIBLE" if status == "ENABLED" else status,
            "campaign.advertising_channel_type": kind,
            "campaign.campaign_budget": self.budget_name(campaign.budget),
            "campaign.bidding_strategy_type": _bidding(campaign),
            "campaign.start_date_time": f"{campaign.started:%Y-%m-%d} 00:00:00",
            "campaign.contains_eu_political_advertising": "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING",
            "campaign.experiment_type": "BASE",
            "campaign.network_settings.target_google_search": kind == "SEARCH",
            "campaign.network_settings.target_content_network": kind in ("DISPLAY", "PERFORMANCE_MAX"),
        }
        return values | self._made(
            "campaign", campaign.id, "campaign", keep=("name", "status", "campaign_budget")
        )

    def campaign_budget(self, budget: Budget) -> Values:
        users = [c for c in self.campaigns if c.budget is budget]
        live = [c for c in users if self._status("campaign", c.id) != "REMOVED"]
        return {
            "campaign_budget.resource_name": self.budget_name(budget),
            "campaign_budget.id": int(budget.id),
            "campaign_budget.name": self._read("budget", budget.id, "name"),
            "campaign_budget.amount_micros": self._read("budget", budget.id, "daily_budget")
            * micros_per_minor(budget.currency),
            "campaign_budget.status": self._status("budget", budget.id),
            "campaign_budget.delivery_method": "STANDARD",
            "campaign_budget.explicitly_shared": budget.is_shared,
            "campaign_budget.reference_count": len(live),
            "campaign_budget.period": "DAILY",
            "campaign_budget.type": "STANDARD",
            "campaign_budget.has_recommended_budget": False,
        }

    def ad_group(self, group: Group) -> Values:
        kind = channel(group.campaign)
        values: Values = {
            "ad_group.resource_name": self.group_name(group.id),
            "ad_group.id": int(group.id),
            "ad_group.name": self._read("group", group.id, "name"),
            "ad_group.status": self._status("group", group.id),
            "ad_group.campaign": self.campaign_name(group.campaign.id),
        }
        values |= {"ad_group.type": _GROUP_TYPES[kind]} if kind in _GROUP_TYPES else {}
        values |= self._made("group", group.id, "ad_group", keep=("name", "status", "campaign"))
        bid = self._bid(group)
        return values | ({"ad_group.cpc_bid_micros": bid} if bid else {})

    def _bid(self, group: Group) -> int:
        """Micros; 0 where there is none."""
        usual = 0 if self._is_new(group.campaign) else _USUAL_BIDS.get(group.campaign.kind, 0)
        made = self._made("group", group.id, "ad_group").get("ad_group.cpc_bid_micros", usual)
        return int(self.market.get(Key("group", group.id, "cpc_bid_micros"), made, self._as_of))

    def ad_group_ad(self, ad: Ad) -> Values:
        made = self._made("ad", ad.id, "ad_group_ad", keep=("status", "ad_group"))
        return self._first_of(ad, made) | made

    def _first_of(self, ad: Ad, made: Values) -> Values:
        """An ad as it stood from the beginning; of one that was made, what Google adds."""
        brand = ad.campaign.brand
        is_own_video = ad.campaign.kind in _VIDEO_DEMAND_KINDS
        type_, part = _OWN_VIDEO if is_own_video else _AD_TYPES[channel(ad.campaign)]
        name = f"customers/{self._customer}/adGroupAds/{ad.group.id}~{ad.id}"
        texts = [{"text": ad.headline}, {"text": f"{brand.name} {brand.line}"}, {"text": "Start Free Today"}]
        bodies = [{"text": ad.body}, {"text": "Rated 4.7 by operations teams."}]
        values: Values = {
            "ad_group_ad.resource_name": name,
            "ad_group_ad.status": self._status("ad", ad.id),
            "ad_group_ad.ad_group": self.group_name(ad.group.id),
            "ad_group_ad.ad_strength": "GOOD",
            "ad_group_ad.primary_status": "ELIGIBLE",
            "ad_group_ad.policy_summary.approval_status": "APPROVED",
            "ad_group_ad.ad.resource_name": f"customers/{self._customer}/ads/{ad.id}",
            "ad_group_ad.ad.id": int(ad.id),
            "ad_group_ad.ad.type": type_,
        }
        if made:
            return values
        values |= {
            "ad_group_ad.ad.name": self._read("ad", ad.id, "name"),
            "ad_group_ad.ad.final_urls": [f"https://{brand.site}/start"],
            f"ad_group_ad.ad.{part}.headlines": texts,
            f"ad_group_ad.ad.{part}.descriptions": bodies,
        }
        if is_own_video:
            held = f"ad_group_ad.ad.{part}"
            values[f"{held}.long_headlines"] = [{"text": f"{ad.headline} with {brand.name}"}]
            values[f"{held}.videos"] = [{"asset": self._asset_name(ad)}]
            values[f"{held}.logo_images"] = [{"asset": self.logo_name}]
            values[f"{held}.business_name.text"] = brand.name
        return values

    def asset(self, ad: Ad) -> Values:
        return {
            "asset.resource_name": self._asset_name(ad),
            "asset.id": asset_id(ad),
            "asset.name": title_of(ad),
            "asset.type": "YOUTUBE_VIDEO",
            "asset.youtube_video_asset.youtube_video_id": video_id(ad),
            "asset.youtube_video_asset.youtube_video_title": title_of(ad),
        }

    def logo(self) -> Values:
        """The square picture that the customer's ads carry."""
        return {
            "asset.resource_name": self.logo_name,
            "asset.id": int(self.logo_name.rpartition("/")[2]),
            "asset.name": "Logo 1:1",
            "asset.type": "IMAGE",
            "asset.image_asset.mime_type": "IMAGE_PNG",
            "asset.image_asset.full_size.width_pixels": 512,
            "asset.image_asset.full_size.height_pixels": 512,
        }

    @property
    def logo_name(self) -> str:
        return f"customers/{self._customer}/assets/{int(self._customer) % 10**6 + 94_100_000_000}"

    def asset_names(self, type_: str) -> set[str]:
        return {self.logo_name} if type_ == "IMAGE" else {self._asset_name(ad) for ad in self.videos}

    def video(self, ad: Ad) -> Values:
        return {
            "video.resource_name": f"customers/{self._customer}/videos/{video_id(ad)}",
            "video.id": video_id(ad),
            "video.channel_id": self.market.advertiser.channel,
            "video.duration_millis": video_seconds(ad) * 1000,
            "video.title": title_of(ad),
        }

    def _asset_name(self, ad: Ad) -> str:
        return f"customers/{self._customer}/assets/{asset_id(ad)}"

    def budget_name(self, budget: Budget) -> str:
        return f"customers/{self._customer}/campaignBudgets/{budget.id}"

    def campaign_name(self, id_: str) -> str:
        return f"customers/{self._customer}/campaigns/{id_}"

    def group_name(self, id_: str) -> str:
        return f"customers/{self._customer}/adGroups/{id_}"

    def _is_new(self, campaign: Campaign) -> bool:
        return any(thing.id == campaign.id for thing in self.market.things("campaign"))

    def _made(self, kind: ObjectKind, id_: str, resource: str, keep: tuple[str, ...] = ()) -> Values:
        """What an owner wrote when making it, without what the book keeps itself; nothing of older things."""
        raw = str(self.market.get(Key(kind, id_, "made"), "{}"))
        read: dict[str, Any] = orjson.loads(raw)
        paths = {path: value for path, value in read.items() if path not in keep and value != {}}
        return {f"{resource}.{path}": value for path, value in paths.items()}

    def _status(self, kind: ObjectKind, id_: str) -> str:
        return str(self._read(kind, id_, "status")).upper()

    def _read(self, kind: ObjectKind, id_: str, field: str) -> Any:
        return self.market.read(Key(kind, id_, field), self._as_of)


def _bidding(campaign: Campaign) -> str:
    """Of campaigns that stood there from the beginning; made ones say it themselves."""
    by_hand = campaign.kind in _USUAL_BIDS
    return "MANUAL_CPC" if by_hand else _BIDDING.get(channel(campaign), "TARGET_SPEND")


def channel(campaign: Campaign) -> str:
    return KINDS[campaign.kind].channel
