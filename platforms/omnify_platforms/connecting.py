"""Connecting a platform: a person says yes there, and we come back with tokens for this tenant only."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import httpx
from pydantic import SecretStr

from omnify_core.campaigns import Platform
from omnify_core.clock import Clock
from omnify_core.errors import (
    BadInput,
    Forbidden,
    PlatformError,
    PlatformForbidden,
    PlatformUnavailable,
    ReconnectNeeded,
    Unsupported,
)
from omnify_core.ids import TenantId, UserId
from omnify_core.ports import TokenStore
from omnify_platforms.connected import ADAPTERS, ConnectedPlatforms
from omnify_platforms.connections import Connection
from omnify_platforms.consent import App, Consent, Grant
from omnify_platforms.consents import CONSENTS, secrets_of
from omnify_platforms.refusals import Answer, identifier, quoted
from omnify_platforms.transport import Call

_log = logging.getLogger(__name__)

_STATE_LIFE = timedelta(minutes=10)
_ANSWER_S = 20.0
_SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.myshopify\.com")


class Begun(NamedTuple):
    """Where the person says yes, and until when the answer is taken."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """Who connects what: an answer counts for exactly these."""

    tenant: TenantId
    user: UserId
    platform: Platform


Note = Callable[[Asking, str], Awaitable[None]]


class Realm(NamedTuple):
    """`apps` are our own registrations; `sandbox` is the address that stands for all platforms' hosts."""

    apps: Mapping[Platform, App]
    sandbox: str = ""


