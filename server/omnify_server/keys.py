"""Keys of the installation: given by the environment, or kept in the data directory (mode 0600)."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path
from typing import NamedTuple

from omnify_core.errors import BadInput
from omnify_server.settings import Settings


class Keys(NamedTuple):
    """`ring`: 32-byte keys, newest first. `demo_password` signs the demo user in."""

    ring: tuple[bytes, ...]
    demo_password: str


def load_keys(settings: Settings) -> Keys:
    """From OMNIFY_KEYS, else from the data directory, made there on first use. Raises BadInput."""
    path = settings.data_dir / "keys.json"
    stored = _read(path) if path.exists() else _create(path)
    ring = tuple(map(_decode, settings.keys.get_secret_value().split(","))) if settings.keys else stored.ring
    return Keys(ring, stored.demo_password)


def _read(path: Path) -> Keys:
    stored = json.loads(path.read_text())
    return Keys(tuple(map(_decode, stored["ring"])), stored["demo_password"])


def _create(path: Path) -> Keys:
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = Keys((secrets.token_bytes(32),), secrets.token_urlsafe(15))
    ring = [base64.b64encode(key).decode() for key in keys.ring]
    scratch = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"ring": ring, "demo_password": keys.demo_password}, file)
    try:
        os.link(scratch, path)  # the first process to link wins; the others read what it wrote
    except FileExistsError:
        return _read(path)
    finally:
        scratch.unlink()
    return keys


def _decode(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError as error:
        raise BadInput("OMNIFY_KEYS holds a key that is not base64") from error
    if len(key) != 32:
        raise BadInput(f"OMNIFY_KEYS holds a key of {len(key)} bytes; 32 are needed")
    return key
