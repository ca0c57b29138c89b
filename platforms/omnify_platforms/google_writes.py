"""What is sent to Google for each kind of leg: operations of one atomic request."""

from __future__ import annotations

from typing import Any

from omnify_core.campaigns import Level, Status
from omnify_core.errors import BadInput, PlatformNotFound
from omnify_core.legs import (
    AdGroupLeg,
    AdLeg,
    AudienceLeg,
    BidLeg,
    CampaignLeg,
    CreationLeg,
    FieldLeg,
    KeywordLeg,
    NameLeg,
    StatusLeg,
    TargetingLeg,
)
from omnify_core.money import Money
from omnify_core.specs import AdGroupSpec, CampaignSpec
from omnify_platforms import google_targeting as targeting
from omnify_platforms.google_customers import GoogleCustomers, Operation
from omnify_platforms.google_kinds import Kind
from omnify_platforms.google_looks import GoogleLooks, check_height
from omnify_platforms.google_targeting import GoogleTargeting
from omnify_platforms.google_uploads import list_operation
from omnify_platforms.legs import not_offered
from omnify_platforms.rows import digits, same_currency
from omnify_platforms.units import micros

_OPERATIONS = {
    Level.CAMPAIGN: "campaignOperation",
    Level.AD_GROUP: "adGroupOperation",
    Level.AD: "adGroupAdOperation",
}
_COLLECTIONS = {Level.CAMPAIGN: "campaigns", Level.AD_GROUP: "adGroups"}
_NOT_POLITICAL = "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING"
_RESTRICTS = {"targetRestrictions": [{"targetingDimension": "AUDIENCE", "bidOnly": False}]}


