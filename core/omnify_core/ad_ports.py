"""What the rooms need of an ad platform, and what they ask it before they ask it for anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple, Protocol

from pydantic import Field

from omnify_core.campaigns import (
    AD_LEVELS,
    AdAccount,
    AdGroup,
    Campaign,
    Creative,
    DailyMetrics,
    EntityRef,
    EntityState,
    Frozen,
    Level,
    Platform,
    Status,
)
from omnify_core.ids import TenantId
from omnify_core.legs import AnyLeg, FieldLeg, KeywordLeg, StatusLeg, Value
from omnify_core.reads import AudienceRow, KeywordRow, SearchTermRow, ShareRow

__all__ = [
    "Action",
    "AdPlatform",
    "CanChange",
    "Capabilities",
    "Connected",
    "Health",
    "Look",
    "Platforms",
    "Writer",
    "action_of",
]


class Action(StrEnum):
    """The kinds of changes that an ad platform may carry out for us."""

    DAILY_BUDGET = "daily_budget"
    STATUS = "status"
    RENAME = "rename"
    REMOVE = "remove"
    CREATE_CAMPAIGN = "create_campaign"
    CREATE_AD_GROUP = "create_ad_group"
    BID = "bid"
    KEYWORD = "keyword"
    NEGATIVE_KEYWORD = "negative_keyword"
    CREATIVE = "creative"
    AUDIENCE = "audience"
    TARGETING = "targeting"


def action_of(leg: AnyLeg) -> Action:
    """The one action that a leg of an ad platform needs."""
    if isinstance(leg, StatusLeg):
        return Action.REMOVE if leg.after is Status.REMOVED else Action.STATUS
    if isinstance(leg, KeywordLeg):
        spec = leg.after or leg.before
        return Action.NEGATIVE_KEYWORD if spec and spec.negative else Action.KEYWORD
    return _ACTIONS[leg.kind]


_ACTIONS = {
    "daily_budget": Action.DAILY_BUDGET,
    "name": Action.RENAME,
    "bid": Action.BID,
    "targeting": Action.TARGETING,
    "ad": Action.CREATIVE,
    "ad_group": Action.CREATE_AD_GROUP,
    "campaign": Action.CREATE_CAMPAIGN,
    "audience": Action.AUDIENCE,
}


class Capabilities(Frozen):
    """What a platform can do through us, so that tools and UI ask instead of guessing.

    `actions` are carried out; `refused` says of each other one, in words, why not.
    `levels` exist on the platform; where one only stands in for another, the status levels lack it.
    """

    budget_levels: tuple[Level, ...]
    can_dry_run: bool
    has_reach: bool
    overdelivery: str
    """How far a day's spend may exceed the daily budget, as a decimal factor: Google '2', Meta '1.25'."""
    levels: tuple[Level, ...] = AD_LEVELS
    status_levels: tuple[Level, ...] = AD_LEVELS
    actions: tuple[Action, ...] = (Action.DAILY_BUDGET, Action.STATUS)
    refused: dict[Action, str] = Field(default_factory=dict)
    targeting_level: Level = Level.CAMPAIGN
    """Where a platform sets who may see the ads; on ad groups, new ones want it from the start."""
    reads: tuple[str, ...] = ()
    """Beyond campaigns and figures: keywords, search_terms, audiences, impression_shares, videos."""
    reports: str = ""
    """How figures are asked for, in words."""
    report_days: int = 0
    """The longest range of one report, 0 where there is no bound."""
    day_zone: Literal["account", "UTC"] = "account"
    """In whose days figures are counted."""
    webhooks: bool = False
    renewal: str = ""
    """How its access is kept alive, in words."""

    def why_not(self, leg: AnyLeg) -> str:
        """Why this leg cannot be carried out; '' where it can."""
        action = action_of(leg)
        if action in self.actions:
            return ""
        return self.refused.get(action, f"{action.value.replace('_', ' ')} is not offered there yet")

    def validates(self, leg: AnyLeg) -> bool:  # noqa: ARG002 - business platforms validate by kind
        return self.can_dry_run


class Health(Frozen):
    """`needs_person`: consent is gone, and only signing in again brings it back."""

    platform: Platform
    ok: bool
    message: str
    checked_at: datetime
    needs_person: bool = False


class Connected(Protocol):
    """What every connection has, whatever it leads to."""

    platform: Platform

    async def health(self) -> Health: ...


class Look(NamedTuple):
    """What a platform shows of what a leg changes. `value` None: it is not there.

    `native_id` is where a created thing was found. `can_tell` is False where no read shows it.
    """

    value: Value | None
    native_id: str = ""
    can_tell: bool = True


class CanChange(Protocol):
    def why_not(self, leg: AnyLeg) -> str: ...
    def validates(self, leg: AnyLeg) -> bool: ...


class Writer(Connected, Protocol):
    """What the money path needs of a platform. Errors are `PlatformError`s, money is `Money`.

    `write` is called by the executor of approved change sets and by nobody else. It sends at most
    once; without an answer it raises OutcomeUnknown. A refusal that proves nothing was written
    raises any other PlatformError.
    """

    @property
    def capabilities(self) -> CanChange: ...

    async def look(self, leg: FieldLeg) -> Look:
        """Fresh: what stands now where the leg would write, whatever its `before` says.

        A created thing is looked for by its natural key below its parent; one that is there twice is a
        PlatformRejected. Raises PlatformNotFound where the object or parent is gone, Unsupported.
        """
        ...

    async def dry_run(self, leg: AnyLeg) -> str:
        """The platform's own validation, or ours by reading, in words.

        Raises PlatformRejected, Unsupported.
        """
        ...

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        """`key` is the same for the same leg of the same plan, and for no other.

        BadInput and Unsupported are raised before anything is sent.
        """
        ...


class AdPlatform(Writer, Protocol):
    """One tenant's connection to one ad platform."""

    capabilities: Capabilities

    async def accounts(self) -> list[AdAccount]: ...
    def campaigns(self, account: AdAccount) -> AsyncIterator[Campaign]: ...
    def ad_groups(self, account: AdAccount) -> AsyncIterator[AdGroup]: ...
    def creatives(self, account: AdAccount) -> AsyncIterator[Creative]: ...
    def daily_metrics(
        self, account: AdAccount, level: Level, since: date, until: date
    ) -> AsyncIterator[DailyMetrics]:
        """Rows of days with delivery, `since` and `until` included."""
        ...

    def keywords(self, account: AdAccount) -> AsyncIterator[KeywordRow]:
        """Negative ones, too. This and the next three raise Unsupported where there is no such read."""
        ...

    def search_terms(self, account: AdAccount, since: date, until: date) -> AsyncIterator[SearchTermRow]:
        """Summed over the days, `until` included."""
        ...

    def audiences(self, account: AdAccount) -> AsyncIterator[AudienceRow]: ...
    def impression_shares(self, account: AdAccount, since: date, until: date) -> AsyncIterator[ShareRow]:
        """Of search campaigns, over the days, `until` included."""
        ...

    async def read(self, ref: EntityRef) -> EntityState:
        """Status and budget, fresh from the platform. Raises PlatformNotFound."""
        ...


class Platforms(Protocol):
    """The connections of each tenant."""

    async def of(self, tenant: TenantId) -> Mapping[Platform, AdPlatform]: ...
