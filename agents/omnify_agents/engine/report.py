"""`python -m omnify_agents.engine.report`: how well held-out paraphrase families are understood.

The classifier is trained on the other families only; what ships is then trained on all of them.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from omnify_agents.engine.classifier import IntentClassifier
from omnify_agents.engine.examples import Example, load_examples
from omnify_agents.engine.features import words_in
from omnify_agents.engine.intents import INTENTS
from omnify_agents.engine.training import TEMPERATURE, trained
from omnify_agents.engine.understanding import SURE

STYLES = ("idiom", "mixed", "pattern")
MOST_CONFUSIONS = 25


@dataclass(frozen=True, slots=True)
class Judged:
    """A held-out utterance and what it was taken for."""

    example: Example
    intent: str
    probability: float

    @property
    def action_is_right(self) -> bool:
        return self.intent == self.example.intent

    @property
    def route_is_right(self) -> bool:
        return INTENTS[self.intent].specialist == INTENTS[self.example.intent].specialist


def judged(classifier: IntentClassifier, examples: Sequence[Example]) -> list[Judged]:
    guesses = [(example, classifier.guess(example.text)) for example in examples]
    return [Judged(example, guess.intent, guess.probability) for example, guess in guesses]


def unseen(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Training examples, and the held-out ones that read differently from all of them, each once."""
    training = [example for example in examples if not example.is_held_out]
    known = {words_in(example.text) for example in training}
    held_out = {words_in(example.text): example for example in examples if example.is_held_out}
    return training, [example for words, example in held_out.items() if words not in known]


def measured() -> dict[str, Any]:
    """All figures of the report as plain data."""
    training, held_out = unseen(load_examples())
    results = judged(trained(training, temperature=TEMPERATURE), held_out)
    sure = [result for result in results if result.probability >= SURE]
    return {
        "families": {
            "training": len({example.family for example in training}),
            "held_out": len({example.family for example in held_out}),
        },
        "utterances": {"training": len(training), "held_out": len(held_out)},
        "all": _shares(results),
        "acted_on": {"share": round(len(sure) / len(results), 4), **_shares(sure)},
        "by_style": {style: _shares(list(_of_style(results, style))) for style in (*STYLES, "plain")},
        "by_intent": {
            intent: _shares([one for one in results if one.example.intent == intent]) for intent in INTENTS
        },
        "confusions": _confusions(results),
        "routes": _matrix(results, lambda intent: INTENTS[intent].specialist or "here"),
    }


def _shares(results: Sequence[Judged]) -> dict[str, float]:
    count = max(len(results), 1)
    return {
        "count": len(results),
        "routing": round(sum(result.route_is_right for result in results) / count, 4),
        "action": round(sum(result.action_is_right for result in results) / count, 4),
    }


def _of_style(results: Sequence[Judged], style: str) -> list[Judged]:
    def style_of(result: Judged) -> str:
        name = result.example.family.partition("/")[2]
        return next((each for each in STYLES if name.startswith(each)), "plain")

    return [result for result in results if style_of(result) == style]


def _confusions(results: Sequence[Judged]) -> list[tuple[str, str, int]]:
    counts = Counter((one.example.intent, one.intent) for one in results if not one.action_is_right)
    return [(wanted, got, count) for (wanted, got), count in counts.most_common(MOST_CONFUSIONS)]


def _matrix(results: Sequence[Judged], name_of: Callable[[str], str]) -> dict[str, dict[str, int]]:
    names = sorted({name_of(intent) for intent in INTENTS})
    counts = Counter((name_of(one.example.intent), name_of(one.intent)) for one in results)
    return {wanted: {got: counts[wanted, got] for got in names} for wanted in names}


def in_words(figures: dict[str, Any]) -> str:
    """The report as text."""
    whole, acted = figures["all"], figures["acted_on"]
    families, utterances = figures["families"], figures["utterances"]
    lines = [
        f"Held out: {families['held_out']} families, {utterances['held_out']} utterances that read like none in training.",
        f"Trained on: {families['training']} families, {utterances['training']} utterances.",
        f"All of them: routing {whole['routing']:.1%}, action {whole['action']:.1%}.",
        f"Acted on rather than asked back, {acted['share']:.1%}: routing {acted['routing']:.1%}, action {acted['action']:.1%}.",
        "",
        *(_line(style, one) for style, one in figures["by_style"].items()),
        "",
        *_matrix_lines(figures["routes"]),
        "",
        *(_line(intent, one) for intent, one in figures["by_intent"].items()),
        "",
        "Most frequent confusions (wanted, understood, count):",
        *(f"  {wanted:<22} {got:<22} {count}" for wanted, got, count in figures["confusions"]),
    ]
    return "\n".join(lines)


def _line(name: str, one: dict[str, float]) -> str:
    return f"  {name:<22}{one['count']:>5}  routing {one['routing']:.1%}  action {one['action']:.1%}"


def _matrix_lines(routes: dict[str, dict[str, int]]) -> list[str]:
    names = list(routes)
    head = "Specialist wanted (rows), chosen (columns):"
    columns = " " * 12 + "".join(f"{name[:9]:>10}" for name in names)
    return [
        head,
        columns,
        *(f"{name:<12}" + "".join(f"{routes[name][other]:>10}" for other in names) for name in names),
    ]


def main() -> None:
    """With `--json`, the figures as JSON."""
    figures = measured()
    sys.stdout.write((json.dumps(figures) if "--json" in sys.argv[1:] else in_words(figures)) + "\n")


if __name__ == "__main__":
    main()
