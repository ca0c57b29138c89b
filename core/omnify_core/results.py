"""What became of an applied change: the verdicts of later days, and what they add up to."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from omnify_core.campaigns import Frozen
from omnify_core.ids import ChangeSetId, EntityId, TenantId
from omnify_core.money import Money

HORIZONS = (1, 7, 14)
"""Days after applying on which a change is judged."""


class Result(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    INCONCLUSIVE = "inconclusive"


class Interval(Frozen):
    """An amount over the whole window: the estimate, and the bounds that hold nine times in ten."""

    low: Money
    mid: Money
    high: Money


class EffectVerdict(Frozen):
    """A change against what these campaigns would have done without it, over `since` to `until`.

    `net` is the change of value less the change of spend; None where nothing can be said. `as_forecast`:
    whether the value came out within the band that was shown before the approval.
    """

    tenant_id: TenantId
    change_set_id: ChangeSetId
    days: int
    since: date
    until: date
    judged_at: datetime
    result: Result
    net: Interval | None = None
    spend: Money | None = None
    value: Money | None = None
    as_forecast: bool | None = None
    why: str


class Drift(Frozen):
    """Something stands otherwise than we last left it: somebody changed it elsewhere."""

    entity_id: EntityId
    name: str
    field: str
    ours: str
    seen: str
    change_set_id: ChangeSetId
    written_at: datetime
    seen_at: datetime
