"""What the HTTP interface shows. Money leaves as a decimal string with its currency."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from omnify_core.business_ports import BusinessCapabilities
from omnify_core.campaigns import Platform, Status
from omnify_core.change_sets import ChangeSetStatus, Effect, LegStatus, Verdict
from omnify_core.conversations import RunStatus, ToolCall, Usage
from omnify_core.money import Money
from omnify_core.people import Role
from omnify_core.platform_ports import Capabilities


class MoneyView(BaseModel):
    amount: str
    currency: str

    @classmethod
    def of(cls, money: Money) -> MoneyView:
        return cls(amount=money.amount, currency=money.currency)


class TenantView(BaseModel):
    id: str
    name: str
    base_currency: str
    time_zone: str


class UserView(BaseModel):
    id: str
    name: str
    email: str
    role: Role
    may_approve: bool
    has_second_factor: bool
    tenant: TenantView


class SignedIn(BaseModel):
    user: UserView
    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int


class EngineView(BaseModel):
    """Which language engine answers, and whether it is a language model at all."""

    name: str
    is_language_model: bool
    note: str


class StatusView(BaseModel):
    version: str
    engine: EngineView
    sandbox: bool
    applying_stopped: bool
    now: datetime


class ThreadView(BaseModel):
    id: str
    title: str
    current_agent: str
    running_run_id: str | None
    waiting_approvals: int
    created_at: datetime
    updated_at: datetime


class RunView(BaseModel):
    id: str
    thread_id: str
    utterance: str
    status: RunStatus
    outcome: str
    reply: str
    route: list[str]
    tool_calls: list[ToolCall]
    change_set_ids: list[str]
    usage: Usage
    model: str
    started_at: datetime
    ended_at: datetime | None
    error: str


class ThreadDetail(BaseModel):
    thread: ThreadView
    runs: list[RunView]


class RunStarted(BaseModel):
    run_id: str
    events_url: str


class LegPart(BaseModel):
    """One field of what a leg creates or sets, before and after; '' where it is not set."""

    label: str
    before: str
    after: str


class PlaceView(BaseModel):
    """What a created or removed thing stands in; `name` as last imported, '' where unknown.

    `is_new`: an earlier leg of the same plan creates it, so that it has no id yet.
    """

    level: str
    id: str
    name: str
    is_new: bool


class LegView(BaseModel):
    """One change as a person reads it. `name_marks` names what may deceive in the name.

    `key` is unique in the plan; `parts` are the fields of a value that has several. `known_names` says what
    ids in `before` and `after` were called when last imported.
    """

    key: str
    platform: Platform
    account_id: str
    entity_id: str
    level: str
    name: str
    name_marks: list[str]
    field: str
    before: str
    after: str
    delta: MoneyView | None
    delta_share: float | None
    parts: list[LegPart]
    place: PlaceView | None
    known_names: dict[str, str]
    status: LegStatus
    note: str


class ApprovalView(BaseModel):
    decision: Literal["approved", "rejected"]
    by_name: str
    role: str
    at: datetime
    reason: str
    via: str
    in_name_of: str


class ChangeSetView(BaseModel):
    id: str
    status: ChangeSetStatus
    title: str
    reason: str
    plan_hash: str
    revision: int
    legs: list[LegView]
    daily_change: list[MoneyView]
    verdict: Verdict
    effect: Effect | None
    worst_case: MoneyView | None
    learning_cost: MoneyView | None
    requested_by: str
    agent: str
    thread_id: str | None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    approval: ApprovalView | None
    outcome: str
    undoes: str | None
    may_decide: bool
    why_not: str
    needs_code: bool
    can_undo: bool


class Window(BaseModel):
    """The days a figure covers, in the account's zone; `partial_day` is a day still running."""

    since: date
    until: date
    time_zone: str
    partial_day: date | None


class Freshness(BaseModel):
    platform: Platform
    synced_at: datetime | None
    running: bool
    share: float
    error: str


class CampaignRow(BaseModel):
    """Totals over the window; a ratio without a denominator is None. `*_change` compare with the
    window of equal length before, as a share (0.1 = +10 %)."""

    id: str
    platform: Platform
    account_id: str
    name: str
    status: Status
    objective: str
    daily_budget: MoneyView | None
    shared_budget: bool
    impressions: int
    clicks: int
    spend: MoneyView
    conversions: float
    revenue: MoneyView
    ctr: float | None
    cpc: MoneyView | None
    cpa: MoneyView | None
    roas: float | None
    spend_change: float | None
    conversions_change: float | None
    cpa_change: float | None
    spark_days: list[date]
    spark_spend: list[float]
    spark_conversions: list[float]


class CampaignList(BaseModel):
    items: list[CampaignRow]
    total: int
    window: Window
    freshness: list[Freshness]


class DayView(BaseModel):
    day: date
    impressions: int
    clicks: int
    spend: MoneyView
    conversions: float
    revenue: MoneyView


class Performance(BaseModel):
    campaign: CampaignRow
    days: list[DayView]
    window: Window


class IntegrationView(BaseModel):
    """`state`: `reconnect` where only a person's new sign-in helps, `trouble` where waiting may.

    `capabilities` are None for platforms that hold no ads, `records` for those that do.
    """

    platform: Platform
    label: str
    state: Literal["connected", "reconnect", "trouble", "not_connected"]
    can_connect: bool
    needs_shop: bool
    capabilities: Capabilities | None
    records: BusinessCapabilities | None
    connected: bool
    ok: bool
    message: str
    synced_at: datetime | None
    campaigns: int
    metric_rows: int


class Problem(BaseModel):
    """Every error's body: a stable code, what was wrong and what to do, and the request's id."""

    code: str
    message: str
    retry: str
    request_id: str
