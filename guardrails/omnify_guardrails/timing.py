"""How long the worker waits for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class Timing:
    """A call starts only while the lease outlasts `call_bound_s`, so that it is over, or lost on its
    way, before anybody else takes the plan. `read_back_s`: when, after sending, the platform is read
    until it shows the new value; after the last of them a person must look.
    """

    lease_s: float = 30.0
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

    def may_start_call(self, until: datetime, now: datetime) -> bool:
        """Whether a call begun now is over by then, with or without an answer."""
        return now + timedelta(seconds=self.call_bound_s) < until
