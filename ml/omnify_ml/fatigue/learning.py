"""Learns the general prior in many made-up worlds and writes `prior.json` beside this file.

Run as `python -m omnify_ml.fatigue.learning` after a change of label, features or worlds.
"""

from __future__ import annotations

import json

import numpy as np

from omnify_ml.fatigue.features import scene_of
from omnify_ml.fatigue.hazard import COLUMNS, Hazard, Rows, fit, rows_of
from omnify_ml.fatigue.prior import FILE
from omnify_ml.fatigue.world import Form, WorldShape, simulate
from omnify_ml.panel import panel_of

FORMS: tuple[Form, ...] = ("gamma_poisson", "power", "cliff", "linear", "none")


def drawn_world(rng: np.random.Generator) -> WorldShape:
    """A world from the range of published figures."""
    return WorldShape(
        form=FORMS[rng.integers(len(FORMS))],
        evergreen=float(rng.uniform(0.2, 0.8)),
        half_life_days=float(rng.uniform(14, 35)),
        strength=float(0.149 * np.exp(0.3 * rng.standard_normal())),
        pace=float(0.06 * np.exp(0.5 * rng.standard_normal())),
        noise=float(rng.uniform(0.07, 0.18)),
        season=float(rng.choice([0.0, 0.1])),
    )


def learn_prior(*, worlds: int = 48, seed: int = 20) -> Hazard:
    """Pools the rows of many worlds; a quarter of them have no frequency."""
    rng = np.random.default_rng(seed)
    parts: list[Rows] = []
    for number in range(worlds):
        frame = simulate(drawn_world(rng), seed=int(rng.integers(2**31)), accounts=4, creatives=25)
        columns = ["impressions", "clicks", "cost"] + (["frequency"] if number % 4 else [])
        named = frame.rename(columns={"creative": "entity", "account": "group"})
        panel = panel_of(named, columns=columns, max_days=None)
        rows = rows_of(scene_of(panel), first=0, last=panel.n_days, known_until=panel.n_days, step=3)
        parts.append(rows._replace(creative=rows.creative + 10_000 * number))
    pooled = Rows(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    return fit(pooled, None)


def write_prior(hazard: Hazard) -> None:
    rounded = {name: getattr(hazard, name).round(5).tolist() for name in ("mean", "scale", "beta")}
    FILE.write_text(json.dumps({"columns": list(COLUMNS), **rounded}, indent=1) + "\n")


if __name__ == "__main__":
    write_prior(learn_prior())
