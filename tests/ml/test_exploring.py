"""A tenth of the money placed to learn, within all limits; and how sure a gain is."""

from __future__ import annotations

import numpy as np
import pytest

from omnify_ml.allocation import allocate
from omnify_ml.curves import Curves
from omnify_ml.exploring import EXPLORED_SHARE, explored, gain_of, placed_to_learn
from omnify_ml.interval import FloatArray
from omnify_ml.response import fit_response
from tests.builders.ml_worlds import campaigns, last_day

NOW = np.array([100.0, 100.0, 100.0])
LOWER, UPPER = 0.7 * NOW, 1.3 * NOW


def split(curves: Curves) -> FloatArray:
    return allocate(curves, budget=300.0, lower=LOWER, upper=UPPER).spend


def drawn(spread: float, n: int = 60) -> list[Curves]:
    """Three campaigns; what the last brings is known to `spread` only."""
    rng = np.random.default_rng(1)
    shape = np.full(3, 0.7)
    luck = np.exp(spread * rng.standard_normal(n) - spread**2 / 2)
    return [Curves.power(np.array([10.0, 8.0, 8.0 * one]), shape) for one in luck]


BEST = split(Curves.power(np.array([10.0, 8.0, 8.0]), np.full(3, 0.7)))


def test_where_nothing_is_uncertain_nothing_is_explored() -> None:
    final = explored(BEST, drawn(0.0), split)
    assert final == pytest.approx(BEST)
    assert placed_to_learn(BEST, final) == pytest.approx(0.0, abs=1e-9)
    assert explored(BEST, [], split) == pytest.approx(BEST)


def test_exploring_moves_at_most_a_tenth_and_breaks_no_limit() -> None:
    final = explored(BEST, drawn(0.8), split)
    assert final.sum() == pytest.approx(300.0)
    assert ((final >= LOWER - 1e-9) & (final <= UPPER + 1e-9)).all()
    learning = placed_to_learn(BEST, final)
    assert 0.1 < learning <= EXPLORED_SHARE * 300.0
    assert final[2] > BEST[2]


def test_a_sure_gain_is_called_sure_and_a_doubtful_one_is_not() -> None:
    then = np.array([130.0, 70.0, 100.0])
    sure = gain_of(drawn(0.0), NOW, then)
    assert sure.sure == 1.0
    assert sure.value.p10 == pytest.approx(sure.value.p90)
    doubtful = gain_of(drawn(1.0), NOW, np.array([100.0, 90.0, 110.0]))
    assert 0.2 < doubtful.sure < 0.8
    assert doubtful.value.p10 < 0 < doubtful.value.p90


def test_plausible_curves_scatter_around_the_expected_ones() -> None:
    history = campaigns(entities=6, n_days=60)
    model = fit_response(history, as_of=last_day(60))
    spend = model.level
    expected = model.curves("revenue").value(spend)
    found = np.array([curves.value(spend) for curves in model.plausible_curves("revenue", draws=400)])
    assert found.mean(axis=0) == pytest.approx(expected, rel=0.1)
    assert (found.std(axis=0) > 0.02 * expected).all()
