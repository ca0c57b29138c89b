"""Single-use and revocable secrets, with expiry."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from omnify_core.campaigns import Frozen
from omnify_core.errors import Conflict
from omnify_memory.collections import TOKENS
from omnify_memory.documents import SHARED, Document, Documents, Query
from omnify_memory.shelf import stamp


class Token(Frozen):
    value: dict[str, Any]
    expires_at: datetime


class StoredTokens:
    """Keys are filed under their SHA-256: a copy of the database opens no door."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def put(self, key: str, value: dict[str, Any], expires_at: datetime) -> None:
        await self._documents.save(TOKENS, [_document(key, Token(value=value, expires_at=expires_at))])

    async def take(self, key: str, now: datetime) -> dict[str, Any] | None:
        await self._documents.drop(TOKENS, Query(tenant=SHARED, at_most={"expires_at": stamp(now)}))
        token = _live(await self._documents.take(TOKENS, SHARED, _hashed(key)), now)
        return token.value if token else None

    async def get(self, key: str, now: datetime) -> dict[str, Any] | None:
        token = _live(await self._documents.get(TOKENS, SHARED, _hashed(key)), now)
        return token.value if token else None

    async def count(self, key: str, expires_at: datetime, now: datetime) -> int:
        # Ends: a round fails here only where another caller's count went through.
        while True:
            stored = await self._documents.get(TOKENS, SHARED, _hashed(key))
            token = _counted(_live(stored, now), expires_at)
            try:
                await self._put_after(stored, _document(key, token))
            except Conflict:
                continue
            return int(token.value["count"])

    async def drop(self, key: str) -> None:
        await self._documents.take(TOKENS, SHARED, _hashed(key))

    async def _put_after(self, stored: Document | None, document: Document) -> None:
        if stored is None:
            await self._documents.insert(TOKENS, document)
            return
        following = document._replace(version=stored.version + 1)
        await self._documents.replace(TOKENS, following, expected=stored.version)


def _counted(live: Token | None, expires_at: datetime) -> Token:
    if live is None:
        return Token(value={"count": 1}, expires_at=expires_at)
    return live.model_copy(update={"value": {"count": live.value["count"] + 1}})


def _live(document: Document | None, now: datetime) -> Token | None:
    token = Token.model_validate_json(document.body) if document else None
    return token if token and token.expires_at > now else None


def _document(key: str, token: Token) -> Document:
    return Document(SHARED, _hashed(key), 0, token.model_dump_json(), {"expires_at": stamp(token.expires_at)})


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
