"""What somebody wants changed, before anything was read: an entity and its new value."""

from __future__ import annotations

from omnify_core.campaigns import Frozen, Status
from omnify_core.ids import EntityId
from omnify_core.money import Money


class WantedBudget(Frozen):
    """A new daily budget, in the account's own currency."""

    entity_id: EntityId
    amount: Money


class WantedStatus(Frozen):
    """Pause or enable; removing is never offered."""

    entity_id: EntityId
    status: Status


Wanted = WantedBudget | WantedStatus
