"""Ads as an owner makes them: responsive search ads, and Demand Gen's video ads."""

from __future__ import annotations

from typing import Any

from omnify_sandbox.google import refusing
from omnify_sandbox.google.creator import Creator
from omnify_sandbox.google.errors import GoogleProblem, Path
from omnify_sandbox.google.message import Made
from omnify_sandbox.growth import Birth

_SEARCH, _VIDEO = "ad.responsive_search_ad", "ad.demand_gen_video_responsive_ad"
_KINDS = {
    "SEARCH": (_SEARCH, "RESPONSIVE_SEARCH_AD"),
    "DEMAND_GEN": (_VIDEO, "DEMAND_GEN_VIDEO_RESPONSIVE_AD"),
}
# Least, most, and how long each text may be.
_TEXTS = {
    _SEARCH: {"headlines": (3, 15, 30), "descriptions": (2, 4, 90)},
    _VIDEO: {"headlines": (1, 5, 40), "long_headlines": (1, 5, 90), "descriptions": (1, 5, 90)},
}
_OTHERS = {_SEARCH: ("path1", "path2"), _VIDEO: ("videos", "logo_images", "business_name.text")}
_LONGEST_PATH, _LONGEST_BRAND = 15, 25


def judge_ad(creator: Creator, made: Made, at: Path) -> tuple[list[Birth], str]:
    if made.get("resource_name"):
        raise GoogleProblem(
            "newResourceCreationError", "CANNOT_SET_ID_FOR_CREATE", "An ad's ID cannot be set.", path=at
        )
    parent = creator.parent("ad_group_ad", made, at)
    if parent.channel not in _KINDS:
        raise refusing.not_made(f"ads in {parent.channel} campaigns", at)
    part, type_ = _KINDS[parent.channel]
    if not any(path.startswith(part) for path in made):
        raise GoogleProblem("adError", "INVALID_AD_TYPE", f"Only {type_} fits there.", path=(*at, "ad"))
    fields = {f"{part}.{name}" for name in (*_TEXTS[part], *_OTHERS[part])}
    if part == _SEARCH and "ad.name" in made:
        raise GoogleProblem(
            "adError", "CANNOT_SET_FIELD", "Search ads have no name.", path=(*at, "ad", "name")
        )
    refusing.only(made, frozenset(fields | {"ad_group", "status", "ad.final_urls", "ad.name"}), at)
    _check_urls(made, at)
    _check_texts(part, made, at)
    if part == _VIDEO:
        _check_assets(creator, made, at)
    id_ = creator.next_id("ad")
    name = f"customers/{creator.objects.customer_id}/adGroupAds/{parent.id}~{id_}"
    heads, bodies = (made[f"{part}.{field}"][0]["text"] for field in ("headlines", "descriptions"))
    birth = creator.birth("ad", id_, parent.id, made | {"ad.type": type_}, headline=heads, body=bodies)
    fields_ = dict(birth.fields) | {"name": made.get("ad.name", "")}
    return [birth._replace(fields=fields_)], name


def _check_urls(made: Made, at: Path) -> None:
    place = (*at, "ad", "final_urls")
    if not made.get("ad.final_urls"):
        raise GoogleProblem("fieldError", "REQUIRED", "The required field was not present.", path=place)
    for url in made["ad.final_urls"]:
        refusing.check_url(url, place)


def _check_texts(part: str, made: Made, at: Path) -> None:
    for field, (low, high, longest) in _TEXTS[part].items():
        place = (*at, *part.split("."), field)
        items: list[dict[str, Any]] = made.get(f"{part}.{field}", [])
        refusing.check_count(items, low, high, place)
        for number, item in enumerate(items):
            refusing.check_text(item.get("text", ""), longest, (*place[:-1], (field, number), "text"))
        if len({item["text"] for item in items}) < len(items):
            raise GoogleProblem("assetError", "DUPLICATE_ASSET", "A text occurs twice.", path=place)
    for name in ("path1", "path2"):
        if made.get(f"{part}.{name}"):
            refusing.check_text(made[f"{part}.{name}"], _LONGEST_PATH, (*at, *part.split("."), name))


def _check_assets(creator: Creator, made: Made, at: Path) -> None:
    refusing.need(made, at, f"{_VIDEO}.business_name.text")
    brand = (*at, *_VIDEO.split("."), "business_name", "text")
    refusing.check_text(made[f"{_VIDEO}.business_name.text"], _LONGEST_BRAND, brand)
    for field, type_ in (("videos", "YOUTUBE_VIDEO"), ("logo_images", "IMAGE")):
        place = (*at, *_VIDEO.split("."), field)
        items = made.get(f"{_VIDEO}.{field}", [])
        refusing.check_count(items, 1, 5, place)
        known = creator.objects.asset_names(type_)
        if any(item.get("asset") not in known for item in items):
            raise GoogleProblem(
                "mutateError", "RESOURCE_NOT_FOUND", f"It is no {type_} asset of the customer.", path=place
            )
