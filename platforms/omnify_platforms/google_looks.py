"""What Google shows of what a leg changes.

A created thing is found by its name below its parent, a keyword by its text and match; what is removed
counts as gone. What Google keeps nowhere is said as the leg says it: the name of a search ad (which is
known by what it says), and that a campaign without a start of its own starts when it is made. Who is in
a list of customers is never shown, but uploads are, by a number that follows from their members: so a
list shows a leg's members where an upload of exactly these was handed over, and none otherwise.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from omnify_core.campaigns import EntityRef, Level
from omnify_core.errors import BadInput, PlatformNotFound, PlatformRejected, Unsupported
from omnify_core.legs import (
    AdGroupLeg,
    AdLeg,
    AudienceLeg,
    BidLeg,
    CampaignLeg,
    FieldLeg,
    KeywordLeg,
    NameLeg,
    TargetingLeg,
    natural_key,
)
from omnify_core.money import Money
from omnify_core.platform_ports import Look
from omnify_core.specs import AdGroupSpec, AdSpec, AudienceSpec, CampaignSpec, Targeting
from omnify_platforms import google_details as gaql
from omnify_platforms.google_customers import GoogleCustomers
from omnify_platforms.google_kinds import Kind, ad_spec
from omnify_platforms.google_rows import daily_budget_of
from omnify_platforms.google_targeting import GoogleTargeting, check_level
from omnify_platforms.google_uploads import upload_number
from omnify_platforms.legs import not_offered
from omnify_platforms.rows import Row, digits

BY_HAND = "MANUAL_CPC"


class GoogleLooks:
    def __init__(self, customers: GoogleCustomers, targeting: GoogleTargeting, kind: Kind) -> None:
        self._customers = customers
        self._targeting = targeting
        self._kind = kind

    async def look(self, leg: FieldLeg) -> Look:
        """Raises BadInput, PlatformNotFound, PlatformRejected, Unsupported."""
        check_height(leg)
        match leg:
            case NameLeg():
                return Look(await self._name(leg))
            case BidLeg():
                return Look(await self._bid(leg))
            case TargetingLeg():
                return Look(await self._targets(leg))
            case CampaignLeg():
                return await self._campaign(leg)
            case AdGroupLeg():
                return await self._ad_group(leg)
            case AdLeg():
                return await self._ad(leg)
            case KeywordLeg():
                return await self._keyword(leg)
            case AudienceLeg():
                return await self._audience(leg)
        raise not_offered(self._customers.platform, leg)

    async def parent(self, ref: EntityRef) -> Row:
        """The campaign or ad group that something stands in. Raises PlatformNotFound."""
        return await self._alive(ref, gaql.parent_query(ref.level, digits(ref.native_id, "Google Ads id")))

    async def _name(self, leg: NameLeg) -> str:
        row = await self.parent(leg.ref)
        return row.required(f"{'campaign' if leg.ref.level is Level.CAMPAIGN else 'adGroup'}.name")

    async def _bid(self, leg: BidLeg) -> Money | None:
        row = await self.parent(leg.ref)
        self.check_by_hand(row)
        return await self._money(row, "adGroup.cpcBidMicros", leg.ref.account_id)

    def check_by_hand(self, row: Row) -> None:
        """Raises PlatformRejected where Google bids by itself and would ignore ours."""
        strategy = row.text("campaign.biddingStrategyType")
        if strategy != BY_HAND:
            raise PlatformRejected(
                f"This campaign bids by {strategy}: Google chooses each bid and ignores ours. Set a bid only "
                "where the campaign pays per click by hand (MANUAL_CPC)",
                platform=self._customers.platform.value,
                field="bid",
            )

    async def _targets(self, leg: TargetingLeg) -> Targeting:
        await self.parent(leg.ref)
        told = [one for one in (leg.after, leg.before) if one is not None]
        return await self._targeting.look(leg.ref.account_id, leg.ref.level, leg.ref.native_id, told)

    async def _campaign(self, leg: CampaignLeg) -> Look:
        told = leg.after or leg.before
        assert told is not None, "a creation or removal has one of the two"
        self._kind.strategy(told.objective)
        query = gaql.named_campaign_query(_plain(told.name))
        row = self._only([row async for row in self._customers.rows(leg.ref.account_id, query)], told.name)
        if row is None:
            return Look(None)
        objective = self._kind.objective(row.text("campaign.biddingStrategyType"))
        currency = await self._customers.currency(leg.ref.account_id)
        budget = daily_budget_of(row, currency)
        is_ours = row.text("campaign.advertisingChannelType") == self._kind.channel
        if objective is None or budget is None or not is_ours:
            raise PlatformRejected(
                f"There is a campaign called {told.name!r} already, of another kind; choose another name",
                platform=self._customers.platform.value,
                field="name",
            )
        native_id = row.id("campaign.id")
        targets = await self._targeting.look(leg.ref.account_id, Level.CAMPAIGN, native_id, [told.targeting])
        return Look(
            CampaignSpec(
                name=row.required("campaign.name"),
                objective=objective,
                daily_budget=budget,
                targeting=targets,
                start_on=row.day("campaign.startDateTime") if told.start_on else None,
            ),
            native_id,
        )

    async def _ad_group(self, leg: AdGroupLeg) -> Look:
        told = leg.after or leg.before
        assert told is not None, "a creation or removal has one of the two"
        above = await self.parent(leg.ref)
        by_hand = above.text("campaign.biddingStrategyType") == BY_HAND
        if leg.after is not None:
            self.check_group(leg.after, above)
        rows = self._below(leg.ref, gaql.ad_groups_query(leg.ref.native_id))
        row = self._only([row async for row in rows if row.text("adGroup.name") == told.name], told.name)
        if row is None:
            return Look(None)
        native_id = row.id("adGroup.id")
        account = leg.ref.account_id
        return Look(
            AdGroupSpec(
                name=told.name,
                bid=await self._money(row, "adGroup.cpcBidMicros", account) if by_hand else None,
                targeting=await self._targeting.look(account, Level.AD_GROUP, native_id, [told.targeting]),
            ),
            native_id,
        )

    def check_group(self, spec: AdGroupSpec, above: Row) -> None:
        """Raises BadInput, PlatformRejected, Unsupported where the campaign cannot take it like this."""
        if spec.daily_budget is not None:
            raise Unsupported("Google's ad groups have no daily budget; change the campaign's")
        if spec.bid is not None:
            self.check_by_hand(above)
        elif above.text("campaign.biddingStrategyType") == BY_HAND:
            raise BadInput("bid is missing: this campaign pays per click by hand; say the most per click")

    async def _ad(self, leg: AdLeg) -> Look:
        told = leg.after or leg.before
        assert told is not None, "a creation or removal has one of the two"
        self._kind.ad_of(told, leg.ref.account_id)
        await self.parent(leg.ref)
        found: list[tuple[AdSpec, str]] = []
        async for row in self._below(leg.ref, gaql.ads_query(leg.ref.native_id)):
            spec = ad_spec(row, self._kind)
            if spec is None:
                continue
            same = spec.model_copy(update={"name": told.name})
            if (spec.name if self._kind.names_ads else same) == (told.name if self._kind.names_ads else told):
                found.append((spec if self._kind.names_ads else same, row.id("adGroupAd.ad.id")))
        if len(found) > 1:
            raise self._twice(told.name)
        return Look(*found[0]) if found else Look(None)

    async def _keyword(self, leg: KeywordLeg) -> Look:
        told = leg.after or leg.before
        assert told is not None, "a creation or removal has one of the two"
        if not self._kind.has_keywords:
            raise Unsupported(f"{self._kind.label} have no keywords")
        above = await self.parent(leg.ref)
        self.check_keyword(leg, above)
        found = []
        async for row in self._below(leg.ref, gaql.keywords_query(leg.ref.level, leg.ref.native_id)):
            spec = gaql.keyword_of(row, leg.ref.level, await self._customers.currency(leg.ref.account_id))
            if natural_key(leg.model_copy(update={"after": spec})) == natural_key(leg):
                found.append((spec, row))
        if len(found) > 1:
            raise self._twice(told.text)
        if not found:
            return Look(None)
        (spec, row), at = found[0], gaql.criterion_of(leg.ref.level)
        as_told = spec.model_copy(update={"text": told.text})  # the same but for capitals
        return Look(as_told, f"{leg.ref.native_id}~{row.id(f'{at}.criterionId')}")

    def check_keyword(self, leg: KeywordLeg, above: Row) -> None:
        """Raises BadInput, PlatformRejected."""
        spec = leg.after
        if spec is None:
            return
        if leg.ref.level is Level.CAMPAIGN and not spec.negative:
            raise BadInput("a campaign takes negative keywords only; name an ad group for the others")
        if spec.negative and spec.bid is not None:
            raise BadInput(f"a negative keyword has no bid; leave out {spec.bid}")
        if spec.bid is not None:
            self.check_by_hand(above)

    async def _audience(self, leg: AudienceLeg) -> Look:
        told = leg.after or leg.before
        assert told is not None, "a creation or removal has one of the two"
        rows = self._customers.rows(leg.ref.account_id, gaql.USER_LISTS)
        named = [row async for row in rows if row.text("userList.name") == told.name]
        row = self._only([row for row in named if row.raw("userList.readOnly") is not True], told.name)
        if row is None:
            return Look(None)
        is_here = await self.has_upload(leg.ref.account_id, row.required("userList.resourceName"), told)
        return Look(
            AudienceSpec(
                name=told.name,
                description=row.text("userList.description"),
                members=told.members if is_here else (),
            ),
            row.id("userList.id"),
        )

    async def has_upload(self, account_id: str, user_list: str, spec: AudienceSpec) -> bool:
        """Whether exactly these members were handed over for the list."""
        number = str(upload_number(spec))
        return bool(spec.members) and any(
            [
                row.text("offlineUserDataJob.customerMatchUserListMetadata.userList") == user_list
                and row.text("offlineUserDataJob.status") in ("RUNNING", "SUCCESS")
                async for row in self._customers.rows(account_id, gaql.uploads_query(number))
            ]
        )

    async def _money(self, row: Row, path: str, account_id: str) -> Money | None:
        if row.raw(path) is None:
            return None
        return gaql.bid_of(row, path, await self._customers.currency(account_id))

    def _below(self, ref: EntityRef, query: str) -> AsyncIterator[Row]:
        return self._customers.rows(ref.account_id, query)

    async def _alive(self, ref: EntityRef, query: str) -> Row:
        rows = [row async for row in self._customers.rows(ref.account_id, query)]
        above = "campaign" if ref.level is Level.CAMPAIGN else "adGroup"
        if len(rows) != 1 or "REMOVED" in (rows[0].text("campaign.status"), rows[0].text(f"{above}.status")):
            raise PlatformNotFound(
                f"Google Ads account {ref.account_id} has no {ref.level.value.replace('_', ' ')} "
                f"{ref.native_id} that can be changed; sync the account and use an id that it lists",
                platform=self._customers.platform.value,
            )
        return rows[0]

    def _only(self, rows: list[Row], name: str) -> Row | None:
        if len(rows) > 1:
            raise self._twice(name)
        return rows[0] if rows else None

    def _twice(self, name: str) -> PlatformRejected:
        return PlatformRejected(
            f"There is more than one {name!r} there, so which is meant cannot be told; give it another name",
            platform=self._customers.platform.value,
            field="name",
        )


def check_height(leg: FieldLeg) -> None:
    """Raises Unsupported where Google keeps such a thing at another height."""
    match leg:
        case NameLeg() if leg.ref.level is Level.AD:
            raise Unsupported("Google's ads keep the name they were made with; name a campaign or ad group")
        case BidLeg() if leg.ref.level is not Level.AD_GROUP:
            raise Unsupported(
                "Google's bids stand on ad groups and keywords; name an ad group, or re-bid a keyword"
            )
        case TargetingLeg() if leg.ref.level is Level.AD:
            raise Unsupported("Google's ads have no targeting of their own; name a campaign or ad group")
        case TargetingLeg():
            check_level(leg.ref.level, leg.after)


def _plain(name: str) -> str:
    """Raises BadInput."""
    if not name.isprintable():
        raise BadInput(f"name {name!r} has characters that Google takes in no name; write it on one line")
    return name
