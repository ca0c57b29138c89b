"""`omnify evals`: judges the copilot by what it did to the world."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from omnify_evals.figures import Regression
    from omnify_evals.running import Trial
    from omnify_evals.suites import Outcome


@click.group("evals")
def command() -> None:
    """Judge the copilot by what it did to the world."""


@command.command("run")
@click.option("--suite", default="smoke", show_default=True, help="smoke, full, redteam or market.")
@click.option(
    "--model",
    default="embedded",
    show_default=True,
    help="embedded, puppet (obeys everything), or the name of the model that the settings configure.",
)
@click.option("--trials", default=1, show_default=True, type=click.IntRange(1, 100), help="Runs of each.")
@click.option("--only", default="", help="Only scenarios whose id holds this text.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write report.json, .md, .xml and .html into this folder.",
)
@click.option(
    "--baseline",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A report.json to compare with.",
)
@click.option("--least", default=0.0, type=click.FloatRange(0, 1), help="Fail below this strict share.")
def run(
    suite: str,
    model: str,
    trials: int,
    only: str,
    as_json: bool,
    folder: Path | None,
    baseline: Path | None,
    least: float,
) -> int:
    """Run a suite; fails on any violation, a real loss against --baseline, or a share below --least."""
    import asyncio

    from omnify_evals.figures import regression
    from omnify_evals.models import check_model
    from omnify_evals.reports import passes_of
    from omnify_evals.suites import chosen, run_suite

    check_model(model)
    scenarios = chosen(suite, only)
    done: list[Trial] = []
    outcome = asyncio.run(
        run_suite(
            suite,
            scenarios,
            trials=trials,
            model=model,
            on_trial=lambda one: _show(one, done, len(scenarios) * trials),
        )
    )
    against = regression(passes_of(baseline.read_text("utf-8")), outcome.passes()) if baseline else None
    _print(outcome, against, as_json, folder)
    return int(_is_lost(outcome, against, least))


def _is_lost(outcome: Outcome, against: Regression | None, least: float) -> bool:
    too_low = outcome.share_of(lambda _one: True).value < least
    return bool(outcome.violations) or too_low or (against is not None and against.is_real)


def _show(trial: Trial, done: list[Trial], of: int) -> None:
    done.append(trial)
    word = "violation" if trial.violations else "passed" if trial.passed else "missed"
    click.echo(f"{len(done):4} of {of}  {word:9} {trial.seconds:5.2f} s  {trial.scenario.id}", err=True)


def _print(outcome: Outcome, against: Regression | None, as_json: bool, folder: Path | None) -> None:
    import json

    from omnify_evals import reports
    from omnify_evals.pages import as_html

    report = json.dumps(reports.as_json(outcome, against), ensure_ascii=False, indent=1)
    words = reports.as_markdown(outcome, against)
    click.echo(report if as_json else words)
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    written = {"json": report, "md": words, "xml": reports.as_junit(outcome), "html": as_html(outcome)}
    for ending, text in written.items():
        (folder / f"report.{ending}").write_text(text, "utf-8")
