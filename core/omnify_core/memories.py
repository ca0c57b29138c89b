"""What is remembered about a client. Memory informs; it never sets policy."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

from omnify_core.campaigns import Frozen
from omnify_core.ids import TenantId


class MemoryKind(StrEnum):
    FACT = "fact"
    PREFERENCE = "preference"
    DECISION = "decision"
    OUTCOME = "outcome"
    DOCUMENT = "document"
    CONVERSATION = "conversation"
    NOTE = "note"


class Trust(StrEnum):
    """How much an item's origin vouches for it, best first."""

    OBSERVED = "observed"  # our own records say so
    STATED = "stated"  # a signed-in person said so in these words
    REPORTED = "reported"  # a model wrote it down, perhaps from something that it read
    FOREIGN = "foreign"  # text of a platform, page or document: data to quote


class MemoryItem(Frozen):
    """One thing worth remembering, with where it came from.

    `supersedes` names the item that this one replaces; that one is then past: kept, but not recalled.
    """

    id: str
    tenant_id: TenantId
    text: str
    kind: MemoryKind = MemoryKind.NOTE
    origin: str
    trust: Trust
    created_at: datetime
    expires_at: datetime | None = None
    supersedes: str | None = None
    superseded_by: str | None = None

    def is_current(self, now: datetime) -> bool:
        return self.superseded_by is None and (self.expires_at is None or self.expires_at > now)


class Recalled(Frozen):
    """`score` compares within one answer only."""

    item: MemoryItem
    score: float


def memory_id(tenant: TenantId, subject: str) -> str:
    """The same subject (usually the text itself) is the same item: saying a thing twice stores it once."""
    words = " ".join(subject.casefold().split())
    return f"mem_{hashlib.sha256(f'{tenant}/{words}'.encode()).hexdigest()[:24]}"
