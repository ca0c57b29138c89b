"""Shares, pass^k, regressions: by hand."""

from __future__ import annotations

import pytest

from omnify_evals.figures import pass_hat, quantile, regression, share


def test_a_share_carries_wilsons_interval() -> None:
    found = share(9, 10)

    assert found.value == 0.9
    # Wilson 1927 for 9 of 10: 0.596 to 0.982.
    assert (found.low, found.high) == (pytest.approx(0.596, abs=1e-3), pytest.approx(0.982, abs=1e-3))


def test_pass_hat_is_the_chance_that_all_k_pass() -> None:
    # 2 of 4 pass: of the 6 pairs one passes wholly; 4 of 4: all do.
    assert pass_hat([2, 4], 4, 2) == pytest.approx((1 / 6 + 1) / 2)


def test_a_loss_is_real_only_beyond_chance() -> None:
    before = {f"s{i}": True for i in range(10)}

    one = regression(before, {**before, "s0": False})
    many = regression(before, {**before, **{f"s{i}": False for i in range(6)}})

    assert one.worse == ["s0"]
    assert not one.is_real
    assert many.p == pytest.approx(1 / 64)
    assert many.is_real


def test_scenarios_of_only_one_side_are_not_compared() -> None:
    assert regression({"old": True}, {"new": False}).worse == []


def test_the_quantile_is_a_value_that_occurred() -> None:
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert quantile([], 0.5) == 0.0
