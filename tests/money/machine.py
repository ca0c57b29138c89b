"""The money path under a machine that tries orders of events that nobody thought of.

Two to eight workers run all the time. Each rule lets something happen while they run; after each, the
judge reads the platforms' log, the stored plans and the audit chain.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from omnify_core.campaigns import Status
from omnify_core.change_sets import ChangeSet
from omnify_core.ids import ChangeSetId, EntityId
from omnify_core.legs import BudgetLeg
from omnify_core.money import Money
from omnify_guardrails import WantedBudget, WantedStatus
from omnify_memory.connections import Inline, connect
from omnify_memory.documents import Documents
from omnify_memory.migrate import migrate
from omnify_memory.sqlite import SqliteDocuments
from tests.builders.money import actor, usd
from tests.money.planted import planted
from tests.money.virtual import VirtualLoop
from tests.money.workshop import Workshop

T = TypeVar("T")
Shown = tuple[ChangeSetId, str]
ENTITIES = [EntityId(f"google:1{n}") for n in (1, 2, 3)] + [EntityId(f"meta:2{n}") for n in (1, 2, 3)]
entities = st.sampled_from(ENTITIES)
askers = st.sampled_from(("owner", "admin", "analyst"))
deciders = st.sampled_from(("owner", "owner", "admin", "manager", "analyst", "viewer"))
deaths = st.one_of(st.just(0), st.just(0), st.integers(1, 60))
steps = st.integers(50, 160)  # percent of what it is now
Ask = tuple[str, EntityId, EntityId, int, int]
KINDS = ("one", "two", "status", "mixed")
asks = st.tuples(st.sampled_from(KINDS), entities, entities, steps, steps)


@asynccontextmanager
async def one_connection(folder: Path) -> AsyncIterator[Documents]:
    """To a file, on the caller's thread: several of them take turns, always in the same order."""
    with closing(connect(folder / "omnify.db")) as connection:
        # A power cut is no part of this, and its cost would be most of the time.
        connection.execute("PRAGMA synchronous = OFF")
        migrate(connection)
        yield SqliteDocuments(Inline(connection))


