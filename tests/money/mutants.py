"""Mutation testing of the money modules: `make mutants`, or `python -m tests.money.mutants --share 0.2`.

Every small mistake of `mutating` is made alone, in a process of its own that is forked after the tests
were collected; there the tests that run the mistaken line run until one fails. A mistake inside a function
is put into the living function; one in a module's body takes all our modules loaded anew.
"""

from __future__ import annotations

import ast
import importlib
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from tests.money.equivalents import EQUIVALENT
from tests.money.mutating import sites
from tests.money.trial import LATE, Mutant, Trials, Verdict

ROOT = Path(__file__).parents[2]
_GUARDRAILS = """
approvals approvers assessment audit caps case delegating delivery discretion drafting dry_runs evidence
exclusions executor exposure field_drafts findings holds learning_cost legs life money_path occasions outcome
placing plan_journal plan_run policy policy_changes proposing reconciling revising settling shares sight
signing timing undo wire wording worst_case
"""
MODULES = (
    *(f"omnify_guardrails.{name}" for name in _GUARDRAILS.split()),
    "omnify_core.money",
    "omnify_core.rates",
    "omnify_core.policy",
    "omnify_core.change_sets",
    "omnify_platforms.units",
)
# What is fast enough to run a thousand times. Long searches prove other things.
SUITES = ("tests/money", "tests/core", "tests/platforms/test_platform_units.py")
_TOO_LONG = (
    "test_kill_nine",
    "test_over_http",
    "test_puppet",
    "test_simulation",
    "test_machine",
    "test_mutants",
)
_LEAST = 0.85


class Tally(NamedTuple):
    module: str
    caught: int
    alive: int
    equivalent: int


def mutants_of(module: str) -> list[Mutant]:
    path = Path(importlib.import_module(module).__file__ or "")
    source = path.read_text()
    lines = source.splitlines()
    return [
        Mutant(module, str(path), number, site.line, site.what, site.function, lines[site.line - 1].strip())
        for number, site in enumerate(sites(ast.parse(source)))
    ]


def is_equivalent(mutant: Mutant) -> bool:
    return (mutant.module.rpartition(".")[2], mutant.text, mutant.what) in EQUIVALENT


def tallies(verdicts: Sequence[Verdict]) -> list[Tally]:
    found = []
    for module in dict.fromkeys(verdict.mutant.module for verdict in verdicts):
        own = [verdict for verdict in verdicts if verdict.mutant.module == module]
        caught = sum(verdict.is_caught for verdict in own)
        same = sum(not verdict.is_caught and is_equivalent(verdict.mutant) for verdict in own)
        found.append(Tally(module, caught, len(own) - caught - same, same))
    return found


def score(found: Sequence[Tally]) -> float:
    """Caught out of all that differ from the source in what they do."""
    caught, alive = sum(one.caught for one in found), sum(one.alive for one in found)
    return caught / (caught + alive) if caught + alive else 1.0


def _report(verdicts: Sequence[Verdict], took_s: float) -> float:
    for verdict in verdicts:
        one = verdict.mutant
        if not verdict.is_caught and not is_equivalent(one):
            why = "no test runs it" if verdict.tests == 0 else f"{verdict.tests} tests passed"
            click.echo(f"  alive: {one.module}:{one.line}: {one.what}: {one.text}  ({why})")
    found = tallies(verdicts)
    click.echo(f"\n{'module':44} {'caught':>7} {'alive':>6} {'same':>5} {'score':>7}")
    for one in found:
        click.echo(f"{one.module:44} {one.caught:>7} {one.alive:>6} {one.equivalent:>5} {score([one]):>7.1%}")
    whole = score(found)
    click.echo(
        f"{'all':44} {sum(one.caught for one in found):>7} {sum(one.alive for one in found):>6} "
        f"{sum(one.equivalent for one in found):>5} {whole:>7.1%}   in {took_s:.0f} s"
    )
    return whole


@click.command()
@click.option("--share", default=1.0, show_default=True, help="Which share of the mutants, drawn at random.")
@click.option("--seed", default=0, show_default=True, help="Of the draw.")
@click.option("--module", "modules", multiple=True, help="Only these, e.g. omnify_core.money.")
@click.option("--least", default=_LEAST, show_default=True, help="Ends with 1 below this score.")
@click.option("--out", type=click.Path(path_type=Path), help="Verdicts as JSON lines, as they come.")
def main(share: float, seed: int, modules: tuple[str, ...], least: float, out: Path | None) -> None:
    """Makes mistakes in the money modules and counts those that the tests catch."""
    began = time.monotonic()
    chosen = [mutant for module in modules or MODULES for mutant in mutants_of(module)]
    if share < 1:
        chosen = sorted(random.Random(seed).sample(chosen, round(len(chosen) * share)))
    trials = Trials(chosen, out)
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *LATE, "-k"]
    options.append(" and ".join(f"not {name}" for name in _TOO_LONG))
    code = pytest.main([*options, *(str(ROOT / suite) for suite in SUITES)], plugins=[trials])
    if code or not trials.verdicts:
        raise click.ClickException(f"the tests do not hold without a mistake ({code}); {trials.trouble}")
    whole = _report(trials.verdicts, time.monotonic() - began)
    raise SystemExit(1 if whole < least else 0)


if __name__ == "__main__":
    main()
