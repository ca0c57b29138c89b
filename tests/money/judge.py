"""Judges a schedule by what the platforms logged and what was stored, by rules written a second time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from omnify_core.campaigns import Platform, Status
from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegStatus
from omnify_core.ids import ChangeSetId
from omnify_core.ledger import MoneyLedger
from omnify_core.legs import AnyLeg, BudgetLeg, CreationLeg, SpendLeg, object_key
from omnify_core.money import Money
from omnify_core.policy import MoneyPolicy
from omnify_guardrails import ChainReport
from tests.builders.money import PEOPLE, World, Write
from tests.money.chaos import Chaos

Leg = AnyLeg
_IN_FLIGHT = (ChangeSetStatus.APPROVED, ChangeSetStatus.APPLYING, ChangeSetStatus.NEEDS_PERSON)
_ENDS = {
    ChangeSetStatus.DONE,
    ChangeSetStatus.FAILED,
    ChangeSetStatus.REJECTED,
    ChangeSetStatus.EXPIRED,
    ChangeSetStatus.NEEDS_PERSON,
}
_WAYS = {
    ChangeSetStatus.PROPOSED: {ChangeSetStatus.APPROVED, ChangeSetStatus.REJECTED, ChangeSetStatus.EXPIRED},
    ChangeSetStatus.APPROVED: {ChangeSetStatus.APPLYING, ChangeSetStatus.EXPIRED},
    ChangeSetStatus.APPLYING: _ENDS - {ChangeSetStatus.REJECTED},
    ChangeSetStatus.NEEDS_PERSON: {ChangeSetStatus.DONE, ChangeSetStatus.FAILED},
}
_STALE = timedelta(seconds=8)
_CHECKED = timedelta(seconds=60)


class Violation(NamedTuple):
    invariant: str
    what: str


@dataclass(frozen=True)
class Evidence:
    """All that a judgment rests on.

    `policies` are dated by when each came into force; `plans` are the legs as they were when each hash was
    shown; `acknowledged` who was told that his approval stands; `stops` when the kill switch was on.
    """

    chaos: Chaos
    world: World
    policies: list[tuple[datetime, MoneyPolicy]]
    first_budgets: dict[str, Money]
    first_statuses: dict[str, Status]
    plans: dict[str, tuple[Leg, ...]]
    acknowledged: list[ChangeSetId]
    stops: list[tuple[datetime, datetime]]
    last: dict[ChangeSetId, ChangeSet]
    ledger: MoneyLedger
    chain: ChainReport

    def policies_at(self, at: datetime, until: datetime) -> list[MoneyPolicy]:
        """What may have been read for something done then: no check is older than `_CHECKED`."""
        ends = [after for after, _ in self.policies[1:]] + [until + _CHECKED]
        dated = zip(self.policies, ends, strict=True)
        return [policy for (since, policy), end in dated if since <= until and end >= at - _CHECKED]


def violations(evidence: Evidence, *, at_rest: bool = True) -> list[Violation]:
    """While plans are still under way, that one has not ended yet is no violation."""
    rules = _RULES if at_rest else [rule for rule in _RULES if rule is not nothing_is_stuck]
    return [found for rule in rules for found in rule(evidence)]


def every_write_has_its_approval(evidence: Evidence) -> Iterator[Violation]:
    """I1: each call joins to one valid human yes to the hash of the plan that holds exactly this leg."""
    used: dict[tuple[ChangeSetId, Leg], int] = {}
    for request in evidence.chaos.requests:
        yes = [
            change_set
            for change_set in evidence.last.values()
            if change_set.approval is not None
            and change_set.approval.decision == "approved"
            and any(_same(request.leg, leg) for leg in evidence.plans.get(change_set.approval.plan_hash, ()))
            and change_set.approval.at <= request.at < change_set.approval.valid_until
            and not used.get((change_set.id, request.leg))
            and _may_have_approved(evidence, change_set)
        ]
        if yes:
            used[yes[0].id, request.leg] = request.number
        else:
            yield Violation(
                "I1", f"request {request.number} ({_text(request.leg)}) has no approval of its own"
            )


def at_most_one_call(evidence: Evidence) -> Iterator[Violation]:
    """I2: a leg is sent once, and says the truth about whether it was written."""
    effective = {write.request for write in evidence.world.api_writes}
    for change_set in evidence.last.values():
        for leg, record in zip(change_set.plan.legs, change_set.records, strict=False):
            sent = [request for request in evidence.chaos.requests if _same(request.leg, leg)]
            twins = sum(any(_same(leg, one) for one in other.plan.legs) for other in evidence.last.values())
            if len(sent) > twins:
                yield Violation("I2", f"{_text(leg)} of {change_set.id} was sent {len(sent)} times")
            written = any(request.number in effective for request in sent)
            if record.status in (LegStatus.FAILED, LegStatus.SKIPPED) and written and twins == 1:
                yield Violation(
                    "I2", f"{_text(leg)} of {change_set.id} says {record.status}, but was written"
                )
            if record.status is LegStatus.DONE and not sent:
                yield Violation("I2", f"{_text(leg)} of {change_set.id} says done, but was never sent")
            if record.status is LegStatus.DONE and not written and not _set_by_hand(evidence, leg):
                yield Violation("I2", f"{_text(leg)} of {change_set.id} says done, but was never written")


def nothing_is_made_twice(evidence: Evidence) -> Iterator[Violation]:
    """I2: creating is not idempotent, so a second creation of the same thing is one too many."""
    for write in evidence.world.api_writes:
        leg = evidence.chaos.requests[write.request - 1].leg
        if isinstance(leg, CreationLeg) and write.before is not None and write.after is not None:
            yield Violation("I2", f"{_text(leg)} was made although it was there")


def nothing_is_stuck(evidence: Evidence) -> Iterator[Violation]:
    """I2: every acknowledged approval ends; a finished plan holds nothing."""
    for id_ in evidence.acknowledged:
        if evidence.last[id_].status not in _ENDS:
            yield Violation("I2", f"{id_} was approved and is stuck as {evidence.last[id_].status}")
    for id_ in {*evidence.ledger.reserved, *evidence.ledger.in_flight.values()}:
        if evidence.last[id_].status is not ChangeSetStatus.NEEDS_PERSON:
            yield Violation("I2", f"{id_} is {evidence.last[id_].status} and still holds its objects")


def one_way_through_life(evidence: Evidence) -> Iterator[Violation]:
    """I1: statuses follow the drawn ways, so that a decision counts once."""
    before: dict[ChangeSetId, ChangeSet] = {}
    for stored in evidence.chaos.history:
        new, old = stored.change_set, before.get(stored.change_set.id)
        if old is not None and new.status is not old.status and new.status not in _WAYS.get(old.status, ()):
            yield Violation("I1", f"{new.id} went from {old.status} to {new.status}")
        if old is not None and old.approval is not None and new.approval != old.approval:
            yield Violation("I1", f"the decision about {new.id} was replaced")
        before[new.id] = new


def one_change_in_flight(evidence: Evidence) -> Iterator[Violation]:
    """No object belongs to two approved, unfinished plans at any time."""
    flying: dict[str, ChangeSetId] = {}
    for stored in evidence.chaos.history:
        change_set = stored.change_set
        flying = {key: id_ for key, id_ in flying.items() if id_ != change_set.id}
        if change_set.status in _IN_FLIGHT:
            for leg in change_set.plan.legs:
                other = flying.setdefault(object_key(leg), change_set.id)
                if other != change_set.id:
                    yield Violation("one in flight", f"{other} and {change_set.id} on {object_key(leg)}")


def caps_hold(evidence: Evidence) -> Iterator[Violation]:
    """I3: after each of our raises, at that moment, over all platforms and per platform.

    What somebody raised by hand meanwhile may stand above the cap, but not because of us.
    """
    world = World(evidence.world.clock, held={}, budgets=dict(evidence.first_budgets))
    for id_, held in evidence.world.held.items():
        world.held[id_] = type(held)(held.ref, held.name, evidence.first_statuses[id_], held.budget_key)
    by_hand: dict[Platform | None, int] = {}
    for write in evidence.world.log:
        scopes = _scopes(evidence, write)
        totals = {scope: world.daily_total(scope) for scope in scopes}
        if write.field not in ("daily_budget", "status"):
            continue
        if isinstance(write.after, Money):
            world.budgets[world.held[write.entity].budget_key] = write.after
        else:
            world.held[write.entity].status = write.after
        for scope, cap in scopes.items():
            rise = world.daily_total(scope) - totals[scope]
            if write.origin == "ui":
                by_hand[scope] = by_hand.get(scope, 0) + _slack(evidence, write, rise)
            elif rise > 0 and world.daily_total(scope) > cap + by_hand.get(scope, 0):
                over = world.daily_total(scope) - cap
                yield Violation("I3", f"{scope or 'total'} is {over} over its cap after {write}")


def entities_are_spared(evidence: Evidence) -> Iterator[Violation]:
    """I3: the per-entity cap and the never-touch list, shared budgets included."""
    for write in evidence.world.api_writes:
        if write.field not in ("daily_budget", "status"):
            continue
        policies = _policies_of(evidence, write)
        spared = [{evidence.world.held[one].budget_key for one in policy.never_touch} for policy in policies]
        if all(evidence.world.held[write.entity].budget_key in keys for keys in spared):
            yield Violation("I3", f"{write.entity} touches what must never be touched")
        caps = [policy.daily_cap_per_entity for policy in policies]
        raised = isinstance(write.after, Money) and write.after > write.before
        if raised and all(cap is not None and write.after > cap for cap in caps):
            yield Violation("I3", f"{write.entity} went to {write.after} above {caps}")


def nobody_is_overwritten(evidence: Evidence) -> Iterator[Violation]:
    """A write finds what the approver saw, unless somebody edited within a read's age."""
    requests = {request.number: request for request in evidence.chaos.requests}
    hands = [write for write in evidence.world.log if write.origin == "ui"]
    for write in evidence.world.api_writes:
        request = requests[write.request]
        recent = [hand for hand in hands if request.at - _STALE <= hand.at <= write.at]
        if write.before != request.leg.before and not recent:
            yield Violation("precondition", f"{_text(request.leg)} overwrote {write.before}")


