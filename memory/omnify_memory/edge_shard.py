"""One Qdrant Edge shard of memories, called from one thread.

A write survives the process, not a power cut in the next seconds: `flush()` holds the GIL for up to a quarter
of a second, so only opening and closing call it. `optimize()` holds it for minutes and is never called; below
100,000 memories a scan takes 4 ms.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import qdrant_edge as edge

from omnify_core.errors import StoreBusy
from omnify_core.ids import TenantId
from omnify_core.memories import MemoryItem, Recalled
from omnify_memory.embedders import Embedder, Vector

POINTS = uuid.UUID("4a1c2f57-2a0e-4c1b-9a55-3c1f2c8b7a10")
WORDS = "words"
# A boolean would be stored as one and looked for as a number.
CURRENT, PAST = "current", "past"
# Short notes, not documents: BM25 measures length against this many tokens.
USUAL_TOKENS = 20.0
# Similarity plus a little of the words' BM25: by rank alone a few shared words outweigh the meaning (measured
# in benchmarks/memory.py). What one search did not find counts as just below what it looks for.
WORDS_WEIGHT = 0.01
PAGE = 64


class Stale(NamedTuple):
    """A memory whose vector comes from another embedder."""

    item: MemoryItem
    space: str


class Asked(NamedTuple):
    """A question to one tenant's memory; `at`: when items must be current."""

    tenant: TenantId
    query: str
    vector: Vector
    at: datetime


class EdgeShard:
    """`space` names the dense vectors by embedder and dimension: spaces never mix in a search."""

    def __init__(self, path: Path, embedder: Embedder) -> None:
        """Raises StoreBusy where another process has it open."""
        self._space = f"{embedder.id}@{embedder.dimension}"
        self._floor = embedder.floor
        self._words = edge.Bm25(edge.Bm25Config(avg_len=USUAL_TOKENS))
        self._shard = _open(path)
        self._shard.update(
            edge.UpdateOperation.create_dense_vector(self._space, embedder.dimension, edge.Distance.Cosine)
        )

    def put(self, items: Sequence[MemoryItem], vectors: Sequence[Vector]) -> None:
        points = [self._point(item, vector) for item, vector in zip(items, vectors, strict=True)]
        self._shard.update(edge.UpdateOperation.upsert_points(points))

    def amend(self, item: MemoryItem) -> None:
        """Stores a changed item whose text, and so its vectors, stay as they are."""
        self._shard.update(
            edge.UpdateOperation.set_payload([_point_id(item.tenant_id, item.id)], self._labels(item))
        )

    def nearest(self, asked: Asked, limit: int) -> list[Recalled]:
        ours = _current(asked.tenant, asked.at)
        dense = edge.Query.Nearest(asked.vector, using=self._space)
        words = edge.Query.Nearest(self._words.embed_query(asked.query), using=WORDS)
        request = edge.QueryRequest(
            limit=limit,
            query=self._fusion(),
            prefetches=[
                edge.Prefetch(limit=4 * limit, query=dense, filter=ours, score_threshold=self._floor),
                edge.Prefetch(limit=4 * limit, query=words, filter=ours),
            ],
            with_payload=["item"],
        )
        return [Recalled(item=_item(point), score=point.score) for point in self._shard.query(request)]

    def _fusion(self) -> Any:
        meaning, words = (edge.Expression.Variable(f"$score[{number}]") for number in (0, 1))
        weighed = edge.Expression.Mult([edge.Expression.Constant(WORDS_WEIGHT), words])
        unfound = {"$score[0]": self._floor, "$score[1]": 0.0}
        return edge.Formula(edge.Expression.Sum([meaning, weighed]), unfound)

    def newest(self, tenant: TenantId, limit: int, at: datetime | None) -> list[MemoryItem]:
        """Those current at that time; past ones too for None."""
        order = edge.OrderBy("created_at", edge.Direction.Desc)
        ours = _of(tenant) if at is None else _current(tenant, at)
        request = edge.ScrollRequest(limit=limit, filter=ours, with_payload=["item"], order_by=order)
        points, _ = self._shard.scroll(request)
        return [_item(point) for point in points]

    def get(self, tenant: TenantId, item_id: str) -> MemoryItem | None:
        points = self._shard.retrieve([_point_id(tenant, item_id)], ["item"], False)
        return _item(points[0]) if points else None

    def drop(self, tenant: TenantId, item_id: str) -> None:
        self._shard.update(edge.UpdateOperation.delete_points([_point_id(tenant, item_id)]))

    def drop_all(self, tenant: TenantId) -> int:
        count = self._shard.count(edge.CountRequest(filter=_of(tenant)))
        self._shard.update(edge.UpdateOperation.delete_points_by_filter(_of(tenant)))
        return count

    def stale(self) -> list[Stale]:
        """Some of the memories that this embedder cannot find yet; empty when there are none."""
        here = edge.FieldCondition("space", match=edge.MatchValue(self._space))
        request = edge.ScrollRequest(limit=PAGE, filter=edge.Filter(must_not=[here]), with_payload=True)
        points, _ = self._shard.scroll(request)
        return [Stale(_item(point), _payload(point)["space"]) for point in points]

    def forget_space(self, space: str) -> None:
        # What replaces it must be on disk first.
        self._shard.flush()
        self._shard.update(edge.UpdateOperation.delete_vector_name(space))

    def close(self) -> None:
        self._shard.flush()
        self._shard.close()

    def _point(self, item: MemoryItem, vector: Vector) -> edge.Point:
        vectors: dict[str, Any] = {self._space: vector, WORDS: self._words.embed_document(item.text)}
        return edge.Point(_point_id(item.tenant_id, item.id), vectors, self._labels(item))

    def _labels(self, item: MemoryItem) -> dict[str, Any]:
        """What an item can be filtered by, and itself."""
        labels: dict[str, Any] = {
            "tenant_id": item.tenant_id,
            "space": self._space,
            "created_at": item.created_at.isoformat(),
            "standing": PAST if item.superseded_by else CURRENT,
            "item": item.model_dump_json(),
        }
        if item.expires_at is not None:
            labels["expires_s"] = item.expires_at.timestamp()
        return labels


