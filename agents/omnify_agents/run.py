"""One run: a question, what the agents make of it, and how it ends."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from agents import Agent, RunConfig, Runner, RunResultStreaming, TResponseInputItem
from omnify_agents import wire
from omnify_agents.accounting import Accounts
from omnify_agents.failures import Told, told
from omnify_agents.figures import doubt_of, unverified_figures
from omnify_agents.limits import RunLimits
from omnify_agents.outcomes import FAILED, PROPOSED, outcome_of
from omnify_agents.providers import ChosenModel
from omnify_agents.publishing import Publisher
from omnify_agents.session import ThreadSession
from omnify_agents.translation import Translator
from omnify_core.clock import Clock
from omnify_core.conversations import RunRecord, RunStatus, Thread
from omnify_core.errors import ModelUnavailable, OmnifyError
from omnify_guardrails.neutral import neutral
from omnify_tools.context import Copilot

STOPPED = "stopped"
CUT_OFF = ModelUnavailable("the server is stopping, so this answer was cut off; ask again")
_SETTLE_S = 2.0
_log = logging.getLogger("omnify.runs")


@dataclass(frozen=True, slots=True)
class Setting:
    """What all runs of a process share."""

    chosen: ChosenModel
    limits: RunLimits
    config: RunConfig
    clock: Clock


class Run:
    """Lives in its own task; readers follow its log, nobody's connection drives it."""

    def __init__(
        self,
        setting: Setting,
        record: RunRecord,
        copilot: Copilot,
        *,
        session: ThreadSession,
        publisher: Publisher,
        held: Thread,
    ) -> None:
        self._setting = setting
        self._copilot = copilot
        self._session = session
        self.publisher = publisher
        self._accounts = Accounts(setting.limits, setting.chosen.prices)
        self._translator = Translator(publisher.put, record.id, copilot.record)
        self._result: RunResultStreaming | None = None
        self._is_ending = False
        self._interruption: OmnifyError = CUT_OFF
        self._is_stopped = False
        self._conversing: asyncio.Task[Any] | None = None
        self._failure: Told | None = None
        self.record = record
        self.held = held
        self.task: asyncio.Task[None] | None = None

    def interrupt(self, reason: OmnifyError | None = None) -> None:
        """Ends it now, once: stopped by its person, or failed for a reason of ours."""
        if self._is_ending:
            return
        self._is_ending = True
        self._is_stopped = reason is None
        self._interruption = reason or self._interruption
        if self._conversing is not None:
            self._conversing.cancel()

    async def answer(self, agent: Agent[Copilot]) -> None:
        """Runs to the end whatever happens; `record` then says how it went."""
        error = await self._converse(agent)
        await self._let_tools_end()
        self._translator.finish()
        self.record = self._ended(error)
        try:
            await self._store_items()
        except Exception as failure:  # noqa: BLE001 - the edge of the run: it must end in any case
            _log.error("items of %s were not stored", self.record.id, exc_info=failure)

    async def _store_items(self) -> None:
        said = [item.to_input_item() for item in self._result.new_items] if self._result else []
        note = _note(self.record)
        noted = [{"role": "assistant", "content": note}] if note else []
        await self._session.add_items([_asked(self.record.utterance), *said, *noted])
        await self._session.store()

    def last_lines(self) -> list[str]:
        """What closes the log, after everything that was said."""
        record = self.record
        lines = _doubts(record) if record.unverified_figures else []
        return [*lines, *closing_lines(record, self._failure.code if self._failure else "")]

    async def _converse(self, agent: Agent[Copilot]) -> BaseException | None:
        if self._is_ending:
            return self._interruption
        self._conversing = asyncio.current_task()
        try:
            async with asyncio.timeout(self._setting.limits.max_seconds):
                self._result = Runner.run_streamed(
                    agent,
                    [*await self._session.get_items(), _asked(self.record.utterance)],
                    context=self._copilot,
                    max_turns=self._setting.limits.max_turns,
                    hooks=self._accounts,
                    run_config=self._setting.config,
                )
                async for event in self._result.stream_events():
                    self._translator.take(event)
        except asyncio.CancelledError:
            return self._interruption
        except Exception as error:  # noqa: BLE001 - the outermost edge of a run: told to the person below
            return error
        finally:
            # From here on the run settles itself; a second stop must not cut that short.
            self._conversing = None
            self._is_ending = True
        return None

    async def _let_tools_end(self) -> None:
        """A proposal under way is finished and told, so that the inbox holds nothing unheard of."""
        loop = self._result.run_loop_task if self._result else None
        waiting = {task for task in (loop, *self._copilot.record.under_way) if task and not task.done()}
        if waiting:
            await asyncio.wait(waiting, timeout=_SETTLE_S)

    def _ended(self, error: BaseException | None) -> RunRecord:
        record, translator = self._copilot.record, self._translator
        reply = self._reply()
        status, outcome = self._status(error, reply)
        doubtful = tuple(self._unverified(reply)) if status is RunStatus.DONE else ()
        self._failure = None if status is not RunStatus.FAILED else self._told(error)
        return self.record.model_copy(
            update={
                "status": status,
                "outcome": outcome,
                "reply": "\n\n".join(part for part in (reply, doubt_of(doubtful)) if part),
                "route": tuple(translator.route),
                "tool_calls": tuple(record.tool_calls),
                "change_set_ids": tuple(card.change_set_id for card in record.cards),
                "unverified_figures": doubtful,
                "usage": self._accounts.usage(tool_calls=len(record.tool_calls)),
                "ended_at": self._setting.clock.now(),
                "error": self._failure.message if self._failure else "",
            }
        )

    def _reply(self) -> str:
        final = self._result.final_output if self._result else None
        said = final if isinstance(final, str) and final else self._translator.text
        return neutral(said)

    def _status(self, error: BaseException | None, reply: str) -> tuple[RunStatus, str]:
        record, translator = self._copilot.record, self._translator
        if error is None:
            outcome = outcome_of(
                reply,
                record.cards,
                tool_calls=len(record.tool_calls),
                refused=translator.refused,
                hint=translator.hint,
            )
            return RunStatus.DONE, outcome
        if self._is_stopped:
            return RunStatus.CANCELLED, PROPOSED if record.cards else STOPPED
        return RunStatus.FAILED, FAILED

    def _told(self, error: BaseException | None) -> Told:
        assert error is not None, "only a failed run is told"
        known = told(error)
        if known is None:
            _log.error("run %s failed", self.record.id, exc_info=error)
            return Told(
                "internal",
                f"Something failed inside; ask again, and quote {self.record.id} if it lasts.",
            )
        return known

    def _unverified(self, reply: str) -> list[str]:
        if not self._setting.chosen.is_language_model:
            return []
        sources = [self.record.utterance, *self._copilot.record.outputs, *self._session.earlier_outputs]
        return unverified_figures(reply, sources)


