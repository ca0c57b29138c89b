"""What the user wants: an intent with its slots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from omnify_agents.engine.amounts import Amount
from omnify_agents.engine.moods import Mood

if TYPE_CHECKING:
    from omnify_agents.engine.outputs import ListedCampaign
    from omnify_agents.engine.reading import Reading


class Outcome(StrEnum):
    """How a reply ends the request."""

    ANSWERED = "answered"
    PROPOSED = "proposed"
    CLARIFIED = "clarified"
    REFUSED = "refused"
    ESCALATED = "escalated"


class By(StrEnum):
    """How a budget change was said."""

    TO = "to"
    AMOUNT = "amount"
    PERCENT = "percent"
    FACTOR = "factor"
    UNCLEAR = "unclear"  # "raise it 50": to 50, or by 50?


@dataclass(frozen=True, slots=True)
class Change:
    """A budget change: `sign` is +1, -1 or 0 where no direction was said."""

    by: By
    sign: int = 0
    amount: Amount | None = None
    number: Decimal = Decimal(0)


class RefKind(StrEnum):
    ID = "id"
    NAME = "name"
    EXTREME = "extreme"
    ORDINAL = "ordinal"
    PRONOUN = "pronoun"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Ref:
    """How a campaign was pointed at; `words` hold the text that may contain its name."""

    kind: RefKind
    value: str = ""
    order: str = ""
    metric: str = ""
    platform: str = ""
    period: str = ""
    index: int = 0
    words: str = ""
    min_budget: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A figure that is read first and held against another one; `metric` is '' where we did not understand it.

    `figure` is money, a number, or a share (0-1); `period` is '' where none was said. `ref` is the campaign that is
    looked at where it is another one than the goal's; `of_campaign` where it is a campaign at all. A trend
    compares the change against the period before. `branch` is 'first' or 'second' where there is an "otherwise".
    `is_standing`: "whenever", which we check once, now.
    """

    words: str
    metric: str = ""
    is_above: bool = True
    or_equal: bool = False
    figure: Amount | Decimal = Decimal(0)
    said: str = ""
    platform: str = ""
    other_platform: str = ""
    of_campaign: bool = False
    ref: Ref | None = None
    period: str = ""
    is_trend: bool = False
    is_standing: bool = False
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Slots:
    """What was said beside the intent; empty where nothing was. `changes`: one per ref, where each has its own."""

    platforms: tuple[str, ...] = ()
    period: str = ""
    days: int = 0
    metrics: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    count: int = 0
    status: str = ""
    change: Change | None = None
    changes: tuple[Change, ...] = ()
    refs: tuple[Ref, ...] = ()
    source: Ref | None = None
    target: Ref | None = None
    change_set: str = ""
    criterion: Condition | None = None

    @property
    def order(self) -> str:
        return self.orders[0] if self.orders else ""


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing to do. `confirmed` after a yes to our own question; `options` where the intent is unsure.

    `amends` where a half sentence changed an earlier goal. With a `condition` it is carried out only if that turns
    out as `when` says.
    """

    intent: str
    text: str
    slots: Slots = Slots()
    confirmed: bool = False
    options: tuple[str, ...] = ()
    amends: bool = False
    mood: Mood = Mood.ORDERS
    condition: Condition | None = None
    when: bool = True

    def with_slots(self, **changes: object) -> Goal:
        return replace(self, slots=replace(self.slots, **changes))  # type: ignore[arg-type]


Answer = Callable[["Reading", str], "Goal | None"]
"""Reads the user's next message as the answer to our question; None where it is none."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said at the end of one goal. `answer` understands what comes back on a question.

    `opened`: for each campaign that a proposal touches, the change set that waits.
    """

    outcome: Outcome
    text: str
    answer: Answer | None = None
    campaigns: tuple[ListedCampaign, ...] = ()
    opened: tuple[tuple[str, str], ...] = ()
