"""Edits made on a platform itself, noticed by the import and put on the tenant's timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from omnify_core.campaigns import Campaign, Platform, Status
from omnify_core.change_sets import ChangeSet
from omnify_core.clock import Clock
from omnify_core.ids import EntityId, TenantId, new_id
from omnify_core.legs import NameLeg, SpendLeg, Value
from omnify_core.money import Money
from omnify_core.ports import ChangeSetStore, TimelineStore
from omnify_core.timeline import Severity, TimelineEntry

# Platforms' listings may lag behind a write of ours for so long.
_LAG = timedelta(minutes=10)
_MOST_LINES = 20
_LONGEST_NAME = 80


class Edit(NamedTuple):
    """One difference between two imports. `field`: 'daily budget', 'status' or 'campaign'."""

    campaign_id: EntityId
    platform: Platform
    name: str
    field: str
    before: str
    after: str

    @property
    def line(self) -> str:
        # The owner's text: shown as it is, and never as Markdown.
        name = "`" + " ".join(self.name[:_LONGEST_NAME].replace("`", "'").split()) + "`"
        if self.field == "campaign":
            return f"- {name}: new, {self.after}"
        return f"- {name}: {self.field} {self.before} → {self.after}"


def edits_of(before: Campaign | None, after: Campaign) -> Iterator[Edit]:
    """What differs of a campaign; `before` is None where it is new."""
    about = (after.id, after.ref.platform, after.name)
    budget = str(after.daily_budget) if after.daily_budget else "none"
    if before is None:
        yield Edit(*about, "campaign", "", f"{after.status.value}, daily budget {budget}")
        return
    if before.status is not after.status:
        yield Edit(*about, "status", before.status.value, after.status.value)
    if before.daily_budget != after.daily_budget:
        was = str(before.daily_budget) if before.daily_budget else "none"
        yield Edit(*about, "daily budget", was, budget)


class Notices:
    """What our own change sets did is no news."""

    def __init__(self, change_sets: ChangeSetStore, timeline: TimelineStore, clock: Clock) -> None:
        self._change_sets = change_sets
        self._timeline = timeline
        self._clock = clock

    async def notice(self, tenant: TenantId, edits: Sequence[Edit]) -> None:
        recent = await self._change_sets.of_tenant(tenant, limit=100)
        ours = {what for change_set in recent for what in self._done_by(change_set)}
        foreign = [edit for edit in edits if (edit.campaign_id, edit.field, edit.after) not in ours]
        if not foreign:
            return
        count, label = len(foreign), foreign[0].platform.label
        title = f"{count} {'edit' if count == 1 else 'edits'} made outside OmniFy on {label}"
        await self._timeline.add(
            TimelineEntry(
                id=new_id("tl"),
                tenant_id=tenant,
                at=self._clock.now(),
                source="import",
                title=title,
                text=_text(foreign),
                severity=Severity.ATTENTION if any(map(_matters, foreign)) else Severity.INFO,
            )
        )

    def _done_by(self, change_set: ChangeSet) -> Iterator[tuple[EntityId, str, str]]:
        """What a change set wrote, and for a while what was there before: listings may lag behind."""
        lately = self._clock.now() - change_set.updated_at < _LAG
        for leg, record in zip(change_set.plan.legs, change_set.records, strict=False):
            if record.sent_at is None:
                continue
            for value in (leg.after, leg.before) if lately else (leg.after,):
                if isinstance(leg, SpendLeg | NameLeg):
                    yield leg.ref.id, *_written(value)


def _written(value: Value | None) -> tuple[str, str]:
    """Which field a leg's value belongs to, and the value as an edit shows it."""
    if isinstance(value, Status):
        return "status", value.value
    return "daily budget" if isinstance(value, Money) else "name", str(value)


def _text(edits: Sequence[Edit]) -> str:
    lines = [edit.line for edit in edits[:_MOST_LINES]]
    more = len(edits) - len(lines)
    return "\n".join([*lines, *([f"- and {more} more"] if more else [])])


def _matters(edit: Edit) -> bool:
    """Money and running state; a new campaign that is paused only tells."""
    return edit.field != "campaign" or edit.after.startswith(Status.ENABLED.value)
