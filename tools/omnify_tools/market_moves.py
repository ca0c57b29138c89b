"""What moved by itself: prices, demand, and where the same money would do more; as rows of opportunities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from omnify_core.campaigns import Campaign, DailyMetrics
from omnify_core.ids import EntityId
from omnify_ml.opportunity import Opportunity, find_opportunities
from omnify_tools.answers import campaign_cells
from omnify_tools.history import campaign_frame, money

_KINDS = {
    "reallocation": ("the same money elsewhere", "propose to move budget, or ask for a split of the budget"),
    "price_down": ("impressions got cheaper", "propose a higher daily budget while it lasts"),
    "price_up": ("impressions got dearer", "look at bids, placements and competitors before spending more"),
    "demand_up": ("demand is up", "propose a higher daily budget"),
    "headroom": ("shown too seldom", "propose a higher daily budget or bid"),
}
_MOST = 10


def moved(
    rows: Sequence[DailyMetrics], campaigns: Mapping[EntityId, Campaign], until: date
) -> list[dict[str, Any]]:
    """Rows of what the last week changed, the largest gain first; each currency by itself."""
    found: list[tuple[Opportunity, Campaign]] = []
    mine = [row for row in rows if row.entity_id in campaigns]
    for currency in sorted({row.spend.currency for row in mine}):
        same = [row for row in mine if row.spend.currency == currency]
        moves = find_opportunities(campaign_frame(same), as_of=until, limit=_MOST)
        found += [(one, campaigns[EntityId(one.entity)]) for one in moves if one.kind in _KINDS]
    return [_row(one, campaign) for one, campaign in sorted(found, key=lambda pair: -pair[0].gain.p50)]


def _row(found: Opportunity, campaign: Campaign) -> dict[str, Any]:
    kind, step = _KINDS[found.kind]
    worth = [money(max(part, 0.0), campaign.currency) for part in (found.gain.p10, found.gain.p90)]
    evidence = f"{found.words} Worth about {worth[0]} to {worth[1]} a week."
    return {**campaign_cells(campaign), "kind": kind, "evidence": evidence, "step": step}
