"""An exported chain ends with its signed head, which later shows what was cut off or rewritten."""

from __future__ import annotations

import json

import pytest

from omnify_core.audit import AuditRow
from omnify_core.clock import FixedClock
from omnify_core.errors import BadInput
from omnify_core.ids import TenantId
from omnify_guardrails import verify_chain
from omnify_guardrails.audit import AuditTrail
from omnify_memory import Stores, open_sqlite, stores_on
from omnify_server.audit_heads import exported_head, signed_export
from omnify_server.keys import Keys
from tests.builders.money import NOON, OURS

OLD, NEW = b"o" * 32, b"n" * 32
KEYS, ROTATED = Keys((OLD,), ""), Keys((NEW, OLD), "")


async def exported(stores: Stores, rows: int) -> str:
    trail = AuditTrail(stores.audit, FixedClock(NOON))
    for number in range(rows):
        await trail.write(OURS, "u1", "change_set.done", subject=f"cs_{number}")
    return "\n".join([line async for line in signed_export(stores.audit, OURS, KEYS)]) + "\n"


async def test_an_export_holds_every_row_and_then_its_signed_head() -> None:
    async with open_sqlite(None) as documents:
        stores = stores_on(documents)
        text = await exported(stores, 3)
        chain = await stores.audit.rows(OURS)
    *rows, last = text.splitlines()
    assert [AuditRow.model_validate(json.loads(row)) for row in rows] == chain
    assert json.loads(last)["head"] == json.loads(exported_head(text, OURS, KEYS).model_dump_json())
    assert exported_head(text, OURS, KEYS).hash == chain[-1].hash


async def test_rows_after_the_head_are_left_to_the_next_export() -> None:
    async with open_sqlite(None) as documents:
        stores = stores_on(documents)
        await exported(stores, 2)
        lines = signed_export(stores.audit, OURS, KEYS)
        first = await anext(lines)
        await AuditTrail(stores.audit, FixedClock(NOON)).write(OURS, "u1", "late", subject="x")
        rest = [line async for line in lines]
    assert len([first, *rest]) == 3
    assert json.loads(rest[-1])["head"]["seq"] == 2


async def test_a_chain_that_was_begun_anew_does_not_hold_against_an_earlier_export() -> None:
    async with open_sqlite(None) as documents, open_sqlite(None) as others:
        head = exported_head(await exported(stores_on(documents), 5), OURS, KEYS)
        shorter = stores_on(others)
        await exported(shorter, 3)
        assert (await verify_chain(stores_on(documents).audit, OURS, exported=head)).ok
        report = await verify_chain(shorter.audit, OURS, exported=head)
    assert (report.ok, report.first_bad_seq) == (False, 4)


async def test_a_head_stays_ours_when_keys_are_rotated_and_is_nobody_elses() -> None:
    async with open_sqlite(None) as documents:
        text = await exported(stores_on(documents), 2)
    assert exported_head(text, OURS, ROTATED).seq == 2
    with pytest.raises(BadInput, match="not signed by this installation's keys"):
        exported_head(text, OURS, Keys((NEW,), ""))
    with pytest.raises(BadInput, match="not signed by this installation's keys, or was changed"):
        exported_head(text.replace('"seq":2', '"seq":1'), OURS, KEYS)
    with pytest.raises(BadInput, match="not of this one"):
        exported_head(text, TenantId("t2"), KEYS)


@pytest.mark.parametrize("text", ["", "{}", "[1]", "no JSON", '{"head": 1}'])
def test_a_file_without_a_head_names_the_cure(text: str) -> None:
    with pytest.raises(BadInput, match="give one that was exported"):
        exported_head(text, OURS, KEYS)
