"""A card can be computed again from what was stored with it, bit for bit; a pause says what it removes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from omnify_core.campaigns import AdAccount, Platform, Status
from omnify_core.change_sets import ChangeSet, Effect
from omnify_core.clock import FixedClock
from omnify_core.errors import BadInput, NotFound
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_guardrails import ResponseEffects, WantedBudget, WantedStatus
from omnify_guardrails.replaying import packed, replay
from omnify_memory import Stores, open_sqlite, stores_on
from tests.builders.money import (
    NOON,
    OURS,
    FakeAds,
    FakePlatforms,
    World,
    a_policy,
    actor,
    money_path_on,
    settle_in,
    usd,
)
from tests.builders.stores import day_of_figures


@pytest.fixture
async def stores() -> AsyncIterator[Stores]:
    async with open_sqlite(None) as documents:
        yield stores_on(documents)


async def proposed(stores: Stores, wanted: WantedBudget | WantedStatus, **policy: Any) -> ChangeSet:
    """On an account with 60 days of history of two campaigns, one three times the other."""
    clock = FixedClock(NOON)
    world = World(clock)
    meta = FakeAds(world, Platform.META)
    await settle_in(stores, a_policy(**policy))
    for number, spend in (("1", 30), ("2", 90)):
        world.campaign(number, "100")
        rows = [
            day_of_figures(
                NOON.date() - timedelta(days=back),
                f"meta:{number}",
                spend=Money(spend * 100 + back * 7, "USD"),
                revenue=Money(spend * 300 + back * 11, "USD"),
                conversions=spend / 10,
            )
            for back in range(1, 61)
        ]
        await stores.market.save_metrics(OURS, rows)
    (account,) = await meta.accounts()
    await stores.market.save_accounts(OURS, [AdAccount(**account.model_dump())])
    await stores.market.save_campaigns(OURS, [one async for one in meta.campaigns(account)])
    money = money_path_on(stores, FakePlatforms(meta), clock)
    money._proposals._effects = ResponseEffects(stores.market, stores.snapshots, clock)
    return await money.propose(actor("analyst"), [wanted], title="", reason="")


RAISE = WantedBudget(entity_id=EntityId("meta:1"), amount=usd(130))


async def test_the_same_card_comes_out_again_even_after_the_history_has_changed(stores: Stores) -> None:
    card = await proposed(stores, RAISE)
    late = day_of_figures(NOON.date() - timedelta(days=3), "meta:1", conversions=99.0)
    await stores.market.save_metrics(OURS, [late])
    again = await replay(stores.snapshots, card)
    assert (again.same, again.same_code, again.differences) == (True, True, ())
    assert again.effect == card.effect
    assert again.effect.value is not None, "the model ran"


async def test_what_differs_is_named(stores: Stores) -> None:
    card = await proposed(stores, RAISE)
    assert card.effect is not None
    other = card.effect.model_copy(update={"worst_case": usd(1)})
    again = await replay(stores.snapshots, card.model_copy(update={"effect": other}))
    assert not again.same
    assert [line.partition(":")[0] for line in again.differences] == ["worst_case"]


async def test_inputs_that_were_tampered_with_or_are_gone_are_refused(stores: Stores) -> None:
    card = await proposed(stores, RAISE)
    assert card.effect is not None
    assert card.effect.inputs is not None
    text, _ = packed([day_of_figures(NOON.date(), "meta:1")])
    await stores.snapshots.keep(OURS, card.effect.inputs.snapshot, text)
    with pytest.raises(BadInput, match="not those"):
        await replay(stores.snapshots, card)
    gone = card.effect.inputs.model_copy(update={"snapshot": "0" * 64})
    lost = card.model_copy(update={"effect": card.effect.model_copy(update={"inputs": gone})})
    with pytest.raises(NotFound):
        await replay(stores.snapshots, lost)
    with pytest.raises(BadInput, match="no computed effect"):
        await replay(stores.snapshots, card.model_copy(update={"effect": None}))


async def test_a_pause_says_which_share_of_delivery_it_removes(stores: Stores) -> None:
    card = await proposed(stores, WantedStatus(entity_id=EntityId("meta:2"), status=Status.PAUSED))
    effect = card.effect
    assert isinstance(effect, Effect)
    assert "This pause removes 74." in effect.readings[0], effect.readings[0]
    assert "75.0% of conversions" in effect.readings[0]
    raised = await replay(stores.snapshots, card)
    assert raised.same


@pytest.mark.parametrize(("asked", "kept"), [(0, 7), (21, 21)])
async def test_the_card_keeps_how_long_a_platform_learns(stores: Stores, asked: int, kept: int) -> None:
    """The policy's days, and a week where its own rule is off."""
    wanted = WantedBudget(entity_id=EntityId("meta:1"), amount=usd(120))
    effect = (await proposed(stores, wanted, learning_days=asked)).effect
    assert effect is not None
    assert effect.inputs is not None
    assert effect.inputs.learning_days == kept
