"""No byte of another tenant reaches us, through any route there is, and none of theirs is changed.

The other tenant is a copy of ours in every collection, with its own ids; a mark stands in each id and each
text. Routes and methods come from the OpenAPI document, so that a new one cannot be forgotten.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import pytest_asyncio

from omnify_core.ids import TenantId
from omnify_core.memories import MemoryItem, Trust
from omnify_memory.collections import COLLECTIONS
from omnify_server.seeding import ANALYST_EMAIL, DEMO_TENANT
from tests.builders.house import House, open_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

MARK, THEM = "canary7f3a", "canary7f3a-tenant"
_NAMED = ("threads", "runs", "change_sets", "campaigns", "ad_groups", "creatives", "delegations")
_NAMED += ("expert_requests", "timeline", "users")
_TEXTS = {"name", "title", "text", "reason", "message", "note", "outcome", "headline", "body", "question"}
_TEXTS |= {"answer", "topic", "reply", "utterance", "read_back", "label", "description"}
# Of each kind of id in a path, the collection that it comes from.
_IDS = {"thread_id": "threads", "run_id": "runs", "change_set_id": "change_sets", "campaign_id": "campaigns"}
_IDS |= {"delegation_id": "delegations", "request_id": "expert_requests"}
# Sign the person out, forget the person's own memory, or stop every other test's work.
_LEFT_OUT = {("post", "/api/auth/logout"), ("delete", "/api/memory"), ("post", "/api/kill-switch")}


_REQUEST = re.compile(r"req_\w+")


class Route(NamedTuple):
    method: str
    path: str
    parameters: tuple[str, ...]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder: Path = tmp_path_factory.mktemp("house")
    async with open_house(folder) as opened:
        run = await opened.ask("Raise the budget of TF_Prospecting_RevOps_US to 270 USD a day")
        assert run["change_set_ids"], run
        asked = {"question": "Is that wise?", "topic": "Budgets"}
        assert (await opened.api.post("/api/expert-intervention/request", json=asked)).status_code < 300
        until = (opened.services.clock.now() + timedelta(days=1)).isoformat()
        lent = {"to": ANALYST_EMAIL, "until": until}
        assert (await opened.api.post("/api/delegations", json=lent)).status_code < 300
        _copy(folder / "omnify.sqlite3")
        item = MemoryItem(
            id=f"m_{MARK}",
            tenant_id=TenantId(THEM),
            text=f"They spend {MARK} on prospecting budgets",
            origin="note",
            trust=Trust.STATED,
            created_at=opened.services.clock.now(),
        )
        await opened.services.memory.remember(item)
        yield opened


def _copy(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        ours = {one.name: list(_rows(database, one.name, DEMO_TENANT)) for one in COLLECTIONS}
        ids = {row["id"] for name in _NAMED for row in ours[name]}
        renamed = re.compile("|".join(map(re.escape, sorted(ids, key=len, reverse=True))))
        for name, rows in ours.items():
            for row in rows:
                theirs = {key: _theirs(key, value, renamed) for key, value in row.items()}
                columns, marks = ", ".join(theirs), ", ".join("?" * len(theirs))
                values = list(theirs.values())
                database.execute(f"INSERT INTO {name} ({columns}) VALUES ({marks})", values)


def _rows(database: sqlite3.Connection, name: str, tenant: str) -> Iterator[dict[str, Any]]:
    found = database.execute(f"SELECT * FROM {name} WHERE tenant = ?", (tenant,))
    columns = [column[0] for column in found.description]
    yield from (dict(zip(columns, row, strict=True)) for row in found)


def _theirs(key: str, value: Any, ids: re.Pattern[str]) -> Any:
    if not isinstance(value, str):
        return value
    if key == "tenant":
        return THEM
    if key == "email":
        return f"{MARK}-{value}"
    if key != "body":
        return ids.sub(lambda match: f"{match[0]}-{MARK}", value)
    return json.dumps(_marked("", json.loads(value), ids))


def _marked(key: str, value: Any, ids: re.Pattern[str]) -> Any:
    if isinstance(value, dict):
        return {
            ids.sub(lambda m: f"{m[0]}-{MARK}", name): _marked(name, one, ids) for name, one in value.items()
        }
    if isinstance(value, list):
        return [_marked(key, one, ids) for one in value]
    if not isinstance(value, str):
        return value
    if key == "tenant_id":
        return THEM
    value = ids.sub(lambda match: f"{match[0]}-{MARK}", value)
    return f"{value} {MARK}" if key in _TEXTS else f"{MARK}-{value}" if key == "email" else value


async def routes(house: House) -> list[Route]:
    document = (await house.api.get("/openapi.json")).json()
    return [
        Route(method, path, tuple(re.findall(r"{(\w+)}", path)))
        for path, methods in document["paths"].items()
        for method in methods
        if (method, path) not in _LEFT_OUT
    ]


def _database(house: House) -> sqlite3.Connection:
    return sqlite3.connect(house.services.settings.data_dir / "omnify.sqlite3")


def theirs(house: House) -> dict[str, list[dict[str, Any]]]:
    with closing(_database(house)) as database:
        return {one.name: list(_rows(database, one.name, THEM)) for one in COLLECTIONS}


BODIES: dict[str, dict[str, Any]] = {
    "approve": {"plan_hash": "0" * 64},
    "reject": {"plan_hash": "0" * 64, "reason": "no"},
    "revise": {"plan_hash": "0" * 64, "amounts": {}, "leave_out": []},
    "runs": {"text": "How was last week?"},
    "answer": {"answer": "yes"},
}


async def called(house: House, route: Route, ids: dict[str, str]) -> httpx.Response:
    path = route.path.format(**ids)
    last = route.path.rpartition("/")[2]
    hashes = [json.loads(row["body"])["plan_hash"] for row in theirs(house)["change_sets"]]
    body = BODIES.get(last)
    if body and "plan_hash" in body:
        body = {**body, "plan_hash": hashes[0]}
    return await house.api.request(route.method.upper(), path, json=body)


async def test_the_other_tenant_has_something_of_everything_that_we_have(house: House) -> None:
    kept = theirs(house)
    assert {"threads", "runs", "items", "change_sets", "campaigns", "metrics", "audit", "users"} <= {
        name for name, rows in kept.items() if rows
    }
    assert all(MARK in json.dumps(row) for rows in kept.values() for row in rows)


async def test_no_list_and_no_page_shows_anything_of_theirs(house: House) -> None:
    looked = 0
    for route in await routes(house):
        if route.method == "get" and not route.parameters:
            reply = await house.api.get(route.path)
            assert MARK not in reply.text + str(reply.headers), route
            looked += reply.status_code == 200
    assert looked > 20
    for query in (
        "/api/memory?query=prospecting budgets",
        f"/api/campaigns?search={MARK}",
        "/api/memory?past=true",
    ):
        assert MARK not in (await house.api.get(query)).text.replace(f"search={MARK}", "")


async def test_a_foreign_id_answers_as_an_unknown_one_and_changes_nothing(house: House) -> None:
    before, tried = theirs(house), 0
    for route in await routes(house):
        if not route.parameters or not set(route.parameters) <= set(_IDS):
            continue
        rows = [before[_IDS[name]] for name in route.parameters]
        if not all(rows):
            continue
        foreign = {name: found[0]["id"] for name, found in zip(route.parameters, rows, strict=True)}
        unknown = {name: f"{id_[:-1]}b" for name, id_ in foreign.items()}
        answer, none = await called(house, route, foreign), await called(house, route, unknown)
        assert answer.status_code == none.status_code, (route, answer.text)
        assert answer.status_code == 404 or answer.text == "[]", (route, answer.text)
        told = answer.text
        for name in foreign:
            told = told.replace(foreign[name], unknown[name])
        assert _REQUEST.sub("", told) == _REQUEST.sub("", none.text), route
        tried += 1
    assert tried > 12
    assert theirs(house) == before


async def test_nothing_of_theirs_comes_into_an_answer_of_the_copilot(house: House) -> None:
    for question in ("What do you remember about prospecting budgets?", "Which campaigns do best?"):
        run = await house.ask(question)
        stored = await house.services.stores.threads.items(DEMO_TENANT, run["thread_id"], limit=500)
        assert MARK not in json.dumps(run) + json.dumps(stored)
