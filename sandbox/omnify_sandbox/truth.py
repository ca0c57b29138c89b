"""What really follows from spending: the world's own expectation, for judges only."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np

from omnify_core.errors import BadInput, NotFound
from omnify_sandbox.catalog import Campaign
from omnify_sandbox.demand import demand_factor, price_factor
from omnify_sandbox.randomness import FloatArray
from omnify_sandbox.response import Curves, efficiency
from omnify_sandbox.stage import Stage
from omnify_sandbox.wear import kept_share
from omnify_sandbox.world import World


class Expected(NamedTuple):
    """One campaign's expectation on the open day, an array over the spends asked for.

    `spend` is what was asked for, cut at `most`: more cannot be spent on that day. USD.
    """

    spend: FloatArray
    impressions: FloatArray
    clicks: FloatArray
    conversions: FloatArray
    value: FloatArray
    most: float


def true_response(stage: Stage, campaign_id: str, spends: FloatArray, day: date | None = None) -> Expected:
    """Expected outcome of spending `spends` (USD) on `day`, which defaults to the open day.

    Season, weekday, shocks, drift and the wear of today's exposures count; the day's own luck does not.
    Conversions and value are all that will ever be reported for the day. Raises NotFound.
    """
    campaign = next((c for c in stage.catalog.campaigns if c.id == campaign_id), None)
    if campaign is None:
        raise NotFound(f"no campaign {campaign_id!r} here")
    today = stage.today()
    stage.figures(today, today)
    return expected(stage.world, campaign, spends, day or today, _active(stage))


def expected(
    world: World, campaign: Campaign, spends: FloatArray, day: date, active: np.ndarray[Any, Any]
) -> Expected:
    """As `true_response`, of a world whose open day the caller has brought up to date."""
    t, c = world.traits, campaign.index
    years = (day - world.first_today).days / 365.25
    others = world.rivalry.effects()
    lift, left = float(others.demand[c]), float(others.conversion[c])
    demand = demand_factor(day, bool(t.is_work[c])) * lift * float(np.exp(t.drift[c] * years))
    shock = world.shocks.on(day.toordinal())
    most = float(t.capacity[c] * demand)
    spend = np.clip(np.asarray(spends, float), 0.0, most)
    curve = Curves(*(np.full(spend.shape, column[c]) for column in t.curves))
    kept = efficiency(curve, spend / (t.reference[c] * demand))
    price = t.cpm[c] * price_factor(day) * shock.price[c] * kept**-0.55
    mine = np.flatnonzero((t.campaign_of == c) & active)
    if not len(mine):
        nothing = np.zeros_like(spend)
        return Expected(nothing, nothing, nothing, nothing, nothing, 0.0)
    fresh = kept_share(t.wear, world.exposures())[mine]
    pull = t.favor[mine] * (t.appeal[mine] * fresh) ** 1.5
    share = pull / pull.sum()
    impressions = spend / price * 1000
    per_view = share * t.appeal[mine] * fresh
    clicks = impressions * t.ctr[c] * kept**0.10 * per_view.sum()
    per_click = float((per_view * t.fit[mine] * fresh**0.15).sum() / per_view.sum())
    rate = t.cvr[c] * shock.conversion[c] * shock.tracked[c] * left * kept**0.35 * per_click
    conversions = clicks * rate
    return Expected(spend, impressions, clicks, conversions, conversions * t.order_value[c], most)


def _active(stage: Stage) -> np.ndarray[Any, Any]:
    return stage.setting().active


def shown_response(stage: Stage, campaign_id: str, query: str) -> dict[str, Any]:
    """For the control door: `query` lists spends in USD such as "50,100,200"."""
    try:
        spends = np.array([float(part) for part in query.split(",")])
    except ValueError:
        raise BadInput(f"spend must be numbers in USD, as in 50,100,200, not {query!r}") from None
    found = true_response(stage, campaign_id, spends)
    rows = zip(found.spend, found.impressions, found.clicks, found.conversions, found.value, strict=True)
    names = ("spend", "impressions", "clicks", "conversions", "value")
    points = [dict(zip(names, (round(float(x), 4) for x in row), strict=True)) for row in rows]
    return {
        "campaign_id": campaign_id,
        "day": stage.today().isoformat(),
        "most": found.most,
        "points": points,
    }
