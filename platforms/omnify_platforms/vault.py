"""The vault: connections sealed by AES-GCM envelope encryption.

Each record has its own data key; a key-ring key wraps it. Tenant and platform are associated data
of both layers, so a sealed record opens only where it belongs. Rotation re-wraps the data key.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, ConfigDict, ValidationError

from omnify_core.campaigns import Platform
from omnify_core.errors import BadInput, ReconnectNeeded
from omnify_core.ids import TenantId
from omnify_platforms.connections import Connection

_KEY_BYTES = 32
_NONCE_BYTES = 12  # what AES-GCM is specified for


class KeyRing:
    """The keys that wrap data keys, by id; `current` seals, all of them open."""

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        if current not in keys:
            raise BadInput(f"key ring has no key {current!r}; it has {sorted(keys)}")
        for key_id, key in keys.items():
            if len(key) != _KEY_BYTES:
                raise BadInput(f"key {key_id!r} must be {_KEY_BYTES} bytes, not {len(key)}; make one anew")
        self._keys = dict(keys)
        self.current = current

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """From `id:base64[,id:base64…]`; the first seals. Raises BadInput without echoing a key."""
        keys: dict[str, bytes] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            key_id, _, encoded = part.partition(":")
            try:
                keys[key_id] = base64.b64decode(encoded, validate=True)
            except binascii.Error:
                raise BadInput(f"key {key_id!r} is not base64; write 'id:base64' with 32 bytes") from None
        if not keys:
            raise BadInput("the key ring is empty; write 'id:base64' with 32 random bytes")
        return cls(keys, next(iter(keys)))

    def key(self, key_id: str) -> bytes:
        """Raises ReconnectNeeded where the ring has lost it."""
        if key_id not in self._keys:
            raise ReconnectNeeded(
                f"Sealed with key {key_id!r}, which is not in the key ring; add it or reconnect"
            )
        return self._keys[key_id]

    def __repr__(self) -> str:
        return f"KeyRing({sorted(self._keys)}, current={self.current!r})"


def new_key(key_id: str) -> str:
    """A fresh random key as `KeyRing.parse` reads it."""
    return f"{key_id}:{base64.b64encode(os.urandom(_KEY_BYTES)).decode('ascii')}"


class _Sealed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    v: int = 1
    key_id: str
    wrapped: str
    body: str


def seal(connection: Connection, keyring: KeyRing) -> str:
    """The connection as JSON text that only this key ring, tenant and platform can open."""
    owner = _owner(connection.tenant_id, connection.platform)
    data_key = AESGCM.generate_key(bit_length=_KEY_BYTES * 8)
    return _Sealed(
        key_id=keyring.current,
        wrapped=_wrap(data_key, keyring, owner),
        body=_encrypt(data_key, _plain(connection), owner),
    ).model_dump_json()


def unseal(sealed: str, keyring: KeyRing, *, tenant: TenantId, platform: Platform) -> Connection:
    """Raises ReconnectNeeded where the record is altered, foreign, or its key is gone."""
    record, owner = _parse(sealed), _owner(tenant, platform)
    data_key = _unwrap(record, keyring, owner)
    return Connection.model_validate_json(_decrypt(data_key, record.body, owner))


def rewrap(sealed: str, keyring: KeyRing, *, tenant: TenantId, platform: Platform) -> str:
    """The same record under the ring's current key; its body stays as it is."""
    record, owner = _parse(sealed), _owner(tenant, platform)
    if record.key_id == keyring.current:
        return sealed
    wrapped = _wrap(_unwrap(record, keyring, owner), keyring, owner)
    return record.model_copy(update={"key_id": keyring.current, "wrapped": wrapped}).model_dump_json()


def _plain(connection: Connection) -> bytes:
    fields = connection.model_dump(mode="json", exclude={"secrets"})
    fields["secrets"] = {name: secret.get_secret_value() for name, secret in connection.secrets.items()}
    return json.dumps(fields).encode()


def _owner(tenant: TenantId, platform: Platform) -> list[str]:
    return ["omnify-connection", tenant, platform.value]


def _associated(*parts: str) -> bytes:
    # JSON keeps the parts apart: no tenant id can spell another tenant's platform.
    return json.dumps(parts).encode()


def _wrap(data_key: bytes, keyring: KeyRing, owner: list[str]) -> str:
    return _encrypt(keyring.key(keyring.current), data_key, [*owner, "key", keyring.current])


def _unwrap(record: _Sealed, keyring: KeyRing, owner: list[str]) -> bytes:
    return _decrypt(keyring.key(record.key_id), record.wrapped, [*owner, "key", record.key_id])


def _encrypt(key: bytes, plain: bytes, owner: list[str]) -> str:
    nonce = os.urandom(_NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, plain, _associated(*owner))).decode("ascii")


def _decrypt(key: bytes, text: str, owner: list[str]) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
        return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _associated(*owner))
    except (InvalidTag, ValueError):
        raise _damaged() from None


def _parse(sealed: str) -> _Sealed:
    try:
        return _Sealed.model_validate_json(sealed)
    except ValidationError:
        raise _damaged() from None


def _damaged() -> ReconnectNeeded:
    return ReconnectNeeded(
        "The stored connection is altered or belongs elsewhere; connect the platform again"
    )
