"""From a message and what is known to the goals it states, in order."""

from __future__ import annotations

import re
from dataclasses import replace

from omnify_agents.engine.changes import is_clear
from omnify_agents.engine.classifier import Guess
from omnify_agents.engine.clauses import clauses_of
from omnify_agents.engine.comparisons import BUDGET
from omnify_agents.engine.conditionals import Conditional, applied, conditional_in
from omnify_agents.engine.flow import Known
from omnify_agents.engine.followups import is_elliptical, is_no, is_yes, refined
from omnify_agents.engine.goals import Condition, Goal, Outcome, Ref, RefKind, Slots
from omnify_agents.engine.intents import INTENTS, Intent
from omnify_agents.engine.languages import in_english
from omnify_agents.engine.lookups import LOOKUPS, lookup_in
from omnify_agents.engine.moods import ACTIONS, Mood, mood_of
from omnify_agents.engine.orders import DICTATES, order_in
from omnify_agents.engine.pairing import paired_parts
from omnify_agents.engine.reading import Reading, read
from omnify_agents.engine.reported import own_words
from omnify_agents.engine.shipped import intent_classifier
from omnify_agents.engine.slots import slots_of

SURE = 0.45
MOST_GOALS = 6
_LONGEST = 2000
_ASKS = re.compile(
    r"^(?:(?:and|also|please|then|so)\s+)*(?:which|what|how|why|who|where|show|tell me|give me|list|can you|could you|set|make|change|pause|"
    r"raise|lower|cut|move|stop|start|check|compare|create|send|export)\s+\S+\s+\S+|\S+\s+\S+\s+\S+.*\?\s*$",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:the (?:others?|rest)(?: ones)?|all (?:the )?others|the other (?:ones|campaigns))\b"
)
_OWN_PEOPLE = re.compile(
    r"\b(?:our|my) (?!other|competitor)(?:\w+ )?(?:customers?|buyers?|leads?|contacts?)\b"
)
"""Whose customers are meant: "customer" alone sounds like another client of the same agency."""
_SHORT = 12
_QUESTION = re.compile(
    r"(?:are|is|was|were|will|do|does|did|has|have|how|which|what|where|when|who|why)\b(?! if\b)"
)
_NO_LOOK = ACTIONS | {
    "approve",
    "guarantee",
    "policy",
    "foreign",
    "delete",
    "secrets",
    "remember",
}
"""What telling words never turn into a look: orders, and what is refused."""
_NO_ORDER = frozenset({"guarantee", "policy", "foreign", "secrets"})
_IDLE = frozenset({"unsure", "smalltalk", "no"})
_NO_INTENT = Intent("", "", "")


def goals_of(text: str, known: Known) -> tuple[Goal, ...]:
    """What the message asks for. A message that answers our question continues the goal that raised it."""
    text = in_english(text[:_LONGEST]).text
    whole = read(text)
    if known.question is not None and (answered := known.question(whole, text)) is not None:
        return (answered,)
    if is_yes(whole) or is_no(whole):
        return (_yes_or_no(whole, known),)
    if (others := _for_the_others(whole, known)) is not None:
        return (others,)
    text = own_words(text)
    if not text.strip():
        return (Goal("quoted", text),)
    conditional = conditional_in(text)
    goals = (
        _in_order(text, list(known.goals)) if conditional is None else _under(conditional, list(known.goals))
    )
    return _kept(goals, text) or (Goal("unsure", text),)


def _in_order(text: str, earlier: list[Goal]) -> list[Goal]:
    goals: list[Goal] = []
    # What is dictated behind a colon may hold any words and any marks.
    clauses = [text] if ":" in text and order_in(read(text)) in DICTATES else clauses_of(text)
    for clause in clauses:
        goals += _goals_of(clause, goals or earlier)
    return goals


def _under(said: Conditional, earlier: list[Goal]) -> list[Goal]:
    """What stands in front of a condition depends on it only where nothing follows that could."""
    before = _in_order(said.before, earlier)
    condition = _of_what_was_named(said.condition, before)
    then = _in_order(said.then, before or earlier) if said.then else []
    after = _in_order(said.after, then or before or earlier) if said.after else []
    leads = bool(before) and before[-1].intent in ACTIONS
    if leads and (not said.then or not any(goal.intent in ACTIONS for goal in then)):
        before, then, after = before[:-1], before[-1:], [*then, *after]
    elif not then:
        before, then = [], before
    if not condition.metric:
        # What it hangs on was not understood: nothing of it may be done as if it had not been said.
        every = [*before, *then, *after]
        return [applied(goal, condition, when=True) if _is_order(goal) else goal for goal in every]
    otherwise = (
        [goal for goal in _in_order(said.otherwise, then) if goal.intent not in _IDLE]
        if said.otherwise
        else []
    )
    first, second = (replace(condition, branch=branch if otherwise else "") for branch in ("first", "second"))
    gated = [applied(goal, first, when=not said.turned) for goal in then if goal.intent not in _IDLE]
    turned = [applied(goal, second, when=said.turned) for goal in otherwise]
    return [*before, *gated, *turned, *after]


