"""Carry-over: money of past days that still brings results today (geometric adstock)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from omnify_ml.interval import BoolArray, FloatArray, IntArray
from omnify_ml.panel import Panel

# Candidate half-lives in days; 0 is none at all.
HALF_LIVES = np.array([0.0, 1.0, 2.0, 4.0, 7.0, 14.0, 21.0, 35.0])
# Usual half-lives by platform: days for searches, weeks for brand and video. All are weak knowledge.
USUAL_DAYS, SPREAD = {"google": 3.0, "youtube": 21.0, "linkedin": 21.0}, 1.0
OTHERS_USUAL = 7.0
# Platforms date most conversions by the click: without evidence there is none.
NONE_SHARE = 0.8
# And what little may come is only believed at odds of four to one.
MOST_NONE = 0.2
MIN_DAYS, MIN_COUNT, BURN_IN = 28, 60.0, 14
# How far the neighbors of a group speak for a campaign, and how many days hang together.
NEIGHBORS, REPEATED = 0.5, 8.0
LEVEL_HALF_LIFE = 14.0
# Days differ by more than the luck of counts.
DAY_VARIANCE = 0.02
EXPONENT, EXPONENT_SD = 0.85, 0.1
MOST_SDS = 4.0


@dataclass(frozen=True)
class CarryOver:
    """Per entity: `half_life` in days (0: none seen), `own` (0-1): weight of the own days in it."""

    half_life: FloatArray
    own: FloatArray

    @classmethod
    def none(cls, n: int) -> CarryOver:
        return cls(np.zeros(n), np.zeros(n))

    @property
    def kept(self) -> FloatArray:
        """Share of a day's effect that is left on the day after."""
        return kept_of(self.half_life)

    def effective(self, panel: Panel) -> Panel:
        """The panel with effective in place of actual spend; itself where nothing carries over."""
        if not self.half_life.any():
            return panel
        return replace(panel, values={**panel.values, "cost": carried(panel["cost"], self.kept)})

    def mixed(self, ending: FloatArray, daily_spend: FloatArray, horizon: int) -> FloatArray:
        """Mean effective spend of the coming days at `daily_spend`, from the effective spend at the end.

        A steady spend is its own effective spend, so this differs from it only while the past fades.
        """
        kept = self.kept
        left = kept * (1 - kept**horizon) / (horizon * (1 - kept))
        return np.asarray(daily_spend + (ending - daily_spend) * left)


def kept_of(half_life: FloatArray) -> FloatArray:
    """Daily retention of a half-life; 0 for none."""
    return np.where(half_life > 0, 0.5 ** (1 / np.maximum(half_life, 1e-9)), 0.0)


def carried(spend: FloatArray, kept: FloatArray) -> FloatArray:
    """Effective spend, shape (..., days): normalized, so that a steady spend stays what it is.

    Begins at the mean of the first seven days with spend: what was before is not known.
    """
    first = np.argmax(spend > 0, axis=-1)[..., None]
    week = np.arange(spend.shape[-1])
    early = (week >= first) & (week < first + 7)
    state = (spend * early).sum(axis=-1) / np.maximum(early.sum(axis=-1), 1)
    found = np.empty(np.broadcast_shapes(spend.shape, (*np.shape(kept), 1)))
    for day in range(spend.shape[-1]):
        state = (1 - kept) * spend[..., day] + kept * state
        found[..., day] = state
    return found


def learn_carry_over(panel: Panel, *, name: str = "conversions") -> CarryOver:
    """From the days of the panel: a posterior over `HALF_LIVES` per entity, drawn to group and platform."""
    n = len(panel.entities)
    evidence = _evidence(panel, name)
    prior = np.array([_prior(panel.groups[group]) for group in panel.group_of]).reshape(n, -1)
    together = np.zeros((len(panel.groups), len(HALF_LIVES)))
    np.add.at(together, panel.group_of, evidence)
    others = together[panel.group_of] - evidence
    log = np.log(prior) + evidence + NEIGHBORS * others
    posterior = np.exp(log - log.max(axis=1, keepdims=True))
    posterior /= posterior.sum(axis=1, keepdims=True)
    some = posterior[:, 1:] / np.maximum(posterior[:, 1:].sum(axis=1, keepdims=True), 1e-300)
    half_life = np.exp(some @ np.log(HALF_LIVES[1:]))
    seen = posterior[:, 0] < MOST_NONE
    left = _spread(posterior) / np.maximum(_spread(prior), 1e-9)
    return CarryOver(np.where(seen, half_life, 0.0), np.clip(1 - left, 0.0, 1.0))


