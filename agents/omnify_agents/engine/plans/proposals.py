"""Plans that end in a proposal: one campaign's budget or status, and taking a change back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from omnify_agents.engine.choosing import chosen, ranked
from omnify_agents.engine.flow import Call, Known, Plan, Steps, Stop, ask, call
from omnify_agents.engine.followups import is_yes
from omnify_agents.engine.goals import By, Change, Goal, Outcome, Ref, RefKind, Reply
from omnify_agents.engine.mentions import Kind, blanked
from omnify_agents.engine.outputs import ListedCampaign, Problem
from omnify_agents.engine.plans.amounts import as_argument, clear_change, plain, with_change
from omnify_agents.engine.plans.gates import fitting
from omnify_agents.engine.reading import Reading, read
from omnify_agents.engine.replies import named, output_reply

MOST_AT_ONCE = 5
ONLY_CAMPAIGNS = (
    "I can propose changes of whole campaigns only: their daily budget and whether they run. Keywords, ads, ad groups, "
    "bids and audiences are changed on the platform itself. I can list the campaigns or the ads."
)
NOT_LATER = "I cannot schedule changes: one takes effect when a person approves it. Shall I propose it now, without the date?"
_SMALLER = re.compile(
    r"\b(?:pause|stop|halt|kill|enable|resume|start|raise|increase|lower|reduce|cut|set|change|adjust|turn off|turn on|switch off|switch on)"
    r"\s+(?:\w+\s+){0,2}(?:keywords?|ad ?groups?|ad ?sets?|ads?|creatives?|banners?|audiences?|bids?|placements?)\b"
)
_DAY = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekends?|weekdays"
_LATER = re.compile(
    rf"\b(?:on|next|every|each|until|till|from|starting|over the|by) (?:{_DAY})\b|\b(?:tomorrow|tonight|next (?:week|month|quarter)|"
    r"at midnight|(?:at )?the end of the month|first of the month|automatically)\b|\bat \d{1,2}(?::\d\d| ?[ap]m)\b|\bon the \d+(?:st|nd|rd|th)\b"
)
_NAMING = (Kind.QUOTED, Kind.NAME, Kind.PLATFORM)
_EVERYTHING = re.compile(r"\b(?:all|every|everything|each|any)\b(?! (?:day|week|month|time))")


def budget(goal: Goal, known: Known) -> Plan:
    _check_scope(goal)
    change = clear_change(goal)
    campaigns = yield from _campaigns(goal, known)
    for campaign in campaigns:
        _check_direction(goal, change, campaign)
    calls = [
        call("propose_daily_budget", campaign_id=campaign.id, amount=as_argument(change))
        for campaign in campaigns
    ]
    return (yield from _proposed(calls, change, goal))


def pause(goal: Goal, known: Known) -> Plan:
    return (yield from _status(goal, known, "paused"))


def enable(goal: Goal, known: Known) -> Plan:
    return (yield from _status(goal, known, "enabled"))


def undo(goal: Goal, _known: Known) -> Plan:
    return (yield from _proposed([Call("propose_undo", {"change_set_id": goal.slots.change_set})]))


def _status(goal: Goal, known: Known, status: str) -> Plan:
    _check_scope(goal)
    campaigns = yield from _campaigns(goal, known)
    return (
        yield from _proposed(
            [call("propose_status", campaign_id=campaign.id, status=status) for campaign in campaigns]
        )
    )


def _campaigns(goal: Goal, known: Known) -> Steps[list[ListedCampaign]]:
    if goal.slots.criterion is not None:
        return (yield from fitting(goal, goal.slots.criterion))
    refs = goal.slots.refs or (Ref(RefKind.PRONOUN),)
    everything = _EVERYTHING.search(read(goal.text).text) and refs[0].kind in (RefKind.WORDS, RefKind.PRONOUN)
    if everything or len(refs) > MOST_AT_ONCE:
        raise ask(
            "I propose changes campaign by campaign, so that a person can judge each one, at most "
            f"{MOST_AT_ONCE} at a time. Which campaigns exactly? Name them, or ask for the worst ones first.",
        )
    if goal.slots.count > 1 and len(refs) == 1 and refs[0].kind is RefKind.EXTREME:
        return (yield from ranked(refs[0], min(goal.slots.count, MOST_AT_ONCE)))
    return (yield from chosen([(ref, _filling(goal, at)) for at, ref in enumerate(refs)], known))


def _check_scope(goal: Goal) -> None:
    """Only campaigns can be changed here, and only from the moment of approval on."""
    reading = read(goal.text)
    text = blanked(reading.text, [mention for mention in reading.mentions if mention.kind in _NAMING])
    if _SMALLER.search(text) and "campaign" not in text:
        raise Stop(Reply(Outcome.REFUSED, ONLY_CAMPAIGNS))
    if goal.confirmed or not _LATER.search(text):
        return

    def answer(reading: Reading, _text: str) -> Goal | None:
        return replace(goal, confirmed=True) if is_yes(reading) else None

    raise ask(NOT_LATER, answer)


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


def _proposed(calls: Sequence[Call], change: Change | None = None, goal: Goal | None = None) -> Plan:
    outputs = yield tuple(calls)
    if change and goal and change.amount and all(isinstance(output, Problem) for output in outputs):
        _check_currency(change.amount.currency, goal)
    replies = [output_reply(output) for output in outputs]
    outcomes = [reply.outcome for reply in replies]
    outcome = Outcome.PROPOSED if Outcome.PROPOSED in outcomes else outcomes[0]
    campaigns = tuple(campaign for reply in replies for campaign in reply.campaigns)
    return Reply(outcome, "\n\n".join(reply.text for reply in replies), campaigns=campaigns)


def _check_currency(currency: str, goal: Goal) -> None:
    """A tool refuses an amount in another currency than the account's."""
    if currency:
        raise ask(
            f"That was not accepted in {currency}: the amount has to be in the account's own currency. "
            "How much is it there?",
            with_change(goal),
        )
