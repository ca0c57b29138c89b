"""Backends that are servers. A driver is imported when it is chosen: each takes half a second."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from omnify_core.ports import EventLog
from omnify_memory.documents import Documents


@asynccontextmanager
async def open_mongo(url: str, database: str) -> AsyncIterator[Documents]:
    """Raises StoreBusy where no server answers."""
    # The only place that names the driver. The client belongs to the event loop that it is made in.
    from motor.motor_asyncio import AsyncIOMotorClient

    from omnify_memory.mongo import MongoDocuments

    patience: dict[str, Any] = {"serverSelectionTimeoutMS": 5_000}
    # An argument would override what the operator says in the URL.
    if "serverselectiontimeoutms" in url.lower():
        patience = {}
    client: Any = AsyncIOMotorClient(url, **patience)
    try:
        documents = MongoDocuments(client[database])
        await documents.create_indexes()
        yield documents
    finally:
        client.close()


@asynccontextmanager
async def open_redis_events(url: str) -> AsyncIterator[EventLog]:
    """Raises StoreBusy where no server answers."""
    from redis.asyncio import Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    from omnify_memory.redis_events import RedisEventLog, redis_errors

    # No retry: an append whose answer was lost may have happened, and twice is worse than an error.
    never = Retry(NoBackoff(), 0)
    client = Redis.from_url(url, decode_responses=True, retry=never, socket_timeout=5.0)
    try:
        with redis_errors():
            await client.ping()
        yield RedisEventLog(client)
    finally:
        await client.aclose()
