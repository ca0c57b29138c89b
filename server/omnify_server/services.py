"""The composition root: every door enters `open_services`, and nobody else picks a backend."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import httpx

from omnify_core.clock import SystemClock
from omnify_core.errors import Forbidden
from omnify_core.people import Actor, Role
from omnify_core.ports import Memory
from omnify_guardrails import MoneyPath
from omnify_guardrails.audit import AuditTrail
from omnify_guardrails.effects import ResponseEffects
from omnify_memory import (
    Documents,
    Embedder,
    OpenAIEmbedder,
    Stores,
    offline_embedder,
    open_edge_memory,
    open_mongo,
    open_redis_events,
    open_sqlite,
    stores_on,
)
from omnify_memory.word_meanings import word_meanings
from omnify_platforms import ConnectedPlatforms, Connecting, KeyRing
from omnify_platforms.pictures import FetchedPictures
from omnify_server.business_import import BusinessImport
from omnify_server.clocks import MarketClock
from omnify_server.connecting import open_connecting
from omnify_server.identity.factors import SecondFactors
from omnify_server.identity.sessions import Identity
from omnify_server.keys import Keys, load_keys
from omnify_server.learning import Learning
from omnify_server.outcomes import Outcomes
from omnify_server.outside import Notices
from omnify_server.remembering import Remembering
from omnify_server.sandbox_host import Sandbox, open_sandbox
from omnify_server.settings import Settings
from omnify_server.sync import Sync
from omnify_server.webhooks import Webhooks

if TYPE_CHECKING:  # the agents SDK takes seconds to import; who only approves must not pay for it
    from omnify_agents.limits import RunLimits
    from omnify_agents.providers import ChosenModel
    from omnify_agents.runtime import CopilotRuntime
    from omnify_tools.preferences import PreferenceBook


@dataclass(frozen=True)
class Services:
    """All that the doors use. The events wake the background loops."""

    settings: Settings
    keys: Keys
    clock: MarketClock
    http: httpx.AsyncClient
    stores: Stores
    memory: Memory
    platforms: ConnectedPlatforms
    connecting: Connecting
    sandbox: Sandbox | None
    sync: Sync
    business_import: BusinessImport
    webhooks: Webhooks
    learning: Learning
    remembering: Remembering
    money: MoneyPath
    factors: SecondFactors
    identity: Identity
    worker_wanted: asyncio.Event = field(default_factory=asyncio.Event)
    sync_wanted: asyncio.Event = field(default_factory=asyncio.Event)
    learn_wanted: asyncio.Event = field(default_factory=asyncio.Event)

    @cached_property
    def chosen(self) -> ChosenModel:
        """Which engine answers."""
        from omnify_agents.providers import ModelChoice, choose_model

        key = self.settings.openai_api_key
        return choose_model(
            ModelChoice(
                api_key=key.get_secret_value() if key else "",
                base_url=self.settings.model_base_url,
                model=self.settings.model,
                api=self.settings.model_api,
                fallback=self.settings.model_fallback,
                timeout_s=self.settings.model_timeout_s,
                prices=self.settings.model_prices,
            )
        )

    @cached_property
    def preferences(self) -> PreferenceBook:
        """How each person wants to be answered."""
        from omnify_tools.preferences import PreferenceBook

        return PreferenceBook(self.stores.preferences, self.stores.threads, self.clock)

    @cached_property
    def copilot(self) -> CopilotRuntime:
        """The run loop, one per process, made when it is first wanted."""
        from omnify_agents.runtime import CopilotDeps, CopilotRuntime

        return CopilotRuntime(
            threads=self.stores.threads,
            events=self.stores.events,
            deps=CopilotDeps(
                market=self.stores.market,
                money=self.money,
                change_sets=self.stores.change_sets,
                memory=self.memory,
                platforms=self.platforms,
                policies=self.stores.policies,
                timeline=self.stores.timeline,
                requests=self.stores.requests,
                business=self.stores.business,
                preferences=self.preferences,
                pictures=FetchedPictures(self.http, market=self.sandbox.url if self.sandbox else ""),
                people=self.stores.people,
                clock=self.clock,
                business_platforms=self.platforms,
                meaning=word_meanings(),
            ),
            chosen=self.chosen,
            limits=_limits(self.settings),
            clock=self.clock,
        )

    async def close(self) -> None:
        """Ends what runs, if anything ever ran here."""
        if "copilot" in vars(self):
            await self.copilot.close()

    async def refresh_clock(self) -> None:
        """Follows the sandbox's clock; the machine's own needs nothing."""
        if self.sandbox is not None:
            await self.clock.refresh(self.http, self.sandbox.url, self.sandbox.control_token)

    async def turn_switch(self, actor: Actor, *, stopped: bool) -> None:
        """Raises Forbidden: approvers may stop, only owners and admins may resume."""
        allowed = actor.role.may_approve if stopped else actor.role in {Role.OWNER, Role.ADMIN}
        if not allowed:
            raise Forbidden("approvers may stop applying; only an owner or admin may resume it")
        await self.money.turn_switch(actor, stopped=stopped)


@asynccontextmanager
async def open_services(
    settings: Settings, *, lasting: bool = False, market: tuple[Sandbox, httpx.AsyncClient] | None = None
) -> AsyncIterator[Services]:
    """Opens stores, platforms and agents as `settings` says. `lasting`: a server, not a passing command.

    `market`: a sandbox in this process with the client that reaches it, for runs that move its clock.

    Raises BadInput for settings that contradict each other, StoreBusy where an embedded store is taken.
    """
    settings.check()
    keys = load_keys(settings)
    async with AsyncExitStack() as stack:
        sandbox, http = market or (None, httpx.AsyncClient(timeout=30.0))
        await stack.enter_async_context(http)
        if sandbox is None and settings.platforms == "sandbox":
            sandbox = await stack.enter_async_context(open_sandbox(settings, lasting=lasting))
        stores = await _open_stores(settings, stack)
        clock = MarketClock()
        memory = await stack.enter_async_context(
            open_edge_memory(settings.data_dir / "vectors", _embedder(settings), clock)
        )
        services = _compose(settings, keys, clock, http=http, sandbox=sandbox, stores=stores, memory=memory)
        await services.refresh_clock()
        stack.push_async_callback(services.close)
        yield services


async def _open_stores(settings: Settings, stack: AsyncExitStack) -> Stores:
    documents: Documents
    if settings.mongo_url:
        documents = await stack.enter_async_context(
            open_mongo(settings.mongo_url.get_secret_value(), settings.mongo_database)
        )
    else:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        documents = await stack.enter_async_context(open_sqlite(settings.data_dir / "omnify.sqlite3"))
    stores = stores_on(documents)
    if settings.redis_url:
        events = await stack.enter_async_context(open_redis_events(settings.redis_url.get_secret_value()))
        stores = replace(stores, events=events)
    return stores


def _embedder(settings: Settings) -> Embedder:
    """OpenAI's embeddings only together with OpenAI's own models: a compatible server may have none."""
    if settings.openai_api_key is None or settings.model_base_url:
        return offline_embedder()
    from openai import AsyncOpenAI

    return OpenAIEmbedder(AsyncOpenAI(api_key=settings.openai_api_key.get_secret_value()))


def _learning(stores: Stores, clock: MarketClock) -> Learning:
    return Learning(
        stores.market,
        stores.models,
        stores.change_sets,
        clock,
        business=stores.business,
        people=stores.people,
    )


def _compose(
    settings: Settings,
    keys: Keys,
    clock: MarketClock,
    *,
    http: httpx.AsyncClient,
    sandbox: Sandbox | None,
    stores: Stores,
    memory: Memory,
) -> Services:
    platforms = ConnectedPlatforms(stores.connections, _keyring(keys), http, clock)
    business_import = BusinessImport(platforms, stores.business, clock)
    sync = _sync(settings, stores, platforms, clock, business_import)
    remembering = Remembering(memory, stores, clock)
    outcomes = Outcomes(sync, remembering.decided)
    money = MoneyPath(
        change_sets=stores.change_sets,
        ledger=stores.ledger,
        audit=stores.audit,
        policies=stores.policies,
        switches=stores.switches,
        verdicts=stores.verdicts,
        people=stores.people,
        delegations=stores.delegations,
        market=stores.market,
        platforms=platforms,
        business=platforms,
        clock=clock,
        effects=ResponseEffects(stores.market, stores.snapshots, clock),
        on_change=outcomes.changed,
    )
    factors = SecondFactors(stores.factors, stores.people, stores.tokens, SystemClock(), ring=keys.ring)
    life = timedelta(minutes=settings.session_minutes)
    services = Services(
        settings=settings,
        keys=keys,
        clock=clock,
        http=http,
        stores=stores,
        memory=memory,
        platforms=platforms,
        connecting=open_connecting(settings, platforms, stores, http, clock, sandbox),
        sandbox=sandbox,
        sync=sync,
        business_import=business_import,
        webhooks=_webhooks(keys, stores, platforms, clock),
        learning=_learning(stores, clock),
        remembering=remembering,
        money=money,
        factors=factors,
        identity=Identity(stores.people, stores.tokens, factors, clock, ring=keys.ring, life=life),
    )
    outcomes.tell(lambda tenant, thread, text: services.copilot.post_event(tenant, thread, text))
    return services


def _sync(
    settings: Settings,
    stores: Stores,
    platforms: ConnectedPlatforms,
    clock: MarketClock,
    business_import: BusinessImport,
) -> Sync:
    notices = Notices(stores.change_sets, stores.timeline, clock)
    return Sync(
        platforms,
        stores.market,
        clock,
        history_days=settings.history_days,
        notice=notices.notice,
        others=[business_import],
    )


def _webhooks(keys: Keys, stores: Stores, platforms: ConnectedPlatforms, clock: MarketClock) -> Webhooks:
    return Webhooks(
        platforms=platforms,
        store=stores.business,
        audit=AuditTrail(stores.audit, clock),
        clock=clock,
        ring=keys.ring,
        marked=asyncio.Event(),
    )


def _keyring(keys: Keys) -> KeyRing:
    """Keys are named by their hash, so that a rotated ring still finds the old ones."""
    by_id = {hashlib.sha256(b"omnify vault key" + key).hexdigest()[:12]: key for key in keys.ring}
    return KeyRing(by_id, next(iter(by_id)))


def _limits(settings: Settings) -> RunLimits:
    from omnify_agents.limits import RunLimits

    return RunLimits(
        max_turns=settings.run_max_turns,
        max_tool_calls=settings.run_max_tool_calls,
        max_tokens=settings.run_max_tokens,
        max_seconds=settings.run_max_seconds,
        max_cost_usd=settings.run_max_cost_usd,
    )
