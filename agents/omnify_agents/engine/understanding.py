"""From a message and what is known to the goals it states, in order."""

from __future__ import annotations

import re

from omnify_agents.engine.classifier import Guess
from omnify_agents.engine.clauses import clauses_of
from omnify_agents.engine.flow import Known
from omnify_agents.engine.followups import is_elliptical, is_no, is_yes, refined
from omnify_agents.engine.goals import Goal, Outcome
from omnify_agents.engine.intents import INTENTS, Intent
from omnify_agents.engine.languages import in_english
from omnify_agents.engine.pairing import paired_parts
from omnify_agents.engine.reading import Reading, read
from omnify_agents.engine.shipped import intent_classifier
from omnify_agents.engine.slots import slots_of

SURE = 0.45
MOST_GOALS = 6
_LONGEST = 2000
_NO_INTENT = Intent("", "", "")


def goals_of(text: str, known: Known) -> tuple[Goal, ...]:
    """What the message asks for. A message that answers our question continues the goal that raised it."""
    text = in_english(text[:_LONGEST]).text
    whole = read(text)
    if known.question is not None and (answered := known.question(whole, text)) is not None:
        return (answered,)
    if is_yes(whole) or is_no(whole):
        return (_yes_or_no(whole, known),)
    goals: list[Goal] = []
    for clause in clauses_of(text):
        goals += _goals_of(clause, goals or list(known.goals))
    return _kept(goals, text) or (Goal("unsure", text),)


def _goals_of(clause: str, earlier: list[Goal]) -> list[Goal]:
    reading = read(clause)
    if earlier and INTENTS.get(earlier[-1].intent, _NO_INTENT).tool and is_elliptical(reading):
        again = refined(earlier[-1], reading)
        if again is not None:
            return [again]
    guess = intent_classifier().guess(clause)
    if guess.probability < SURE:
        return [Goal("unsure", clause, options=_options(guess))]
    parts = paired_parts(reading) if guess.intent == "budget" else ()
    if parts:
        return [Goal("budget", part.text, slots_of("budget", part)) for part in parts]
    return [Goal(guess.intent, clause, slots_of(guess.intent, reading))]


def _yes_or_no(reading: Reading, known: Known) -> Goal:
    if is_no(reading):
        return Goal("no", reading.text)
    if known.outcome is Outcome.PROPOSED:
        return Goal("approve", reading.text)
    thanks = re.search(r"\b(?:thanks?|thank you|great|good|perfect|fine|ok|okay)\b", reading.text)
    return Goal("smalltalk" if thanks else "unsure", reading.text)


def _kept(goals: list[Goal], text: str) -> tuple[Goal, ...]:
    """Without greetings beside a request, and without doubt where a neighbor is clear."""
    clear = [goal for goal in goals if goal.intent not in ("unsure", "smalltalk")]
    if clear:
        return tuple(clear[:MOST_GOALS])
    unsure = [goal for goal in goals if goal.intent == "unsure"]
    if len(unsure) > 1:
        guess = intent_classifier().guess(text)
        if guess.probability >= SURE:
            return (Goal(guess.intent, text, slots_of(guess.intent, read(text))),)
        return (Goal("unsure", text, options=_options(guess)),)
    return tuple(unsure or goals[:1])


def _options(guess: Guess) -> tuple[str, ...]:
    return tuple(intent for intent, probability in guess.ranking[:3] if probability > 0.08)
