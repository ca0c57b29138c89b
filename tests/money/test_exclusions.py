"""Before searches are excluded, the card says what they brought."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from omnify_core.campaigns import AdAccount, EntityRef, Level, Platform
from omnify_core.errors import PlatformUnavailable
from omnify_core.ids import EntityId
from omnify_core.legs import KeywordLeg
from omnify_core.reads import SearchTermRow
from omnify_core.specs import Keyword, Match
from omnify_guardrails.exclusions import excludes
from tests.builders.ad_world import ACCOUNTS, OURS
from tests.builders.money import MoneyHouse, usd

META = Platform.META  # which platform it is makes no difference here
GROUP = EntityRef(platform=META, account_id=ACCOUNTS[META], level=Level.AD_GROUP, native_id="77")


def negative(text: str, match: Match = Match.BROAD) -> KeywordLeg:
    return KeywordLeg(ref=GROUP, name=text, after=Keyword(text=text, match=match, negative=True))


def term(text: str, spend: int, conversions: float, *, group: str = "meta:77", excluded: bool = False) -> Any:
    return SearchTermRow(
        campaign_id=EntityId("meta:1"),
        ad_group_id=EntityId(group),
        term=text,
        is_keyword=False,
        is_excluded=excluded,
        impressions=100,
        clicks=10,
        spend=usd(spend),
        conversions=conversions,
        revenue=usd(0),
    )


async def readings(house: MoneyHouse, *terms: SearchTermRow) -> tuple[str, ...]:
    async def reported(account: AdAccount, since: date, until: date) -> AsyncIterator[SearchTermRow]:
        assert (account.platform, (until - since).days) == (META, 29)
        for row in terms:
            yield row

    house.meta.search_terms = reported  # type: ignore[method-assign]
    await house.stores.market.save_accounts(OURS, await house.meta.accounts())
    proposed = await house.propose(negative("free"))
    assert proposed.effect is not None
    return proposed.effect.readings


async def test_the_card_says_which_share_of_searches_goes(house: MoneyHouse) -> None:
    (said,) = await readings(
        house,
        term("free shoes", 30, 1),
        term("running shoes", 70, 9),
        term("free socks", 50, 5, group="meta:78"),
        term("shoes for free", 40, 4, excluded=True),
    )
    assert "1 of 2 searches" in said
    assert "30.0% of their spend and 10.0% of their conversions" in said


async def test_a_report_that_cannot_be_read_is_said_and_stops_nothing(house: MoneyHouse) -> None:
    async def down(account: AdAccount, since: date, until: date) -> AsyncIterator[SearchTermRow]:
        raise PlatformUnavailable(f"{account.name} is busy from {since} to {until}", platform="meta")
        yield

    house.meta.search_terms = down  # type: ignore[method-assign]
    await house.stores.market.save_accounts(OURS, await house.meta.accounts())
    proposed = await house.propose(negative("free"))
    assert proposed.effect is not None
    assert "is not known" in proposed.effect.readings[0]


@pytest.mark.parametrize(
    ("text", "match", "search", "goes"),
    [
        ("free shoes", Match.BROAD, "shoes that are free", True),
        ("free shoes", Match.BROAD, "free socks", False),
        ("free shoes", Match.PHRASE, "get free shoes now", True),
        ("free shoes", Match.PHRASE, "shoes free", False),
        ("free shoes", Match.EXACT, "free shoes", True),
        ("free shoes", Match.EXACT, "free shoes now", False),
        ("free", Match.BROAD, "freedom shoes", False),
        ("Free", Match.BROAD, "FREE shoes", True),
    ],
)
def test_negative_keywords_match_as_the_platform_matches_them(
    text: str, match: Match, search: str, goes: bool
) -> None:
    assert excludes(Keyword(text=text, match=match, negative=True), search) is goes
