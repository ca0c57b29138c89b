"""What became of a plan, in words that say exactly what changed and what did not."""

from __future__ import annotations

from collections.abc import Sequence

from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegRecord, LegStatus
from omnify_guardrails.assessment import journal
from omnify_guardrails.findings import named
from omnify_guardrails.legs import AnyLeg
from omnify_guardrails.wording import after_text, before_text


def final_status(records: Sequence[LegRecord]) -> ChangeSetStatus:
    """Of a plan whose legs are all settled as far as reading can settle them."""
    seen = {record.status for record in records}
    if LegStatus.UNKNOWN in seen:
        return ChangeSetStatus.NEEDS_PERSON
    return ChangeSetStatus.DONE if seen == {LegStatus.DONE} else ChangeSetStatus.FAILED


def outcome_words(change_set: ChangeSet) -> str:
    """For the approval card, the conversation and the audit chain."""
    legs = journal(change_set)
    changed = [_change(leg) for leg, record in legs if record.status is LegStatus.DONE]
    unclear = [_why(leg, record) for leg, record in legs if record.status is LegStatus.UNKNOWN]
    rest = [
        _why(leg, record) for leg, record in legs if record.status in (LegStatus.FAILED, LegStatus.SKIPPED)
    ]
    parts = [f"Changed: {'; '.join(changed)}."] if changed else ["Nothing was changed."]
    if unclear:
        parts = parts if changed else []
        parts.append(f"Not known: {'; '.join(unclear)}. Look at the platform, then settle it.")
    if rest:
        parts.append(f"Not changed: {'; '.join(rest)}.")
    return " ".join(parts)


def _change(leg: AnyLeg) -> str:
    return f"{named(leg)} {_field(leg)} from {before_text(leg)} to {after_text(leg)}"


def _why(leg: AnyLeg, record: LegRecord) -> str:
    return f"{named(leg)} {_field(leg)} ({record.note or 'not tried'})"


def _field(leg: AnyLeg) -> str:
    return leg.kind.replace("_", " ")
