"""What Meta shows of what a leg changes.

A created thing is found by its name below its parent; what is deleted or archived counts as gone. Meta
never shows who is in a customer list, only the numbers of its uploads: ours are digests of their members,
so the members that a leg names are told exactly where an upload of theirs arrived whole, and as none
otherwise.
"""

from __future__ import annotations

from omnify_core.campaigns import Level
from omnify_core.errors import Unsupported
from omnify_core.legs import (
    AdGroupLeg,
    AdLeg,
    AudienceLeg,
    BidLeg,
    CampaignLeg,
    FieldLeg,
    NameLeg,
    TargetingLeg,
    Value,
    natural_key,
)
from omnify_core.platform_ports import Look
from omnify_core.specs import AudienceSpec
from omnify_platforms import meta_specs as specs
from omnify_platforms.legs import not_offered
from omnify_platforms.meta_graph import META, MetaGraph
from omnify_platforms.meta_targeting import targeting_of
from omnify_platforms.rows import Row

EDGES = {"campaign": "campaigns", "ad_group": "adsets", "ad": "ads", "audience": "customaudiences"}
Created = CampaignLeg | AdGroupLeg | AdLeg | AudienceLeg
BIDS = "bid_amount,bid_strategy,campaign{bid_strategy}"


class MetaLooks:
    def __init__(self, graph: MetaGraph) -> None:
        self._graph = graph

    async def look(self, leg: FieldLeg) -> Look:
        """Raises PlatformNotFound, PlatformRejected, Unsupported."""
        match leg:
            case NameLeg():
                return Look((await self._graph.node(leg.ref, "name")).text("name"))
            case BidLeg():
                return await self._bid(leg)
            case TargetingLeg():
                check_ad_set(leg)
                return Look(targeting_of(await self._graph.node(leg.ref, "targeting"), leg.after))
            case CampaignLeg() | AdGroupLeg() | AdLeg() | AudienceLeg():
                return await self._created(leg)
        raise not_offered(META, leg)

    async def find(self, leg: Created) -> str:
        """The native id of what the leg creates or removes, '' where it is not there."""
        if leg.ref.level is not Level.ACCOUNT:
            await self._graph.node(leg.ref, "id")  # a parent that is gone, or is somebody else's, is an error
        return await self._graph.named(leg.ref, EDGES[leg.kind], natural_key(leg))

    async def _bid(self, leg: BidLeg) -> Look:
        check_ad_set(leg)
        row = await self._graph.node(leg.ref, BIDS)
        check_capped(row)
        return Look(specs.amount(row, "bid_amount", await self._graph.currency(leg.ref.account_id)))

    async def _created(self, leg: Created) -> Look:
        found = await self.find(leg)
        if not found:
            return Look(None)
        level = _LEVELS.get(leg.kind, Level.ACCOUNT)
        ref = leg.ref.model_copy(update={"level": level, "native_id": found})
        row = await self._graph.node(ref, _FIELDS[leg.kind])
        return Look(await self._spec(leg, row), found)

    async def _spec(self, leg: Created, row: Row) -> Value:
        currency = await self._graph.currency(leg.ref.account_id)
        match leg:
            case CampaignLeg():
                return specs.campaign_spec(row, currency)
            case AdGroupLeg():
                return specs.ad_set_spec(row, currency, leg.after or leg.before)
            case AdLeg():
                return specs.ad_spec(row)
            case AudienceLeg():
                told = leg.after or leg.before
                assert told is not None, "a creation or removal has one of the two"
                is_here = await self.has_arrived(row.id("id"), leg.ref.account_id, told)
                return AudienceSpec(
                    name=row.required("name"),
                    description=row.text("description"),
                    members=told.members if is_here else (),
                )

    async def has_arrived(self, audience_id: str, account_id: str, spec: AudienceSpec) -> bool:
        """Whether Meta took in an upload of exactly these members."""
        if not spec.members:
            return False
        number = specs.upload_id(spec)
        sessions = self._graph.sessions(audience_id, account_id, number)
        return any(
            [
                row.count("num_received") == len(spec.members)
                async for row in sessions
                if row.id("session_id") == number
            ]
        )


def check_ad_set(leg: BidLeg | TargetingLeg) -> None:
    """Raises Unsupported where the leg is for a campaign or an ad."""
    if leg.ref.level is not Level.AD_GROUP:
        raise Unsupported(f"Meta Ads has a {leg.kind} on ad sets only; name an ad set of {leg.ref.id}")


def check_capped(row: Row) -> None:
    """Raises Unsupported where the ad set (or the campaign above) bids without an amount of its own."""
    strategy = row.text("campaign.bid_strategy") or row.text("bid_strategy")
    if strategy not in specs.CAPPED:
        raise Unsupported(
            f"this ad set bids by {strategy or 'no strategy of its own'}, which has no amount to set; only "
            "a bid cap or a cost cap has one, and the strategy is chosen in Ads Manager"
        )


_FIELDS = {
    "campaign": specs.CAMPAIGN,
    "ad_group": specs.AD_SET,
    "ad": specs.AD,
    "audience": specs.AUDIENCE,
}
_LEVELS = {"campaign": Level.CAMPAIGN, "ad_group": Level.AD_GROUP, "ad": Level.AD}
