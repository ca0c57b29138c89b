"""Canonical JSON and its SHA-256: one text for one meaning, the same on every machine."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel


def canonical_json(value: Any) -> str:
    """Sorted keys, no blanks, ASCII, no floats: what is hashed holds exact values only."""
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    _refuse_floats(plain)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def sha256_of(value: Any) -> str:
    """Hex SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode("ascii")).hexdigest()


def _refuse_floats(value: Any) -> None:
    assert not isinstance(value, float), "a float has no canonical form; use Money, int or str"
    if isinstance(value, dict):
        for key, item in value.items():
            assert isinstance(key, str), "keys are text"
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
