"""Deterministic simulation of the money path: one seed is one schedule.

`python -m tests.money.simulate --seeds 1000 --start 0 [--bug NAME]` runs schedules and prints each
violation with its seed and its history. The service layer is the real one, on the real in-memory stores;
the clock is virtual, the platforms are simulated, and every call to a store or platform is a point where
the process may be preempted or killed.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

import click

from tests.money.planted import BUGS, planted
from tests.money.schedule import Result, Schedule
from tests.money.virtual import run_virtually


def simulate(seed: int, *, bug: str = "") -> Result:
    ids = itertools.count(1)
    # In every fourth schedule plans expire while they are being decided and applied.
    valid = timedelta(seconds=25) if seed % 4 == 3 else None
    with planted(bug, new_id=lambda prefix: f"{prefix}_{next(ids)}", valid=valid):
        return run_virtually(Schedule(seed).run())


def history(result: Result) -> Iterable[str]:
    """What happened, oldest first: stored steps, calls and effective writes."""
    start = result.evidence.chaos.history[0].at if result.evidence.chaos.history else None
    told: list[tuple[float, str]] = []
    if start is None:
        return []
    for stored in result.evidence.chaos.history:
        one = stored.change_set
        records = " ".join(record.status.value for record in one.records)
        lease = f"{one.lease.holder}#{one.lease.fence}" if one.lease else "-"
        said = f"{one.id} v{one.version} {one.status.value} [{records}] {lease} {one.outcome}"
        told.append(((stored.at - start).total_seconds(), said))
    for request in result.evidence.chaos.requests:
        leg = request.leg
        said = f"    call {request.number}: {leg.ref.id} {leg.kind} {leg.before} -> {leg.after}"
        told.append(((request.at - start).total_seconds(), said))
    for write in result.evidence.world.log:
        said = f"    {write.origin} wrote {write.entity} {write.field} {write.before} -> {write.after}"
        told.append(((write.at - start).total_seconds(), f"{said} (call {write.request})"))
    return [f"{at:9.3f} {said}" for at, said in sorted(told, key=lambda one: one[0])]


@click.command()
@click.option("--seeds", default=500, show_default=True, help="How many schedules.")
@click.option("--start", default=0, show_default=True, help="The first seed.")
@click.option("--bug", default="", type=click.Choice(["", *BUGS]), help="A bug planted on purpose.")
@click.option("--verbose", is_flag=True, help="The whole history of every schedule.")
def main(seeds: int, start: int, bug: str, verbose: bool) -> None:
    """Runs schedules; ends with 1 where an invariant was violated."""
    began, found, sums = time.perf_counter(), 0, Counter[str]()
    for seed in range(start, start + seeds):
        result = simulate(seed, bug=bug)
        found += bool(result.found)
        sums += tallies(result)
        if result.found or verbose:
            click.echo("\n".join([f"seed {seed}", *history(result)]))
        for violation in result.found:
            click.echo(f"seed {seed}: {violation.invariant}: {violation.what}")
    took = time.perf_counter() - began
    told = ", ".join(f"{count} {name}" for name, count in sorted(sums.items()))
    click.echo(f"{seeds} seeds in {took:.1f} s: {found} with violations; {told}")
    raise SystemExit(1 if found else 0)


def tallies(result: Result) -> Counter[str]:
    """What the schedule was made of, so that a quiet simulation cannot pass for a safe one."""
    chaos, evidence = result.evidence.chaos, result.evidence
    counts = Counter({"points": chaos.points, "deaths": chaos.deaths, "calls": len(chaos.requests)})
    counts["effective writes"] = len(evidence.world.api_writes)
    counts["acknowledged approvals"] = len(evidence.acknowledged)
    for change_set in evidence.last.values():
        counts[f"ended {change_set.status.value}"] += 1
    return counts


if __name__ == "__main__":
    main()
