"""The two kinds of campaigns that we make on Google: Search, and Demand Gen for YouTube."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from omnify_core.errors import BadInput, Unsupported
from omnify_core.specs import AdSpec, Objective
from omnify_platforms.rows import Row, digits

_SEARCH_AD, _VIDEO_AD = "responsiveSearchAd", "demandGenVideoResponsiveAd"


class Strategy(NamedTuple):
    """How a campaign bids: the field that is written, and the type that is read."""

    field: str
    type: str


@dataclass(frozen=True, slots=True)
class Kind:
    """`campaign` and `group` hold what every new one of the kind is given.

    An objective is kept as the bidding strategy: Google has no other field for it.
    """

    channel: str
    label: str
    strategies: Mapping[Objective, Strategy]
    campaign: Mapping[str, Any]
    group: Mapping[str, Any]
    has_keywords: bool
    ad_part: str
    names_ads: bool
    ad_of: Callable[[AdSpec, str], dict[str, Any]]

    def strategy(self, objective: Objective) -> Strategy:
        """Raises Unsupported."""
        if objective not in self.strategies:
            offered = ", ".join(sorted(one.value for one in self.strategies))
            raise Unsupported(
                f"{self.label} have no bidding strategy for the objective {objective.value!r}; "
                f"choose one of {offered}"
            )
        return self.strategies[objective]

    def objective(self, strategy_type: str) -> Objective | None:
        return next((o for o, one in self.strategies.items() if one.type == strategy_type), None)


_CLICKS = Strategy("targetSpend", "TARGET_SPEND")
_CONVERSIONS = Strategy("maximizeConversions", "MAXIMIZE_CONVERSIONS")
_VALUE = Strategy("maximizeConversionValue", "MAXIMIZE_CONVERSION_VALUE")
_OBJECTIVES = {Objective.TRAFFIC: _CLICKS, Objective.LEADS: _CONVERSIONS, Objective.SALES: _VALUE}


def _texts(texts: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"text": text} for text in texts]


def _search_ad(spec: AdSpec, _account_id: str) -> dict[str, Any]:
    unused = {"image": spec.image, "video": spec.video, "brand": spec.brand}
    unused |= {"call_to_action": spec.call_to_action}
    for field, value in unused.items():
        if value:
            raise BadInput(f"{field} {value!r}: Google's search ads are text alone; leave it empty")
    shown = {"headlines": _texts(spec.headlines), "descriptions": _texts(spec.descriptions)}
    return {"finalUrls": [spec.url], _SEARCH_AD: shown}


def _video_ad(spec: AdSpec, account_id: str) -> dict[str, Any]:
    """The first headline stands as the long one, too, which Google wants besides."""
    for field, value in {"video": spec.video, "image": spec.image, "brand": spec.brand}.items():
        if not value:
            raise BadInput(
                f"{field} is missing: a YouTube ad needs a video, a square logo as image (both as ids of "
                "assets that the account holds) and the brand's name"
            )
    if spec.call_to_action:
        raise BadInput(f"call_to_action {spec.call_to_action!r}: Google chooses the button; leave it empty")
    shown = {
        "headlines": _texts(spec.headlines),
        "longHeadlines": _texts(spec.headlines[:1]),
        "descriptions": _texts(spec.descriptions),
        "videos": [{"asset": _asset(spec.video, "video", account_id)}],
        "logoImages": [{"asset": _asset(spec.image, "image", account_id)}],
        "businessName": {"text": spec.brand},
    }
    return {"name": spec.name, "finalUrls": [spec.url], _VIDEO_AD: shown}


def _asset(id_: str, what: str, account_id: str) -> str:
    return f"customers/{account_id}/assets/{digits(id_, f'{what}, the id of an asset,')}"


def ad_spec(row: Row, kind: Kind) -> AdSpec | None:
    """As the ad is shown; None for an ad of another kind. A search ad is called by its first headline."""
    ad = f"adGroupAd.ad.{kind.ad_part}"
    headlines = tuple(one.text("text") for one in row.rows(f"{ad}.headlines"))
    urls = row.raw("adGroupAd.ad.finalUrls") or []
    if not headlines or not urls:
        return None
    return AdSpec(
        name=row.text("adGroupAd.ad.name") if kind.names_ads else headlines[0],
        headlines=headlines,
        descriptions=tuple(one.text("text") for one in row.rows(f"{ad}.descriptions")),
        url=str(urls[0]),
        video=_first_asset(row, f"{ad}.videos"),
        image=_first_asset(row, f"{ad}.logoImages"),
        brand=row.text(f"{ad}.businessName.text"),
    )


def _first_asset(row: Row, path: str) -> str:
    names = [one.text("asset") for one in row.rows(path)]
    return names[0].rpartition("/")[2] if names else ""


SEARCH = Kind(
    channel="SEARCH",
    label="Google's search campaigns",
    strategies=_OBJECTIVES,
    campaign={
        "networkSettings": {
            "targetGoogleSearch": True,
            "targetSearchNetwork": False,
            "targetContentNetwork": False,
            "targetPartnerSearchNetwork": False,
        }
    },
    group={"type": "SEARCH_STANDARD"},
    has_keywords=True,
    ad_part=_SEARCH_AD,
    names_ads=False,
    ad_of=_search_ad,
)
DEMAND_GEN = Kind(
    channel="DEMAND_GEN",
    label="YouTube's Demand Gen campaigns",
    strategies=_OBJECTIVES,
    campaign={},
    group={
        "demandGenAdGroupSettings": {
            "channelControls": {
                "selectedChannels": {
                    "youtubeInFeed": True,
                    "youtubeInStream": True,
                    "youtubeShorts": True,
                    "discover": False,
                    "gmail": False,
                    "display": False,
                }
            }
        }
    },
    has_keywords=False,
    ad_part=_VIDEO_AD,
    names_ads=True,
    ad_of=_video_ad,
)
