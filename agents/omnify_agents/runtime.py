"""The run loop: starts, stops, settles and recovers runs. A run belongs to no connection."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from agents.run_config import ToolExecutionConfig

from agents import Agent, ModelSettings, RunConfig
from omnify_agents import wire
from omnify_agents.bounds import BoundedModel
from omnify_agents.claims import Claims
from omnify_agents.graph import build_graph
from omnify_agents.limits import RunLimits
from omnify_agents.outcomes import FAILED
from omnify_agents.providers import ChosenModel
from omnify_agents.publishing import Publisher
from omnify_agents.run import CUT_OFF, Run, Setting, closing_lines
from omnify_agents.session import ThreadSession
from omnify_agents.tracing import keep_traces_here
from omnify_core.business_ports import BusinessPlatforms, BusinessStore
from omnify_core.clock import Clock
from omnify_core.conversations import RunRecord, RunStatus, Thread
from omnify_core.errors import AlreadyRunning, BadInput, Conflict, NotFound
from omnify_core.ids import RunId, TenantId, ThreadId, new_id
from omnify_core.people import Actor, Tenant
from omnify_core.pictures import Pictures
from omnify_core.platform_ports import Platforms
from omnify_core.ports import (
    ChangeSetStore,
    EventLog,
    MarketStore,
    Memory,
    PeopleStore,
    PolicyStore,
    RequestStore,
    ThreadStore,
    TimelineStore,
)
from omnify_tools.context import Copilot, Proposals, RunRecorder
from omnify_tools.preferences import PreferenceBook, in_words
from omnify_tools.untrusted import one_line

LOST = "The server restarted while this answer was under way. Proposals made before stay in the inbox."
__all__ = ["CopilotDeps", "CopilotRuntime", "RunLimits"]
_REMEMBERED_RUNS = 512
_MOST_THREADS = 1_000
_TOOLS_AT_ONCE = 4
_log = logging.getLogger("omnify.runs")


@dataclass(frozen=True, slots=True)
class CopilotDeps:
    """The ports behind every run. `clock` is the market's, which a sandbox may advance."""

    people: PeopleStore
    market: MarketStore
    money: Proposals
    change_sets: ChangeSetStore
    memory: Memory
    platforms: Platforms
    policies: PolicyStore
    timeline: TimelineStore
    requests: RequestStore
    business: BusinessStore
    preferences: PreferenceBook
    pictures: Pictures
    clock: Clock
    meaning: Callable[[Sequence[str]], Any] | None = None
    business_platforms: BusinessPlatforms | None = None


