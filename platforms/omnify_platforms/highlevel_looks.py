"""What stands at GoHighLevel where a change would write, and whether the change could be made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from omnify_core.business import Kind
from omnify_core.crm import Pipeline
from omnify_core.errors import BadInput, PlatformRejected
from omnify_core.legs import AnyLeg, ContactLeg, FieldLeg, StageLeg, TagsLeg, WorkflowLeg
from omnify_core.platform_ports import Look
from omnify_core.specs import ContactSpec
from omnify_platforms.highlevel_reads import HIGHLEVEL, HighLevelReads
from omnify_platforms.highlevel_writes import refuse_strangers_phone, sendable, tags_sent
from omnify_platforms.legs import not_offered
from omnify_platforms.rows import Row

_SHOWN: dict[str, Callable[[Row], Any]] = {
    "first_name": lambda row: row.text("firstName"),
    "last_name": lambda row: row.text("lastName"),
    "phone": lambda row: row.text("phone"),
    "source": lambda row: row.text("source"),
    "tags": lambda row: _tags(row.raw("tags") or ()),
}


class HighLevelLooks:
    """There is no dry run: everything that a change names is read, and must be as it was."""

    def __init__(self, reads: HighLevelReads) -> None:
        self._reads = reads

    async def look(self, leg: FieldLeg) -> Look:
        """A contact is shown with the fields that the leg sets or had, and no others."""
        match leg:
            case TagsLeg():
                return Look(_tags((await self._reads.contact(leg.ref.native_id)).tags))
            case StageLeg():
                return Look((await self._reads.opportunity(leg.ref.native_id)).stage_id)
            case WorkflowLeg():
                await self._reads.contact(leg.ref.native_id)
                await self._reads.record(Kind.WORKFLOW, leg.workflow_id)
                return Look(None, can_tell=False)
            case ContactLeg():
                return await self._contact(leg)
        raise not_offered(HIGHLEVEL, leg)

    async def dry_run(self, leg: AnyLeg) -> str:
        match leg:
            case TagsLeg():
                tags_sent(leg.after)
                _unchanged("tags", (await self.look(leg)).value, leg.before)
                return "The contact is there and has the tags that were read"
            case StageLeg():
                return await self._try_stage(leg)
            case WorkflowLeg():
                await self.look(leg)
                return "Contact and workflow are there"
            case ContactLeg():
                return await self._try_contact(leg)
        raise not_offered(HIGHLEVEL, leg)

    async def _contact(self, leg: ContactLeg) -> Look:
        spec = leg.after or leg.before
        assert spec is not None, "a creation or removal has one of the two"
        for row in await self._reads.contact_rows("email", spec.email):
            if row.text("email").strip().lower() == spec.email.strip().lower():
                held = {name: _SHOWN[name](row) for name in touched(leg)}
                return Look(ContactSpec(email=spec.email, **held), native_id=row.required("id"))
        return Look(None)

    async def _try_stage(self, leg: StageLeg) -> str:
        _unchanged("pipelineStageId", (await self.look(leg)).value, leg.before)
        pipeline = await self._reads.record(Kind.PIPELINE, leg.pipeline_id)
        assert isinstance(pipeline, Pipeline)
        if leg.after not in {stage.id for stage in pipeline.stages}:
            raise BadInput(f"pipeline {pipeline.name!r} has no stage {leg.after!r}; use one that it lists")
        return "The opportunity stands where it was read, and its pipeline has the stage"

    async def _try_contact(self, leg: ContactLeg) -> str:
        now = await self.look(leg)
        _unchanged("contact", now.value, leg.before)
        if leg.after is None:
            return "The contact is there and can be deleted, with all that hangs on it"
        sendable(leg.after)
        await refuse_strangers_phone(self._reads, leg.after, now.native_id)
        found = "A contact with this address is there and" if now.native_id else "A new contact"
        return f"{found} would have what is proposed"


def touched(leg: ContactLeg) -> tuple[str, ...]:
    """The fields that the leg sets, or takes back to what they were."""
    specs = [spec for spec in (leg.before, leg.after) if spec is not None]
    return tuple(name for name in _SHOWN if any(getattr(spec, name) for spec in specs))


def _tags(tags: tuple[Any, ...] | list[Any]) -> tuple[str, ...]:
    """HighLevel keeps them in lower case; older ones may not be."""
    return tuple(sorted({tag.lower() for tag in tags if isinstance(tag, str)}))


def _unchanged(field: str, now: object, before: object) -> None:
    if now != before:
        raise PlatformRejected(
            f"GoHighLevel's {field} has changed since it was read; propose again from a fresh read",
            platform=HIGHLEVEL.value,
            field=field,
        )
