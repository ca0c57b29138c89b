"""The money ledger: what approved, unfinished plans of a tenant hold, in one compare-and-set document."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from omnify_core.campaigns import Frozen
from omnify_core.ids import ChangeSetId, TenantId


class BudgetChange(Frozen):
    """An applied change of one budget object, kept for the rolling windows of the policy."""

    object_key: str
    at: datetime
    before_minor: int
    after_minor: int
    currency: str


class MoneyLedger(Frozen):
    """`in_flight` maps an object key to the change set that owns it; `reserved` maps a change set to
    the daily minor units (base currency) it may still add; `changes` are the last seven days' writes.
    """

    tenant_id: TenantId
    version: int = 0
    in_flight: dict[str, ChangeSetId] = Field(default_factory=dict)
    reserved: dict[ChangeSetId, int] = Field(default_factory=dict)
    changes: tuple[BudgetChange, ...] = ()
