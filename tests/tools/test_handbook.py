"""The handbook of agents and tools tells the truth."""

from __future__ import annotations

import re
from pathlib import Path

from omnify_agents.graph import build_graph
from omnify_agents.handbook import tool_table
from tests.builders.zero_latency import ZeroLatencyModel

PAGE = Path(__file__).parents[2] / "docs" / "agents.md"
PAGES = Path(__file__).parents[2] / "agents" / "omnify_agents"
MOST_TOOLS = 20


def test_the_table_of_tools_is_what_the_agents_have() -> None:
    _, _, shown = PAGE.read_text("utf-8").partition("omnify_agents.handbook -->\n")
    assert shown.strip() == tool_table(build_graph(ZeroLatencyModel([]))).strip(), (
        "run `python -m omnify_agents.handbook` and put its output into docs/agents.md"
    )


def test_no_agent_has_more_tools_than_a_model_can_choose_from() -> None:
    for agent in build_graph(ZeroLatencyModel([])).by_name.values():
        assert len(agent.tools) <= MOST_TOOLS, agent.name


def test_instructions_name_each_tool_of_the_agent_and_no_other() -> None:
    everything = {
        tool.name for agent in build_graph(ZeroLatencyModel([])).by_name.values() for tool in agent.tools
    }
    for agent in build_graph(ZeroLatencyModel([])).by_name.values():
        named = set(re.findall(r"`([a-z_]+)", (PAGES / f"{agent.name.lower()}.md").read_text("utf-8")))
        assert named & everything == {tool.name for tool in agent.tools}, agent.name