def audit_is_complete(evidence: Evidence) -> Iterator[Violation]:
    """I4: the chain holds, and each stored step and each call has its row before it."""
    if not evidence.chain.ok:
        yield Violation("I4", f"the chain is broken at {evidence.chain.first_bad_seq}: {evidence.chain.why}")
    rows = evidence.chaos.rows
    before: dict[ChangeSetId, ChangeSet] = {}
    for stored in evidence.chaos.history:
        new, old = stored.change_set, before.get(stored.change_set.id)
        before[new.id] = new
        told = {(row.action, row.subject) for row in rows[: stored.rows]}
        if (old is None or old.status is not new.status) and (
            f"change_set.{new.status.value}",
            new.id,
        ) not in told:
            yield Violation("I4", f"{new.id} became {new.status} without a row before it")
    for request, count in zip(evidence.chaos.requests, evidence.chaos.request_rows, strict=True):
        owners = {f"{cs.id}/{_place(cs, request.leg)}" for cs in _owners(evidence, request.leg)}
        told = {row.subject for row in rows[:count] if row.action == "leg.sending"}
        if owners and not owners & told:
            yield Violation("I4", f"request {request.number} was sent without a row before it")


def the_switch_stops(evidence: Evidence) -> Iterator[Violation]:
    """Nothing is sent from five seconds after the kill switch until it is off."""
    for request in evidence.chaos.requests:
        for on, off in evidence.stops:
            if on + timedelta(seconds=5) < request.at < off:
                yield Violation("kill switch", f"request {request.number} was sent while all was stopped")


