"""Client memory at size: what is found, and how fast. `python benchmarks/memory.py [--items 100000]`.

One embedded store of ten tenants, a tenth of all items each; the first one also holds the notes that are
asked for, among its own 10,000 others.
Three ways answer the same questions: the store as it ships (meaning and words, fused), the same store by
meaning alone, and exact search over all vectors of the tenant in numpy: the store must lose nothing by it.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import qdrant_edge as edge

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.memory_notes import BY_MEANING, BY_NAME, NAMES, PLACES, PRODUCTS, STATEMENTS, SUBJECTS
from omnify_core.ids import TenantId
from omnify_core.memories import MemoryItem, Trust, memory_id
from omnify_memory import Embedder, HashedNgrams, offline_embedder
from omnify_memory.edge_shard import Asked, EdgeShard, _current

Vectors = np.ndarray[Any, Any]
NOW = datetime(2026, 11, 1, tzinfo=UTC)
TENANTS = [TenantId(f"t{number}") for number in range(10)]
BATCH = 500
LIMIT = 5


def filler(rng: random.Random) -> str:
    words = {
        "place": rng.choice(PLACES), "product": rng.choice(PRODUCTS), "name": rng.choice(NAMES),
        "code": f"{rng.choice('ABCDEFG')}{rng.randint(100, 999)}", "n": rng.randint(2, 99),
    }  # fmt: skip
    return f"{rng.choice(SUBJECTS)} {rng.choice(STATEMENTS)}.".format(**words)


def item(tenant: TenantId, number: int, text: str) -> MemoryItem:
    return MemoryItem(
        id=memory_id(tenant, f"{number} {text}"),
        tenant_id=tenant,
        text=text,
        origin="benchmark",
        trust=Trust.STATED,
        created_at=NOW - timedelta(minutes=number),
    )


async def filled(shard: EdgeShard, embedder: Embedder, n_items: int) -> Vectors:
    """Fills the store; the first tenant holds the notes and its vectors come back, notes first."""
    rng = random.Random(7)
    texts = sorted({filler(rng) for _ in range(n_items // len(TENANTS))})
    notes = [note for note, _ in (*BY_MEANING, *BY_NAME)]
    every = [*notes, *texts]
    vectors = np.array(await embedder.embed(every), dtype=np.float32)
    for tenant in TENANTS:
        # Every tenant holds the same fillers; only the first one holds the notes.
        first = 0 if tenant == TENANTS[0] else len(notes)
        for start in range(first, len(vectors), BATCH):
            numbers = range(start, min(start + BATCH, len(vectors)))
            items = [item(tenant, n, every[n]) for n in numbers]
            shard.put(items, vectors[start : numbers.stop].tolist())
    return vectors


def by_meaning_alone(shard: EdgeShard, vector: list[float]) -> list[str]:
    query = edge.Query.Nearest(vector, using=shard._space)  # noqa: SLF001 - the plain search beside the shipped one
    request = edge.QueryRequest(
        limit=LIMIT, query=query, filter=_current(TENANTS[0], NOW), with_payload=["item"]
    )
    points = shard._shard.query(request)  # noqa: SLF001
    return [MemoryItem.model_validate_json((point.payload or {})["item"]).text for point in points]


async def measured(embedder: Embedder, n_items: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shard = EdgeShard(Path(folder) / "vectors", embedder)
        started = time.process_time()
        stored = await filled(shard, embedder, n_items)
        built = time.process_time() - started
        found, times = await answered(shard, embedder, stored)
        print(f"\n{embedder.id}, {n_items:,} items, 10 tenants; filled in {built:.0f} s of processor time")
        print(f"{'recall@5':28}{'by meaning':>12}{'by name':>12}{'all':>8}")
        for name, hits in found.items():
            meaning, names = hits[: len(BY_MEANING)], hits[len(BY_MEANING) :]
            print(f"{name:28}{np.mean(meaning):12.2f}{np.mean(names):12.2f}{np.mean(hits):8.2f}")
        for name, taken in times.items():
            p95 = statistics.quantiles(taken, n=20)[-1]
            print(f"{name:28}p50 {statistics.median(taken) * 1e3:6.1f} ms   p95 {p95 * 1e3:6.1f} ms")
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{'memory of the process':28}{held:,.0f} MiB")
        shard.close()


async def answered(
    shard: EdgeShard, embedder: Embedder, vectors: Vectors
) -> tuple[dict[str, list[bool]], dict[str, list[float]]]:
    questions = [(note, question) for note, question in (*BY_MEANING, *BY_NAME)]
    hits: dict[str, list[bool]] = {
        "shipped (meaning and words)": [],
        "meaning alone": [],
        "exact, in numpy": [],
    }
    times: dict[str, list[float]] = {
        "embedding a question": [],
        "search, as shipped": [],
        "search, exact": [],
    }
    for number, (note, question) in enumerate(questions):
        clock = time.perf_counter()
        [vector] = await embedder.embed([question])
        times["embedding a question"].append(time.perf_counter() - clock)
        clock = time.perf_counter()
        recalled = shard.nearest(Asked(TENANTS[0], question, vector, NOW), LIMIT)
        times["search, as shipped"].append(time.perf_counter() - clock)
        clock = time.perf_counter()
        best = np.argsort(-(vectors @ np.array(vector, dtype=np.float32)))[:LIMIT]
        times["search, exact"].append(time.perf_counter() - clock)
        hits["shipped (meaning and words)"].append(note in [one.item.text for one in recalled])
        hits["meaning alone"].append(note in by_meaning_alone(shard, vector))
        hits["exact, in numpy"].append(number in best)
    return hits, times


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=100_000)
    n_items = parser.parse_args().items
    for embedder in (offline_embedder(), HashedNgrams()):
        await measured(embedder, n_items)


if __name__ == "__main__":
    asyncio.run(main())
