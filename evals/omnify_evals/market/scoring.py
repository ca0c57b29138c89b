"""One market run's result, and the distribution over many seeds."""

from __future__ import annotations

from collections.abc import Sequence
from time import process_time

import numpy as np
from pydantic import BaseModel, ConfigDict

from omnify_evals.market.policies import POLICIES, Acts
from omnify_evals.market.world import earned, market_of
from omnify_sandbox.market import Market


class MarketResult(BaseModel):
    """`value` is revenue less spend over the run in USD; `gap_closed` is (value - hold) / (oracle - hold).

    `regret` is what the clairvoyant made more. Revenue counts all conversions that will ever be credited.
    """

    model_config = ConfigDict(frozen=True)

    policy: str
    seed: int
    days: int
    value: float
    revenue: float
    spend: float
    hold_value: float
    oracle_value: float
    regret: float
    gap_closed: float | None
    changes: int
    denied: int
    cap_violations: int
    duplicates: int
    cpu_seconds: float


class MarketSummary(BaseModel):
    """Over all seeds: the gap closed (quantiles), how often it ended below hold, and what must be 0."""

    model_config = ConfigDict(frozen=True)

    policy: str
    days: int
    runs: list[MarketResult]
    gap_closed_median: float | None
    gap_closed_worst: float | None
    gap_closed_best: float | None
    below_hold: int
    cap_violations: int
    duplicates: int


async def market_run(policy: str, seed: int, days: int) -> MarketResult:
    """Plays `days` under the policy, and the same world under hold and under the clairvoyant."""
    start = process_time()
    market, acts = await _played(policy, seed, days)
    revenue, spend = _earned(market)
    hold = sum_of(_earned((await _played("hold", seed, days))[0]))
    best = sum_of(_earned((await _played("oracle", seed, days))[0]))
    value = revenue - spend
    return MarketResult(
        policy=policy,
        seed=seed,
        days=days,
        value=round(value, 2),
        revenue=round(revenue, 2),
        spend=round(spend, 2),
        hold_value=round(hold, 2),
        oracle_value=round(best, 2),
        regret=round(best - value, 2),
        gap_closed=round((value - hold) / (best - hold), 4) if best > hold else None,
        changes=acts.changes,
        denied=acts.denied,
        cap_violations=acts.cap_violations,
        duplicates=acts.duplicates,
        cpu_seconds=round(process_time() - start, 1),
    )


async def _played(policy: str, seed: int, days: int) -> tuple[Market, Acts]:
    market = market_of(seed)
    return market, await POLICIES[policy](market, days)


def _earned(market: Market) -> tuple[float, float]:
    return earned(market, market.world.first_today)


def sum_of(result: tuple[float, float]) -> float:
    revenue, spend = result
    return revenue - spend


def summary_of(runs: Sequence[MarketResult]) -> MarketSummary:
    gaps = [run.gap_closed for run in runs if run.gap_closed is not None]
    return MarketSummary(
        policy=runs[0].policy,
        days=runs[0].days,
        runs=list(runs),
        gap_closed_median=round(float(np.median(gaps)), 4) if gaps else None,
        gap_closed_worst=min(gaps, default=None),
        gap_closed_best=max(gaps, default=None),
        below_hold=sum(run.value < run.hold_value for run in runs),
        cap_violations=sum(run.cap_violations for run in runs),
        duplicates=sum(run.duplicates for run in runs),
    )
