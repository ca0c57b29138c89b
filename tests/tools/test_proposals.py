"""Proposals: computed from what the platform says now, one change set each, nothing carried out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from omnify_core.campaigns import Platform, Status
from omnify_core.change_sets import ChangeSetStatus
from omnify_core.ids import ChangeSetId, EntityId
from omnify_core.money import Money
from omnify_tools.budgets import (
    propose_budget_move,
    propose_daily_budget,
    propose_status,
    propose_undo,
)
from tests.builders.copilot import OURS, Client, a_client, actor
from tests.builders.money import a_policy


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with a_client() as opened:
        yield opened


async def test_a_new_daily_budget_waits_for_a_person(client: Client) -> None:
    await client.campaign("1", "Spring", budget="100")
    card = await client.call(propose_daily_budget, campaign_id="meta:1", amount="120.00")
    assert (card["kind"], card["status"]) == ("proposal", "proposed")
    (leg,) = card["legs"]
    assert (leg["before"], leg["after"], leg["delta"]) == ("100.00 USD", "120.00 USD", "20.00 USD")
    assert "nothing has changed yet" in card["headline"]
    stored = await client.stores.change_sets.get(OURS, ChangeSetId(card["change_set_id"]))
    assert (stored.plan_hash, stored.proposed_by_agent) == (card["plan_hash"], "VOICE")
    assert client.world.requests == []


@pytest.mark.parametrize(
    ("amount", "becomes"),
    [
        ("120", "120.00 USD"),
        ("$1,20.5", "120.50 USD"),
        ("120.00 USD", "120.00 USD"),
        ("+20%", "120.00 USD"),
        ("-15 %", "85.00 USD"),
        ("+12.345%", "112.34 USD"),
        ("+25.50", "125.50 USD"),
        ("-25.50", "74.50 USD"),
    ],
)
async def test_amounts_may_be_absolute_or_a_change(client: Client, amount: str, becomes: str) -> None:
    await client.campaign("1", "Spring", budget="100")
    card = await client.call(propose_daily_budget, campaign_id="meta:1", amount=amount)
    assert card["legs"][0]["after"] == becomes


async def test_a_change_starts_from_the_budget_that_is_set_now(
    client: Client,
) -> None:
    campaign = await client.campaign("1", "Spring", budget="100")
    client.world.set_budget(campaign, Money.parse("200", "USD"))
    card = await client.call(propose_daily_budget, campaign_id="meta:1", amount="+10%")
    assert (card["legs"][0]["before"], card["legs"][0]["after"]) == ("200.00 USD", "220.00 USD")


@pytest.mark.parametrize(
    ("amount", "says_what"),
    [
        ("0", "amount must be above 0"),
        ("-100%", "would leave nothing"),
        ("-100.00", "would leave nothing"),
        ("20%", "say the direction"),
        ("+lots%", "is not a percentage"),
        ("+nan%", "is not a percentage"),
        ("plenty", "is not a number"),
        ("1.005", "finer than USD allows"),
        ("inf", "not a finite number"),
    ],
)
async def test_amounts_that_mean_nothing_are_explained(client: Client, amount: str, says_what: str) -> None:
    await client.campaign("1", "Spring", budget="100")
    error = await client.call(propose_daily_budget, campaign_id="meta:1", amount=amount)
    assert error["kind"] == "error"
    assert says_what in error["message"]
    assert await client.stores.change_sets.of_tenant(OURS) == []


async def test_a_move_is_one_change_set_with_two_legs(client: Client) -> None:
    await client.campaign("1", "Worst", budget="300")
    await client.campaign("2", "Best", platform=Platform.GOOGLE, budget="250")
    card = await client.call(
        propose_budget_move, from_campaign_id="meta:1", to_campaign_id="google:2", amount="100"
    )
    assert [(leg["entity_id"], leg["before"], leg["after"], leg["delta"]) for leg in card["legs"]] == [
        ("meta:1", "300.00 USD", "200.00 USD", "-100.00 USD"),
        ("google:2", "250.00 USD", "350.00 USD", "100.00 USD"),
    ]
    assert len(await client.stores.change_sets.of_tenant(OURS)) == 1
    assert card["title"] == "Move 100.00 USD a day from Worst (meta:1) to Best (google:2)"


async def test_moves_that_cannot_work_are_explained(client: Client) -> None:
    await client.campaign("1", "Small", budget="50")
    await client.campaign("2", "One", shared="budget/9", budget="100")
    await client.campaign("3", "Two", shared="budget/9", budget="100")
    await client.campaign("4", "Marke", platform=Platform.GOOGLE, budget="100", currency="EUR")
    await client.campaign("5", "Groups only", budget=None)

    async def move(giver: str, taker: str, amount: str = "50") -> str:
        error: dict[str, Any] = await client.call(
            propose_budget_move, from_campaign_id=giver, to_campaign_id=taker, amount=amount
        )
        return str(error["message"])

    assert "has 50.00 USD a day; less than that can be moved" in await move("meta:1", "meta:2")
    assert "one shared budget" in await move("meta:2", "meta:3")
    assert "counts in USD, google:4 in EUR" in await move("meta:1", "google:4")
    assert "both names mean meta:1" in await move("meta:1", "Small")
    assert "sits on its ad groups" in await move("meta:5", "meta:1")
    assert await client.stores.change_sets.of_tenant(OURS) == []


async def test_a_shared_budget_is_warned_of(client: Client) -> None:
    await client.campaign("2", "One", shared="budget/9", budget="100")
    await client.campaign("3", "Two", shared="budget/9", budget="100")
    card = await client.call(propose_daily_budget, campaign_id="meta:2", amount="110")
    assert any("shared by 2 campaigns" in warning for warning in card["warnings"])


async def test_pausing_and_enabling(client: Client) -> None:
    await client.campaign("1", "Spring")
    await client.campaign("2", "Gone", status=Status.REMOVED)
    card = await client.call(propose_status, campaign_id="Spring", status="paused")
    assert (card["legs"][0]["before"], card["legs"][0]["after"]) == ("enabled", "paused")
    assert card["title"] == "Pause Spring (meta:1)"
    wrong = await client.call(propose_status, campaign_id="Spring", status="removed")
    assert "never removed from here" in wrong["message"]
    assert (await client.call(propose_status, campaign_id="meta:2", status="enabled"))[
        "code"
    ] == "unsupported"


async def test_a_denied_proposal_says_why_and_what_would_pass() -> None:
    policy = a_policy(daily_cap_total=Money.parse("150", "USD"))
    async with a_client(policy) as client:
        await client.campaign("1", "Spring", budget="100")
        card = await client.call(propose_daily_budget, campaign_id="meta:1", amount="400")
    assert card["status"] == "denied"
    assert card["denials"]
    assert "nothing was changed" in card["headline"]


async def test_undo_takes_back_the_latest_applied_change(client: Client) -> None:
    campaign = await client.campaign("1", "Spring", budget="100")
    assert (await client.call(propose_undo))["code"] == "not_found"
    await _applied(client, "120")
    await _applied(client, "150")
    card = await client.call(propose_undo)
    assert (card["legs"][0]["before"], card["legs"][0]["after"]) == ("150.00 USD", "120.00 USD")
    assert client.world.budget(campaign) == Money.parse("150", "USD")


async def test_what_was_taken_back_is_not_taken_back_twice(client: Client) -> None:
    await client.campaign("1", "Spring", budget="100")
    first = await _applied(client, "120")
    second = await client.call(propose_undo)
    await _decide(client, second)
    stored = await client.stores.change_sets.get(OURS, ChangeSetId(second["change_set_id"]))
    assert (stored.status, stored.undoes) == (ChangeSetStatus.DONE, first["change_set_id"])
    assert (await client.call(propose_undo))["code"] == "not_found"


async def test_campaigns_are_found_by_id_or_a_name_that_fits_one(client: Client) -> None:
    await client.campaign("1", "Brand | Exact | US")
    await client.campaign("2", "Brand | Exact | US")
    await client.campaign("3", "Brand | Broad", platform=Platform.GOOGLE)

    async def found(name: str) -> str:
        answer = await client.call(propose_status, campaign_id=name, status="paused")
        return str(answer["legs"][0]["entity_id"] if answer["kind"] == "proposal" else answer["message"])

    assert await found("google:3") == "google:3"
    assert await found("3") == "google:3"
    assert await found("«brand | BROAD»") == "google:3"
    assert await found("broad brand") == "google:3"
    ambiguous = await found("brand exact")
    assert "fits 2 campaigns: meta:1 «Brand | Exact | US»; meta:2" in ambiguous
    assert "no campaign is called «Summer»" in await found("Summer")
    assert "name the campaign" in await found("  ")


async def test_a_platform_that_is_not_connected_is_named(client: Client) -> None:
    await client.campaign("1", "Spring", budget="100")
    del client.platforms.adapters[Platform.META]
    error = await client.call(propose_daily_budget, campaign_id="meta:1", amount="+10%")
    assert "Meta Ads is not connected" in error["message"]


async def _applied(client: Client, amount: str) -> dict[str, Any]:
    card: dict[str, Any] = await client.call(propose_daily_budget, campaign_id="meta:1", amount=amount)
    await _decide(client, card)
    return card


async def _decide(client: Client, card: dict[str, Any]) -> None:
    """A person approves, a worker applies, past every read-back window."""
    from datetime import timedelta

    await client.money.approve(
        actor("owner"), ChangeSetId(card["change_set_id"]), plan_hash=card["plan_hash"], via="api"
    )
    for _ in range(60):
        await client.money.apply_due("worker")
        client.clock.move_to(client.clock.now() + timedelta(seconds=3))
    found = await client.stores.market.campaigns(OURS)
    budgets = [
        campaign.model_copy(update={"daily_budget": client.world.budget(EntityId(campaign.id))})
        for campaign in found
    ]
    await client.stores.market.save_campaigns(OURS, budgets)
