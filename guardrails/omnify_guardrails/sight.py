"""What a platform shows of a leg's object, and whether that is what stood before or what was wanted."""

from __future__ import annotations

from typing import cast

from omnify_core.campaigns import EntityState, Status
from omnify_core.errors import PlatformNotFound
from omnify_core.legs import AnyLeg, BudgetLeg, SpendLeg, StatusLeg, Value
from omnify_core.platform_ports import AdPlatform, Look, Writer
from omnify_guardrails.legs import raises
from omnify_guardrails.wording import noted_text

Sight = EntityState | Look
"""Budgets and statuses are read as a whole, for what stands behind them; all else by the leg."""


async def see(adapter: Writer, leg: AnyLeg) -> Sight:
    """Fresh from the platform. Raises PlatformError, Unsupported.

    What is to be removed may be gone without a trace, as LinkedIn's drafts are: that is seen as removed.
    """
    if not isinstance(leg, SpendLeg):
        return await adapter.look(leg)
    try:
        return await cast("AdPlatform", adapter).read(leg.ref)  # only ad platforms have budgets
    except PlatformNotFound:
        if isinstance(leg, StatusLeg) and leg.after is Status.REMOVED:
            return Look(Status.REMOVED)
        raise


def seen_text(leg: AnyLeg, sight: Sight) -> str:
    """The leg's field as the platform shows it."""
    if isinstance(sight, Look) and not sight.can_tell:
        return "nothing that could be read"
    seen = _seen(leg, sight)
    return "no daily budget" if seen is None and isinstance(leg, BudgetLeg) else noted_text(seen)


def shows_before(leg: AnyLeg, sight: Sight) -> bool:
    """Whether the platform still holds what the approver saw, what the leg is worth included."""
    if isinstance(sight, Look):
        return sight.value == leg.before or not sight.can_tell
    if isinstance(leg, BudgetLeg):
        return sight.daily_budget == leg.before and sight.budget_key == leg.budget_key
    assert isinstance(leg, SpendLeg), "only budgets and statuses are read as a whole"
    same_stake = sight.daily_budget is None or sight.daily_budget == leg.daily_budget
    return sight.status == leg.before and (same_stake or not raises(leg))


def shows_after(leg: AnyLeg, sight: Sight) -> bool | None:
    """None where no read can tell."""
    if isinstance(sight, Look):
        return sight.value == leg.after if sight.can_tell else None
    if isinstance(leg, BudgetLeg):
        return sight.daily_budget == leg.after and sight.budget_key == leg.budget_key
    return sight.status == leg.after


def created_id(leg: AnyLeg, sight: Sight) -> str:
    """Where a created thing was found; '' for everything else."""
    return sight.native_id if isinstance(sight, Look) and leg.before is None else ""


def _seen(leg: AnyLeg, sight: Sight) -> Value | Status | None:
    if isinstance(sight, Look):
        return sight.value
    return sight.daily_budget if isinstance(leg, BudgetLeg) else sight.status
