"""What the sandbox market costs: opening it with its history, and playing a month of it.

Run: python benchmarks/market.py [--runs 5] [--seed 7] [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from datetime import UTC, date, datetime
from typing import Any

from omnify_core.clock import FixedClock
from omnify_sandbox import SandboxConfig
from omnify_sandbox.config import HISTORY_DAYS
from omnify_sandbox.market import Market

DAY = date(2026, 11, 18)
NOON = datetime(2026, 11, 18, 17, tzinfo=UTC)
AIM_MONTH_S = 0.5
"""For 47 campaigns; the market has more."""


def measured(runs: int, seed: int) -> dict[str, Any]:
    opened, month = [], []
    for _ in range(runs):
        began = time.process_time()
        market = Market(SandboxConfig(seed, DAY, clock=FixedClock(NOON)))
        opened.append(time.process_time() - began)
        began = time.process_time()
        market.advance(30)
        month.append(time.process_time() - began)
    campaigns = len(market.catalog.campaigns)
    return {
        "campaigns": campaigns,
        "ads": len(market.catalog.ads),
        "history_days": HISTORY_DAYS,
        "open_s": round(statistics.median(opened), 3),
        "month_s": round(statistics.median(month), 3),
        "month_of_47_s": round(statistics.median(month) * 47 / campaigns, 3),
        "aim_s": AIM_MONTH_S,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measured(options.runs, options.seed)
    if options.json:
        print(json.dumps(found))
        return
    size = f"{found['campaigns']} campaigns, {found['ads']} ads"
    print(f"Sandbox market, {size}; CPU seconds, median of {options.runs} runs")
    print(f"  opening with {found['history_days']} days of history  {found['open_s']:6.3f} s")
    print(
        f"  a month ahead {found['month_s']:6.3f} s, {found['month_of_47_s']:.3f} s per 47 campaigns; "
        f"aim: {found['aim_s']} s"
    )


if __name__ == "__main__":
    main()
