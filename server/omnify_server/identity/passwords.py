"""Passwords: Argon2id, no composition rules, a minimum length and a short blocklist."""

from __future__ import annotations

import asyncio
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from omnify_core.errors import BadInput

MIN_LENGTH = 15
_BLOCKED = ("password", "omnify", "12345678", "qwertz", "qwerty", "letmein")


def check_password(password: str) -> None:
    """Raises BadInput with the cure."""
    if len(password) < MIN_LENGTH:
        raise BadInput(f"password is {len(password)} characters long; use at least {MIN_LENGTH}")
    if any(password.lower().startswith(word) for word in _BLOCKED):
        raise BadInput("password begins with a word everybody tries first; choose another")


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _decoy() -> str:
    return _hasher().hash("no such user, but the same time spent")


async def hash_password(password: str) -> str:
    check_password(password)
    return await asyncio.to_thread(_hasher().hash, password)


async def matches(password: str, stored: str) -> bool:
    """Takes the same time for an unknown user (`stored` empty) as for a known one."""
    return await asyncio.to_thread(_verify, password, stored or _decoy()) and bool(stored)


def _verify(password: str, stored: str) -> bool:
    try:
        return _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
