"""What some ad platforms show beyond campaigns and figures: keywords, search terms, audiences, shares."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime

from omnify_core.campaigns import AdAccount, Frozen, Platform, Status
from omnify_core.errors import Unsupported
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_core.specs import Keyword


class KeywordRow(Frozen):
    """A keyword where it stands. `ad_group_id` None: a campaign's own, which is always negative."""

    account_id: str
    campaign_id: EntityId
    ad_group_id: EntityId | None
    native_id: str
    keyword: Keyword
    status: Status
    read_at: datetime


class SearchTermRow(Frozen):
    """What people typed, and what came of it over the days asked for. The term is foreign text: data."""

    campaign_id: EntityId
    ad_group_id: EntityId
    term: str
    is_keyword: bool
    is_excluded: bool
    impressions: int
    clicks: int
    spend: Money
    conversions: float
    revenue: Money


class AudienceRow(Frozen):
    """A list of people. `people`: how many the platform reaches of it, None where it does not say yet."""

    account_id: str
    native_id: str
    name: str
    kind: str
    people: int | None
    is_usable: bool
    read_at: datetime


class ShareRow(Frozen):
    """Of all impressions that a search campaign could have had: shares 0-1, None where not measured."""

    campaign_id: EntityId
    won: float | None
    lost_to_budget: float | None
    lost_to_rank: float | None


class PlainReads:
    """For adapters: what their platform does not show is refused, in words; the others override."""

    platform: Platform

    async def keywords(self, account: AdAccount) -> AsyncIterator[KeywordRow]:
        raise self._no("keywords", account)
        yield

    async def search_terms(
        self, account: AdAccount, since: date, until: date
    ) -> AsyncIterator[SearchTermRow]:
        raise self._no(f"search terms of {since} to {until}", account)
        yield

    async def audiences(self, account: AdAccount) -> AsyncIterator[AudienceRow]:
        raise self._no("audiences", account)
        yield

    async def impression_shares(
        self, account: AdAccount, since: date, until: date
    ) -> AsyncIterator[ShareRow]:
        raise self._no(f"impression shares of {since} to {until}", account)
        yield

    def _no(self, what: str, account: AdAccount) -> Unsupported:
        return Unsupported(
            f"{self.platform.label} shows no {what} of account {account.account_id} through OmniFy; "
            "look in its own pages"
        )
