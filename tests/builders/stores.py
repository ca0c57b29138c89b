"""Store backends to run a contract on, and stored things with as little as a test needs to say."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from omnify_core.campaigns import Campaign, DailyMetrics, EntityRef, Level, Platform, Status
from omnify_core.change_sets import ChangeSet, ChangeSetStatus, Verdict
from omnify_core.conversations import RunRecord, RunStatus, Thread
from omnify_core.ids import ChangeSetId, EntityId, RunId, TenantId, ThreadId, UserId
from omnify_core.money import Money
from omnify_core.people import Role, User
from omnify_memory.collections import COLLECTIONS
from omnify_memory.documents import Documents, Query
from omnify_memory.mongo import MongoDocuments
from omnify_memory.servers import open_mongo
from omnify_memory.sqlite import open_sqlite
from tests.builders.plans import budget_leg, plan

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
OURS, THEIRS = TenantId("t1"), TenantId("t2")
USER = UserId("u1")
TRUE_MONGO_URL = os.environ.get("OMNIFY_TEST_MONGO_URL", "")

Backend = Callable[[Path, Callable[[], str]], AbstractAsyncContextManager[Documents]]


def backends() -> dict[str, Backend]:
    """Each opens empty documents, given a folder and a way to reach the MongoDB wire server."""
    always: dict[str, Backend] = {
        "sqlite-memory": lambda folder, wire: open_sqlite(None),
        "sqlite-file": lambda folder, wire: open_sqlite(folder / "omnify.db"),
        "mongo-wire-motor": lambda folder, wire: _emptied(open_mongo(wire(), "contract")),
        "mongo-wire-pymongo": lambda folder, wire: _emptied(open_with_pymongo(wire(), "contract")),
    }
    if TRUE_MONGO_URL:
        always["mongo-server"] = lambda folder, wire: _emptied(open_mongo(TRUE_MONGO_URL, "omnify_contract"))
    return always


@asynccontextmanager
async def open_with_pymongo(url: str, database: str) -> AsyncIterator[Documents]:
    """The driver that succeeds motor, behind the same documents."""
    from pymongo import AsyncMongoClient

    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(url)
    documents = MongoDocuments(client[database])
    await documents.create_indexes()
    yield documents
    await client.close()


@asynccontextmanager
async def _emptied(opening: AbstractAsyncContextManager[Documents]) -> AsyncIterator[Documents]:
    async with opening as documents:
        for collection in COLLECTIONS:
            await documents.drop(collection, Query(tenant=None))
        yield documents


@contextmanager
def mongo_wire_server(folder: Path) -> Iterator[str]:
    """The URL of a server that speaks MongoDB's protocol over SQLite; it is not a mongod."""
    program = Path(sys.executable).parent / "nx-27017"
    port = free_port()
    files = [f"--{name}={folder / name}" for name in ("data-dir", "log-file", "pid-file")]
    with serving([str(program), *files, "-p", str(port)], port):
        yield f"mongodb://127.0.0.1:{port}"


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """The URL of a real Redis that keeps nothing."""
    program = shutil.which("redis-server")
    assert program, "look for the program first"
    port = free_port()
    quiet = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    with serving([program, "--port", str(port), *quiet], port):
        yield f"redis://127.0.0.1:{port}"


@contextmanager
def serving(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert process.poll() is None, f"{process.args!r} ended at once"
            assert time.monotonic() < give_up_at, f"{process.args!r} does not listen"
            time.sleep(0.02)
        else:
            return


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def campaign(native_id: str = "1201", platform: Platform = Platform.META, **changes: Any) -> Campaign:
    ref = EntityRef(platform=platform, account_id="act_1", level=Level.CAMPAIGN, native_id=native_id)
    told: dict[str, Any] = {
        "name": "Spring search",
        "status": Status.ENABLED,
        "daily_budget": Money(12_000, "USD"),
        "budget_key": f"campaign/{native_id}",
        "currency": "USD",
        "read_at": NOON,
    }
    return Campaign(ref=ref, **(told | changes))


def day_of_figures(
    day: date, entity: str = "meta:1201", *, campaign: str = "", level: Level = Level.CAMPAIGN, **changes: Any
) -> DailyMetrics:
    told: dict[str, Any] = {
        "impressions": 1000,
        "clicks": 31,
        "spend": Money(11_950, "USD"),
        "conversions": 2.25,
        "revenue": Money(40_001, "USD"),
    }
    return DailyMetrics(
        entity_id=EntityId(entity),
        campaign_id=EntityId(campaign or entity),
        platform=Platform(entity.partition(":")[0]),
        level=level,
        day=day,
        **(told | changes),
    )


def change_set(
    name: str = "cs_1",
    status: ChangeSetStatus = ChangeSetStatus.PROPOSED,
    *,
    tenant: TenantId = OURS,
    minutes: int = 0,
) -> ChangeSet:
    """Created `minutes` after noon."""
    at = NOON + timedelta(minutes=minutes)
    of = plan(budget_leg(), tenant=tenant).model_copy(update={"change_set_id": ChangeSetId(name)})
    return ChangeSet(
        id=ChangeSetId(name),
        tenant_id=tenant,
        status=status,
        title="Raise the budget",
        reason="It earns more",
        plan=of,
        plan_hash=of.hash,
        verdict=Verdict(allowed=True, policy_version=1, findings=()),
        proposed_by=USER,
        created_at=at,
        updated_at=at,
    )


def user(name: str = "u1", email: str = "dana@example.com", *, tenant: TenantId = OURS) -> User:
    return User(
        id=UserId(name), tenant_id=tenant, email=email, name="Dana", role=Role.MANAGER, created_at=NOON
    )


def thread(name: str = "th_1", *, tenant: TenantId = OURS, minutes: int = 0) -> Thread:
    """Updated `minutes` after noon."""
    at = NOON + timedelta(minutes=minutes)
    return Thread(
        id=ThreadId(name), tenant_id=tenant, user_id=USER, title="Budgets", created_at=NOON, updated_at=at
    )


def run(name: str = "run_1", thread_name: str = "th_1", *, minutes: int = 0, **changes: Any) -> RunRecord:
    """Started `minutes` after noon."""
    return RunRecord(
        id=RunId(name),
        tenant_id=OURS,
        thread_id=ThreadId(thread_name),
        user_id=USER,
        utterance="How did we do?",
        started_at=NOON + timedelta(minutes=minutes),
        **({"status": RunStatus.RUNNING} | changes),
    )
