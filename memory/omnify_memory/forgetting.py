"""What a forgotten person leaves in finished plans: their hash, and nothing that could be read."""

from __future__ import annotations

from omnify_core.business import person_of
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.legs import AnyLeg, ContactLeg
from omnify_core.specs import ContactSpec


def people_in(change_set: ChangeSet) -> set[str]:
    """The hashes of those whose addresses the plan holds."""
    specs = (spec for leg in change_set.plan.legs for spec in _specs(leg))
    return {person_of(spec.email) for spec in specs if not spec.email.endswith(_NOWHERE)}


def may_be_blanked(status: ChangeSetStatus) -> bool:
    """A plan that waits can no longer be approved then: its hash fits no more. One under way needs it."""
    return status.is_final or status is ChangeSetStatus.PROPOSED


def without(change_set: ChangeSet, gone: set[str]) -> ChangeSet:
    """The plan's stored hash stays: it says what was approved, though that can no longer be read."""
    legs = tuple(_blank(leg, gone) for leg in change_set.plan.legs)
    return change_set.model_copy(update={"plan": change_set.plan.model_copy(update={"legs": legs})})


_NOWHERE = "@forgotten.invalid"


def _blank(leg: AnyLeg, gone: set[str]) -> AnyLeg:
    if not isinstance(leg, ContactLeg):
        return leg
    sides = {"before": _blanked(leg.before, gone), "after": _blanked(leg.after, gone)}
    return leg.model_copy(update={"name": "A forgotten contact", **sides}) if _touches(leg, gone) else leg


def _touches(leg: ContactLeg, gone: set[str]) -> bool:
    return any(person_of(spec.email) in gone for spec in _specs(leg))


def _blanked(spec: ContactSpec | None, gone: set[str]) -> ContactSpec | None:
    if spec is None or person_of(spec.email) not in gone:
        return spec
    return ContactSpec(email=f"{person_of(spec.email)}{_NOWHERE}")


def _specs(leg: AnyLeg) -> list[ContactSpec]:
    return [one for one in (leg.before, leg.after) if one is not None] if isinstance(leg, ContactLeg) else []
