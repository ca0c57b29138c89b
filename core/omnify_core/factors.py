"""A person's second factor: what the server keeps to check a code, never the code itself."""

from __future__ import annotations

from datetime import datetime

from omnify_core.campaigns import Frozen
from omnify_core.ids import TenantId, UserId


class Factor(Frozen):
    """`sealed` is the encrypted TOTP secret; `recovery` hashes of codes that each work once; `last_step`
    the time step of the last code used, so that none works twice. `version` is for compare-and-set.
    """

    user_id: UserId
    tenant_id: TenantId
    version: int = 0
    sealed: str
    enabled: bool = False
    recovery: tuple[str, ...] = ()
    last_step: int = 0
    created_at: datetime
