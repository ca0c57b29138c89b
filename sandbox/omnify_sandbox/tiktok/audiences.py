"""Custom audiences: a file of hashed customers is uploaded, and an audience is made of it."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from omnify_sandbox.book import Change, Key
from omnify_sandbox.growth import Birth, Thing
from omnify_sandbox.stage import Stage
from omnify_sandbox.tiktok.errors import TikTokProblem, invalid
from omnify_sandbox.tiktok.listing import page
from omnify_sandbox.tiktok.objects import TikTokObjects, times
from omnify_sandbox.tiktok.params import Params

_TYPES = (
    "EMAIL_SHA256", "PHONE_SHA256", "FIRST_SHA256", "LAST_SHA256", "GAID_MD5", "GAID_SHA256", "IDFA_MD5",
    "IDFA_SHA256", "MULTIPLE_TYPES",
)  # fmt: skip
_SHA256 = re.compile(rb"[0-9a-f]{64}")
_MOST_NAME, _MOST_IDS, _MOST_PAGE = 128, 100, 100
_MATCHED = 0.62


class Uploads:
    """Files that wait for an audience; they do not outlive the sandbox."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[str, str, int]] = {}

    def take(self, advertiser: str, params: Params, content: bytes, file_name: str) -> dict[str, str]:
        """The data of `file/upload`. Raises TikTokProblem."""
        kind = params["calculate_type"]
        if kind not in _TYPES:
            raise invalid(f"calculate_type: {kind} is not a valid choice.")
        if not file_name.endswith((".csv", ".txt")):
            raise TikTokProblem("FILE_TYPE_ERROR", "file: Only .csv and .txt files are supported.")
        if not content.strip():
            raise TikTokProblem("FILE_EMPTY", "file: The file is empty.")
        if hashlib.md5(content, usedforsecurity=False).hexdigest() != params["file_signature"]:
            raise TikTokProblem("SIGNATURE_ERROR", "file_signature: The file's MD5 does not match.")
        lines = content.split()
        if kind.endswith("SHA256") and not all(_SHA256.fullmatch(line) for line in lines):
            raise TikTokProblem("PII_NOT_HASHED", "file: Every line must be a SHA-256 hash.")
        path = hashlib.sha256(content + advertiser.encode()).hexdigest()[:16]
        self._files[path] = (advertiser, kind, len(set(lines)))
        return {"file_path": path}

    def people(self, advertiser: str, path: str, kind: str) -> int:
        """How many are in a file. Raises TikTokProblem."""
        owner, held, count = self._files.get(path, ("", "", 0))
        if owner != advertiser:
            raise TikTokProblem("FILE_NOT_EXIST", f"file_paths: {path} does not exist.")
        if held != kind:
            raise TikTokProblem("FILE_CALCULATE_TYPE_ERROR", f"calculate_type: {path} holds {held}.")
        return count


def audience_birth(uploads: Uploads, advertiser: str, params: Params) -> Birth:
    """Of `custom_audience/create`. Raises TikTokProblem."""
    name, kind = params["custom_audience_name"], params["calculate_type"]
    if not name.strip() or len(name) > _MOST_NAME:
        raise invalid(f"custom_audience_name: Length must be between 1 and {_MOST_NAME}.")
    if kind not in _TYPES:
        raise invalid(f"calculate_type: {kind} is not a valid choice.")
    if not params["file_paths"]:
        raise invalid("file_paths: Length must be between 1 and 500.")
    people = sum(uploads.people(advertiser, path, kind) for path in params["file_paths"])
    fields = {"name": name, "status": "enabled", "calculate_type": kind, "people": people}
    return Birth("audience", advertiser, "", fields)


def shown(stage: Stage, objects: TikTokObjects, advertiser: str, params: Params) -> dict[str, Any]:
    """Of `custom_audience/list` and `/get`."""
    ids = params.get("custom_audience_ids")
    if ids is not None and not 1 <= len(ids) <= _MOST_IDS:
        raise invalid(f"custom_audience_ids: Length must be between 1 and {_MOST_IDS}.")
    if params.get("page_size", 1) > _MOST_PAGE:
        raise invalid(f"page_size: Must be between 1 and {_MOST_PAGE}.")
    held = [thing for thing in _standing(stage, objects, advertiser) if ids is None or thing.id in ids]
    rows, info = page([_row(stage, thing) for thing in held], params)
    return {"list": rows, "page_info": info}


def deleted(stage: Stage, objects: TikTokObjects, advertiser: str, params: Params) -> list[Change]:
    """Of `custom_audience/delete`. Raises TikTokProblem."""
    ids = params["custom_audience_ids"]
    if not 1 <= len(ids) <= _MOST_IDS:
        raise invalid(f"custom_audience_ids: Length must be between 1 and {_MOST_IDS}.")
    held = {thing.id for thing in _standing(stage, objects, advertiser)}
    for id_ in ids:
        if id_ not in held:
            raise TikTokProblem("NOT_EXIST", f"custom_audience_ids: {id_} does not exist.")
    return [Change(Key("audience", id_, "status"), "removed") for id_ in ids]


def _standing(stage: Stage, objects: TikTokObjects, advertiser: str) -> list[Thing]:
    return [
        thing
        for thing in stage.things("audience")
        if thing.account == advertiser
        and objects.is_there("audience", thing.id)
        and stage.read(Key("audience", thing.id, "status")) != "removed"
    ]


def _row(stage: Stage, thing: Thing) -> dict[str, Any]:
    people = int(stage.read(Key("audience", thing.id, "people")))
    return {
        "audience_id": thing.id,
        "name": stage.read(Key("audience", thing.id, "name")),
        "audience_type": "Customer File",
        "calculate_type": stage.read(Key("audience", thing.id, "calculate_type")),
        "cover_num": int(people * _MATCHED),
        "is_valid": True,
        "is_expiring": False,
        "is_creator": True,
        "shared": False,
        "create_time": times(thing.at.date())["create_time"],
        "expired_time": "",
    }
