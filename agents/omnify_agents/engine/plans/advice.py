"""What is said where a change is weighed or imagined, and not ordered: the evidence, and no proposal."""

from __future__ import annotations

from dataclasses import replace

from omnify_agents.engine.choosing import chosen
from omnify_agents.engine.flow import Call, Known, Plan, Steps, call
from omnify_agents.engine.followups import is_yes
from omnify_agents.engine.goals import By, Goal, Outcome, Ref, RefKind, Reply
from omnify_agents.engine.moods import Mood
from omnify_agents.engine.outputs import ListedCampaign, TableOutput
from omnify_agents.engine.plans.amounts import as_argument, money_argument
from omnify_agents.engine.reading import Reading
from omnify_agents.engine.replies import named, output_reply

_POINTED = (RefKind.ID, RefKind.NAME, RefKind.EXTREME, RefKind.ORDINAL, RefKind.PRONOUN)
_LEADS = {
    Mood.WEIGHS: "You asked whether to, so I propose nothing; this is what the decision can rest on.",
    Mood.IMAGINES: "You asked what it would do, so I propose nothing; this is what the figures say.",
}
_DECISION = 'If you want it, say "do it" and I put the proposal, with its simulated effect, before a person.'


def weighed(goal: Goal, known: Known) -> Plan:
    """For one campaign its standing and forecast; for money, what the next unit of spend brings."""
    picked = yield from _picked(goal, known)
    outputs = yield tuple(_evidence(goal, picked))
    replies = [output_reply(output) for output in outputs]
    sure = _pointing(goal, Ref(RefKind.ID, picked[0].id)) if picked else goal
    can_follow = (goal.intent in ("pause", "enable") and bool(picked)) or goal.slots.change is not None
    about = [f"It is about {named(picked[0])}."] if picked else []
    text = "\n\n".join(
        [
            " ".join([_LEADS[goal.mood], *about]),
            *(reply.text for reply in replies),
            *([_DECISION] if can_follow else []),
        ]
    )

    def answer(reading: Reading, _text: str) -> Goal | None:
        return replace(sure, mood=Mood.ORDERS, condition=None) if is_yes(reading) else None

    answered = any(isinstance(output, TableOutput) for output in outputs)
    outcome = Outcome.ANSWERED if answered else replies[0].outcome
    return Reply(outcome, text, answer if can_follow else None, campaigns=tuple(picked))


def left_alone(goal: Goal, _known: Known) -> Plan:
    """ "Don't pause anything": said so, and nothing done."""
    yield from ()
    noted = "Noted" if goal.mood is Mood.TELLS else "Understood"
    return Reply(Outcome.ANSWERED, f"{noted}: I propose nothing for that, and nothing is changed.")


def _picked(goal: Goal, known: Known) -> Steps[list[ListedCampaign]]:
    """What it is about; for a move both ends where both were named."""
    source, target = goal.slots.source, goal.slots.target
    if goal.intent == "move" and source and target and not {source.kind, target.kind} - set(_POINTED):
        ends = [
            (source, lambda ref: goal.with_slots(source=ref)),
            (target, lambda ref: goal.with_slots(target=ref)),
        ]
        return (yield from chosen(ends, known))
    refs = [ref for ref in goal.slots.refs if ref.kind in _POINTED or ref.words][:1]
    if not refs or goal.intent == "undo":
        return []
    return (yield from chosen([(refs[0], lambda ref: _pointing(goal, ref))], known))


def _what_if(goal: Goal, picked: list[ListedCampaign]) -> Call | None:
    """The tool that computes the case, where campaign and amount were said without doubt."""
    change = goal.slots.change
    if change is None or change.by is By.UNCLEAR or not picked:
        return None
    if goal.intent == "budget" and (change.sign or change.by is By.TO):
        return call(
            "what_if_budget", campaign_id=picked[0].id, amount=as_argument(change), days=goal.slots.days
        )
    if goal.intent == "move" and len(picked) == 2 and change.amount is not None:
        amount = money_argument(change.amount).partition(" ")[0]
        return call("what_if_move", from_campaign_id=picked[0].id, to_campaign_id=picked[1].id, amount=amount)
    return None


def _evidence(goal: Goal, picked: list[ListedCampaign]) -> list[Call]:
    platform = goal.slots.platforms[0] if len(goal.slots.platforms) == 1 else ""
    platform = picked[0].platform if picked else platform
    if goal.intent == "undo":
        return [call("pending_approvals")]
    money = goal.intent in ("budget", "move")
    case = _what_if(goal, picked)
    if case is not None:
        return [case]
    look = call("marginal_returns", platform=platform, limit=10) if money else None
    ahead = call("forecast_performance", campaign_id=picked[0].id, days=7) if picked else None
    found = [each for each in (look, ahead) if each is not None]
    return found or [call("rank_campaigns", metric="roas", order="worst", platform=platform, period="last_30_days", limit=5)]  # fmt: skip


def _pointing(goal: Goal, ref: Ref) -> Goal:
    return goal.with_slots(refs=(ref, *goal.slots.refs[1:]))
