"""An event loop whose time jumps to the next timer: hours pass in milliseconds, and always the same way.

With answers awaited from outside, threads or a server, time stands still until they are here; which of
several comes first is then up to them.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")


_LONGEST_LOOK_S = 0.05


class Stuck(Exception):
    """Nothing is left that could ever happen."""


class _Jumping(selectors.SelectSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.awaited = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self.awaited:
            return super().select(0 if timeout == 0 else _LONGEST_LOOK_S)
        if timeout is None:
            raise Stuck("every task waits and no timer is set")
        self.now += max(timeout, 0.0)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """While an answer is on its way from outside."""
        self._jumping.awaited += 1
        try:
            yield
        finally:
            self._jumping.awaited -= 1


class LoopClock:
    """The running loop's virtual time as a date."""

    def __init__(self, start: datetime) -> None:
        self._start = start

    def now(self) -> datetime:
        return self._start + timedelta(seconds=round(asyncio.get_running_loop().time(), 6))


def run_virtually(main: Coroutine[Any, Any, T]) -> T:
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(main)
    finally:
        loop.close()
