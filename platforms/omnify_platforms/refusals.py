"""Refusals: what platforms answer when they say no, in one vocabulary.

Each adapter keeps one table from its platform's codes to these kinds. A platform's own words are
data: shortened, stripped of control characters, quoted, and never acted upon.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never

from omnify_core.campaigns import Platform
from omnify_core.errors import (
    OutcomeUnknown,
    PlatformError,
    PlatformForbidden,
    PlatformNotFound,
    PlatformRejected,
    PlatformUnavailable,
    RateLimited,
    ReconnectNeeded,
    TokenExpired,
)

_LONGEST_QUOTE = 240


class Kind(StrEnum):
    EXPIRED = "expired"  # a fresh access token helps
    RECONNECT = "reconnect"  # only a person can sign in again
    PERMISSION = "permission"
    VALIDATION = "validation"
    NOT_FOUND = "not_found"
    RATE = "rate"
    POLICY = "policy"  # the platform's advertising policies
    OUTDATED = "outdated"  # the API version that we speak has been retired
    BUSY = "busy"  # proven not carried out; trying again helps
    TRANSIENT = "transient"  # the platform failed; a write may have happened


@dataclass(frozen=True, slots=True)
class Answer:
    """A platform's reply: `body` is its JSON, None where it was none."""

    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A no. `whole_connection`: a limit that binds all accounts, not only the one called."""

    kind: Kind
    code: str
    text: str = ""
    field: str = ""
    request_id: str = ""
    wait_s: float | None = None
    whole_connection: bool = False

    def error(self, platform: Platform, *, writes: bool) -> PlatformError:
        """The error of our tree, its message saying what was wrong and what to do."""
        name, rid = platform.value, identifier(self.request_id)
        says = f"{platform.label} {self._sentence(writes=writes)}"
        match self.kind:
            case Kind.EXPIRED:
                return TokenExpired(says, platform=name, request_id=rid)
            case Kind.RECONNECT:
                return ReconnectNeeded(says, platform=name, request_id=rid)
            case Kind.PERMISSION:
                return PlatformForbidden(says, platform=name, request_id=rid)
            case Kind.VALIDATION | Kind.POLICY:
                return PlatformRejected(says, platform=name, request_id=rid, field=self.field)
            case Kind.OUTDATED:
                return PlatformError(says, platform=name, request_id=rid)
            case Kind.NOT_FOUND:
                return PlatformNotFound(says, platform=name, request_id=rid)
            case Kind.RATE:
                return RateLimited(says, platform=name, request_id=rid, wait_s=self.wait_s)
            case Kind.BUSY:
                return PlatformUnavailable(says, platform=name, request_id=rid)
            case Kind.TRANSIENT:
                unsettled = OutcomeUnknown if writes else PlatformUnavailable
                return unsettled(says, platform=name, request_id=rid)
            case never:
                assert_never(never)

    def _sentence(self, *, writes: bool) -> str:
        what, cure = _WORDS[self.kind]
        if self.kind is Kind.TRANSIENT and writes:
            what, cure = "failed during the change", UNSETTLED
        if self.kind is Kind.RATE and self.wait_s is not None:
            cure = f"Try again in {round(self.wait_s)} s"
        field = f" (field {quoted(self.field)})" if self.field else ""
        text = f": {quoted(self.text)}" if self.text else ""
        request = f" [request {identifier(self.request_id)}]" if self.request_id else ""
        return f"{what}{field}{text} ({identifier(self.code)}). {cure}{request}"


UNSETTLED = "Whether it was carried out is not known: read the object, never send it again"

_WORDS = {
    Kind.EXPIRED: ("no longer accepts the access token", "It is renewed with the next call; try again"),
    Kind.RECONNECT: ("has ended the sign-in", "A person must connect it again under Integrations"),
    Kind.PERMISSION: (
        "does not permit this",
        "Ask the account's owner for access, or connect a user who has it",
    ),
    Kind.VALIDATION: ("refused a value", "Change it and propose again"),
    Kind.NOT_FOUND: ("knows no such object", "Sync the account and use an id that it lists"),
    Kind.RATE: ("asks for fewer calls", "Try again in a few minutes"),
    Kind.POLICY: ("refused it under its policies", "Change what it names; the same again is refused again"),
    Kind.OUTDATED: ("no longer answers the API version that we speak", "Update OmniFy to a newer release"),
    Kind.BUSY: ("is busy with this object; nothing was written", "Try again in a moment"),
    Kind.TRANSIENT: ("could not answer", "Nothing was changed; try again later"),
}


def quoted(text: str) -> str:
    """Foreign text on one line, shortened, without control or direction-changing characters."""
    plain = "".join(" " if unicodedata.category(char).startswith(("C", "Z")) else char for char in text)
    line = " ".join(plain.split())
    return repr(line if len(line) <= _LONGEST_QUOTE else line[:_LONGEST_QUOTE] + "…")


def identifier(text: str) -> str:
    """A foreign code or request id, reduced to what such ids are made of."""
    return re.sub(r"[^\w.:/-]", "", text)[:80]


def kind_of_status(status: int) -> Kind:
    """Where the platform gave no code of its own: judged by HTTP alone."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return Kind.VALIDATION if 400 <= status < 500 else Kind.TRANSIENT


_BY_STATUS = {
    401: Kind.EXPIRED,
    403: Kind.PERMISSION,
    404: Kind.NOT_FOUND,
    408: Kind.TRANSIENT,
    429: Kind.RATE,
}
