"""How a person wants to be talked to: what they said, and whether their questions may be looked at for it.

Nothing here is a trait of character, and none is inferred: tests of personality from text are no better
than chance outside the laboratory.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from omnify_core.campaigns import Frozen
from omnify_core.errors import BadInput
from omnify_core.ids import TenantId, UserId


class Aspect(StrEnum):
    LENGTH = "length"
    TONE = "tone"
    FIGURES = "figures"
    REASONS = "reasons"
    DECISIONS = "decisions"
    CONTACT = "contact"


CHOICES: dict[Aspect, tuple[str, ...]] = {
    Aspect.LENGTH: ("brief", "balanced", "detailed"),
    Aspect.TONE: ("plain", "formal", "friendly"),
    Aspect.FIGURES: ("in words", "as a table", "as a chart"),
    Aspect.REASONS: ("on request", "always"),
    Aspect.DECISIONS: ("one recommendation", "options to choose from"),
    Aspect.CONTACT: ("only when needed", "weekly", "daily"),
}
"""What may be preferred; the first is how it is without a word."""


class Stated(Frozen):
    """One wish in force. `origin`: where it was said."""

    aspect: Aspect
    value: str
    at: datetime
    origin: str


class Preferences(Frozen):
    """One person's. `observed_since`: when they agreed that their own questions are counted; None: not.

    `version` is for compare-and-set.
    """

    tenant_id: TenantId
    user_id: UserId
    version: int = 0
    stated: tuple[Stated, ...] = ()
    observed_since: datetime | None = None

    def with_wish(self, wish: Stated) -> Preferences:
        """In place of an earlier one of the same aspect. Raises BadInput."""
        known = CHOICES[wish.aspect]
        if wish.value not in known:
            raise BadInput(f"{wish.aspect.value} must be one of {', '.join(known)}, not {wish.value!r}")
        return self.without(wish.aspect).model_copy(
            update={"stated": (*self.without(wish.aspect).stated, wish)}
        )

    def without(self, aspect: Aspect) -> Preferences:
        kept = tuple(one for one in self.stated if one.aspect is not aspect)
        return self.model_copy(update={"stated": kept})


class PreferenceStore(Protocol):
    """How each person wants to be talked to; every write is a compare-and-set on `version`."""

    async def get(self, tenant: TenantId, user_id: UserId) -> Preferences | None: ...
    async def replace(self, preferences: Preferences) -> None:
        """Stores it if the stored version equals `preferences.version` (0: none yet). Raises Conflict."""
        ...

    async def drop(self, tenant: TenantId, user_id: UserId) -> None: ...


def aspect_named(name: str) -> Aspect:
    """Raises BadInput."""
    try:
        return Aspect(name.strip().lower())
    except ValueError as error:
        known = ", ".join(one.value for one in Aspect)
        raise BadInput(f"aspect {name!r} is not known; use one of {known}") from error
