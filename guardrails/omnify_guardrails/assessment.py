"""Gathers what a verdict rests on, in the order that makes it hold.

The ledger is read first, the platforms after it. Whoever reserves then replaces exactly that ledger, so
no plan can have begun or ended between the two readings. Plans in flight count as if their raises had
happened and their decreases had not: their journals may lag behind the platforms, this cannot.

Why caps hold for parallel approvers: let c be a budget as read here. For an object of another plan in
flight, all its future values are at most max(c, after) if that leg raises, and at most c if it lowers;
objects in flight are disjoint, so the sum over the overlaid picture bounds every future total without
this plan, and the prefixes evaluated on it bound every future total with it. A plan approved later sees
this one in the ledger and bounds both. Edits in a platform's own pages are outside this argument; the
check is made anew when the plan is applied.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from omnify_core.change_sets import ChangeSet, LegRecord, LegStatus, Verdict
from omnify_core.errors import PlatformError
from omnify_core.ids import ChangeSetId, TenantId
from omnify_core.ledger import MoneyLedger
from omnify_guardrails.case import Case, Stage
from omnify_guardrails.evidence import evidence_of, spent_this_month
from omnify_guardrails.exposure import Picture, live_picture, stored_picture
from omnify_guardrails.legs import AnyLeg, Move, in_execution_order, raises
from omnify_guardrails.placing import placed
from omnify_guardrails.policy import judge
from omnify_guardrails.ports import MoneyPorts

UNDO_WINDOW = timedelta(days=7)


class Assessment(NamedTuple):
    """The verdict, and the ledger on which it was made."""

    verdict: Verdict
    ledger: MoneyLedger


async def assess(
    ports: MoneyPorts,
    tenant: TenantId,
    legs: Sequence[AnyLeg],
    *,
    by_agent: bool = False,
    undoes: ChangeSetId | None = None,
    own: ChangeSetId | None = None,
    stage: Stage = Stage.PROPOSAL,
) -> Assessment:
    """Judges `legs` with fresh figures. `own` is the plan itself, where it may hold objects already.

    Raises NotFound without a policy, PlatformError where a raise cannot be set against the caps.
    """
    policy = await ports.policies.get(tenant)
    ledger = await ports.ledger.get(tenant)
    others = {key: holder for key, holder in ledger.in_flight.items() if holder != own}
    picture = await fresh_picture(ports, tenant, legs)
    for leg in await _in_flight(ports, tenant, sorted(set(others.values()))):
        picture = picture.at_most(leg)
    case = Case(
        policy=policy,
        legs=in_execution_order(legs),
        picture=picture,
        now=ports.clock.now(),
        time_zone=(await ports.people.tenant(tenant)).time_zone,
        stage=stage,
        spent=await spent_this_month(ports, tenant, policy),
        evidence=await evidence_of(ports, tenant, policy, legs),
        changes=ledger.changes,
        held=others,
        restored=await _restored(ports, tenant, undoes),
        by_agent=by_agent,
    )
    return Assessment(judge(case), ledger)


async def fresh_picture(ports: MoneyPorts, tenant: TenantId, legs: Sequence[AnyLeg]) -> Picture:
    """Live; a plan that only lowers is not held up by a platform that does not answer."""
    try:
        live = await live_picture(ports.platforms, tenant)
        return live.with_groups(await ports.market.ad_groups(tenant))
    except PlatformError:
        if any(raises(leg) for leg in legs):
            raise
    return await stored_picture(ports.market, tenant)


async def _in_flight(ports: MoneyPorts, tenant: TenantId, ids: Sequence[ChangeSetId]) -> list[AnyLeg]:
    """The legs of other plans that may still be carried out, or just were."""
    dropped = {LegStatus.FAILED, LegStatus.SKIPPED}
    legs: list[AnyLeg] = []
    for id_ in ids:
        change_set = await ports.change_sets.get(tenant, id_)
        legs += [leg for leg, record in journal(change_set) if record.status not in dropped]
    return legs


async def _restored(ports: MoneyPorts, tenant: TenantId, undoes: ChangeSetId | None) -> frozenset[Move]:
    """The exact inverses of a recent change's written legs: levels that were in force before it.

    Read from what was stored, so that nobody can call a new raise an undo.
    """
    if undoes is None:
        return frozenset()
    undone = await ports.change_sets.get(tenant, undoes)
    if undone.updated_at < ports.clock.now() - UNDO_WINDOW:
        return frozenset()
    return frozenset(Move.of(leg).inverse() for leg in written_legs(undone))


def written_legs(change_set: ChangeSet) -> list[AnyLeg]:
    """The legs that were read back and equal."""
    return [leg for leg, record in journal(change_set) if record.status is LegStatus.DONE]


def journal(change_set: ChangeSet) -> list[tuple[AnyLeg, LegRecord]]:
    """Each leg, where it writes by now, with its record; a plan that was never started has empty ones."""
    legs = [placed(change_set, index) for index in range(len(change_set.plan.legs))]
    return list(zip(legs, change_set.records or (LegRecord(),) * len(legs), strict=True))
