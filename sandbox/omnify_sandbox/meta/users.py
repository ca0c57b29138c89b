"""Filling a customer list: hashed e-mail addresses, session by session."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any, NamedTuple

from omnify_sandbox.book import Change, Key
from omnify_sandbox.growth import Thing
from omnify_sandbox.meta.audiences import Upload, uploads, written
from omnify_sandbox.meta.contract import create_params
from omnify_sandbox.meta.errors import invalid, no_such_object
from omnify_sandbox.meta.nodes import Fields
from omnify_sandbox.meta.objects import MetaObjects
from omnify_sandbox.meta.params import check_keys, check_names, check_types, json_value

_MOST = 10_000
_HASH = re.compile(r"[0-9a-f]{64}")
_SESSION = {"session_id": int, "batch_seq": int, "last_batch_flag": bool, "estimated_num_total": int}


class Filling(NamedTuple):
    """`members`: what the log of writes shows of whom the list got: how many, and a digest of them sorted."""

    changes: list[Change]
    reply: Fields


def judge_users(objects: MetaObjects, item: Any, params: dict[str, str], at: datetime) -> Filling:
    """Raises MetaProblem."""
    if not isinstance(item, Thing):
        raise no_such_object("post", item.id)
    types = create_params("CustomAudience", "users")
    check_names(params, set(types))
    check_types("CustomAudience", {n: v for n, v in params.items() if n in types}, types)
    if objects.is_deleted("CustomAudience", item.id):
        raise invalid(f"The custom audience {item.id} is deleted and can no longer be edited")
    entries = _entries(params)
    good = sorted(entry for entry in entries if _HASH.fullmatch(entry))
    session = _session(params, at)
    upload = Upload(session, len(entries), len(entries) - len(good), at)
    digest = hashlib.sha256("\n".join(good).encode()).hexdigest()
    changes = [
        Change(Key("audience", item.id, "members"), f"{len(good)} {digest}"),
        Change(Key("audience", item.id, "sessions"), written([*uploads(objects.get, item.id), upload])),
    ]
    reply = {
        "audience_id": item.id,
        "session_id": session,
        "num_received": upload.received,
        "num_invalid_entries": upload.invalid,
        "invalid_entry_samples": {},
    }
    return Filling(changes, reply)


def _entries(params: dict[str, str]) -> list[str]:
    text = params.get("payload")
    if text is None:
        raise invalid("The parameter payload is required")
    payload = check_keys("payload", json_value("payload", text), {"schema", "data", "is_raw"})
    if payload.get("is_raw", False) is not False:
        raise invalid("The sandbox market only takes entries that are hashed already")
    if payload.get("schema") not in ("EMAIL_SHA256", ["EMAIL_SHA256"]):
        raise invalid("The sandbox market only takes the schema EMAIL_SHA256")
    data = payload.get("data")
    if not isinstance(data, list) or not 0 < len(data) <= _MOST:
        raise invalid(f"payload.data must hold 1 to {_MOST} entries")
    rows = [entry if isinstance(entry, list) else [entry] for entry in data]
    if any(len(row) != 1 or not isinstance(row[0], str) for row in rows):
        raise invalid("Each entry of payload.data must have one text for each part of the schema")
    return [row[0] for row in rows]


def _session(params: dict[str, str], at: datetime) -> str:
    if "session" not in params:
        return str(int(at.timestamp() * 1000))
    session = check_keys("session", json_value("session", params["session"]), _SESSION)
    for name in ("session_id", "batch_seq", "last_batch_flag"):
        if type(session.get(name)) is not _SESSION[name]:
            raise invalid(f"session.{name} must be given, as {_SESSION[name].__name__}")
    if session["batch_seq"] < 1:
        raise invalid("session.batch_seq counts from 1")
    return str(session["session_id"])