class Connecting:
    """`others`: tenants whose platforms lie elsewhere than those of the rest.

    `note` writes down who connects or disconnects what before it happens; where it cannot, nothing does.
    """

    def __init__(
        self,
        platforms: ConnectedPlatforms,
        states: TokenStore,
        http: httpx.AsyncClient,
        clock: Clock,
        *,
        apps: Mapping[Platform, App],
        note: Note,
        sandbox: str = "",
        others: Mapping[TenantId, Realm] | None = None,
    ) -> None:
        self._note = note
        self._platforms = platforms
        self._states = states
        self._http = http
        self._clock = clock
        self._realm = Realm(apps, sandbox.rstrip("/"))
        self._others = others or {}

    def can_connect(self, tenant: TenantId, platform: Platform) -> bool:
        app, consent = self._of(tenant).apps.get(platform, {}), CONSENTS[platform]
        return bool(app.get(consent.id_name) and app.get(consent.secret_name))

    async def begin(self, asking: Asking, *, redirect_uri: str, shop: str = "") -> Begun:
        """Raises Unsupported where we have no app there, BadInput for a wrong shop."""
        consent, app = CONSENTS[asking.platform], self._app(asking)
        if consent.needs_shop and not _SHOP.fullmatch(shop):
            raise BadInput(f"shop must be like 'name.myshopify.com', not {shop!r}")
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        expires_at = self._clock.now() + _STATE_LIFE
        remembered = {
            "tenant": asking.tenant,
            "user": asking.user,
            "platform": asking.platform.value,
            "verifier": verifier,
            "redirect_uri": redirect_uri,
            "shop": shop,
        }
        await self._states.put(_key(state), remembered, expires_at)
        query = consent.question(app, state=state, redirect_uri=redirect_uri, challenge=_challenge(verifier))
        page = self._place(asking.tenant, consent.authorize_url, consent, shop)
        return Begun(f"{page}?{urlencode(query)}", expires_at)

    async def finish(self, asking: Asking, answer: Mapping[str, str]) -> Connection:
        """Takes the platform's answer, once. Raises Forbidden where it is not for `asking`."""
        begun = await self._states.take(_key(answer.get("state", "")), self._clock.now())
        whose = (asking.tenant, asking.user, asking.platform.value)
        if begun is None or (begun["tenant"], begun["user"], begun["platform"]) != whose:
            raise Forbidden("this answer was used, is too old, or is not yours; start connecting again")
        consent, app = CONSENTS[asking.platform], self._app(asking)
        _check_yes(consent, answer)
        if consent.check is not None:
            consent.check(app, answer, self._clock.now())
        connection = await self._signed_in(asking, consent, app, begun, answer[consent.code_name])
        await self._note(asking, "platform.connected")
        await self._platforms.connect(connection)
        return connection

    async def disconnect(self, asking: Asking) -> bool:
        """Forgets the tokens in any case; True where the platform took them back, too."""
        tenant, platform = asking.tenant, asking.platform
        await self._note(asking, "platform.disconnected")
        connection = await self._platforms.connection(tenant, platform)
        await self._platforms.disconnect(tenant, platform)
        revocation = CONSENTS[platform].revocation
        if connection is None or revocation is None:
            return False
        try:
            await self._call(revocation(connection), connection)
        except PlatformError as error:
            _log.warning("%s of %s was disconnected, not revoked: %s", platform.label, tenant, error)
            return False
        return True

    async def _signed_in(
        self, asking: Asking, consent: Consent, app: App, begun: Mapping[str, str], code: str
    ) -> Connection:
        shop = begun["shop"]
        token_url = self._place(asking.tenant, consent.token_url, consent, shop)
        provisional = Connection(
            tenant_id=asking.tenant,
            platform=asking.platform,
            base_url=self._place(asking.tenant, consent.base_url, consent, shop),
            token_url=token_url,
            # Known for as long as it takes to keep them out of every message.
            secrets=_sealed(dict(app) | {"code": code, "verifier": begun["verifier"]}),
        )
        call = consent.exchange(
            app, code, redirect_uri=begun["redirect_uri"], verifier=begun["verifier"], url=token_url
        )
        grant = await self._grant(call, provisional, consent)
        kept = secrets_of(consent, app, grant) | ({"shop": shop} if shop else {})
        connection = provisional.model_copy(update={"secrets": _sealed(kept)})
        connection = connection.renewed(grant, self._clock.now())
        if consent.lengthen is None:
            return connection
        longer = await self._grant(consent.lengthen(connection), connection, consent)
        return connection.renewed(longer, self._clock.now())

    async def _grant(self, call: Call, connection: Connection, consent: Consent) -> Grant:
        body = await self._call(call, connection)
        grant = consent.grant_of(body) if isinstance(body, dict) else {}
        if not grant.get("access_token"):
            raise PlatformUnavailable(
                f"{connection.platform.label} answered without a token; nothing was connected. "
                "Start connecting again",
                platform=connection.platform.value,
            )
        return grant

    async def _call(self, call: Call, connection: Connection) -> Any:
        """One call, sent once. Raises PlatformUnavailable, ReconnectNeeded."""
        name = connection.platform
        try:
            async with asyncio.timeout(_ANSWER_S):
                reply = await self._http.request(
                    call.method, call.path, data=call.form, json=call.body, headers=call.headers
                )
        except (httpx.HTTPError, TimeoutError) as error:
            raise PlatformUnavailable(
                f"{name.label} did not answer ({type(error).__name__}). Start again",
                platform=name.value,
            ) from error
        answer = Answer(reply.status_code, reply.headers, _json(reply))
        refused = _refused(name, answer)
        if refused is None:
            return answer.body
        raise ReconnectNeeded(
            f"{name.label} refused: {quoted(connection.scrubbed(refused))}. Start connecting again",
            platform=name.value,
        )

    def _of(self, tenant: TenantId) -> Realm:
        return self._others.get(tenant, self._realm)

    def _app(self, asking: Asking) -> App:
        platform = asking.platform
        names = CONSENTS[platform].app_names
        if not self.can_connect(asking.tenant, platform):
            raise Unsupported(
                f"There is no app of ours for {platform.label}: register one there and give its "
                f"{names[0]} and {names[1]} in OMNIFY_OAUTH_APPS"
            )
        apps = self._of(asking.tenant).apps
        return {name: value for name, value in apps[platform].items() if name in names}

    def _place(self, tenant: TenantId, url: str, consent: Consent, shop: str) -> str:
        """The address itself, or the same path in the sandbox."""
        sandbox = self._of(tenant).sandbox
        if not sandbox:
            return url.replace("{shop}", shop)
        path = urlsplit(url.replace("{shop}", "shop")).path
        return f"{sandbox}/{consent.platform.slug}{path}"


def _check_yes(consent: Consent, answer: Mapping[str, str]) -> None:
    said = answer.get("error_description") or answer.get("error") or ""
    if said or not answer.get(consent.code_name):
        raise PlatformForbidden(
            f"{consent.platform.label} was not connected: {quoted(said or 'no code came back')}. "
            "Start again, and allow what is asked for",
            platform=consent.platform.value,
        )


def _refused(platform: Platform, answer: Answer) -> str | None:
    """What the platform said no with, in its own words."""
    if platform in ADAPTERS:
        refusal = ADAPTERS[platform].wire.refusal(answer)
        return f"{refusal.text} ({identifier(refusal.code)})" if refusal else None
    if answer.status < 400:
        return None
    body = answer.body if isinstance(answer.body, dict) else {}
    said = body.get("error_description") or body.get("message") or body.get("error") or ""
    return f"{said} (HTTP {answer.status})"


def _sealed(plain: Mapping[str, str]) -> dict[str, SecretStr]:
    return {name: SecretStr(value) for name, value in plain.items()}


def _json(reply: httpx.Response) -> Any:
    try:
        return reply.json()
    except ValueError:
        return None


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _key(state: str) -> str:
    return f"oauth/{state}"
