"""Proves the invariants I1-I11 at full length and prints one table: `make prove`.

CI runs the same code with the shorter lengths that stand in the tests beside it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import click
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.builders.stores import mongo_wire_server
from tests.flows.hostile import hostile_runs
from tests.money.examples import EXAMPLES
from tests.money.killing import faults, matrix, recovery_s, under_load
from tests.money.machine import MoneyMachine
from tests.money.machine_stores import OnMongo, OnThreads
from tests.money.over_http import over_http
from tests.money.planted import BUGS
from tests.money.puppet import Puppet
from tests.money.simulate import simulate, tallies
from tests.money.test_machine import IN_CI, OUTSIDE
from tests.money.test_puppet import CHANNELS, injected, judge

ROOT = Path(__file__).parents[2]
_MOST_SEEDS_PER_BUG = 600
_SUITES = {
    "I4": ("flip, delete, reorder, truncate, append", ("tests/money/test_audit_chain.py",)),
    "I5": (
        "foreign ids and canaries over all routes",
        ("tests/contracts", "tests/server/test_tenants_apart.py", "-k", "tenant or foreign or theirs"),
    ),
    "I6": (
        "canary tokens through flows and failures",
        (
            "tests/platforms/test_platform_secrets.py",
            "tests/platforms/test_newer_platform_secrets.py",
            "tests/server/test_secrets_kept.py",
        ),
    ),
    "I8": ("models that never stop, loop, hang", ("tests/flows/test_run_ends.py",)),
    "I9": (
        "render, parse, hash; deceiving names",
        ("tests/money/test_seen_hashed_sent.py", "tests/money/test_names.py", "tests/core"),
    ),
    "I10": ("the inverse restores what was read back", ("tests/money/test_money_undo.py",)),
}


class Row(NamedTuple):
    invariant: str
    shown_by: str
    count: str
    bad: int
    seconds: float


def _seed(seed: int) -> tuple[list[str], Counter[str]]:
    logging.disable(logging.CRITICAL)
    result = simulate(seed)
    return [one.invariant for one in result.found], tallies(result)


def _bug(bug: str) -> tuple[str, int, str]:
    """The first seed that catches it, and by which invariant; -1 where none does."""
    logging.disable(logging.CRITICAL)
    for seed in range(_MOST_SEEDS_PER_BUG):
        if found := simulate(seed, bug=bug).found:
            return bug, seed, found[0].invariant
    return bug, -1, ""


def simulated(pool: ProcessPoolExecutor, seeds: int) -> Iterable[Row]:
    began, bad, sums = time.monotonic(), Counter[str](), Counter[str]()
    for found, tally in pool.map(_seed, range(seeds), chunksize=50):
        bad.update(found)
        sums += tally
    took = time.monotonic() - began
    told = f"{seeds} seeds"
    yield Row(
        "I1", "simulation: every call has its approval", f"{told}, {sums['calls']} calls", bad["I1"], took
    )
    yield Row(
        "I2", "simulation: at most one write per leg", f"{sums['effective writes']} writes", bad["I2"], 0
    )
    yield Row("I3", "simulation: caps at every prefix", f"{told}", bad["I3"], 0)
    yield Row("I4", "simulation: a row before each effect", f"{sums['points']} points", bad["I4"], 0)
    others = sum(count for name, count in bad.items() if name not in {"I1", "I2", "I3", "I4"})
    yield Row("I2", "simulation: locks, preconditions, switch", f"{sums['deaths']} deaths", others, 0)


def planted(pool: ProcessPoolExecutor) -> Iterable[Row]:
    began, missed = time.monotonic(), 0
    for bug, seed, invariant in pool.map(_bug, BUGS):
        missed += seed < 0
        caught = f"caught by {invariant} at seed {seed}" if seed >= 0 else "NOT CAUGHT"
        click.echo(f"  planted: {bug}: {caught}")
    yield Row("I11", "planted bugs, one at a time", f"{len(BUGS)} bugs", missed, time.monotonic() - began)


async def killed(kills: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        for name in ("matrix", "load", "once"):
            (Path(folder) / name).mkdir()
        rows = await matrix(Path(folder) / "matrix")
        bad = sum(bool(faults(row)) for row in rows.values())
        points = Row(
            "I7", "kill -9 at every point, twice in a row", f"{2 * len(rows)} kills", bad, _since(began)
        )
        began = time.monotonic()
        toll = await under_load(Path(folder) / "load", kills)
        told = f"{toll.kills} kills, {toll.approved} plans"
        load = Row("I7", "kill -9 at random under load", told, len(toll.faults), _since(began))
        began = time.monotonic()
        took = await recovery_s(Path(folder) / "once")
        back = Row("I7", "recovery after kill -9, bar 10 s", f"{took:.1f} s", took >= 10, _since(began))
    return [points, load, back]


def machine(examples: int) -> Iterable[Row]:
    """Two to eight workers on real stores, in orders of events that Hypothesis makes up."""
    thorough = settings(IN_CI, max_examples=examples, stateful_step_count=40, derandomize=False)
    outside = settings(OUTSIDE, max_examples=max(examples // 20, 1), derandomize=False)
    yield _machine("SQLite", MoneyMachine, thorough)
    yield _machine("SQLite on threads", OnThreads, outside)
    with tempfile.TemporaryDirectory() as folder, mongo_wire_server(Path(folder)) as url:
        yield _machine("MongoDB's protocol", type("Reached", (OnMongo,), {"url": url}), outside)


def _machine(store: str, kind: type[MoneyMachine], how: settings) -> Row:
    began, bad = time.monotonic(), 0
    counted = type("Counted", (kind,), {"sums": Counter()})
    try:
        run_state_machine_as_test(counted, settings=how)
    except AssertionError as error:
        click.echo(f"  {store}: {error}")
        bad = 1
    sums = counted.sums
    told = f"{sums['examples']} runs, {sums['approvals']} yes, {sums['deaths']} deaths"
    return Row("I3", f"stateful machine, 2-8 workers, {store}", told, bad, _since(began))


async def over_the_wire(plans: int) -> Row:
    began = time.monotonic()
    toll = await over_http(plans)
    lost = sum(count for name, count in toll.met.items() if name != "none")
    told = f"{toll.plans} plans, {lost} faults"
    return Row("I2", "real HTTP through the fault proxy", told, len(toll.faults), _since(began))


async def obeyed() -> Row:
    began, puppet = time.monotonic(), Puppet()
    async with injected(puppet) as (house, orders):
        await house.client.money.apply_due("worker")
        harm = await judge(house)
        unread = [name for name, one in orders.items() if one not in puppet.obeyed]
    told = f"{len(CHANNELS)} channels, {len(puppet.obeyed)} orders obeyed"
    return Row("I1", "a puppet that obeys every injected order", told, len(harm) + len(unread), _since(began))


async def hostile(runs: int) -> Row:
    began = time.monotonic()
    toll = await hostile_runs(0, runs)
    told = f"{runs} runs, {toll.ends['failed']} cut off"
    return Row("I8", "hostile models, drawn at random", told, len(toll.faults), _since(began))


def suite(invariant: str) -> Row:
    began = time.monotonic()
    shown_by, files = _SUITES[invariant]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *files]
    many = os.environ | {EXAMPLES: "1000"}
    said = subprocess.run(command, cwd=ROOT, env=many, capture_output=True, text=True, check=False)
    passed, failed = (_number(word, said.stdout) for word in ("passed", "failed"))
    bad = max(failed, int(said.returncode != 0))
    return Row(invariant, shown_by, f"{passed} tests", bad, _since(began))


def _number(word: str, text: str) -> int:
    found = re.search(rf"(\d+) {word}", text)
    return int(found[1]) if found else len(re.findall(r"[.]", text)) * (word == "passed")


def _since(began: float) -> float:
    return time.monotonic() - began


PARTS = ("simulation", "machine", "puppet", "wire", "kills", "hostile", "suites")


@click.command()
@click.option("--seeds", default=10_000, show_default=True)
@click.option("--kills", default=500, show_default=True)
@click.option("--plans", default=1_000, show_default=True)
@click.option("--runs", default=1_000, show_default=True, help="Of hostile models.")
@click.option("--examples", default=600, show_default=True, help="Of the stateful machine.")
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), default=PARTS, help="Only these.")
def main(seeds: int, kills: int, plans: int, runs: int, examples: int, parts: tuple[str, ...]) -> None:
    """Ends with 1 where an invariant was violated."""
    logging.disable(logging.CRITICAL)
    rows: list[Row] = []
    if "simulation" in parts:
        with ProcessPoolExecutor(2) as pool:
            rows += simulated(pool, seeds)
            rows += planted(pool)
    if "machine" in parts:
        rows += machine(examples)
    if "puppet" in parts:
        rows.append(asyncio.run(obeyed()))
    if "wire" in parts:
        rows.append(asyncio.run(over_the_wire(plans)))
    if "kills" in parts:
        rows += asyncio.run(killed(kills))
    if "hostile" in parts:
        rows.append(asyncio.run(hostile(runs)))
    if "suites" in parts:
        rows += [suite(invariant) for invariant in _SUITES]
    _print(rows)
    raise SystemExit(1 if any(row.bad for row in rows) else 0)


def _print(rows: Iterable[Row]) -> None:
    click.echo(f"\n{'':4} {'shown by':52} {'how much':36} {'violations':>10} {'s':>6}")
    for row in sorted(rows, key=lambda one: int(one.invariant[1:])):
        click.echo(f"{row.invariant:4} {row.shown_by:52} {row.count:36} {row.bad:>10} {row.seconds:>6.0f}")


if __name__ == "__main__":
    main()
