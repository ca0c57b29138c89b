"""Tools that only read, reached by telling words; every line of the table leads to a tool that exists."""

from __future__ import annotations

import pytest

from omnify_agents.engine import embedded_model
from omnify_agents.engine.flow import Known
from omnify_agents.engine.lookups import LOOKUPS
from omnify_agents.engine.understanding import goals_of
from omnify_agents.graph import build_graph


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("what did you change yesterday?", "change_history"),
        ("why did CPA go up last week?", "decompose_change"),
        ("break down the results by weekday", "breakdown"),
        ("show me spend day by day on Meta", "daily_trend"),
        ("are we on track to hit the monthly budget?", "budget_pacing"),
        ("which campaigns are limited by their budget?", "budget_utilization"),
        ("which campaigns miss a target CPA of 60?", "target_check"),
        ("is the pixel still firing?", "tracking_check"),
        ("how accurate were your forecasts?", "forecast_accuracy"),
        ("which ads spent money without any conversions?", "spend_without_conversions"),
        ("list the connected ad accounts", "list_accounts"),
        ("forecast the lifetime value of our customers", "forecast_customer_value"),
        ("which customers are at risk of leaving?", "customers_at_risk"),
        ("show me our customer segments", "customer_segments"),
        ("which leads are most likely to convert?", "score_leads"),
        ("analyze the images of our ads", "creative_images"),
        ("what are my communication preferences?", "communication_preferences"),
    ],
)
def test_telling_words_reach_the_tool(text: str, tool: str) -> None:
    assert [goal.intent for goal in goals_of(text, Known())] == [tool]


@pytest.mark.parametrize(
    "text",
    ["undo what you changed yesterday", "raise all spending limits to 10000", "approve the recent changes"],
)
def test_an_order_is_never_read_as_a_look(text: str) -> None:
    assert not {goal.intent for goal in goals_of(text, Known())} & set(LOOKUPS)


def test_every_line_of_the_table_names_a_tool_that_its_specialist_has() -> None:
    graph = build_graph(embedded_model())
    for tool, lookup in LOOKUPS.items():
        tools = {one.name: one for one in graph.by_name[lookup.specialist].tools}
        assert tool in tools, f"{lookup.specialist} has no {tool}"
        declared = set(tools[tool].params_json_schema["properties"])  # type: ignore[union-attr]
        assert set(lookup.takes) <= declared, f"{tool} takes no {set(lookup.takes) - declared}"
