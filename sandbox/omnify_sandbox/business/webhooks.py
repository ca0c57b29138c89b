"""Webhooks: what is told to whom, signed as each platform signs, and sent when the judge says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import httpx

from omnify_sandbox.faults import FaultKind, FaultPlan

Sign = Callable[[bytes, datetime], Mapping[str, str]]
_KEPT = 2_000


def _undated(body: bytes, _late: timedelta) -> bytes:
    return body


class Notice(NamedTuple):
    """One event for one address; `sign` makes its headers at the moment of sending.

    `dated_back`: the body of a sender whose clock is so late, where the body tells the time.
    """

    platform: str
    id: str
    topic: str
    url: str
    body: bytes
    sign: Sign
    dated_back: Callable[[bytes, timedelta], bytes] = _undated


class Delivery(NamedTuple):
    """`status` is the receiver's HTTP status, 0 where nobody answered."""

    platform: str
    id: str
    topic: str
    url: str
    status: int


@dataclass(slots=True)
class Outbox:
    """Notices wait here; the oldest go first and are dropped when nobody fetches them."""

    plan: FaultPlan
    waiting: list[Notice] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)
    """Where an app's webhooks go on platforms that keep one address per app."""

    def put(self, notice: Notice) -> None:
        self.waiting = [*self.waiting[-(_KEPT - 1) :], notice]

    async def send(self, http: httpx.AsyncClient, now: datetime) -> list[Delivery]:
        """Sends all that wait, twice or with a wrong clock where a fault asks for it."""
        waiting, self.waiting = self.waiting, []
        sent = []
        for notice in waiting:
            twice = self.plan.meets(FaultKind.DUPLICATE_WEBHOOK, notice.platform)
            skew = self.plan.meets(FaultKind.CLOCK_SKEW, notice.platform)
            late = timedelta(seconds=skew.seconds if skew else 0)
            shown = notice._replace(body=notice.dated_back(notice.body, late))
            for _ in range(2 if twice else 1):
                sent.append(await _post(http, shown, now - late))
        return sent


async def _post(http: httpx.AsyncClient, notice: Notice, at: datetime) -> Delivery:
    headers = {"content-type": "application/json", **notice.sign(notice.body, at)}
    try:
        reply = await http.post(notice.url, content=notice.body, headers=headers)
        status = reply.status_code
    except httpx.HTTPError:
        status = 0
    return Delivery(notice.platform, notice.id, notice.topic, notice.url, status)
