"""`omnify backtest`: a model on data it has never seen, beside its baselines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from omnify_core.errors import BadInput
from omnify_server.cli.entry import err, json_option

_MODELS = ["fatigue", "ltv", "performance", "anomaly", "creative", "experiments", "leads"]


@click.command("backtest")
@click.argument("model", type=click.Choice(_MODELS))
@click.option("--data", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--test-from", help="Date (or week) from which to judge; fitted strictly before.")
@click.option("--cut", help="ltv: the date that splits past from future.")
@click.option("--horizon", type=int, help="Days ahead.")
@click.option("--origins", type=int, help="performance: how many rolling origins.")
@click.option(
    "--windows", type=click.Path(exists=True, path_type=Path), help="anomaly: JSON {series: [[start, end]]}."
)
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="Draw to FILE.svg or FILE.png.")
@json_option
def command(
    model: str, file: Path, windows: Path | None, plot: Path | None, as_json: bool, **options: Any
) -> None:
    """Run MODEL on --data FILE.csv: its metrics, each baseline's, their ratios."""
    from omnify_memory.word_meanings import word_meanings
    from omnify_ml.backtest import run
    from omnify_ml.backtest.plots import draw

    given = {name: value for name, value in options.items() if value is not None}
    if windows is not None:
        given["windows"] = json.loads(windows.read_text())
    if model == "creative" and (meaning := word_meanings()) is not None:
        given["meaning"] = meaning
    with err.status(f"backtesting {model}…"):
        report = run(model, read_csv(file), **given)
    if plot is not None:
        draw(report, plot)
    click.echo(report.model_dump_json() if as_json else report.table())


def read_csv(file: Path) -> Any:
    """Raises BadInput where the file is no CSV with a header."""
    import pandas as pd

    try:
        return pd.read_csv(file)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise BadInput(f"{file} is not a CSV file with a header line: {error}") from error
