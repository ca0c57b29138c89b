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
from omnify_agents.engine.outputs import ListedCampaign, Problem, ToolOutput
from omnify_agents.engine.plans.amounts import as_argument, clear_change, plain, with_change
from omnify_agents.engine.plans.dictated import entity
from omnify_agents.engine.plans.gates import RULED, by_rule, fitting
from omnify_agents.engine.plans.revising import revised
from omnify_agents.engine.reading import Reading, read
from omnify_agents.engine.replies import named, output_reply

MOST_AT_ONCE = 5
MOST_NAMED = 20
_SCALES = (By.PERCENT, By.FACTOR)
ONLY_CAMPAIGNS = (
    "Budgets, pausing and enabling I can propose for whole campaigns only; single ads and ad groups are paused on the "
    "platform itself. I can list the campaigns or the ads, or propose keywords, bids, targeting or a new ad."
)
NOTHING_NAMED = (
    "I can propose to remove one campaign, ad group or ad that you name, for good; accounts, history and other people's "
    "data I cannot delete. Pausing stops a campaign as well, and can be taken back."
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
    changes = goal.slots.changes or (clear_change(goal),)
    if _means_all(goal) and changes[0].by in _SCALES:
        return (yield from _proposed([_scaled(goal, changes[0])]))
    campaigns = yield from _campaigns(goal, known)
    changes = changes if len(changes) == len(campaigns) else changes[:1] * len(campaigns)
    for campaign, change in zip(campaigns, changes, strict=True):
        _check_direction(goal, change, campaign)
    again = yield from revised(goal, changes[0], tuple(campaign.id for campaign in campaigns), known)
    return again or (yield from _proposed([_set(campaigns, changes)], changes[0], goal))


def _set(campaigns: Sequence[ListedCampaign], changes: Sequence[Change]) -> Call:
    """One change set however many campaigns it touches: one card, one yes."""
    if len(campaigns) == 1:
        return call("propose_daily_budget", campaign_id=campaigns[0].id, amount=as_argument(changes[0]))
    pairs = (f"{one.id}={as_argument(change)}" for one, change in zip(campaigns, changes, strict=True))
    return call("propose_budgets", changes="; ".join(pairs))


def _scaled(goal: Goal, change: Change) -> Call:
    platform = goal.slots.platforms[0] if len(goal.slots.platforms) == 1 else ""
    return Call("propose_scaled_budgets", {"change": as_argument(change), "platform": platform})


def pause(goal: Goal, known: Known) -> Plan:
    return (yield from _status(goal, known, "paused"))


def enable(goal: Goal, known: Known) -> Plan:
    return (yield from _status(goal, known, "enabled"))


def removal(goal: Goal, known: Known) -> Plan:
    """For good, and only what was named."""
    named = yield from entity(goal, known)
    if not named:
        return Reply(Outcome.REFUSED, NOTHING_NAMED)
    return (yield from _proposed([call("propose_removal", entity_id=named)]))


def _status(goal: Goal, known: Known, status: str) -> Plan:
    _check_scope(goal)
    criterion = goal.slots.criterion
    ruled = criterion is not None and criterion.metric in RULED and not criterion.is_trend
    if status == "paused" and criterion and ruled and not goal.slots.count:
        return (yield from by_rule(goal, criterion))
    campaigns = yield from _campaigns(goal, known)
    if len(campaigns) == 1:
        wanted = call("propose_status", campaign_id=campaigns[0].id, status=status)
    else:
        ids = "; ".join(campaign.id for campaign in campaigns)
        wanted = call("propose_statuses", campaign_ids=ids, status=status)
    return (yield from _proposed([wanted]))


def _means_all(goal: Goal) -> bool:
    """Every campaign, of a platform or of all, and none by name."""
    refs = goal.slots.refs
    loose = not refs or refs[0].kind in (RefKind.WORDS, RefKind.PRONOUN)
    return loose and goal.slots.criterion is None and bool(_EVERYTHING.search(read(goal.text).text))


def _campaigns(goal: Goal, known: Known) -> Steps[list[ListedCampaign]]:
    if goal.slots.criterion is not None:
        return (yield from fitting(goal, goal.slots.criterion))
    refs = goal.slots.refs or (Ref(RefKind.PRONOUN),)
    if _means_all(goal) or len(refs) > MOST_NAMED:
        raise ask(
            "That is too much for one proposal that a person can judge. Which campaigns exactly? Name them (at most "
            f"{MOST_NAMED}), ask for the worst ones first, or change all budgets by one percentage.",
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
    if change and goal and change.amount and all(_is_about_input(output) for output in outputs):
        _check_currency(change.amount.currency, goal)
    replies = [output_reply(output) for output in outputs]
    outcomes = [reply.outcome for reply in replies]
    outcome = Outcome.PROPOSED if Outcome.PROPOSED in outcomes else outcomes[0]
    campaigns = tuple(campaign for reply in replies for campaign in reply.campaigns)
    opened = tuple(pair for reply in replies for pair in reply.opened)
    return Reply(outcome, "\n\n".join(reply.text for reply in replies), campaigns=campaigns, opened=opened)


def _is_about_input(output: ToolOutput) -> bool:
    return isinstance(output, Problem) and output.code in ("bad_input", "mixed_currencies")


def _check_currency(currency: str, goal: Goal) -> None:
    """A tool refuses an amount in another currency than the account's."""
    if currency:
        raise ask(
            f"That was not accepted in {currency}: the amount has to be in the account's own currency. "
            "How much is it there?",
            with_change(goal),
        )