class MoneyMachine(RuleBasedStateMachine):
    """`bug` is planted; `opening` is another for another store; `sums` say what all examples were made of."""

    bug = ""
    sums: ClassVar[Counter[str]] = Counter()
    plans: Bundle[Shown] = Bundle("plans")

    def __init__(self) -> None:
        super().__init__()
        ids, self._cents = itertools.count(1), itertools.count(1)
        self._kept = ExitStack()
        self._folder = Path(self._kept.enter_context(tempfile.TemporaryDirectory()))
        counted = planted(self.bug, new_id=lambda prefix: f"{prefix}_{next(ids)}", valid=timedelta(minutes=4))
        self._kept.enter_context(counted)
        self._loop = VirtualLoop()
        self._shop: Workshop | None = None

    def opening(self, folder: Path) -> AbstractAsyncContextManager[Documents]:
        return one_connection(folder)

    @property
    def shop(self) -> Workshop:
        assert self._shop is not None, "opened before every rule"
        return self._shop

    def run(self, doing: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(doing)

    @initialize(seed=st.integers(0, 2**32 - 1), workers=st.integers(2, 8))
    def open(self, seed: int, workers: int) -> None:
        self._shop = Workshop(self.opening, self._folder, seed)
        self.run(self._shop.open(workers))

    @rule(target=plans, who=askers, ask=asks, dies_at=deaths)
    def propose(self, who: str, ask: Ask, dies_at: int) -> Any:
        return multiple(*self.run(self._propose(who, ask, dies_at)))

    @rule(target=plans, who=askers, several=st.lists(asks, min_size=1, max_size=5), decider=deciders)
    def ask_and_approve_side_by_side(self, who: str, several: list[Ask], decider: str) -> Any:
        """Several plans that may not fit under the cap together, or touch the same object."""

        async def one(ask: Ask) -> list[Shown]:
            shown = await self._propose(who, ask, 0)
            await self._decide([(plan, decider, False, 0) for plan in shown])
            return shown

        async def all_of_them() -> list[Shown]:
            return [plan for shown in await asyncio.gather(*map(one, several)) for plan in shown]

        return multiple(*self.run(all_of_them()))

    @rule(target=plans, plan=plans, who=deciders, step=steps, dies_at=deaths)
    def revise(self, plan: Shown, who: str, step: int, dies_at: int) -> Any:
        id_, hash_ = plan
        budgets = [leg.ref.id for leg in self.shop.plans[hash_] if isinstance(leg, BudgetLeg)]
        amounts = {entity: self._amount(entity, step).amount for entity in budgets}
        doing = self.shop.desk.revise(actor(who), id_, plan_hash=hash_, amounts=amounts)
        return multiple(*self._shown(self.run(self.shop.person(doing, dies_at))))

    @rule(plan=plans, clicks=st.lists(st.tuples(deciders, st.booleans(), deaths), min_size=1, max_size=4))
    def decide_together(self, plan: Shown, clicks: list[tuple[str, bool, int]]) -> None:
        """Several people on one plan; most say yes."""
        self.run(self._decide([(plan, *click) for click in clicks]))

    @rule(stopped=st.booleans())
    def kill_switch(self, stopped: bool) -> None:
        self.run(self.shop.turn_switch(stopped=stopped))

    @rule(room=st.integers(-100, 200), second=st.sampled_from((None, 20, 80)), spared=st.none() | entities)
    def change_policy(self, room: int, second: int | None, spared: EntityId | None) -> None:
        cap = max(self.shop.world.daily_total() + room * 100, 0)
        changes: dict[str, Any] = {
            "daily_cap_total": Money(cap, "USD"),
            "second_person_above": None if second is None else usd(second),
            "never_touch": frozenset({spared} if spared else ()),
            "max_day_share": Decimal("3.00"),
        }
        self.run(self.shop.change_policy(changes))

    @rule(entity=entities, budget=st.integers(60, 300), status=st.sampled_from((None, *Status)))
    def edit_outside(self, entity: EntityId, budget: int, status: Status | None) -> None:
        """Somebody works in the platform's own pages."""

        async def edit() -> None:
            if status in (Status.ENABLED, Status.PAUSED):
                self.shop.world.set_status(entity, status)
            else:
                self.shop.world.set_budget(entity, usd(budget))

        self.run(edit())

    @rule(number=st.integers(0, 7), after=st.integers(0, 80))
    def kill_worker(self, number: int, after: int) -> None:
        """At once, at whatever it awaits, or at one of its next points."""
        self.run(self.shop.kill(number, after))

    @rule(seconds=st.sampled_from((0.2, 1.0, 3.0, 10.0, 30.0, 90.0, 300.0)), calm=st.booleans())
    def let_time_pass(self, seconds: float, calm: bool) -> None:
        """Over a network that is bad, or not."""
        self.shop.chaos.calm = calm
        self.run(asyncio.sleep(seconds))

    @invariant()
    def nothing_is_violated(self) -> None:
        if self._shop is not None:
            found = self.run(self._shop.found())
            assert not found, found

    def teardown(self) -> None:
        try:
            if self._shop is not None:
                self.run(self._rest(self._shop))
        finally:
            self._loop.close()
            self._kept.close()

    async def _rest(self, shop: Workshop) -> None:
        try:
            await shop.come_to_rest()
            found = await shop.found(at_rest=True)
            self.sums.update(shop.tallies())
        finally:
            await shop.close()
        assert not found, found

    async def _decide(self, clicks: Sequence[tuple[Shown, str, bool, int]]) -> None:
        async def click(plan: Shown, who: str, says_no: bool, dies_at: int) -> None:
            id_, hash_ = plan
            if says_no:
                doing = self.shop.desk.reject(actor(who), id_, plan_hash=hash_, reason="no", via="api")
            else:
                doing = self.shop.desk.approve(actor(who), id_, plan_hash=hash_, via="api")
            if await self.shop.person(doing, dies_at) and not says_no:
                self.shop.acknowledged.append(id_)

        await asyncio.gather(*(click(*one) for one in clicks))

    async def _propose(self, who: str, ask: Ask, dies_at: int) -> list[Shown]:
        doing = self.shop.desk.propose(actor(who), self._wanted(*ask), title="", reason="")
        return self._shown(await self.shop.person(doing, dies_at))

    def _shown(self, change_set: ChangeSet | None) -> list[Shown]:
        if change_set is None:
            return []
        self.shop.plans[change_set.plan_hash] = change_set.plan.legs
        return [(change_set.id, change_set.plan_hash)]

    def _wanted(
        self, kind: str, first: EntityId, second: EntityId, up: int, down: int
    ) -> list[WantedBudget | WantedStatus]:
        wanted: list[WantedBudget | WantedStatus] = []
        if kind in ("one", "two"):
            wanted.append(WantedBudget(entity_id=first, amount=self._amount(first, up)))
        else:
            on = self.shop.world.held[first].status is Status.ENABLED
            flipped = Status.PAUSED if on else Status.ENABLED
            wanted.append(WantedStatus(entity_id=first, status=flipped))
        if kind in ("two", "mixed") and second != first:
            wanted.append(WantedBudget(entity_id=second, amount=self._amount(second, down)))
        return wanted

    def _amount(self, entity: EntityId, step: int) -> Money:
        """Every amount is one of its kind, so that the judge can tell whose a write was."""
        now = self.shop.world.budget(entity)
        assert now is not None, "every campaign of this market has a budget"
        return Money(now.minor * step // 10_000 * 100 + next(self._cents), "USD")