def _of_what_was_named(condition: Condition, before: list[Goal]) -> Condition:
    """ "Show me Meta, and if its CPA is over 70": it is Meta."""
    platforms = before[-1].slots.platforms if before else ()
    if len(platforms) != 1 or before[-1].slots.refs or condition.ref or not condition.of_campaign:
        return condition
    return (
        condition
        if condition.metric == BUDGET
        else replace(condition, of_campaign=False, platform=platforms[0])
    )


def _is_order(goal: Goal) -> bool:
    return goal.intent in ACTIONS and goal.mood is Mood.ORDERS


def _goals_of(clause: str, earlier: list[Goal]) -> list[Goal]:
    reading = read(clause)
    if earlier and INTENTS.get(earlier[-1].intent, _NO_INTENT).tool and is_elliptical(reading):
        again = refined(earlier[-1], reading)
        if again is not None:
            return [again]
    guess = intent_classifier().guess(clause)
    is_sure = guess.probability >= SURE
    if (ordered := order_in(reading)) and not (is_sure and guess.intent in _NO_ORDER):
        return [Goal(ordered, clause, slots_of(ordered, reading), mood=mood_of(reading.text))]
    looked = lookup_in(reading)
    if looked and (not (is_sure and guess.intent in _NO_LOOK) or _is_clearly(looked, guess, reading)):
        return [Goal(looked, clause, slots_of(looked, reading))]
    if not is_sure:
        return [Goal("unsure", clause, options=_options(guess))]
    mood = mood_of(reading.text) if guess.intent in ACTIONS else Mood.ORDERS
    if guess.intent == "undo" and mood is not Mood.WEIGHS:
        mood = Mood.ORDERS
    parts = paired_parts(reading) if guess.intent == "budget" else ()
    if parts:
        return _paired(clause, [slots_of("budget", part) for part in parts], mood)
    return [Goal(guess.intent, clause, slots_of(guess.intent, reading), mood=mood)]


def _is_clearly(looked: str, guess: Guess, reading: Reading) -> bool:
    """Whether the look stands against what the classifier sees: "are we on pace with a budget of 5000?"."""
    if guess.intent == "foreign":
        return bool(_OWN_PEOPLE.search(reading.text))
    if guess.intent in ACTIONS:
        return bool(_QUESTION.match(reading.text))
    return LOOKUPS[looked].is_firm


def _paired(clause: str, each: list[Slots], mood: Mood) -> list[Goal]:
    """One goal where each part says its campaign and its change without doubt; else one per part, to be asked about."""
    refs, changes = [slots.refs[:1] for slots in each], [slots.change for slots in each]
    clear = [change for change in changes if change is not None and is_clear(change)]
    if len(clear) == len(each) and all(refs):
        joined = Slots(refs=tuple(ref for one in refs for ref in one), change=clear[0], changes=tuple(clear))
        return [Goal("budget", clause, joined, mood=mood)]
    return [Goal("budget", clause, slots, mood=mood) for slots in each]


def _for_the_others(reading: Reading, known: Known) -> Goal | None:
    """ "Do it for the others too": the rest of what was listed last."""
    earlier = known.goals[-1] if known.goals else None
    if earlier is None or not _OTHERS.search(reading.text) or len(reading.text.split()) > _SHORT:
        return None
    done = {campaign.id for campaign in known.focus}
    rest = [campaign for campaign in known.listed if campaign.id not in done]
    if not rest or not earlier.slots.refs:
        return None
    return replace(
        earlier.with_slots(refs=tuple(Ref(RefKind.ID, campaign.id) for campaign in rest), count=0),
        amends=False,
    )


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
        open_ones = [
            Goal("left_out", goal.text)
            for goal in goals
            if goal.intent == "unsure" and _ASKS.search(goal.text)
        ]
        return (*clear[:MOST_GOALS], *open_ones[:2])
    unsure = [goal for goal in goals if goal.intent == "unsure"]
    if len(unsure) > 1:
        guess = intent_classifier().guess(text)
        if guess.probability >= SURE:
            return (Goal(guess.intent, text, slots_of(guess.intent, read(text))),)
        return (Goal("unsure", text, options=_options(guess)),)
    return tuple(unsure or goals[:1])


def _options(guess: Guess) -> tuple[str, ...]:
    return tuple(intent for intent, probability in guess.ranking[:3] if probability > 0.08)
