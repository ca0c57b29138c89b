"""A circuit breaker: after several failures in a row, leave a platform alone for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from omnify_core.campaigns import Platform
from omnify_core.errors import OutcomeUnknown, PlatformError, PlatformUnavailable
from omnify_platforms.pace import Pace


class Breaker:
    """Closed: calls pass. Open: none does for `rest_s`. Then half open: one probe decides."""

    def __init__(self, platform: Platform, pace: Pace, *, failures: int = 5, rest_s: float = 30.0) -> None:
        self._platform = platform
        self._pace = pace
        self._allowed = failures
        self._rest_s = rest_s
        self._failed = 0
        self._opened_at: float | None = None
        self._probing = False

    @property
    def state(self) -> str:
        if self._opened_at is None:
            return "closed"
        return "open" if self._remaining_s() > 0 else "half_open"

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Around one call. Raises PlatformUnavailable, before anything is sent, while it is open."""
        self._refuse_if_resting()
        self._probing = self._opened_at is not None
        try:
            yield
        except (PlatformUnavailable, OutcomeUnknown):
            self._fail()
            raise
        except PlatformError:
            self._answered()  # a refusal is an answer: the platform is up
            raise
        except BaseException:
            self._probing = False  # cancelled: nothing was learned
            raise
        self._answered()

    def _refuse_if_resting(self) -> None:
        if self.state == "open" or (self.state == "half_open" and self._probing):
            raise PlatformUnavailable(
                f"{self._platform.label} failed {self._failed} times in a row; it was not called. "
                f"Try again in {max(1, round(self._remaining_s()))} s",
                platform=self._platform.value,
            )

    def _remaining_s(self) -> float:
        opened_at = self._opened_at if self._opened_at is not None else float("-inf")
        return opened_at + self._rest_s - self._pace.elapsed_s()

    def _fail(self) -> None:
        self._failed += 1
        if self._failed >= self._allowed:  # a failed probe, too: only an answer resets the count
            self._opened_at = self._pace.elapsed_s()
        self._probing = False

    def _answered(self) -> None:
        self._failed, self._opened_at, self._probing = 0, None, False
