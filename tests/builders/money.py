"""A tenant with a money path on real in-memory stores, over two fake platforms that can misbehave."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSet
from omnify_core.clock import Clock, FixedClock
from omnify_core.ids import ChangeSetId, EntityId, UserId
from omnify_core.people import Actor, Role, Tenant, User
from omnify_core.policy import MoneyPolicy
from omnify_guardrails import MoneyPath, Wanted, WantedBudget, WorstCaseOnly
from omnify_memory import Stores, open_sqlite, stores_on
from tests.builders.ad_world import (
    NOON,
    OURS,
    FakeAds,
    FakePlatforms,
    Trouble,
    World,
    Write,
    usd,
)

__all__ = [
    "NOON",
    "OURS",
    "PEOPLE",
    "FakeAds",
    "FakePlatforms",
    "MoneyHouse",
    "Trouble",
    "World",
    "Write",
    "a_policy",
    "actor",
    "money_house",
    "money_path_on",
    "settle_in",
    "usd",
]


def a_policy(**changes: Any) -> MoneyPolicy:
    """Wide unless a test narrows it."""
    policy = MoneyPolicy(
        tenant_id=OURS,
        base_currency="USD",
        daily_cap_total=usd(10_000),
        max_step_share=Decimal("0.50"),
        max_day_share=Decimal("1.00"),
    )
    return policy.model_copy(update=changes)


PEOPLE = {
    "owner": User(
        id=UserId("u_owner"), tenant_id=OURS, email="o@x", name="Owner", role=Role.OWNER, created_at=NOON
    ),
    "admin": User(
        id=UserId("u_admin"), tenant_id=OURS, email="a@x", name="Admin", role=Role.ADMIN, created_at=NOON
    ),
    "manager": User(
        id=UserId("u_manager"),
        tenant_id=OURS,
        email="m@x",
        name="Manager",
        role=Role.MANAGER,
        approve_limit=usd(50),
        created_at=NOON,
    ),
    "analyst": User(
        id=UserId("u_analyst"),
        tenant_id=OURS,
        email="n@x",
        name="Analyst",
        role=Role.ANALYST,
        created_at=NOON,
    ),
    "viewer": User(
        id=UserId("u_viewer"), tenant_id=OURS, email="v@x", name="Viewer", role=Role.VIEWER, created_at=NOON
    ),
}


def actor(who: str, *, agent: str = "") -> Actor:
    person = PEOPLE[who]
    return Actor(
        tenant_id=person.tenant_id, user_id=person.id, name=person.name, role=person.role, agent=agent
    )


@dataclass
class MoneyHouse:
    """The money path of one tenant, and everything that a test may turn."""

    clock: FixedClock
    world: World
    google: FakeAds
    meta: FakeAds
    stores: Stores
    money: MoneyPath
    news: list[ChangeSet]

    async def propose(self, *wanted: Wanted, by: str = "analyst") -> ChangeSet:
        await self.import_market()
        return await self.money.propose(actor(by), wanted, title="", reason="A test wants it.")

    async def raise_to(self, entity: EntityId, amount: str | int, *, by: str = "analyst") -> ChangeSet:
        return await self.propose(WantedBudget(entity_id=entity, amount=usd(amount)), by=by)

    async def approve(self, change_set: ChangeSet, *, by: str = "owner") -> ChangeSet:
        return await self.money.approve(actor(by), change_set.id, plan_hash=change_set.plan_hash, via="api")

    async def approved(self, entity: EntityId, amount: str | int) -> ChangeSet:
        return await self.approve(await self.raise_to(entity, amount))

    async def stored(self, change_set: ChangeSet) -> ChangeSet:
        return await self.stores.change_sets.get(OURS, ChangeSetId(change_set.id))

    async def work(self, *, rounds: int = 1, every_s: float = 0, holder: str = "worker") -> None:
        for _ in range(rounds):
            await self.money.apply_due(holder)
            self.clock.move_to(self.clock.now() + timedelta(seconds=every_s))

    async def until_settled(self, change_set: ChangeSet) -> ChangeSet:
        """Works on while the clock runs, past every read-back window."""
        await self.work(rounds=60, every_s=3)
        return await self.stored(change_set)

    async def import_market(self) -> None:
        for adapter in (self.google, self.meta):
            (account,) = await adapter.accounts()
            await self.stores.market.save_campaigns(OURS, [one async for one in adapter.campaigns(account)])

    def pass_time(self, **delta: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(**delta))


@asynccontextmanager
async def money_house(policy: MoneyPolicy | None = None) -> AsyncIterator[MoneyHouse]:
    clock = FixedClock(NOON)
    world = World(clock)
    google, meta = FakeAds(world, Platform.GOOGLE), FakeAds(world, Platform.META)
    news: list[ChangeSet] = []
    async with open_sqlite(None) as documents:
        stores = stores_on(documents)
        await settle_in(stores, policy or a_policy())

        async def listen(change_set: ChangeSet) -> None:
            news.append(change_set)

        money = money_path_on(stores, FakePlatforms(google, meta), clock, on_change=listen)
        yield MoneyHouse(clock, world, google, meta, stores, money, news)


async def settle_in(stores: Stores, policy: MoneyPolicy) -> None:
    await stores.people.add_tenant(
        Tenant(id=OURS, name="TechFlow", base_currency="USD", time_zone="America/New_York")
    )
    for person in PEOPLE.values():
        await stores.people.add_user(person)
    await stores.policies.save(policy)


def money_path_on(stores: Any, platforms: Any, clock: Clock, **options: Any) -> MoneyPath:
    return MoneyPath(
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
        clock=clock,
        effects=WorstCaseOnly(),
        **options,
    )
