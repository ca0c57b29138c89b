"""The SQLite file: schema, sharing, permissions."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from omnify_core.errors import Conflict, NotFound, StoreBusy, Unsupported
from omnify_core.ids import ChangeSetId
from omnify_memory.collections import AUDIT, COLLECTIONS, LEDGERS
from omnify_memory.connections import connect, transact
from omnify_memory.documents import Document, Query
from omnify_memory.migrate import migrate
from omnify_memory.sqlite import open_sqlite
from omnify_memory.stores import stores_on
from tests.builders.stores import OURS, change_set


def modes_in(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


def test_the_schema_holds_what_the_collections_declare() -> None:
    with closing(connect(None)) as db:
        migrate(db)
        for collection in COLLECTIONS:
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({collection.name})")]
            assert columns == ["tenant", "id", "version", "body", *collection.fields]
            indexes = {
                (tuple(row[2] for row in db.execute(f"PRAGMA index_info({name})")), bool(unique))
                for _, name, unique, origin, _ in db.execute(f"PRAGMA index_list({collection.name})")
                if origin == "c"
            }
            declared = {(names, False) for names in collection.indexes}
            assert indexes == declared | {(names, True) for names in collection.unique}


def test_there_is_no_table_that_no_collection_declares() -> None:
    with closing(connect(None)) as db:
        migrate(db)
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert tables == {collection.name for collection in COLLECTIONS}


def test_tables_are_strict_about_types() -> None:
    with closing(connect(None)) as db:
        migrate(db)
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("INSERT INTO ledgers VALUES ('t1', 'ledger', 'not a number', '{}')")


@pytest.mark.parametrize("query", ["metrics_by_tenant_level", "metrics_by_tenant_campaign"])
def test_a_window_of_figures_is_read_from_an_index_in_order(query: str) -> None:
    campaign = "campaign_id = 'c' AND" if "campaign" in query else ""
    with closing(connect(None)) as db:
        migrate(db)
        plan = db.execute(
            f"EXPLAIN QUERY PLAN SELECT body FROM metrics WHERE tenant = 't' AND {campaign} level = 'ad'"
            " AND day >= 'a' AND day <= 'b' ORDER BY day, entity_id"
        ).fetchall()
    assert query in plan[0][3]
    assert len(plan) == 1, "no sorting"


async def test_a_file_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "omnify.db"
    async with open_sqlite(path):
        pass
    with closing(connect(path)) as db:
        db.execute("PRAGMA user_version = 999")
    with pytest.raises(Unsupported, match="999"):
        async with open_sqlite(path):
            pass


async def test_a_failed_migration_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "omnify.db"
    with closing(connect(path)) as db:
        db.execute("CREATE TABLE runs (somebody_elses TEXT)")
    with pytest.raises(sqlite3.OperationalError, match="runs"):
        async with open_sqlite(path):
            pass
    with closing(connect(path)) as db:
        assert db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall() == [("runs",)]


async def test_two_openings_at_once_migrate_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "omnify.db"

    async def write(name: str) -> None:
        async with open_sqlite(path) as documents:
            await stores_on(documents).change_sets.add(change_set(name))

    await asyncio.gather(*(write(f"cs_{number}") for number in range(6)))
    async with open_sqlite(path) as documents:
        assert len(await stores_on(documents).change_sets.of_tenant(OURS)) == 6


async def test_what_one_process_writes_another_reads(tmp_path: Path) -> None:
    path = tmp_path / "omnify.db"
    async with open_sqlite(path) as ours, open_sqlite(path) as theirs:
        with pytest.raises(NotFound):
            await stores_on(theirs).change_sets.get(OURS, ChangeSetId("cs_1"))
        await stores_on(ours).change_sets.add(change_set())
        assert await stores_on(theirs).change_sets.get(OURS, ChangeSetId("cs_1")) == change_set()


async def test_the_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "omnify.db"
    async with open_sqlite(path) as documents:
        await stores_on(documents).switches.set_stopped(None, True)
        assert modes_in(tmp_path) == {"omnify.db": 0o600, "omnify.db-shm": 0o600, "omnify.db-wal": 0o600}


async def test_every_write_waits_for_the_disk(tmp_path: Path) -> None:
    async with open_sqlite(tmp_path / "omnify.db"):
        with closing(connect(tmp_path / "omnify.db")) as db:
            assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert db.execute("PRAGMA synchronous").fetchone() == (2,), "FULL"


def test_a_database_that_stays_locked_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "omnify.db"
    with closing(connect(path)) as holder, closing(connect(path)) as waiting:
        holder.execute("BEGIN IMMEDIATE")
        waiting.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(StoreBusy, match="another process"):
            transact(waiting, lambda db: db.execute("CREATE TABLE x (y TEXT)"))


@pytest.mark.parametrize("path", [None, "omnify.db"])
async def test_a_failed_write_leaves_the_connection_usable(tmp_path: Path, path: str | None) -> None:
    async with open_sqlite(path and tmp_path / path) as documents:
        await documents.insert(LEDGERS, Document("t1", "ledger", 0, "{}"))
        with pytest.raises(Conflict):
            await documents.insert(LEDGERS, Document("t1", "ledger", 0, "{}"))
        await documents.insert(LEDGERS, Document("t2", "ledger", 0, "{}"))


async def test_a_batch_with_one_bad_document_saves_none(tmp_path: Path) -> None:
    async with open_sqlite(tmp_path / "omnify.db") as documents:
        bad = Document("t1", "b", 0, None)  # type: ignore[arg-type]
        with pytest.raises(Conflict):
            await documents.save(LEDGERS, [Document("t1", "a", 0, "{}"), bad])
        assert await documents.find(LEDGERS, Query(tenant="t1")) == []


async def test_audit_rows_are_neither_changed_nor_deleted() -> None:
    async with open_sqlite(None) as documents:
        row = Document("t1", "000000000001", 0, '"first"', {"seq": 1})
        await documents.insert(AUDIT, row)
        with pytest.raises(Conflict, match="never changed"):
            await documents.save(AUDIT, [row._replace(body='"second"')])
        with pytest.raises(Conflict, match="never deleted"):
            await documents.take(AUDIT, "t1", row.id)
        with pytest.raises(Conflict, match="never deleted"):
            await documents.drop(AUDIT, Query(tenant=None))
        assert await documents.get(AUDIT, "t1", row.id) == row._replace(fields={})
