"""Ids that look like the platforms' own and are the same for the same seed and count."""

from __future__ import annotations

import hashlib

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def letters(seed: int, name: str, length: int) -> str:
    """Base-62 text drawn from a name."""
    number = int.from_bytes(hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=32).digest(), "big")
    return "".join(_LETTERS[number // 62**place % 62] for place in range(length))
