"""`omnify market`: weeks of autonomous operation, scored."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # listing commands must not import what they need
    from omnify_evals.market.scoring import MarketResult, MarketSummary

_POLICIES = click.Choice(["copilot", "hold", "equal", "oracle"])


@click.group("market")
def command() -> None:
    """Run the sandbox's world for some weeks and score what was earned."""


@command.command("run")
@click.option("--days", default=60, show_default=True, type=click.IntRange(7, 365))
@click.option("--policy", default="copilot", show_default=True, type=_POLICIES)
@click.option("--seed", default=1, show_default=True, help="The world; the first of them with --seeds.")
@click.option("--seeds", default=1, show_default=True, type=click.IntRange(1, 200), help="How many worlds.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
def run(days: int, policy: str, seed: int, seeds: int, as_json: bool) -> None:
    """Value, regret against a clairvoyant, broken caps and duplicates of one POLICY."""
    from omnify_evals.market.scoring import market_run, summary_of

    runs = []
    for number in range(seed, seed + seeds):
        runs.append(asyncio.run(market_run(policy, number, days)))
        if not as_json:
            click.echo(_line(runs[-1]))
    summary = summary_of(runs)
    if as_json:
        click.echo((runs[0] if seeds == 1 else summary).model_dump_json())
    elif seeds > 1:
        click.echo(_total(summary))


def _line(one: MarketResult) -> str:
    gap = "no gap" if one.gap_closed is None else f"{one.gap_closed:+.0%} of the gap closed"
    return (
        f"seed {one.seed}: {one.policy} {one.value:,.0f} USD, hold {one.hold_value:,.0f}, oracle "
        f"{one.oracle_value:,.0f}; {gap}; {one.changes} changes, {one.denied} denied, "
        f"{one.cap_violations} caps broken, {one.duplicates} duplicates; {one.cpu_seconds:.0f} s CPU"
    )


def _total(summary: MarketSummary) -> str:
    if summary.gap_closed_median is None:
        return f"{len(summary.runs)} worlds without a gap between hold and oracle"
    return (
        f"{len(summary.runs)} worlds, {summary.days} days: median {summary.gap_closed_median:+.0%} of the "
        f"gap closed ({summary.gap_closed_worst:+.0%} to {summary.gap_closed_best:+.0%}); "
        f"{summary.below_hold} below hold; {summary.cap_violations} caps broken, "
        f"{summary.duplicates} duplicates"
    )
