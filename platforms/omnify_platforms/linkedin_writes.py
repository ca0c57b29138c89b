"""What we change on LinkedIn: one call per leg, after the reads that it needs."""

from __future__ import annotations

from typing import Any

from omnify_core.campaigns import EntityRef, Level, Status
from omnify_core.clock import Clock
from omnify_core.errors import BadInput, PlatformNotFound, PlatformRejected, Unsupported
from omnify_core.legs import (
    AdLeg,
    AnyLeg,
    BidLeg,
    BudgetLeg,
    CampaignLeg,
    NameLeg,
    StatusLeg,
    TargetingLeg,
    natural_key,
)
from omnify_platforms import linkedin_rows as restli
from omnify_platforms import linkedin_specs as specs
from omnify_platforms.legs import not_offered
from omnify_platforms.linkedin_calls import LINKEDIN, LinkedInCalls, find_in
from omnify_platforms.linkedin_looks import LinkedInLooks, check_level, native_id
from omnify_platforms.linkedin_targeting import criteria_of
from omnify_platforms.rows import same_currency


class LinkedInWrites:
    def __init__(self, calls: LinkedInCalls, looks: LinkedInLooks, clock: Clock) -> None:
        self._calls = calls
        self._looks = looks
        self._clock = clock

    async def write(self, leg: AnyLeg) -> None:
        match leg:
            case BudgetLeg():
                await self._calls.patch(leg.ref, await self._budget(leg))
            case StatusLeg():
                await self._status(leg)
            case NameLeg():
                check_level(leg)
                await self._calls.patch(leg.ref, {"name": leg.after})
            case BidLeg():
                await self._bid(leg)
            case TargetingLeg():
                criteria = criteria_of(leg.after, await self._looks.setting(leg))
                await self._calls.patch(leg.ref, {"targetingCriteria": criteria})
            case CampaignLeg(after=None) | AdLeg(after=None):
                await self._undo(leg)
            case CampaignLeg():
                await self._campaign(leg)
            case AdLeg():
                await self._creative(leg)
            case _:
                raise not_offered(LINKEDIN, leg)

    async def _budget(self, leg: BudgetLeg) -> dict[str, Any]:
        if leg.ref.level is not Level.CAMPAIGN:
            raise Unsupported(
                f"LinkedIn Ads has no daily budget on an {leg.ref.level.value}; change its campaign's"
            )
        if leg.budget_key != leg.ref.native_id:
            raise BadInput(
                f"budget_key must be {leg.ref.native_id!r}, as it was read, not {leg.budget_key!r}"
            )
        currency = await self._calls.currency(leg.ref.account_id)
        same_currency(leg.after, currency, account_id=leg.ref.account_id)
        return {"dailyBudget": specs.amount(leg.after)}

    async def _status(self, leg: StatusLeg) -> None:
        if leg.ref.level not in (Level.CAMPAIGN, Level.AD):
            raise Unsupported("LinkedIn Ads has no ad groups; change the campaign, which holds the same ads")
        if leg.after is Status.REMOVED:
            await self._remove(leg.ref)
        else:
            await self._calls.patch(leg.ref, {_status_field(leg.ref): restli.WORDS[leg.after]})

    async def _remove(self, ref: EntityRef) -> None:
        """LinkedIn deletes drafts; everything else is marked, and is gone within days."""
        row = await self._calls.node(ref)
        if row.text(_status_field(ref)) == "DRAFT":
            await self._calls.delete(ref)
        else:
            await self._calls.patch(ref, {_status_field(ref): restli.WORDS[Status.REMOVED]})

    async def _undo(self, leg: CampaignLeg | AdLeg) -> None:
        row = await self._looks.found(leg)
        if row is None:
            raise PlatformNotFound(
                f"LinkedIn Ads has no {leg.kind} {natural_key(leg)!r} there any more", platform=LINKEDIN.value
            )
        level = Level.AD if isinstance(leg, AdLeg) else Level.CAMPAIGN
        await self._remove(leg.ref.model_copy(update={"level": level, "native_id": native_id(leg, row)}))

    async def _bid(self, leg: BidLeg) -> None:
        specs.check_own_bid(await self._looks.setting(leg))
        currency = await self._calls.currency(leg.ref.account_id)
        same_currency(leg.after, currency, account_id=leg.ref.account_id)
        await self._calls.patch(leg.ref, {"unitCost": specs.amount(leg.after)})

    async def _campaign(self, leg: CampaignLeg) -> None:
        assert leg.after is not None, "removals go another way"
        account_id = leg.ref.account_id
        account = await self._calls.account(account_id)
        same_currency(leg.after.daily_budget, account.required("currency"), account_id=account_id)
        body = specs.campaign_body(leg.after, account, await self._group(account_id), self._clock.now())
        await self._calls.create(account_id, "adCampaigns", body)

    async def _group(self, account_id: str) -> str:
        """The campaign group that a new campaign belongs to: the oldest that is active."""
        groups = self._calls.elements(find_in(account_id, "adCampaignGroups", restli.GROUPS))
        ids = [int(row.id("id")) async for row in groups]
        if not ids:
            raise PlatformRejected(
                f"LinkedIn ad account {account_id} has no active campaign group; make one there first",
                platform=LINKEDIN.value,
                field="campaignGroup",
            )
        return f"{restli.GROUP_URN}{min(ids)}"

    async def _creative(self, leg: AdLeg) -> None:
        assert leg.after is not None, "removals go another way"
        campaign = await self._looks.campaign_of(leg.ref)
        await self._calls.create(leg.ref.account_id, "creatives", specs.creative_body(leg.after, campaign))


def _status_field(ref: EntityRef) -> str:
    return "intendedStatus" if ref.level is Level.AD else "status"
