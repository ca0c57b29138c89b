"""A rate limiter per account: a token bucket that listens to the platform's own signals."""

from __future__ import annotations

from dataclasses import dataclass

from omnify_core.campaigns import Platform
from omnify_core.errors import RateLimited
from omnify_platforms.pace import Pace

_EASY = 0.75  # used share up to which the full rate is kept
_FULL = 0.95  # used share from which we wait rather than call
_SLOWEST = 0.05


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of its allowance a platform says is used, 0-1, and when more comes."""

    used_share: float
    regain_s: float = 60.0


@dataclass(slots=True)
class _Bucket:
    due_s: float = float("-inf")  # when the bucket would be full again
    paused_until_s: float = float("-inf")
    speed: float = 1.0


class Limiter:
    """`rate_per_s` per account with bursts of `burst`; waits of up to `patience_s` are slept through."""

    def __init__(
        self, platform: Platform, pace: Pace, *, rate_per_s: float, burst: int, patience_s: float = 35.0
    ) -> None:
        self._platform = platform
        self._pace = pace
        self._rate_per_s = rate_per_s
        self._burst = burst
        self.patience_s = patience_s
        self._buckets: dict[str, _Bucket] = {}
        self._everyone = _Bucket()

    async def admit(self, account: str) -> None:
        """Waits for its turn. Raises RateLimited, before anything is sent, where that takes too long."""
        wait_s = self._wait_s(account)
        if wait_s > self.patience_s:
            raise RateLimited(
                f"{self._platform.label} asked us to wait; nothing was sent. Try again in {round(wait_s)} s",
                platform=self._platform.value,
                wait_s=wait_s,
            )
        self._take(account)
        if wait_s > 0:
            await self._pace.sleep(wait_s)

    def pause(self, account: str, seconds: float) -> None:
        """No calls for a while: of this account, or of all where `account` is empty."""
        bucket = self._bucket(account) if account else self._everyone
        bucket.paused_until_s = max(bucket.paused_until_s, self._pace.elapsed_s() + seconds)

    def heed(self, account: str, usage: Usage) -> None:
        """Slow down as the allowance runs out, and stop for `regain_s` near its end."""
        room = (1.0 - usage.used_share) / (1.0 - _EASY)
        self._bucket(account).speed = min(1.0, max(_SLOWEST, room))
        if usage.used_share >= _FULL:
            self.pause(account, usage.regain_s)

    def _bucket(self, account: str) -> _Bucket:
        return self._buckets.setdefault(account, _Bucket())

    def _wait_s(self, account: str) -> float:
        bucket, now = self._bucket(account), self._pace.elapsed_s()
        interval = 1.0 / (self._rate_per_s * bucket.speed)
        turn = max(bucket.due_s, now) - (self._burst - 1) * interval
        return max(0.0, turn - now, bucket.paused_until_s - now, self._everyone.paused_until_s - now)

    def _take(self, account: str) -> None:
        bucket = self._bucket(account)
        interval = 1.0 / (self._rate_per_s * bucket.speed)
        bucket.due_s = max(bucket.due_s, self._pace.elapsed_s()) + interval
