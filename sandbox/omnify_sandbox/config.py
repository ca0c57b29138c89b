"""What a sandbox market is started from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from omnify_core.clock import Clock, SystemClock

HISTORY_DAYS = 120


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """`today` counts on the first start only; `path` keeps writes and clock advances for the next start.

    `page_rows`: rows of one page of Google's search, which the real one fixes at 10,000.
    """

    seed: int
    today: date
    path: Path | None = None
    clock: Clock = field(default_factory=SystemClock)
    page_rows: int = 10_000