_RULES = (
    every_write_has_its_approval,
    at_most_one_call,
    nothing_is_made_twice,
    nothing_is_stuck,
    one_way_through_life,
    one_change_in_flight,
    caps_hold,
    entities_are_spared,
    nobody_is_overwritten,
    audit_is_complete,
    the_switch_stops,
)


def _may_have_approved(evidence: Evidence, change_set: ChangeSet) -> bool:
    """The judge's own reading of who may say yes to what."""
    assert change_set.approval is not None
    said_at = change_set.approval.at
    person = next((one for one in PEOPLE.values() if one.id == change_set.approval.by), None)
    if person is None or not person.role.may_approve:
        return False
    raised = sum(
        max(leg.after.minor - leg.before.minor, 0)
        if isinstance(leg, BudgetLeg)
        else leg.daily_budget.minor * (leg.after is Status.ENABLED)
        for leg in change_set.plan.legs
        if isinstance(leg, SpendLeg)
    )
    seconds = [policy.second_person_above for policy in evidence.policies_at(said_at, said_at)]
    is_own = person.id in (change_set.proposed_by, change_set.revised_by)
    if is_own and all(second is not None and raised > second.minor for second in seconds):
        return False
    return person.approve_limit is None or raised <= person.approve_limit.minor


def _slack(evidence: Evidence, write: Write, rise: int) -> int:
    """What a hand may push over the cap: what it adds now, and what is on its way to what it enabled."""
    key = evidence.world.held[write.entity].budget_key
    coming = [
        request.leg.after.minor
        for request in evidence.chaos.requests
        if isinstance(request.leg, BudgetLeg) and request.leg.budget_key == key
    ]
    return max(rise, *coming, 0) if write.after is Status.ENABLED else max(rise, 0)


