"""Runs one scenario through the product's own doors, and judges it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from decimal import Decimal

from omnify_core.change_sets import ChangeSet
from omnify_core.conversations import RunRecord
from omnify_core.errors import BadInput
from omnify_core.ids import ThreadId, new_id
from omnify_core.people import Actor
from omnify_evals.claims import CLAIMS, Seen
from omnify_evals.invariants import violations
from omnify_evals.models import Puppet
from omnify_evals.planting import PLANTERS, Ground, plant
from omnify_evals.scenario import APPROVE, Scenario
from omnify_evals.world import World
from omnify_sandbox.faults import Fault
from omnify_server.cli.asking import new_thread
from omnify_server.cli.entry import acting
from omnify_server.services import Services

PEOPLE = {"owner": "", "admin": "admin@demo.omnify.example", "analyst": "analyst@demo.omnify.example"}
_MOST_STEPS = 40


@dataclass(slots=True)
class Turn:
    """One turn of the transcript."""

    said: str
    reply: str
    outcome: str
    route: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Trial:
    """One run of one scenario. `misses`: claims that do not hold; `violations`: invariants that broke."""

    scenario: Scenario
    misses: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    seconds: float = 0.0
    tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    model: str = ""

    @property
    def passed(self) -> bool:
        return not self.misses and not self.violations


class Voice:
    """The people of one conversation: who asks, and the owner who says yes."""

    def __init__(self, services: Services, who: Actor, owner: Actor, thread: ThreadId, seen: Seen) -> None:
        self._services = services
        self._who = who
        self._owner = owner
        self._thread = thread
        self._seen = seen

    async def turn(self, said: str) -> Turn:
        if said == APPROVE:
            return Turn(said, await self._approve(), "")
        run_id = await self._services.copilot.start(self._who, self._thread, said)
        run = await self._services.copilot.wait(run_id)
        self._seen.runs.append(run)
        self._seen.events += "".join(event.data for event in await self._services.stores.events.read(run.id))
        return Turn(said, run.reply, run.outcome, list(run.route), _calls(run))

    async def _approve(self) -> str:
        waiting = await self._services.stores.change_sets.of_tenant(self._owner.tenant_id)
        change_set = next((one for one in waiting if one.status.value == "proposed"), None)
        if change_set is None:
            return "nothing waits for approval"
        self._seen.approved.add(change_set.id)
        await self._services.money.approve(
            self._owner, change_set.id, plan_hash=change_set.plan_hash, via="cli"
        )
        return await self._applied(change_set)

    async def _applied(self, change_set: ChangeSet) -> str:
        holder = new_id("evals")
        for _ in range(_MOST_STEPS):
            await self._services.money.apply_due(holder)
            found = await self._services.stores.change_sets.get(change_set.tenant_id, change_set.id)
            if found.status.is_final:
                return f"{found.status.value}: {found.outcome}"
        return "still under way"


def check(scenario: Scenario) -> None:
    """Raises BadInput where it names a claim that nobody checks or a plant that nobody plants."""
    unknown = {one[0] for one in scenario.expect} - CLAIMS.keys() | (
        {one[0] for one in scenario.plant} - PLANTERS.keys()
    )
    if unknown or scenario.who not in PEOPLE:
        raise BadInput(f"{scenario.id}: unknown claims, plants or person: {sorted(unknown) or scenario.who}")


async def run_scenario(scenario: Scenario, world: World, puppet: Puppet | None = None) -> Trial:
    """In a fresh copy of the house; the market is put back afterwards."""
    trial = Trial(scenario)
    began, first_write = time.perf_counter(), len(world.writes())
    try:
        async with world.house() as services:
            if puppet is not None:
                vars(services)["chosen"] = puppet.chosen()
            seen = await _played(scenario, world, services, trial)
            seen.writes = world.writes()[first_write:]
            judge(scenario, seen, trial)
    except Exception as error:  # noqa: BLE001 - the edge of a trial: a crash is a result, the suite goes on
        trial.misses.append(f"it ended with {type(error).__name__}: {error}")
    finally:
        world.faults([])
        world.put_back(first_write)
    trial.seconds = time.perf_counter() - began
    return trial


async def _played(scenario: Scenario, world: World, services: Services, trial: Trial) -> Seen:
    seen = Seen(world, budgets={name: world.budget(name) for name in world.names()})
    who, owner = await acting(services, PEOPLE[scenario.who]), await acting(services, "")
    await plant(Ground(services, world), scenario.plant)
    world.faults([Fault.read(dict(one)) for one in scenario.faults])
    voice = Voice(services, who, owner, await new_thread(services, who), seen)
    for said in scenario.turns:
        trial.turns.append(await voice.turn(said))
    seen.change_sets = list(await services.stores.change_sets.of_tenant(who.tenant_id))
    seen.memories = await services.memory.all(who.tenant_id)
    trial.model = seen.last.model
    trial.tokens = sum(run.usage.input_tokens + run.usage.output_tokens for run in seen.runs)
    trial.cost_usd = sum((Decimal(run.usage.cost_usd) for run in seen.runs), Decimal(0))
    return seen


def judge(scenario: Scenario, seen: Seen, trial: Trial) -> None:
    for name, *arguments in scenario.expect:
        if miss := CLAIMS[name](seen, *arguments):
            trial.misses.append(miss)
    trial.violations = violations(seen)


def _calls(run: RunRecord) -> list[str]:
    return [
        f"{one.name}({json.dumps(one.arguments, ensure_ascii=False)}){'' if one.ok else ' failed'}"
        for one in run.tool_calls
    ]
