"""A chain's head with a signature: whoever holds the public key can tell ours from a forged one."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from omnify_core.campaigns import Frozen
from omnify_core.canonical import canonical_json
from omnify_guardrails.audit import ChainHead


class SignedHead(Frozen):
    """`signature` and `public_key` are hex."""

    head: ChainHead
    public_key: str
    signature: str


class HeadSigner:
    """Signs exported heads with Ed25519."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def from_seed(cls, seed: bytes) -> HeadSigner:
        """The same 32 bytes give the same key."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def public_key(self) -> str:
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, head: ChainHead) -> SignedHead:
        signature = self._key.sign(canonical_json(head).encode("ascii")).hex()
        return SignedHead(head=head, public_key=self.public_key, signature=signature)


def is_signed_by(signed: SignedHead, public_key: str) -> bool:
    """Whether the head stands as this key signed it."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    try:
        key.verify(bytes.fromhex(signed.signature), canonical_json(signed.head).encode("ascii"))
    except InvalidSignature:
        return False
    return True