class CopilotRuntime:
    """One per process. Every run is a task of ours that writes to the event log."""

    def __init__(
        self,
        threads: ThreadStore,
        events: EventLog,
        deps: CopilotDeps,
        chosen: ChosenModel,
        limits: RunLimits,
        clock: Clock,
        *,
        tracing: bool = False,
    ) -> None:
        keep_traces_here()
        self._threads = threads
        self._events = events
        self._deps = deps
        self._limits = limits
        self._clock = clock
        self._claims = Claims(threads, clock, lease_s=limits.lease_s)
        self._graph = build_graph(BoundedModel(chosen.model, limits))
        self._setting = Setting(chosen, limits, _config(chosen.settings, tracing=tracing), clock)
        self._live: dict[RunId, Run] = {}
        self._ended: OrderedDict[RunId, RunRecord] = OrderedDict()
        self._heart: asyncio.Task[None] | None = None

    async def start(self, actor: Actor, thread_id: ThreadId, text: str) -> RunId:
        """Raises BadInput, NotFound, AlreadyRunning."""
        question = self._checked(text)
        run_id = RunId(new_id("run"))
        tenant = await self._deps.people.tenant(actor.tenant_id)
        thread = await self._taken(actor, thread_id, run_id, question)
        record = RunRecord(
            id=run_id,
            tenant_id=actor.tenant_id,
            thread_id=thread_id,
            user_id=actor.user_id,
            utterance=question,
            status=RunStatus.RUNNING,
            model=self._setting.chosen.name,
            started_at=self._clock.now(),
        )
        await self._threads.save_run(record)
        wishes = in_words(await self._deps.preferences.wishes(actor))
        run = self._run(actor, tenant, record, held=thread, wishes=wishes)
        run.publisher.put(wire.run_started(thread_id, run_id))
        self._live[run_id] = run
        agent = self._graph.starting_at(thread.current_agent)
        run.task = asyncio.create_task(self._drive(run, agent), name=run_id)
        if self._heart is None or self._heart.done():
            self._heart = asyncio.create_task(self._beat())
        return run_id

    async def stop(self, actor: Actor, run_id: RunId) -> None:
        """Asks the run to end now; its end comes through the log. Nothing where it has ended already."""
        record = await self._threads.run(actor.tenant_id, run_id)
        if record.user_id != actor.user_id:
            raise NotFound(f"there is no run {run_id!r}; list them to see the ids")
        if run := self._live.get(run_id):
            run.interrupt()
        elif record.status is RunStatus.RUNNING:
            thread = await self._threads.get(actor.tenant_id, record.thread_id)
            if not self._claims.is_expired(thread):
                raise Conflict("another process is answering; it can be stopped there, or ends by itself")
            await self._bury(thread)

    async def wait(self, run_id: RunId) -> RunRecord:
        """The record of a run of this process, once it has ended."""
        if (run := self._live.get(run_id)) and run.task:
            await asyncio.shield(run.task)
        if run_id not in self._ended:
            raise NotFound(f"run {run_id!r} did not run in this process lately; read its record instead")
        return self._ended[run_id]

    async def recover(self, *, alone: bool = True) -> int:
        """Closes runs that a dead process left open. `alone`: no other process runs on these stores."""
        closed = 0
        for tenant in await self._deps.people.tenants():
            for user in await self._deps.people.users(tenant.id):
                for thread in await self._threads.of_user(tenant.id, user.id, limit=_MOST_THREADS):
                    stranded = thread.running and thread.running not in self._live
                    if stranded and (alone or self._claims.is_expired(thread)):
                        await self._bury(thread)
                        closed += 1
        return closed

    async def close(self) -> None:
        """Ends what is under way, each with a word to its person, and waits for it."""
        runs = list(self._live.values())
        for run in runs:
            run.interrupt(CUT_OFF)
        tasks = [run.task for run in runs if run.task]
        if tasks:
            await asyncio.wait(tasks)
        if self._heart is not None:
            self._heart.cancel()
        await self._setting.chosen.close()

    async def post_event(self, tenant: TenantId, thread_id: ThreadId, text: str) -> None:
        """Tells the conversation what happened outside it, such as the outcome of a change set."""
        item = {"role": "assistant", "content": f"[event] {one_line(text, length=600)}"}
        await self._threads.add_items(tenant, thread_id, [item])

    async def _drive(self, run: Run, agent: Agent[Copilot]) -> None:
        try:
            await run.answer(agent)
            await self._threads.save_run(run.record)
            await run.publisher.finish(run.last_lines())
            await self._claims.give_back(run.held, agent=self._last_speaker(run.record))
        except Exception as error:  # noqa: BLE001 - the edge of the task: the lease runs out and frees the thread
            _log.error("run %s could not be settled", run.record.id, exc_info=error)
        finally:
            self._remember(run.record)
            del self._live[run.record.id]

    def _last_speaker(self, record: RunRecord | None) -> str:
        return self._graph.starting_at(record.route[-1]).name if record and record.route else ""

    async def _beat(self) -> None:
        """Keeps the conversations of live runs taken while this process lives; one task for all of them."""
        while self._live:
            await asyncio.sleep(self._limits.lease_s / 3)
            for run in list(self._live.values()):
                with suppress(Conflict):
                    run.held = await self._claims.renew(run.held)

    async def _taken(self, actor: Actor, thread_id: ThreadId, run_id: RunId, question: str) -> Thread:
        try:
            return await self._claims.take(actor, thread_id, run_id, question=question)
        except AlreadyRunning:
            thread = await self._threads.get(actor.tenant_id, thread_id)
            if thread.running in self._live or not self._claims.is_expired(thread):
                raise
            await self._bury(thread)
            return await self._claims.take(actor, thread_id, run_id, question=question)

    async def _bury(self, thread: Thread) -> None:
        """Settles a run whose process died: its record, its log, its hold on the conversation."""
        record = await self._claims.holder(thread)
        if record is not None:
            record = await self._failed(record) if record.status is RunStatus.RUNNING else record
            await self._close_log(record)
        await self._claims.give_back(thread, agent=self._last_speaker(record))

    async def _failed(self, record: RunRecord) -> RunRecord:
        changes = {
            "status": RunStatus.FAILED,
            "outcome": FAILED,
            "error": LOST,
            "ended_at": self._clock.now(),
        }
        failed = record.model_copy(update=changes)
        await self._threads.save_run(failed)
        _log.warning("run %s was left open by a dead process and is closed", record.id)
        return failed

    async def _close_log(self, record: RunRecord) -> None:
        if await self._events.is_closed(record.id):
            return
        begun = bool(await self._events.read(record.id))
        first = [] if begun else [wire.run_started(record.thread_id, record.id)]
        await self._events.append(record.id, [*first, *closing_lines(record, "interrupted")])
        await self._events.close(record.id)

    def _run(self, actor: Actor, tenant: Tenant, record: RunRecord, *, held: Thread, wishes: str) -> Run:
        deps = self._deps
        acting = actor.model_copy(update={"thread_id": record.thread_id, "run_id": record.id})
        copilot = Copilot(
            actor=acting,
            tenant=tenant,
            clock=deps.clock,
            market=deps.market,
            money=deps.money,
            change_sets=deps.change_sets,
            memory=deps.memory,
            platforms=deps.platforms,
            policies=deps.policies,
            timeline=deps.timeline,
            requests=deps.requests,
            business=deps.business,
            preferences=deps.preferences,
            pictures=deps.pictures,
            business_platforms=deps.business_platforms,
            question=record.utterance,
            wishes=wishes,
            meaning=deps.meaning,
            record=RunRecorder(max_tool_calls=self._limits.max_tool_calls),
        )
        session = ThreadSession(
            self._threads,
            actor.tenant_id,
            record.thread_id,
            most_items=self._limits.history_items,
            most_chars=self._limits.history_chars,
        )
        publisher = Publisher(self._events, record.id)
        return Run(self._setting, record, copilot, session=session, publisher=publisher, held=held)

    def _checked(self, text: str) -> str:
        question = text.strip()
        if not question:
            raise BadInput("the message is empty; write what you want to know or change")
        if len(question) > self._limits.max_question_chars:
            raise BadInput(
                f"the message is longer than {self._limits.max_question_chars} characters; shorten it"
            )
        return question

    def _remember(self, record: RunRecord) -> None:
        self._ended[record.id] = record
        while len(self._ended) > _REMEMBERED_RUNS:
            self._ended.popitem(last=False)


def _config(settings: ModelSettings | None, *, tracing: bool) -> RunConfig:
    return RunConfig(
        model_settings=settings,
        tracing_disabled=not tracing,
        trace_include_sensitive_data=False,
        workflow_name="OmniFy copilot",
        tool_not_found_behavior="return_error_to_model",
        tool_name_collision_policy="error",
        tool_execution=ToolExecutionConfig(max_function_tool_concurrency=_TOOLS_AT_ONCE),
    )
