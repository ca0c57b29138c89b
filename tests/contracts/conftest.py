"""Backends that a port's contract runs on."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from omnify_core.ports import EventLog
from omnify_memory.documents import Documents
from omnify_memory.events import DocumentEventLog
from omnify_memory.servers import open_redis_events
from omnify_memory.stores import Stores, stores_on
from tests.builders.stores import backends, mongo_wire_server, redis_server


@pytest.fixture(scope="session")
def mongo_wire_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mongo_wire_server(tmp_path_factory.mktemp("mongo")) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed (apt-get install redis-server)")
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


Opened = AsyncIterator[Documents]
Opening = AbstractAsyncContextManager[Documents]

# The two drivers differ below the primitive only: above it, one of them is enough.
ONE_DRIVER = [name for name in backends() if name != "mongo-wire-pymongo"]


@pytest.fixture
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Opening]:
    """Opens the named backend, empty."""
    return lambda name: backends()[name](tmp_path, lambda: str(request.getfixturevalue("mongo_wire_url")))


@pytest.fixture(params=backends())
async def every_documents(request: pytest.FixtureRequest, opening: Callable[[str], Opening]) -> Opened:
    async with opening(request.param) as documents:
        yield documents


@pytest.fixture(params=ONE_DRIVER)
async def documents(request: pytest.FixtureRequest, opening: Callable[[str], Opening]) -> Opened:
    async with opening(request.param) as documents:
        yield documents


@pytest.fixture
def stores(documents: Documents) -> Stores:
    return stores_on(documents)


@pytest.fixture(params=[*ONE_DRIVER, "redis"])
async def log(request: pytest.FixtureRequest, opening: Callable[[str], Opening]) -> AsyncIterator[EventLog]:
    if request.param == "redis":
        async with open_redis_events(request.getfixturevalue("redis_url")) as events:
            yield events
    else:
        async with opening(request.param) as documents:
            yield DocumentEventLog(documents)
