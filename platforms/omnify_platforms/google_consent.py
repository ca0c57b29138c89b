"""How Google's calls are signed, and how a person lets us in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from omnify_core.campaigns import Platform
from omnify_platforms.connections import Connection
from omnify_platforms.consent import Consent
from omnify_platforms.google_errors import google_refusal
from omnify_platforms.transport import Call, Wire


def _sign(call: Call, connection: Connection) -> Call:
    headers = dict(call.headers) | {"authorization": f"Bearer {connection.secret('access_token')}"}
    if connection.has("developer_token"):  # optional since access levels moved to the cloud project
        headers["developer-token"] = connection.secret("developer_token")
    return replace(call, headers=headers)


def _renewal(connection: Connection) -> Call:
    names = ("client_id", "client_secret", "refresh_token")
    form = {"grant_type": "refresh_token"} | {name: connection.secret(name) for name in names}
    return Call(method="POST", path=connection.token_url, form=form)


WIRE = Wire(
    platform=Platform.GOOGLE,
    version="v26",
    refusal=google_refusal,
    sign=_sign,
    renewal=_renewal,
    renew_ahead=timedelta(minutes=2),
)


def _revocation(connection: Connection) -> Call:
    """Giving back the refresh token ends the access tokens, too."""
    root = connection.token_url.removesuffix("/token")
    name = "refresh_token" if connection.has("refresh_token") else "access_token"
    return Call(method="POST", path=f"{root}/revoke", form={"token": connection.secret(name)})


SCOPES = "https://www.googleapis.com/auth"
CONSENT = Consent(
    platform=Platform.GOOGLE,
    authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
    base_url="https://googleads.googleapis.com",
    scopes=(f"{SCOPES}/adwords",),
    also=("developer_token", "login_customer_id"),
    # Without a renewed consent Google sends no refresh token to somebody who said yes before.
    asked={"response_type": "code", "access_type": "offline", "prompt": "consent"},
    has_pkce=True,
    revocation=_revocation,
)
