"""Signed heads of audit chains: exported, they show later what was cut off or rewritten since."""

from __future__ import annotations

import hmac
import json
from collections.abc import AsyncIterator

from pydantic import ValidationError

from omnify_core.errors import BadInput
from omnify_core.ids import TenantId
from omnify_core.ports import AuditStore
from omnify_guardrails import ChainHead, chain_head, export_lines
from omnify_guardrails.signing import HeadSigner, SignedHead, is_signed_by
from omnify_server.keys import Keys


def signers(keys: Keys) -> list[HeadSigner]:
    """One per key of the ring, the newest first: it signs, the others still vouch for what they signed."""
    seeds = (hmac.digest(key, b"omnify audit head", "sha256") for key in keys.ring)
    return [HeadSigner.from_seed(seed) for seed in seeds]


async def signed_export(audit: AuditStore, tenant: TenantId, keys: Keys) -> AsyncIterator[str]:
    """Every row up to the head as a JSON line, then the signed head as the last one."""
    head = await chain_head(audit, tenant)
    count = 0
    async for line in export_lines(audit, tenant):
        if count == head.seq:  # written since
            break
        count += 1
        yield line
    yield signers(keys)[0].sign(head).model_dump_json()


def exported_head(text: str, tenant: TenantId, keys: Keys) -> ChainHead:
    """The head that an earlier export ends with. Raises BadInput where it is not ours or not the tenant's."""
    last = text.strip().rpartition("\n")[2]
    try:
        signed = SignedHead.model_validate(json.loads(last))
        ours = any(is_signed_by(signed, signer.public_key) for signer in signers(keys))
    except (ValidationError, ValueError) as error:
        raise BadInput(
            "against: the file does not end with a signed head; give one that was exported"
        ) from error
    if not ours:
        raise BadInput("against: the head was not signed by this installation's keys, or was changed since")
    if signed.head.tenant_id != tenant:
        raise BadInput(f"against: the head is of tenant {signed.head.tenant_id!r}, not of this one")
    return signed.head
