"""Which part of the impressions that were to be had a search campaign won, and where the rest went."""

from __future__ import annotations

from omnify_sandbox.advertiser import USD_PER_UNIT
from omnify_sandbox.figures import Sums
from omnify_sandbox.google.objects import Values
from omnify_sandbox.stage import Stage

_MOST_LOST = 0.9
_RANK = 0.12
"""Of what the budget pays for, others with a better rank take so much."""


def share_values(market: Stage, values: Values, sums: Sums, days: int) -> Values:
    """By GAQL path, over all days asked for; nothing of other campaigns or without delivery."""
    if values["campaign.advertising_channel_type"] != "SEARCH" or not sums.impressions:
        return {}
    campaign = next(c for c in market.catalog.campaigns if c.id == str(values["campaign.id"]))
    spent = sums.spend_micros / 1e6 * USD_PER_UNIT[campaign.budget.currency]
    available = float(market.world.traits.capacity[campaign.index]) * days
    by_budget = min(_MOST_LOST, max(0.0, 1 - spent / available))
    won = (1 - by_budget) * (1 - _RANK)
    shares = {
        "search_impression_share": won,
        "search_budget_lost_impression_share": by_budget,
        "search_rank_lost_impression_share": 1 - won - by_budget,
    }
    return {f"metrics.{name}": round(share, 4) for name, share in shares.items()}
