"""The hidden numbers behind each campaign and ad, drawn once from the seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from omnify_core.campaigns import Platform
from omnify_sandbox.advertiser import USD_PER_UNIT, micros_per_minor, minor_per_unit
from omnify_sandbox.catalog import Ad, Budget, Campaign, Catalog
from omnify_sandbox.claims import true_share
from omnify_sandbox.kinds import KINDS, Kind, draw
from omnify_sandbox.randomness import BoolArray, FloatArray, IntArray, named_generator
from omnify_sandbox.response import Curves, Form
from omnify_sandbox.wear import EVERGREEN_SHARE, MEDIAN_DROP_AT_FOUR, Wear, remembered

SOFTNESS = 6.0
PACED_BY_GOOGLE = (Platform.GOOGLE, Platform.YOUTUBE)
_BILLED_MICROS = {Platform.GOOGLE: 1, Platform.YOUTUBE: 1, Platform.LINKEDIN: 1_000}


@dataclass(frozen=True, slots=True)
class Traits:
    """Arrays over campaigns (`c`) and ads (`a`). Money in USD, rates 0-1.

    `capacity`: the spend that unlimited budget would reach on an average day; `reference`: spend at
    the starting budget, where price and rates are as given; `budget_path`: factor on the budget by
    day of history, 1 at its end.
    """

    is_google: BoolArray  # c, paced and credited as Google does
    unit_usd: FloatArray  # c, what one unit of the account's currency is worth
    minor: FloatArray  # c, smallest units in one unit of that currency
    grain: IntArray  # c, micros of the smallest amount billed, in that currency
    is_work: BoolArray  # c
    is_brand: BoolArray  # c
    budget_of: IntArray  # c -> budget
    cpm: FloatArray  # c
    ctr: FloatArray  # c
    cvr: FloatArray  # c
    order_value: FloatArray  # c
    true_share: FloatArray  # c, of the conversions that its platform claims
    capacity: FloatArray  # c
    reference: FloatArray  # c
    drift: FloatArray  # c, log change of demand a year
    curves: Curves  # c
    audience: FloatArray  # c, people whom one creative reaches
    budget_path: FloatArray  # history day x budget
    campaign_of: IntArray  # a -> c
    slot: IntArray  # a
    appeal: FloatArray  # a, click rate against the campaign's
    fit: FloatArray  # a, conversion rate against the campaign's
    favor: FloatArray  # a, the platform's own preference
    wear: Wear  # a
    first_exposures: FloatArray  # a, remembered at the first day of history


def soft_min(a: FloatArray, b: FloatArray) -> FloatArray:
    """Just below the smaller of two positive amounts, without a kink; 0 where either is 0."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    share = np.divide(low, high, out=np.zeros_like(low), where=high > 0)
    kept: FloatArray = low * (1 + share**SOFTNESS) ** (-1 / SOFTNESS)
    return kept


def budget_usd(budget: Budget) -> float:
    """A day's budget at the start, in USD."""
    return budget.cents / minor_per_unit(budget.currency) * USD_PER_UNIT[budget.currency]


def draw_traits(catalog: Catalog, first_day: date, history_days: int) -> Traits:
    """`first_day` is the first day of history."""
    rows = [_campaign_traits(campaign) for campaign in catalog.campaigns]
    column = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    reference = _reference(catalog, column["capacity_ratio"])
    ads = [_ad_traits(ad, KINDS[ad.campaign.kind]) for ad in catalog.ads]
    of_ad = {key: np.array([row[key] for row in ads]) for key in ads[0]}
    campaign_of = np.array([ad.campaign.index for ad in catalog.ads])
    ads_in = np.bincount(campaign_of)
    audience = reference / column["cpm"] * 1000 / ads_in * 60 / column["exposures"]
    ages = np.array([(first_day - ad.started).days for ad in catalog.ads], float)
    daily = (column["exposures"] / 60)[campaign_of]
    return Traits(
        is_google=np.array([c.platform in PACED_BY_GOOGLE for c in catalog.campaigns]),
        unit_usd=np.array([USD_PER_UNIT[c.currency] for c in catalog.campaigns]),
        minor=np.array([float(minor_per_unit(c.currency)) for c in catalog.campaigns]),
        grain=np.array(
            [_BILLED_MICROS.get(c.platform, micros_per_minor(c.currency)) for c in catalog.campaigns]
        ),
        is_work=np.array([KINDS[c.kind].is_work for c in catalog.campaigns]),
        is_brand=np.array([c.kind == "brand" for c in catalog.campaigns]),
        budget_of=np.array([c.budget.index for c in catalog.campaigns]),
        cpm=column["cpm"],
        ctr=column["ctr"],
        cvr=column["cvr"],
        order_value=column["order_value"],
        true_share=np.array([true_share(c) for c in catalog.campaigns]),
        capacity=_share_of_budget(catalog) * column["capacity_ratio"],
        reference=reference,
        drift=column["drift"],
        curves=Curves(column["form"], column["bend"], column["slope"]),
        audience=audience,
        budget_path=_budget_path(catalog, history_days),
        campaign_of=campaign_of,
        slot=np.array([ad.slot for ad in catalog.ads]),
        appeal=of_ad["appeal"],
        fit=of_ad["fit"],
        favor=of_ad["favor"],
        wear=_wear(of_ad, np.array([ad.campaign.seed for ad in catalog.ads])),
        first_exposures=remembered(daily, ages),
    )


