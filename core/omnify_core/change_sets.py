"""Change sets: what an agent may put before a person, and what became of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field

from omnify_core.campaigns import Frozen, Platform
from omnify_core.canonical import sha256_of
from omnify_core.ids import ChangeSetId, RunId, TenantId, ThreadId, UserId
from omnify_core.legs import Leg
from omnify_core.money import Money


class Plan(Frozen):
    """What is hashed, shown, approved and sent: nothing of it changes without a new hash."""

    tenant_id: TenantId
    change_set_id: ChangeSetId
    revision: int = 1
    legs: tuple[Leg, ...] = Field(min_length=1, max_length=200)
    expires_at: datetime

    @property
    def hash(self) -> str:
        return sha256_of(self)


class ChangeSetStatus(StrEnum):
    DENIED = "denied"  # policy refused; nobody is asked
    PROPOSED = "proposed"
    APPROVED = "approved"
    APPLYING = "applying"
    DONE = "done"
    FAILED = "failed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    NEEDS_PERSON = "needs_person"  # an outcome only a person can settle

    @property
    def is_final(self) -> bool:
        return self in _FINAL


_FINAL = {
    ChangeSetStatus.DENIED,
    ChangeSetStatus.DONE,
    ChangeSetStatus.FAILED,
    ChangeSetStatus.REJECTED,
    ChangeSetStatus.EXPIRED,
}


class LegStatus(StrEnum):
    PENDING = "pending"
    SENDING = "sending"  # the intent row: written before the call, may have happened
    DONE = "done"  # read back and equal
    FAILED = "failed"  # proven not written
    SKIPPED = "skipped"  # not tried, because an earlier leg ended the plan
    UNKNOWN = "unknown"  # only a read settles it


class LegRecord(Frozen):
    """The journal of one leg. `attempt` counts calls; `note` says why in words for a person.

    `created` is the platform's own id of what the leg created, as read back.
    """

    status: LegStatus = LegStatus.PENDING
    attempt: int = 0
    sent_at: datetime | None = None
    settled_at: datetime | None = None
    read_back: str = ""
    note: str = ""
    created: str = ""


class Finding(Frozen):
    """One rule's answer: what was found, what the limit is, and what would pass."""

    rule: str
    passed: bool
    message: str
    actual: str = ""
    limit: str = ""
    cure: str = ""


class Verdict(Frozen):
    """The policy's answer, computed by the server: may we ask a person?"""

    allowed: bool
    policy_version: int
    findings: tuple[Finding, ...]
    needs_second_person: bool = False

    @property
    def denials(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.passed)


class Band(Frozen):
    """A quantity's P10, P50 and P90, as decimal text so that the card can be computed again exactly."""

    p10: str
    p50: str
    p90: str
    unit: str


class EffectInputs(Frozen):
    """What an effect was computed from, so that the same card can be computed again.

    `snapshot` is the SHA-256 of the history's rows as kept; `code` that of the models' own source.
    """

    snapshot: str
    as_of: date
    base_currency: str
    per_unit: dict[str, Decimal] = Field(default_factory=dict)
    overdelivery: dict[Platform, Decimal] = Field(default_factory=dict)
    learning_days: int = 7
    learning_step_share: Decimal = Decimal("0.20")
    code: str


class Effect(Frozen):
    """What the change is expected to do over `horizon_days`, and where that comes from.

    `worst_case` is the most that the change can add to the spend of one day, platforms' own
    overdelivery included. `learning_cost` is what platforms are expected to spend for nothing while they
    learn anew what a large step changed; None where nothing is learned anew, or where a note says that it
    cannot be told. `dry_runs` say what the platform's own validation answered, per leg,
    `readings` what delivery the plan takes away. A band is None where the history is too thin to say.
    """

    horizon_days: int
    spend: Band | None = None
    conversions: Band | None = None
    value: Band | None = None
    worst_case: Money
    learning_cost: Money | None = None
    method: str
    window: str
    notes: tuple[str, ...] = ()
    dry_runs: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    inputs: EffectInputs | None = None


class Approval(Frozen):
    """A person's yes or no to exactly one hash. Used once. `in_name_of`: who lent the right, if anybody."""

    decision: Literal["approved", "rejected"]
    plan_hash: str
    by: UserId
    by_name: str
    role: str
    at: datetime
    valid_until: datetime
    reason: str = ""
    via: Literal["api", "cli", "web"] = "api"
    in_name_of: UserId | None = None
    in_name_of_name: str = ""


class Lease(Frozen):
    """Who applies it now; `fence` grows with each holder, so that a sleeper cannot write."""

    holder: str
    until: datetime
    fence: int


class ChangeSet(Frozen):
    """A plan and its life. `version` is for compare-and-set; the store raises it by one."""

    id: ChangeSetId
    tenant_id: TenantId
    version: int = 0
    status: ChangeSetStatus
    title: str
    reason: str
    plan: Plan
    plan_hash: str
    verdict: Verdict
    effect: Effect | None = None
    proposed_by: UserId
    proposed_by_agent: str = ""
    revised_by: UserId | None = None
    thread_id: ThreadId | None = None
    run_id: RunId | None = None
    created_at: datetime
    updated_at: datetime
    approval: Approval | None = None
    records: tuple[LegRecord, ...] = ()
    lease: Lease | None = None
    outcome: str = ""
    undoes: ChangeSetId | None = None

    @property
    def expires_at(self) -> datetime:
        return self.plan.expires_at
