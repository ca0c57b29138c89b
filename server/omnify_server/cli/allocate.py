"""`omnify allocate`: split a budget over campaigns."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from omnify_server.cli.backtest import read_csv
from omnify_server.cli.entry import err, json_option, out


@click.command("allocate")
@click.option("--data", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--budget", required=True, type=float, help="Per day, in the data's currency.")
@json_option
def command(file: Path, budget: float, as_json: bool) -> None:
    """Split --budget over the campaigns of --data: daily history, or curves (a, k, s, min, max)."""
    from omnify_ml.plans import allocate_frame

    with err.status("allocating…"):
        found = allocate_frame(read_csv(file), budget=budget)
    if as_json:
        click.echo(found.model_dump_json())
        return
    table = Table("Campaign", "Now", "Proposed", "Marginal return", box=None)
    for row in found.campaigns:
        table.add_row(row.campaign, f"{row.now:.2f}", f"{row.spend:.2f}", f"{row.marginal:.3f}")
    out.print(table)
    now = "" if found.value_now is None else f" (now {found.value_now:.2f})"
    out.print(f"expected value a day {found.value:.2f}{now}, unspent {found.unspent:.2f}", highlight=False)
    out.print(f"certified gap {found.gap:.1e} · {found.basis}", highlight=False)
