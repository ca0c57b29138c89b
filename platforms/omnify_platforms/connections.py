"""What a tenant's connection to a platform consists of. Secrets print as stars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr, field_validator

from omnify_core.campaigns import Platform
from omnify_core.errors import BadInput, ReconnectNeeded
from omnify_core.ids import TenantId

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_SHORTEST_SECRET = 6  # shorter values would blot out ordinary words


class Connection(BaseModel):
    """Where a platform is and how to sign in there. `expires_at` is the access token's end."""

    # hide_input: a validation error must not print a token.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    tenant_id: TenantId
    platform: Platform
    base_url: str
    token_url: str
    secrets: dict[str, SecretStr]
    expires_at: datetime | None = None

    @field_validator("base_url", "token_url")
    @classmethod
    def _keeps_tokens_private(cls, url: str) -> str:
        parts = urlsplit(url)
        host = parts.hostname or ""
        # A name without a dot is a machine of ours (a container, an in-process app).
        if parts.scheme == "https" or (parts.scheme == "http" and (host in _LOOPBACK or "." not in host)):
            return url.rstrip("/")
        raise BadInput(f"url {url!r} must be https; plain http is for this machine only")

    def has(self, name: str) -> bool:
        return bool(self.secrets.get(name) and self.secrets[name].get_secret_value())

    def secret(self, name: str) -> str:
        """In the clear, for the wire only. Raises ReconnectNeeded where it is missing."""
        if not self.has(name):
            raise ReconnectNeeded(
                f"The connection to {self.platform.label} has no {name!r}; connect it again with one",
                platform=self.platform.value,
            )
        return self.secrets[name].get_secret_value()

    def renewed(self, grant: Mapping[str, Any], now: datetime) -> Connection:
        """With the tokens of an OAuth2 reply; keeps the old refresh token where no new one came."""
        tokens = {name: SecretStr(str(grant[name])) for name in _TOKENS if grant.get(name)}
        lasts_s = int(grant.get("expires_in") or 0)
        expires_at = now + timedelta(seconds=lasts_s) if lasts_s else None
        return self.model_copy(update={"secrets": self.secrets | tokens, "expires_at": expires_at})

    def scrubbed(self, text: str) -> str:
        """The text without any secret of this connection, as sent or as found in a URL."""
        for name, secret in self.secrets.items():
            value = secret.get_secret_value()
            if not name.endswith("_id") and len(value) >= _SHORTEST_SECRET:
                for shape in {value, quote(value, safe=""), quote_plus(value)}:
                    text = text.replace(shape, "***")
        return text


_TOKENS = ("access_token", "refresh_token")
