"""Time in the market: one step or many, today or after a restart, the same world."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnify_core.clock import FixedClock
from omnify_core.errors import BadInput
from omnify_sandbox import SandboxConfig
from omnify_sandbox.book import Change, Key
from omnify_sandbox.figures import Figures
from omnify_sandbox.market import Market
from tests.builders.sandbox_wire import NOON, SEED, TODAY, fresh_market, pristine_market, sandbox_config

EVER = (date.min, date.max)


def same(one: Figures, other: Figures) -> bool:
    names = ("spend_micros", "impressions", "clicks", "conversions", "value_cents")
    return one.days == other.days and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in names
    )


def set_budget(market: Market, place: int, cents: int) -> None:
    budget = market.catalog.budgets[place]
    market.commit([Change(Key("budget", budget.id, "daily_budget"), cents)], request_id="r")


def pause(market: Market, place: int) -> None:
    campaign = market.catalog.campaigns[place]
    market.commit([Change(Key("campaign", campaign.id, "status"), "paused")], request_id="r")


def test_the_same_seed_gives_the_same_market() -> None:
    one, other = Market(sandbox_config()), Market(sandbox_config())
    assert one.catalog == other.catalog
    assert same(one.figures(*EVER), other.figures(*EVER))


def test_another_seed_gives_another_market() -> None:
    assert not same(pristine_market(SEED).figures(*EVER), pristine_market(SEED + 1).figures(*EVER))


def test_there_are_120_days_of_history_and_a_partial_today() -> None:
    market = pristine_market()
    figures = market.figures(*EVER)
    assert figures.days[0] == TODAY - timedelta(120)
    assert figures.days[-1] == TODAY
    today, yesterday = figures.spend_micros[-1].sum(), figures.spend_micros[-2].sum()
    assert 0.2 * yesterday < today < 0.9 * yesterday


hours = st.lists(st.integers(1, 60), min_size=1, max_size=12)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=hours, write_after=st.integers(0, 11), cents=st.integers(5_000, 90_000))
def test_many_small_steps_are_one_long_step(steps: list[int], write_after: int, cents: int) -> None:
    """With a write in between, and with reads after every small step."""
    cut = min(write_after, len(steps))
    patient, hasty = fresh_market(), fresh_market()
    for number, step in enumerate(steps):
        if number == cut:
            set_budget(patient, 3, cents)
        patient.advance(step / 24)
        patient.figures(TODAY, date.max)
    if sum(steps[:cut]):
        hasty.advance(sum(steps[:cut]) / 24)
    if cut < len(steps):
        set_budget(hasty, 3, cents)
        hasty.advance(sum(steps[cut:]) / 24)
    assert patient.now() == hasty.now()
    assert same(patient.figures(*EVER), hasty.figures(*EVER))


def test_the_night_when_the_clocks_go_back_is_a_day_like_others() -> None:
    config = SandboxConfig(SEED, date(2026, 10, 31), None, FixedClock(NOON))
    patient, hasty = Market(config), Market(config)
    for _ in range(72):
        patient.advance(1 / 24)
        patient.figures(*EVER)
    hasty.advance(3)
    assert patient.now() == hasty.now()
    assert same(patient.figures(*EVER), hasty.figures(*EVER))


def test_a_restart_finds_the_same_market(tmp_path: Path) -> None:
    path = tmp_path / "market.jsonl"
    before = Market(sandbox_config(path=path))
    set_budget(before, 2, 12_300)
    before.advance(9.25)
    pause(before, 30)
    before.advance(3)
    after = Market(sandbox_config(path=path))
    assert after.now() == before.now()
    assert after.journal.writes == before.journal.writes
    assert same(after.figures(*EVER), before.figures(*EVER))
    before.advance(5)
    again = Market(sandbox_config(path=path))
    assert same(again.figures(*EVER), before.figures(*EVER))


def test_the_first_today_stays_when_a_later_start_names_another(tmp_path: Path) -> None:
    path = tmp_path / "market.jsonl"
    Market(sandbox_config(path=path))
    later = SandboxConfig(SEED, TODAY + timedelta(40), path, FixedClock(NOON + timedelta(2)))
    assert Market(later).today() == TODAY + timedelta(2)


def test_a_line_cut_short_by_a_crash_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "market.jsonl"
    market = Market(sandbox_config(path=path))
    set_budget(market, 0, 10_000)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"kind":"write","seq":2,"at":"20')
    assert len(Market(sandbox_config(path=path)).journal.writes) == 1
    assert path.read_bytes() == whole


def test_a_log_of_another_seed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "market.jsonl"
    Market(sandbox_config(path=path))
    with pytest.raises(BadInput, match="seed 7"):
        Market(sandbox_config(seed=8, path=path))


def test_the_clock_follows_the_wall_clock_and_advances() -> None:
    clock = FixedClock(NOON)
    market = Market(SandboxConfig(SEED, date(2026, 3, 2), None, clock))
    assert market.today() == date(2026, 3, 2)
    clock.move_to(NOON + timedelta(hours=30))
    assert market.today() == date(2026, 3, 3)
    market.advance(10)
    assert market.today() == date(2026, 3, 13)


def test_a_month_passes_in_well_under_a_second() -> None:
    market = fresh_market()
    started = datetime.now(UTC)
    market.advance(30)
    assert (datetime.now(UTC) - started).total_seconds() < 1.0


def test_what_was_reported_never_falls_while_the_day_goes_on() -> None:
    market = fresh_market()
    before = market.figures(TODAY, TODAY)
    for _ in range(6):
        market.advance(2 / 24)
        after = market.figures(TODAY, TODAY)
        for name in ("spend_micros", "impressions", "clicks", "conversions"):
            assert (getattr(after, name) >= getattr(before, name)).all(), name
        before = after


def test_conversions_of_a_closed_day_keep_arriving_until_the_window_ends() -> None:
    market = fresh_market()
    day = TODAY - timedelta(1)
    counts = []
    for _ in range(4):
        counts.append(market.figures(day, day).conversions.sum())
        market.advance(10)
    assert counts[0] < counts[1] <= counts[2]
    assert counts[3] == counts[2] or market.today() - day < timedelta(31)
    last = market.figures(day, day).conversions.sum()
    market.advance(30)
    assert market.figures(day, day).conversions.sum() == last


def test_a_new_budget_changes_the_future_and_not_the_past() -> None:
    changed, unchanged = fresh_market(), fresh_market()
    set_budget(changed, 0, changed.catalog.budgets[0].cents // 3)
    for market in (changed, unchanged):
        market.advance(10)
    yesterday = TODAY - timedelta(1)
    assert np.array_equal(
        changed.figures(date.min, yesterday).spend_micros, unchanged.figures(date.min, yesterday).spend_micros
    )
    later = (TODAY + timedelta(1), TODAY + timedelta(9))
    ads = [ad.index for ad in changed.catalog.ads if ad.campaign.budget.index == 0]
    less = changed.figures(*later).spend_micros[:, ads].sum()
    more = unchanged.figures(*later).spend_micros[:, ads].sum()
    assert less < 0.6 * more


def test_a_write_at_noon_counts_from_noon() -> None:
    market = fresh_market()
    campaign = market.catalog.campaigns[0]
    ads = [ad.index for ad in market.catalog.ads if ad.campaign is campaign]
    spent = market.figures(TODAY, TODAY).spend_micros[:, ads].sum()
    pause(market, 0)
    market.advance(2)
    figures = market.figures(TODAY, TODAY + timedelta(1))
    assert abs(figures.spend_micros[0, ads].sum() - spent) <= 3 * len(ads)
    assert figures.impressions[1, ads].sum() == 0


def test_days_outside_the_world_are_empty() -> None:
    figures = pristine_market().figures(date(2030, 1, 1), date(2030, 1, 3))
    assert figures.days == ()
    assert figures.spend_micros.sum() == 0


@pytest.mark.parametrize("days", [0, -1, 5000])
def test_the_clock_goes_forward_and_not_for_ever(days: float) -> None:
    with pytest.raises(BadInput, match="days"):
        fresh_market().advance(days)
