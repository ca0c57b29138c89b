"""Where TikTok delivers, in what languages, and under whose name."""

from __future__ import annotations

from typing import Any

from omnify_sandbox.tiktok.errors import invalid
from omnify_sandbox.tiktok.params import Params

# Numbers of the geographical names that TikTok goes by, for countries where ads can be shown.
_COUNTRIES = """
AE 290557 AT 2782113 AU 2077456 BE 2802361 BR 3469034 CA 6251999 CH 2658434 DE 2921044 DK 2623032 ES 2510769
FI 660013 FR 3017382 GB 2635167 IE 2963597 IT 3175395 JP 1861060 KR 1835841 MX 3996063 NL 2750405 NO 3144096
NZ 2186224 PL 798544 PT 2264397 SA 102358 SE 2661886 SG 1880251 US 6252001 ZA 953987
"""
_WORDS = _COUNTRIES.split()
LOCATIONS = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
LANGUAGES = frozenset(
    ["ar", "da", "de", "en", "es", "fi", "fr", "it", "ja", "ko", "nl", "no", "pl", "pt", "sv"]
)
_LEVELS = ("ALL", "TO_COUNTRY", "TO_PROVINCE", "TO_CITY", "TO_DISTRICT")
_IDENTITY_TYPES = ("CUSTOMIZED_USER", "AUTH_CODE", "TT_USER", "BC_AUTH_TT")
IDENTITY = "CUSTOMIZED_USER"


def regions(params: Params) -> dict[str, Any]:
    """The data of `tool/region`: countries only."""
    if params.get("level_range", "TO_COUNTRY") not in _LEVELS:
        raise invalid(f"level_range: {params['level_range']} is not a valid choice.")
    shown = [
        {
            "location_id": id_,
            "name": code,
            "region_code": code,
            "level": "COUNTRY",
            "parent_id": "0",
            "area_type": "ADMIN",
        }
        for code, id_ in LOCATIONS.items()
    ]
    return {"region_info": shown, "region_list": list(LOCATIONS)}


def identity_id(advertiser: str) -> str:
    return str(int(advertiser) // 10_000 * 10_000 + 1)


def identities(advertiser: str, name: str, params: Params) -> dict[str, Any]:
    """The data of `identity/get`: every advertiser has one of its own."""
    kind = params.get("identity_type", IDENTITY)
    if kind not in _IDENTITY_TYPES:
        raise invalid(f"identity_type: {kind} is not a valid choice.")
    own = {"identity_id": identity_id(advertiser), "identity_type": IDENTITY, "display_name": name}
    shown = [own] if kind == IDENTITY else []
    info = {"page": 1, "page_size": params.get("page_size", 10), "total_number": len(shown), "total_page": 1}
    return {"identity_list": shown, "page_info": info}
