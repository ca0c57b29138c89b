"""A change set's way from status to status: audit row, compare-and-set, giving back, then the news."""

from __future__ import annotations

from typing import Any

from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import Conflict
from omnify_guardrails.holds import release
from omnify_guardrails.ports import MoneyPorts

SYSTEM = "system"


async def moved(
    ports: MoneyPorts, change_set: ChangeSet, status: ChangeSetStatus, *, actor: str, **update: Any
) -> ChangeSet:
    """Raises Conflict where somebody else was first; the row then stands for an attempt.

    Who hears of an end finds its objects free: an undo may follow at once.
    """
    await ports.trail.write(
        change_set.tenant_id,
        actor,
        f"change_set.{status.value}",
        subject=change_set.id,
        facts=_facts(change_set, update),
    )
    following = change_set.model_copy(update={"status": status, "updated_at": ports.clock.now(), **update})
    stored = await ports.change_sets.replace(following)
    if stored.status.is_final:
        await release(ports, stored)
    return await ports.announce(stored)


async def expire(ports: MoneyPorts, change_set: ChangeSet) -> bool:
    """Ends a plan whose time ran out before anything was sent; False where somebody else was first."""
    words = "Nobody decided in time." if change_set.approval is None else "Approved, but not applied in time."
    try:
        await moved(
            ports,
            change_set,
            ChangeSetStatus.EXPIRED,
            actor=SYSTEM,
            lease=None,
            outcome=f"{words} Nothing was changed.",
        )
    except Conflict:
        return False
    return True


def _facts(change_set: ChangeSet, update: dict[str, Any]) -> dict[str, Any]:
    """What the row must hold by itself: hash, version, and what the decision or outcome was."""
    facts: dict[str, Any] = {"plan_hash": change_set.plan_hash, "version": change_set.version}
    if approval := update.get("approval"):
        facts["approval"] = approval.model_dump(mode="json")
    if outcome := update.get("outcome"):
        facts["outcome"] = outcome
    return facts
