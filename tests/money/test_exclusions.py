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


async def readings(
    house: MoneyHouse, *terms: SearchTermRow, adding: tuple[str, ...] = ("free",)
) -> tuple[str, ...]:
    async def reported(account: AdAccount, since: date, until: date) -> AsyncIterator[SearchTermRow]:
        assert (account.platform, (until - since).days) == (META, 29)
        assert until == date(2026, 11, 1), "yesterday in the account's zone"
        for row in terms:
            yield row

    house.meta.search_terms = reported  # type: ignore[method-assign]
    await house.stores.market.save_accounts(OURS, await house.meta.accounts())
    proposed = await house.propose(*(negative(text) for text in adding))
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


async def test_several_keywords_together_keep_each_search_away_once(house: MoneyHouse) -> None:
    seen = term("free shoes", 30, 1), term("running shoes", 70, 9), term("hats", 100, 10)
    (said,) = await readings(house, *seen, adding=("free", "shoes"))
    assert said.startswith("These 2 negative keywords would have kept away 2 of 3 searches of the last 30")
    assert "50.0% of their spend and 50.0% of their conversions" in said


async def test_one_keyword_speaks_for_itself_and_an_empty_report_says_so(house: MoneyHouse) -> None:
    (said,) = await readings(house, term("free shoes", 30, 1))
    assert said.startswith("This negative keyword would have kept away 1 of 1 searches")
    (nothing,) = await readings(house)
    assert nothing == "No searches were reported there for the last 30 days."


async def test_a_plan_without_negative_keywords_reads_no_report(house: MoneyHouse) -> None:
    wanted = Keyword(text="shoes", match=Match.BROAD)
    plain = await house.propose(KeywordLeg(ref=GROUP, name="shoes", after=wanted))
    assert plain.effect is not None
    assert plain.effect.readings == ()


async def test_a_whole_campaigns_searches_count_where_the_keyword_stands_in_it(house: MoneyHouse) -> None:
    above = GROUP.model_copy(update={"level": Level.CAMPAIGN, "native_id": "1"})
    house.world.campaign("1", "100")

    async def reported(account: AdAccount, since: date, until: date) -> AsyncIterator[SearchTermRow]:
        for row in (term("free shoes", 30, 1), term("free socks", 30, 1, group="meta:78")):
            yield row

    house.meta.search_terms = reported  # type: ignore[method-assign]
    await house.stores.market.save_accounts(OURS, await house.meta.accounts() + await house.google.accounts())
    proposed = await house.propose(negative("free").model_copy(update={"ref": above}))
    assert proposed.effect is not None
    assert "2 of 2 searches" in proposed.effect.readings[0]


async def test_keywords_of_two_ad_groups_are_held_against_the_searches_of_both(house: MoneyHouse) -> None:
    async def reported(account: AdAccount, since: date, until: date) -> AsyncIterator[SearchTermRow]:
        for row in (term("free shoes", 30, 1), term("free socks", 30, 1, group="meta:78")):
            yield row

    house.meta.search_terms = reported  # type: ignore[method-assign]
    await house.stores.market.save_accounts(OURS, await house.meta.accounts())
    other = GROUP.model_copy(update={"native_id": "78"})
    proposed = await house.propose(negative("shoes"), negative("free").model_copy(update={"ref": other}))
    assert proposed.effect is not None
    assert "2 of 2 searches" in proposed.effect.readings[0]


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
        ("free shoes", Match.PHRASE, "free shoes", True),
        ("free shoes", Match.PHRASE, "get free shoes", True),
        ("free shoes", Match.PHRASE, "free red shoes", False),
        ("free shoes", Match.PHRASE, "shoes free", False),
        ("free shoes", Match.PHRASE, "free", False),
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
