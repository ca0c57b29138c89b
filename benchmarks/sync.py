"""What importing accounts costs: wall and CPU seconds, rows a second, peak memory.

`market`: the sandbox market's campaigns, ads, contacts, deals, orders and payments on all eight platforms,
through the real adapters over HTTP into SQLite on disk; the sandbox runs in this process, so its own CPU is
counted, too, as is what it takes to play the business systems' past when they are first asked.
`small` and `large`: made-up accounts of 1,000 and 10,000 campaigns with an ad each, straight into SQLite
on disk: peak memory must not grow with the number of rows.
Run: python benchmarks/sync.py [--days 120] [--campaigns 10000] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from omnify_core.campaigns import Platform
from omnify_core.clock import FixedClock
from omnify_core.ids import TenantId
from omnify_core.ports import SyncState
from omnify_memory import open_sqlite, stores_on
from omnify_server.seeding import connections_to
from omnify_server.services import open_services
from omnify_server.settings import Settings
from omnify_server.sync import Sync
from tests.builders.big_account import NOON, BigAccount
from tests.builders.sync_desk import TheseOnly

TENANT = TenantId("benchmark")
AIM_S = 10.0
AIM_GROWTH_MIB = 32.0

Import = Callable[[], Awaitable[Sequence[SyncState]]]


async def market(days: int, folder: Path) -> dict[str, Any]:
    async with open_services(Settings(data_dir=folder, history_days=days)) as services:
        assert services.sandbox is not None
        for connection in connections_to(TENANT, services.sandbox, list(Platform)):
            await services.platforms.connect(connection)
        seen: dict[str, list[float]] = {}

        def note(state: SyncState) -> None:
            seen.setdefault(state.platform.value, []).append(state.share)

        first = await timed(lambda: services.sync.run(TENANT, note))
        assert all(shares == sorted(shares) for shares in seen.values()), "progress never goes back"
        again = await timed(lambda: services.sync.run(TENANT))
        return first | {"platforms": len(seen), "again": again}


async def made_up(campaigns: int, days: int, folder: Path) -> dict[str, Any]:
    async with open_sqlite(folder / "omnify.sqlite3") as documents:
        platforms = TheseOnly(BigAccount(campaigns))
        sync = Sync(platforms, stores_on(documents).market, FixedClock(NOON), history_days=days)
        return await timed(lambda: sync.run(TENANT))


async def timed(work: Import) -> dict[str, Any]:
    began, began_cpu = time.perf_counter(), time.process_time()
    states = await work()
    wall_s, cpu_s = time.perf_counter() - began, time.process_time() - began_cpu
    assert not [state.error for state in states if state.error]
    rows = sum(state.metric_rows for state in states)
    return {
        "campaigns": sum(state.campaigns for state in states),
        "rows": rows,
        "wall_s": round(wall_s, 2),
        "cpu_s": round(cpu_s, 2),
        "rows_per_s": round(rows / wall_s),
        "rows_per_cpu_s": round(rows / cpu_s),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


async def measured(days: int, campaigns: int) -> dict[str, Any]:
    """In order of size: the peak is the process's, and never falls."""
    report: dict[str, Any] = {"days": days, "aim_s": AIM_S, "aim_growth_mib": AIM_GROWTH_MIB}
    runs: dict[str, Callable[[Path], Awaitable[dict[str, Any]]]] = {
        "market": lambda folder: market(days, folder),
        "small": lambda folder: made_up(campaigns // 10, days, folder),
        "large": lambda folder: made_up(campaigns, days, folder),
    }
    for name, run in runs.items():
        with tempfile.TemporaryDirectory() as folder:
            report[name] = await run(Path(folder))
    report["growth_mib"] = round(report["large"]["peak_mib"] - report["small"]["peak_mib"], 1)
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=120)
    parser.add_argument("--campaigns", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = asyncio.run(measured(options.days, options.campaigns))
    if options.json:
        print(json.dumps(report))
        return
    print(f"Import of {report['days']} days, {report['market']['platforms']} platforms")
    for name, run in [
        ("market, first", report["market"]),
        ("market, again", report["market"]["again"]),
        ("small, made up", report["small"]),
        ("large, made up", report["large"]),
    ]:
        print(
            f"  {name:15} {run['campaigns']:6} campaigns {run['rows']:9} rows  wall {run['wall_s']:7.2f} s"
            f"  CPU {run['cpu_s']:7.2f} s  {run['rows_per_s']:6} rows/s  peak {run['peak_mib']:6.1f} MiB"
        )
    print(f"  aim: the market's first import within {AIM_S:.0f} s of CPU")
    print(f"  ten times the rows took {report['growth_mib']} MiB more; aim: {AIM_GROWTH_MIB:.0f} at most")


if __name__ == "__main__":
    main()
