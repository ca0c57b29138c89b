"""The table of agents and tools, as `docs/agents.md` shows it: `python -m omnify_agents.handbook`."""

from __future__ import annotations

import sys

from agents import Agent, FunctionTool
from omnify_agents.graph import Graph
from omnify_tools.context import Copilot
from omnify_tools.declare import effect_of


def tool_table(graph: Graph) -> str:
    """Markdown: every agent with its tools, what they take, and what they can do."""
    lines = []
    for agent in graph.by_name.values():
        if not agent.tools:
            continue
        lines += [f"### {agent.name}", "", str(agent.handoff_description), ""]
        lines += ["| tool | effect | arguments | what it does |", "|---|---|---|---|"]
        lines += [_line(tool) for tool in _tools(agent)]
        lines.append("")
    return "\n".join(lines)


def _tools(agent: Agent[Copilot]) -> list[FunctionTool]:
    return [tool for tool in agent.tools if isinstance(tool, FunctionTool)]


def _line(tool: FunctionTool) -> str:
    properties = tool.params_json_schema["properties"]
    arguments = ", ".join(f"`{name}`{_default(part)}" for name, part in properties.items()) or "–"
    does = " ".join(tool.description.splitlines()[0].split()).replace("|", "\\|")
    return f"| `{tool.name}` | {effect_of(tool.name)} | {arguments} | {does} |"


def _default(part: dict[str, object]) -> str:
    given = part.get("default")
    return f" = {given}" if given not in (None, "") else ""


if __name__ == "__main__":
    from omnify_agents.engine import embedded_model
    from omnify_agents.graph import build_graph

    sys.stdout.write(tool_table(build_graph(embedded_model())) + "\n")
