"""Our specs as TikTok's bodies, and TikTok's rows as our specs."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from omnify_core.errors import BadInput, PlatformRejected, Unsupported
from omnify_core.specs import AdGroupSpec, AdSpec, AudienceSpec, CampaignSpec, Objective, Targeting
from omnify_platforms import tiktok_targeting as targeting
from omnify_platforms.rows import Row
from omnify_platforms.tiktok_rows import TIKTOK

CAMPAIGN = (
    "campaign_id", "campaign_name", "operation_status", "objective_type", "budget_mode", "budget",
    "budget_optimize_on",
)  # fmt: skip
GROUP = (
    "adgroup_id", "campaign_id", "adgroup_name", "operation_status", "budget_mode", "budget", "billing_event",
    "bid_type", "bid_price", "conversion_bid_price", *targeting.FIELDS,
)  # fmt: skip
AD = (
    "ad_id", "adgroup_id", "campaign_id", "ad_name", "operation_status", "ad_text", "ad_format", "image_ids",
    "video_id", "call_to_action", "landing_page_url",
)  # fmt: skip
_OBJECTIVES = {
    Objective.AWARENESS: "REACH",
    Objective.TRAFFIC: "TRAFFIC",
    Objective.ENGAGEMENT: "ENGAGEMENT",
    Objective.LEADS: "LEAD_GENERATION",
    Objective.SALES: "WEB_CONVERSIONS",
}
_OF_OBJECTIVES = {word: ours for ours, word in _OBJECTIVES.items()}


class _Goal(NamedTuple):
    """What an ad group of an objective is optimised for, and how it is billed."""

    goal: str
    billing: str


_GOALS = {
    "REACH": _Goal("REACH", "CPM"),
    "TRAFFIC": _Goal("CLICK", "CPC"),
    "VIDEO_VIEWS": _Goal("ENGAGED_VIEW", "CPV"),
}
_NEEDS = {
    "WEB_CONVERSIONS": "a pixel and one of its events",
    "LEAD_GENERATION": "an instant form",
    "ENGAGEMENT": "a TikTok account to follow",
}
_OWN_BID, _NO_BID = "BID_TYPE_CUSTOM", "BID_TYPE_NO_BID"
_DAILY, _NONE = "BUDGET_MODE_DAY", "BUDGET_MODE_INFINITE"
_HASH = re.compile(r"[0-9a-f]{64}")
_IMAGE, _VIDEO = re.compile(r"[\w-]+/[\w.-]+"), re.compile(r"v[0-9a-z]{10,}")
_MOST_TEXT, _MOST_AUDIENCE_NAME = 100, 128
_BY = "EMAIL_SHA256"


def campaign_body(spec: CampaignSpec, request_id: str) -> dict[str, Any]:
    """A paused campaign that spreads its budget itself. Raises Unsupported."""
    if spec.targeting != Targeting() or spec.start_on is not None:
        raise Unsupported(
            "targeting, start_on: on TikTok Ads they belong to the ad group; leave them empty here and give "
            "the targeting to the ad group"
        )
    return {
        "campaign_name": spec.name,
        "objective_type": _OBJECTIVES[spec.objective],
        "budget_mode": _DAILY,
        "budget": spec.daily_budget.units,
        "budget_optimize_on": True,
        "operation_status": "DISABLE",
        "request_id": request_id,
    }


def campaign_spec(row: Row, currency: str) -> CampaignSpec:
    """Raises PlatformRejected where it is another kind."""
    objective = _OF_OBJECTIVES.get(row.text("objective_type"))
    if objective is None or row.text("budget_mode") != _DAILY:
        raise PlatformRejected(
            f"TikTok Ads has a campaign of this name that is not like ours (objective "
            f"{row.text('objective_type')!r}); choose another name",
            platform=TIKTOK.value,
            field="campaign_name",
        )
    return CampaignSpec(
        name=row.text("campaign_name"), objective=objective, daily_budget=row.money("budget", currency)
    )


def group_body(
    spec: AdGroupSpec, campaign: Row, countries: dict[str, str], *, now: datetime, request_id: str
) -> dict[str, Any]:
    """A paused ad group. Raises BadInput, Unsupported."""
    objective = campaign.text("objective_type")
    if objective not in _GOALS:
        needs = _NEEDS.get(objective, "more than OmniFy knows of it")
        raise Unsupported(
            f"an ad group of a TikTok campaign for {objective} needs {needs}; make it in TikTok Ads Manager"
        )
    goal = _GOALS[objective]
    bid = {"bid_type": _NO_BID} if spec.bid is None else {"bid_type": _OWN_BID, "bid_price": spec.bid.units}
    return {
        "campaign_id": campaign.id("campaign_id"),
        "adgroup_name": spec.name,
        "operation_status": "DISABLE",
        "promotion_type": "WEBSITE",
        "placement_type": "PLACEMENT_TYPE_NORMAL",
        "placements": ["PLACEMENT_TIKTOK"],
        "schedule_type": "SCHEDULE_FROM_NOW",
        "schedule_start_time": f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        "optimization_goal": goal.goal,
        "billing_event": goal.billing,
        "pacing": "PACING_MODE_SMOOTH",
        "request_id": request_id,
        **bid,
        **_group_budget(spec, campaign),
        **targeting.targeting_fields(spec.targeting, countries),
    }


def _group_budget(spec: AdGroupSpec, campaign: Row) -> dict[str, Any]:
    holds = campaign.raw("budget_optimize_on") is True
    if holds and spec.daily_budget is not None:
        raise BadInput("daily_budget: the campaign holds the budget; leave the ad group's empty")
    if not holds and spec.daily_budget is None:
        raise BadInput(
            "daily_budget: this campaign leaves budgets to its ad groups; name one for the ad group"
        )
    if spec.daily_budget is None:
        return {"budget_mode": _NONE, "budget": 0}
    return {"budget_mode": _DAILY, "budget": spec.daily_budget.units}


def group_spec(row: Row, told: AdGroupSpec, currency: str, countries: dict[str, str]) -> AdGroupSpec:
    own = row.text("budget_mode") == _DAILY
    return AdGroupSpec(
        name=row.text("adgroup_name"),
        bid=row.money(bid_field(row), currency) if row.text("bid_type") == _OWN_BID else None,
        daily_budget=row.money("budget", currency) if own else None,
        targeting=targeting.targeting_of(row, told.targeting, countries),
    )


def bid_field(row: Row) -> str:
    """Under which name an ad group that is billed like this holds its bid."""
    return "conversion_bid_price" if row.text("billing_event") == "OCPM" else "bid_price"


def check_own_bid(row: Row) -> None:
    """Raises Unsupported where TikTok bids by itself."""
    if row.text("bid_type") != _OWN_BID:
        raise Unsupported(
            f"this ad group lets TikTok bid by itself ({row.text('bid_type') or 'no bid'}) and has no bid to "
            "set; choose a bid strategy with a bid in TikTok Ads Manager first"
        )


def ad_body(spec: AdSpec, group_id: str, identity: Row) -> dict[str, Any]:
    """One paused ad. Raises BadInput, Unsupported."""
    if len(spec.headlines) != 1 or spec.descriptions or len(spec.headlines[0]) > _MOST_TEXT:
        raise BadInput(
            f"headlines, descriptions: a TikTok ad has one text of at most {_MOST_TEXT} characters; give it "
            "as the one headline, and no description"
        )
    action = {"call_to_action": spec.call_to_action} if spec.call_to_action else {}
    creative = {
        "ad_name": spec.name,
        "ad_text": spec.headlines[0],
        "identity_type": identity.required("identity_type"),
        "identity_id": identity.required("identity_id"),
        "landing_page_url": spec.url,
        "operation_status": "DISABLE",
    }
    return {"adgroup_id": group_id, "creatives": [creative | _medium(spec) | action]}


def _medium(spec: AdSpec) -> dict[str, Any]:
    match spec.image.split():
        case [image] if _IMAGE.fullmatch(image):
            return {"ad_format": "SINGLE_IMAGE", "image_ids": [image]}
        case [video, cover] if _VIDEO.fullmatch(video) and _IMAGE.fullmatch(cover):
            return {"ad_format": "SINGLE_VIDEO", "video_id": video, "image_ids": [cover]}
    raise Unsupported(
        "a TikTok ad shows a picture or a video that TikTok holds: give the picture's id as the image, or "
        f"the video's id, a space and its cover picture's id, not {spec.image!r}"
    )


def ad_spec(row: Row) -> AdSpec:
    images = row.raw("image_ids")
    shown = [row.text("video_id")] if row.text("ad_format") == "SINGLE_VIDEO" else []
    shown += [str(image) for image in images] if isinstance(images, list) else []
    return AdSpec(
        name=row.text("ad_name"),
        headlines=(row.required("ad_text"),),
        url=row.required("landing_page_url"),
        image=" ".join(shown),
        call_to_action=row.text("call_to_action"),
    )


def customers(spec: AudienceSpec) -> tuple[dict[str, str], str]:
    """The upload's form and its file. Raises BadInput."""
    if spec.description or len(spec.name) > _MOST_AUDIENCE_NAME:
        raise BadInput(
            f"description, name: a TikTok audience has no description, and a name of at most "
            f"{_MOST_AUDIENCE_NAME} characters"
        )
    if not spec.members or any(not _HASH.fullmatch(member) for member in spec.members):
        raise BadInput(
            "members: TikTok makes an audience from a file of customers; name at least one, each as the "
            "SHA-256 of an e-mail address in 64 hexadecimal digits"
        )
    text = "\n".join(spec.members) + "\n"
    digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()  # TikTok's own checksum
    return {"calculate_type": _BY, "file_signature": digest}, text


def audience_body(spec: AudienceSpec, file_path: str) -> dict[str, Any]:
    return {"custom_audience_name": spec.name, "calculate_type": _BY, "file_paths": [file_path]}


def audience_spec(row: Row, told: AudienceSpec) -> AudienceSpec:
    """TikTok never shows who is in it. It is made with its file in one call, so one of this name that was
    made of e-mail hashes holds the members that the leg names; otherwise none are told."""
    by_email = row.text("calculate_type") == _BY
    return AudienceSpec(name=row.text("name"), members=told.members if by_email else ())


def request_id(key: str) -> str:
    """TikTok's idempotency key: digits, the same for the same leg of the same plan."""
    return str(int.from_bytes(hashlib.sha256(key.encode()).digest()[:7], "big"))
