"""A tenant's money policy, as data."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from omnify_core.campaigns import Frozen, Platform
from omnify_core.ids import EntityId, TenantId
from omnify_core.money import Money


class MoneyPolicy(Frozen):
    """Caps are caps on budgets: platforms may spend more on a day (Google 2x, Meta 1.25x).

    `max_step_share` bounds one change of one budget (0.5 = half up or down); `max_day_share` the
    sum of a budget's increases within 24 hours, against its level before them.
    """

    tenant_id: TenantId
    version: int = 1
    base_currency: str
    daily_cap_total: Money
    daily_cap_by_platform: dict[Platform, Money] = Field(default_factory=dict)
    daily_cap_per_entity: Money | None = None
    max_step_share: Decimal = Decimal("0.50")
    max_day_share: Decimal = Decimal("1.00")
    second_person_above: Money | None = None
    short_expiry_above: Money | None = None
    never_touch: frozenset[EntityId] = frozenset()
    agent_may_propose: bool = True
