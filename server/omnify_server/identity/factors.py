"""Second factors: TOTP (RFC 6238) with recovery codes. Every code works once; failures count."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from omnify_core.clock import Clock
from omnify_core.errors import BadInput, Conflict, LimitReached, NotFound, WrongCode
from omnify_core.factors import Factor
from omnify_core.ids import TenantId, UserId
from omnify_core.people import User
from omnify_core.ports import FactorStore, PeopleStore, TokenStore

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
RECOVERY_CODES = 10
MOST_FAILURES = 5
BACK_OFF = timedelta(minutes=15)
_NONCE = 12
_TRIES = 5


class Enrolment(NamedTuple):
    """Shown once. `uri` is what authenticator apps read from a QR code."""

    secret: str
    uri: str
    recovery_codes: tuple[str, ...]


class SecondFactors:
    """`clock` is the machine's: authenticators know nothing of a simulated market's time."""

    def __init__(
        self,
        factors: FactorStore,
        people: PeopleStore,
        tokens: TokenStore,
        clock: Clock,
        *,
        ring: tuple[bytes, ...],
    ) -> None:
        self._factors = factors
        self._people = people
        self._tokens = tokens
        self._clock = clock
        self._keys = {_key_id(key): _sealing_key(key) for key in ring}
        self._newest = _key_id(ring[0])

    async def is_enabled(self, tenant: TenantId, user_id: UserId) -> bool:
        factor = await self._factors.get(tenant, user_id)
        return factor is not None and factor.enabled

    async def enrol(self, user: User) -> Enrolment:
        """Begins anew until a first code has confirmed it. Raises Conflict where one is in use."""
        known = await self._factors.get(user.tenant_id, user.id)
        if known is not None and known.enabled:
            raise Conflict("a second factor is in use; disable it with a code before setting up another")
        secret = os.urandom(SECRET_BYTES)
        codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
        factor = Factor(
            user_id=user.id,
            tenant_id=user.tenant_id,
            version=known.version if known else 0,
            sealed=self._seal(user.tenant_id, user.id, secret),
            recovery=tuple(_digest(code) for code in codes),
            created_at=self._clock.now(),
        )
        await self._factors.replace(factor)
        text = base64.b32encode(secret).decode()
        label = quote(f"OmniFy:{user.email}")
        return Enrolment(text, f"otpauth://totp/{label}?secret={text}&issuer=OmniFy", codes)

    async def confirm(self, user: User, code: str) -> None:
        """The first right code puts the factor into use. Raises NotFound, WrongCode, LimitReached."""
        await self.check(user, code)
        factor = await self._known(user)
        if not factor.enabled:
            await self._factors.replace(factor.model_copy(update={"enabled": True}))
            await self._people.replace_user(user.model_copy(update={"has_second_factor": True}))

    async def disable(self, user: User, code: str) -> None:
        """Raises NotFound, WrongCode, LimitReached."""
        await self.check(user, code)
        await self._people.replace_user(user.model_copy(update={"has_second_factor": False}))
        await self._factors.drop(user.tenant_id, user.id)

    async def check(self, user: User, code: str) -> None:
        """Uses up a code of the app, or a recovery code. Raises NotFound, WrongCode, LimitReached."""
        counter = f"factor-failed/{user.tenant_id}/{user.id}"
        now = self._clock.now()
        if await self._tokens.get(f"blocked/{counter}", now) is not None:
            raise LimitReached("too many wrong codes; wait 15 minutes and try again")
        for _ in range(_TRIES):
            factor = await self._known(user)
            used = self._used(factor, "".join(code.split()))
            if used is None:
                await self._count_failure(counter)
                raise WrongCode("the code is wrong, too old or was used already; enter the current one")
            try:
                await self._factors.replace(used)
            except Conflict:
                continue  # somebody used a code at the same moment: look again
            await self._tokens.drop(counter)
            return
        raise Conflict("several codes were tried at once; enter the current one again")

    def _used(self, factor: Factor, code: str) -> Factor | None:
        """The factor once this code is used up; None where it does not fit."""
        digest = _digest(code.upper())
        if any(hmac.compare_digest(digest, known) for known in factor.recovery):
            left = tuple(known for known in factor.recovery if known != digest)
            return factor.model_copy(update={"recovery": left})
        sha1 = SHA1()  # noqa: S303 - RFC 6238's default, the only one that every app knows
        totp = TOTP(self._open(factor), DIGITS, sha1, STEP_S)
        now = int(self._clock.now().timestamp()) // STEP_S
        for step in (now - 1, now, now + 1):
            right = totp.generate(step * STEP_S).decode()
            if step > factor.last_step and hmac.compare_digest(right, code):
                return factor.model_copy(update={"last_step": step})
        return None

    async def _count_failure(self, counter: str) -> None:
        now = self._clock.now()
        if await self._tokens.count(counter, now + BACK_OFF, now) >= MOST_FAILURES:
            await self._tokens.put(f"blocked/{counter}", {}, now + BACK_OFF)

    async def _known(self, user: User) -> Factor:
        factor = await self._factors.get(user.tenant_id, user.id)
        if factor is None:
            raise NotFound("no second factor is set up; set one up under Settings first")
        return factor

    def _seal(self, tenant: TenantId, user_id: UserId, secret: bytes) -> str:
        nonce = os.urandom(_NONCE)
        sealed = AESGCM(self._keys[self._newest]).encrypt(nonce, secret, f"{tenant}/{user_id}".encode())
        return f"{self._newest}.{base64.b64encode(nonce + sealed).decode()}"

    def _open(self, factor: Factor) -> bytes:
        key_id, _, text = factor.sealed.partition(".")
        raw = base64.b64decode(text)
        aad = f"{factor.tenant_id}/{factor.user_id}".encode()
        try:
            return AESGCM(self._keys[key_id]).decrypt(raw[:_NONCE], raw[_NONCE:], aad)
        except (KeyError, InvalidTag) as error:
            raise BadInput(
                "the second factor cannot be opened with the keys at hand; restore the key ring"
            ) from error


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(10)).decode()
    return f"{text[:4]}-{text[4:8]}-{text[8:12]}-{text[12:16]}"


def _digest(code: str) -> str:
    return hashlib.sha256(code.replace("-", "").encode()).hexdigest()


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"omnify factor key" + key).hexdigest()[:12]


def _sealing_key(key: bytes) -> bytes:
    return hmac.new(key, b"omnify second factors", hashlib.sha256).digest()
