"""What our run loop costs beside the bare SDK: the same model, agents and tools, interleaved in one process.

The model answers at once: router, handoff, two tools, text (four model calls). Ours adds the claim on
the conversation, the session, the AG-UI events in the event log, usage, limits and the run's record,
on the embedded stores in memory. Two bare runs stand beside it: `bare` on the very same agents, whose
handoffs are made so that the SDK does not hash the whole graph on every turn; `plain` on agents wired
with the SDK's own `handoff()`, as its documents show.
Run: python benchmarks/turn_overhead.py [--runs 200] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from agents import Agent, Handoff, RunConfig, Runner, handoff
from omnify_agents.graph import Graph, build_graph
from omnify_core.conversations import RunStatus
from omnify_core.ids import ThreadId
from omnify_tools.context import Copilot
from tests.builders.copilot import House, a_house, actor
from tests.builders.zero_latency import ZeroLatencyModel

QUESTION = "How do things stand?"
AIM = 1.25
WARM_UP = 20


async def measured(runs: int) -> dict[str, Any]:
    model = await ZeroLatencyModel.of_two_tools(
        ("data_freshness", "pending_approvals"), handoff="transfer_to_face"
    )
    async with a_house(model) as house:
        threads = [await house.thread(f"th_{number}") for number in range(runs + WARM_UP)]
        graph = build_graph(model)
        sides = {
            "bare": _bare(house, graph.router),
            "ours": _ours(house, threads),
            "plain": _bare(house, _plainly_wired(graph)),
        }
        times: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(WARM_UP):
            for side in sides.values():
                await side()
        gc.collect()
        gc.freeze()
        for _ in range(runs):
            for name, side in sides.items():
                began = time.process_time()
                await side()
                times[name].append((time.process_time() - began) * 1000)
    return _report(times)


def _plainly_wired(graph: Graph) -> Agent[Copilot]:
    """The same agents, handed over to as the SDK's documents show."""
    agents = {name: agent.clone() for name, agent in graph.by_name.items()}
    for agent in agents.values():
        names = [one.agent_name.lower() for one in agent.handoffs if isinstance(one, Handoff)]
        agent.handoffs = [handoff(agents[name], tool_name_override=f"transfer_to_{name}") for name in names]
    return agents["router"]


def _bare(house: House, router: Agent[Copilot]) -> Callable[[], Awaitable[None]]:
    config = RunConfig(tracing_disabled=True)

    async def run() -> None:
        result = Runner.run_streamed(
            router, QUESTION, context=house.client.copilot(), max_turns=16, run_config=config
        )
        async for _ in result.stream_events():
            pass
        assert result.final_output

    return run


def _ours(house: House, threads: list[ThreadId]) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        run_id = await house.runtime.start(actor("analyst"), threads.pop(), QUESTION)
        record = await house.runtime.wait(run_id)
        assert record.status is RunStatus.DONE

    return run


def _report(times: dict[str, list[float]]) -> dict[str, Any]:
    def against(other: str) -> dict[str, float]:
        pairs = [ours / bare for ours, bare in zip(times["ours"], times[other], strict=True)]
        return {
            "ratio_of_medians": round(statistics.median(times["ours"]) / statistics.median(times[other]), 3),
            "median_of_ratios": round(statistics.median(pairs), 3),
            "ratio_of_bests": round(min(times["ours"]) / min(times[other]), 3),
        }

    return {
        "runs": len(times["ours"]),
        "median_ms": {name: round(statistics.median(taken), 2) for name, taken in times.items()},
        "best_ms": {name: round(min(taken), 2) for name, taken in times.items()},
        "against_bare": against("bare"),
        "against_plain": against("plain"),
        "aim": AIM,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = asyncio.run(measured(options.runs))
    if options.json:
        print(json.dumps(report))
        return
    print(f"CPU per run over {report['runs']} interleaved rounds (process time, milliseconds)")
    titles = {"bare": "bare SDK, our agents", "plain": "bare SDK, its handoffs", "ours": "our run loop"}
    for name, title in titles.items():
        print(f"  {title:24} median {report['median_ms'][name]:7.2f}   best {report['best_ms'][name]:7.2f}")
    for other in ("bare", "plain"):
        ratios = report[f"against_{other}"]
        said = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in ratios.items())
        print(f"  ours / {other:17} {said}")
    print(f"  aim: {AIM} against bare")


if __name__ == "__main__":
    main()
