"""How much of the account's delivery a plan switches off, said before anybody approves it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from omnify_core.campaigns import DailyMetrics
from omnify_core.policy import Operation
from omnify_guardrails.legs import AnyLeg, operation_of

RECENT_DAYS = 14


def delivery_notes(rows: Sequence[DailyMetrics], legs: Sequence[AnyLeg], as_of: date) -> tuple[str, ...]:
    """One sentence over all pauses of the plan together; none where it pauses nothing."""
    paused = {leg.ref.id for leg in legs if operation_of(leg) is Operation.PAUSE}
    if not paused:
        return ()
    recent = [row for row in rows if row.day > as_of - timedelta(days=RECENT_DAYS)]
    gone = [row for row in recent if row.entity_id in paused]
    what = "This pause removes" if len(paused) == 1 else f"These {len(paused)} pauses remove"
    if len({row.spend.currency for row in recent}) != 1:
        return (f"{what} an unknown share of delivery: there are no figures, or they mix currencies.",)
    removed, whole = _sums(gone), _sums(recent)
    spend, conversions, value = (share_text(part, of) for part, of in zip(removed, whole, strict=True))
    shares = f"{spend} of spend, {conversions} of conversions and {value} of value"
    return (f"{what} {shares} of the last {RECENT_DAYS} days.",)


def _sums(rows: Sequence[DailyMetrics]) -> tuple[float, float, float]:
    return (
        sum(row.spend.minor for row in rows),
        sum(row.conversions for row in rows),
        sum(row.revenue.minor for row in rows),
    )


def share_text(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else "none"
