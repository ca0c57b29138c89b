"""The audit chain's rows: each carries the hash of the one before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from omnify_core.campaigns import Frozen
from omnify_core.canonical import sha256_of
from omnify_core.ids import TenantId

GENESIS = "0" * 64


class AuditRow(Frozen):
    """One fact, written before its effect. `facts` holds exact values only (no floats)."""

    tenant_id: TenantId
    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    facts: dict[str, Any] = Field(default_factory=dict)
    previous: str
    hash: str = ""

    def sealed(self) -> AuditRow:
        """The same row with its hash: SHA-256 over everything but the hash itself."""
        return self.model_copy(update={"hash": self.computed_hash()})

    def computed_hash(self) -> str:
        return sha256_of(self.model_dump(mode="json", exclude={"hash"}))
