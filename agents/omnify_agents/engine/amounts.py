"""Money and percentages as people write them: "$2,000/day", "1.5k", "fifty", "20 %", "by half"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from omnify_agents.engine.mentions import Kind, Mention
from omnify_agents.engine.words import NUMBER_WORDS, number_from_words

_CURRENCIES = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD", "buck": "USD", "bucks": "USD",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "pound": "GBP",
    "pounds": "GBP", "quid": "GBP", "¥": "JPY", "jpy": "JPY", "yen": "JPY",
}  # fmt: skip
_SCALE = {"k": 1000, "thousand": 1000, "grand": 1000, "hundred": 100, "m": 1_000_000, "mio": 1_000_000}
_SYMBOL = r"(?:us\$|usd|eur|gbp|jpy|[$€£¥])"
_AFTER = r"(?:usd|dollars?|bucks?|eur|euros?|gbp|pounds?|quid|jpy|yen|[$€£¥])"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_UNIT = r"days?|daily|d|weeks?|weekly|wk|w|months?|monthly|mo|hours?"
_EVERY = rf"(?:\s*/\s*|\s+(?:per|an?|each|every)\s+|\s+(?=daily|weekly|monthly))(?P<every>{_UNIT})\b"
_NOT_MONEY = r"(?!\s?(?:%|percent|per cent|pct|days?\b|weeks?\b|months?\b|hours?\b|d\b|x\b))"
_MONEY = re.compile(
    rf"(?<![\w.:#-])(?P<before>{_SYMBOL})?\s*(?P<number>{_NUMBER})(?![\d%:])(?:\s?(?P<scale>k|thousand|grand|hundred|mio|m)\b)?"
    rf"(?!\w)(?:\s?(?P<after>{_AFTER})(?!\w))?{_NOT_MONEY}(?:{_EVERY})?"
)
_WORD_MONEY = re.compile(
    rf"(?P<number>{NUMBER_WORDS.pattern})(?:\s(?P<after>{_AFTER})(?!\w))?{_NOT_MONEY}(?:{_EVERY})?"
)
_PERCENT = re.compile(
    rf"(?<![\w.])[+-]?(?P<number>\d+(?:[.,]\d+)?|{NUMBER_WORDS.pattern})\s?(?:%|percent\b|per cent\b|pct\b)"
)
_FRACTIONS = {
    re.compile(r"\b(?:(?:by|in) )?(?:a |one )?half\b(?: of)?(?! a\b| million)"): Decimal(50),
    re.compile(r"\b(?:by )?a quarter(?! (?:end|ly))\b(?: of)?"): Decimal(25),
    re.compile(r"\b(?:by )?a fifth\b(?: of)?"): Decimal(20),
    re.compile(r"\b(?:by )?a tenth\b(?: of)?"): Decimal(10),
}  # fmt: skip
_TIMES = re.compile(
    rf"\b(?:multipl\w+\b[^.;,]*?\bby|(?:by )?a factor of|times)\s+(?P<by>\d+(?:\.\d+)?|{NUMBER_WORDS.pattern})\b(?! ?%| percent)"
    rf"|\b(?P<fold>\d+(?:\.\d+)?|{NUMBER_WORDS.pattern})[ -]?fold\b"
)
_FACTORS = {
    re.compile(r"\b(?:double|doubling|2x|twice)\b"): Decimal(2),
    re.compile(r"\b(?:triple|tripling|3x|three times)\b"): Decimal(3),
    re.compile(r"\b(?:quadruple|quadrupling|4x|four times)\b"): Decimal(4),
    re.compile(r"\b(?:halve|halving)\b"): Decimal("0.5"),
}


@dataclass(frozen=True, slots=True)
class Amount:
    """Money as said: `currency` '' where none was named; `every` is 'day', 'week', 'month' or ''.

    `is_bare` where nothing but a number stood there; `is_unclear` where "1.500" may be 1.5 or 1500.
    """

    value: Decimal
    currency: str = ""
    every: str = ""
    is_bare: bool = False
    is_unclear: bool = False


def find_amounts(text: str) -> Iterator[Mention]:
    """Money, written in figures or in words, in folded text."""
    for match in _MONEY.finditer(text):
        number, unclear = _figure(match["number"])
        value = number * _SCALE.get(match["scale"] or "", 1)
        symbol = _CURRENCIES.get(match["before"] or match["after"] or "", "")
        bare = not (symbol or match["scale"] or match["every"])
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        amount = Amount(value, symbol, _every(match["every"]), bare, unclear and not match["scale"])
        yield Mention(Kind.MONEY, start, match.end(), amount)
    for match in _WORD_MONEY.finditer(text):
        spelled = number_from_words(match["number"])
        if spelled is None or (spelled < 10 and not match["after"] and not match["every"]):
            continue  # "the best one", "two campaigns"
        symbol = _CURRENCIES.get(match["after"] or "", "")
        yield Mention(Kind.MONEY, match.start(), match.end(), Amount(spelled, symbol, _every(match["every"])))


def find_shares(text: str) -> Iterator[Mention]:
    """Percentages (as Decimal per hundred) and factors such as "double"."""
    for match in _PERCENT.finditer(text):
        value = number_from_words(match["number"]) or _figure(match["number"])[0]
        yield Mention(Kind.PERCENT, match.start(), match.end(), value)
    for pattern, value in _FRACTIONS.items():
        for match in pattern.finditer(text):
            yield Mention(Kind.PERCENT, match.start(), match.end(), value)
    for pattern, factor in _FACTORS.items():
        for match in pattern.finditer(text):
            yield Mention(Kind.FACTOR, match.start(), match.end(), factor)
    for match in _TIMES.finditer(text):
        group = "by" if match["by"] else "fold"
        times = number_from_words(match[group]) or _figure(match[group])[0]
        yield Mention(Kind.FACTOR, match.start(group), match.end(group), times)


def _figure(number: str) -> tuple[Decimal, bool]:
    """The number, and whether its only separator may mean thousands or decimals."""
    if "," in number and "." not in number:
        _whole, _, rest = number.rpartition(",")
        decimal_comma = len(rest) != 3
        return Decimal(number.replace(",", "." if decimal_comma else "")), False
    digits = number.replace(",", "")
    return Decimal(digits), "," not in number and len(digits.partition(".")[2]) == 3


def _every(unit: str | None) -> str:
    if not unit:
        return ""
    return {"d": "day", "w": "week", "m": "month", "h": "hour"}[unit[0]]