class GoogleWrites:
    def __init__(
        self, customers: GoogleCustomers, looks: GoogleLooks, targets: GoogleTargeting, kind: Kind
    ) -> None:
        self._customers = customers
        self._looks = looks
        self._targets = targets
        self._kind = kind

    async def operations(self, leg: FieldLeg) -> list[Operation]:
        """Raises BadInput, Unsupported, PlatformNotFound, PlatformRejected: all before anything is sent."""
        check_height(leg)
        if isinstance(leg, CreationLeg) and leg.after is None:
            return [await self._removal(leg)]
        match leg:
            case NameLeg():
                await self._looks.parent(leg.ref)
                return [self._update(leg, {"name": leg.after})]
            case BidLeg():
                row = await self._looks.parent(leg.ref)
                self._looks.check_by_hand(row)
                return [self._update(leg, {"cpcBidMicros": await self._bid(leg, leg.after)})]
            case TargetingLeg():
                return await self._targeting(leg)
            case CampaignLeg(after=CampaignSpec() as spec):
                return await self._campaign(leg, spec)
            case AdGroupLeg(after=AdGroupSpec() as spec):
                return await self._ad_group(leg, spec)
            case AdLeg():
                return [await self._ad(leg)]
            case KeywordLeg():
                return [await self._keyword(leg)]
            case AudienceLeg():
                assert leg.after is not None, "removals were answered above"
                return [list_operation(leg.after)]
        raise not_offered(self._customers.platform, leg)

    def removal_of(self, leg: StatusLeg, resource_name: str) -> Operation:
        """Google cannot bring back what was removed."""
        return {_OPERATIONS[leg.ref.level]: {"remove": resource_name}}

    def _update(self, leg: NameLeg | BidLeg, fields: dict[str, str]) -> Operation:
        update = {"resourceName": self._name_of(leg), **fields}
        return {_OPERATIONS[leg.ref.level]: {"update": update, "updateMask": ",".join(fields)}}

    def _name_of(self, leg: FieldLeg) -> str:
        native_id = digits(leg.ref.native_id, "Google Ads id")
        return f"customers/{leg.ref.account_id}/{_COLLECTIONS[leg.ref.level]}/{native_id}"

    async def _bid(self, leg: FieldLeg, bid: Money) -> str:
        currency = await self._customers.currency(leg.ref.account_id)
        same_currency(bid, currency, account_id=leg.ref.account_id)
        return str(micros(bid))

    async def _targeting(self, leg: TargetingLeg) -> list[Operation]:
        await self._looks.parent(leg.ref)
        level, account = leg.ref.level, leg.ref.account_id
        wanted = await self._targets.criteria(account, level, leg.after)
        standing = await self._targets.standing(account, level, leg.ref.native_id)
        return targeting.changes(level, self._name_of(leg), standing, wanted)

    async def _campaign(self, leg: CampaignLeg, spec: CampaignSpec) -> list[Operation]:
        """Budget, campaign and targeting are made together or not at all, by names of one request."""
        account = leg.ref.account_id
        same_currency(spec.daily_budget, await self._customers.currency(account), account_id=account)
        strategy = self._kind.strategy(spec.objective)
        wanted = await self._targets.criteria(account, Level.CAMPAIGN, spec.targeting)
        budget, campaign = f"customers/{account}/campaignBudgets/-1", f"customers/{account}/campaigns/-2"
        money = {
            "resourceName": budget,
            "amountMicros": str(micros(spec.daily_budget)),
            "deliveryMethod": "STANDARD",
            "explicitlyShared": False,  # Google's default is to share it
        }
        made: dict[str, Any] = {
            "resourceName": campaign,
            "name": spec.name,
            "status": Status.PAUSED.name,
            "advertisingChannelType": self._kind.channel,
            "campaignBudget": budget,
            "containsEuPoliticalAdvertising": _NOT_POLITICAL,
            strategy.field: {},
            **self._kind.campaign,
        }
        if spec.start_on:
            made["startDateTime"] = f"{spec.start_on} 00:00:00"
        return [
            {"campaignBudgetOperation": {"create": money}},
            {"campaignOperation": {"create": made}},
            *targeting.additions(Level.CAMPAIGN, campaign, wanted),
        ]

    async def _ad_group(self, leg: AdGroupLeg, spec: AdGroupSpec) -> list[Operation]:
        account = leg.ref.account_id
        self._looks.check_group(spec, await self._looks.parent(leg.ref))
        wanted = await self._targets.criteria(account, Level.AD_GROUP, spec.targeting)
        group = f"customers/{account}/adGroups/-1"
        made: dict[str, Any] = {
            "resourceName": group,
            "name": spec.name,
            "campaign": self._name_of(leg),
            "status": Status.PAUSED.name,
            **self._kind.group,
        }
        if spec.bid is not None:
            made["cpcBidMicros"] = await self._bid(leg, spec.bid)
        if spec.targeting.audiences:
            made["targetingSetting"] = _RESTRICTS
        return [
            {"adGroupOperation": {"create": made}},
            *targeting.additions(Level.AD_GROUP, group, wanted),
        ]

    async def _ad(self, leg: AdLeg) -> Operation:
        assert leg.after is not None, "removals were answered above"
        shown = self._kind.ad_of(leg.after, leg.ref.account_id)
        await self._looks.parent(leg.ref)
        made = {"adGroup": self._name_of(leg), "status": Status.PAUSED.name, "ad": shown}
        return {"adGroupAdOperation": {"create": made}}

    async def _keyword(self, leg: KeywordLeg) -> Operation:
        """A keyword that stands there already is bid for anew: its text never changes."""
        spec, level = leg.after, leg.ref.level
        assert spec is not None, "removals were answered above"
        self._looks.check_keyword(leg, await self._looks.parent(leg.ref))
        kind = "adGroupCriterionOperation" if level is Level.AD_GROUP else "campaignCriterionOperation"
        bid = {"cpcBidMicros": await self._bid(leg, spec.bid)} if spec.bid is not None else {}
        if leg.before is not None:
            if not bid:
                raise BadInput("bid is missing: a keyword's bid can be changed, not taken away from here")
            update = {"resourceName": await self._standing(leg), **bid}
            return {kind: {"update": update, "updateMask": "cpcBidMicros"}}
        made: dict[str, Any] = {"keyword": {"text": spec.text, "matchType": spec.match.name}, **bid}
        made |= {"negative": True} if spec.negative else {}
        made |= (
            {"adGroup": self._name_of(leg)} if level is Level.AD_GROUP else {"campaign": self._name_of(leg)}
        )
        return {kind: {"create": made}}

    async def _removal(self, leg: CreationLeg) -> Operation:
        kind = {
            "campaign": "campaignOperation",
            "ad_group": "adGroupOperation",
            "ad": "adGroupAdOperation",
            "audience": "userListOperation",
        }.get(leg.kind)
        if kind is None:
            below = leg.ref.level is Level.AD_GROUP
            kind = "adGroupCriterionOperation" if below else "campaignCriterionOperation"
        return {kind: {"remove": await self._standing(leg)}}

    async def _standing(self, leg: CreationLeg) -> str:
        """The resource name of what stands there by the leg's natural key. Raises PlatformNotFound."""
        found = await self._looks.look(leg)
        if found.value is None:
            raise PlatformNotFound(
                f"{leg.name!r} is not there any more; sync the account",
                platform=self._customers.platform.value,
            )
        plural = {"campaign": "campaigns", "ad_group": "adGroups", "audience": "userLists"}.get(leg.kind)
        below = leg.ref.level is Level.AD_GROUP
        plural = plural or ("adGroupCriteria" if below else "campaignCriteria")
        if leg.kind == "ad":
            return f"customers/{leg.ref.account_id}/adGroupAds/{leg.ref.native_id}~{found.native_id}"
        return f"customers/{leg.ref.account_id}/{plural}/{found.native_id}"
