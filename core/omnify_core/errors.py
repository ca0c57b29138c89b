"""The error tree.

OmnifyError
├── BadInput            422  CHANGED       what was given is wrong; say the field and the cure
│   └── MixedCurrencies 422  CHANGED
├── NotSignedIn         401  NEVER
│   └── CodeNeeded      401  CHANGED       the password is right; a code of the second factor is missing
├── WrongCode           403  CHANGED       a code of the second factor does not fit
├── Forbidden           403  NEVER         signed in, but the role does not allow it
│   └── FreshCodeNeeded 403  AFTER_CHECK   the role allows it; show first that it is you
├── NotFound            404  CHANGED       unknown and foreign ids answer the same
├── Conflict            409  AFTER_CHECK   somebody else was first; read again
│   └── AlreadyRunning  409  LATER
├── PolicyDenied        422  CHANGED       the money policy says no, and what would pass
├── LimitReached        429  LATER         a bound of ours: turns, tokens, rate
├── StoreBusy           503  LATER         another process owns an embedded store
├── ModelUnavailable    502  LATER         the language model did not answer
├── Unsupported         422  CHANGED       the platform or backend cannot do this
└── PlatformError       502  NEVER         a platform said no
    ├── TokenExpired       502 LATER       refresh and try once more
    ├── ReconnectNeeded    424 NEVER       consent is gone; a person must reconnect
    ├── PlatformForbidden  403 NEVER
    ├── PlatformRejected   422 CHANGED     validation, with the platform's field
    ├── PlatformNotFound   404 CHANGED
    ├── RateLimited        503 LATER       with the wait in seconds
    ├── PlatformUnavailable 503 LATER      transient; not carried out
    └── OutcomeUnknown     502 AFTER_CHECK a write without an answer; only a read settles it
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class Retry(StrEnum):
    """Whether trying again can help."""

    NEVER = "never"
    LATER = "later"
    CHANGED = "changed"
    AFTER_CHECK = "after_check"


class OmnifyError(Exception):
    """Root of everything we raise. The message says what was wrong and what to do."""

    http_status: ClassVar[int] = 500
    retry: ClassVar[Retry] = Retry.NEVER
    code: ClassVar[str] = "error"

    def __init_subclass__(cls) -> None:
        cls.code = "".join("_" + c.lower() if c.isupper() else c for c in cls.__name__).lstrip("_")


class BadInput(OmnifyError):
    http_status = 422
    retry = Retry.CHANGED


class MixedCurrencies(BadInput):
    pass


class NotSignedIn(OmnifyError):
    http_status = 401


class CodeNeeded(NotSignedIn):
    retry = Retry.CHANGED


class WrongCode(OmnifyError):
    http_status = 403
    retry = Retry.CHANGED


class Forbidden(OmnifyError):
    http_status = 403


class FreshCodeNeeded(Forbidden):
    retry = Retry.AFTER_CHECK


class NotFound(OmnifyError):
    http_status = 404
    retry = Retry.CHANGED


class Conflict(OmnifyError):
    http_status = 409
    retry = Retry.AFTER_CHECK


class AlreadyRunning(Conflict):
    retry = Retry.LATER


class PolicyDenied(OmnifyError):
    http_status = 422
    retry = Retry.CHANGED


class LimitReached(OmnifyError):
    http_status = 429
    retry = Retry.LATER


class StoreBusy(OmnifyError):
    http_status = 503
    retry = Retry.LATER


class ModelUnavailable(OmnifyError):
    http_status = 502
    retry = Retry.LATER


class Unsupported(OmnifyError):
    http_status = 422
    retry = Retry.CHANGED


class PlatformError(OmnifyError):
    """A platform's refusal, in our words. `platform` is its slug; `request_id` theirs."""

    http_status = 502

    def __init__(self, message: str, *, platform: str = "", request_id: str = "") -> None:
        super().__init__(message)
        self.platform = platform
        self.request_id = request_id


class TokenExpired(PlatformError):
    retry = Retry.LATER


class ReconnectNeeded(PlatformError):
    http_status = 424


class PlatformForbidden(PlatformError):
    http_status = 403


class PlatformRejected(PlatformError):
    """`field` is the platform's own name of what it refused, where it said."""

    http_status = 422
    retry = Retry.CHANGED

    def __init__(self, message: str, *, platform: str = "", request_id: str = "", field: str = "") -> None:
        super().__init__(message, platform=platform, request_id=request_id)
        self.field = field


class PlatformNotFound(PlatformError):
    http_status = 404
    retry = Retry.CHANGED


class RateLimited(PlatformError):
    http_status = 503
    retry = Retry.LATER

    def __init__(
        self, message: str, *, platform: str = "", request_id: str = "", wait_s: float | None = None
    ) -> None:
        super().__init__(message, platform=platform, request_id=request_id)
        self.wait_s = wait_s


class PlatformUnavailable(PlatformError):
    """Transient, and proven not carried out where it was a write."""

    http_status = 503
    retry = Retry.LATER


class OutcomeUnknown(PlatformError):
    """A write may have happened. Never send it again; read."""

    retry = Retry.AFTER_CHECK