def _open(path: Path) -> edge.EdgeShard:
    if not (path / "edge_config.json").exists():
        _create(path)
    try:
        return edge.EdgeShard.load(str(path))
    except Exception as error:
        # The library raises bare exceptions; this is how its lock names itself.
        if "WouldBlock" not in str(error):
            raise
        raise StoreBusy(
            f"the memories in {path} are open in another process; stop it, or ask it instead"
        ) from error


def _create(path: Path) -> None:
    """Complete or not at all: made beside its place, then moved there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    building = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    building.mkdir()
    words = edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)
    shard = edge.EdgeShard.create(str(building), edge.EdgeConfig(sparse_vectors={WORDS: words}))
    create_index = edge.UpdateOperation.create_field_index
    shard.update(create_index("tenant_id", edge.KeywordIndexParams(is_tenant=True)))
    shard.update(create_index("created_at", edge.PayloadSchemaType.Datetime))
    shard.update(create_index("standing", edge.PayloadSchemaType.Keyword))
    shard.update(create_index("expires_s", edge.PayloadSchemaType.Float))
    shard.close()
    try:
        building.rename(path)
    except OSError:  # another process was first
        shutil.rmtree(building)


def _of(tenant: TenantId) -> edge.Filter:
    return edge.Filter(must=[edge.FieldCondition("tenant_id", match=edge.MatchValue(tenant))])


def _current(tenant: TenantId, at: datetime) -> edge.Filter:
    standing = edge.FieldCondition("standing", match=edge.MatchValue(CURRENT))
    expired = edge.FieldCondition("expires_s", range=edge.RangeFloat(lte=at.timestamp()))
    ours = edge.FieldCondition("tenant_id", match=edge.MatchValue(tenant))
    return edge.Filter(must=[ours, standing], must_not=[expired])


def _point_id(tenant: str, item_id: str) -> str:
    return str(uuid.uuid5(POINTS, f"{tenant}/{item_id}"))


def _item(point: edge.ScoredPoint | edge.Record) -> MemoryItem:
    return MemoryItem.model_validate_json(_payload(point)["item"])


def _payload(point: edge.ScoredPoint | edge.Record) -> dict[str, str]:
    assert point.payload is not None, "payloads are asked for"
    return point.payload
