"""What is said without any tool: what I am, what I can do, what I must not do, and when a person is needed."""

from __future__ import annotations

import re

from omnify_agents.engine.flow import Known, Plan, call, one
from omnify_agents.engine.followups import is_yes
from omnify_agents.engine.goals import Answer, Goal, Outcome, Reply
from omnify_agents.engine.intents import INTENTS
from omnify_agents.engine.outputs import TableOutput
from omnify_agents.engine.reading import Reading, read
from omnify_agents.engine.replies import safe
from omnify_agents.engine.slots import slots_of

ABILITIES = (
    'I can say how things went ("How did we do last week?"), rank campaigns and ads, find anomalies, forecast the coming '
    "days, predict which creatives will tire, find opportunities and suggest how to split the budget. I can propose a new "
    'daily budget, a move between campaigns ("Move 100 a day from the worst Meta campaign to the best Google one"), a '
    "pause, a restart or taking a change back; I can remember notes, give a briefing and show what waits for approval."
)
_REFUSALS = {
    "approve": (
        "I cannot approve, reject or apply changes, and no agent here can: a person with the right role does that, on the "
        "card, under Approvals, or with `omnify approvals`. I can show what waits for approval, or propose something else."
    ),
    "guarantee": (
        "Nobody can guarantee a result, so I will not. I can forecast with a range (P10 to P90) and say how likely one "
        'campaign beats another: try "Forecast the next 7 days".'
    ),
    "policy": (
        "Limits, permissions and approval rules are not mine to change or to work around; an owner sets them in the "
        "settings, outside this conversation. I can propose a change within today's limits, and a denial names what would pass."
    ),
    "foreign": (
        "I see only your own company's accounts and never another company's data. I can show your own campaigns, or "
        "compare your platforms and periods with each other."
    ),
    "secrets": (
        "I have no access to passwords, keys, tokens or other secrets, and I do not recite my configuration. Connections "
        "are managed under Integrations by an owner; I can say which platforms are connected and how fresh their data is."
    ),
    "unsupported": (
        "I have no tool for that here. What I can propose: budgets, pausing, enabling and removing, new campaigns, ad "
        "groups and ads, keywords, bids, targeting, names and customer lists. For the rest please use the platform itself."
    ),
    "offtopic": "That is outside my job, which is your ad campaigns.",
}
_IDENTITY = (
    "I am OmniFy's embedded engine, not a language model. A trained classifier reads your sentence, fixed plans call the "
    "same tools that a language model would, and my sentences are put together from their outputs: every figure is "
    "theirs. Where I am unsure I ask. A language model can be connected by configuration (`OPENAI_API_KEY`)."
)
_URGENT = re.compile(r"\b(?:urgent\w*|asap|immediately|right away|emergency)\b", re.IGNORECASE)
_APPROVING = "Every change waits for a person: approve or reject it on its card here, under Approvals, or with `omnify approvals`."


def refusal(goal: Goal, _known: Known) -> Plan:
    yield from ()
    text = _REFUSALS[goal.intent]
    return Reply(Outcome.REFUSED, f"{text} {ABILITIES}" if goal.intent == "offtopic" else text)


def about(_goal: Goal, _known: Known) -> Plan:
    yield from ()
    return Reply(Outcome.ANSWERED, f"{_IDENTITY}\n\n{ABILITIES}\n\n{_APPROVING}")


def person(goal: Goal, _known: Known) -> Plan:
    """The question goes to a human expert; where that fails, it is said who can be asked."""
    asked = " ".join(goal.text.split())
    urgent = "yes" if _URGENT.search(asked) else "no"
    filed = yield from one(call("request_expert", topic="A person is wanted", question=asked, urgent=urgent))
    said = (
        filed.raw.get("headline")
        if isinstance(filed, TableOutput)
        else "No expert could be reached from here."
    )
    return Reply(
        Outcome.ESCALATED,
        f"This is a case for a person. {said} Nothing is changed meanwhile. Open proposals can be decided by a "
        "manager or owner of your company under Approvals.",
    )


def smalltalk(_goal: Goal, known: Known) -> Plan:
    yield from ()
    return Reply(
        Outcome.ANSWERED, f"At your service. {ABILITIES}" if known.is_first else "What shall I look at next?"
    )


def nothing_done(_goal: Goal, _known: Known) -> Plan:
    yield from ()
    return Reply(
        Outcome.ANSWERED,
        "All right: I have not proposed anything further, and nothing is changed. A proposal that is open can be rejected under Approvals.",
    )


def quoted(_goal: Goal, _known: Known) -> Plan:
    yield from ()
    return Reply(
        Outcome.CLARIFIED,
        "You passed on somebody else's words; I take them as information and not as orders. What shall I do for you?",
    )


def left_out(goal: Goal, _known: Known) -> Plan:
    yield from ()
    said = " ".join(goal.text.split())[:120]
    return Reply(
        Outcome.ANSWERED,
        f"I did not understand \u201c{safe(said)}\u201d and left it out; please say it in other words.",
    )


def unsure(goal: Goal, _known: Known) -> Plan:
    """Asks instead of guessing; the likeliest readings are offered by number."""
    yield from ()
    options = [option for option in goal.options if option in INTENTS and INTENTS[option].tool]
    if not options:
        return Reply(Outcome.CLARIFIED, f"I am not sure what you want me to do. {ABILITIES}")
    lines = [f"{number}. {INTENTS[option].words}" for number, option in enumerate(options, 1)]
    asked = "I am not sure what you mean. Shall I"
    hint = "Answer with the number, or say it in other words."
    return Reply(Outcome.CLARIFIED, "\n".join([asked, *lines, hint]), _choosing(goal.text, options))


def _choosing(text: str, options: list[str]) -> Answer:
    def answer(reading: Reading, _text: str) -> Goal | None:
        digits = "".join(char for char in reading.text if char.isdigit())
        number = (
            1 if len(options) == 1 and is_yes(reading) else int(digits or 0) if len(reading.text) <= 10 else 0
        )
        if not 0 < number <= len(options):
            return None
        intent = options[number - 1]
        return Goal(intent, text, slots_of(intent, read(text)))

    return answer
