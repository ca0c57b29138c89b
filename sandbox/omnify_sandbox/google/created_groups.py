"""Ad groups as an owner makes them."""

from __future__ import annotations

from omnify_sandbox.book import Key
from omnify_sandbox.google import refusing
from omnify_sandbox.google.creator import Creator, Parent
from omnify_sandbox.google.errors import GoogleProblem, Path
from omnify_sandbox.google.message import Made
from omnify_sandbox.growth import Birth

_SHARED = {"name", "campaign", "status"} | {"targeting_setting.target_restrictions"}
_CHANNELS = "demand_gen_ad_group_settings.channel_controls"
_FIELDS = {
    "SEARCH": frozenset(_SHARED | {"type", "cpc_bid_micros"}),
    "DEMAND_GEN": frozenset(
        _SHARED
        | {f"{_CHANNELS}.channel_strategy", "optimized_targeting_enabled"}
        | {
            f"{_CHANNELS}.selected_channels.{name}"
            for name in ("discover", "display", "gmail", "youtube_in_feed", "youtube_in_stream")
        }
        | {f"{_CHANNELS}.selected_channels.youtube_shorts", f"{_CHANNELS}.selected_channels.maps"}
    ),
}


def judge_group(creator: Creator, made: Made, at: Path) -> tuple[list[Birth], str]:
    creator.check_own_name(made, "adGroups", at)
    refusing.need(made, at, "name")
    parent = creator.parent("ad_group", made, at)
    if parent.channel not in _FIELDS:
        code = "CANNOT_ADD_AD_GROUP_FOR_CAMPAIGN_TYPE"
        raise GoogleProblem("adGroupError", code, "No ad groups can be added there.", path=at)
    refusing.only(made, _FIELDS[parent.channel], at)
    _check_group(creator, parent, made, at)
    id_ = creator.next_id("group")
    name = creator.objects.group_name(id_)
    creator.remember(made, Parent(id_, name, parent.channel, parent.campaign_id))
    kept = {path: value for path, value in made.items() if path != "resource_name"}
    return [creator.birth("group", id_, parent.id, kept)], name


def _check_group(creator: Creator, parent: Parent, made: Made, at: Path) -> None:
    refusing.check_text(made["name"], 255, (*at, "name"))
    if made.get("type", "SEARCH_STANDARD") != "SEARCH_STANDARD" or (
        "type" in made and parent.channel != "SEARCH"
    ):
        code = "AD_GROUP_TYPE_NOT_VALID_FOR_ADVERTISING_CHANNEL_TYPE"
        raise GoogleProblem("adGroupError", code, "The type does not fit.", path=(*at, "type"))
    if "cpc_bid_micros" in made:
        refusing.check_bid(made["cpc_bid_micros"], creator.smallest, (*at, "cpc_bid_micros"))
    taken = GoogleProblem(
        "adGroupError", "DUPLICATE_ADGROUP_NAME", "The name is already used.", path=(*at, "name")
    )
    if any(
        g.campaign.id == parent.id
        and creator.market.read(Key("group", g.id, "name")) == made["name"]
        and creator.market.read(Key("group", g.id, "status")) != "removed"
        for g in creator.objects.groups
    ):
        raise taken
    creator.claim("group", parent.id, made["name"], taken)
