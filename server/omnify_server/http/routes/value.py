"""What the applied changes brought: verdicts, their sum, and what stands otherwise than we left it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from math import sqrt

from fastapi import APIRouter
from pydantic import BaseModel

from omnify_core.money import Money, total
from omnify_core.results import EffectVerdict, Interval, Result
from omnify_guardrails import visible
from omnify_server.http.access import SignedInActor, WithServices
from omnify_server.views import MoneyView

value = APIRouter(prefix="/api", tags=["value"])


class IntervalView(BaseModel):
    """`low` and `high` hold nine times in ten."""

    low: MoneyView
    mid: MoneyView
    high: MoneyView

    @classmethod
    def of(cls, found: Interval) -> IntervalView:
        return cls(low=MoneyView.of(found.low), mid=MoneyView.of(found.mid), high=MoneyView.of(found.high))


class VerdictView(BaseModel):
    change_set_id: str
    title: str
    days: int
    since: date
    until: date
    judged_at: datetime
    result: Result
    net: IntervalView | None
    spend: MoneyView | None
    value: MoneyView | None
    as_forecast: bool | None
    why: str


class ValueView(BaseModel):
    """Each applied change counts once, by its longest verdict; losses as honestly as gains."""

    gains: MoneyView
    losses: MoneyView
    net: IntervalView
    better: int
    worse: int
    inconclusive: int
    items: list[VerdictView]


class DriftView(BaseModel):
    entity_id: str
    name: str
    field: str
    ours: str
    seen: str
    change_set_id: str
    written_at: datetime
    seen_at: datetime


class ReconciliationView(BaseModel):
    backlog: int
    unknown: int
    oldest_open: datetime | None
    drifts: list[DriftView]


@value.get("/value")
async def value_ledger(actor: SignedInActor, services: WithServices) -> ValueView:
    """What the changes of your company brought so far, net of what they cost."""
    found = await services.stores.verdicts.of_tenant(actor.tenant_id)
    tenant = await services.stores.people.tenant(actor.tenant_id)
    longest = _longest(found)
    nets = [one.net for one in longest if one.net is not None]
    zero = Money.zero(tenant.base_currency)
    counts = Counter(one.result for one in longest)
    titles = {
        one.id: one.title for one in await services.stores.change_sets.of_tenant(actor.tenant_id, limit=1000)
    }
    return ValueView(
        gains=MoneyView.of(total((max(net.mid, zero) for net in nets), zero.currency)),
        losses=MoneyView.of(total((min(net.mid, zero) for net in nets), zero.currency)),
        net=IntervalView.of(_sum(nets, zero.currency)),
        better=counts[Result.BETTER],
        worse=counts[Result.WORSE],
        inconclusive=counts[Result.INCONCLUSIVE],
        items=[_view(one, titles.get(one.change_set_id, "")) for one in found],
    )


@value.get("/approvals/{change_set_id}/verdicts")
async def verdicts_of(change_set_id: str, actor: SignedInActor, services: WithServices) -> list[VerdictView]:
    """What became of one change after a day, a week and two weeks."""
    found = await services.stores.verdicts.of_tenant(actor.tenant_id)
    return [_view(one, "") for one in found if one.change_set_id == change_set_id]


@value.get("/reconciliation")
async def reconciliation(actor: SignedInActor, services: WithServices) -> ReconciliationView:
    """Plans that are not at their end, outcomes that are open, and changes that others made since ours."""
    found = await services.money.reconcile(actor.tenant_id)
    drifts = [one.model_dump() | {"name": visible(one.name)} for one in found.drifts]
    return ReconciliationView(
        backlog=found.backlog,
        unknown=found.unknown,
        oldest_open=found.oldest_open,
        drifts=[DriftView(**one) for one in drifts],
    )


def _longest(found: Sequence[EffectVerdict]) -> list[EffectVerdict]:
    """Per change the longest verdict that could say something, else the longest."""
    best: dict[str, EffectVerdict] = {}
    for one in sorted(found, key=lambda verdict: (verdict.net is not None, verdict.days)):
        best[one.change_set_id] = one
    return list(best.values())


def _sum(nets: Sequence[Interval], currency: str) -> Interval:
    """Of independent estimates: their errors add up as the root of squares."""
    mid = total((net.mid for net in nets), currency)
    half = Money(round(sqrt(sum(((net.high - net.low).minor / 2) ** 2 for net in nets))), currency)
    return Interval(low=mid - half, mid=mid, high=mid + half)


def _view(one: EffectVerdict, title: str) -> VerdictView:
    return VerdictView(
        **one.model_dump(include={"days", "since", "until", "judged_at", "result", "as_forecast", "why"}),
        change_set_id=one.change_set_id,
        title=visible(title),
        net=IntervalView.of(one.net) if one.net else None,
        spend=MoneyView.of(one.spend) if one.spend else None,
        value=MoneyView.of(one.value) if one.value else None,
    )
