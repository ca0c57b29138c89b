"""Verdicts on applied changes: after a day, a week, two weeks, gains and losses alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from omnify_core.campaigns import Level
from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegStatus
from omnify_core.clock import today
from omnify_core.ids import EntityId, TenantId
from omnify_core.results import HORIZONS, EffectVerdict, Result
from omnify_guardrails.assessment import journal, written_legs
from omnify_guardrails.measuring import BEFORE_DAYS, Measured, Window, measured
from omnify_guardrails.ports import MoneyPorts

_APPLIED = (ChangeSetStatus.DONE, ChangeSetStatus.FAILED)
_MOST = 1000


async def judge_due(ports: MoneyPorts, tenant: TenantId) -> list[EffectVerdict]:
    """Judges what has come of age since it was last looked at; stores and returns the new verdicts."""
    applied = list(await ports.change_sets.of_tenant(tenant, _APPLIED, limit=_MOST))
    applied = [one for one in applied if written_legs(one)]
    known = {(one.change_set_id, one.days) for one in await ports.verdicts.of_tenant(tenant)}
    zone = (await ports.people.tenant(tenant)).time_zone
    now = today(ports.clock, zone)
    found: list[EffectVerdict] = []
    for change_set in applied:
        day = applied_on(change_set, zone)
        for days in HORIZONS:
            if (change_set.id, days) not in known and now > day + timedelta(days=days):
                found.append(await _judged(ports, change_set, applied, zone, days))
    for verdict in found:
        await ports.verdicts.save(verdict)
    return found


def applied_on(change_set: ChangeSet, zone: str) -> date:
    """The local day on which the last of its legs was settled."""
    settled = [record.settled_at for _, record in journal(change_set) if record.status is LegStatus.DONE]
    at = max((one for one in settled if one), default=change_set.updated_at)
    return at.astimezone(ZoneInfo(zone)).date()


async def _judged(
    ports: MoneyPorts, change_set: ChangeSet, applied: Sequence[ChangeSet], zone: str, days: int
) -> EffectVerdict:
    day = applied_on(change_set, zone)
    touched = frozenset(leg.ref.id for leg in written_legs(change_set))
    others = [one for one in applied if one.id != change_set.id and _touched(one) & touched]
    earlier = [applied_on(one, zone) for one in others if applied_on(one, zone) < day]
    window = Window(
        before_since=max([day - timedelta(days=BEFORE_DAYS), *(one + timedelta(days=1) for one in earlier)]),
        before_until=day - timedelta(days=1),
        since=day + timedelta(days=1),
        until=day + timedelta(days=days),
    )
    later = [one for one in others if day <= applied_on(one, zone) <= window.until]
    verdict = EffectVerdict(
        tenant_id=change_set.tenant_id,
        change_set_id=change_set.id,
        days=days,
        since=window.since,
        until=window.until,
        judged_at=ports.clock.now(),
        result=Result.INCONCLUSIVE,
        why="",
    )
    if later:
        ids = ", ".join(one.id for one in later)
        return verdict.model_copy(update={"why": f"{ids} changed the same campaigns in this time."})
    return await _measured(ports, change_set, applied, window, verdict)


async def _measured(
    ports: MoneyPorts,
    change_set: ChangeSet,
    applied: Sequence[ChangeSet],
    window: Window,
    verdict: EffectVerdict,
) -> EffectVerdict:
    tenant = change_set.tenant_id
    rates = (await ports.policies.get(tenant)).rates_on(ports.clock.now().date())
    rows = await ports.market.metrics(tenant, Level.CAMPAIGN, window.before_since, window.until)
    if unknown := sorted({row.spend.currency for row in rows if not rates.knows(row.spend.currency)}):
        return verdict.model_copy(update={"why": f"There is no rate of {', '.join(unknown)}."})
    if not any(row.day == window.until for row in rows):
        return verdict.model_copy(update={"why": f"The figures of {window.until} were not imported."})
    touched = _touched(change_set)
    # Who was changed meanwhile is nobody to compare with.
    moved = frozenset().union(*(_touched(one) for one in applied)) - touched
    usable = [row for row in rows if row.entity_id not in moved]
    found = measured(usable, touched, window, rates)
    if found is None:
        return verdict.model_copy(update={"why": "There are too few days before the change to compare with."})
    return verdict.model_copy(
        update={
            "result": _result(found),
            "net": found.net,
            "spend": found.spend,
            "value": found.value,
            "as_forecast": _as_forecast(change_set, found, verdict.days),
            "why": _words(found, verdict.days),
        }
    )


def _touched(change_set: ChangeSet) -> frozenset[EntityId]:
    return frozenset(leg.ref.id for leg in written_legs(change_set))


def _result(found: Measured) -> Result:
    if found.net.low.minor > 0:
        return Result.BETTER
    return Result.WORSE if found.net.high.minor < 0 else Result.INCONCLUSIVE


def _as_forecast(change_set: ChangeSet, found: Measured, days: int) -> bool | None:
    """Whether the value's change lies in the band that was shown, scaled to these days."""
    effect = change_set.effect
    if effect is None or effect.value is None or effect.value.unit != found.value.currency:
        return None
    scale = Decimal(days) / effect.horizon_days
    low, high = Decimal(effect.value.p10) * scale, Decimal(effect.value.p90) * scale
    return low <= found.value.units <= high


def _words(found: Measured, days: int) -> str:
    span = "one day" if days == 1 else f"{days} days"
    return (
        f"Over {span}: value {found.value}, spend {found.spend} against what was to be expected without it; "
        f"net {found.net.mid}, between {found.net.low} and {found.net.high} with nine chances in ten. "
        "Late conversions may still come."
    )
