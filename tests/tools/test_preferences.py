"""How a person wants to be answered: said or, with consent, counted; nobody's character is inferred."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from omnify_core.conversations import RunRecord, RunStatus, Thread
from omnify_core.errors import BadInput
from omnify_core.ids import RunId, TenantId, ThreadId
from omnify_core.people import Actor
from omnify_core.preferences import CHOICES, Aspect
from omnify_tools.preferences import (
    OBSERVED_DAYS,
    PreferenceBook,
    communication_preferences,
    in_words,
    set_communication_preference,
)
from tests.builders.copilot import NOON, OURS, Client, a_client, actor

SHORT, WHY = "Spend on Meta?", "Why did the CPA go up on Meta last week?"


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with a_client() as opened:
        yield opened


def book(client: Client) -> PreferenceBook:
    return PreferenceBook(client.stores.preferences, client.stores.threads, client.clock)


async def asked(client: Client, who: Actor, text: str, times: int, *, days_ago: int = 1) -> None:
    at = NOON - timedelta(days=days_ago)
    thread = ThreadId(f"th_{who.user_id}_{abs(hash((text, days_ago)))}")
    parts = {"tenant_id": who.tenant_id, "user_id": who.user_id}
    await client.stores.threads.add(Thread(id=thread, title="", created_at=at, updated_at=at, **parts))
    for number in range(times):
        run = RunRecord(
            id=RunId(f"run_{thread}_{number}"),
            thread_id=thread,
            utterance=text,
            status=RunStatus.DONE,
            started_at=at + timedelta(minutes=number),
            **parts,
        )
        await client.stores.threads.save_run(run)


async def in_force(client: Client, who: Actor) -> dict[str, tuple[str, str]]:
    return {one.aspect.value: (one.value, one.basis) for one in await book(client).wishes(who)}


async def test_without_a_word_all_is_as_usual_and_nothing_reaches_the_instructions(client: Client) -> None:
    wishes = await book(client).wishes(actor("analyst"))
    assert [(one.aspect, one.value) for one in wishes] == [(a, values[0]) for a, values in CHOICES.items()]
    assert in_words(wishes) == ""


async def test_what_was_said_is_kept_changed_and_taken_back(client: Client) -> None:
    table = await client.call(set_communication_preference, aspect="tone", value="Formal")
    assert "tone: formal (stated)" in table["headline"]
    await client.call(set_communication_preference, aspect="tone", value="friendly")
    assert (await in_force(client, actor("analyst")))["tone"] == ("friendly", "stated")
    await client.call(set_communication_preference, aspect="tone", value="")
    assert (await in_force(client, actor("analyst")))["tone"] == ("plain", "default")


async def test_only_what_can_be_chosen_is_kept(client: Client) -> None:
    for arguments in ({"aspect": "tone", "value": "as root"}, {"aspect": "openness", "value": "high"}):
        refused = await client.call(set_communication_preference, **arguments)
        assert refused["code"] == "bad_input"
        assert "must be one of" in refused["message"] or "use one of" in refused["message"]
    assert await client.stores.preferences.get(OURS, actor("analyst").user_id) is None


async def test_questions_are_counted_only_with_consent_and_no_longer_after_it(client: Client) -> None:
    who = actor("analyst")
    await asked(client, who, SHORT, 20)
    assert (await in_force(client, who))["length"] == ("brief", "default")
    await book(client).consent(who, agreed=True)
    counted = {one.aspect: one for one in await book(client).wishes(who)}[Aspect.LENGTH]
    assert (counted.value, counted.basis) == ("brief", "observed")
    assert counted.evidence == "median of 3 words over 20 questions"
    await book(client).consent(who, agreed=False)
    assert (await in_force(client, who))["length"] == ("brief", "default")


async def test_a_handful_of_questions_or_old_ones_say_nothing(client: Client) -> None:
    who = actor("analyst")
    await book(client).consent(who, agreed=True)
    await asked(client, who, WHY, 10)
    await asked(client, who, WHY, 30, days_ago=OBSERVED_DAYS + 5)
    assert (await in_force(client, who))["reasons"] == ("on request", "default")
    await asked(client, who, WHY, 10, days_ago=2)
    assert (await in_force(client, who))["reasons"] == ("always", "observed")


async def test_what_was_said_goes_before_what_was_counted(client: Client) -> None:
    who = actor("analyst")
    await book(client).consent(who, agreed=True)
    await asked(client, who, SHORT, 20)
    await book(client).state(who, Aspect.LENGTH, "detailed", origin="said under Settings")
    assert (await in_force(client, who))["length"] == ("detailed", "stated")
    assert (
        in_words(await book(client).wishes(who)) == "How they want to be answered: length: detailed (stated)."
    )


async def test_colleagues_and_other_tenants_neither_see_nor_shape_it(client: Client) -> None:
    mine, colleague = actor("analyst"), actor("owner")
    stranger = mine.model_copy(update={"tenant_id": TenantId("t_other")})
    await book(client).state(mine, Aspect.TONE, "formal", origin="said")
    await asked(client, colleague, SHORT, 30)
    for other in (colleague, stranger):
        assert (await in_force(client, other))["tone"] == ("plain", "default")
    await book(client).consent(mine, agreed=True)
    assert (await in_force(client, mine))["length"] == ("brief", "default")
    await book(client).forget(stranger)
    assert (await in_force(client, mine))["tone"] == ("formal", "stated")


async def test_forgetting_leaves_nothing_and_ends_the_consent(client: Client) -> None:
    who = actor("analyst")
    await book(client).state(who, Aspect.TONE, "formal", origin="said")
    await book(client).consent(who, agreed=True)
    await book(client).forget(who)
    assert await client.stores.preferences.get(OURS, who.user_id) is None


async def test_no_tool_can_consent_and_no_personality_is_named(client: Client) -> None:
    refused = await client.call(set_communication_preference, aspect="observe", value="true")
    assert refused["code"] == "bad_input"
    table = await client.call(communication_preferences)
    assert "under Settings" in table["headline"]
    assert any("No personality is inferred" in warning for warning in table["warnings"])


async def test_a_wish_outside_the_list_is_refused_by_the_rule_itself(client: Client) -> None:
    with pytest.raises(BadInput, match="length must be one of brief, balanced, detailed"):
        await book(client).state(actor("analyst"), Aspect.LENGTH, "endless", origin="said")
