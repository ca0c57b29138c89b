"""Every tool of every specialist is within the engine's reach: one request for each, through real runs."""

from __future__ import annotations

import pytest

from agents import FunctionTool
from omnify_agents.engine import embedded_model
from omnify_agents.graph import build_graph
from omnify_core.campaigns import Platform
from tests.builders.copilot import House, a_house, days

ASKED: dict[str, tuple[str, ...]] = {
    "forecast_performance": ("Forecast the next 7 days",),
    "compare_campaigns": ("Will google:1201 do better than meta:1202 next week?",),
    "predict_fatigue": ("Which ads will tire in the next two weeks?",),
    "budget_pacing": ("Are we on pace with a monthly budget of 5000 dollars?",),
    "what_if_budget": ("What would happen if we raised meta:1202 by 20 %?",),
    "what_if_move": ("What if we moved 10 dollars a day from google:1201 to meta:1202?",),
    "forecast_customer_value": ("Forecast the lifetime value of our customers",),
    "customers_at_risk": ("Which customers are at risk of churning?",),
    "customer_segments": ("Show me our customer segments",),
    "score_leads": ("Score our open leads",),
    "forecast_accuracy": ("How accurate were your forecasts?",),
    "plan_experiment": ("Plan an A/B test in meta:1202 that finds an improvement of 20 %",),
    "experiment_verdict": ("Is there a winner in the test of google:1201 against meta:1202?",),
    "list_creatives": ("List our ads on Meta",),
    "creative_performance": ("Which ads have the best CTR?",),
    "creative_details": ("Show me the details of the ad meta:71",),
    "near_duplicate_creatives": ("Which ads are duplicates of each other?",),
    "creative_images": ("Measure the pictures of our ads",),
    "creative_coverage": ("Which campaigns have too few ads?",),
    "rank_headlines": ("Rank these headlines: Try it for free | See it live",),
    "spend_without_conversions": ("Which ads spent money without any conversions?",),
    "search_terms": ("Which searches waste money?", "What do people search for before they see our ads?"),
    "list_keywords": ("Show the keywords of google:1201",),
    "impression_headroom": ("Which impression share did we lose to budget?",),
    "list_audiences": ("List our audiences on Meta",),
    "breakdown": ("Break down the last 30 days by weekday",),
    "list_campaigns": ("List all campaigns",),
    "rank_campaigns": ("Rank the campaigns by ROAS",),
    "campaign_details": ("Tell me more about meta:1202",),
    "propose_daily_budget": ("Set meta:1202 to 110 dollars a day",),
    "propose_budget_move": ("Move 10 dollars a day from google:1201 to meta:1202",),
    "propose_budgets": ("Raise meta:1202 by 10 % and google:1201 by 5 %",),
    "propose_scaled_budgets": ("Lower all budgets by 10 %",),
    "propose_allocation": ("Propose the split of the budget that you suggest",),
    "propose_status": ("Pause google:1201",),
    "propose_statuses": ("Pause google:1201 and meta:1202",),
    "propose_pause_by_rule": ("Pause all campaigns with a ROAS below 2",),
    "propose_campaign": (
        'Create a campaign called "Autumn Trials" on Google for leads in the US with 80 dollars a day',
    ),
    "propose_ad_group": ('Add an ad group called "Running" to meta:1202',),
    "propose_ad": ("Create an ad in meta:551, headlines: Run free, url: https://example.com/run",),
    "propose_name": ("Rename meta:1202 to Spring Sale",),
    "propose_audience": ('Create a customer list called "Buyers" on Meta',),
    "propose_keywords": ("Add running shoes and trail shoes as exact keywords to google:551",),
    "propose_negative_keywords": ("Add the negative keywords free and jobs to google:1201",),
    "propose_keyword_removal": ("Remove the keywords free, jobs from google:551",),
    "propose_bid": ("Set the bid of google:551 to 1.20",),
    "propose_targeting": ("Target only women aged 25 to 54 in Germany with meta:1202",),
    "propose_removal": ("Delete the campaign google:1201",),
    "list_records": ("List our CRM contacts",),
    "propose_contact": ("Add a contact to the CRM: dana@firm.com, first name: Dana, tags: lead",),
    "propose_contact_tags": ("Add the tag vip to the contact gohighlevel:contact:c1",),
    "propose_opportunity_stage": ('Move the deal gohighlevel:opportunity:o1 to the stage "Demo booked"',),
    "propose_workflow": ('Add gohighlevel:contact:c1 to the workflow "Welcome sequence"',),
    "propose_inventory": ("Set the stock of shopify:product:7 to 40",),
    "propose_marketing_activity": (
        "Add a marketing activity meta:1202, channel: email, utm campaign: x, utm source: y, utm medium: z",
    ),
    "propose_subscription_change": ("Let the subscription stripe:subscription:sub_1 end with its period",),
    "propose_revision": ("Set meta:1202 to 110 dollars a day", "Make it 105 instead"),
    "propose_undo": ("Undo the last change",),
    "find_opportunities": ("Where are the biggest opportunities?",),
    "marginal_returns": ("Where would the next 100 dollars bring most?",),
    "suggest_allocation": ("How should we split our budget?",),
    "budget_utilization": ("Which campaigns are limited by their budget?",),
    "target_check": ("Which campaigns miss a target CPA of 60?",),
    "profit_by_campaign": ("Which campaigns are profitable at a margin of 40 %?",),
    "budget_headroom": ("How much headroom under the caps is left?",),
    "revenue_by_channel": ("Shop revenue by channel, last 30 days",),
    "ltv_by_channel": ("What is the lifetime value of a customer by channel?",),
    "product_stock": ("Which products will be out of stock soon?",),
    "recall": ("What do you remember about our brand colors?",),
    "remember": ("Remember that our fiscal year starts in April",),
    "list_memories": ("What do you know about us?",),
    "forget": ("Remember that we prefer calls on Tuesdays", "Forget that we prefer calls on Tuesdays"),
    "communication_preferences": ("How do I prefer to be answered?",),
    "set_communication_preference": ("From now on keep your answers short",),
    "change_history": ("What was changed yesterday?",),
    "change_details": ("Show me the details of cs_5f0c9a1b2d3e",),
    "change_results": ("Did our last changes help?",),
    "lead_sources": ("Where do our leads come from?",),
    "sales_funnel": ("Show me the sales pipeline",),
    "payment_health": ("How many payments failed last month?",),
    "subscription_report": ("What is our MRR?",),
    "performance_summary": ("How did we do last week?",),
    "compare_periods": ("Compare this week with last week",),
    "decompose_change": ("Why did CPA go up last week?",),
    "mix_shift": ("Is the change of CPA only a shift of the mix?",),
    "biggest_movers": ("Which campaigns moved the most last week?",),
    "daily_trend": ("Show me spend day by day",),
    "list_ad_groups": ("List the ad groups",),
    "reconcile_revenue": ("Do the platforms claim more revenue than the shop really took?",),
    "find_anomalies": ("Is anything unusual?",),
    "tracking_check": ("Is the pixel still firing?",),
    "briefing": ("Give me a briefing",),
    "pending_approvals": ("What waits for approval?",),
    "timeline_events": ("What have the scheduled runs found?",),
    "scheduled_runs": ("Which scheduled runs are there?",),
    "policy_rules": ("Explain the money policy",),
    "data_freshness": ("How fresh is the data?",),
    "data_gaps": ("Are there gaps in the data?",),
    "platform_health": ("Is the connection to Meta healthy?",),
    "list_accounts": ("List the connected ad accounts",),
    "currency_totals": ("Add up spend across all currencies",),
    "request_expert": ("I want to talk to a human being",),
    "expert_requests": ("Did the expert answer?",),
}  # fmt: skip


def every_tool() -> list[str]:
    graph = build_graph(embedded_model())
    tools = (one for agent in graph.by_name.values() for one in agent.tools)
    return sorted({one.name for one in tools if isinstance(one, FunctionTool)})


async def a_market(house: House) -> None:
    poor = await house.client.campaign("1201", "Autumn Search", platform=Platform.GOOGLE)
    rich = await house.client.campaign("1202", "Spring", platform=Platform.META)
    await house.client.has(*days(poor, 40, revenue="50.00"), *days(rich, 40, revenue="900.00"))
    await house.client.synced()


@pytest.mark.parametrize("tool", every_tool())
async def test_a_request_reaches_the_tool(tool: str) -> None:
    assert tool in ASKED, f"say here how a person asks for {tool}, and give it a line in the engine's tables"
    async with a_house(embedded_model()) as house:
        await a_market(house)
        thread = await house.thread()
        runs = [await house.ask(thread, text) for text in ASKED[tool]]
    assert tool in [call.name for call in runs[-1].tool_calls], f"{runs[-1].route} {runs[-1].reply}"
