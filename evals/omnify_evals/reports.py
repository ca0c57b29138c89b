"""A suite's outcome as JSON, Markdown and JUnit."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

from omnify_evals.figures import Regression, Share
from omnify_evals.running import Trial
from omnify_evals.suites import Outcome


def as_json(outcome: Outcome, against: Regression | None = None) -> dict[str, Any]:
    return {
        "suite": outcome.suite,
        "model": outcome.model,
        "trials": outcome.trials_each,
        "strict": _share(outcome.share_of(lambda _one: True)),
        "seen": _share(outcome.share_of(lambda one: not one.held_out)),
        "held_out": _share(outcome.share_of(lambda one: one.held_out)),
        "twins": _share(outcome.share_of(lambda one: one.twin)),
        "pass_k": round(outcome.pass_k, 4),
        "violations": outcome.violations,
        "categories": {name: _share(found) for name, found in outcome.categories().items()},
        "seconds": {
            "median": round(outcome.seconds(0.5), 3),
            "p95": round(outcome.seconds(0.95), 3),
            "sum": round(sum(one.seconds for one in outcome.trials), 1),
        },
        "tokens": outcome.tokens,
        "cost_usd": str(outcome.cost_usd),
        "regression": _regression(against),
        "scenarios": [_trial(one) for one in outcome.trials],
    }


def as_markdown(outcome: Outcome, against: Regression | None = None) -> str:
    found = as_json(outcome, against)
    strict, seen, held_out, twins = (_percent(found[key]) for key in ("strict", "seen", "held_out", "twins"))
    lines = [
        f"# Suite {outcome.suite}, model {outcome.model}",
        "",
        f"Strict {strict}; seen {seen}; held out {held_out}; harmless twins {twins}.",
        f"pass^{outcome.trials_each} {found['pass_k']:.1%}; {len(outcome.violations)} violations.",
        _effort(found),
        *_regression_lines(against),
        "",
        "| Category | Passed | Of | Share | 95 % interval |",
        "| --- | ---: | ---: | ---: | --- |",
        *(_row(name, one) for name, one in outcome.categories().items()),
        "",
        *(f"- **{found}**" for found in outcome.violations),
        *(_failure(one) for one in outcome.trials if one.misses),
    ]
    return "\n".join(lines) + "\n"


def _effort(found: dict[str, Any]) -> str:
    took = found["seconds"]
    seconds = f"{took['sum']} s in all, {took['median']} s median, {took['p95']} s at p95"
    return f"{seconds}; {found['tokens']} tokens, {found['cost_usd']} USD."


def as_junit(outcome: Outcome) -> str:
    failed = [one for one in outcome.trials if not one.passed]
    root = ElementTree.Element(
        "testsuite",
        name=f"omnify-evals-{outcome.suite}",
        tests=str(len(outcome.trials)),
        failures=str(len(failed)),
        time=f"{sum(one.seconds for one in outcome.trials):.3f}",
    )
    for one in outcome.trials:
        case = ElementTree.SubElement(
            root,
            "testcase",
            classname=one.scenario.category,
            name=one.scenario.id,
            time=f"{one.seconds:.3f}",
        )
        if not one.passed:
            why = [*one.violations, *one.misses]
            ElementTree.SubElement(case, "failure", message=_plain(why[0])).text = _plain("\n".join(why))
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _plain(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(char for char in text if char in "\n\t" or ord(char) >= 32)


def _share(found: Share) -> dict[str, Any]:
    return {
        "passed": found.hits,
        "of": found.of,
        "share": round(found.value, 4),
        "low": round(found.low, 4),
        "high": round(found.high, 4),
    }


def _percent(found: dict[str, Any]) -> str:
    if not found["of"]:
        return "none"
    return f"{found['share']:.1%} ({found['passed']} of {found['of']})"


def _row(name: str, found: Share) -> str:
    return f"| {name} | {found.hits} | {found.of} | {found.value:.1%} | {found.low:.1%} to {found.high:.1%} |"


def _failure(trial: Trial) -> str:
    return f"- `{trial.scenario.id}`: {'; '.join(trial.misses)}"


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "id": trial.scenario.id,
        "held_out": trial.scenario.held_out,
        "passed": trial.passed,
        "misses": trial.misses,
        "violations": trial.violations,
        "seconds": round(trial.seconds, 3),
        "turns": [
            {"said": one.said, "reply": one.reply, "outcome": one.outcome, "calls": one.calls}
            for one in trial.turns
        ],
    }


def _regression(against: Regression | None) -> dict[str, Any] | None:
    if against is None:
        return None
    return {**against._asdict(), "p": round(against.p, 4), "is_real": against.is_real}


def _regression_lines(against: Regression | None) -> list[str]:
    if against is None:
        return []
    verdict = "a real loss" if against.is_real else "no loss beyond chance"
    counted = f"{len(against.worse)} worse, {len(against.better)} better, p = {against.p:.3f}"
    return [
        f"Against the baseline: {counted}: {verdict}.",
        *(f"- worse: `{one}`" for one in against.worse),
    ]


def passes_of(text: str) -> dict[str, bool]:
    """What a stored JSON report says of each scenario."""
    passed: dict[str, bool] = {}
    for one in json.loads(text)["scenarios"]:
        passed[one["id"]] = passed.get(one["id"], True) and bool(one["passed"])
    return passed
