"""Plans that end in a proposal: one campaign's budget or status, and taking a change back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from omnify_agents.engine.choosing import chosen
from omnify_agents.engine.flow import Call, Known, Plan, Steps, ask, call
from omnify_agents.engine.followups import is_yes
from omnify_agents.engine.goals import By, Change, Goal, Outcome, Ref, RefKind, Reply
from omnify_agents.engine.outputs import ListedCampaign
from omnify_agents.engine.plans.amounts import as_argument, clear_change, plain
from omnify_agents.engine.reading import Reading, read
from omnify_agents.engine.replies import named, output_reply

MOST_AT_ONCE = 5
_EVERYTHING = re.compile(r"\b(?:all|every|everything|each|any)\b(?! (?:day|week|month|time))")


def budget(goal: Goal, known: Known) -> Plan:
    change = clear_change(goal)
    campaigns = yield from _campaigns(goal, known)
    for campaign in campaigns:
        _check_direction(goal, change, campaign)
    calls = [
        call("propose_daily_budget", campaign_id=campaign.id, amount=as_argument(change))
        for campaign in campaigns
    ]
    return (yield from _proposed(calls))


def pause(goal: Goal, known: Known) -> Plan:
    return (yield from _status(goal, known, "paused"))


def enable(goal: Goal, known: Known) -> Plan:
    return (yield from _status(goal, known, "enabled"))


def undo(goal: Goal, _known: Known) -> Plan:
    return (yield from _proposed([Call("propose_undo", {"change_set_id": goal.slots.change_set})]))


def _status(goal: Goal, known: Known, status: str) -> Plan:
    campaigns = yield from _campaigns(goal, known)
    return (
        yield from _proposed(
            [call("propose_status", campaign_id=campaign.id, status=status) for campaign in campaigns]
        )
    )


def _campaigns(goal: Goal, known: Known) -> Steps[list[ListedCampaign]]:
    refs = goal.slots.refs or (Ref(RefKind.PRONOUN),)
    everything = _EVERYTHING.search(read(goal.text).text) and refs[0].kind in (RefKind.WORDS, RefKind.PRONOUN)
    if everything or len(refs) > MOST_AT_ONCE:
        raise ask(
            "I propose changes campaign by campaign, so that a person can judge each one, at most "
            f"{MOST_AT_ONCE} at a time. Which campaigns exactly? Name them, or ask for the worst ones first.",
        )
    return (yield from chosen([(ref, _filling(goal, at)) for at, ref in enumerate(refs)], known))


def _filling(goal: Goal, at: int) -> Callable[[Ref], Goal]:
    def filled(ref: Ref) -> Goal:
        refs = list(goal.slots.refs) or [ref]
        refs[at] = ref
        return goal.with_slots(refs=tuple(refs))

    return filled


def _check_direction(goal: Goal, change: Change, campaign: ListedCampaign) -> None:
    """ "Raise it to 50" where it has 80 already: one of the two is a slip."""
    now = campaign.daily_budget
    if goal.confirmed or now is None or change.by is not By.TO or change.amount is None or change.sign == 0:
        return
    goes_up = change.amount.value > now.units
    if goes_up == (change.sign > 0) and change.amount.value != now.units:
        return

    def answer(reading: Reading, _text: str) -> Goal | None:
        return replace(goal, confirmed=True) if is_yes(reading) else None

    raise ask(
        f"{named(campaign)} has {now} a day now, so {plain(change.amount.value)} would "
        f"{'raise' if goes_up else 'lower'} it. Shall I propose {plain(change.amount.value)} a day all the same?",
        answer,
    )


def _proposed(calls: Sequence[Call]) -> Plan:
    outputs = yield tuple(calls)
    replies = [output_reply(output) for output in outputs]
    outcomes = [reply.outcome for reply in replies]
    outcome = Outcome.PROPOSED if Outcome.PROPOSED in outcomes else outcomes[0]
    campaigns = tuple(campaign for reply in replies for campaign in reply.campaigns)
    return Reply(outcome, "\n\n".join(reply.text for reply in replies), campaigns=campaigns)
