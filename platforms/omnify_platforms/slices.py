"""Long ranges of days in pieces that a platform's reports take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta


def slices(since: date, until: date, *, days: int) -> Iterator[tuple[date, date]]:
    """First and last day of each piece, without gap or overlap; both ends belong to the range."""
    while since <= until:
        last = min(until, since + timedelta(days=days - 1))
        yield since, last
        since = last + timedelta(days=1)
