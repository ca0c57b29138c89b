"""What a person goes on to do, drawn once: a subscription, a way through the pipeline, purchases."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from omnify_sandbox.advertiser import Trade
from omnify_sandbox.business.people import Person
from omnify_sandbox.randomness import generator

STAGES = ("New lead", "Qualified", "Demo booked", "Proposal sent", "Negotiation")
_PLAN_WEIGHTS = (0.58, 0.31, 0.11)
_CONVERTING = 0.26
_GOODS = 12
_BEST = 0.35
_HORIZON_DAYS = 730
_SPREAD = 3.4
_SUBSCRIPTION, _PIPELINE, _PURCHASES = 2_100_000, 2_200_000, 2_300_000


class Membership(NamedTuple):
    """`starts`: begins a subscription. `months`: paid before they leave by themselves; 0 never pays.
    `draws`: one per month, 0-1, below the failure rate the card is declined."""

    plan: int
    starts: bool
    months: int
    draws: tuple[float, ...]


class Step(NamedTuple):
    """`stage` counts STAGES; `status` is open, won, lost or abandoned."""

    at: datetime
    stage: int
    status: str


class Purchase(NamedTuple):
    """`cents`: about what it comes to, in minor units; `product`: its place among the goods."""

    at: datetime
    cents: int
    product: int


def membership(seed: int, person: Person, trade: Trade) -> Membership:
    """Monthly churn differs between people (beta-geometric, Fader and Hardie 2007).

    Who comes as a lead and is won by the sales team pays; of the others some convert by themselves.
    """
    rng = generator(seed, _SUBSCRIPTION, person.number)
    plan = int(rng.choice(len(_PLAN_WEIGHTS), p=_PLAN_WEIGHTS))
    is_won = not trade.is_shop and pipeline(seed, person)[-1].status == "won"
    starts = bool(rng.random() < trade.subscribing_share) or is_won
    converts = bool(rng.random() < _CONVERTING + 0.08 * plan) or is_won or not trade.trial_days
    churn = rng.beta(0.9 + 0.1 * plan, 9.0 + 4.0 * plan)
    months = int(rng.geometric(min(max(churn, 0.004), 0.9))) if converts else 0
    return Membership(min(plan, len(trade.plans) - 1), starts, months, tuple(rng.random(48)))


def pipeline(seed: int, person: Person) -> list[Step]:
    """Stages entered and the end, oldest first; the way takes weeks and most are lost early."""
    rng = generator(seed, _PIPELINE, person.number)
    steps = [Step(person.joined, 0, "open")]
    at = person.joined
    for stage, goes_on in enumerate((0.55, 0.62, 0.68, 0.72, 0.58)):
        at = at + timedelta(days=float(rng.gamma(1.8, 3.2)))
        if rng.random() < goes_on:
            last = stage == len(STAGES) - 1
            steps.append(Step(at, stage if last else stage + 1, "won" if last else "open"))
            continue
        ended = "abandoned" if rng.random() < 0.25 else "lost"
        steps.append(Step(at + timedelta(days=float(rng.gamma(2.0, 4.0))), stage, ended))
        break
    return steps


def deal_cents(seed: int, person: Person) -> int:
    rng = generator(seed, _PIPELINE + 1, person.number)
    return int(math.exp(rng.normal(8.4, 0.7)) // 50) * 5_000


def purchases(seed: int, person: Person, trade: Trade) -> list[Purchase]:
    """Until they lapse: Poisson buying at a personal rate, a personal chance to lapse after each
    purchase (BG/NBD, Fader, Hardie and Lee 2005), spend around a personal mean (gamma-gamma)."""
    rng = generator(seed, _PURCHASES, person.number)
    rate = float(rng.gamma(1.1, 1 / 38.0)) + 1e-4
    lapse = float(rng.beta(0.9, 2.4))
    mean = trade.order * float((_SPREAD - 1) / rng.gamma(_SPREAD))
    best = _BEST if trade.is_shop else 0.0
    at, bought = person.joined, [_purchase(rng, person.joined, mean, best)]
    while rng.random() > lapse:
        at = at + timedelta(days=float(rng.exponential(1 / rate)))
        if (at - person.joined).days > _HORIZON_DAYS:
            break
        bought.append(_purchase(rng, at, mean, best))
    return bought


def _purchase(rng: np.random.Generator, at: datetime, mean: float, best: float) -> Purchase:
    """`best`: how often it is the first of the goods."""
    amount, goods = round(mean * float(rng.gamma(6.0, 1 / 6.0))), int(rng.integers(0, _GOODS))
    return Purchase(at.replace(microsecond=0), amount, 0 if rng.random() < best else goods)
