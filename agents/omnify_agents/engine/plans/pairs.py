"""Plans about two campaigns: comparing them, moving budget between them."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from omnify_agents.engine.amounts import Amount
from omnify_agents.engine.choosing import EVERY_ROW, chosen
from omnify_agents.engine.flow import Known, Plan, Steps, Stop, ask, call, one
from omnify_agents.engine.followups import is_yes
from omnify_agents.engine.goals import Answer, By, Change, Goal, Ref, RefKind
from omnify_agents.engine.mentions import Kind
from omnify_agents.engine.outputs import ListedCampaign, TableOutput
from omnify_agents.engine.plans.amounts import clear_change, money_argument, share_of, with_change
from omnify_agents.engine.plans.reads import compared_metric, summary
from omnify_agents.engine.plans.revising import revised
from omnify_agents.engine.reading import Reading, read
from omnify_agents.engine.references import ends_in, refs_in
from omnify_agents.engine.replies import output_reply
from omnify_agents.engine.words import COMMANDS, words_of

_BETWEEN = re.compile(r"\s+(?:with|and|vs\.?|v|versus|against|to|or|than)\s+|\s*[/,]\s*")
_POINTED = (RefKind.ID, RefKind.NAME, RefKind.EXTREME, RefKind.ORDINAL)
_BESIDE = COMMANDS | frozenset(
    "the a an campaign campaigns please pls me which is better one on by for".split()
)
_LEADING = re.compile(
    r"^.*?\b(?:compare|between|is|does|will|has|put|stack|show|campaigns?|better|only one of|bet on|that|side by side)\b[:,]?\s+",
    re.IGNORECASE,
)


def compare(goal: Goal, known: Known) -> Plan:
    """Ids and names go to the tool as they are; "the best one" is looked up first."""
    slots = goal.slots
    explicit = [ref for ref in slots.refs if ref.kind in _POINTED]
    if len(explicit) < 2 and len(slots.platforms) > 1:
        return (yield from summary(goal, known))
    if len(explicit) >= 2:
        names = yield from _as_arguments(explicit[:2], goal, known)
    else:
        names = _two_names(goal, explicit)
    if len(names) < 2 and len(known.focus) == 2:
        names = [campaign.id for campaign in known.focus]
    if len(names) < 2:
        raise ask("Which two campaigns shall I compare? Give their ids or names.", _with_two(goal))
    wanted = call("compare_campaigns", campaign_a=names[0], campaign_b=names[1], metric=compared_metric(goal))
    return output_reply((yield from one(wanted)))


def _as_arguments(refs: list[Ref], goal: Goal, known: Known) -> Steps[list[str]]:
    looked_up = [ref for ref in refs if not ref.value]
    picked = iter(
        (yield from chosen([(ref, lambda _ref: goal) for ref in looked_up], known)) if looked_up else ()
    )
    return [ref.value or next(picked).id for ref in refs]


def move(goal: Goal, known: Known) -> Plan:
    """The amount first, then both ends (looked up at once), then the proposal."""
    change = clear_change(_undirected(goal))
    source, target = _both_ends(goal)
    if change.by is not By.PERCENT and change.amount is not None:
        # "the worst one" means the worst that has as much to give
        source = replace(source, min_budget=f"{change.amount.value:.2f}")
    giver, taker = yield from chosen(
        [
            (source, lambda ref: goal.with_slots(source=ref)),
            (target, lambda ref: goal.with_slots(target=ref)),
        ],
        known,
    )
    amount = yield from _amount(goal, change, giver)
    again = yield from revised(goal, replace(change, amount=amount), (giver.id, taker.id), known)
    if again is not None:
        return again
    wanted = call(
        "propose_budget_move",
        from_campaign_id=giver.id,
        to_campaign_id=taker.id,
        amount=money_argument(amount),
    )
    return output_reply((yield from one(wanted)))


def _undirected(goal: Goal) -> Goal:
    """In a move, every amount is what is moved: "take 100 off" has no other meaning."""
    change = goal.slots.change
    if change is None:
        return goal
    by = By.PERCENT if change.by in (By.PERCENT, By.FACTOR) or change.amount is None else By.AMOUNT
    return goal.with_slots(change=Change(by, 1, amount=change.amount, number=change.number))


def _both_ends(goal: Goal) -> tuple[Ref, Ref]:
    source, target = goal.slots.source, goal.slots.target
    if source is None or target is None or _is_vague(source) or _is_vague(target):
        raise _ends_question(goal, source, target)
    return source, target


def _is_vague(ref: Ref) -> bool:
    """Only a platform, or nothing but a few words of no meaning."""
    return ref.kind is RefKind.WORDS and not ref.words


def _ends_question(goal: Goal, source: Ref | None, target: Ref | None) -> Stop:
    worst = _suggested(source, "worst")
    best = _suggested(target, "best")

    def answer(reading: Reading, _text: str) -> Goal | None:
        if is_yes(reading):
            return goal.with_slots(source=worst, target=best)
        ends = ends_in(reading)
        if ends.source is not None and ends.target is not None:
            return goal.with_slots(source=ends.source, target=ends.target)
        refs = [ref for ref in refs_in(reading) if ref.kind is not RefKind.PRONOUN]
        if len(refs) == 1 and (source is None or _is_vague(source)) != (target is None or _is_vague(target)):
            return goal.with_slots(**{"source" if source is None or _is_vague(source) else "target": refs[0]})
        return None

    return ask(
        f"From which campaign to which? For instance from {_in_words(worst)} to {_in_words(best)}: "
        'answer "yes" for that, or name both campaigns.',
        answer,
    )


def _suggested(ref: Ref | None, order: str) -> Ref:
    if ref is not None and not _is_vague(ref):
        return ref
    return Ref(RefKind.EXTREME, order=order, platform=ref.platform if ref else "")


def _in_words(ref: Ref) -> str:
    if ref.kind is RefKind.EXTREME:
        where = f" {ref.platform.capitalize()}" if ref.platform else ""
        return f"the {ref.order}{where} campaign by {(ref.metric or 'roas').upper()}"
    return ref.value or ref.words


def _amount(goal: Goal, change: Change, giver: ListedCampaign) -> Steps[Amount]:
    if change.by is not By.PERCENT:
        assert change.amount is not None
        return change.amount
    now = giver.daily_budget
    if now is None:
        listed = yield from one(call("list_campaigns", platform=giver.platform, limit=EVERY_ROW))
        rows = listed.campaigns if isinstance(listed, TableOutput) else []
        now = next((row.daily_budget for row in rows if row.id == giver.id), None)
    if now is None:
        raise ask(
            f"I do not see a daily budget for {giver.id}. How much a day shall be moved?", with_change(goal)
        )
    return Amount(share_of(Decimal(change.number), now.units, now.currency), now.currency)


def _two_names(goal: Goal, explicit: list[Ref]) -> list[str]:
    names = [ref.value for ref in explicit if ref.value]
    names += [str(name) for name in read(goal.text).all(Kind.NAME) if name not in names]
    if len(names) >= 2:
        return names
    parts = [part for part in _BETWEEN.split(_LEADING.sub("", read(goal.text).text, count=1)) if part]
    told = [" ".join(word for word in words_of(part) if word not in _BESIDE) for part in parts]
    return [part for part in told if part][:2]


def _with_two(goal: Goal) -> Answer:
    def answer(reading: Reading, text: str) -> Goal | None:
        refs = refs_in(reading)
        if len(refs) == 2:
            return goal.with_slots(refs=refs)
        return (
            Goal(goal.intent, text, goal.slots) if len(_two_names(Goal("compare", text), [])) == 2 else None
        )

    return answer
