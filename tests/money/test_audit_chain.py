"""The audit chain finds every kind of tampering and names the first bad row."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

import pytest

from omnify_core.audit import GENESIS, AuditRow
from omnify_core.clock import FixedClock
from omnify_core.errors import Conflict, StoreBusy
from omnify_core.ids import TenantId
from omnify_guardrails import chain_head, export_lines, verify_chain
from omnify_guardrails.audit import AuditTrail
from omnify_guardrails.signing import HeadSigner, is_signed_by
from omnify_memory import open_sqlite, stores_on
from tests.builders.money import NOON, OURS


class Rows:
    """An audit store as a list that a test may tamper with."""

    def __init__(self, rows: Sequence[AuditRow] = ()) -> None:
        self.kept = list(rows)
        self.races = 0

    async def head(self, tenant: TenantId) -> AuditRow | None:
        return self.kept[-1] if self.kept else None

    async def append(self, row: AuditRow) -> None:
        if self.races:
            self.races -= 1
            await AuditTrail(Rows(self.kept), FixedClock(NOON)).write(OURS, "other", "was.first", subject="x")
            raise Conflict("taken")
        self.kept.append(row)

    async def rows(self, tenant: TenantId, *, after: int = 0, limit: int = 1000) -> list[AuditRow]:
        return [row for row in self.kept if row.seq > after][:limit]


async def a_chain(length: int) -> list[AuditRow]:
    rows = Rows()
    trail = AuditTrail(rows, FixedClock(NOON))
    for number in range(length):
        await trail.write(OURS, "u1", "change_set.done", subject=f"cs_{number}", facts={"n": number})
    return rows.kept


async def test_a_chain_holds_on_the_real_store_over_many_pages() -> None:
    async with open_sqlite(None) as documents:
        audit = stores_on(documents).audit
        trail = AuditTrail(audit, FixedClock(NOON))
        for number in range(30):
            await trail.write(OURS, "u1", "change_set.done", subject=f"cs_{number}")
        report = await verify_chain(audit, OURS)
        head = await audit.head(OURS)
    assert (report.ok, report.rows) == (True, 30)
    assert head is not None
    assert report.head == head.hash


async def test_an_empty_chain_holds() -> None:
    report = await verify_chain(Rows(), OURS)
    assert (report.ok, report.rows, report.head) == (True, 0, GENESIS)


async def test_who_loses_the_race_for_a_number_takes_the_next() -> None:
    rows = Rows(await a_chain(2))
    rows.races = 3
    row = await AuditTrail(rows, FixedClock(NOON)).write(OURS, "u1", "kill_switch.on", subject="t1")
    assert row.seq == len(rows.kept)
    assert (await verify_chain(rows, OURS)).ok


async def test_a_row_that_cannot_be_written_forbids_the_effect() -> None:
    rows = Rows()
    rows.races = 10_000
    with pytest.raises(StoreBusy, match="nothing was done"):
        await AuditTrail(rows, FixedClock(NOON)).write(OURS, "u1", "kill_switch.on", subject="t1")


def tampered(rows: list[AuditRow], rng: random.Random) -> tuple[list[AuditRow], int]:
    """One random forgery, and the number of the first row that is wrong by it."""
    rows = list(rows)
    at = rng.randrange(len(rows) - 1)
    kind = rng.choice(("flip", "flip and reseal", "delete", "swap", "insert", "append", "foreign"))
    if kind == "flip":
        field = rng.choice(("actor", "action", "subject", "previous", "hash"))
        rows[at] = rows[at].model_copy(update={field: getattr(rows[at], field)[:-1] + "!"})
    elif kind == "flip and reseal":
        rows[at] = rows[at].model_copy(update={"facts": {"n": -1}}).sealed()
        at += 1
    elif kind == "delete":
        del rows[at]
    elif kind == "swap":
        rows[at], rows[at + 1] = rows[at + 1], rows[at]
    elif kind == "insert":
        rows.insert(at, rows[at].model_copy(update={"subject": "cs_forged"}).sealed())
        at += 1
    elif kind == "append":
        rows.append(rows[at].model_copy(update={"seq": len(rows) + 1}).sealed())
        at = len(rows) - 1
    else:
        rows[at] = rows[at].model_copy(update={"tenant_id": "t2"}).sealed()
    return rows, at + 1


async def test_every_forgery_is_found_and_the_first_bad_row_is_named() -> None:
    honest = await a_chain(12)
    for seed in range(1000):
        rows, first_bad = tampered(honest, random.Random(seed))
        report = await verify_chain(InOrder(rows), OURS)
        assert not report.ok, seed
        assert report.first_bad_seq == first_bad, (seed, report)
        assert report.why


class InOrder(Rows):
    """Gives rows as they lie, whatever numbers they carry."""

    async def rows(self, tenant: TenantId, *, after: int = 0, limit: int = 1000) -> list[AuditRow]:
        return self.kept if after == 0 else []


async def test_an_end_that_was_cut_off_is_found_by_the_exported_head() -> None:
    rows = Rows(await a_chain(12))
    head = await chain_head(rows, OURS)
    rows.kept = rows.kept[:7]
    assert (await verify_chain(rows, OURS)).ok
    report = await verify_chain(rows, OURS, exported=head)
    assert (report.ok, report.first_bad_seq) == (False, 8)


async def test_a_chain_written_anew_is_found_by_the_exported_head() -> None:
    head = await chain_head(Rows(await a_chain(5)), OURS)
    other = Rows()
    for number in range(9):
        await AuditTrail(other, FixedClock(NOON)).write(OURS, "u2", "change_set.done", subject=f"cs_{number}")
    report = await verify_chain(other, OURS, exported=head)
    assert (report.ok, report.first_bad_seq) == (False, 5)


async def test_the_export_holds_every_row_as_canonical_json() -> None:
    chain = await a_chain(3)
    lines = [line async for line in export_lines(Rows(chain), OURS)]
    assert [AuditRow.model_validate(json.loads(line)) for line in lines] == chain


async def test_a_signed_head_shows_who_exported_it() -> None:
    signer = HeadSigner.from_seed(b"s" * 32)
    signed = signer.sign(await chain_head(Rows(await a_chain(3)), OURS))
    assert is_signed_by(signed, signer.public_key)
    forged = signed.model_copy(update={"head": signed.head.model_copy(update={"seq": 2})})
    assert not is_signed_by(forged, signer.public_key)
    assert not is_signed_by(signed, HeadSigner.from_seed(b"t" * 32).public_key)
