"""What every backend of documents promises."""

from __future__ import annotations

import asyncio

import pytest

from omnify_core.errors import Conflict
from omnify_memory.collections import CHANGE_SETS, LEDGERS, METRICS, USERS
from omnify_memory.documents import Document, Documents, Query


def ledger(body: str = "{}", *, tenant: str = "t1", version: int = 0) -> Document:
    return Document(tenant, "ledger", version, body)


def figures(number: int, day: str, *, tenant: str = "t1") -> Document:
    fields = {"level": "ad", "day": day, "entity_id": f"meta:{number}", "campaign_id": "meta:1"}
    return Document(tenant, f"{number}/{day}", 0, f'"{number} {day}"', fields)


async def test_a_body_comes_back_byte_for_byte(every_documents: Documents) -> None:
    body = '{"b.c":{"$d":12345678901234567890},"a":"\\u00e9 é 🎯","n":1.10}'
    await every_documents.insert(LEDGERS, ledger(body))
    assert await every_documents.get(LEDGERS, "t1", "ledger") == ledger(body)


async def test_the_same_id_of_two_tenants_is_two_documents(every_documents: Documents) -> None:
    await every_documents.insert(LEDGERS, ledger('"ours"'))
    await every_documents.insert(LEDGERS, ledger('"theirs"', tenant="t2"))
    for nobody in ("t0", "t3", ""):
        assert await every_documents.take(LEDGERS, nobody, "ledger") is None
    assert await every_documents.take(LEDGERS, "t2", "ledger") == ledger('"theirs"', tenant="t2")
    assert await every_documents.get(LEDGERS, "t1", "ledger") == ledger('"ours"')
    assert await every_documents.get(LEDGERS, "t3", "ledger") is None


async def test_a_taken_id_cannot_be_inserted(every_documents: Documents) -> None:
    await every_documents.insert(LEDGERS, ledger('"first"'))
    with pytest.raises(Conflict):
        await every_documents.insert(LEDGERS, ledger('"second"'))
    assert await every_documents.get(LEDGERS, "t1", "ledger") == ledger('"first"')


async def test_a_unique_field_holds_across_tenants(every_documents: Documents) -> None:
    await every_documents.insert(USERS, Document("t1", "u1", 0, "{}", {"email": "dana@example.com"}))
    with pytest.raises(Conflict):
        await every_documents.insert(USERS, Document("t2", "u2", 0, "{}", {"email": "dana@example.com"}))


async def test_replacing_needs_the_version_that_is_stored(every_documents: Documents) -> None:
    await every_documents.insert(LEDGERS, ledger())
    await every_documents.replace(LEDGERS, ledger('"second"', version=1), expected=0)
    for stale in (0, 2):
        with pytest.raises(Conflict):
            await every_documents.replace(LEDGERS, ledger('"lost"', version=9), expected=stale)
    assert await every_documents.get(LEDGERS, "t1", "ledger") == ledger('"second"', version=1)


async def test_what_is_gone_or_foreign_cannot_be_replaced(every_documents: Documents) -> None:
    await every_documents.insert(LEDGERS, ledger())
    with pytest.raises(Conflict):
        await every_documents.replace(LEDGERS, ledger(tenant="t2", version=1), expected=0)
    assert await every_documents.get(LEDGERS, "t2", "ledger") is None


async def test_a_replaced_field_is_found_by_its_new_value_only(every_documents: Documents) -> None:
    def change_set(status: str, version: int) -> Document:
        return Document("t1", "cs_1", version, f'"{status}"', {"status": status, "created_at": "2026"})

    await every_documents.insert(CHANGE_SETS, change_set("proposed", 0))
    await every_documents.replace(CHANGE_SETS, change_set("approved", 1), expected=0)
    assert await every_documents.find(CHANGE_SETS, Query(tenant="t1", equal={"status": "proposed"})) == []
    assert len(await every_documents.find(CHANGE_SETS, Query(tenant="t1", equal={"status": "approved"}))) == 1


async def test_saving_inserts_and_overwrites_at_once(every_documents: Documents) -> None:
    await every_documents.save(METRICS, [figures(1, "2026-01-01"), figures(2, "2026-01-01")])
    again = figures(1, "2026-01-01")._replace(body='"restated"')
    await every_documents.save(METRICS, [again, figures(3, "2026-01-01")])
    found = await every_documents.find(METRICS, Query(tenant="t1"))
    assert [document.body for document in found] == ['"restated"', '"2 2026-01-01"', '"3 2026-01-01"']


async def test_saving_nothing_is_nothing(every_documents: Documents) -> None:
    await every_documents.save(METRICS, [])
    assert await every_documents.find(METRICS, Query(tenant=None)) == []


async def test_one_of_many_takers_gets_it(every_documents: Documents) -> None:
    await every_documents.insert(LEDGERS, ledger('"once"'))
    taken = await asyncio.gather(*(every_documents.take(LEDGERS, "t1", "ledger") for _ in range(12)))
    assert [document for document in taken if document] == [ledger('"once"')]


async def test_all_conditions_of_a_query_hold(every_documents: Documents) -> None:
    days = [f"2026-01-0{day}" for day in range(1, 6)]
    await every_documents.save(METRICS, [figures(number, day) for day in days for number in (1, 2, 3)])
    await every_documents.save(METRICS, [figures(1, "2026-01-03", tenant="t2")])
    query = Query(
        tenant="t1",
        equal={"level": "ad"},
        among={"entity_id": ["meta:1", "meta:3", "meta:9"]},
        at_least={"day": "2026-01-02"},
        at_most={"day": "2026-01-04"},
        order=("-day", "entity_id"),
        limit=4,
    )
    found = [document.id for document in await every_documents.find(METRICS, query)]
    assert found == ["1/2026-01-04", "3/2026-01-04", "1/2026-01-03", "3/2026-01-03"]


async def test_a_query_without_a_tenant_spans_them(every_documents: Documents) -> None:
    await every_documents.save(LEDGERS, [ledger(tenant="t1"), ledger(tenant="t2")])
    found = await every_documents.find(LEDGERS, Query(tenant=None, order=("tenant",)))
    assert [document.tenant for document in found] == ["t1", "t2"]


async def test_a_limit_of_none_at_all_finds_nothing(every_documents: Documents) -> None:
    await every_documents.save(METRICS, [figures(1, "2026-01-01")])
    assert await every_documents.find(METRICS, Query(tenant="t1", limit=0)) == []


async def test_among_nothing_is_nothing(every_documents: Documents) -> None:
    await every_documents.save(METRICS, [figures(1, "2026-01-01")])
    assert await every_documents.find(METRICS, Query(tenant="t1", among={"entity_id": []})) == []


async def test_dropping_removes_what_matches_and_counts_it(every_documents: Documents) -> None:
    await every_documents.save(METRICS, [figures(1, f"2026-01-0{day}") for day in range(1, 6)])
    await every_documents.save(METRICS, [figures(1, "2026-01-01", tenant="t2")])
    assert await every_documents.drop(METRICS, Query(tenant="t1", at_most={"day": "2026-01-03"})) == 3
    left = await every_documents.find(METRICS, Query(tenant=None, order=("tenant", "day")))
    assert [document.id for document in left] == ["1/2026-01-04", "1/2026-01-05", "1/2026-01-01"]
