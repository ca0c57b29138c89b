"""On a card, what is created stands in something that has a name, and so has what an id stands for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from omnify_core.campaigns import AdAccount, Campaign, EntityRef, Level, Platform
from omnify_core.crm import Pipeline, Stage
from omnify_core.legs import AdGroupLeg, AnyLeg, CampaignLeg, KeywordLeg, StageLeg
from omnify_core.money import Money
from omnify_core.people import Actor, Role
from omnify_core.specs import AdGroupSpec, CampaignSpec, Keyword, Match, Objective
from omnify_server.leg_places import KnownNames
from omnify_server.seeding import DEMO_OWNER, DEMO_TENANT
from tests.builders.house import House, open_house

OWNER = Actor(tenant_id=DEMO_TENANT, user_id=DEMO_OWNER, name="Demo owner", role=Role.OWNER)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


async def shown(house: House, legs: list[AnyLeg]) -> dict[str, Any]:
    """The card's legs by their field, of a plan that never has two of one."""
    proposed = await house.services.money.propose(OWNER, legs, title="", reason="")
    card = (await house.api.get(f"/api/approvals/{proposed.id}")).json()
    return {leg["field"]: leg for leg in card["legs"]}


async def google(house: House) -> tuple[AdAccount, Campaign]:
    market = house.services.stores.market
    campaigns = await market.campaigns(DEMO_TENANT, Platform.GOOGLE)
    campaign = next(one for one in campaigns if "Search" in one.name)
    accounts = await market.accounts(DEMO_TENANT)
    return next(one for one in accounts if one.account_id == campaign.ref.account_id), campaign


def launch(account_id: str) -> list[AnyLeg]:
    def at(level: Level, native_id: str = "") -> EntityRef:
        return EntityRef(platform=Platform.GOOGLE, account_id=account_id, level=level, native_id=native_id)

    spec = CampaignSpec(name="Trail", objective=Objective.SALES, daily_budget=Money.parse("60", "USD"))
    group = AdGroupLeg(ref=at(Level.CAMPAIGN), within="Trail", name="Shoes", after=AdGroupSpec(name="Shoes"))
    return [CampaignLeg(ref=at(Level.ACCOUNT, account_id), name="Trail", after=spec), group]


async def test_a_new_campaign_names_its_account_and_its_ad_group_the_campaign_to_be(house: House) -> None:
    account, _ = await google(house)
    legs = await shown(house, launch(account.account_id))
    assert legs["campaign"]["place"] == {
        "level": "account",
        "id": account.account_id,
        "name": account.name,
        "is_new": False,
    }
    assert legs["ad_group"]["place"] == {"level": "campaign", "id": "", "name": "Trail", "is_new": True}


async def test_a_keyword_names_the_campaign_that_it_is_kept_from(house: House) -> None:
    _, campaign = await google(house)
    word = Keyword(text="jobs", match=Match.PHRASE, negative=True)
    legs = await shown(house, [KeywordLeg(ref=campaign.ref, name=word.text, after=word)])
    place = legs["keyword"]["place"]
    assert (place["level"], place["id"]) == ("campaign", campaign.ref.native_id)
    assert (place["name"], place["is_new"]) == (campaign.name, False)
    assert legs["keyword"]["known_names"] == {}


async def test_a_deal_s_stages_are_told_by_name_and_unknown_ones_are_left_as_they_are(house: House) -> None:
    first, second = Stage(id="s1", name="New lead", position=0), Stage(id="s2", name="Qualified", position=1)
    now = house.services.clock.now()
    pipeline = Pipeline(
        platform=Platform.GOHIGHLEVEL,
        account_id="loc",
        native_id="p1",
        at=now,
        updated_at=now,
        read_at=now,
        name="Sales",
        stages=(first, second),
    )
    names = KnownNames(house.services, DEMO_TENANT)
    leg = StageLeg(
        ref=EntityRef(platform=pipeline.platform, account_id="loc", level=Level.OPPORTUNITY, native_id="o1"),
        name="Lumen",
        pipeline_id=pipeline.native_id,
        before=first.id,
        after=second.id,
    )
    assert await names.named_in(leg) == {}
    await house.services.stores.business.save(DEMO_TENANT, [pipeline])
    assert await names.named_in(leg) == {first.id: first.name, second.id: second.name}
    assert await names.named_in(leg.model_copy(update={"after": "gone"})) == {first.id: first.name}
