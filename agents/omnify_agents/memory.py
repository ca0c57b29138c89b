"""MEMORY: what is remembered about the client."""

from __future__ import annotations

from agents import Agent, Model
from omnify_agents.instructions import instructions_beside
from omnify_tools.changes import change_details, change_history, change_results
from omnify_tools.context import Copilot
from omnify_tools.memories import forget, list_memories, recall, remember

INSTRUCTIONS = instructions_beside(__file__)


def memory_agent(model: Model) -> Agent[Copilot]:
    return Agent(
        name="MEMORY",
        handoff_description=(
            "Memory: what is known about this client; noting something for later; past changes and results."
        ),
        instructions=INSTRUCTIONS,
        tools=[recall, remember, list_memories, forget, change_history, change_details, change_results],
        model=model,
    )
