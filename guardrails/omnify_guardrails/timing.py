"""How long the worker waits for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class Timing:
    """A living worker renews its lease every `beat_s`; a dead one's plans are free within `lease_s`. Who is
    stuck in one step for `stuck_s` loses the lease too. A call starts only under a lease that still
    holds for `margin_s`. A call of a worker that died, or stalled, may arrive after another one took the
    plan over: that one finds the stored intent, never sends again, and reads until the window is over.
    `read_back_s`: when, after sending, the platform is read until it shows the new value; after the
    last of them a person must look.
    """

    lease_s: float = 6.0
    beat_s: float = 1.5
    margin_s: float = 1.0
    stuck_s: float = 60.0
    call_bound_s: float = 12.0
    read_bound_s: float = 8.0
    listing_bound_s: float = 20.0
    retry_s: float = 3.0
    read_back_s: tuple[float, ...] = (2.0, 5.0, 10.0, 20.0, 40.0, 60.0)

    def next_read(self, sent_at: datetime, now: datetime) -> datetime | None:
        """None after the last one."""
        times = (sent_at + timedelta(seconds=after) for after in self.read_back_s)
        return next((time for time in times if time > now), None)

    def lease_until(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.lease_s)

    def holds(self, until: datetime, now: datetime) -> bool:
        """Whether a lease until then is good for starting a call."""
        return now + timedelta(seconds=self.margin_s) < until

    def may_start_call(self, until: datetime, now: datetime) -> bool:
        """Whether a call begun now is over by then, with or without an answer."""
        return now + timedelta(seconds=self.call_bound_s) < until
