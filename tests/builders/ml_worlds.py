"""Made-up histories whose truth is known, for judging models."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

FIRST_DAY = pd.Timestamp("2026-07-01")


def days(n: int) -> pd.DatetimeIndex:
    return pd.date_range(FIRST_DAY, periods=n)


def last_day(n: int) -> date:
    return days(n)[-1].date()


def campaigns(
    *,
    entities: int = 20,
    n_days: int = 60,
    seed: int = 1,
    drift: float = 0.05,
    day_noise: float = 0.1,
    spread: float = 0.4,
) -> pd.DataFrame:
    """Rates that walk on the log scale, seen through day noise and Poisson counts; two groups."""
    rng = np.random.default_rng(seed)
    shape = (entities, n_days)

    def walk(level: float) -> np.ndarray:
        start = level * np.exp(spread * rng.standard_normal((entities, 1)))
        return start * np.exp(
            np.cumsum(drift * rng.standard_normal(shape), axis=1) + day_noise * rng.standard_normal(shape)
        )

    impressions = rng.poisson(4000 * np.exp(0.4 * rng.standard_normal((entities, 1))) * np.ones(shape))
    clicks = rng.poisson(impressions * walk(0.02))
    conversions = rng.poisson(clicks * np.minimum(walk(0.08), 1))
    cost = clicks * walk(1.2)
    names = [f"google:{number}" for number in range(entities)]
    return pd.DataFrame(
        {
            "entity": np.repeat(names, n_days),
            "group": np.repeat([f"g{number % 2}" for number in range(entities)], n_days),
            "date": np.tile(days(n_days), entities),
            "impressions": impressions.ravel(),
            "clicks": clicks.ravel(),
            "cost": cost.ravel(),
            "conversions": conversions.ravel(),
            "revenue": (conversions * rng.gamma(4, 20, shape)).ravel(),
        }
    )


def steady(entity: str, n_days: int, **daily: float) -> pd.DataFrame:
    """One entity with the same figures every day."""
    figures = {
        "impressions": 5000.0,
        "clicks": 100.0,
        "cost": 100.0,
        "conversions": 8.0,
        "revenue": 640.0,
    } | daily
    return pd.DataFrame({"entity": entity, "group": "g", "date": days(n_days), **figures})


def purchases(*, customers: int = 1200, n_days: int = 360, seed: int = 3) -> pd.DataFrame:
    """Buyers as the BG/NBD assumes them, with gamma-gamma values and two campaigns."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(customers):
        campaign = number % 2
        rate, leave = rng.gamma(0.6, 1 / 6.0) * (1 + campaign), rng.beta(0.8, 2.5)
        scale = 10 * rng.gamma(4.0) / 4
        at = float(rng.integers(0, 90))
        while at < n_days:
            rows.append(
                (
                    f"c{number:05d}",
                    FIRST_DAY + pd.Timedelta(days=int(at)),
                    rng.gamma(6, scale / 6),
                    f"k{campaign}",
                )
            )
            if at > 0 and rng.random() < leave:
                break
            at += max(1.0, 7 * rng.exponential(1 / max(rate, 1e-6)))
    return pd.DataFrame(rows, columns=["customer", "date", "value", "cohort"])


def headline_tests(*, tests: int = 160, seed: int = 5) -> pd.DataFrame:
    """Tests of four texts; the words "free" and "now" truly help, "report" truly hurts."""
    rng = np.random.default_rng(seed)
    filler = [
        f"{a}{b}"
        for a in ("ba", "ke", "lo", "mi", "nu", "ro", "sa", "ti")
        for b in ("dor", "fin", "lep", "mur", "vos")
    ]
    effect = {"free": 0.35, "now": 0.25, "report": -0.35}
    rows = []
    for test in range(tests):
        level = 0.02 * np.exp(0.3 * rng.standard_normal())
        for variant in range(4):
            marks = [word for word in effect if rng.random() < 0.4]
            words = [*rng.choice(filler, 5, replace=False), *marks]
            rate = level * np.exp(sum(effect[word] for word in marks) + 0.05 * rng.standard_normal())
            rows.append(
                (
                    f"t{test:04d}",
                    variant,
                    " ".join(rng.permutation(words)),
                    4000,
                    rng.binomial(4000, rate),
                    test // 4,
                )
            )
    return pd.DataFrame(rows, columns=["test", "variant", "text", "impressions", "clicks", "week"])


def leads(*, n: int = 3000, seed: int = 7) -> pd.DataFrame:
    """Leads whose source and visits truly matter; `seen_at` is noise."""
    rng = np.random.default_rng(seed)
    source = rng.choice(["search", "social", "referral", "email"], n, p=[0.4, 0.3, 0.1, 0.2])
    visits = rng.poisson(3, n)
    odds = (
        -2.2
        + pd.Series(source).map({"search": 0.0, "social": -0.7, "referral": 1.0, "email": 0.3}).to_numpy()
    )
    won = rng.random(n) < 1 / (1 + np.exp(-(odds + 0.25 * (visits - 3))))
    return pd.DataFrame(
        {
            "lead": [f"l{number}" for number in range(n)],
            "date": FIRST_DAY + pd.to_timedelta(np.sort(rng.integers(0, 120, n)), unit="D"),
            "converted": won.astype(int),
            "source": source,
            "visits": visits,
            "seen_at": rng.integers(0, 10_000, n),
        }
    )
