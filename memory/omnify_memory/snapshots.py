"""Inputs of a computation, compressed: a history of 120 days is a few dozen kilobytes."""

from __future__ import annotations

import base64
import json
import zlib

from omnify_core.errors import NotFound
from omnify_core.ids import TenantId
from omnify_memory.collections import SNAPSHOTS
from omnify_memory.documents import Document, Documents


class StoredSnapshots:
    """The same text is stored once per tenant, however often it is kept."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def keep(self, tenant: TenantId, digest: str, text: str) -> None:
        packed = base64.b64encode(zlib.compress(text.encode(), 6)).decode("ascii")
        await self._documents.save(SNAPSHOTS, [Document(tenant, digest, 0, json.dumps(packed))])

    async def get(self, tenant: TenantId, digest: str) -> str:
        found = await self._documents.get(SNAPSHOTS, tenant, digest)
        if found is None:
            raise NotFound(f"the inputs {digest[:12]}… are not kept any more")
        return zlib.decompress(base64.b64decode(json.loads(found.body))).decode()
