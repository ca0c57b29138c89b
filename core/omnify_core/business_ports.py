"""Business platforms and the store of what was imported from them, as the other rooms see them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Protocol

from pydantic import Field

from omnify_core.business import Kind
from omnify_core.campaigns import Frozen, Platform
from omnify_core.crm import Contact, CrmCampaign, Opportunity, Pipeline, Workflow
from omnify_core.ids import EntityId, TenantId
from omnify_core.legs import AnyLeg
from omnify_core.money import Money
from omnify_core.payments import (
    BalanceTransaction,
    Charge,
    Invoice,
    PaymentCustomer,
    PaymentEvent,
    Subscription,
)
from omnify_core.platform_ports import Writer
from omnify_core.shop import Order, Product, ShopCustomer

CrmRecord = Contact | Pipeline | Opportunity | Workflow | CrmCampaign
ShopRecord = Product | Order | ShopCustomer
PaymentRecord = PaymentCustomer | Subscription | Invoice | Charge | BalanceTransaction | PaymentEvent
AnyRecord = Annotated[CrmRecord | ShopRecord | PaymentRecord, Field(discriminator="kind")]


class BusinessAccount(Frozen):
    """A location, shop or payment account. `currency` is '' where the platform does not name one."""

    platform: Platform
    account_id: str
    name: str
    currency: str = ""
    time_zone: str = ""


class BusinessCapabilities(Frozen):
    """`changes`, `dry_runs` and `idempotent` name legs by their `kind`.

    `idempotent`: sent twice under one key, the platform carries it out once.
    """

    kinds: tuple[Kind, ...]
    changes: tuple[str, ...]
    dry_runs: tuple[str, ...] = ()
    idempotent: tuple[str, ...] = ()
    renewal: str = ""

    def why_not(self, leg: AnyLeg) -> str:
        """Why this leg cannot be carried out; '' where it can."""
        return "" if leg.kind in self.changes else f"{leg.kind.replace('_', ' ')} is not changed there"

    def validates(self, leg: AnyLeg) -> bool:
        return leg.kind in self.dry_runs


class BusinessPlatform(Writer, Protocol):
    """One tenant's connection to one CRM, shop or payment platform."""

    capabilities: BusinessCapabilities

    async def accounts(self) -> list[BusinessAccount]: ...
    def records(self, kind: Kind, since: datetime | None) -> AsyncIterator[AnyRecord]:
        """All of a kind, or those that changed at or after `since`. Raises Unsupported."""
        ...

    async def record(self, kind: Kind, native_id: str) -> AnyRecord:
        """Fresh from the platform. Raises PlatformNotFound, Unsupported."""
        ...


class BusinessPlatforms(Protocol):
    async def business(self, tenant: TenantId) -> Mapping[Platform, BusinessPlatform]: ...


class Selection(Frozen):
    """Which records, newest first. `since` is included, `until` is not; `after` is a page's `next`."""

    kind: Kind
    since: datetime | None = None
    until: datetime | None = None
    customer_id: str = ""
    person: str = ""
    after: str = ""
    limit: int = Field(100, ge=1, le=1000)


class RecordPage(Frozen):
    items: tuple[AnyRecord, ...]
    next: str = ""


class DayTotal(Frozen):
    """Records of one day in one currency; `amount` as the kind's `amount` says."""

    day: date
    count: int
    amount: Money


class ImportState(Frozen):
    """How fresh one kind is. `through`: all changes up to then are stored."""

    platform: Platform
    kind: Kind
    through: datetime | None = None
    running: bool = False
    rows: int = 0
    error: str = ""
    ended_at: datetime | None = None


class Mark(Frozen):
    """An object that a platform says has changed, to be read anew."""

    platform: Platform
    kind: Kind
    native_id: str
    at: datetime


class BusinessStore(Protocol):
    """Imported records. Who was forgotten stays forgotten: later imports do not bring them back."""

    async def save(self, tenant: TenantId, records: Sequence[AnyRecord]) -> None: ...
    async def get(self, tenant: TenantId, record_id: EntityId) -> AnyRecord:
        """Raises NotFound; a foreign id answers the same."""
        ...

    async def select(self, tenant: TenantId, selection: Selection) -> RecordPage: ...
    async def daily_totals(
        self, tenant: TenantId, kind: Kind, since: date, until: date, *, time_zone: str
    ) -> list[DayTotal]:
        """By day and currency, both ends included; records without an amount are not counted."""
        ...

    async def drop(self, tenant: TenantId, record_id: EntityId) -> None: ...
    async def drop_platform(self, tenant: TenantId, platform: Platform) -> int:
        """All that came from a platform, import states and marks included; returns how many records."""
        ...

    async def forget(self, tenant: TenantId, *, person: str, customer_id: str = "") -> int:
        """Deletes what is about a person, unlinks the rest, and remembers it; returns how many records.

        Plans lose what they hold of them: those that wait or ended at once, those under way at their end.
        """
        ...

    async def save_import(self, tenant: TenantId, state: ImportState) -> None: ...
    async def imports(self, tenant: TenantId) -> list[ImportState]: ...

    async def mark(self, tenant: TenantId, marks: Sequence[Mark]) -> None: ...
    async def take_marks(self, tenant: TenantId, *, limit: int) -> list[Mark]:
        """Oldest first; each goes to exactly one caller."""
        ...

    async def claim_delivery(self, tenant: TenantId, delivery_id: str, at: datetime) -> bool:
        """True for exactly one caller per id; ids older than three days are let go."""
        ...

    async def release_delivery(self, tenant: TenantId, delivery_id: str) -> None:
        """It was claimed and not carried out: the next one may claim it."""
        ...