def _campaign_traits(campaign: Campaign) -> dict[str, float]:
    rng = named_generator(campaign.seed, f"campaign/{campaign.number}/traits")
    kind = KINDS[campaign.kind]
    ctr, cpc, cvr, roas, exposures = (draw(r, float(rng.random())) for r in kind[:5])
    form = int(rng.integers(0, 3))
    bend = {
        Form.POWER: rng.uniform(0.55, 0.88),
        Form.EXPONENTIAL: rng.uniform(0.5, 1.9),
        Form.HILL: rng.uniform(0.7, 2.4),
    }[Form(form)]
    order = campaign.brand.order_usd
    if order is not None:
        cvr = cpc * roas / order
    return {
        "ctr": ctr,
        "cpm": cpc * ctr * 1000,
        "cvr": cvr,
        "order_value": cpc / cvr * roas,
        "exposures": exposures,
        "capacity_ratio": _capacity_ratio(rng, campaign),
        "drift": float(rng.normal(0.0, 0.18)),
        "form": form,
        "bend": float(bend),
        "slope": float(rng.uniform(0.85, 1.2)),
    }


def _capacity_ratio(rng: np.random.Generator, campaign: Campaign) -> float:
    """Spend that could be had over the budget: a fifth of campaigns is clearly limited by its budget."""
    place = (campaign.number * 7 + 3) % 10
    if place < 2:
        return float(rng.uniform(1.7, 2.8))
    return float(rng.uniform(1.1, 1.45) if place < 7 else rng.uniform(0.6, 0.95))


def _share_of_budget(catalog: Catalog) -> FloatArray:
    """Each campaign's even share of its budget, in USD."""
    users = np.bincount([c.budget.index for c in catalog.campaigns])
    return np.array([budget_usd(c.budget) / users[c.budget.index] for c in catalog.campaigns])


def _reference(catalog: Catalog, capacity_ratio: FloatArray) -> FloatArray:
    budget = _share_of_budget(catalog)
    return soft_min(budget, budget * capacity_ratio)


def _ad_traits(ad: Ad, kind: Kind) -> dict[str, float]:
    rng = named_generator(ad.campaign.seed, f"ad/{ad.number}/traits")
    logit = np.log(MEDIAN_DROP_AT_FOUR / (1 - MEDIAN_DROP_AT_FOUR)) + rng.normal(0.0, 0.45)
    worn = 1 / (1 + np.exp(-logit))
    return {
        "appeal": float(np.exp(rng.normal(0.05, 0.20))),
        "fit": float(np.exp(rng.normal(0.0, 0.15))),
        "favor": float(np.exp(rng.normal(0.0, 0.35))),
        "drop_at_four": float(worn),
        "evergreen_drop": float(rng.uniform(0.0, 0.08)),
        "evergreen_draw": float(rng.random()) / kind.evergreen_share,
        "power_law": float(rng.random() < 0.5),
    }


def _wear(of_ad: dict[str, FloatArray], counted: IntArray) -> Wear:
    """The draws decide which creatives are evergreen, not how many: that share is the same in all worlds.

    `counted`: per ad, what it is counted together with.
    """
    draws = of_ad["evergreen_draw"]
    bars = {seed: np.quantile(draws[counted == seed], EVERGREEN_SHARE) for seed in np.unique(counted)}
    is_evergreen = draws <= np.array([bars[seed] for seed in counted])
    drop = np.where(is_evergreen, of_ad["evergreen_drop"], of_ad["drop_at_four"])
    return Wear(drop, of_ad["power_law"].astype(bool))


def wear_of(ad: Ad) -> Wear:
    """Of one more creative: whether it is evergreen is its own chance."""
    kind = KINDS[ad.campaign.kind]
    row = _ad_traits(ad, kind)
    is_evergreen = row["evergreen_draw"] * kind.evergreen_share < EVERGREEN_SHARE
    drop = row["evergreen_drop" if is_evergreen else "drop_at_four"]
    return Wear(np.array([drop]), np.array([bool(row["power_law"])]))


def _budget_path(catalog: Catalog, history_days: int) -> FloatArray:
    """Past budget changes by people: one to three levels per budget before today's."""
    path = np.ones((history_days, len(catalog.budgets)))
    for budget in catalog.budgets:
        rng = named_generator(budget.seed, f"budget/{budget.number}/path")
        for _ in range(int(rng.integers(1, 4))):
            until = int(rng.integers(12, history_days - 6))
            path[:until, budget.index] = float(np.exp(rng.normal(-0.1, 0.32)))
    return np.clip(path, 0.45, 1.9)
