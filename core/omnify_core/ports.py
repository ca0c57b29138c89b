"""What the rooms need of each other. Methods are named for the business; no backend's type crosses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from omnify_core.audit import AuditRow
from omnify_core.campaigns import (
    AdAccount,
    AdGroup,
    Campaign,
    Creative,
    DailyMetrics,
    Frozen,
    Level,
    Platform,
)
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.conversations import RunEvent, RunRecord, Thread
from omnify_core.factors import Factor
from omnify_core.ids import ChangeSetId, EntityId, RunId, TenantId, ThreadId, UserId
from omnify_core.learned import Forecast, ForecastState, ModelFit
from omnify_core.ledger import MoneyLedger
from omnify_core.memories import MemoryItem, Recalled
from omnify_core.people import Delegation, Tenant, User
from omnify_core.policy import MoneyPolicy
from omnify_core.requests import ExpertRequest, RequestStatus
from omnify_core.results import EffectVerdict
from omnify_core.timeline import JobPlan, JobRun, TimelineEntry


class SyncState(Frozen):
    """How fresh the imported picture is. `share` runs 0-1 while a sync is under way."""

    platform: Platform
    synced_at: datetime | None = None
    running: bool = False
    share: float = 0.0
    error: str = ""
    campaigns: int = 0
    metric_rows: int = 0


class MarketStore(Protocol):
    """The imported picture of a tenant's accounts, as last synced."""

    async def save_accounts(self, tenant: TenantId, accounts: Sequence[AdAccount]) -> None: ...
    async def save_campaigns(self, tenant: TenantId, campaigns: Sequence[Campaign]) -> None: ...
    async def save_ad_groups(self, tenant: TenantId, groups: Sequence[AdGroup]) -> None: ...
    async def save_creatives(self, tenant: TenantId, creatives: Sequence[Creative]) -> None: ...
    async def save_metrics(self, tenant: TenantId, rows: Sequence[DailyMetrics]) -> None: ...
    async def save_sync(self, tenant: TenantId, state: SyncState) -> None: ...

    async def accounts(self, tenant: TenantId) -> list[AdAccount]: ...
    async def campaigns(self, tenant: TenantId, platform: Platform | None = None) -> list[Campaign]: ...
    async def campaign(self, tenant: TenantId, campaign_id: EntityId) -> Campaign:
        """Raises NotFound; a foreign id answers the same."""
        ...

    async def ad_groups(self, tenant: TenantId, campaign_id: EntityId | None = None) -> list[AdGroup]: ...
    async def creatives(self, tenant: TenantId, campaign_id: EntityId | None = None) -> list[Creative]: ...
    async def metrics(
        self,
        tenant: TenantId,
        level: Level,
        since: date,
        until: date,
        *,
        campaign_id: EntityId | None = None,
        entity_id: EntityId | None = None,
    ) -> list[DailyMetrics]:
        """Ordered by day, then entity."""
        ...

    async def sync_states(self, tenant: TenantId) -> list[SyncState]: ...


class ChangeSetStore(Protocol):
    """Change sets; every write is a compare-and-set on `version`."""

    async def add(self, change_set: ChangeSet) -> None: ...
    async def get(self, tenant: TenantId, change_set_id: ChangeSetId) -> ChangeSet:
        """Raises NotFound; a foreign id answers the same."""
        ...

    async def replace(self, change_set: ChangeSet) -> ChangeSet:
        """Stores it if the stored version equals `change_set.version`; returns it with the next one.

        Raises Conflict where somebody else was first.
        """
        ...

    async def of_tenant(
        self, tenant: TenantId, statuses: Sequence[ChangeSetStatus] = (), *, limit: int = 100
    ) -> list[ChangeSet]:
        """Newest first; all statuses where none is named."""
        ...

    async def in_status(self, statuses: Sequence[ChangeSetStatus], *, limit: int = 100) -> list[ChangeSet]:
        """Over all tenants, oldest first: the worker's queue."""
        ...


class LedgerStore(Protocol):
    async def get(self, tenant: TenantId) -> MoneyLedger:
        """An empty ledger of version 0 where none is stored."""
        ...

    async def replace(self, ledger: MoneyLedger) -> MoneyLedger:
        """Compare-and-set as in ChangeSetStore. Raises Conflict."""
        ...


class AuditStore(Protocol):
    """Append-only. One row per (tenant, seq), or Conflict."""

    async def head(self, tenant: TenantId) -> AuditRow | None: ...
    async def append(self, row: AuditRow) -> None: ...
    async def rows(self, tenant: TenantId, *, after: int = 0, limit: int = 1000) -> list[AuditRow]: ...


