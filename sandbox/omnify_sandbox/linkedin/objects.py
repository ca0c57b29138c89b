"""LinkedIn's view of the market's objects."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from omnify_core.campaigns import Platform
from omnify_core.money import Money
from omnify_sandbox.advertiser import Account
from omnify_sandbox.book import Key, ObjectKind
from omnify_sandbox.catalog import Ad, Campaign
from omnify_sandbox.kinds import KINDS
from omnify_sandbox.stage import Stage

Fields = dict[str, Any]
STATUS = {"enabled": "ACTIVE", "paused": "PAUSED", "archived": "ARCHIVED", "removed": "PENDING_DELETION"}
_AUTHOR = "urn:li:person:9x2TqTf0Kd"
_COST_TYPES = {"BRAND_AWARENESS": "CPM", "LEAD_GENERATION": "CPM"}
_TARGETS = {
    "LEAD_GENERATION": "MAX_LEAD",
    "WEBSITE_CONVERSIONS": "MAX_CONVERSION",
    "WEBSITE_VISITS": "MAX_CLICK",
}
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


def urn(kind: str, id_: str) -> str:
    """`kind` as in `urn:li:sponsoredCampaign:1`."""
    return f"urn:li:sponsored{kind}:{id_}"


class LinkedInObjects:
    """As seen at `as_of`; None for now."""

    def __init__(self, stage: Stage, as_of: datetime | None = None) -> None:
        self._stage = stage
        self._as_of = as_of

    def campaigns(self, account: str) -> list[Campaign]:
        return [c for c in self._stage.catalog.campaigns if c.account == account]

    def ads(self, account: str) -> list[Ad]:
        return [ad for ad in self._stage.catalog.ads if ad.campaign.account == account]

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
            "unitCost": _money(0, campaign.currency),
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
            "targetingCriteria": _TARGETING,
            "servingStatuses": ["RUNNABLE"] if status == "ACTIVE" else ["STOPPED"],
            "test": False,
            **_stamps(campaign.started),
        }

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
            "content": {"reference": f"urn:li:share:71{ad.id}00112233"},
            "review": {"status": "APPROVED"},
            "isServing": is_serving,
            "servingHoldReasons": held,
            "isTest": False,
            "createdAt": _ms(ad.started),
            "createdBy": _AUTHOR,
            "lastModifiedAt": _ms(ad.started),
            "lastModifiedBy": _AUTHOR,
        }

    def status(self, kind: ObjectKind, id_: str) -> str:
        return STATUS[str(self._read(kind, id_, "status"))]

    def _read(self, kind: ObjectKind, id_: str, field: str) -> Any:
        return self._stage.read(Key(kind, id_, field), self._as_of)


_TARGETING = {
    "include": {
        "and": [
            {"or": {"urn:li:adTargetingFacet:locations": ["urn:li:geo:103644278"]}},
            {"or": {"urn:li:adTargetingFacet:seniorities": ["urn:li:seniority:6", "urn:li:seniority:7"]}},
        ]
    }
}


def _money(minor: int, currency: str) -> dict[str, str]:
    return {"amount": Money(minor, currency).amount, "currencyCode": currency}


def _ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 5, tzinfo=UTC).timestamp() * 1000)


def _stamps(day: date) -> Fields:
    stamp = {"time": _ms(day), "actor": _AUTHOR}
    return {"changeAuditStamps": {"created": stamp, "lastModified": stamp}, "version": {"versionTag": "1"}}
