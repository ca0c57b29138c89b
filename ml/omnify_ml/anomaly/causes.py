"""From what moved together to what may have happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Cause(NamedTuple):
    name: str
    words: str


TRACKING = Cause("tracking break", "conversions stopped while clicks went on: check the tag first.")
PACING = Cause("budget move", "spend moved on its own: a budget, bid or pacing change.")
AUCTION = Cause("auction price", "the price moved while response held: competition or bids.")
MIX = Cause("mix shift", "response and price moved together: other placements, audience or creative.")
STOCK = Cause(
    "stock-out or landing page", "clicks no longer turn into conversions as usual: look behind the click."
)
RESPONSE = Cause("response change", "the click rate moved on its own: creative or audience.")
STOPPED = Cause("delivery stop", "spend fell to nothing: paused, limited or disapproved.")
DEMAND = Cause("demand", "conversions per click rose: season, offer or double counting.")


def cause_of(metric: str, z: float, value: float, together: Mapping[str, float]) -> Cause:
    """A guess from the metric, its direction and what else was unusual that day."""
    if metric == "cvr":
        if value == 0:
            return TRACKING
        return STOCK if z < 0 else DEMAND
    if metric == "spend":
        return STOPPED if value == 0 else PACING
    if metric in {"cpc", "cpm"}:
        return MIX if "ctr" in together else AUCTION
    return MIX if {"cpc", "cpm"} & set(together) else RESPONSE
