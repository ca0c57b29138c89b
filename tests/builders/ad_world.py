"""Two fake ad platforms over one small world; every call can be made to go wrong."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any, NamedTuple

from omnify_core.campaigns import (
    AdAccount,
    AdGroup,
    Campaign,
    EntityRef,
    EntityState,
    Level,
    Platform,
    Status,
)
from omnify_core.clock import Clock
from omnify_core.errors import (
    OutcomeUnknown,
    PlatformNotFound,
    PlatformRejected,
    PlatformUnavailable,
)
from omnify_core.ids import EntityId, TenantId
from omnify_core.legs import AnyLeg, BudgetLeg, CreationLeg, FieldLeg, StatusLeg, Value, object_key
from omnify_core.money import Money
from omnify_core.platform_ports import Action, Capabilities, Health, Look
from omnify_core.reads import PlainReads

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
OURS = TenantId("t1")
ACCOUNTS = {Platform.GOOGLE: "555", Platform.META: "act_9"}
OVERDELIVERY = {Platform.GOOGLE: "2", Platform.META: "1.25"}


def usd(amount: str | int) -> Money:
    return Money.parse(str(amount), "USD")


class Trouble(Enum):
    """What goes wrong with one call."""

    NONE = "none"
    LOST_REQUEST = "never arrives, no answer"
    LOST_REPLY = "carried out, no answer"
    LATE = "carried out later, no answer"
    LYING_SUCCESS = "says yes and does nothing"
    REFUSED = "says no"
    UNAVAILABLE = "busy, not carried out"
    BROKEN = "carried out, then our own code breaks"


class Write(NamedTuple):
    """One effective write in a platform's own log. `origin` is 'api' or 'ui'; requests count from 1."""

    at: datetime
    entity: EntityId
    field: str
    before: Value | None
    after: Value | None
    origin: str
    request: int = 0


@dataclass
class Held:
    """A campaign as its platform holds it; the budget lives on the budget object."""

    ref: EntityRef
    name: str
    status: Status
    budget_key: str


@dataclass
class World:
    """What the platforms really hold, and the log of what really changed."""

    clock: Clock
    held: dict[EntityId, Held] = field(default_factory=dict)
    budgets: dict[str, Money] = field(default_factory=dict)
    groups: list[AdGroup] = field(default_factory=list)
    log: list[Write] = field(default_factory=list)
    requests: list[AnyLeg] = field(default_factory=list)
    fields: dict[tuple[str, str], Value] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    def campaign(
        self,
        native_id: str,
        budget: str | Money | None,
        *,
        platform: Platform = Platform.META,
        status: Status = Status.ENABLED,
        shared: str = "",
        name: str = "",
    ) -> EntityId:
        ref = EntityRef(
            platform=platform, account_id=ACCOUNTS[platform], level=Level.CAMPAIGN, native_id=native_id
        )
        key = shared or f"campaign/{native_id}"
        self.held[ref.id] = Held(ref, name or f"Campaign {native_id}", status, key)
        if budget is not None:
            self.budgets[key] = budget if isinstance(budget, Money) else usd(budget)
        return ref.id

    def budget(self, entity: EntityId) -> Money | None:
        return self.budgets.get(self.held[entity].budget_key)

    def daily_total(self, platform: Platform | None = None) -> int:
        """Minor units that may be spent a day, shared budgets once."""
        live = {
            one.budget_key
            for one in self.held.values()
            if one.status is Status.ENABLED and platform in (None, one.ref.platform)
        }
        return sum(self.budgets[key].minor for key in live if key in self.budgets)

    def set_budget(self, entity: EntityId, amount: Money, *, request: int = 0) -> None:
        before = self.budgets[self.held[entity].budget_key]
        if before != amount:
            self.budgets[self.held[entity].budget_key] = amount
            self._note(entity, "daily_budget", before, amount, request)

    def set_status(self, entity: EntityId, status: Status, *, request: int = 0) -> None:
        before = self.held[entity].status
        if before is not status:
            self.held[entity].status = status
            self._note(entity, "status", before, status, request)

    def carry_out(self, leg: AnyLeg, request: int) -> None:
        if isinstance(leg, BudgetLeg):
            self.set_budget(leg.ref.id, leg.after, request=request)
        elif isinstance(leg, StatusLeg):
            self.set_status(leg.ref.id, leg.after, request=request)
        else:
            self.set_field(leg, request=request)

    @property
    def made(self) -> frozenset[str]:
        """Native ids of what was created."""
        return frozenset(self.numbers.values())

    def set_field(self, leg: FieldLeg, *, request: int = 0) -> None:
        """Settings, creations and removals alike: what stands under the leg's object from now on."""
        key = object_key(leg)
        before = self.fields.get((key, leg.kind))
        # A request that arrives twice is one; a second request creates a second thing.
        again = any(write.request == request for write in self.log) if request else False
        if again or (before == leg.after and not isinstance(leg, CreationLeg)):
            return
        if leg.after is None:
            del self.fields[key, leg.kind], self.numbers[key]
        else:
            self.fields[key, leg.kind] = leg.after
        if before is None and isinstance(leg, CreationLeg):
            self.numbers[key] = str(9000 + len(self.numbers))
        self._note(leg.ref.id, leg.kind, before, leg.after, request)

    def _note(
        self, entity: EntityId, what: str, before: Value | None, after: Value | None, request: int
    ) -> None:
        origin = "api" if request else "ui"
        self.log.append(Write(self.clock.now(), entity, what, before, after, origin, request))

    @property
    def api_writes(self) -> list[Write]:
        return [write for write in self.log if write.origin == "api"]


