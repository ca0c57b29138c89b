"""A client with campaigns and history on in-memory stores, a money path, and a copilot on any model."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from agents.tool_context import ToolContext

from agents import Agent, FunctionTool, Model
from omnify_agents.limits import RunLimits
from omnify_agents.providers import ChosenModel
from omnify_agents.runtime import CopilotDeps, CopilotRuntime
from omnify_core.campaigns import (
    AdAccount,
    Campaign,
    Creative,
    DailyMetrics,
    EntityRef,
    Level,
    Platform,
    Status,
)
from omnify_core.clock import FixedClock
from omnify_core.conversations import RunRecord, Thread
from omnify_core.errors import BadInput, NotFound
from omnify_core.ids import EntityId, RunId, TenantId, ThreadId, UserId
from omnify_core.memories import MemoryItem, Recalled
from omnify_core.money import Money
from omnify_core.people import Actor, Role, Tenant
from omnify_core.policy import MoneyPolicy
from omnify_core.ports import SyncState
from omnify_guardrails import MoneyPath
from omnify_memory import Stores, open_sqlite, stores_on
from omnify_tools.context import Copilot
from omnify_tools.preferences import PreferenceBook
from tests.builders.money import (
    OURS,
    PEOPLE,
    FakeAds,
    FakePlatforms,
    World,
    a_policy,
    actor,
    money_path_on,
    settle_in,
)

NOON = datetime(2026, 12, 1, 17, tzinfo=UTC)  # noon in New York
TODAY = NOON.date()
TENANT = Tenant(id=OURS, name="TechFlow", base_currency="USD", time_zone="America/New_York")


def usd(amount: str | int) -> Money:
    return Money.parse(str(amount), "USD")


class FakePictures:
    """Pictures by address; what is not here is refused as the rule would."""

    def __init__(self) -> None:
        self.at: dict[str, bytes] = {}

    async def picture(self, address: str) -> bytes:
        if address not in self.at:
            raise BadInput("pictures are only fetched from the platforms' own hosts")
        return self.at[address]


class FakeMemory:
    """Remembers in a list; recalls what shares a word."""

    def __init__(self) -> None:
        self.items: list[MemoryItem] = []

    async def remember(self, item: MemoryItem) -> None:
        self.items = [one for one in self.items if one.id != item.id] + [item]

    async def recall(self, tenant: TenantId, query: str, *, limit: int = 5) -> list[Recalled]:
        words = set(query.casefold().split())
        hits = [item for item in await self.all(tenant) if words & set(item.text.casefold().split())]
        return [Recalled(item=item, score=1.0) for item in hits[:limit]]

    async def all(self, tenant: TenantId, *, limit: int = 100, past: bool = False) -> list[MemoryItem]:
        return [item for item in self.items if item.tenant_id == tenant and (past or item.is_current(NOON))][
            :limit
        ]

    async def get(self, tenant: TenantId, item_id: str) -> MemoryItem:
        found = next((one for one in self.items if (one.tenant_id, one.id) == (tenant, item_id)), None)
        if found is None:
            raise NotFound(f"there is no memory {item_id!r}")
        return found

    async def forget(self, tenant: TenantId, item_id: str) -> None:
        self.items.remove(await self.get(tenant, item_id))

    async def forget_all(self, tenant: TenantId) -> int:
        count, self.items = len(self.items), []
        return count


@dataclass
class Client:
    """Everything that a tool may reach, and ways to fill it."""

    clock: FixedClock
    world: World
    stores: Stores
    money: MoneyPath
    platforms: FakePlatforms
    memory: FakeMemory = field(default_factory=FakeMemory)
    pictures: FakePictures = field(default_factory=FakePictures)

    def copilot(self, who: str = "analyst", **changes: Any) -> Copilot:
        parts: dict[str, Any] = {
            "actor": actor(who),
            "tenant": TENANT,
            "clock": self.clock,
            "market": self.stores.market,
            "money": self.money,
            "change_sets": self.stores.change_sets,
            "memory": self.memory,
            "platforms": self.platforms,
            "policies": self.stores.policies,
            "timeline": self.stores.timeline,
            "requests": self.stores.requests,
            "business": self.stores.business,
            "pictures": self.pictures,
            "preferences": PreferenceBook(self.stores.preferences, self.stores.threads, self.clock),
            "question": "As asked.",
        }
        return Copilot(**{**parts, **changes})

    async def has(self, *rows: DailyMetrics) -> None:
        await self.stores.market.save_metrics(OURS, rows)

    async def campaign(
        self,
        native_id: str,
        name: str,
        *,
        platform: Platform = Platform.META,
        budget: str | None = "100",
        status: Status = Status.ENABLED,
        shared: str = "",
        currency: str = "USD",
    ) -> EntityId:
        """On its platform and imported."""
        money = None if budget is None else Money.parse(budget, currency)
        entity = self.world.campaign(
            native_id, money, platform=platform, status=status, shared=shared, name=name
        )
        held = self.world.held[entity]
        imported = Campaign(
            ref=held.ref,
            name=name,
            status=status,
            daily_budget=money,
            budget_key=held.budget_key,
            currency=currency,
            read_at=self.clock.now(),
        )
        await self.stores.market.save_campaigns(OURS, [imported])
        return entity

    async def synced(self, *, minutes_ago: int = 5, platforms: Sequence[Platform] = (Platform.META,)) -> None:
        at = self.clock.now() - timedelta(minutes=minutes_ago)
        for platform in platforms:
            await self.stores.market.save_sync(OURS, SyncState(platform=platform, synced_at=at))

    async def call(
        self, tool: FunctionTool, *, who: str = "analyst", copilot: Copilot | None = None, **arguments: Any
    ) -> Any:
        """As the SDK calls it; the JSON that the model sees."""
        return json.loads(await self.call_raw(tool, json.dumps(arguments), who=who, copilot=copilot))

    async def call_raw(
        self, tool: FunctionTool, arguments: str, *, who: str = "analyst", copilot: Copilot | None = None
    ) -> str:
        context: ToolContext[Copilot] = ToolContext(
            context=copilot or self.copilot(who),
            tool_name=tool.name,
            tool_call_id="call_1",
            tool_arguments=arguments,
            agent=Agent(name="VOICE"),
        )
        return str(await tool.on_invoke_tool(context, arguments))


@asynccontextmanager
async def a_client(policy: MoneyPolicy | None = None) -> AsyncIterator[Client]:
    clock = FixedClock(NOON)
    world = World(clock)
    platforms = FakePlatforms(FakeAds(world, Platform.GOOGLE), FakeAds(world, Platform.META))
    async with open_sqlite(None) as documents:
        stores = stores_on(documents)
        await settle_in(stores, policy or a_policy())
        yield Client(clock, world, stores, money_path_on(stores, platforms, clock), platforms)


def days(
    entity: EntityId,
    number: int,
    *,
    spend: str = "100.00",
    impressions: int = 10_000,
    clicks: int = 200,
    conversions: float = 10.0,
    revenue: str = "300.00",
    until_days_ago: int = 1,
    level: Level = Level.CAMPAIGN,
    campaign: EntityId | None = None,
    currency: str = "USD",
) -> list[DailyMetrics]:
    """The same figures on each of `number` days, the last one `until_days_ago`."""
    last = TODAY - timedelta(days=until_days_ago)
    return [
        DailyMetrics(
            entity_id=entity,
            campaign_id=campaign or entity,
            platform=Platform(entity.partition(":")[0]),
            level=level,
            day=last - timedelta(days=back),
            impressions=impressions,
            clicks=clicks,
            spend=Money.parse(spend, currency),
            conversions=conversions,
            revenue=Money.parse(revenue, currency),
        )
        for back in range(number)
    ]


def creative(native_id: str, campaign: EntityId, name: str, **changes: Any) -> Creative:
    platform = Platform(campaign.partition(":")[0])
    ref = EntityRef(platform=platform, account_id="act_9", level=Level.AD, native_id=native_id)
    parts: dict[str, Any] = {
        "ref": ref,
        "campaign_id": campaign,
        "ad_group_id": EntityId(f"{platform.value}:g{native_id}"),
        "name": name,
        "status": Status.ENABLED,
        "read_at": NOON,
    }
    return Creative(**{**parts, **changes})


def account(platform: Platform = Platform.META, currency: str = "USD") -> AdAccount:
    return AdAccount(
        platform=platform, account_id="act_9", name="Main", currency=currency, time_zone=TENANT.time_zone
    )


@dataclass
class House:
    """A client and the copilot that talks with them."""

    client: Client
    runtime: CopilotRuntime

    async def thread(self, thread_id: str = "th_1", who: str = "analyst") -> ThreadId:
        person = PEOPLE[who]
        thread = Thread(
            id=ThreadId(thread_id),
            tenant_id=OURS,
            user_id=person.id,
            title="",
            created_at=NOON,
            updated_at=NOON,
        )
        await self.client.stores.threads.add(thread)
        return thread.id

    async def ask(self, thread: ThreadId, text: str, who: str = "analyst") -> RunRecord:
        return await self.runtime.wait(await self.runtime.start(actor(who), thread, text))

    async def events(self, run_id: RunId) -> list[dict[str, Any]]:
        return [json.loads(event.data) for event in await self.client.stores.events.read(run_id)]

    async def stored(self, thread: ThreadId) -> Thread:
        return await self.client.stores.threads.get(OURS, thread)


def chosen(model: Model, **changes: Any) -> ChosenModel:
    parts: dict[str, Any] = {"model": model, "name": "scripted", "is_language_model": False, "note": ""}
    return ChosenModel(**{**parts, **changes})


def runtime_on(client: Client, model: Model | ChosenModel, **limits: Any) -> CopilotRuntime:
    deps = CopilotDeps(
        people=client.stores.people,
        market=client.stores.market,
        money=client.money,
        change_sets=client.stores.change_sets,
        memory=client.memory,
        platforms=client.platforms,
        policies=client.stores.policies,
        timeline=client.stores.timeline,
        requests=client.stores.requests,
        business=client.stores.business,
        pictures=client.pictures,
        preferences=PreferenceBook(client.stores.preferences, client.stores.threads, client.clock),
        clock=client.clock,
    )
    return CopilotRuntime(
        client.stores.threads,
        client.stores.events,
        deps,
        model if isinstance(model, ChosenModel) else chosen(model),
        RunLimits(**limits),
        client.clock,
    )


@asynccontextmanager
async def a_house(model: Model | ChosenModel, **limits: Any) -> AsyncIterator[House]:
    async with a_client() as client:
        runtime = runtime_on(client, model, **limits)
        yield House(client, runtime)
        await runtime.close()


def a_person(who: str = "analyst") -> Actor:
    return actor(who)


__all__ = ["NOON", "OURS", "Client", "House", "Role", "UserId", "a_client", "a_house", "actor", "days", "usd"]
