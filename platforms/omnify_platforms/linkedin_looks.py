"""What LinkedIn shows of what a leg changes.

A created thing is found by its name below its parent; archived and deleted ones count as gone.
"""

from __future__ import annotations

from collections.abc import Sequence

from omnify_core.campaigns import EntityRef, Level
from omnify_core.errors import PlatformNotFound, PlatformRejected, Unsupported
from omnify_core.legs import AdLeg, BidLeg, CampaignLeg, FieldLeg, NameLeg, TargetingLeg, natural_key
from omnify_core.platform_ports import Look
from omnify_platforms import linkedin_rows as restli
from omnify_platforms import linkedin_specs as specs
from omnify_platforms.legs import not_offered
from omnify_platforms.linkedin_calls import LINKEDIN, LinkedInCalls, find_in
from omnify_platforms.linkedin_targeting import targeting_of
from omnify_platforms.rows import Row

Created = CampaignLeg | AdLeg
Setting = NameLeg | BidLeg | TargetingLeg
_GONE = frozenset({"ARCHIVED", "CANCELED", "PENDING_DELETION", "REMOVED"})


class LinkedInLooks:
    def __init__(self, calls: LinkedInCalls) -> None:
        self._calls = calls

    async def look(self, leg: FieldLeg) -> Look:
        """Raises PlatformNotFound, PlatformRejected, Unsupported."""
        match leg:
            case NameLeg():
                return Look((await self.setting(leg)).text("name"))
            case BidLeg():
                campaign = await self.setting(leg)
                specs.check_own_bid(campaign)
                currency = await self._calls.currency(leg.ref.account_id)
                return Look(campaign.money("unitCost.amount", currency))
            case TargetingLeg():
                return Look(targeting_of(await self.setting(leg), leg.after))
            case CampaignLeg():
                return await self._campaign(leg)
            case AdLeg():
                row = await self.found(leg)
                return Look(specs.ad_spec(row), native_id(leg, row)) if row else Look(None)
        raise not_offered(LINKEDIN, leg)

    async def setting(self, leg: Setting) -> Row:
        """The row that the leg sets a field of. Raises Unsupported where LinkedIn has none there."""
        check_level(leg)
        return await self._calls.node(leg.ref)

    async def found(self, leg: Created) -> Row | None:
        """What the leg creates or removes, None where it is not there. Raises PlatformRejected for two."""
        if isinstance(leg, AdLeg):
            await self.campaign_of(leg.ref)
            query = restli.creatives_query(leg.ref.native_id)
            call = find_in(leg.ref.account_id, "creatives", query)
        else:
            await self._calls.account(leg.ref.account_id)
            call = find_in(leg.ref.account_id, "adCampaigns", restli.named_query(natural_key(leg)))
        return _only([row async for row in self._calls.elements(call) if _is_meant(row, leg)], leg)

    async def campaign_of(self, ref: EntityRef) -> Row:
        """The campaign that a creative belongs to. Raises PlatformNotFound, also where it is deleted."""
        if ref.level not in (Level.CAMPAIGN, Level.AD_GROUP):
            raise Unsupported("LinkedIn Ads has its creatives in campaigns; name the campaign")
        row = await self._calls.node(ref)
        if row.text("status") in _GONE:
            raise PlatformNotFound(
                f"the LinkedIn campaign {ref.native_id} is {row.text('status').lower()}; name one that runs",
                platform=LINKEDIN.value,
            )
        return row

    async def _campaign(self, leg: CampaignLeg) -> Look:
        row = await self.found(leg)
        if row is None:
            return Look(None)
        told = leg.after or leg.before
        assert told is not None, "a creation or removal has one of the two"
        currency = await self._calls.currency(leg.ref.account_id)
        return Look(specs.campaign_spec(row, told, currency), native_id(leg, row))


def check_level(leg: Setting) -> None:
    """Raises Unsupported where LinkedIn has no such setting at that height."""
    has = {Level.CAMPAIGN, Level.AD} if isinstance(leg, NameLeg) else {Level.CAMPAIGN}
    if leg.ref.level not in has:
        raise Unsupported(
            f"LinkedIn Ads sets a {leg.kind} on its campaigns; change the one of {leg.ref.id} instead"
        )


def native_id(leg: Created, row: Row) -> str:
    return restli.urn_id(row, "id", restli.CREATIVE_URN) if isinstance(leg, AdLeg) else row.id("id")


def _is_meant(row: Row, leg: Created) -> bool:
    status = row.text("intendedStatus") or row.text("status")
    return row.text("name") == natural_key(leg) and status not in _GONE


def _only(rows: Sequence[Row], leg: Created) -> Row | None:
    if len(rows) > 1:
        raise PlatformRejected(
            f"LinkedIn Ads has {len(rows)} of the name {natural_key(leg)!r} there, and which one is meant is "
            "not known; rename one in Campaign Manager",
            platform=LINKEDIN.value,
            field="name",
        )
    return rows[0] if rows else None
