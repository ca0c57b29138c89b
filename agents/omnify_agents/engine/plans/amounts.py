"""From a change as said to the amount as the tools take it; asks where it could mean two things."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal

from omnify_agents.engine.amounts import Amount
from omnify_agents.engine.changes import change_in
from omnify_agents.engine.flow import Stop, ask
from omnify_agents.engine.followups import is_yes
from omnify_agents.engine.goals import Answer, By, Change, Goal
from omnify_agents.engine.reading import Reading
from omnify_core.money import exponent

_DAYS = {"week": Decimal(7), "month": Decimal("30.4")}


def clear_change(goal: Goal) -> Change:
    """The goal's change, free of doubt. Raises Stop with a question."""
    change = goal.slots.change
    if change is None:
        raise ask(
            'By how much, or to what daily amount? For example "to 120 a day" or "by 20 %".',
            with_change(goal),
        )
    if change.by is By.UNCLEAR:
        raise _to_or_by(goal, change)
    if change.by is By.PERCENT and change.sign == 0:
        raise ask(f"Up or down by {plain(change.number)} %?", _with_direction(goal, change))
    if change.amount is not None:
        _clear_amount(goal, change, change.amount)
    return change


def as_argument(change: Change) -> str:
    """As propose_daily_budget takes it: "120.00", "+20%", "-50.00"; the currency behind it where one was named."""
    sign = "+" if change.sign >= 0 else "-"
    match change.by:
        case By.PERCENT:
            return f"{sign}{plain(change.number)}%"
        case By.FACTOR:
            return f"{(change.number - 1) * 100:+.0f}%"
    assert change.amount is not None, "every other change carries an amount"
    return f"{sign if change.by is By.AMOUNT else ''}{money_argument(change.amount)}"


def money_argument(amount: Amount) -> str:
    """Two decimals, or as many as were said where that is more: then the tool refuses it by name."""
    places = max(2, -int(amount.value.normalize().as_tuple().exponent)) if amount.value else 2
    return f"{amount.value:.{places}f} {amount.currency}".strip()


def share_of(percent: Decimal, whole: Decimal, currency: str) -> Decimal:
    """A percentage of a budget, rounded down to the currency's smallest unit."""
    return (whole * percent / 100).quantize(Decimal(1).scaleb(-exponent(currency)), ROUND_DOWN)


def plain(number: Decimal) -> str:
    """20, 12.5: no exponent and no needless zeros."""
    return f"{number.quantize(Decimal('0.01')).normalize():f}"


def _clear_amount(goal: Goal, change: Change, amount: Amount) -> None:
    if amount.is_unclear:
        decimals, thousands = amount.value, amount.value * 1000
        text = f"Do you mean {plain(decimals)} or {plain(thousands)}? Please write the amount once more, for example 1500.00."
        raise ask(text, with_change(goal))
    if amount.every == "hour":
        raise ask("Budgets are set per day. How much a day do you mean?", with_change(goal))
    if amount.every in _DAYS:
        daily = (amount.value / _DAYS[amount.every]).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
        sure = replace(change, amount=replace(amount, value=daily, every="day"))
        text = (
            f"Budgets are set per day: {plain(amount.value)} a {amount.every} is {daily:.2f} a day "
            f"({plain(_DAYS[amount.every])} days). Shall I propose {daily:.2f} a day?"
        )
        raise ask(text, _confirming(goal.with_slots(change=sure), with_change(goal)))


def _to_or_by(goal: Goal, change: Change) -> Stop:
    said = money_argument(change.amount) if change.amount else f"{plain(change.number)} %"
    verb = "Raise" if change.sign > 0 else "Lower"
    if change.amount is None:
        text = f'{verb} by {said}, or to {said} of today\'s budget? For example "by {said}".'
    else:
        text = f'{verb} it by {said}, or to {said} a day? Answer "by" or "to".'

    def answer(reading: Reading, _text: str) -> Goal | None:
        words = reading.text.split()
        if "by" in words:
            by = By.AMOUNT if change.amount else By.PERCENT
            return goal.with_slots(change=change_in(reading) or replace(change, by=by))
        if "to" in words and change.amount is not None:
            return goal.with_slots(change=replace(change, by=By.TO))
        if "to" in words:
            down = replace(change, by=By.PERCENT, sign=-1, number=100 - change.number)
            return goal.with_slots(
                change=down if change.number < 100 else replace(down, sign=1, number=-down.number)
            )
        return None

    return ask(text, answer)


def with_change(goal: Goal) -> Answer:
    """Reads an amount or a percentage as the answer; a bare figure keeps the direction asked about."""

    def answer(reading: Reading, _text: str) -> Goal | None:
        said = change_in(reading)
        if said is None:
            return None
        before = goal.slots.change
        if (
            before is not None
            and said.sign == 0
            and said.by in (By.PERCENT, By.TO)
            and before.by is not By.UNCLEAR
        ):
            by = before.by if said.by is By.TO else said.by
            said = replace(said, sign=before.sign, by=by)
        return goal.with_slots(change=said)

    return answer


def _with_direction(goal: Goal, change: Change) -> Answer:
    def answer(reading: Reading, text: str) -> Goal | None:
        said = change_in(reading)
        if said is not None and said.sign:
            return goal.with_slots(change=said)
        words = set(text.lower().replace(".", " ").split())
        sign = 1 if words & {"up", "increase", "raise", "more", "higher"} else 0
        sign = -1 if words & {"down", "decrease", "lower", "less", "cut", "reduce"} else sign
        return goal.with_slots(change=replace(change, sign=sign)) if sign else None

    return answer


def _confirming(sure: Goal, otherwise: Answer) -> Answer:
    def answer(reading: Reading, text: str) -> Goal | None:
        return sure if is_yes(reading) else otherwise(reading, text)

    return answer
