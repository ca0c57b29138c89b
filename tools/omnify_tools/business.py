"""Reading what was imported from CRM, shop and payments: all of a period, and how fresh it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from omnify_core.business import Kind, Record, Utm
from omnify_core.business_ports import BusinessStore, Selection
from omnify_core.errors import BadInput
from omnify_core.ids import TenantId
from omnify_tools.context import Copilot
from omnify_tools.periods import Period
from omnify_tools.untrusted import clean

R = TypeVar("R", bound=Record)
MOST_RECORDS = 50_000
_PAGE = 1_000
DIRECT = "direct or unknown"


async def records_of(
    copilot: Copilot,
    kind: Kind,
    shape: type[R],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[R]:
    """All of a kind, newest first. Raises BadInput where there are more than a tool should read."""
    return await all_records(copilot.business, copilot.tenant.id, kind, shape, since=since, until=until)


async def all_records(
    store: BusinessStore,
    tenant: TenantId,
    kind: Kind,
    shape: type[R],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[R]:
    """As `records_of`, without a conversation."""
    found: list[R] = []
    after = ""
    while True:
        selection = Selection(kind=kind, since=since, until=until, after=after, limit=_PAGE)
        page = await store.select(tenant, selection)
        found += [item for item in page.items if isinstance(item, shape)]
        if not (after := page.next):
            return found
        if len(found) >= MOST_RECORDS:
            raise BadInput(f"there are more than {MOST_RECORDS:,} records; choose a shorter period")


def bounds(period: Period) -> tuple[datetime, datetime]:
    """The instants at which the period's first day begins and its last one ends."""
    zone = ZoneInfo(period.zone)
    first = datetime.combine(period.since, time(), zone)
    after = datetime.combine(period.until + timedelta(days=1), time(), zone)
    return first.astimezone(UTC), after.astimezone(UTC)


def channel_of(visit: Utm) -> str:
    """The source that the landing page's address named, with its medium; foreign text, cleaned."""
    if not visit.source:
        return DIRECT
    named = clean(visit.source.casefold(), length=40)
    return f"{named} / {clean(visit.medium.casefold(), length=30)}" if visit.medium else named


async def business_freshness(copilot: Copilot, kinds: Iterable[Kind]) -> tuple[str, list[str]]:
    """When these kinds were last imported, and what is missing."""
    wanted = set(kinds)
    states = [state for state in await copilot.business.imports(copilot.tenant.id) if state.kind in wanted]
    if not states:
        return "not imported yet", ["None of these records was imported yet: connect the platform first."]
    said = [
        f"{state.platform.label} {state.kind.value.replace('_', ' ')}s through "
        + (f"{state.through:%Y-%m-%d %H:%M} UTC" if state.through else "nothing yet")
        for state in states
    ]
    failed = [f"{state.platform.label}: {clean(state.error)}" for state in states if state.error]
    return "; ".join(said), [f"The last import failed: {one}" for one in failed]
