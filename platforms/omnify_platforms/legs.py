"""Which legs an adapter carries out; the others say so before anything is sent."""

from __future__ import annotations

from omnify_core.campaigns import Platform
from omnify_core.errors import Unsupported
from omnify_core.legs import AnyLeg, SpendLeg


def not_offered(platform: Platform, leg: AnyLeg) -> Unsupported:
    return Unsupported(f"{platform.label} cannot carry out a change of the kind {leg.kind!r} from here")


def spending(platform: Platform, leg: AnyLeg) -> SpendLeg:
    """Raises Unsupported where the leg sets neither budget nor status."""
    if not isinstance(leg, SpendLeg):
        raise not_offered(platform, leg)
    return leg
