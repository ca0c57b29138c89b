"""The parts of a run alone: figures in a reply, the conversation's items, the way into the log, prices."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest

from agents import Session
from omnify_agents.figures import unverified_figures
from omnify_agents.outcomes import outcome_of
from omnify_agents.providers import ModelChoice, choose_model
from omnify_agents.publishing import MOST_LINES, Publisher
from omnify_agents.session import ThreadSession, lean, paired, portable
from omnify_agents.wire import message_content
from omnify_core.errors import BadInput, StoreBusy
from omnify_core.ids import RunId, ThreadId
from omnify_tools.tables import ProposalCard
from tests.builders.copilot import OURS, a_client

SOURCE = '{"headline":"Spend 41,230.10 USD","rows":[{"ctr":0.03124,"spend":"1234.50 USD","conversions":812}]}'


@pytest.mark.parametrize(
    "reply",
    [
        "Spend was 41,230.10 USD with 812 conversions.",
        "Spend was about 41,230 USD.",
        "CTR is 3.1%, or 3.12 %.",
        "That is 41.2k in spend.",
        "1,234.50 on one campaign (meta:99887).",
        "Between 2026-11-24 and 2026-11-30, the last 7 days, at 14:05.",
        "I looked at 3 campaigns in 2026.",
        "No figures at all.",
    ],
)
def test_figures_that_stand_in_the_tools_are_fine(reply: str) -> None:
    assert unverified_figures(reply, [SOURCE]) == []


@pytest.mark.parametrize(
    ("reply", "flagged"),
    [
        ("Spend was 41,230.20 USD.", ["41,230.20"]),
        ("CTR is 3.4%.", ["3.4%"]),
        ("ROAS 3.41 with 99 conversions, 99 in all.", ["3.41", "99"]),
        ("About 42k in spend.", ["42k"]),
        ("Up 5%.", ["5%"]),
    ],
)
def test_figures_of_the_models_own_are_named(reply: str, flagged: list[str]) -> None:
    assert unverified_figures(reply, [SOURCE]) == flagged


def test_what_the_person_said_may_be_repeated() -> None:
    assert unverified_figures("You asked for 4,500 a day.", ["Put it on 4500 a day"]) == []


@pytest.mark.parametrize(
    ("reply", "status", "tools", "hint", "outcome"),
    [
        ("It waits for approval.", "proposed", 1, "", "proposed"),
        ("Policy says no.", "denied", 1, "", "refused"),
        ("Which one?", "", 0, "", "clarified"),
        ("Spend was 5. Anything else?", "", 1, "", "answered"),
        ("I may not.", "", 0, "refused", "refused"),
        ("A person must look at this.", "", 0, "escalated", "escalated"),
        ("Done.", "", 0, "made up", "answered"),
    ],
)
def test_outcomes(reply: str, status: str, tools: int, hint: str, outcome: str) -> None:
    assert outcome_of(reply, [_card(status)] if status else [], tool_calls=tools, hint=hint) == outcome


def _card(status: str) -> ProposalCard:
    return ProposalCard(
        change_set_id="cs", plan_hash="h", status=status, title="t", headline="h", legs=[], expires_at=""
    )


def test_items_lose_what_belongs_to_one_provider() -> None:
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": "Hello.", "annotations": []}],
    }
    assert portable(message) == {"role": "assistant", "content": "Hello."}
    call = {"id": "fc_1", "type": "function_call", "call_id": "c", "name": "recall", "arguments": "{}"}
    assert "id" not in portable(call)


def test_calls_without_answers_are_not_kept() -> None:
    call = {"type": "function_call", "call_id": "c1", "name": "recall", "arguments": "{}"}
    answer = {"type": "function_call_output", "call_id": "c2", "output": "{}"}
    question = {"role": "user", "content": "Hi"}
    assert paired([question, call, answer]) == [question]
    assert paired([call, {**answer, "call_id": "c1"}]) == [call, {**answer, "call_id": "c1"}]


def test_rows_of_older_tables_are_left_out_of_the_history() -> None:
    table = json.dumps({"kind": "table", "headline": "H", "rows": [{"a": "x" * 100}] * 50})
    items = [{"type": "function_call_output", "call_id": str(n), "output": table} for n in range(8)]
    outputs = [json.loads(item["output"]) for item in lean(items)]
    assert [len(output["rows"]) for output in outputs] == [0, 0, 50, 50, 50, 50, 50, 50]
    assert all(output["headline"] == "H" for output in outputs)


async def test_the_session_is_one_of_the_sdk_and_starts_at_a_question() -> None:
    async with a_client() as client:
        threads, thread = client.stores.threads, ThreadId("th_1")
        session = ThreadSession(threads, OURS, thread, most_items=3, most_chars=10_000)
        assert isinstance(session, Session)
        await session.add_items([{"role": "user", "content": "1"}, {"role": "assistant", "content": "2"}])
        await session.add_items([{"role": "user", "content": "3"}, {"type": "reasoning", "id": "rs_1"}])
        assert await threads.items(OURS, thread) == []
        await session.store()
        assert len(await threads.items(OURS, thread)) == 3
        await threads.add_items(OURS, thread, [{"role": "assistant", "content": "4"}])

        later = ThreadSession(threads, OURS, thread, most_items=3, most_chars=10_000)
        assert [item["content"] for item in await later.get_items()] == ["3", "4"]
        assert [item["content"] for item in await later.get_items(limit=1)] == ["4"]
        await later.add_items([{"role": "user", "content": "5"}])
        assert (await later.pop_item() or {})["content"] == "5"
        assert await later.pop_item() is None


class RecordingLog:
    """An event log that keeps batches, and refuses as often as told."""

    def __init__(self, refusals: int = 0) -> None:
        self.batches: list[list[str]] = []
        self.closed = False
        self.refusals = refusals
        self.written = asyncio.Event()

    async def append(self, run_id: RunId, data: Any) -> int:
        if self.refusals:
            self.refusals -= 1
            raise StoreBusy("busy")
        self.batches.append(list(data))
        self.written.set()
        return 0

    async def close(self, run_id: RunId) -> None:
        self.closed = True


async def test_lines_are_gathered_into_few_appends_and_keep_their_order() -> None:
    log = RecordingLog()
    publisher = Publisher(log, RunId("r"))  # type: ignore[arg-type]
    lines = [str(number) for number in range(MOST_LINES * 2 + 5)]
    for line in lines:
        publisher.put(line)
    await publisher.finish(["last"])
    assert [line for batch in log.batches for line in batch] == [*lines, "last"]
    assert len(log.batches) <= 3
    assert log.closed


async def test_a_line_does_not_wait_for_the_end_of_the_run() -> None:
    log = RecordingLog()
    publisher = Publisher(log, RunId("r"))  # type: ignore[arg-type]
    publisher.put("first")
    async with asyncio.timeout(5):
        await log.written.wait()
    await publisher.finish([])
    assert log.batches == [["first"]]


async def test_lines_that_could_not_be_written_are_written_later() -> None:
    log = RecordingLog(refusals=1)
    publisher = Publisher(log, RunId("r"))  # type: ignore[arg-type]
    for number in range(MOST_LINES):
        publisher.put(str(number))
    await asyncio.sleep(0)
    publisher.put("more")
    await publisher.finish(["last"])
    assert [line for batch in log.batches for line in batch] == [*map(str, range(MOST_LINES)), "more", "last"]


def test_half_a_character_does_not_break_the_stream() -> None:
    assert json.loads(message_content("m", "ok \ud83d"))["delta"].startswith("ok ")


async def test_prices_are_known_only_where_they_are_listed_or_given() -> None:
    openai = choose_model(ModelChoice(api_key="k", model="gpt-4.1-mini"))
    local = choose_model(ModelChoice(base_url="http://127.0.0.1:9/v1", model="gpt-4.1-mini"))
    given = choose_model(ModelChoice(base_url="http://127.0.0.1:9/v1", model="m", prices="1,2"))
    assert openai.prices is not None
    assert openai.prices.output == Decimal("1.60")
    assert local.prices is None
    assert given.prices == (Decimal(1), Decimal(2), Decimal(1))
    assert all(one.is_language_model for one in (openai, local, given))
    with pytest.raises(BadInput):
        choose_model(ModelChoice(api_key="k", prices="cheap"))
    for one in (openai, local, given):
        await one.close()


async def test_without_a_key_the_embedded_engine_answers_and_says_so() -> None:
    embedded = choose_model(ModelChoice())
    assert not embedded.is_language_model
    assert "not a language model" in embedded.note
    await embedded.close()


def test_nothing_is_uploaded_as_a_trace() -> None:
    from agents.tracing import get_trace_provider

    from omnify_agents.tracing import LogSink, keep_traces_here

    keep_traces_here()
    processors = get_trace_provider()._multi_processor._processors  # type: ignore[attr-defined]
    assert [type(one) for one in processors] == [LogSink]
