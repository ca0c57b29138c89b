"""`omnify allocate`: split a budget over campaigns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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
    from omnify_ml.allocation import allocate_frame

    with err.status("allocating…"):
        found: dict[str, Any] = allocate_frame(read_csv(file), budget=budget).model_dump()
    if as_json:
        click.echo(json.dumps(found))
        return
    table = Table("Campaign", "Now", "Proposed", "Marginal return", box=None)
    for row in found["campaigns"]:
        table.add_row(row["campaign"], *(f"{row[key]:.2f}" for key in ("now", "spend", "marginal")))
    out.print(table)
    out.print(f"expected value {found['value']:.2f}, certified gap {found['gap']:.2e}", highlight=False)
