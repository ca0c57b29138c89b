"""A suite's outcome as one HTML page that needs nothing else. Every text is escaped; nothing is loaded."""

from __future__ import annotations

from html import escape

from omnify_evals.running import Trial, Turn
from omnify_evals.suites import Outcome

_CSP = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;
padding:0 1rem;color:#1c1f23;background:#fff}
table{border-collapse:collapse}td,th{padding:.3rem .8rem;border-bottom:1px solid #ddd;text-align:left}
details{border:1px solid #ddd;border-radius:6px;margin:.4rem 0;padding:.4rem .8rem}
summary{cursor:pointer}.bad{color:#a4161a}.good{color:#1b6e3c}
pre{white-space:pre-wrap;background:#f6f7f8;padding:.6rem;border-radius:6px}
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#16181b}
pre{background:#22252a}td,th,details{border-color:#3a3d42}}
"""


def as_html(outcome: Outcome) -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{one.hits} of {one.of}</td><td>{one.value:.1%}</td></tr>"
        for name, one in outcome.categories().items()
    )
    families = "".join(_family(name, trials) for name, trials in sorted(outcome.by_family().items()))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_CSP}">'
        f"<title>Evals: {escape(outcome.suite)}</title><style>{_STYLE}</style>"
        f"<h1>Suite {escape(outcome.suite)}, model {escape(outcome.model)}</h1>"
        f"<p>{len(outcome.violations)} violations; pass^{outcome.trials_each} {outcome.pass_k:.1%}; "
        f"median {outcome.seconds(0.5):.2f} s a scenario.</p>"
        f"<table><tr><th>Category<th>Passed<th>Share</tr>{rows}</table>{families}</html>\n"
    )


def _family(name: str, trials: list[Trial]) -> str:
    failed = sum(not one.passed for one in trials)
    word = f'<b class="bad">{failed} failed</b>' if failed else '<b class="good">passed</b>'
    source = f"<p>{escape(trials[0].scenario.source)}</p>"
    inner = "".join(_trial(one) for one in trials)
    head = f"<details{' open' if failed else ''}><summary>{escape(name)} {word}</summary>"
    return f"{head}{source}{inner}</details>"


def _trial(trial: Trial) -> str:
    why = "".join(f'<li class="bad">{escape(one)}</li>' for one in [*trial.violations, *trial.misses])
    turns = "".join(_turn(one) for one in trial.turns)
    return (
        f"<h3>{escape(trial.scenario.id)}{' (held out)' if trial.scenario.held_out else ''}</h3>"
        f"<ul>{why}</ul>{turns}"
    )


def _turn(turn: Turn) -> str:
    calls = "".join(f"<li><code>{escape(one)}</code></li>" for one in turn.calls)
    return (
        f"<p><b>{escape(turn.said)}</b> <i>{escape(turn.outcome)}</i></p><ul>{calls}</ul>"
        f"<pre>{escape(turn.reply)}</pre>"
    )
