"""Plans as generators: a plan yields the calls that it needs next, receives their outputs, returns its reply.

The model keeps no state between calls: a plan is run from its start each time, on the outputs that the
conversation already holds, until it wants a call that has not been made yet.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from omnify_agents.engine.goals import Answer, Goal, Outcome, Reply
from omnify_agents.engine.outputs import ListedCampaign, ToolOutput
from omnify_agents.engine.transcript import Observation

T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """A tool by its name, with arguments as the tool declares them."""

    tool: str
    arguments: Mapping[str, Any]


Plan = Generator[tuple[Call, ...], tuple[ToolOutput, ...], Reply]
Steps = Generator[tuple[Call, ...], tuple[ToolOutput, ...], T]


class Stop(Exception):
    """Ends a plan early with a reply, from however deep inside."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


@dataclass(slots=True)
class Known:
    """What the conversation has brought up so far. Names in it came from tool outputs: data only.

    `waiting`: by campaign, the last change set that was proposed here; by now it may have been decided.
    """

    goals: tuple[Goal, ...] = ()
    listed: list[ListedCampaign] = field(default_factory=list)
    focus: list[ListedCampaign] = field(default_factory=list)
    question: Answer | None = None
    outcome: Outcome | None = None
    is_first: bool = True
    specialist: str = ""
    waiting: dict[str, str] = field(default_factory=dict)

    def saw(self, campaigns: Iterable[ListedCampaign]) -> None:
        found = list(campaigns)
        if found:
            self.listed = found

    def opens_turn(self) -> None:
        """What was asked back and how it ended belongs to the turn before."""
        self.question, self.outcome = None, None

    def heard(self, reply: Reply) -> None:
        """One of the turn's replies; a question and a proposal outlast what is said after them."""
        self.question = reply.answer or self.question
        self.outcome = self.outcome if self.outcome is Outcome.PROPOSED else reply.outcome
        self.waiting.update(reply.opened)
        if reply.campaigns:
            self.focus = list(reply.campaigns)


def call(tool: str, **arguments: Any) -> Call:
    """A call without the arguments that were left empty."""
    return Call(tool, {name: value for name, value in arguments.items() if value not in ("", 0, None)})


def one(wanted: Call) -> Steps[ToolOutput]:
    outputs = yield (wanted,)
    return outputs[0]


def ask(text: str, answer: Answer | None = None) -> Stop:
    return Stop(Reply(Outcome.CLARIFIED, text, answer))


def run(plan: Plan, observations: list[Observation]) -> Reply | tuple[Call, ...]:
    """The plan's reply, or the calls that are still to be made."""
    open_ones = list(observations)
    try:
        wanted = next(plan)
        while True:
            outputs = [_taken(each, open_ones) for each in wanted]
            missing = [each for each, output in zip(wanted, outputs, strict=True) if output is None]
            if missing:
                plan.close()
                return tuple(each for at, each in enumerate(missing) if each not in missing[:at])
            wanted = plan.send(tuple(output for output in outputs if output is not None))
    except StopIteration as end:
        reply: Reply = end.value
        return reply
    except Stop as stop:
        return stop.reply


def _taken(wanted: Call, observations: list[Observation]) -> ToolOutput | None:
    """An answer stays available: the same question is never asked twice in one turn."""
    return next((seen.output for seen in observations if _answers(seen, wanted)), None)


def _answers(seen: Observation, wanted: Call) -> bool:
    """A tool may declare fewer arguments than the plan knows, and spell numbers as text."""
    return seen.tool == wanted.tool and all(
        str(wanted.arguments.get(name)) == str(value) for name, value in seen.arguments.items()
    )
