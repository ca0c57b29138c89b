"""What campaigns of each kind are like: the ranges that their hidden traits are drawn from."""

from __future__ import annotations

from typing import NamedTuple

Range = tuple[float, float]


class Kind(NamedTuple):
    """`exposures`: impressions per person of one creative's audience in 60 days at reference spend.

    `evergreen_share`: how readily a creative of this kind is evergreen, against the other kinds.
    """

    ctr: Range
    cpc: Range
    cvr: Range
    roas: Range
    exposures: Range
    evergreen_share: float
    is_work: bool
    channel: str
    """Google's channel type, or the objective of the other platforms."""


KINDS = {
    "brand": Kind((0.048, 0.060), (1.1, 1.9), (0.045, 0.060), (4.5, 7.0), (0.5, 1.2), 0.45, True, "SEARCH"),
    "search": Kind((0.022, 0.045), (2.2, 4.8), (0.020, 0.045), (1.0, 3.8), (0.4, 1.5), 0.40, True, "SEARCH"),
    "competitor": Kind(
        (0.012, 0.024), (3.2, 6.0), (0.011, 0.022), (0.5, 1.5), (0.5, 1.5), 0.35, True, "SEARCH"
    ),
    "display": Kind(
        (0.006, 0.010), (0.5, 1.1), (0.011, 0.018), (0.5, 1.7), (2.5, 6.0), 0.22, False, "DISPLAY"
    ),
    "remarketing": Kind(
        (0.008, 0.014), (0.8, 1.5), (0.024, 0.045), (2.0, 4.8), (5.0, 10.0), 0.20, False, "DISPLAY"
    ),
    "pmax": Kind(
        (0.010, 0.020), (0.9, 1.9), (0.016, 0.034), (1.3, 4.0), (1.5, 4.0), 0.25, True, "PERFORMANCE_MAX"
    ),
    "demand_gen": Kind(
        (0.007, 0.013), (0.7, 1.4), (0.012, 0.022), (0.9, 2.6), (2.5, 6.0), 0.22, False, "DEMAND_GEN"
    ),
    "video": Kind((0.006, 0.009), (0.7, 1.3), (0.010, 0.014), (0.4, 1.2), (2.5, 6.0), 0.22, False, "VIDEO"),
    "prospecting": Kind(
        (0.008, 0.016), (1.0, 2.0), (0.013, 0.030), (0.8, 2.6), (3.0, 8.0), 0.20, False, "OUTCOME_SALES"
    ),
    "lookalike": Kind(
        (0.009, 0.018), (0.9, 1.8), (0.015, 0.034), (1.0, 3.2), (3.0, 8.0), 0.20, False, "OUTCOME_SALES"
    ),
    "retargeting": Kind(
        (0.012, 0.024), (0.9, 1.6), (0.032, 0.058), (2.2, 5.5), (6.0, 13.0), 0.20, False, "OUTCOME_SALES"
    ),
    "leads": Kind(
        (0.009, 0.017), (1.0, 2.1), (0.026, 0.055), (0.9, 3.0), (3.0, 8.0), 0.22, False, "OUTCOME_LEADS"
    ),
    "traffic": Kind(
        (0.012, 0.022), (0.5, 0.9), (0.010, 0.016), (0.4, 1.3), (3.0, 7.0), 0.20, False, "OUTCOME_TRAFFIC"
    ),
    "awareness": Kind(
        (0.007, 0.010), (0.6, 1.1), (0.010, 0.014), (0.2, 0.8), (4.0, 9.0), 0.20, False, "OUTCOME_AWARENESS"
    ),
    "li_leads": Kind(
        (0.0045, 0.0075), (6.5, 11.0), (0.07, 0.13), (0.8, 2.4), (2.0, 5.0), 0.30, True, "LEAD_GENERATION"
    ),
    "li_conversions": Kind(
        (0.004, 0.007), (7.0, 12.0), (0.018, 0.038), (0.9, 2.8), (2.0, 5.0), 0.30, True, "WEBSITE_CONVERSIONS"
    ),
    "li_visits": Kind(
        (0.005, 0.009), (4.5, 8.0), (0.009, 0.018), (0.4, 1.3), (2.0, 5.0), 0.30, True, "WEBSITE_VISITS"
    ),
    "li_awareness": Kind(
        (0.003, 0.005), (7.0, 11.0), (0.006, 0.012), (0.2, 0.7), (3.0, 6.0), 0.30, True, "BRAND_AWARENESS"
    ),
    "tt_conversions": Kind(
        (0.007, 0.014), (0.6, 1.3), (0.008, 0.018), (0.7, 2.4), (4.0, 10.0), 0.15, False, "WEB_CONVERSIONS"
    ),
    "tt_leads": Kind(
        (0.007, 0.013), (0.7, 1.4), (0.018, 0.04), (0.7, 2.2), (4.0, 9.0), 0.15, False, "LEAD_GENERATION"
    ),
    "tt_traffic": Kind(
        (0.010, 0.018), (0.3, 0.6), (0.005, 0.010), (0.3, 1.1), (4.0, 9.0), 0.15, False, "TRAFFIC"
    ),
    "tt_views": Kind(
        (0.005, 0.009), (0.5, 0.9), (0.004, 0.008), (0.2, 0.7), (5.0, 10.0), 0.15, False, "VIDEO_VIEWS"
    ),
    "yt_demand": Kind(
        (0.007, 0.012), (0.7, 1.5), (0.010, 0.022), (0.8, 2.6), (2.5, 6.0), 0.22, False, "DEMAND_GEN"
    ),
    "yt_remarketing": Kind(
        (0.009, 0.015), (0.8, 1.5), (0.022, 0.04), (1.8, 4.4), (4.0, 9.0), 0.20, False, "DEMAND_GEN"
    ),
    "yt_video": Kind(
        (0.005, 0.008), (0.6, 1.2), (0.007, 0.012), (0.3, 1.1), (2.5, 6.0), 0.22, False, "VIDEO"
    ),
}


def draw(range_: Range, place: float) -> float:
    """The value at `place` (0-1) of a range."""
    return range_[0] + (range_[1] - range_[0]) * place
