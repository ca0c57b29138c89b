"""The general experience behind a fresh account: a hazard learned in many made-up worlds.

`python -m omnify_ml.fatigue.prior` learns it anew and writes `prior.json` beside this file.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np

from omnify_ml.fatigue.features import scene_of
from omnify_ml.fatigue.hazard import COLUMNS, Hazard, Rows, fit, rows_of
from omnify_ml.fatigue.world import Form, WorldShape, simulate
from omnify_ml.panel import panel_of

FILE = Path(__file__).with_name("prior.json")
FORMS: tuple[Form, ...] = ("gamma_poisson", "power", "cliff", "linear", "none")


@cache
def general_prior() -> Hazard:
    """The shipped hazard; its onsets are no one's own, so it counts none."""
    held = json.loads(FILE.read_text())
    assert held["columns"] == list(COLUMNS), "prior.json is of another version; learn it anew"
    return Hazard(np.array(held["mean"]), np.array(held["scale"]), np.array(held["beta"]), 0)


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