def _policies_of(evidence: Evidence, write: Write) -> list[MoneyPolicy]:
    asked = evidence.chaos.requests[write.request - 1].at if write.request else write.at
    return evidence.policies_at(asked, asked)


def _scopes(evidence: Evidence, write: Write) -> dict[Platform | None, int]:
    """The widest cap that was in force, in minor units; platforms that none of the policies left free."""
    caps = [
        {None: policy.daily_cap_total, **policy.daily_cap_by_platform}
        for policy in _policies_of(evidence, write)
    ]
    shared = set(caps[0]).intersection(*caps)
    return {scope: max(one[scope].minor for one in caps) for scope in shared}


def _owners(evidence: Evidence, leg: Leg) -> list[ChangeSet]:
    return [
        change_set
        for change_set in evidence.last.values()
        if any(_same(leg, one) for one in change_set.plan.legs)
    ]


def _place(change_set: ChangeSet, leg: Leg) -> int:
    return next(place for place, one in enumerate(change_set.plan.legs) if _same(leg, one))


def _same(one: Leg, other: Leg) -> bool:
    """A creation below what its own plan creates is sent with the id that its parent got."""
    if one == other or not (isinstance(one, CreationLeg) and isinstance(other, CreationLeg)):
        return one == other
    return bool(one.within or other.within) and _nameless(one) == _nameless(other)


def _nameless(leg: CreationLeg) -> CreationLeg:
    return leg.model_copy(update={"within": "", "ref": leg.ref.model_copy(update={"native_id": ""})})


def _set_by_hand(evidence: Evidence, leg: Leg) -> bool:
    if not isinstance(leg, SpendLeg):
        return False
    key = evidence.world.held[leg.ref.id].budget_key
    return any(
        write.origin == "ui"
        and write.after == leg.after
        and evidence.world.held[write.entity].budget_key == key
        for write in evidence.world.log
    )


def _text(leg: Leg) -> str:
    return f"{leg.ref.id} {leg.kind} {leg.before} -> {leg.after}"
