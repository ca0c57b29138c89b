"""Whether the figures in a reply stand in what the tools said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

_FIGURE = re.compile(r"(?<![\w.:])[-+−]?\d[\d,]*(?:\.\d+)?(?:\s?%|[kKmM](?!\w))?(?![\w:]|\.\d)")
_SOURCE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}:\d{2}\b|\b[a-z]+:\d+\b|\b(?:19|20)\d{2}\b")
_SMALL = Decimal(12)
_MOST_NAMED = 6
_SCALES = {"k": Decimal(1000), "m": Decimal(1_000_000)}


def unverified_figures(reply: str, sources: Iterable[str]) -> list[str]:
    """The figures of the reply that no source contains, as written; each once.

    Rounding what a source says is fine, and so is a share read as a percentage. Counts up to twelve,
    days, times and ids are not figures.
    """
    known = _known(sources)
    found = dict.fromkeys(match.group().strip() for match in _FIGURE.finditer(_DATE.sub(" ", reply)))
    return [figure for figure in found if not _stands(figure, known)]


def doubt_of(figures: Sequence[str]) -> str:
    """What a person reads under a reply whose figures no tool gave; '' where all stand."""
    if not figures:
        return ""
    listed = ", ".join(figures[:_MOST_NAMED]) + (" and others" if len(figures) > _MOST_NAMED else "")
    return f"Not confirmed: no tool of this conversation gave {listed}. Do not rely on it without checking."


def _known(sources: Iterable[str]) -> set[Decimal]:
    numbers = {_number(text) for source in sources for text in _SOURCE.findall(source)}
    return numbers | {number * 100 for number in numbers}


def _stands(figure: str, known: set[Decimal]) -> bool:
    scale = _SCALES.get(figure[-1].lower(), Decimal(1))
    plain = figure.rstrip("%kKmM ").lstrip("-+−")
    value = _number(plain)
    if scale == 1 and value <= _SMALL and value == value.to_integral_value() and "%" not in figure:
        return True
    places = Decimal(1).scaleb(-len(plain.partition(".")[2]))
    half = places / 2 * scale
    return any(abs(number - value * scale) <= half for number in known)


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "") or "0")
