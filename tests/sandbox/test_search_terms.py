"""An ad group's figures are shared out among the searches that it was shown for, down to the last one."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from omnify_sandbox.figures import Sums
from omnify_sandbox.google.terms import spans_of

DAY = date(2026, 11, 2)
WEIGHTS = st.dictionaries(st.text(min_size=1, max_size=6), st.floats(0.1, 9.0), min_size=1, max_size=12)
COUNTS = st.builds(Sums, *(st.integers(0, most) for most in (10**10, 10**6, 10**4, 50, 10**7)))


@given(WEIGHTS, COUNTS, st.integers(0, 400))
def test_searches_add_up_to_their_ad_group(weights: dict[str, float], whole: Sums, later: int) -> None:
    day = DAY + timedelta(days=later)
    parts = [span.of(whole, day) for span in spans_of(weights, weights, "group").values()]
    for place in (0, 1, 3):
        assert sum(part[place] for part in parts) == whole[place]
    assert all(min(part) >= 0 and part.clicks <= part.impressions for part in parts)


def test_few_conversions_are_not_lost_between_many_searches() -> None:
    weights = {f"search {number}": 1.0 for number in range(20)}
    whole = Sums(1_000_000, 100, 10, 1, 5_000)
    found = dict.fromkeys(weights, 0)
    for later in range(200):
        for text, span in spans_of(weights, weights, "group").items():
            found[text] += span.of(whole, DAY + timedelta(days=later)).conversions
    assert sum(found.values()) == 200
    assert all(3 <= count <= 25 for count in found.values())


def test_who_seeks_something_else_is_seen_and_does_not_buy() -> None:
    spans = spans_of({"shoes": 1.0, "shoes jobs": 1.0}, {"shoes": 1.0, "shoes jobs": 0.0}, "group")
    figures = [spans["shoes jobs"].of(Sums(10**6, 90, 9, 4, 900), DAY + timedelta(days=n)) for n in range(60)]
    assert sum(one.clicks for one in figures) > 200
    assert sum(one.conversions for one in figures) == 0
