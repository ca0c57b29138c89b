"""Long ranges in pieces: every day once."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from omnify_platforms.slices import slices

FIRST = date(2026, 1, 1)


@given(st.integers(min_value=0, max_value=400), st.integers(min_value=1, max_value=40))
def test_every_day_of_the_range_falls_into_exactly_one_piece(length: int, days: int) -> None:
    until = FIRST + timedelta(days=length)
    pieces = list(slices(FIRST, until, days=days))
    covered = [first + timedelta(days=n) for first, last in pieces for n in range((last - first).days + 1)]
    assert covered == [FIRST + timedelta(days=n) for n in range(length + 1)]
    assert all((last - first).days < days for first, last in pieces)


def test_an_empty_range_has_no_piece() -> None:
    assert list(slices(FIRST, FIRST - timedelta(days=1), days=7)) == []
