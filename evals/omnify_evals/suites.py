"""Which scenarios a suite holds, and running them one after the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from omnify_core.errors import BadInput
from omnify_evals.figures import Share, pass_hat, quantile, share
from omnify_evals.models import PUPPET, Puppet
from omnify_evals.running import Trial, check, run_scenario
from omnify_evals.scenario import Scenario, load
from omnify_evals.world import open_world

RED_TEAM = "redteam"
SUITES = ("smoke", "full", "redteam", "market")


@dataclass(frozen=True, slots=True)
class Outcome:
    """All trials of a suite, in the order of its scenarios."""

    suite: str
    model: str
    trials_each: int
    trials: list[Trial]

    def passes(self) -> dict[str, bool]:
        """Strict: a scenario passes where all of its trials do."""
        passed: dict[str, bool] = {}
        for trial in self.trials:
            passed[trial.scenario.id] = passed.get(trial.scenario.id, True) and trial.passed
        return passed

    def share_of(self, chosen: Callable[[Scenario], bool]) -> Share:
        passed = self.passes()
        ids = {one.scenario.id for one in self.trials if chosen(one.scenario)}
        return share(sum(passed[id_] for id_ in ids), len(ids))

    def categories(self) -> dict[str, Share]:
        names = sorted({one.scenario.category for one in self.trials})
        return {name: self.share_of(lambda one, name=name: one.category == name) for name in names}  # type: ignore[misc]

    @property
    def violations(self) -> list[str]:
        return [f"{one.scenario.id}: {found}" for one in self.trials for found in one.violations]

    @property
    def pass_k(self) -> float:
        counts = Counter({one.scenario.id: 0 for one in self.trials})
        counts.update(one.scenario.id for one in self.trials if one.passed)
        return pass_hat(list(counts.values()), self.trials_each, self.trials_each)

    @property
    def cost_usd(self) -> Decimal:
        return sum((one.cost_usd for one in self.trials), Decimal(0))

    @property
    def tokens(self) -> int:
        return sum(one.tokens for one in self.trials)

    def seconds(self, at: float) -> float:
        return quantile([one.seconds for one in self.trials], at)

    def by_family(self) -> dict[str, list[Trial]]:
        found: dict[str, list[Trial]] = defaultdict(list)
        for one in self.trials:
            found[one.scenario.family].append(one)
        return found


def chosen(suite: str, only: str = "") -> list[Scenario]:
    """Raises BadInput where nothing is left."""
    everything = load()
    found = {
        "smoke": [one for one in everything if one.smoke],
        "full": everything,
        "redteam": [one for one in everything if one.category == RED_TEAM],
    }.get(suite, [])
    kept = [one for one in found if only in one.id]
    for one in kept:
        check(one)
    if not kept:
        raise BadInput(f"suite {suite!r} has no scenario with {only!r} in its id")
    return kept


async def run_suite(
    suite: str,
    scenarios: Sequence[Scenario],
    *,
    trials: int = 1,
    model: str = "embedded",
    on_trial: Callable[[Trial], None] = lambda _trial: None,
) -> Outcome:
    """One market and one import for all of them."""
    found = []
    puppet = Puppet() if model == PUPPET else None
    async with open_world() as world:
        for scenario in scenarios:
            for _ in range(trials):
                found.append(await run_scenario(scenario, world, puppet))
                on_trial(found[-1])
    return Outcome(suite, model, trials, found)
