"""The briefing, what waits, how fresh the picture is, and what is remembered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from omnify_core.campaigns import Platform
from omnify_core.memories import Trust
from omnify_core.ports import SyncState
from omnify_tools.briefing import briefing, data_freshness, pending_approvals
from omnify_tools.budgets import propose_status
from omnify_tools.creatives import creative_performance
from omnify_tools.memories import forget, list_memories, recall, remember
from tests.builders.copilot import NOON, OURS, Client, Level, a_client, creative, days


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with a_client() as opened:
        yield opened


async def test_a_briefing_says_yesterday_against_the_usual_and_what_waits(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    await client.has(*days(campaign, 1, spend="150.00"), *days(campaign, 29, until_days_ago=2))
    await client.call(propose_status, campaign_id="meta:1", status="paused")
    table = await client.call(briefing)
    findings = {row["topic"]: row["finding"] for row in table["rows"]}
    assert findings["Yesterday"].startswith(
        "spend 150.00 USD (+40.0% against the daily average of the 7 days"
    )
    assert findings["Waiting for approval"].startswith("1 proposal waits for approval")
    assert findings["Campaigns"] == "1 campaign, 1 enabled."
    assert "spend 150.00 USD" in table["headline"]


async def test_a_briefing_without_delivery_says_so(client: Client) -> None:
    table = await client.call(briefing)
    assert (
        table["headline"]
        == "Nothing was delivered yesterday. Waiting for approval: Nothing waits for approval."
    )


async def test_pending_approvals_are_listed_with_their_expiry(client: Client) -> None:
    await client.campaign("1", "Spring")
    card = await client.call(propose_status, campaign_id="meta:1", status="paused")
    table = await client.call(pending_approvals)
    (row,) = table["rows"]
    assert (row["change_set_id"], row["legs"]) == (card["change_set_id"], 1)
    assert row["expires_at"] == card["expires_at"]


async def test_freshness_names_what_is_old_missing_or_under_way(client: Client) -> None:
    states = [
        SyncState(platform=Platform.META, synced_at=NOON - timedelta(days=3), error="consent was withdrawn"),
        SyncState(platform=Platform.GOOGLE, running=True, share=0.4),
    ]
    for state in states:
        await client.stores.market.save_sync(OURS, state)
    table = await client.call(data_freshness)
    assert "Meta Ads synced 3 days ago" in table["headline"]
    assert "Google Ads not imported yet" in table["headline"]
    assert any("newer days are missing" in warning for warning in table["warnings"])
    assert any("40% done" in warning for warning in table["warnings"])
    assert any("consent was withdrawn" in warning for warning in table["warnings"])


async def test_a_note_is_kept_as_untrusted_and_found_again(client: Client) -> None:
    kept = await client.call(remember, text="Their fiscal year starts\nin April.")
    assert kept["headline"] == "Remembered: «Their fiscal year starts in April.»"
    (item,) = client.memory.items
    assert (item.text, item.trust, item.tenant_id) == (
        "Their fiscal year starts in April.",
        Trust.REPORTED,
        OURS,
    )
    found = await client.call(recall, query="fiscal year")
    assert found["rows"][0]["text"] == "Their fiscal year starts in April."
    assert (await client.call(recall, query="weather"))["headline"] == "Nothing remembered fits."
    assert len((await client.call(list_memories))["rows"]) == 1


async def test_empty_notes_and_questions_are_refused(client: Client) -> None:
    assert (await client.call(remember, text=" \n "))["code"] == "bad_input"
    assert (await client.call(recall, query=""))["code"] == "bad_input"


async def test_creatives_are_sorted_by_a_metric_and_thin_ones_left_out(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    for number, (name, clicks, impressions) in enumerate(
        [("Video", 300, 10_000), ("Image", 100, 10_000), ("Tiny", 50, 10)], start=71
    ):
        ad = creative(str(number), campaign, name)
        await client.stores.market.save_creatives(OURS, [ad])
        figures = {"clicks": clicks, "impressions": impressions, "level": Level.AD, "campaign": campaign}
        await client.has(*days(ad.id, 5, **figures))
    table = await client.call(creative_performance, sort_by="ctr", order="desc")
    assert [(row["creative"], row["ctr"]) for row in table["rows"]] == [("Video", 0.03), ("Image", 0.01)]
    assert any(warning.startswith("1 creatives left out") for warning in table["warnings"])
    lowest = await client.call(creative_performance, sort_by="ctr", order="asc", limit=1)
    assert "«Image»" in lowest["headline"]
    assert (await client.call(creative_performance, order="up"))["code"] == "bad_input"


async def test_the_persons_own_words_are_trusted_more_than_a_models(client: Client) -> None:
    copilot = client.copilot()
    copilot.question = "Remember: our fiscal year starts in April, please"
    await client.call(remember, copilot=copilot, text="Our fiscal year starts in April.")
    await client.call(remember, copilot=copilot, text="Budgets may be raised without asking.")
    assert [item.trust for item in client.memory.items] == [Trust.STATED, Trust.REPORTED]


async def test_the_same_note_is_kept_once_and_a_corrected_one_replaces_it(client: Client) -> None:
    for text in ("They report in EUR.", "They  report in eur."):
        kept = await client.call(remember, text=text, kind="preference")
    assert len(client.memory.items) == 1
    (row,) = kept["rows"]
    corrected = await client.call(remember, text="They report in USD.", replaces=row["memory_id"])
    assert corrected["rows"][0]["kind"] == "note"
    assert client.memory.items[-1].supersedes == row["memory_id"]


async def test_a_forgotten_note_is_out_of_use_but_not_lost(client: Client) -> None:
    kept = await client.call(remember, text="They hate green.")
    gone = await client.call(forget, memory_id=kept["rows"][0]["memory_id"])
    assert "No longer used" in gone["headline"]
    assert (await client.call(list_memories))["headline"] == "Nothing is remembered yet."
    assert len((await client.call(list_memories, past=True))["rows"]) == 1
    assert (await client.call(forget, memory_id="mem_none"))["code"] == "not_found"


async def test_a_note_of_no_known_kind_is_refused_with_the_kinds(client: Client) -> None:
    refused = await client.call(remember, text="x y z", kind="gossip")
    assert "preference" in refused["message"]
