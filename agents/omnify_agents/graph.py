"""The agents and who may hand a conversation to whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from agents import Agent, Handoff, Model, RunContextWrapper
from omnify_agents.curiosity import curiosity_agent
from omnify_agents.eyes import eyes_agent
from omnify_agents.face import face_agent
from omnify_agents.memory import memory_agent
from omnify_agents.oracle import oracle_agent
from omnify_agents.reflexes import reflexes_agent
from omnify_agents.router import router_agent
from omnify_agents.voice import voice_agent
from omnify_tools.context import Copilot

SPECIALISTS: tuple[Callable[[Model], Agent[Copilot]], ...] = (
    oracle_agent,
    eyes_agent,
    voice_agent,
    curiosity_agent,
    memory_agent,
    reflexes_agent,
    face_agent,
)
# Beside the router, whom everybody can give back to: a finding often leads straight to an action.
SHORTCUTS = {
    "ORACLE": ("VOICE", "CURIOSITY"),
    "EYES": ("VOICE",),
    "VOICE": ("REFLEXES", "CURIOSITY"),
    "CURIOSITY": ("VOICE", "ORACLE"),
    "REFLEXES": ("VOICE", "ORACLE"),
    "FACE": ("VOICE",),
}
TRANSFER = "transfer_to_"
_REASON = {
    "type": "object",
    "properties": {"reason": {"type": "string", "description": "Why, in a few words."}},
    "required": ["reason"],
    "additionalProperties": False,
}


class Graph(NamedTuple):
    """The router, and all agents by name in lower case."""

    router: Agent[Copilot]
    by_name: dict[str, Agent[Copilot]]

    def starting_at(self, name: str) -> Agent[Copilot]:
        """The agent of that name, or the router where there is none."""
        return self.by_name.get(name.lower(), self.router)


def build_graph(model: Model) -> Graph:
    """All agents on one model, wired once; they are shared by all runs and never changed."""
    router = router_agent(model)
    specialists = {agent.name: agent for agent in (build(model) for build in SPECIALISTS)}
    router.handoffs = [_to(agent) for agent in specialists.values()]
    for name, agent in specialists.items():
        agent.handoffs = [_to(router), *(_to(specialists[other]) for other in SHORTCUTS.get(name, ()))]
    everyone = [router, *specialists.values()]
    return Graph(router, {agent.name.lower(): agent for agent in everyone})


def _to(agent: Agent[Copilot]) -> Handoff[Copilot, Agent[Copilot]]:
    """A handoff that asks for a reason without insisting: leaving it out must not end the run.

    Made by hand: the SDK's own `handoff()` also links the agents for its resumable run states, and
    then hashes all that are linked on every turn (a third of a run's CPU). We keep no run states.
    """

    async def hand_over(_context: RunContextWrapper[Copilot], _arguments: str) -> Agent[Copilot]:
        return agent

    return Handoff(
        tool_name=f"{TRANSFER}{agent.name.lower()}",
        tool_description=f"Hand over to {agent.name}. {agent.handoff_description}",
        input_json_schema=_REASON,
        on_invoke_handoff=hand_over,
        agent_name=agent.name,
    )
