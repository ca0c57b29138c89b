"""How a budget shall change: to an amount, by an amount, by a percentage, by a factor, or not clearly said."""

from __future__ import annotations

import re

from omnify_agents.engine.goals import By, Change
from omnify_agents.engine.mentions import Kind, Mention
from omnify_agents.engine.reading import Reading

_DOWN = re.compile(
    r"\b(?:cut|cutting|lower|reduc\w*|decreas\w*|drop|trim|slash|less|down|back|shav\w*|minus|off|dial|fewer|shrink|take|remov\w*)\b"
    r"|(?<!\w)-(?=\d)"
)
_UP = re.compile(
    r"\b(?:rais\w*|increas\w*|bump|boost|add|adding|more|grow|scale|ramp|extra|another|lift|additional|plus|higher|up(?! to))\b|\+(?=\d)"
)
_TO_BEFORE = re.compile(
    r"(?:\b(?:to|at|on|of|is|be|becomes?|spend|=)|[:=])\s*(?:exactly |only |just |about |around )?$"
)
_BY_BEFORE = re.compile(
    r"\b(?:by|another|extra|additional|plus|add|adding|an? extra|take|further)\s*$|\+$|(?<!\w)-$"
)
_BY_AFTER = re.compile(
    r"^\s*(?:a day |per day |daily |/day )?(?:more|less|extra|higher|lower|off|from|on top|out of)\b"
)


def change_in(reading: Reading) -> Change | None:
    """None where no figure was said at all."""
    text, sign = reading.text, _sign(reading.text)
    money = [mention for mention in reading.mentions if mention.kind is Kind.MONEY]
    target = next((mention for mention in money if _is_target(text, mention)), None)
    if target is not None:
        return Change(By.TO, sign, amount=target.value)
    factor = reading.first(Kind.FACTOR)
    if factor is not None:
        return Change(By.FACTOR, 1 if factor > 1 else -1, number=factor)
    share = next((mention for mention in reading.mentions if mention.kind is Kind.PERCENT), None)
    if share is not None:
        unclear = bool(re.search(r"\bto\s*$", text[: share.start]))
        return Change(By.UNCLEAR if unclear else By.PERCENT, sign, number=share.value)
    return _by_amount(text, money[-1], sign) if money else None


def is_clear(change: Change) -> bool:
    """Whether nothing has to be asked: direction, meaning and day are said or need no saying."""
    if change.by is By.UNCLEAR or (change.by is By.PERCENT and change.sign == 0):
        return False
    amount = change.amount
    return amount is None or (amount.every in ("", "day") and not amount.is_unclear)


def _by_amount(text: str, money: Mention, sign: int) -> Change:
    if _BY_BEFORE.search(text[: money.start]) or _BY_AFTER.match(text[money.end :]):
        return Change(By.AMOUNT, sign, amount=money.value)
    return Change(By.TO if sign == 0 else By.UNCLEAR, sign, amount=money.value)


def _is_target(text: str, money: Mention) -> bool:
    return bool(_TO_BEFORE.search(text[: money.start])) and not _BY_AFTER.match(text[money.end :])


def _sign(text: str) -> int:
    if _DOWN.search(text):
        return -1
    return 1 if _UP.search(text) else 0
