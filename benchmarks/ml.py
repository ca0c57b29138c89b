"""Times of fits and predictions beside their peers, in one run: `python benchmarks/ml.py`.

`lifetimes` is timed only where it happens to be installed; it is no dependency.
"""

from __future__ import annotations

import importlib.util
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pandas as pd

from omnify_ml.allocation import allocate
from omnify_ml.anomaly import find_anomalies, watch_series
from omnify_ml.curves import Curves
from omnify_ml.fatigue import predict_fatigue
from omnify_ml.ltv.bgnbd import BgNbd, fit_bgnbd
from omnify_ml.ltv.customers import Customers
from omnify_ml.performance import forecast_performance
from omnify_ml.response import fit_response

FIRST, N_DAYS = date(2026, 7, 1), 120
AS_OF = FIRST + timedelta(days=N_DAYS - 1)


def timed(name: str, work: Callable[[], object], *, times: int = 3) -> float:
    """Prints and returns the median seconds of processor time."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    print(f"{name:52}{statistics.median(taken) * 1000:12.1f} ms")
    return statistics.median(taken)


def account(entities: int) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    size = entities * N_DAYS
    impressions = rng.poisson(5000, size)
    clicks = rng.binomial(impressions, 0.02)
    conversions = rng.binomial(clicks, 0.06)
    return pd.DataFrame(
        {
            "entity": np.repeat([f"google:{number}" for number in range(entities)], N_DAYS),
            "group": "google",
            "date": np.tile(pd.date_range(FIRST, periods=N_DAYS), entities),
            "impressions": impressions,
            "clicks": clicks,
            "cost": clicks * rng.gamma(20, 0.06, size),
            "conversions": conversions,
            "revenue": conversions * 80.0,
        }
    )


def buyers(n: int) -> Customers:
    """Customers whose histories a BG/NBD would show."""
    rng = np.random.default_rng(2)
    observed = rng.uniform(20, 60, n).round()
    rate, leave = rng.gamma(0.5, 0.25, n), rng.beta(0.8, 2.5, n)
    stays = rng.geometric(leave).astype(float)
    repeats = np.minimum(rng.poisson(rate * observed), stays)
    share = np.where(repeats > 0, rng.beta(np.maximum(repeats, 1), 1.5), 0.0)
    names = tuple(map(str, range(n)))
    return Customers(
        names,
        repeats,
        (observed * share).round(),
        observed,
        np.ones(n),
        np.zeros(n, dtype=np.int64),
        ("all",),
    )


def predictions() -> None:
    campaigns = account(47)
    creatives = account(150).rename(columns={"entity": "creative", "group": "account"}).assign(frequency=2.0)
    timed("forecast 47 campaigns, 120 days", lambda: forecast_performance(campaigns, as_of=AS_OF))
    timed("response curves of 47 campaigns", lambda: fit_response(campaigns, as_of=AS_OF))
    timed("anomalies of 47 campaigns, last 14 days", lambda: find_anomalies(campaigns, as_of=AS_OF))
    timed("fatigue of 150 creatives, 120 days", lambda: predict_fatigue(creatives, as_of=AS_OF))


def lifetimes_beside(customers: Customers) -> None:
    timed(f"BG/NBD fit, {len(customers):,} customers", lambda: fit_bgnbd(customers))
    fitted: BgNbd = fit_bgnbd(customers)
    timed("BG/NBD expectation", lambda: fitted.expected(customers, 13.0))
    if importlib.util.find_spec("lifetimes") is None:
        print("lifetimes is not installed: not timed")
        return
    from lifetimes import BetaGeoFitter

    columns = customers.repeats, customers.last, customers.observed
    timed("lifetimes BetaGeoFitter fit", lambda: BetaGeoFitter(penalizer_coef=1e-3).fit(*columns), times=1)


def slsqp(curves: Curves, now: np.ndarray) -> float:
    from scipy.optimize import minimize

    found = minimize(
        lambda x: -curves.value(x).sum(), now, jac=lambda x: -curves.slope(x), method="SLSQP",
        bounds=list(zip(0.2 * now, 3 * now, strict=True)), options={"maxiter": 300, "ftol": 1e-9},
        constraints={"type": "eq", "fun": lambda x: x.sum() - now.sum(), "jac": np.ones_like},
    )  # fmt: skip
    return float(-found.fun)


def allocation() -> None:
    rng = np.random.default_rng(3)
    for n in (10, 100, 1_000, 10_000):
        curves = Curves.hill(rng.lognormal(3, 1, n), rng.lognormal(5, 0.7, n), rng.uniform(0.6, 1.0, n))
        now = curves.half * rng.uniform(0.3, 1.2, n)

        def dual(c: Curves = curves, w: np.ndarray = now) -> float:
            return allocate(c, budget=float(w.sum()), lower=0.2 * w, upper=3 * w).total

        ours = timed(f"dual allocation, {n:,} campaigns", dual)
        if n <= 100:
            theirs = timed(
                f"SLSQP with gradient, {n:,} campaigns", lambda c=curves, w=now: slsqp(c, w), times=1
            )
            share = dual() / slsqp(curves, now)
            print(f"  {theirs / ours:.1f} times SLSQP's speed; value over SLSQP's {share:.6f}")


def alarms() -> None:
    from sklearn.ensemble import IsolationForest

    rng = np.random.default_rng(4)
    when = pd.Series(pd.date_range(FIRST, periods=1624, freq="h"))
    values = np.exp(0.2 * rng.standard_normal(1624))
    ours = timed("alarms of one series, 1,624 hours", lambda: watch_series(when, values))
    x = np.stack([values, np.diff(values, prepend=values[0])], axis=1)
    theirs = timed("IsolationForest on the same", lambda: IsolationForest(random_state=0).fit(x).predict(x))
    print(f"  {theirs / ours:.0f} times its speed")


if __name__ == "__main__":
    predictions()
    allocation()
    lifetimes_beside(buyers(25_000))
    alarms()
