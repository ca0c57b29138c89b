"""What TikTok shows of what a leg changes.

A created thing is found by its name below its parent; deleted ones are not listed, and count as gone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from omnify_core.campaigns import EntityRef, Level
from omnify_core.errors import PlatformRejected, Unsupported
from omnify_core.legs import (
    AdGroupLeg,
    AdLeg,
    AudienceLeg,
    BidLeg,
    CampaignLeg,
    FieldLeg,
    NameLeg,
    TargetingLeg,
    natural_key,
)
from omnify_core.platform_ports import Look
from omnify_core.specs import AdGroupSpec, AdSpec, AudienceSpec, CampaignSpec
from omnify_platforms import tiktok_rows as rows
from omnify_platforms import tiktok_specs as specs
from omnify_platforms.legs import not_offered
from omnify_platforms.rows import Row
from omnify_platforms.tiktok_calls import TIKTOK, TikTokCalls
from omnify_platforms.tiktok_targeting import targeting_of

Created = CampaignLeg | AdGroupLeg | AdLeg | AudienceLeg
Setting = NameLeg | BidLeg | TargetingLeg
_LEVELS = {"campaign": Level.CAMPAIGN, "ad_group": Level.AD_GROUP, "ad": Level.AD}
_FIELDS = {"campaign": specs.CAMPAIGN, "ad_group": specs.GROUP, "ad": specs.AD}
_PARENTS = {"ad_group": Level.CAMPAIGN, "ad": Level.AD_GROUP}


class TikTokLooks:
    def __init__(self, calls: TikTokCalls) -> None:
        self._calls = calls

    async def look(self, leg: FieldLeg) -> Look:
        """Raises PlatformNotFound, PlatformRejected, Unsupported."""
        match leg:
            case NameLeg():
                return Look((await self._calls.node(leg.ref)).text(f"{rows.NAMES[leg.ref.level]}_name"))
            case BidLeg():
                group = await self.group(leg)
                specs.check_own_bid(group)
                currency = await self._calls.currency(leg.ref.account_id)
                return Look(group.money(specs.bid_field(group), currency))
            case TargetingLeg():
                countries = await self._calls.countries(leg.ref.account_id)
                return Look(targeting_of(await self.group(leg), leg.after, countries))
            case CampaignLeg() | AdGroupLeg() | AdLeg() | AudienceLeg():
                row = await self.found(leg)
                return Look(None) if row is None else Look(await self._spec(leg, row), native_id(leg, row))
        raise not_offered(TIKTOK, leg)

    async def group(self, leg: Setting) -> Row:
        """Raises Unsupported where the leg is for a campaign or an ad."""
        if leg.ref.level is not Level.AD_GROUP:
            raise Unsupported(
                f"TikTok Ads has a {leg.kind} on ad groups only; name an ad group of {leg.ref.id}"
            )
        return await self._calls.node(leg.ref, fields=specs.GROUP)

    async def found(self, leg: Created) -> Row | None:
        """What the leg creates or removes, None where it is not there. Raises PlatformRejected for two."""
        name = natural_key(leg)
        key = "name" if isinstance(leg, AudienceLeg) else f"{rows.NAMES[_LEVELS[leg.kind]]}_name"
        named = [row async for row in await self._beside(leg) if row.text(key) == name]
        if len(named) > 1:
            raise PlatformRejected(
                f"TikTok Ads has {len(named)} of the name {name!r} there, and which one is meant is not "
                "known; rename one in TikTok Ads Manager",
                platform=TIKTOK.value,
                field=key,
            )
        return named[0] if named else None

    async def parent(self, ref: EntityRef, kind: str) -> Row:
        """Raises PlatformNotFound, and Unsupported where such a thing does not belong."""
        level = _PARENTS[kind]
        if ref.level is not level:
            raise Unsupported(
                f"TikTok Ads has its {kind.replace('_', ' ')}s in {level.value.replace('_', ' ')}s; name one"
            )
        return await self._calls.node(ref, fields=_FIELDS[level.value])

    async def _beside(self, leg: Created) -> AsyncIterator[Row]:
        """All that stands where the leg's thing stands or would stand."""
        account_id = leg.ref.account_id
        if isinstance(leg, AudienceLeg):
            return self._calls.audiences(account_id)
        level = _LEVELS[leg.kind]
        filtering: dict[str, object] = {}
        if leg.kind in _PARENTS:
            await self.parent(leg.ref, leg.kind)
            filtering = {f"{rows.id_name(_PARENTS[leg.kind])}s": [leg.ref.native_id]}
        if isinstance(leg, CampaignLeg):
            filtering = {"campaign_name": natural_key(leg)}
        return self._calls.listed(account_id, level, fields=_FIELDS[leg.kind], **filtering)

    async def _spec(self, leg: Created, row: Row) -> CampaignSpec | AdGroupSpec | AdSpec | AudienceSpec:
        account_id = leg.ref.account_id
        match leg:
            case CampaignLeg():
                return specs.campaign_spec(row, await self._calls.currency(account_id))
            case AdGroupLeg():
                told = leg.after or leg.before
                assert told is not None, "a creation or removal has one of the two"
                currency = await self._calls.currency(account_id)
                return specs.group_spec(row, told, currency, await self._calls.countries(account_id))
            case AdLeg():
                return specs.ad_spec(row)
            case AudienceLeg():
                of = leg.after or leg.before
                assert of is not None, "a creation or removal has one of the two"
                return specs.audience_spec(row, of)


def native_id(leg: Created, row: Row) -> str:
    return row.id("audience_id" if isinstance(leg, AudienceLeg) else rows.id_name(_LEVELS[leg.kind]))


def level_of(leg: CampaignLeg | AdGroupLeg | AdLeg) -> Level:
    return _LEVELS[leg.kind]
