"""One Qdrant Edge shard of memories, called from one thread.

A write survives the process, not a power cut in the next seconds: `flush()` holds the GIL for up to a quarter
of a second, so only opening and closing call it. `optimize()` holds it for minutes and is never called; below
100,000 memories a scan takes 4 ms.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import qdrant_edge as edge

from omnify_core.conversations import MemoryItem, Recalled
from omnify_core.errors import StoreBusy
from omnify_core.ids import TenantId
from omnify_memory.embedders import Embedder, Vector

POINTS = uuid.UUID("4a1c2f57-2a0e-4c1b-9a55-3c1f2c8b7a10")
WORDS = "words"
# Short notes, not documents: BM25 measures length against this many tokens.
USUAL_TOKENS = 20.0
# Reciprocal rank fusion; words weigh less, they are there for names and codes.
FUSION: Any = edge.Fusion.Rrf(k=60, weights=[1.0, 0.5])
PAGE = 64


class Stale(NamedTuple):
    """A memory whose vector comes from another embedder."""

    item: MemoryItem
    space: str


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

    def nearest(self, tenant: TenantId, query: str, vector: Vector, limit: int) -> list[Recalled]:
        ours = _of(tenant)
        dense = edge.Query.Nearest(vector, using=self._space)
        words = edge.Query.Nearest(self._words.embed_query(query), using=WORDS)
        request = edge.QueryRequest(
            limit=limit,
            query=FUSION,
            prefetches=[
                edge.Prefetch(limit=4 * limit, query=dense, filter=ours, score_threshold=self._floor),
                edge.Prefetch(limit=4 * limit, query=words, filter=ours),
            ],
            with_payload=["item"],
        )
        return [Recalled(item=_item(point), score=point.score) for point in self._shard.query(request)]

    def newest(self, tenant: TenantId, limit: int) -> list[MemoryItem]:
        order = edge.OrderBy("created_at", edge.Direction.Desc)
        request = edge.ScrollRequest(limit=limit, filter=_of(tenant), with_payload=["item"], order_by=order)
        points, _ = self._shard.scroll(request)
        return [_item(point) for point in points]

    def drop(self, tenant: TenantId, item_id: str) -> None:
        self._shard.update(edge.UpdateOperation.delete_points([_point_id(tenant, item_id)]))

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
        payload = {
            "tenant_id": item.tenant_id,
            "space": self._space,
            "created_at": item.created_at.isoformat(),
            "item": item.model_dump_json(),
        }
        vectors: dict[str, Any] = {self._space: vector, WORDS: self._words.embed_document(item.text)}
        return edge.Point(_point_id(item.tenant_id, item.id), vectors, payload)


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
    shard.close()
    try:
        building.rename(path)
    except OSError:  # another process was first
        shutil.rmtree(building)


def _of(tenant: TenantId) -> edge.Filter:
    return edge.Filter(must=[edge.FieldCondition("tenant_id", match=edge.MatchValue(tenant))])


def _point_id(tenant: str, item_id: str) -> str:
    return str(uuid.uuid5(POINTS, f"{tenant}/{item_id}"))


def _item(point: edge.ScoredPoint | edge.Record) -> MemoryItem:
    return MemoryItem.model_validate_json(_payload(point)["item"])


def _payload(point: edge.ScoredPoint | edge.Record) -> dict[str, str]:
    assert point.payload is not None, "payloads are asked for"
    return point.payload
