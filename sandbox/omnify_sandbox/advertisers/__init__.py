"""The advertisers of a sandbox: each has a market of its own."""

from __future__ import annotations

import hashlib

from omnify_sandbox.advertiser import Advertiser
from omnify_sandbox.advertisers.agency import AGENCY
from omnify_sandbox.advertisers.saas import SAAS
from omnify_sandbox.advertisers.shop import SHOP

ADVERTISERS = (SAAS, SHOP, AGENCY)


def seed_for(seed: int, advertiser: Advertiser) -> int:
    """An advertiser's own chances and credentials; the first has the sandbox's seed itself."""
    if not advertiser.slug:
        return seed
    digest = hashlib.blake2b(f"{seed}/advertiser/{advertiser.slug}".encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big")
