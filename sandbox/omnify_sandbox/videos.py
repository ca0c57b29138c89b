"""The video behind each ad on YouTube: its id, title and length."""

from __future__ import annotations

import base64
import hashlib

from omnify_sandbox.catalog import Ad

_FIRST_ASSET = 9_810_000_000
_SECONDS = (30, 15, 45, 6)


def asset_id(ad: Ad) -> int:
    return _FIRST_ASSET + 7 * (ad.number + 1)


def video_id(ad: Ad) -> str:
    """Eleven characters, as YouTube's ids have."""
    digest = hashlib.blake2b(ad.id.encode(), digest_size=8).digest()
    return base64.urlsafe_b64encode(digest).decode()[:11]


def title_of(ad: Ad) -> str:
    return f"{ad.headline} | {ad.campaign.brand.name}"


def video_seconds(ad: Ad) -> int:
    return _SECONDS[ad.slot % len(_SECONDS)]
