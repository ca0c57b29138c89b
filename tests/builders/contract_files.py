"""The platforms' contract files, where this machine has them: never copied, read where they lie."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest


def contract(name: str) -> Any:
    """A contract file's JSON, such as "tiktok_ads/error_codes.json"; skips the test without it."""
    folder = os.environ.get("OMNIFY_CONTRACTS_DIR", "")
    path = Path(folder) / name
    if not folder or not path.is_file():
        pytest.skip(f"OMNIFY_CONTRACTS_DIR has no {name}")
    return json.loads(path.read_text())


def contract_text(name: str) -> str:
    """A contract file as it stands; skips the test without it."""
    folder = os.environ.get("OMNIFY_CONTRACTS_DIR", "")
    path = Path(folder) / name
    if not folder or not path.is_file():
        pytest.skip(f"OMNIFY_CONTRACTS_DIR has no {name}")
    return path.read_text("utf-8")
