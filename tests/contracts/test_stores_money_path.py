"""Change sets, ledger, audit chain, policies and switches, on every backend."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from omnify_core.audit import GENESIS, AuditRow
from omnify_core.campaigns import Platform
from omnify_core.change_sets import ChangeSetStatus
from omnify_core.errors import Conflict, NotFound
from omnify_core.ids import ChangeSetId, EntityId
from omnify_core.ledger import BudgetChange, MoneyLedger
from omnify_core.money import Money
from omnify_core.policy import MoneyPolicy
from omnify_memory.stores import Stores
from tests.builders.stores import NOON, OURS, THEIRS, change_set

APPROVED, PROPOSED, DONE = ChangeSetStatus.APPROVED, ChangeSetStatus.PROPOSED, ChangeSetStatus.DONE
POLICY = MoneyPolicy(
    tenant_id=OURS,
    base_currency="USD",
    daily_cap_total=Money(500_000, "USD"),
    daily_cap_by_platform={Platform.META: Money(1, "USD")},
    max_step_share=Decimal("0.350"),
    never_touch=frozenset({EntityId("meta:1"), EntityId("google:2")}),
)


def audit_row(seq: int, previous: str = GENESIS) -> AuditRow:
    row = AuditRow(
        tenant_id=OURS,
        seq=seq,
        at=NOON,
        actor="u1",
        action="approve",
        subject="cs_1",
        facts={"a.b": {"$x": "é"}, "big": 2**70, "n": None},
        previous=previous,
    )
    return row.sealed()


async def test_a_change_set_comes_back_with_its_hash_intact(stores: Stores) -> None:
    await stores.change_sets.add(change_set())
    found = await stores.change_sets.get(OURS, ChangeSetId("cs_1"))
    assert found == change_set()
    assert found.plan.hash == found.plan_hash


async def test_adding_the_same_change_set_twice_is_a_conflict(stores: Stores) -> None:
    await stores.change_sets.add(change_set())
    with pytest.raises(Conflict):
        await stores.change_sets.add(change_set())


async def test_another_tenants_change_set_answers_like_an_unknown_one(stores: Stores) -> None:
    await stores.change_sets.add(change_set())
    for tenant, name in ((THEIRS, "cs_1"), (OURS, "cs_2")):
        with pytest.raises(NotFound):
            await stores.change_sets.get(tenant, ChangeSetId(name))
    with pytest.raises(Conflict):
        await stores.change_sets.replace(change_set(tenant=THEIRS, status=APPROVED))


async def test_the_first_of_two_decisions_stands(stores: Stores) -> None:
    await stores.change_sets.add(change_set())
    seen = await stores.change_sets.get(OURS, ChangeSetId("cs_1"))
    approved = await stores.change_sets.replace(seen.model_copy(update={"status": APPROVED}))
    assert approved.version == seen.version + 1
    with pytest.raises(Conflict):
        await stores.change_sets.replace(seen.model_copy(update={"status": ChangeSetStatus.REJECTED}))
    assert await stores.change_sets.get(OURS, ChangeSetId("cs_1")) == approved


async def test_one_of_many_racing_approvals_wins(stores: Stores) -> None:
    await stores.change_sets.add(change_set())
    asked = change_set().model_copy(update={"status": APPROVED})
    answers = await asyncio.gather(
        *(stores.change_sets.replace(asked) for _ in range(12)), return_exceptions=True
    )
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 11


async def test_a_tenants_change_sets_come_newest_first(stores: Stores) -> None:
    for minutes, (name, status) in enumerate([("cs_3", DONE), ("cs_1", PROPOSED), ("cs_2", APPROVED)]):
        await stores.change_sets.add(change_set(name, status, minutes=minutes))
    await stores.change_sets.add(change_set("cs_9", tenant=THEIRS))

    async def names(*statuses: ChangeSetStatus, limit: int = 100) -> list[str]:
        return [found.id for found in await stores.change_sets.of_tenant(OURS, statuses, limit=limit)]

    assert await names() == ["cs_2", "cs_1", "cs_3"]
    assert await names(limit=2) == ["cs_2", "cs_1"]
    assert await names(DONE, PROPOSED) == ["cs_1", "cs_3"]
    assert await names(ChangeSetStatus.EXPIRED) == []


async def test_the_workers_queue_spans_tenants_oldest_first(stores: Stores) -> None:
    await stores.change_sets.add(change_set("cs_2", APPROVED, minutes=5))
    await stores.change_sets.add(change_set("cs_1", APPROVED, tenant=THEIRS, minutes=1))
    await stores.change_sets.add(change_set("cs_3", DONE))
    queue = await stores.change_sets.in_status([APPROVED, ChangeSetStatus.APPLYING])
    assert [(found.tenant_id, found.id) for found in queue] == [(THEIRS, "cs_1"), (OURS, "cs_2")]


async def test_a_ledger_starts_empty_and_is_compared_and_set(stores: Stores) -> None:
    empty = await stores.ledger.get(OURS)
    assert empty == MoneyLedger(tenant_id=OURS)
    change = BudgetChange(object_key="meta/a/b.c/$d", at=NOON, before_minor=1, after_minor=2, currency="USD")
    asked = empty.model_copy(update={"in_flight": {"meta/a.b/$c": ChangeSetId("cs_1")}, "changes": (change,)})
    held = await stores.ledger.replace(asked)
    assert held == asked.model_copy(update={"version": 1})
    assert await stores.ledger.get(OURS) == held
    with pytest.raises(Conflict):
        await stores.ledger.replace(empty)
    assert (await stores.ledger.replace(held)).version == 2
    assert await stores.ledger.get(THEIRS) == MoneyLedger(tenant_id=THEIRS)


async def test_a_number_of_the_chain_is_given_once(stores: Stores) -> None:
    first = audit_row(1)
    await stores.audit.append(first)
    with pytest.raises(Conflict):
        await stores.audit.append(audit_row(1, previous="f" * 64))
    assert await stores.audit.head(OURS) == first


async def test_the_chain_reads_in_order_and_its_hashes_still_hold(stores: Stores) -> None:
    assert await stores.audit.head(OURS) is None
    previous = GENESIS
    for seq in range(1, 13):
        row = audit_row(seq, previous)
        await stores.audit.append(row)
        previous = row.hash
    head = await stores.audit.head(OURS)
    assert head is not None
    assert (head.seq, head.hash) == (12, previous)
    rows = await stores.audit.rows(OURS, after=8, limit=3)
    assert [row.seq for row in rows] == [9, 10, 11]
    assert all(row.computed_hash() == row.hash for row in rows)
    assert await stores.audit.rows(THEIRS) == []


async def test_without_a_policy_there_is_none(stores: Stores) -> None:
    await stores.policies.save(POLICY)
    assert await stores.policies.get(OURS) == POLICY
    with pytest.raises(NotFound, match="policy"):
        await stores.policies.get(THEIRS)


async def test_a_saved_policy_replaces_the_one_before(stores: Stores) -> None:
    await stores.policies.save(POLICY)
    stricter = POLICY.model_copy(update={"version": 2, "agent_may_propose": False})
    await stores.policies.save(stricter)
    assert await stores.policies.get(OURS) == stricter


async def test_a_tenants_switch_stops_it_alone_and_the_global_one_everybody(stores: Stores) -> None:
    async def stopped() -> tuple[bool, bool]:
        return await stores.switches.is_stopped(OURS), await stores.switches.is_stopped(THEIRS)

    assert await stopped() == (False, False)
    await stores.switches.set_stopped(OURS, True)
    await stores.switches.set_stopped(OURS, True)
    assert await stopped() == (True, False)
    await stores.switches.set_stopped(None, True)
    await stores.switches.set_stopped(OURS, False)
    assert await stopped() == (True, True)
    await stores.switches.set_stopped(None, False)
    assert await stopped() == (False, False)


async def test_a_policy_follows_exactly_the_version_before_it_and_that_is_kept(stores: Stores) -> None:
    await stores.policies.save(POLICY)
    second = POLICY.model_copy(update={"version": POLICY.version + 1, "agent_may_propose": False})
    await stores.policies.replace(second)
    assert await stores.policies.get(OURS) == second
    assert await stores.policies.history(OURS) == [POLICY]
    with pytest.raises(Conflict):
        await stores.policies.replace(second)
    third = second.model_copy(update={"version": second.version + 1})
    ended = await asyncio.gather(*(stores.policies.replace(third) for _ in range(4)), return_exceptions=True)
    assert sorted(isinstance(one, Conflict) for one in ended) == [False, True, True, True]
    assert [one.version for one in await stores.policies.history(OURS)] == [second.version, POLICY.version]
