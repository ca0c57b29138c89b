"""LinkedIn's view of the market's objects."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import orjson

from omnify_core.campaigns import Platform
from omnify_core.money import Money
from omnify_sandbox.advertiser import Account, minor_per_unit
from omnify_sandbox.book import Key, ObjectKind
from omnify_sandbox.catalog import Ad, Campaign
from omnify_sandbox.kinds import KINDS
from omnify_sandbox.stage import Stage

Fields = dict[str, Any]
STATUS = {
    "enabled": "ACTIVE",
    "paused": "PAUSED",
    "draft": "DRAFT",
    "archived": "ARCHIVED",
    "removed": "PENDING_DELETION",
}
ERASED = "erased"
"""A draft that was deleted: nobody sees it any more."""
AUTHOR = "urn:li:person:9x2TqTf0Kd"
_COST_TYPES = {"BRAND_AWARENESS": "CPM", "LEAD_GENERATION": "CPM"}
_TARGETS = {
    "LEAD_GENERATION": "MAX_LEAD",
    "WEBSITE_CONVERSIONS": "MAX_CONVERSION",
    "WEBSITE_VISITS": "NONE",
}
_BY_HAND = ("WEBSITE_VISITS",)
_USUAL_BID = 7
_BRAND = ("BRAND_AWARENESS", "WEBSITE_VISITS")


class CampaignGroup(NamedTuple):
    id: str
    account: str
    name: str


def groups_of(account: str) -> list[CampaignGroup]:
    """Each account sorts its campaigns into two groups: what earns, and what makes known."""
    first = 700_000_000 + int(account) % 1_000_000 * 10
    return [
        CampaignGroup(str(first + 1), account, "TF | Pipeline"),
        CampaignGroup(str(first + 2), account, "TF | Brand"),
    ]


def group_of(campaign: Campaign) -> CampaignGroup:
    return groups_of(campaign.account)[KINDS[campaign.kind].channel in _BRAND]


def is_own_bid(target: str) -> bool:
    """Whether the advertiser bids, and not LinkedIn, under an `optimizationTargetType`."""
    return not target.startswith("MAX_")


def urn(kind: str, id_: str) -> str:
    """`kind` as in `urn:li:sponsoredCampaign:1`."""
    return f"urn:li:sponsored{kind}:{id_}"


class LinkedInObjects:
    """As seen at `as_of`; None for now."""

    def __init__(self, stage: Stage, as_of: datetime | None = None) -> None:
        self._stage = stage
        self._as_of = as_of

    def campaigns(self, account: str) -> list[Campaign]:
        held = [c for c in self._stage.catalog.campaigns if c.account == account]
        return [c for c in held if self._is_there("campaign", c.id)]

    def ads(self, account: str) -> list[Ad]:
        held = [ad for ad in self._stage.catalog.ads if ad.campaign.account == account]
        return [ad for ad in held if self._is_there("ad", ad.id)]

    def posts(self, account: str) -> set[str]:
        """URNs of the posts that creatives can show."""
        return {_post(ad) for ad in self._stage.catalog.ads if ad.campaign.account == account}

    def _is_there(self, kind: ObjectKind, id_: str) -> bool:
        is_made = self._stage.exists(kind, id_, self._as_of)
        return is_made and self._read(kind, id_, "status") != ERASED

    @property
    def accounts(self) -> dict[str, Account]:
        return self._stage.advertiser.held(Platform.LINKEDIN)

    def account(self, id_: str) -> Fields:
        account = self.accounts[id_]
        return {
            "id": int(id_),
            "name": account.name,
            "currency": account.currency,
            "status": "ACTIVE",
            "type": "BUSINESS",
            "reference": self._stage.advertiser.organization,
            "servingStatuses": ["RUNNABLE"],
            "test": False,
            "notifiedOnCampaignOptimization": True,
            "notifiedOnCreativeApproval": True,
            "notifiedOnCreativeRejection": True,
            "notifiedOnEndOfCampaign": True,
            "notifiedOnNewFeaturesEnabled": False,
            **_stamps(date(2021, 3, 9)),
        }

    def campaign_group(self, group: CampaignGroup) -> Fields:
        return {
            "id": int(group.id),
            "account": urn("Account", group.account),
            "name": group.name,
            "status": "ACTIVE",
            "runSchedule": {"start": _ms(date(2021, 3, 9))},
            "servingStatuses": ["RUNNABLE"],
            "test": False,
            "backfilled": False,
            "allowedCampaignTypes": ["SPONSORED_UPDATES", "TEXT_AD", "SPONSORED_INMAILS", "DYNAMIC"],
            **_stamps(date(2021, 3, 9)),
        }

    def campaign(self, campaign: Campaign) -> Fields:
        status, objective = self.status("campaign", campaign.id), KINDS[campaign.kind].channel
        budget = self._read("budget", campaign.budget.id, "daily_budget")
        return {
            "id": int(campaign.id),
            "account": urn("Account", campaign.account),
            "campaignGroup": urn("CampaignGroup", group_of(campaign).id),
            "name": self._read("campaign", campaign.id, "name"),
            "status": status,
            "type": "SPONSORED_UPDATES",
            "objectiveType": objective,
            "optimizationTargetType": _TARGETS.get(objective, "MAX_IMPRESSION"),
            "costType": _COST_TYPES.get(objective, "CPC"),
            "dailyBudget": _money(budget, campaign.currency),
            "unitCost": _money(self.bid(campaign), campaign.currency),
            "locale": {"country": "US", "language": "en"},
            "runSchedule": {"start": _ms(campaign.started)},
            "creativeSelection": "OPTIMIZED",
            "audienceExpansionEnabled": False,
            "offsiteDeliveryEnabled": False,
            "politicalIntent": "NOT_POLITICAL",
            "associatedEntity": self._stage.advertiser.organization,
            "format": "STANDARD_UPDATE",
            "pacingStrategy": "LIFETIME",
            "connectedTelevisionOnly": False,
            "targetingCriteria": self.targeting(campaign),
            "servingStatuses": ["RUNNABLE"] if status == "ACTIVE" else ["STOPPED"],
            "test": False,
            **_stamps(campaign.started),
            **self._made_of("campaign", campaign.id),
        }

    def bid(self, campaign: Campaign) -> int:
        """In minor units; 0 where LinkedIn bids by itself."""
        usual = _USUAL_BID * minor_per_unit(campaign.currency)
        default = usual if KINDS[campaign.kind].channel in _BY_HAND and not self._is_new(campaign) else 0
        return int(self._stage.get(Key("campaign", campaign.id, "bid"), default, self._as_of))

    def targeting(self, campaign: Campaign) -> Fields:
        key = Key("campaign", campaign.id, "targeting")
        held: Fields = orjson.loads(str(self._stage.get(key, _TARGETING, self._as_of)))
        return held

    def _is_new(self, campaign: Campaign) -> bool:
        return bool(self._made_of("campaign", campaign.id))

    def _made_of(self, kind: ObjectKind, id_: str) -> Fields:
        """What an object that was made over the API keeps as it was given; nothing for the others."""
        held: Fields = orjson.loads(str(self._stage.get(Key(kind, id_, "made_of"), "{}")))
        return held

    def creative(self, ad: Ad) -> Fields:
        status = self.status("ad", ad.id)
        is_serving = status == "ACTIVE" and self.status("campaign", ad.campaign.id) == "ACTIVE"
        held = [] if is_serving else ["CAMPAIGN_STOPPED" if status == "ACTIVE" else "STOPPED"]
        return {
            "id": urn("Creative", ad.id),
            "account": urn("Account", ad.campaign.account),
            "campaign": urn("Campaign", ad.campaign.id),
            "name": self._read("ad", ad.id, "name"),
            "intendedStatus": status,
            "content": {"reference": _post(ad)},
            "review": {"status": "APPROVED"},
            "isServing": is_serving,
            "servingHoldReasons": held,
            "isTest": False,
            "createdAt": _ms(ad.started),
            "createdBy": AUTHOR,
            "lastModifiedAt": _ms(ad.started),
            "lastModifiedBy": AUTHOR,
            **self._made_of("ad", ad.id),
        }

    def status(self, kind: ObjectKind, id_: str) -> str:
        return STATUS[str(self._read(kind, id_, "status"))]

    def _read(self, kind: ObjectKind, id_: str, field: str) -> Any:
        return self._stage.read(Key(kind, id_, field), self._as_of)


def _post(ad: Ad) -> str:
    return f"urn:li:share:71{ad.id}00112233"


_TARGETING = """{"include": {"and": [
    {"or": {"urn:li:adTargetingFacet:locations": ["urn:li:geo:103644278"]}},
    {"or": {"urn:li:adTargetingFacet:seniorities": ["urn:li:seniority:6", "urn:li:seniority:7"]}}
]}}"""


def _money(minor: int, currency: str) -> dict[str, str]:
    return {"amount": Money(minor, currency).amount, "currencyCode": currency}


def _ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 5, tzinfo=UTC).timestamp() * 1000)


def _stamps(day: date) -> Fields:
    return stamps(_ms(day))


def stamps(at_ms: int) -> Fields:
    stamp = {"time": at_ms, "actor": AUTHOR}
    return {"changeAuditStamps": {"created": stamp, "lastModified": stamp}, "version": {"versionTag": "1"}}