class PolicyStore(Protocol):
    async def get(self, tenant: TenantId) -> MoneyPolicy:
        """Raises NotFound where the tenant has none: then nothing may be proposed."""
        ...

    async def save(self, policy: MoneyPolicy) -> None: ...

    async def replace(self, policy: MoneyPolicy) -> None:
        """Stores version n + 1 in place of version n, which is kept. Raises Conflict."""
        ...

    async def history(self, tenant: TenantId, *, limit: int = 50) -> list[MoneyPolicy]:
        """Former versions, newest first."""
        ...


class SnapshotStore(Protocol):
    """Inputs of a computation, kept under their own SHA-256."""

    async def keep(self, tenant: TenantId, digest: str, text: str) -> None: ...
    async def get(self, tenant: TenantId, digest: str) -> str:
        """Raises NotFound."""
        ...


class VerdictStore(Protocol):
    """What became of applied changes: one verdict per change set and age."""

    async def save(self, verdict: EffectVerdict) -> None: ...
    async def of_tenant(self, tenant: TenantId) -> list[EffectVerdict]:
        """By change set, the youngest age first."""
        ...


class SwitchStore(Protocol):
    """Kill switches: `tenant=None` is the global one."""

    async def is_stopped(self, tenant: TenantId) -> bool:
        """True where the tenant's or the global switch is on."""
        ...

    async def set_stopped(self, tenant: TenantId | None, stopped: bool) -> None: ...


class PeopleStore(Protocol):
    async def add_tenant(self, tenant: Tenant) -> None: ...
    async def tenant(self, tenant: TenantId) -> Tenant: ...
    async def tenants(self) -> list[Tenant]: ...
    async def add_user(self, user: User) -> None:
        """Raises Conflict where the e-mail address is taken."""
        ...

    async def user(self, tenant: TenantId, user_id: UserId) -> User: ...
    async def user_by_email(self, email: str) -> User | None: ...
    async def users(self, tenant: TenantId) -> list[User]: ...
    async def replace_user(self, user: User) -> None:
        """Raises NotFound."""
        ...


class FactorStore(Protocol):
    """Second factors; every write is a compare-and-set on `version`."""

    async def get(self, tenant: TenantId, user_id: UserId) -> Factor | None: ...
    async def replace(self, factor: Factor) -> None:
        """Stores it if the stored version equals `factor.version` (0: none yet). Raises Conflict."""
        ...

    async def drop(self, tenant: TenantId, user_id: UserId) -> None: ...


class DelegationStore(Protocol):
    async def add(self, delegation: Delegation) -> None: ...
    async def of_tenant(self, tenant: TenantId) -> list[Delegation]: ...
    async def drop(self, tenant: TenantId, delegation_id: str) -> None: ...


class TokenStore(Protocol):
    """Single-use and revocable secrets (one-time links, refresh tokens), kept as hashes, with expiry."""

    async def put(self, key: str, value: dict[str, Any], expires_at: datetime) -> None: ...
    async def take(self, key: str, now: datetime) -> dict[str, Any] | None:
        """The value, exactly once; None where it is gone, used or expired."""
        ...

    async def get(self, key: str, now: datetime) -> dict[str, Any] | None: ...
    async def count(self, key: str, expires_at: datetime, now: datetime) -> int:
        """Adds one to a counter (failed sign-ins) and returns it; expired counters start anew."""
        ...

    async def drop(self, key: str) -> None: ...


class ConnectionStore(Protocol):
    """Platform credentials, sealed: this store never sees a token in the clear."""

    async def save(self, tenant: TenantId, platform: Platform, sealed: str) -> None: ...
    async def get(self, tenant: TenantId, platform: Platform) -> str | None: ...
    async def connected(self, tenant: TenantId) -> list[Platform]: ...
    async def drop(self, tenant: TenantId, platform: Platform) -> None: ...


class ThreadStore(Protocol):
    """Conversations: threads, the SDK's session items, and runs."""

    async def add(self, thread: Thread) -> None: ...
    async def get(self, tenant: TenantId, thread_id: ThreadId) -> Thread: ...
    async def of_user(self, tenant: TenantId, user_id: UserId, *, limit: int = 50) -> list[Thread]:
        """Latest first."""
        ...

    async def replace(self, thread: Thread) -> Thread:
        """Compare-and-set on `version`. Raises Conflict."""
        ...

    async def items(self, tenant: TenantId, thread_id: ThreadId, limit: int | None = None) -> list[Any]:
        """The SDK session's items, oldest first; the last `limit` of them."""
        ...

    async def add_items(self, tenant: TenantId, thread_id: ThreadId, items: Sequence[Any]) -> None: ...
    async def pop_item(self, tenant: TenantId, thread_id: ThreadId) -> Any | None: ...
    async def clear_items(self, tenant: TenantId, thread_id: ThreadId) -> None: ...

    async def save_run(self, run: RunRecord) -> None: ...
    async def run(self, tenant: TenantId, run_id: RunId) -> RunRecord: ...
    async def runs(self, tenant: TenantId, thread_id: ThreadId) -> list[RunRecord]:
        """Oldest first."""
        ...


