"""Insights' figures as Meta writes them: all scalars are strings, spend in currency units."""

from __future__ import annotations

from collections.abc import Collection

from omnify_sandbox.figures import Sums
from omnify_sandbox.meta.objects import Fields


def scalars(sums: Sums, people: int, minor: int) -> Fields:
    """`minor`: smallest units of the currency in one, 100 cents or 1 yen."""
    spend = sums.spend_micros / 1e6
    link_clicks = sums.clicks * 17 // 20
    scalars: Fields = {
        "impressions": str(sums.impressions),
        "clicks": str(sums.clicks),
        "inline_link_clicks": str(link_clicks),
        "unique_clicks": str(sums.clicks * 19 // 20),
        "reach": str(people),
        "frequency": f"{sums.impressions / people:.6f}",
        "spend": f"{spend:.{_places(minor)}f}",
        "cpm": f"{spend / sums.impressions * 1000:.6f}",
        "ctr": f"{sums.clicks / sums.impressions * 100:.6f}",
        "inline_link_click_ctr": f"{link_clicks / sums.impressions * 100:.6f}",
        "cpp": f"{spend / people * 1000:.6f}",
    }
    if sums.clicks:
        scalars["cpc"] = f"{spend / sums.clicks:.6f}"
    return scalars


ACTIONS = ("actions", "cost_per_action_type", "action_values", "purchase_roas", "website_purchase_roas")
_LEAD_TYPES = ("lead", "offsite_conversion.fb_pixel_lead")
_SALE_TYPES = ("purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase")
_CLICK_WINDOWS = ("7d_click", "28d_click")


def actions(leads: Sums, sales: Sums, windows: list[str], needed: Collection[str], minor: int) -> Fields:
    """Those of `ACTIONS` that are needed: one conversion appears under several types that overlap."""
    counts, worth = _counts(leads, sales), _worth(leads, sales)
    spend = (leads.spend_micros + sales.spend_micros) / 1e6
    # The market credits by click within seven days; other windows show where they hold nothing else.
    clicked = [window for window in windows if window in _CLICK_WINDOWS]
    shown: Fields = {}
    if counts and "actions" in needed:
        shown["actions"] = [_stat(name, str(count), clicked) for name, count in counts.items()]
    if counts and "cost_per_action_type" in needed:
        each = [_stat(name, f"{spend / count:.6f}", []) for name, count in counts.items()]
        shown["cost_per_action_type"] = each
    if worth and "action_values" in needed:
        shown["action_values"] = [
            _stat(name, f"{value / minor:.{_places(minor)}f}", clicked) for name, value in worth.items()
        ]
    if sales.conversions and spend:
        ratio = f"{sales.value_cents / minor / spend:.6f}"
        shown["purchase_roas"] = [_stat("omni_purchase", ratio, clicked)]
        shown["website_purchase_roas"] = [_stat("offsite_conversion.fb_pixel_purchase", ratio, clicked)]
    return shown


def _counts(leads: Sums, sales: Sums) -> dict[str, int]:
    clicks = leads.clicks + sales.clicks
    link_clicks = clicks * 17 // 20
    counts = {
        "link_click": link_clicks,
        "landing_page_view": link_clicks * 4 // 5,
        "page_engagement": clicks,
        **dict.fromkeys(_LEAD_TYPES, leads.conversions),
        **dict.fromkeys(_SALE_TYPES, sales.conversions),
    }
    return {name: count for name, count in counts.items() if count}


def _worth(leads: Sums, sales: Sums) -> dict[str, int]:
    """Minor units by type, of the types that have conversions."""
    worth = dict.fromkeys(_LEAD_TYPES, leads.value_cents) if leads.conversions else {}
    return worth | (dict.fromkeys(_SALE_TYPES, sales.value_cents) if sales.conversions else {})


def _stat(action_type: str, value: str, windows: list[str]) -> dict[str, str]:
    return {"action_type": action_type, "value": value} | dict.fromkeys(windows, value)


def _places(minor: int) -> int:
    return len(str(minor)) - 1
