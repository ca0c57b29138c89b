"""Waiting: a steady count of seconds and a sleep, injected so that tests never wait."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Pace(Protocol):
    def elapsed_s(self) -> float:
        """Seconds that only ever grow; not the time of day, which may be moved or simulated."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class SystemPace:
    def elapsed_s(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
