"""OAuth consents: a person's yes becomes a code that is good once, for ten minutes, for one caller."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

_LIFE = timedelta(minutes=10)


class Consent(NamedTuple):
    platform: str
    client_id: str
    redirect_uri: str
    scope: str
    challenge: str
    until: datetime


@dataclass(slots=True)
class Consents:
    """The test user agrees to everything that is asked rightly."""

    _open: dict[str, Consent] = field(default_factory=dict)

    def agree(self, consent: Consent, code_prefix: str = "") -> str:
        """The code for the redirect."""
        code = f"{code_prefix}{secrets.token_urlsafe(24)}"
        self._open[code] = consent
        return code

    def redeem(
        self, platform: str, code: str, now: datetime, *, redirect_uri: str | None, verifier: str
    ) -> Consent | None:
        """The consent, once; None for an unknown, used or stale code, another address or a wrong PKCE proof.

        `redirect_uri` of None: the platform does not ask for it again.
        """
        consent = self._open.pop(code, None)
        if consent is None or consent.platform != platform or now > consent.until:
            return None
        if redirect_uri is not None and redirect_uri != consent.redirect_uri:
            return None
        if consent.challenge and not hmac.compare_digest(_challenge(verifier), consent.challenge):
            return None
        return consent


def lasting(now: datetime) -> datetime:
    return now + _LIFE


def with_query(url: str, **params: str) -> str:
    """The address to send the browser back to."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
