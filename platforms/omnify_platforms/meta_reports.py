"""Daily figures from Meta's insights: pages at once, or for long ranges a report that is waited for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta

from omnify_core.campaigns import AdAccount, DailyMetrics, Level
from omnify_core.errors import PlatformUnavailable
from omnify_platforms import meta_rows as graph
from omnify_platforms.meta_graph import META, MetaGraph, account_node, get
from omnify_platforms.refusals import quoted
from omnify_platforms.rows import Row
from omnify_platforms.transport import Call

# Insights over longer ranges are refused or slow; a fortnight and today is what every import re-reads.
_AT_ONCE_DAYS = 15
REPORT_DAYS = 90
"""Of one report, so that none grows with the account's age."""
_PAGE = "500"
_FIRST_WAIT_S, _LONGEST_WAIT_S, _PATIENCE_S = 0.25, 15.0, 600.0
_WAITING = ("Job Not Started", "Job Started", "Job Running")


class MetaReports:
    def __init__(self, graph: MetaGraph) -> None:
        self._graph = graph

    async def daily(
        self, account: AdAccount, level: Level, since: date, until: date
    ) -> AsyncIterator[DailyMetrics]:
        """Rows of days with delivery, `since` and `until` included."""
        at_once = (until - since).days < _AT_ONCE_DAYS
        for first, last in _slices(since, until, _AT_ONCE_DAYS if at_once else REPORT_DAYS):
            frequencies = await self._rolling_frequencies(account, level, first, last)
            asked = _asked(level, graph.figure_fields(level)) | {
                "time_range": json.dumps(_span(first, last)),
                "time_increment": "1",
            }
            rows = self._insights(account, asked) if at_once else self._report(account, asked)
            async for row in rows:
                yield graph.metrics_of(row, level, account.currency, frequencies)

    def _insights(self, account: AdAccount, asked: dict[str, str]) -> AsyncIterator[Row]:
        """Rows of entities with delivery."""
        path = f"/{account_node(account.account_id)}/insights"
        return self._graph.rows(get(path, account.account_id, limit=_PAGE, **asked))

    async def _report(self, account: AdAccount, asked: dict[str, str]) -> AsyncIterator[Row]:
        """The same rows by way of a report run: started, waited for, read page by page."""
        start = Call(
            method="POST",
            path=f"/{account_node(account.account_id)}/insights",
            account=account.account_id,
            form=asked,
        )
        # A report changes nothing, so starting it may be repeated; what was begun twice is only read once.
        run = Row(META, await self._graph.transport.read(start)).id("report_run_id")
        await self._ready(run, account.account_id)
        async for row in self._graph.rows(get(f"/{run}/insights", account.account_id, limit=_PAGE)):
            yield row

    async def _ready(self, run: str, account_id: str) -> None:
        """Raises PlatformUnavailable where the report fails, or is not ready in time."""
        call = get(f"/{run}", account_id, fields="async_status,async_percent_completion")
        wait_s, waited_s = _FIRST_WAIT_S, 0.0
        while True:
            state = Row(META, await self._graph.transport.read(call)).text("async_status")
            if state == "Job Completed":
                return
            if state not in _WAITING or waited_s > _PATIENCE_S:
                raise PlatformUnavailable(
                    f"Meta Ads did not finish the report {run}: {quoted(state)}. Try again later",
                    platform=META.value,
                )
            await self._graph.transport.pause(wait_s)
            wait_s, waited_s = min(2 * wait_s, _LONGEST_WAIT_S), waited_s + wait_s

    async def _rolling_frequencies(
        self, account: AdAccount, level: Level, first: date, last: date
    ) -> dict[tuple[str, date], float]:
        """Impressions per person over the seven days up to each day.

        Asked as weeks that overlap, because people of several days do not add up; of ads only, whose
        wear it tells.
        """
        if level is not Level.AD:
            return {}
        found: dict[tuple[str, date], float] = {}
        for since, until in _slices(first, last, _AT_ONCE_DAYS):
            days = [since + timedelta(days=count) for count in range((until - since).days + 1)]
            weeks = json.dumps([_span(day - timedelta(days=6), day) for day in days])
            asked = _asked(level, graph.FREQUENCY) | {"time_ranges": weeks}
            async for row in self._insights(account, asked):
                key = (graph.native_id(row, level), graph.day_of(row, "date_stop"))
                found[key] = float(row.decimal("frequency"))
        return found


def _asked(level: Level, fields: str) -> dict[str, str]:
    return {"level": graph.LEVELS[level], "fields": fields}


def _span(since: date, until: date) -> dict[str, str]:
    return {"since": since.isoformat(), "until": until.isoformat()}


def _slices(since: date, until: date, days: int) -> Iterator[tuple[date, date]]:
    while since <= until:
        last = min(until, since + timedelta(days=days - 1))
        yield since, last
        since = last + timedelta(days=1)
