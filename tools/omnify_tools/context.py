"""What a tool may reach, and what a run writes down about its tools."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from omnify_core.business_ports import BusinessPlatforms, BusinessStore
from omnify_core.change_sets import ChangeSet
from omnify_core.clock import Clock
from omnify_core.conversations import ToolCall
from omnify_core.ids import ChangeSetId, EntityId
from omnify_core.people import Actor, Tenant
from omnify_core.pictures import Pictures
from omnify_core.platform_ports import Platforms
from omnify_core.ports import ChangeSetStore, MarketStore, Memory, PolicyStore, RequestStore, TimelineStore
from omnify_guardrails.wanted import Wanted
from omnify_tools.tables import ProposalCard

if TYPE_CHECKING:  # it is built from tools, which read this context
    from omnify_tools.preferences import PreferenceBook


class Proposals(Protocol):
    """The part of the money path that agents see: putting a change before a person."""

    async def propose(
        self,
        actor: Actor,
        wanted: Sequence[Wanted],
        *,
        title: str,
        reason: str,
        undoes: ChangeSetId | None = None,
    ) -> ChangeSet: ...

    async def undo(self, actor: Actor, change_set_id: ChangeSetId) -> ChangeSet: ...

    async def revise_own(
        self, actor: Actor, change_set_id: ChangeSetId, *, amounts: Mapping[EntityId, str]
    ) -> ChangeSet: ...


@dataclass(slots=True)
class RunRecorder:
    """One run's tool calls in order, the cards put before a person, and the texts that models saw.

    `under_way`: proposals being stored, which outlive a stop of the run.
    """

    tool_calls: list[ToolCall] = field(default_factory=list)
    cards: list[ProposalCard] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    under_way: set[asyncio.Task[Any]] = field(default_factory=set)
    max_tool_calls: int = 24


@dataclass(slots=True)
class Copilot:
    """One run's reach: whose question it is (`question` in the person's words), and the ports behind it.

    `wishes`: how the person wants to be answered, in words; empty for the usual. `meaning`: vectors of
    what texts mean, where the weights for it are installed.
    """

    actor: Actor
    tenant: Tenant
    clock: Clock
    market: MarketStore
    money: Proposals
    change_sets: ChangeSetStore
    memory: Memory
    platforms: Platforms
    policies: PolicyStore
    timeline: TimelineStore
    requests: RequestStore
    business: BusinessStore
    preferences: PreferenceBook
    pictures: Pictures
    business_platforms: BusinessPlatforms | None = None
    question: str = ""
    wishes: str = ""
    meaning: Callable[[Sequence[str]], Any] | None = None
    record: RunRecorder = field(default_factory=RunRecorder)
