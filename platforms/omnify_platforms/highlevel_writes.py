"""What is sent to GoHighLevel: each change once, and nothing that it would keep otherwise than shown."""

from __future__ import annotations

import re
from typing import Any

from omnify_core.errors import BadInput, OutcomeUnknown, PlatformNotFound, PlatformRejected
from omnify_core.legs import AnyLeg, ContactLeg, StageLeg, TagsLeg, WorkflowLeg
from omnify_core.specs import ContactSpec
from omnify_platforms.highlevel_reads import HIGHLEVEL, HighLevelReads
from omnify_platforms.legs import not_offered
from omnify_platforms.rows import Row, word
from omnify_platforms.transport import Call, Transport

_FIELDS = {"first_name": "firstName", "last_name": "lastName", "phone": "phone", "source": "source"}


class HighLevelWrites:
    def __init__(self, transport: Transport, reads: HighLevelReads) -> None:
        self._transport = transport
        self._reads = reads

    async def write(self, leg: AnyLeg) -> None:
        match leg:
            case TagsLeg():
                path = f"/contacts/{word(leg.ref.native_id, 'contact id')}"
                await self._send("PUT", path, {"tags": tags_sent(leg.after)})
            case StageLeg():
                path = f"/opportunities/{word(leg.ref.native_id, 'opportunity id')}"
                await self._send("PUT", path, {"pipelineId": leg.pipeline_id, "pipelineStageId": leg.after})
            case WorkflowLeg():
                contact = word(leg.ref.native_id, "contact id")
                workflow = word(leg.workflow_id, "workflow id")
                verb = "POST" if leg.after else "DELETE"
                _confirmed(await self._send(verb, f"/contacts/{contact}/workflow/{workflow}", {}))
            case ContactLeg(after=None):
                _confirmed(await self._send("DELETE", f"/contacts/{await self._id_of(leg)}", None))
            case ContactLeg(after=spec) if spec is not None:
                await self._upsert(leg, spec)
            case _:
                raise not_offered(HIGHLEVEL, leg)

    async def _upsert(self, leg: ContactLeg, spec: ContactSpec) -> None:
        """Only what differs: what the leg does not name stays as it is."""
        body = sendable(spec) | _cleared(leg.before, spec)
        found = await self._reads.contact_rows("email", spec.email)
        await refuse_strangers_phone(self._reads, spec, found[0].text("id") if found else "")
        await self._send("POST", "/contacts/upsert", {"locationId": self._reads.location, **body})

    async def _id_of(self, leg: ContactLeg) -> str:
        assert leg.before is not None, "what is removed was read"
        for row in await self._reads.contact_rows("email", leg.before.email):
            return word(row.required("id"), "contact id")
        raise PlatformNotFound(
            "GoHighLevel has no contact with this address any more; nothing is left to remove",
            platform=HIGHLEVEL.value,
        )

    async def _send(self, verb: str, path: str, body: dict[str, Any] | None) -> Row:
        call = Call(method=verb, path=path, account=self._reads.location, body=body)
        return Row(HIGHLEVEL, await self._transport.write(call))


def sendable(spec: ContactSpec) -> dict[str, Any]:
    """The fields that are set, as HighLevel names them. Raises BadInput for what it would keep otherwise."""
    if spec.phone and not re.fullmatch(r"\+[1-9]\d{6,14}", spec.phone):
        raise BadInput("phone must be written with its country and digits only, such as '+15550100200'")
    named = {theirs: getattr(spec, ours) for ours, theirs in _FIELDS.items() if getattr(spec, ours)}
    tags = {"tags": tags_sent(spec.tags)} if spec.tags else {}
    return {"email": spec.email, **named, **tags}


def tags_sent(tags: tuple[str, ...]) -> list[str]:
    """Raises BadInput: HighLevel keeps tags in lower case and would not show what was sent."""
    for tag in tags:
        if tag != tag.strip().lower() or not tag:
            raise BadInput(f"tag {tag!r} must be in lower case without spaces around it")
    if list(tags) != sorted(set(tags)):
        raise BadInput("tags must be sorted, each once")
    return list(tags)


async def refuse_strangers_phone(reads: HighLevelReads, spec: ContactSpec, own_id: str) -> None:
    """An upsert may find its contact by phone first, and would then change another person's."""
    for row in await reads.contact_rows("number", spec.phone) if spec.phone else ():
        if row.text("phone") == spec.phone and row.text("id") != own_id:
            raise PlatformRejected(
                "Another contact of GoHighLevel has this phone number; leave it out, or merge the two there",
                platform=HIGHLEVEL.value,
                field="phone",
            )


def _cleared(before: ContactSpec | None, after: ContactSpec) -> dict[str, Any]:
    """What was there and is not to be: taken back to nothing."""
    if before is None:
        return {}
    gone = [name for name in _FIELDS if getattr(before, name) and not getattr(after, name)]
    return {_FIELDS[name]: "" for name in gone} | ({"tags": []} if before.tags and not after.tags else {})


def _confirmed(reply: Row) -> None:
    # The dated contract misspells it.
    if not (reply.raw("succeeded") or reply.raw("succeded")):
        raise OutcomeUnknown(
            "GoHighLevel did not confirm the change; look at the contact there", platform=HIGHLEVEL.value
        )
