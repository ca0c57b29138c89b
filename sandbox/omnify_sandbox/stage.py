"""What a platform's code sees of the market: objects, settings, and figures as they are reported now."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from omnify_sandbox.advertiser import Advertiser
from omnify_sandbox.book import Book, Change, Key, ObjectKind, Value
from omnify_sandbox.catalog import Catalog
from omnify_sandbox.credentials import credentials_of
from omnify_sandbox.figures import Figures
from omnify_sandbox.growth import Birth, Thing
from omnify_sandbox.journal import Journal
from omnify_sandbox.world import Setting, World


class Stage(ABC):
    """`seed` is the market's own, from which credentials follow. One event loop uses it."""

    seed: int
    advertiser: Advertiser
    journal: Journal
    catalog: Catalog
    world: World
    book: Book

    @abstractmethod
    def now(self) -> datetime:
        """Market time."""

    @abstractmethod
    def commit(self, changes: Sequence[Change], *, request_id: str, origin: str = "api") -> None:
        """Carries out all changes at this moment and logs each."""

    @abstractmethod
    def create(self, births: Sequence[Birth], *, request_id: str, origin: str = "api") -> list[str]:
        """Makes the objects in this order and logs each; their ids. One may stand below an earlier one."""

    @abstractmethod
    def things(self, kind: ObjectKind) -> list[Thing]:
        """What was made of a kind since the market began, oldest first."""

    @abstractmethod
    def exists(self, kind: ObjectKind, id_: str, as_of: datetime | None = None) -> bool:
        """Whether a reader at `as_of` can know of the object: False before it was made."""

    @abstractmethod
    def figures(self, since: date, until: date) -> Figures:
        """As reported now, `since` and `until` included; days outside the world are left out."""

    @abstractmethod
    def setting(self) -> Setting:
        """What the book's values mean for delivery."""

    @property
    def zone(self) -> ZoneInfo:
        """In which the accounts' days begin and end."""
        return ZoneInfo(self.advertiser.zone)

    @property
    def credentials(self) -> dict[str, Any]:
        return credentials_of(self.seed, self.advertiser)

    def currency_of(self, account: str) -> str:
        return self.advertiser.account(account).currency

    def today(self) -> date:
        return self.now().astimezone(self.zone).date()

    def read(self, key: Key, as_of: datetime | None = None) -> Value:
        return self.book.read(key, as_of)

    def get(self, key: Key, default: Value, as_of: datetime | None = None) -> Value:
        """As `read`; `default` where nobody has set it yet."""
        return self.book.get(key, default, as_of)
