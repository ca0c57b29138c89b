"""The general experience behind a fresh account: a hazard learned in many made-up worlds."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np

from omnify_ml.fatigue.hazard import COLUMNS, Hazard

FILE = Path(__file__).with_name("prior.json")


@cache
def general_prior() -> Hazard:
    """The shipped hazard; its onsets are no one's own, so it counts none."""
    held = json.loads(FILE.read_text())
    assert held["columns"] == list(COLUMNS), "prior.json is of another version; learn it anew"
    return Hazard(np.array(held["mean"]), np.array(held["scale"]), np.array(held["beta"]), 0)
