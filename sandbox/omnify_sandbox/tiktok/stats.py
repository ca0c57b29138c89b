"""Report metrics as TikTok writes them: most are strings, percentages as 1.09, money as 20.00."""

from __future__ import annotations

from typing import Any

from omnify_sandbox.advertiser import minor_per_unit
from omnify_sandbox.catalog import Ad
from omnify_sandbox.figures import Sums, level_audience, reach
from omnify_sandbox.stage import Stage
from omnify_sandbox.tiktok.contract import metric_kinds
from omnify_sandbox.tiktok.objects import Fields, TikTokObjects

_NAMES = ("campaign_name", "campaign_id", "adgroup_name", "adgroup_id", "ad_name", "ad_text")
# What each level may tell of itself and of what it belongs to.
_OF_LEVEL = {"advertiser_id": 0, "campaign_id": 2, "adgroup_id": 4, "ad_id": 6}
_MONEY = ("cost", "spend", "value", "cpc", "cpm")


def metrics_of(
    stage: Stage, objects: TikTokObjects, ads: list[Ad], sums: Sums, wanted: list[str], level: str
) -> Fields:
    shown = objects.ad(ads[0])
    names = {name: shown[name] for name in _NAMES[: _OF_LEVEL[level]]}
    known = names | _figures(stage, ads, sums)
    return {name: known.get(name, _nothing(name)) for name in wanted}


def no_figures(wanted: list[str]) -> Fields:
    return {name: _nothing(name) for name in wanted}


def _figures(stage: Stage, ads: list[Ad], sums: Sums) -> Fields:
    spend, value = sums.spend_micros / 1e6, sums.value_cents / minor_per_unit(ads[0].campaign.currency)
    traits = stage.world.traits
    people = sum(float(traits.audience[ad.campaign.index]) for ad in ads) / len(ads)
    reached = reach(sums.impressions, level_audience(people, len(ads)), 1)
    conversions = str(sums.conversions)
    per_conversion = _ratio(spend, sums.conversions)
    conversion_rate = _ratio(sums.conversions * 100, sums.clicks)
    plays = sums.impressions * 89 // 100
    return {
        "spend": f"{spend:.2f}",
        "cash_spend": f"{spend:.2f}",
        "impressions": str(sums.impressions),
        "clicks": str(sums.clicks),
        "ctr": _ratio(sums.clicks * 100, sums.impressions),
        "cpc": _ratio(spend, sums.clicks),
        "cpm": _ratio(spend * 1000, sums.impressions),
        "reach": str(reached),
        "frequency": _ratio(sums.impressions, reached),
        "cost_per_1000_reached": _ratio(spend * 1000, reached),
        "conversion": conversions,
        "cost_per_conversion": per_conversion,
        "conversion_rate": conversion_rate,
        "result": conversions,
        "cost_per_result": per_conversion,
        "result_rate": conversion_rate,
        "cta_conversion": conversions,
        "complete_payment": conversions,
        "value_per_complete_payment": _ratio(value, sums.conversions),
        "total_purchase_value": f"{value:.2f}",
        "video_play_actions": plays,
        "video_watched_2s": plays * 12 // 100,
        "video_watched_6s": plays * 4 // 100,
        "video_views_p25": plays * 9 // 100,
        "video_views_p50": plays * 5 // 100,
        "video_views_p75": plays * 3 // 100,
        "video_views_p100": plays * 2 // 100,
        "likes": sums.clicks // 6,
        "comments": sums.clicks // 90,
        "shares": sums.clicks // 70,
        "follows": sums.clicks // 80,
    }


def _ratio(part: float, whole: float) -> str:
    return f"{part / whole:.2f}" if whole else "0.00"


def _nothing(name: str) -> Any:
    if metric_kinds()[name] == "number":
        return 0
    if name.endswith(("_name", "_id", "_type", "_text")):
        return "-"
    return "0.00" if any(word in name for word in (*_MONEY, "rate")) else "0"
