"""What somebody wants changed, before anything was read: an entity and its new value.

All but budgets and statuses are wanted as the leg itself, whose `before` is then read.
"""

from __future__ import annotations

from omnify_core.campaigns import Frozen, Status
from omnify_core.ids import EntityId
from omnify_core.legs import FieldLeg
from omnify_core.money import Money


class WantedBudget(Frozen):
    """A new daily budget, in the account's own currency."""

    entity_id: EntityId
    amount: Money


class WantedStatus(Frozen):
    """Pause, enable or remove."""

    entity_id: EntityId
    status: Status


Wanted = WantedBudget | WantedStatus | FieldLeg
