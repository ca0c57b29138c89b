"""Changing what waits, and taking back what was applied: the change set that is meant is found first."""

from __future__ import annotations

import re

from omnify_agents.engine.choosing import chosen
from omnify_agents.engine.flow import Call, Known, Plan, Steps, ask, call, one
from omnify_agents.engine.goals import Answer, Change, Goal, Outcome, Ref, RefKind, Reply
from omnify_agents.engine.mentions import Kind
from omnify_agents.engine.outputs import Problem, TableOutput
from omnify_agents.engine.plans.amounts import as_argument, money_argument
from omnify_agents.engine.plans.scope import period_of
from omnify_agents.engine.reading import Reading, read
from omnify_agents.engine.replies import output_reply, problem_reply, safe

MOST_TAKEN_BACK = 5
_INSTEAD = re.compile(
    r"\b(?:instead|rather|actually|correction|sorry|i meant|make (?:it|that)|change (?:it|that) to)\b"
)
_ALL = re.compile(r"\b(?:all|every|everything|each|both)\b")
_NAMED = (RefKind.ID, RefKind.NAME)


def revised(goal: Goal, change: Change, ids: tuple[str, ...], known: Known) -> Steps[Reply | None]:
    """The waiting proposal with the new amount; None where nothing waits that this would correct.

    `ids`: the campaigns that the change is about. What was decided meanwhile is no longer revised.
    """
    sets = {known.waiting.get(id_, "") for id_ in ids}
    corrects = goal.amends or bool(_INSTEAD.search(read(goal.text).text))
    if not corrects or len(sets) != 1 or "" in sets:
        return None
    is_move = goal.intent == "move"
    amount = money_argument(change.amount) if is_move and change.amount else as_argument(change)
    about = {"change_set_id": sets.pop(), "campaign_id": "" if is_move else ids[0], "amount": amount}
    output = yield from one(Call("propose_revision", about))
    if isinstance(output, Problem) and output.code in ("not_found", "conflict", "bad_input", "not_open"):
        return None
    return output_reply(output)


def undo(goal: Goal, known: Known) -> Plan:
    """The one that was named; else the one that fits the day or the campaign; else the last."""
    refs = [ref for ref in goal.slots.refs if ref.kind in _NAMED]
    period = period_of(goal) or ("today" if _ALL.search(read(goal.text).text) and not refs else "")
    if goal.slots.change_set or not (refs or period):
        return output_reply((yield from one(_taking_back(goal.slots.change_set))))
    campaign = ""
    if refs:
        campaign = (yield from chosen([(refs[0], lambda ref: _about(goal, ref))], known))[0].id
    applied = yield from one(
        call("change_history", period=period or "last_30_days", campaign_id=campaign, status="done", limit=50)
    )
    if not isinstance(applied, TableOutput):
        assert isinstance(applied, Problem)
        return problem_reply(applied)
    if not applied.rows:
        when = period.replace("_", " ") or "the last 30 days"
        return Reply(
            Outcome.ANSWERED, f"No change was applied there ({when}), so there is nothing to take back."
        )
    ids = _picked(goal, applied, one_is_enough=bool(refs) and not period)
    outputs = yield tuple(_taking_back(id_) for id_ in ids)
    replies = [output_reply(output) for output in outputs]
    outcomes = [reply.outcome for reply in replies]
    outcome = Outcome.PROPOSED if Outcome.PROPOSED in outcomes else outcomes[0]
    return Reply(outcome, "\n\n".join(reply.text for reply in replies))


def _picked(goal: Goal, applied: TableOutput, *, one_is_enough: bool) -> list[str]:
    """Newest first. Raises Stop with a question where several fit and not all were meant."""
    ids = [str(row["change_set_id"]) for row in applied.rows]
    if len(ids) == 1 or one_is_enough:
        return ids[:1]
    if _ALL.search(read(goal.text).text) and len(ids) <= MOST_TAKEN_BACK:
        return ids
    lines = [
        f"{number}. {safe(row.get('title'))} (`{row.get('change_set_id')}`)"
        for number, row in enumerate(applied.rows[:MOST_TAKEN_BACK], 1)
    ]
    text = f'{len(ids)} changes were applied there. Which one shall I propose to take back? Answer with its number, its id, or "all".'
    raise ask("\n".join([text, *lines]), _answering(goal, ids[:MOST_TAKEN_BACK]))


def _answering(goal: Goal, ids: list[str]) -> Answer:
    def answer(reading: Reading, _text: str) -> Goal | None:
        if _ALL.search(reading.text):
            return Goal(goal.intent, f"{goal.text} (all)", goal.slots)
        number = re.search(r"\b(\d)\b", reading.text)
        said = str(reading.first(Kind.CHANGE_SET) or "")
        at = int(number[1]) if number else 0
        picked = said or (ids[at - 1] if 0 < at <= len(ids) else "")
        return goal.with_slots(change_set=picked, period="", refs=()) if picked else None

    return answer


def _taking_back(change_set: str) -> Call:
    return Call("propose_undo", {"change_set_id": change_set})


def _about(goal: Goal, ref: Ref) -> Goal:
    return goal.with_slots(refs=(ref,))
