"""Sessions: a signed token says who; the store says whether the session still stands and which role."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import jwt
from jwt.types import Options

from omnify_core.clock import Clock
from omnify_core.errors import CodeNeeded, LimitReached, NotSignedIn
from omnify_core.ids import TenantId, UserId
from omnify_core.people import Actor, User
from omnify_core.ports import PeopleStore, TokenStore
from omnify_server.identity.factors import SecondFactors
from omnify_server.identity.passwords import matches

_ALGORITHM = "HS256"
_AUDIENCE = "omnify"
_TYPE = "omnify-session+jwt"
_CLOCK_IS_OURS: Options = {"verify_exp": False, "verify_iat": False}
_MAX_FAILURES = 10
_BACK_OFF = timedelta(minutes=15)
_LINK_LIFE = timedelta(minutes=30)


class Session(NamedTuple):
    token: str
    expires_at: datetime
    user: User


class Identity:
    """Signs people in and tells who stands behind a token. Keys: 32 bytes, newest first."""

    def __init__(
        self,
        people: PeopleStore,
        tokens: TokenStore,
        factors: SecondFactors,
        clock: Clock,
        *,
        ring: tuple[bytes, ...],
        life: timedelta,
    ) -> None:
        self._people = people
        self._tokens = tokens
        self._factors = factors
        self._clock = clock
        self._life = life
        self._keys = {_key_id(key): _session_key(key) for key in ring}
        self._newest = _key_id(ring[0])

    async def sign_in(self, email: str, password: str, address: str, code: str = "") -> Session:
        """Raises NotSignedIn (the same for an unknown user), CodeNeeded, WrongCode, and LimitReached."""
        email = email.strip().lower()
        counters = [f"failed/{email}", f"failed-from/{address}"]
        for counter in counters:
            blocked = await self._tokens.get(f"blocked/{counter}", self._clock.now())
            if blocked is not None:
                raise LimitReached("too many failed sign-ins; wait 15 minutes and try again")
        user = await self._people.user_by_email(email)
        if not await matches(password, user.password_hash if user else ""):
            await self._count_failure(counters)
            raise NotSignedIn("e-mail address or password is wrong")
        assert user is not None
        await self._tokens.drop(counters[0])
        if not user.has_second_factor:
            return await self.open_session(user)
        if not code.strip():
            raise CodeNeeded("enter the current code of your authenticator app, or a recovery code")
        await self._factors.check(user, code)
        return await self.open_session(user, fresh=True)

    async def _count_failure(self, counters: list[str]) -> None:
        now = self._clock.now()
        for counter in counters:
            if await self._tokens.count(counter, now + _BACK_OFF, now) >= _MAX_FAILURES:
                await self._tokens.put(f"blocked/{counter}", {}, now + _BACK_OFF)

    async def open_session(self, user: User, *, fresh: bool = False) -> Session:
        """`fresh`: a code of the second factor was shown just now."""
        now = self._clock.now()
        expires_at = now + self._life
        session_id = secrets.token_urlsafe(18)
        value = {"user": user.id, "tenant": user.tenant_id}
        await self._tokens.put(f"session/{session_id}", value, expires_at)
        if fresh:
            await self._shown(session_id, expires_at)
        claims: dict[str, Any] = {
            "aud": _AUDIENCE,
            "sub": user.id,
            "sid": session_id,
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
        }
        headers = {"kid": self._newest, "typ": _TYPE}
        token = jwt.encode(claims, self._keys[self._newest], _ALGORITHM, headers=headers)
        return Session(token, expires_at, user)

    async def actor(self, token: str) -> Actor:
        """Who stands behind the token, with the role as stored now. Raises NotSignedIn."""
        session = await self._session(token)
        user = await self._people.user(TenantId(session["tenant"]), UserId(session["user"]))
        shown = await self._tokens.get(f"fresh/{self._claims(token)['sid']}", self._clock.now())
        return Actor(
            tenant_id=user.tenant_id,
            user_id=user.id,
            name=user.name,
            role=user.role,
            code_at=datetime.fromisoformat(shown["at"]) if shown else None,
        )

    async def mark_fresh(self, token: str) -> None:
        """This session has just shown a code of the person's second factor."""
        await self._session(token)
        claims = self._claims(token)
        await self._shown(claims["sid"], datetime.fromtimestamp(claims["exp"], UTC))

    async def _shown(self, session_id: str, expires_at: datetime) -> None:
        # Beside the session, not in it: writing the session anew could bring back one that was just revoked.
        await self._tokens.put(f"fresh/{session_id}", {"at": self._clock.now().isoformat()}, expires_at)

    async def sign_out(self, token: str) -> None:
        session_id = self._claims(token)["sid"]
        await self._tokens.drop(f"session/{session_id}")
        await self._tokens.drop(f"fresh/{session_id}")

    async def stands(self, token: str) -> bool:
        """False once the session was revoked or has ended; for long-lived streams."""
        try:
            await self._session(token)
        except NotSignedIn:
            return False
        return True

    async def one_time_link(self, user: User) -> str:
        """A secret that signs `user` in exactly once within half an hour."""
        secret = secrets.token_urlsafe(24)
        value = {"user": user.id, "tenant": user.tenant_id}
        await self._tokens.put(f"link/{_digest(secret)}", value, self._clock.now() + _LINK_LIFE)
        return secret

    async def redeem_link(self, secret: str) -> Session:
        """Raises NotSignedIn where the link was used, is unknown or too old."""
        value = await self._tokens.take(f"link/{_digest(secret)}", self._clock.now())
        if value is None:
            raise NotSignedIn("this sign-in link was already used or has expired; ask for a new one")
        return await self.open_session(
            await self._people.user(TenantId(value["tenant"]), UserId(value["user"]))
        )

    async def _session(self, token: str) -> dict[str, Any]:
        claims = self._claims(token)
        session = await self._tokens.get(f"session/{claims['sid']}", self._clock.now())
        if session is None or session["user"] != claims["sub"]:
            raise NotSignedIn("your session has ended; sign in again")
        return session

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys[header["kid"]]
            if header.get("typ") != _TYPE:
                raise NotSignedIn("this token is not a session; sign in again")
            # The clock may be the sandbox's: expiry is checked against ours, not the machine's.
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                [_ALGORITHM],
                audience=_AUDIENCE,
                options={"verify_exp": False, "verify_iat": False},
            )
        except (jwt.PyJWTError, KeyError) as error:
            raise NotSignedIn("your session is not valid; sign in again") from error
        if claims["exp"] <= self._clock.now().timestamp():
            raise NotSignedIn("your session has ended; sign in again")
        return claims


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"omnify key id" + key).hexdigest()[:16]


def _session_key(key: bytes) -> bytes:
    return hmac.new(key, b"omnify session", hashlib.sha256).digest()