class EventLog(Protocol):
    """A run's events, numbered from 1. Readers follow; nobody's connection drives a run."""

    async def append(self, run_id: RunId, data: Sequence[str]) -> int:
        """Stores the events in order; returns the last sequence number."""
        ...

    async def read(self, run_id: RunId, *, after: int = 0) -> list[RunEvent]: ...
    def follow(self, run_id: RunId, *, after: int = 0) -> AsyncIterator[RunEvent]:
        """What is stored after `after`, then what comes, until the run is closed."""
        ...

    async def close(self, run_id: RunId) -> None:
        """No more events will come; followers end."""
        ...

    async def is_closed(self, run_id: RunId) -> bool: ...


class Memory(Protocol):
    """What is remembered about a client; the tenant filter sits inside the store."""

    async def remember(self, item: MemoryItem) -> None:
        """An item of the same id is replaced. Raises NotFound where it supersedes nothing of this tenant."""
        ...

    async def recall(self, tenant: TenantId, query: str, *, limit: int = 5) -> list[Recalled]:
        """What fits best of all that is current: neither superseded nor expired."""
        ...

    async def all(self, tenant: TenantId, *, limit: int = 100, past: bool = False) -> list[MemoryItem]:
        """Newest first. `past`: superseded and expired items too."""
        ...

    async def get(self, tenant: TenantId, item_id: str) -> MemoryItem:
        """Past items too. Raises NotFound; a foreign id answers the same."""
        ...

    async def forget(self, tenant: TenantId, item_id: str) -> None:
        """Gone for good. Raises NotFound."""
        ...

    async def forget_all(self, tenant: TenantId) -> int:
        """Everything of this tenant, gone for good; returns how many items."""
        ...


class TimelineStore(Protocol):
    """What happened without anybody asking, and the scheduled runs that wrote it."""

    async def add(self, entry: TimelineEntry) -> None: ...
    async def entries(
        self, tenant: TenantId, *, before: datetime | None = None, limit: int = 50
    ) -> list[TimelineEntry]:
        """Newest first, those strictly before `before`."""
        ...

    async def unseen(self, tenant: TenantId, user_id: UserId) -> int:
        """How many entries are newer than what this person has seen; counts to 100."""
        ...

    async def see(self, tenant: TenantId, user_id: UserId, at: datetime) -> None: ...

    async def claim(self, run: JobRun) -> bool:
        """Stores the run unless its slot has one already; True for exactly one caller."""
        ...

    async def end(self, run: JobRun) -> None: ...
    async def job_runs(self, tenant: TenantId, *, limit: int = 50) -> list[JobRun]:
        """Latest first."""
        ...

    async def plans(self, tenant: TenantId) -> list[JobPlan]: ...
    async def save_plan(self, tenant: TenantId, plan: JobPlan) -> None: ...


class ModelStore(Protocol):
    """What the models learned of a tenant, and their forecasts until and after they are scored."""

    async def save_fit(self, fit: ModelFit) -> None:
        """A fit of the same model, version and training cut is replaced."""
        ...

    async def fits(self, tenant: TenantId, *, limit: int = 100) -> list[ModelFit]:
        """Latest training cut first."""
        ...

    async def save_forecasts(self, tenant: TenantId, forecasts: Sequence[Forecast]) -> None:
        """Those with an id that is stored already are replaced."""
        ...

    async def due_forecasts(self, tenant: TenantId, on: date, *, limit: int = 2_000) -> list[Forecast]:
        """Open ones whose outcome is known on that day, earliest first."""
        ...

    async def forecasts(
        self, tenant: TenantId, state: ForecastState | None = None, *, limit: int = 5_000
    ) -> list[Forecast]:
        """Latest last day first."""
        ...


class RequestStore(Protocol):
    """Questions to human experts."""

    async def add(self, request: ExpertRequest) -> None: ...
    async def get(self, tenant: TenantId, request_id: str) -> ExpertRequest:
        """Raises NotFound; a foreign id answers the same."""
        ...

    async def replace(self, request: ExpertRequest) -> ExpertRequest:
        """Compare-and-set on `version`. Raises Conflict."""
        ...

    async def of_tenant(
        self, tenant: TenantId, status: RequestStatus | None = None, *, limit: int = 50
    ) -> list[ExpertRequest]:
        """Newest first."""
        ...
