"""One seed's market, people and processes: the schedule that a simulation runs."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from omnify_core.campaigns import EntityRef, Level, Platform, Status
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import OmnifyError
from omnify_core.ids import ChangeSetId, EntityId
from omnify_core.legs import AdGroupLeg, BidLeg, BudgetLeg, CampaignLeg, KeywordLeg
from omnify_core.money import Money
from omnify_core.specs import AdGroupSpec, CampaignSpec, Keyword, Match, Objective
from omnify_guardrails import MoneyPath, Timing, Wanted, WantedBudget, WantedStatus, verify_chain
from omnify_guardrails.legs import AnyLeg
from omnify_memory import open_sqlite, stores_on
from tests.builders.ad_world import ACCOUNTS
from tests.builders.money import (
    NOON,
    OURS,
    FakePlatforms,
    World,
    actor,
    money_path_on,
    settle_in,
    usd,
)
from tests.money.chaos import Chaos, Process, SimAds, Stored, Watched
from tests.money.judge import Evidence, Violation, violations
from tests.money.markets import open_market
from tests.money.virtual import LoopClock

WILD_S = 60.0
TIMING = Timing(
    lease_s=4,
    beat_s=1.3,
    call_bound_s=6,
    read_bound_s=4,
    listing_bound_s=9,
    retry_s=1,
    read_back_s=(1.0, 3.0, 6.0),
)
CALM_S = 170.0


_UNFINISHED = (ChangeSetStatus.APPROVED, ChangeSetStatus.APPLYING)


class Result(NamedTuple):
    seed: int
    found: list[Violation]
    evidence: Evidence


class Schedule:
    """Everything random comes from the seed, in the order in which virtual time asks for it."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rng = random.Random(seed)
        self.chaos = Chaos(random.Random(seed + 1_000_000_007))
        self.clock = LoopClock(NOON)
        self.world = World(self.clock)
        self.cents = itertools.count(1)
        self.rush = self.rng.random() < 0.4
        self.plans: dict[str, tuple[AnyLeg, ...]] = {}
        self.acknowledged: list[ChangeSetId] = []
        self.stops: list[tuple[datetime, datetime]] = []

    async def run(self) -> Result:
        async with open_sqlite(None) as documents:
            self.inner = stores_on(documents)
            self.policy, self.room = open_market(self.world, self.rng, rush=self.rush)
            await settle_in(self.inner, self.policy)
            self.stores = self._watched()
            self.ads = [
                SimAds(self.world, platform, self.chaos) for platform in (Platform.GOOGLE, Platform.META)
            ]
            await self._import_market()
            first = dict(self.world.budgets), {id_: held.status for id_, held in self.world.held.items()}
            await self._live()
            evidence = await self._evidence(*first)
        return Result(self.seed, violations(evidence), evidence)

    def _watched(self) -> Any:
        chaos = self.chaos

        def change_set_seen(name: str, args: Any, result: Any) -> None:
            if name == "replace":
                chaos.history.append(Stored(result, len(chaos.rows), self.clock.now()))
            if name == "add":
                chaos.history.append(Stored(args[0], len(chaos.rows), self.clock.now()))

        def row_seen(name: str, args: Any, result: Any) -> None:
            if name == "append":
                chaos.rows.append(args[0])

        watchers = {"change_sets": change_set_seen, "audit": row_seen}
        names = ("change_sets", "ledger", "audit", "policies", "switches", "people", "market")
        return replace(
            self.inner,
            **{name: Watched(getattr(self.inner, name), chaos, watchers.get(name)) for name in names},
        )

    def _money(self) -> MoneyPath:
        return money_path_on(self.stores, FakePlatforms(*self.ads), self.clock, timing=TIMING)

    async def _import_market(self) -> None:
        campaigns = []
        for adapter in self.ads:
            (account,) = await adapter.accounts()
            self.chaos.calm = True
            campaigns += [one async for one in adapter.campaigns(account)]
        self.chaos.calm = False
        await self.inner.market.save_campaigns(OURS, campaigns)

    async def _live(self) -> None:
        """The wild time, then calm until everything has come to rest, then a day later."""
        rng = self.rng
        processes = [self._worker(number) for number in range(rng.randrange(1, 5))]
        processes += [self._proposer(number) for number in range(rng.randrange(3, 8))]
        if rng.random() < 0.4:
            processes.append(self._hands())
        if rng.random() < 0.3:
            processes.append(self._switch())
        tasks = [asyncio.ensure_future(process) for process in processes]
        await asyncio.sleep(WILD_S)
        self.chaos.calm = True
        for _ in range(int(CALM_S)):
            await asyncio.sleep(1)
            if not self._has_work():
                break
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        broken = [one for one in ended if isinstance(one, Exception)]
        assert not broken, broken
        await asyncio.sleep(25 * 3600)
        await self._money().expire_due()
        await self._money().apply_due("last")

    def _has_work(self) -> bool:
        """Whether anything approved is not at its end yet."""
        last = {stored.change_set.id: stored.change_set for stored in self.chaos.history}
        return any(one.status in _UNFINISHED for one in last.values())

    def _is_due(self) -> bool:
        """Whether a round of a worker could do anything but look."""
        now = self.clock.now()
        last = {stored.change_set.id: stored.change_set for stored in self.chaos.history}
        due = [one for one in last.values() if one.status in _UNFINISHED]
        return any(one.lease is None or one.lease.until <= now for one in due)

    async def _worker(self, number: int) -> None:
        for life in itertools.count(1):
            name = f"worker-{number}-{life}"
            dies_at = 0 if self.chaos.calm or self.rng.random() < 0.2 else self.rng.randrange(1, 160)
            await self.chaos.alive(Process(name, dies_at), self._work(name))
            await asyncio.sleep(self.rng.uniform(0, 25))

    async def _work(self, name: str) -> None:
        money = self._money()
        while True:
            if self._is_due() or self.rng.random() < 0.05:
                await self._round(money, name)
            await asyncio.sleep(self.rng.uniform(0.1, 0.5 if self.rush else 4))

    async def _round(self, money: MoneyPath, name: str) -> None:
        try:
            await money.expire_due()
            await money.apply_due(name)
        except OmnifyError:
            pass

    async def _proposer(self, number: int) -> None:
        await asyncio.sleep(self.rng.uniform(0, 2 if self.rush else WILD_S * 0.8))
        who = self.rng.choice(("owner", "admin", "analyst"))
        process = Process(f"proposer-{number}", self.rng.choice((0, 0, 0, self.rng.randrange(1, 60))))
        await self.chaos.alive(process, self._propose_and_decide(who))

    async def _propose_and_decide(self, who: str) -> None:
        try:
            change_set = await self._money().propose(actor(who), self._wanted(), title="", reason="")
        except OmnifyError:
            return
        self.plans[change_set.plan_hash] = change_set.plan.legs
        if change_set.status is not ChangeSetStatus.PROPOSED:
            return
        deciders = [self._decider(change_set, number) for number in range(self.rng.randrange(1, 4))]
        await asyncio.gather(*deciders)

    async def _decider(self, change_set: ChangeSet, number: int) -> None:
        if not self.rush and self.rng.random() < 0.5:
            await asyncio.sleep(self.rng.uniform(0, 15))
        process = Process(f"decider-{number}", self.rng.choice((0, 0, 0, self.rng.randrange(1, 60))))
        await self.chaos.alive(process, self._decide(change_set))
        if self.rng.random() < 0.04:
            await self._tamper(change_set)

    async def _decide(self, change_set: ChangeSet) -> None:
        who = actor(self.rng.choice(("owner", "owner", "admin", "manager", "analyst", "viewer")))
        shown = change_set.plan_hash if self.rng.random() < 0.95 else "0" * 64
        try:
            if self.rng.random() < 0.9:
                await self._money().approve(who, change_set.id, plan_hash=shown, via="api")
                self.acknowledged.append(change_set.id)
            else:
                await self._money().reject(who, change_set.id, plan_hash=shown, reason="no", via="api")
        except OmnifyError:
            pass

    async def _tamper(self, change_set: ChangeSet) -> None:
        """Somebody with a hand in the database changes an approved plan."""
        stored = await self.inner.change_sets.get(OURS, change_set.id)
        leg = stored.plan.legs[0]
        if stored.status is ChangeSetStatus.APPROVED and isinstance(leg, BudgetLeg):
            more = leg.model_copy(update={"after": leg.after + usd(1)})
            plan = stored.plan.model_copy(update={"legs": (more, *stored.plan.legs[1:])})
            await self.inner.change_sets.replace(stored.model_copy(update={"plan": plan}))

    def _wanted(self) -> Sequence[Wanted]:
        rng, ids = self.rng, sorted(self.world.held)
        first, second = rng.sample(ids, 2)
        kind = rng.random() * (0.5 if self.rush else 1)
        if kind < 0.35:
            return [self._budget(first, rng.uniform(1.05, 1.6))]
        if kind < 0.45:
            return [self._budget(first, rng.uniform(0.5, 0.95))]
        if kind < 0.75:
            both = [self._budget(first, rng.uniform(1.05, 1.5)), self._budget(second, rng.uniform(0.5, 0.95))]
            return rng.sample(both, 2)
        if kind >= 0.90:
            return self._launch()
        if kind >= 0.85:
            return [self._bid(first)]
        flip = Status.PAUSED if self.world.held[first].status is Status.ENABLED else Status.ENABLED
        if kind < 0.82:
            return [WantedStatus(entity_id=first, status=flip)]
        return [WantedStatus(entity_id=first, status=flip), self._budget(second, rng.uniform(0.6, 1.5))]

    def _bid(self, entity: EntityId) -> BidLeg:
        """Each bid is one of its kind, like each budget."""
        ref = self.world.held[entity].ref
        return BidLeg(ref=ref, name=entity, after=Money(100 + next(self.cents) % 60, "USD"))

    def _launch(self) -> list[Wanted]:
        """A campaign with an ad group and a keyword; few names, so that two people want the same."""
        platform = self.rng.choice((Platform.GOOGLE, Platform.META))
        name = self.rng.choice(("Spring", "Summer"))
        account = EntityRef(
            platform=platform,
            account_id=ACCOUNTS[platform],
            level=Level.ACCOUNT,
            native_id=ACCOUNTS[platform],
        )
        campaign = account.model_copy(update={"level": Level.CAMPAIGN, "native_id": ""})
        group = account.model_copy(update={"level": Level.AD_GROUP, "native_id": ""})
        spec = CampaignSpec(name=name, objective=Objective.SALES, daily_budget=usd(80))
        keyword = Keyword(text="running shoes", match=Match.PHRASE)
        return [
            CampaignLeg(ref=account, name=name, after=spec),
            AdGroupLeg(ref=campaign, name="First", within=name, after=AdGroupSpec(name="First")),
            KeywordLeg(ref=group, name=keyword.text, within="First", after=keyword),
        ]

    def _budget(self, entity: EntityId, factor: float) -> WantedBudget:
        """Every amount is one of its kind, so that the judge can tell whose a write was.

        In a rush a raise takes most of the room below the cap, so that two of them cannot both fit.
        """
        now = self.world.budget(entity)
        assert now is not None
        minor = int(now.minor * factor)
        if self.rush and factor > 1:
            minor = now.minor + int(self.room * self.rng.uniform(0.5, 0.9))
        minor = minor // 100 * 100 + next(self.cents)
        return WantedBudget(entity_id=entity, amount=Money(minor, "USD"))

    async def _hands(self) -> None:
        """Somebody works in the platforms' own pages."""
        for _ in range(self.rng.randrange(1, 6)):
            await asyncio.sleep(self.rng.uniform(0, 30))
            entity = self.rng.choice(sorted(self.world.held))
            if self.rng.random() < 0.7:
                self.world.set_budget(entity, usd(self.rng.randrange(60, 300)))
            else:
                self.world.set_status(entity, self.rng.choice((Status.PAUSED, Status.ENABLED)))

    async def _switch(self) -> None:
        await asyncio.sleep(self.rng.uniform(0, WILD_S * 0.8))
        on = self.clock.now()
        await self.inner.switches.set_stopped(OURS, True)
        await asyncio.sleep(self.rng.uniform(6, 60))
        self.stops.append((on, self.clock.now()))
        await self.inner.switches.set_stopped(OURS, False)

    async def _evidence(self, budgets: dict[str, Money], statuses: dict[str, Status]) -> Evidence:
        last = await self.inner.change_sets.of_tenant(OURS, limit=1000)
        return Evidence(
            chaos=self.chaos,
            world=self.world,
            policies=[(NOON, self.policy)],
            first_budgets=budgets,
            first_statuses=statuses,
            plans=self.plans,
            acknowledged=self.acknowledged,
            stops=self.stops,
            last={change_set.id: change_set for change_set in last},
            ledger=await self.inner.ledger.get(OURS),
            chain=await verify_chain(self.inner.audit, OURS),
        )
