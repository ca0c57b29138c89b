"""Custom audiences: those that the accounts have had for long, and customer lists made through the API."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from omnify_sandbox.growth import Thing
from omnify_sandbox.meta.nodes import Fields, Get

_SHARE_FOUND = 0.7  # of the people of a list, how many Meta knows
_LEAST_SHOWN = 1000
_READY = {"code": 200, "description": "This audience is ready for use."}
_SMALL = {"code": 300, "description": "This audience is too small."}
_NORMAL = {"code": 200, "description": "Normal"}


class OldList(NamedTuple):
    """An audience that was there before the market began; the API cannot change it."""

    id: str
    account: str
    name: str
    subtype: str
    people: int


_OLD = (
    ("Website visitors 30 d", "WEBSITE", 48_200),
    ("Paying customers", "CUSTOM", 6_400),
    ("Lookalike (1 %) - Paying customers", "LOOKALIKE", 2_310_000),
)


def old_lists(accounts: Iterable[str]) -> list[OldList]:
    return [
        OldList(_old_id(account, place), account, name, subtype, people)
        for account in accounts
        for place, (name, subtype, people) in enumerate(_OLD)
    ]


def _old_id(account: str, place: int) -> str:
    digest = hashlib.blake2b(f"{account}/{place}".encode(), digest_size=5).digest()
    return str(120_218_000_000_000 + int.from_bytes(digest, "big"))


def audience_fields(get: Get, held: OldList | Thing) -> Fields:
    if isinstance(held, OldList):
        about: Fields = {"name": held.name, "subtype": held.subtype, "people": held.people}
    else:
        about = {name: get("audience", held.id, name, "") for name in ("name", "subtype", "description")}
        about["people"] = int(len_of(get, held.id) * _SHARE_FOUND)
    people = about.pop("people")
    # Small audiences are never counted out.
    shown = people // 100 * 100 if people >= _LEAST_SHOWN else -1
    fields: Fields = {
        "id": held.id,
        "account_id": held.account,
        "approximate_count_lower_bound": shown,
        "approximate_count_upper_bound": shown * 118 // 100 if shown > 0 else -1,
        "delivery_status": _READY if people >= 100 or isinstance(held, OldList) else _SMALL,
        "operation_status": _NORMAL,
        "customer_file_source": "USER_PROVIDED_ONLY" if about["subtype"] == "CUSTOM" else None,
    }
    return {name: value for name, value in (fields | about).items() if value not in (None, "")}


class Upload(NamedTuple):
    """What one session brought: how many entries, how many of them were no hashes."""

    session_id: str
    received: int
    invalid: int
    at: datetime

    def row(self) -> Fields:
        """As the sessions edge shows it: all texts."""
        stamp = self.at.strftime("%Y-%m-%dT%H:%M:%S%z")
        return {
            "session_id": self.session_id,
            "num_received": str(self.received),
            "num_invalid_entries": str(self.invalid),
            "num_matched": str(int((self.received - self.invalid) * _SHARE_FOUND)),
            "progress": "100",
            "stage": "complete",
            "start_time": stamp,
            "end_time": stamp,
        }


def uploads(get: Get, audience_id: str) -> list[Upload]:
    held: list[dict[str, Any]] = orjson.loads(str(get("audience", audience_id, "sessions", "[]")))
    return [Upload(**row | {"at": datetime.fromisoformat(row["at"])}) for row in held]


def written(kept: list[Upload]) -> str:
    """As the book keeps them: JSON text."""
    return orjson.dumps([upload._asdict() for upload in kept]).decode()


def len_of(get: Get, audience_id: str) -> int:
    """Entries that are hashes, over all uploads."""
    return sum(upload.received - upload.invalid for upload in uploads(get, audience_id))
