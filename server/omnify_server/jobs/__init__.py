"""Scheduled runs: what the copilot does by itself. They read and propose; nothing here can approve or apply.

A new job is one module with `async def run(services, tenant) -> JobReport` and one line in `JOBS`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, time
from importlib import import_module
from typing import NamedTuple

from omnify_core.errors import BadInput
from omnify_core.people import Tenant
from omnify_core.timeline import JobPlan, JobReport
from omnify_server.services import Services

Run = Callable[[Services, Tenant], Awaitable[JobReport]]

EVERY_DAY = frozenset(range(7))
MONDAYS = frozenset({0})


class Job(NamedTuple):
    """`module` is imported when the job first runs; `times` are the default ones, local."""

    module: str
    title: str
    times: tuple[time, ...]
    weekdays: frozenset[int] = EVERY_DAY

    def load(self) -> Run:
        run: Run = import_module(f"omnify_server.jobs.{self.module}").run
        return run

    def plan(self, name: str, since: datetime) -> JobPlan:
        return JobPlan(job=name, times=self.times, weekdays=self.weekdays, since=since)


JOBS: dict[str, Job] = {
    "briefing": Job("briefing", "Morning briefing", (time(7),)),
    "fatigue-watch": Job("fatigue_watch", "Creatives about to tire", (time(7, 10),)),
    "pacing": Job("pacing", "Spend against budget, and what is unusual", (time(12), time(17))),
    "verdicts": Job("verdicts", "Verdicts on applied changes", (time(8),)),
    "budget-review": Job("budget_review", "Weekly budget review", (time(8),), MONDAYS),
}


def job_named(name: str) -> Job:
    """Raises BadInput."""
    if name not in JOBS:
        raise BadInput(f"there is no job {name!r}; choose one of {', '.join(JOBS)}")
    return JOBS[name]