def _doubts(record: RunRecord) -> list[str]:
    """Said as a message of its own: what was streamed before cannot be taken back."""
    message = f"{record.id}-doubt"
    return [
        wire.custom("unverified_figures", {"figures": list(record.unverified_figures)}),
        wire.message_started(message, ""),
        wire.message_content(message, doubt_of(record.unverified_figures)),
        wire.message_ended(message),
    ]


def closing_lines(record: RunRecord, code: str) -> list[str]:
    """The outcome and the event that ends the run."""
    lines = [wire.custom("outcome", {"outcome": record.outcome})]
    if record.status is RunStatus.FAILED:
        return [*lines, wire.run_error(record.error, code)]
    cancelled = record.status is RunStatus.CANCELLED
    return [*lines, wire.run_finished(record.thread_id, record.id, cancelled=cancelled)]


def _asked(question: str) -> TResponseInputItem:
    return {"role": "user", "content": question}


def _note(record: RunRecord) -> str:
    """What the next turn must know of a run that did not come to its own end, or said what nobody gave."""
    if record.status is RunStatus.CANCELLED:
        return "[event] The person stopped this answer."
    if record.status is RunStatus.FAILED:
        return f"[event] This answer failed: {record.error}"
    return f"[event] {doubt_of(record.unverified_figures)}" if record.unverified_figures else ""
