"""What we change on TikTok: one call per leg that counts, after the reads that it needs."""

from __future__ import annotations

from typing import Any

from omnify_core.campaigns import EntityRef, Level, Status
from omnify_core.clock import Clock
from omnify_core.errors import BadInput, PlatformNotFound, PlatformRejected, Unsupported
from omnify_core.legs import (
    AdGroupLeg,
    AdLeg,
    AnyLeg,
    AudienceLeg,
    BidLeg,
    BudgetLeg,
    CampaignLeg,
    NameLeg,
    StatusLeg,
    TargetingLeg,
    natural_key,
)
from omnify_core.money import Money
from omnify_platforms import tiktok_rows as rows
from omnify_platforms import tiktok_specs as specs
from omnify_platforms.legs import not_offered
from omnify_platforms.rows import Row, digits, same_currency
from omnify_platforms.tiktok_calls import AUDIENCES, TIKTOK, TikTokCalls
from omnify_platforms.tiktok_looks import Created, TikTokLooks, level_of, native_id
from omnify_platforms.tiktok_targeting import targeting_fields, targeting_of


class TikTokWrites:
    def __init__(self, calls: TikTokCalls, looks: TikTokLooks, clock: Clock) -> None:
        self._calls = calls
        self._looks = looks
        self._clock = clock

    async def write(self, leg: AnyLeg, key: str) -> None:
        match leg:
            case BudgetLeg():
                await self._update(leg.ref, await self._budget(leg))
            case StatusLeg():
                await self._set_status(leg.ref, leg.after)
            case NameLeg():
                await self._rename(leg)
            case BidLeg():
                await self._bid(leg)
            case TargetingLeg():
                await self._target(leg)
            case (
                CampaignLeg(after=None) | AdGroupLeg(after=None) | AdLeg(after=None) | AudienceLeg(after=None)
            ):
                await self._undo(leg)
            case CampaignLeg() | AdGroupLeg() | AdLeg() | AudienceLeg():
                await self._create(leg, key)
            case _:
                raise not_offered(TIKTOK, leg)

    async def _update(self, ref: EntityRef, change: dict[str, Any]) -> None:
        body = {rows.id_name(ref.level): digits(ref.native_id, "TikTok id")} | change
        await self._calls.change(ref.account_id, f"/{rows.NAMES[ref.level]}/update/", body)

    async def _set_status(self, ref: EntityRef, status: Status) -> None:
        node = digits(ref.native_id, "TikTok id")
        body = {f"{rows.id_name(ref.level)}s": [node], "operation_status": rows.WORDS[status]}
        await self._calls.change(ref.account_id, f"/{rows.NAMES[ref.level]}/status/update/", body)

    async def _budget(self, leg: BudgetLeg) -> dict[str, Any]:
        if leg.ref.level is Level.AD:
            raise Unsupported("TikTok Ads has no daily budget on an ad; change its campaign's or ad group's")
        if leg.budget_key != leg.ref.native_id:
            raise BadInput(
                f"budget_key must be {leg.ref.native_id!r}, as it was read, not {leg.budget_key!r}"
            )
        await self._same_money(leg.ref, leg.after)
        return {"budget": leg.after.units}

    async def _rename(self, leg: NameLeg) -> None:
        if leg.ref.level is not Level.AD:
            return await self._update(leg.ref, {f"{rows.NAMES[leg.ref.level]}_name": leg.after})
        row = await self._calls.node(leg.ref)
        creative = {"ad_id": row.id("ad_id"), "ad_name": leg.after}
        # Without patch_update TikTok would empty all that is not named.
        body = {"adgroup_id": row.id("adgroup_id"), "creatives": [creative], "patch_update": True}
        return await self._calls.change(leg.ref.account_id, "/ad/update/", body)

    async def _bid(self, leg: BidLeg) -> None:
        group = await self._looks.group(leg)
        specs.check_own_bid(group)
        await self._same_money(leg.ref, leg.after)
        await self._update(leg.ref, {specs.bid_field(group): leg.after.units})

    async def _target(self, leg: TargetingLeg) -> None:
        countries = await self._calls.countries(leg.ref.account_id)
        # What our words would lose is not overwritten either.
        targeting_of(await self._looks.group(leg), leg.after, countries)
        await self._update(leg.ref, targeting_fields(leg.after, countries))

    async def _undo(self, leg: Created) -> None:
        row = await self._looks.found(leg)
        if row is None:
            raise PlatformNotFound(
                f"TikTok Ads has no {leg.kind} {natural_key(leg)!r} there any more", platform=TIKTOK.value
            )
        if isinstance(leg, AudienceLeg):
            body = {"custom_audience_ids": [native_id(leg, row)]}
            await self._calls.change(leg.ref.account_id, f"{AUDIENCES}/delete/", body)
        else:
            ref = leg.ref.model_copy(update={"level": level_of(leg), "native_id": native_id(leg, row)})
            await self._set_status(ref, Status.REMOVED)

    async def _create(self, leg: Created, key: str) -> None:
        account_id = leg.ref.account_id
        match leg:
            case CampaignLeg(after=spec) if spec is not None:
                body = specs.campaign_body(spec, specs.request_id(key))
                await self._same_money(leg.ref, spec.daily_budget)
                await self._calls.change(account_id, "/campaign/create/", body)
            case AdGroupLeg():
                await self._calls.change(account_id, "/adgroup/create/", await self._group(leg, key))
            case AdLeg(after=ad) if ad is not None:
                group = await self._looks.parent(leg.ref, leg.kind)
                body = specs.ad_body(ad, group.id("adgroup_id"), await self._identity(account_id))
                await self._calls.change(account_id, "/ad/create/", body)
            case AudienceLeg(after=people) if people is not None:
                form, text = specs.customers(people)
                path = await self._calls.upload(account_id, form, text)
                body = specs.audience_body(people, path)
                await self._calls.change(account_id, f"{AUDIENCES}/create/", body)

    async def _group(self, leg: AdGroupLeg, key: str) -> dict[str, Any]:
        spec = leg.after
        assert spec is not None, "removals go another way"
        campaign = await self._looks.parent(leg.ref, leg.kind)
        for money in (spec.bid, spec.daily_budget):
            if money is not None:
                await self._same_money(leg.ref, money)
        countries = await self._calls.countries(leg.ref.account_id)
        now, number = self._clock.now(), specs.request_id(key)
        return specs.group_body(spec, campaign, countries, now=now, request_id=number)

    async def _identity(self, account_id: str) -> Row:
        """Under whose name an ad appears. Raises PlatformRejected where TikTok knows none, or several."""
        held = await self._calls.identities(account_id)
        if len(held) != 1:
            raise PlatformRejected(
                f"TikTok ad account {account_id} has {len(held)} identities that ads could appear under; "
                "OmniFy uses it where there is one, so make the ad in TikTok Ads Manager",
                platform=TIKTOK.value,
                field="identity_id",
            )
        return held[0]

    async def _same_money(self, ref: EntityRef, money: Money) -> None:
        currency = await self._calls.currency(ref.account_id)
        same_currency(money, currency, account_id=ref.account_id)
