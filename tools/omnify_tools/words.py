"""Figures in words: one spelling of money, shares and changes for headlines and cells."""

from __future__ import annotations

from datetime import date
from typing import Any

from omnify_core.money import Money
from omnify_tools.figures import Metric


def cell(value: Any) -> Any:
    """A value as a table cell holds it: money as '120.50 USD', a day as ISO text."""
    if isinstance(value, Money):
        return f"{value.amount} {value.currency}"
    return value.isoformat() if isinstance(value, date) else value


def percent(part: float | None) -> str:
    """A share as a percentage of one decimal (two below 10 %); an en dash where there is none."""
    if part is None:
        return "–"
    return f"{part * 100:.2f}%" if abs(part) < 0.1 else f"{part * 100:.1f}%"


def signed(part: float | None) -> str:
    """A relative change as '+3.2%'; 'no comparison' where there is none."""
    return "no comparison" if part is None else f"{part * 100:+.1f}%"


def figure(metric: Metric, value: float | Money | None) -> str:
    """A metric's value in a sentence."""
    if value is None:
        return "–"
    if isinstance(value, Money):
        return str(value)
    if metric.unit == "share":
        return percent(value)
    return f"{value:,.2f}" if metric.unit == "ratio" else count(value)


def count(value: float) -> str:
    """A count without needless decimals: 812, 812.5."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """'1 campaign', '3 campaigns'."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def listed(items: list[str], *, most: int = 5) -> str:
    """'a, b and 3 more'."""
    shown = ", ".join(items[:most])
    return shown if len(items) <= most else f"{shown} and {len(items) - most} more"
