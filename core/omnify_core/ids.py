"""Typed ids. Campaign-like ids print as `google:1201`: platform, colon, the platform's own id."""

from __future__ import annotations

import uuid
from typing import NewType

TenantId = NewType("TenantId", str)
UserId = NewType("UserId", str)
ThreadId = NewType("ThreadId", str)
RunId = NewType("RunId", str)
ChangeSetId = NewType("ChangeSetId", str)
EntityId = NewType("EntityId", str)


def new_id(prefix: str) -> str:
    """A fresh id such as `cs_5f0c…`, unguessable (122 random bits)."""
    return f"{prefix}_{uuid.uuid4().hex}"
