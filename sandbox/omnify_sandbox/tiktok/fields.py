"""Which values an ad group's and an ad's fields may have, and how they are kept: each as JSON text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from omnify_core.errors import BadInput
from omnify_core.money import Money
from omnify_sandbox.tiktok.errors import invalid
from omnify_sandbox.tiktok.places import LANGUAGES, LOCATIONS

AGES = ("AGE_13_17", "AGE_18_24", "AGE_25_34", "AGE_35_44", "AGE_45_54", "AGE_55_100")
_SETS = {
    "location_ids": frozenset(LOCATIONS.values()),
    "languages": LANGUAGES,
    "age_groups": frozenset(AGES),
    "placements": frozenset({"PLACEMENT_TIKTOK"}),
}
_WORDS = {
    "gender": ("GENDER_UNLIMITED", "GENDER_MALE", "GENDER_FEMALE"),
    "placement_type": ("PLACEMENT_TYPE_NORMAL", "PLACEMENT_TYPE_AUTOMATIC"),
    "promotion_type": ("WEBSITE",),
    "schedule_type": ("SCHEDULE_FROM_NOW", "SCHEDULE_START_END"),
    "pacing": ("PACING_MODE_SMOOTH", "PACING_MODE_FAST"),
    "bid_type": ("BID_TYPE_NO_BID", "BID_TYPE_CUSTOM"),
    "operation_status": ("ENABLE", "DISABLE"),
    "call_to_action": (
        "LEARN_MORE", "SHOP_NOW", "SIGN_UP", "CONTACT_US", "APPLY_NOW", "BOOK_NOW", "DOWNLOAD_NOW",
        "ORDER_NOW", "READ_MORE", "VIEW_NOW", "GET_QUOTE",
    ),
}  # fmt: skip
_IDS = ("audience_ids", "excluded_audience_ids", "interest_category_ids")
TARGETING = ("location_ids", "languages", "age_groups", "gender", *_IDS)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def check(given: Mapping[str, Any], known_audiences: frozenset[str]) -> None:
    """Raises TikTokProblem for the first value that is not one of TikTok's."""
    for name, value in given.items():
        if name in _SETS:
            _all_in(name, value, _SETS[name])
        elif name in _WORDS and value not in _WORDS[name]:
            raise invalid(f"{name}: {value} is not a valid choice. Choices are {', '.join(_WORDS[name])}.")
        elif name in _IDS and not all(one.isascii() and one.isdigit() for one in value):
            raise invalid(f"{name}: Not a valid id.")
        elif name.endswith("audience_ids"):
            _all_in(name, value, known_audiences)
        elif name.startswith("schedule_") and name.endswith("_time") and not _MOMENT.fullmatch(value):
            raise invalid(f"{name}: Not a valid datetime; the format is YYYY-MM-DD HH:MM:SS.")
    if both := set(given.get("audience_ids", ())) & set(given.get("excluded_audience_ids", ())):
        raise invalid(f"excluded_audience_ids: {sorted(both)[0]} is in audience_ids, too.")
    if "location_ids" in given and not given["location_ids"]:
        raise invalid("location_ids: Length must be between 1 and 3000.")


def _all_in(name: str, values: list[str], known: frozenset[str]) -> None:
    for place, value in enumerate(values):
        if value not in known:
            raise invalid(f"{name}.{place}: {value} is not a valid choice.")
    if len(set(values)) < len(values):
        raise invalid(f"{name}: The values must not repeat.")


def amount(name: str, value: float, currency: str) -> float:
    """A positive amount of currency units, no finer than the currency."""
    try:
        money = Money.parse(str(value), currency)
    except BadInput:
        raise invalid(f"{name}: {value} has too many decimal places.") from None
    if money.minor <= 0:
        raise invalid(f"{name}: Must be greater than 0.")
    return value


def kept(value: Any) -> str:
    return orjson.dumps(value).decode()