def _prior(group: str) -> FloatArray:
    usual = USUAL_DAYS.get(group.split("/")[0], OTHERS_USUAL)
    some = np.exp(-0.5 * (np.log(HALF_LIVES[1:] / usual) / SPREAD) ** 2)
    return np.concatenate([[NONE_SHARE], (1 - NONE_SHARE) * some / some.sum()])


def _spread(share: FloatArray) -> FloatArray:
    """Variance of the log half-life, where none counts as an eighth of a day."""
    at = np.log(np.maximum(HALF_LIVES, 0.125))
    return np.asarray(share @ at**2 - (share @ at) ** 2)


def _evidence(panel: Panel, name: str) -> FloatArray:
    """Log likelihood of each half-life over that of none, shape (entities, half-lives)."""
    count, spend = panel[name], panel["cost"]
    found = np.zeros((len(count), len(HALF_LIVES)))
    usable = (spend > 0) & (np.arange(spend.shape[1]) >= BURN_IN)
    rows = np.flatnonzero((usable.sum(axis=1) >= MIN_DAYS) & (count.sum(axis=1) >= MIN_COUNT))
    if not len(rows):
        return found
    count, spend, usable = count[rows], spend[rows], usable[rows]
    came = _moved(np.log(count + 0.5), usable, panel.weekdays)
    precision = np.where(usable, 1 / (1 / (count + 0.5) + DAY_VARIANCE), 0.0)
    effective = carried(spend, kept_of(HALF_LIVES)[:, None])
    sums = [
        _misfit(came, _moved(np.log(np.maximum(one, 1e-9)), usable, panel.weekdays), precision)
        for one in effective
    ]
    misfit = np.array(sums).T
    days = usable.sum(axis=1)[:, None] / REPEATED
    found[rows] = -days / 2 * np.log(misfit / misfit[:, :1])
    return found


def _moved(log: FloatArray, usable: BoolArray, weekdays: IntArray) -> FloatArray:
    """How far each day lies from the level of the days before and from what its weekday usually is."""
    keep = 0.5 ** (1 / LEVEL_HALF_LIFE)
    total, weight = np.zeros(len(log)), np.zeros(len(log))
    moved = np.zeros_like(log)
    for day in range(log.shape[1]):
        seen = usable[:, day]
        moved[:, day] = np.where(seen & (weight > 0), log[:, day] - total / np.maximum(weight, 1e-9), 0.0)
        total = keep * total + np.where(seen, log[:, day], 0.0)
        weight = keep * weight + seen
    for weekday in range(7):
        at = (weekdays == weekday)[None, :] & usable
        mean = (moved * at).sum(axis=1) / np.maximum(at.sum(axis=1), 1)
        moved = np.where(at, moved - mean[:, None], moved)
    return moved


def _misfit(came: FloatArray, moved: FloatArray, precision: FloatArray) -> FloatArray:
    """Weighted squares left over per entity, at the exponent that fits best near the usual one."""
    power = (precision * moved**2).sum(axis=1) / REPEATED + 1 / EXPONENT_SD**2
    gain = (precision * moved * (came - EXPONENT * moved)).sum(axis=1) / REPEATED / power
    rest = (came - (EXPONENT + gain)[:, None] * moved) * np.sqrt(precision)
    usual = np.sqrt(np.maximum((rest**2).sum(axis=1), 1e-9) / np.maximum((precision > 0).sum(axis=1), 1))
    return np.asarray((np.clip(rest, -MOST_SDS * usual[:, None], MOST_SDS * usual[:, None]) ** 2).sum(axis=1))
