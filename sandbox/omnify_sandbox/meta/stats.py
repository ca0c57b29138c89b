"""Insights' figures as Meta writes them: all scalars are strings, spend in currency units."""

from __future__ import annotations

from omnify_sandbox.figures import Sums
from omnify_sandbox.meta.objects import Fields


def scalars(sums: Sums, people: int) -> Fields:
    spend = sums.spend_micros / 1e6
    link_clicks = sums.clicks * 17 // 20
    scalars: Fields = {
        "impressions": str(sums.impressions),
        "clicks": str(sums.clicks),
        "inline_link_clicks": str(link_clicks),
        "unique_clicks": str(sums.clicks * 19 // 20),
        "reach": str(people),
        "frequency": f"{sums.impressions / people:.6f}",
        "spend": f"{spend:.2f}",
        "cpm": f"{spend / sums.impressions * 1000:.6f}",
        "ctr": f"{sums.clicks / sums.impressions * 100:.6f}",
        "inline_link_click_ctr": f"{link_clicks / sums.impressions * 100:.6f}",
        "cpp": f"{spend / people * 1000:.6f}",
    }
    if sums.clicks:
        scalars["cpc"] = f"{spend / sums.clicks:.6f}"
    return scalars


_LEAD_TYPES = ("lead", "offsite_conversion.fb_pixel_lead")
_SALE_TYPES = ("purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase")


def actions(sums: Sums, leads: Sums, sales: Sums, windows: list[str]) -> Fields:
    """Actions as Meta lists them: one conversion appears under several types that overlap."""
    link_clicks = sums.clicks * 17 // 20
    counts = {
        "link_click": link_clicks,
        "landing_page_view": link_clicks * 4 // 5,
        "page_engagement": sums.clicks,
    }
    worth: dict[str, int] = {}
    for part, types in ((leads, _LEAD_TYPES), (sales, _SALE_TYPES)):
        if part.conversions:
            counts |= dict.fromkeys(types, part.conversions)
            worth |= dict.fromkeys(types, part.value_cents)
    spend = sums.spend_micros / 1e6
    counts = {name: count for name, count in counts.items() if count}
    shown: Fields = {}
    if counts:
        shown["actions"] = [_stat(name, str(count), windows) for name, count in counts.items()]
        each = [_stat(name, f"{spend / count:.6f}", []) for name, count in counts.items()]
        shown["cost_per_action_type"] = each
    if worth:
        shown["action_values"] = [_stat(name, f"{cents / 100:.2f}", windows) for name, cents in worth.items()]
    if sales.conversions and spend:
        ratio = f"{sales.value_cents / 100 / spend:.6f}"
        shown["purchase_roas"] = [_stat("omni_purchase", ratio, windows)]
        shown["website_purchase_roas"] = [_stat("offsite_conversion.fb_pixel_purchase", ratio, windows)]
    return shown


def _stat(action_type: str, value: str, windows: list[str]) -> dict[str, str]:
    """The market credits by click within seven days; other windows are shown where they hold nothing else."""
    clicked = {window: value for window in windows if window in ("7d_click", "28d_click")}
    return {"action_type": action_type, "value": value, **clicked}
