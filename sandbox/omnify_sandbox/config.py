"""What a sandbox market is started from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from omnify_core.clock import Clock, SystemClock

ZONE = "America/New_York"
CURRENCY = "USD"
HISTORY_DAYS = 120


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """`today` counts on the first start only; `path` keeps writes and clock advances for the next start."""

    seed: int
    today: date
    path: Path | None = None
    clock: Clock = field(default_factory=SystemClock)