class FakeAds(PlainReads):
    """An `AdPlatform` over the world. `write_troubles` and `read_troubles` are used up one by one."""

    def __init__(self, world: World, platform: Platform) -> None:
        self.world = world
        self.platform = platform
        self.write_troubles: deque[Trouble] = deque()
        self.read_troubles: deque[Trouble] = deque()
        self.late: list[AnyLeg] = []
        self.keys: list[str] = []
        self.before_write: Callable[[], None] = lambda: None
        self.reads = 0
        self.is_down = False
        self.refuses_dry_run = ""
        self.capabilities = Capabilities(
            budget_levels=(Level.CAMPAIGN,),
            can_dry_run=True,
            has_reach=platform is Platform.META,
            overdelivery=OVERDELIVERY[platform],
            actions=tuple(Action),
        )

    async def accounts(self) -> list[AdAccount]:
        return [
            AdAccount(
                platform=self.platform,
                account_id=ACCOUNTS[self.platform],
                name="Main",
                currency="USD",
                time_zone="America/New_York",
            )
        ]

    async def campaigns(self, account: AdAccount) -> AsyncIterator[Campaign]:
        await self.listing()
        for one in [one for one in self.world.held.values() if one.ref.platform is self.platform]:
            budget = self.world.budgets.get(one.budget_key)
            yield Campaign(
                ref=one.ref,
                name=one.name,
                status=one.status,
                daily_budget=budget,
                budget_key=one.budget_key,
                currency=budget.currency if budget else "USD",
                read_at=self.world.clock.now(),
            )

    async def ad_groups(self, account: AdAccount) -> AsyncIterator[AdGroup]:
        for group in self.world.groups:
            if group.ref.platform is self.platform:
                yield group

    async def listing(self) -> None:
        """A chance for a simulation to make it slow or fail."""

    async def read(self, ref: EntityRef) -> EntityState:
        self.reads += 1
        if self.read_troubles and self.read_troubles.popleft() is not Trouble.NONE:
            raise PlatformUnavailable("try again later", platform=self.platform.slug)
        held = self.world.held.get(ref.id)
        if held is None:
            raise PlatformNotFound(f"no campaign {ref.id}", platform=self.platform.slug)
        return EntityState(
            ref=held.ref,
            status=held.status,
            daily_budget=self.world.budgets.get(held.budget_key),
            budget_key=held.budget_key,
            read_at=self.world.clock.now(),
        )

    async def look(self, leg: FieldLeg) -> Look:
        self.reads += 1
        if self.read_troubles and self.read_troubles.popleft() is not Trouble.NONE:
            raise PlatformUnavailable("try again later", platform=self.platform.slug)
        there = leg.ref.id in self.world.held or leg.ref.native_id in self.world.made
        if leg.ref.level is Level.CAMPAIGN and not there:
            raise PlatformNotFound(f"no campaign {leg.ref.id}", platform=self.platform.slug)
        key = object_key(leg)
        return Look(self.world.fields.get((key, leg.kind)), self.world.numbers.get(key, ""))

    async def dry_run(self, leg: AnyLeg) -> str:
        if self.refuses_dry_run:
            raise PlatformRejected(self.refuses_dry_run, platform=self.platform.slug)
        return "would be accepted"

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        self.keys.append(key)
        self.before_write()
        self.world.requests.append(leg)
        trouble = self.write_troubles.popleft() if self.write_troubles else Trouble.NONE
        if trouble in (Trouble.NONE, Trouble.LOST_REPLY, Trouble.BROKEN):
            self.world.carry_out(leg, len(self.world.requests))
        if trouble is Trouble.LATE:
            self.late.append(leg)
        if trouble in (Trouble.LOST_REQUEST, Trouble.LOST_REPLY, Trouble.LATE):
            raise OutcomeUnknown("no answer", platform=self.platform.slug)
        if trouble is Trouble.REFUSED:
            raise PlatformRejected("the budget is too small", platform=self.platform.slug)
        if trouble is Trouble.UNAVAILABLE:
            raise PlatformUnavailable("try again later", platform=self.platform.slug)
        if trouble is Trouble.BROKEN:
            raise KeyError("results")

    def arrive(self) -> None:
        """What was late is carried out now."""
        while self.late:
            self.world.carry_out(self.late.pop(0), len(self.world.requests))

    async def health(self) -> Health:
        if self.is_down:
            raise PlatformUnavailable(f"{self.platform.label} does not answer; try later")
        return Health(platform=self.platform, ok=True, message="answers", checked_at=self.world.clock.now())

    def creatives(self, account: AdAccount) -> Any:
        raise NotImplementedError

    def daily_metrics(self, *_: Any) -> Any:
        raise NotImplementedError


class FakePlatforms:
    def __init__(self, *adapters: FakeAds) -> None:
        self.adapters = {adapter.platform: adapter for adapter in adapters}

    async def of(self, tenant: TenantId) -> dict[Platform, FakeAds]:
        return self.adapters if tenant == OURS else {}
