"""Run by a test in a process of its own: writes without end and says so, until it is killed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from omnify_core.ids import RunId
from omnify_core.memories import MemoryItem, Trust
from omnify_memory import HashedNgrams, open_edge_memory, open_sqlite, stores_on
from tests.builders.stores import NOON, OURS, change_set

RUN = RunId("run_1")


def killed_after(acknowledgements: int, what: str, path: Path) -> int:
    """Starts the process, kills it -9 in the middle of its work; returns the last number that it said."""
    command = [sys.executable, "-m", "tests.builders.writing_process", what, str(path)]
    root = Path(__file__).parents[2]
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), *sys.path])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root, env=env) as process:
        assert process.stdout is not None
        said = [int(process.stdout.readline()) for _ in range(acknowledgements)]
        process.kill()
        said += [int(line) for line in process.stdout if line.endswith("\n")]
    return said[-1]


async def write_documents(path: Path) -> None:
    async with open_sqlite(path) as documents:
        stores = stores_on(documents)
        number = 0
        while True:
            number += 1
            await stores.change_sets.add(change_set(f"cs_{number}"))
            await stores.events.append(RUN, [f"{number}.1", f"{number}.2", f"{number}.3"])
            print(number, flush=True)  # noqa: T201


async def write_memories(path: Path) -> None:
    async with open_edge_memory(path, HashedNgrams()) as memory:
        number = 0
        while True:
            number += 1
            await memory.remember(memory_item(f"m{number}", f"fact number {number}"))
            print(number, flush=True)  # noqa: T201


def memory_item(name: str, text: str) -> MemoryItem:
    return MemoryItem(id=name, tenant_id=OURS, text=text, origin="chat", trust=Trust.STATED, created_at=NOON)


if __name__ == "__main__":
    _, what, path = sys.argv
    asyncio.run({"documents": write_documents, "memories": write_memories}[what](Path(path)))
