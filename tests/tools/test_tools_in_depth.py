"""Tools that compute: what they say is exact, adds up, and warns where it must."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from omnify_core.campaigns import Level, Platform, Status
from omnify_tools.accounts import currency_totals, data_gaps, platform_health
from omnify_tools.breakdowns import breakdown, daily_trend
from omnify_tools.comparisons import compare_periods, decompose_change
from omnify_tools.creative_sets import creative_coverage, near_duplicate_creatives
from omnify_tools.experiments import experiment_verdict, plan_experiment
from omnify_tools.mixes import biggest_movers, mix_shift
from omnify_tools.pacing import budget_pacing, budget_utilization
from omnify_tools.profits import profit_by_campaign, spend_without_conversions, target_check
from omnify_tools.rules import budget_headroom, policy_rules
from omnify_tools.sheets import campaign_details, list_ad_groups
from omnify_tools.tracking import tracking_check
from omnify_tools.what_if import what_if_budget, what_if_move
from tests.builders.copilot import OURS, TODAY, Client, a_client, creative, days
from tests.builders.money import a_policy, usd


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with a_client(a_policy(monthly_cap_total=usd(4_000))) as opened:
        yield opened


def _amount(text: str) -> float:
    return float(text.replace(",", "").split()[0])


async def test_the_drivers_of_a_change_add_up_to_it(client: Client) -> None:
    one = await client.campaign("1", "Spring")
    await client.has(*days(one, 7, impressions=12_000, clicks=180, conversions=6))
    await client.has(*days(one, 7, until_days_ago=8))
    table = await client.call(decompose_change, metric="conversions")
    effects = [_amount(row["effect"]) for row in table["rows"]]
    assert sum(effects) == pytest.approx(7 * 6 - 7 * 10, abs=0.2)
    assert "from 70 to 42 (-40.0%)" in table["headline"]
    assert "Conversions per click -33.3%" in table["headline"]


async def test_the_drivers_of_cpa_are_price_and_conversion_rate(client: Client) -> None:
    one = await client.campaign("1", "Spring")
    await client.has(*days(one, 7, spend="200.00"), *days(one, 7, until_days_ago=8))
    table = await client.call(decompose_change, metric="cpa")
    effects = {row["driver"]: _amount(row["effect"]) for row in table["rows"]}
    assert effects == {"Cost per click (price)": 10.0, "Conversions per click": 0.0}


async def test_no_split_is_invented_where_a_driver_is_zero(client: Client) -> None:
    one = await client.campaign("1", "Spring")
    await client.has(*days(one, 7, conversions=0), *days(one, 7, until_days_ago=8))
    table = await client.call(decompose_change, metric="conversions")
    assert table["rows"] == []
    assert "No split exists" in table["headline"]


async def test_two_periods_stand_figure_by_figure(client: Client) -> None:
    one = await client.campaign("1", "Spring")
    await client.has(*days(one, 7, spend="110.00"), *days(one, 7, until_days_ago=8))
    rows = (await client.call(compare_periods))["rows"]
    spend = next(row for row in rows if row["figure"] == "Spend")
    assert (spend["now"], spend["before"]) == ("770.00 USD", "700.00 USD")
    assert (spend["difference"], spend["change"]) == ("70.00 USD", 0.1)


async def _simpson(client: Client) -> None:
    """Both campaigns get cheaper while the dear one gains weight: the whole gets dearer."""
    cheap, dear = await client.campaign("1", "Cheap"), await client.campaign("2", "Dear")
    await client.has(*days(cheap, 7, spend="90.00", conversions=10, until_days_ago=1))
    await client.has(*days(dear, 7, spend="900.00", conversions=20, until_days_ago=1))
    await client.has(*days(cheap, 7, spend="300.00", conversions=30, until_days_ago=8))
    await client.has(*days(dear, 7, spend="100.00", conversions=2, until_days_ago=8))


async def test_simpsons_paradox_is_named_and_both_effects_add_up(client: Client) -> None:
    await _simpson(client)
    table = await client.call(mix_shift, metric="cpa", by="campaign")
    assert any("Simpson's paradox" in warning for warning in table["warnings"])
    effects = sum(_amount(row["performance"]) + _amount(row["mix"]) for row in table["rows"])
    assert effects == pytest.approx(33.0 - 12.5, abs=0.03)
    assert sum(_amount(row["performance"]) for row in table["rows"]) < 0


async def test_a_true_decline_is_not_called_a_paradox(client: Client) -> None:
    one, two = await client.campaign("1", "A"), await client.campaign("2", "B")
    for campaign in (one, two):
        await client.has(*days(campaign, 7, spend="150.00"), *days(campaign, 7, until_days_ago=8))
    table = await client.call(mix_shift, metric="cpa", by="campaign")
    assert not any("Simpson" in warning for warning in table["warnings"])
    assert sum(_amount(row["mix"]) for row in table["rows"]) == 0


async def test_the_biggest_movers_come_first_in_both_directions(client: Client) -> None:
    for number, now in (("1", 12.0), ("2", 2.0), ("3", 10.0)):
        campaign = await client.campaign(number, f"Campaign {number}")
        await client.has(*days(campaign, 7, conversions=now), *days(campaign, 7, until_days_ago=8))
    table = await client.call(biggest_movers)
    assert [row["difference"] for row in table["rows"]] == [-56.0, 14.0, 0.0]
    assert "most up «Campaign 1»" in table["headline"]
    assert "most down «Campaign 2»" in table["headline"]


async def test_unlike_currencies_are_refused_where_they_would_be_added(client: Client) -> None:
    one = await client.campaign("1", "US")
    two = await client.campaign("2", "DE", platform=Platform.GOOGLE, currency="EUR")
    await client.has(*days(one, 7), *days(two, 7, currency="EUR"))
    error = await client.call(decompose_change)
    assert error["code"] == "bad_input"
    assert "EUR, USD" in error["message"]
    table = await client.call(currency_totals, period="last_7_days")
    assert "without EUR, which has no current rate" in table["headline"]


async def test_shares_of_a_breakdown_add_up_to_one(client: Client) -> None:
    one = await client.campaign("1", "Spring")
    await client.has(*days(one, 28))
    table = await client.call(breakdown, by="weekday", period="last_30_days")
    assert [row["part"] for row in table["rows"]][:2] == ["Monday", "Tuesday"]
    assert sum(row["spend_share"] for row in table["rows"]) == pytest.approx(1, abs=0.001)


async def test_an_ad_moves_through_the_ages_as_it_gets_older(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    ad = creative("a1", campaign, "Ad", created_on=TODAY - timedelta(days=10))
    await client.stores.market.save_creatives(OURS, [ad])
    await client.has(*days(ad.id, 10, level=Level.AD, campaign=campaign))
    table = await client.call(breakdown, by="creative_age")
    assert [(row["part"], row["impressions"]) for row in table["rows"]] == [
        ("0 to 7 days", 80_000),
        ("8 to 14 days", 20_000),
    ]


async def test_a_trend_compares_weeks_and_names_missing_days(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    await client.has(*days(campaign, 7, spend="120.00"), *days(campaign, 7, until_days_ago=8))
    table = await client.call(daily_trend, metric="spend", period="last_30_days")
    assert "840.00 USD, +20.0%" in table["headline"]
    assert any("16 days of the period have no delivery" in warning for warning in table["warnings"])


async def test_the_month_ends_where_the_last_week_leads(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    await client.has(*days(campaign, 28))
    table = await client.call(budget_pacing)
    (row,) = table["rows"]
    # The first of December: nothing spent yet, 31 days ahead at 100.00 a day.
    assert (row["spent"], row["days_left"], row["projected"]) == ("0.00 USD", 31, "3100.00 USD")
    assert (row["budget"], row["left"], row["a_day"]) == ("4000.00 USD", "900.00 USD", "129.03 USD")
    stated = await client.call(budget_pacing, monthly_budget="3000")
    assert "100.00 USD over the monthly budget of 3,000.00 USD" in stated["headline"]


async def test_a_shared_budget_is_used_by_all_who_share_it(client: Client) -> None:
    one = await client.campaign("1", "One", shared="budget/9")
    two = await client.campaign("2", "Two", shared="budget/9")
    alone = await client.campaign("3", "Alone", budget="400")
    await client.has(*days(one, 7, spend="50.00"), *days(two, 7, spend="45.00"), *days(alone, 7))
    rows = (await client.call(budget_utilization))["rows"]
    assert [(row["used"], row["shared_by"], row["state"]) for row in rows] == [
        (0.95, 2, "held back by its budget"),
        (0.25, 1, "underspending"),
    ]


async def test_profit_rests_on_the_stated_margin(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    await client.has(*days(campaign, 10))
    table = await client.call(profit_by_campaign, margin="40%")
    assert table["rows"][0]["profit"] == "200.00 USD"
    assert "Break-even ROAS is 2.50" in table["headline"]
    assert (await client.call(profit_by_campaign, margin="140%"))["code"] == "bad_input"


async def test_missing_a_target_has_a_price(client: Client) -> None:
    good, bad = await client.campaign("1", "Good"), await client.campaign("2", "Bad")
    await client.has(*days(good, 10), *days(bad, 10, spend="300.00"))
    table = await client.call(target_check, metric="cpa", target="20.00")
    verdicts = {row["campaign"]: (row["verdict"], row["excess"]) for row in table["rows"]}
    assert verdicts == {"Bad": ("misses", "1000.00 USD"), "Good": ("meets", "0.00 USD")}


async def test_spend_without_conversions_says_how_surprising_it_is(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    ads = [creative(f"a{number}", campaign, f"Ad {number}") for number in (1, 2)]
    await client.stores.market.save_creatives(OURS, ads)
    await client.has(*days(ads[0].id, 10, level=Level.AD, campaign=campaign))
    await client.has(*days(ads[1].id, 10, level=Level.AD, campaign=campaign, conversions=0))
    table = await client.call(spend_without_conversions)
    assert [(row["creative_id"], row["expected"]) for row in table["rows"]] == [("meta:a2", 50.0)]


@pytest.mark.parametrize(
    ("recent", "kind"),
    [
        ({"conversions": 0}, "conversions stopped"),
        ({"conversions": 21}, "conversions counted twice?"),
        ({"conversions": 220}, "more conversions than clicks"),
        ({"revenue": "0.00"}, "conversions lost their value"),
        ({"conversions": 8}, None),
        ({"clicks": 100, "conversions": 5}, None),
    ],
)
async def test_broken_tracking_is_told_from_a_slow_day(
    client: Client, recent: dict[str, Any], kind: str | None
) -> None:
    campaign = await client.campaign("1", "Spring")
    await client.has(*days(campaign, 3, **recent), *days(campaign, 30, until_days_ago=4))
    rows = (await client.call(tracking_check))["rows"]
    assert [row["kind"] for row in rows] == ([kind] if kind else [])


async def test_a_campaign_is_shown_whole_with_its_groups(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    ad = creative("a1", campaign, "Ad")
    await client.stores.market.save_creatives(OURS, [ad])
    await client.has(*days(campaign, 14), *days(ad.id, 7, level=Level.AD, campaign=campaign))
    table = await client.call(campaign_details, campaign_id="Spring")
    assert "daily budget 100.00 USD, 100.0% of it used" in table["headline"]
    assert (await client.call(list_ad_groups))["total_rows"] == 0


async def test_a_plan_of_a_test_names_units_and_days(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    await client.has(*days(campaign, 30))
    table = await client.call(plan_experiment, campaign_id="meta:1", smallest_effect="20%")
    once = table["rows"][0]
    # Two-proportion formula at 5 % against 6 %: (1.96 + 0.84)^2 * (p1 q1 + p2 q2) / delta^2.
    assert once["units"] == pytest.approx(8_155, rel=0.01)
    assert once["days"] == -(-once["units"] * 2 // 200)


async def test_a_test_is_decided_only_by_a_clear_difference(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    ads = [creative(f"a{number}", campaign, f"Ad {number}") for number in (1, 2, 3)]
    await client.stores.market.save_creatives(OURS, ads)
    for ad, conversions in zip(ads, (10, 10.5, 20), strict=True):
        await client.has(*days(ad.id, 20, level=Level.AD, campaign=campaign, conversions=conversions))
    close = await client.call(experiment_verdict, control_id="meta:a1", treatment_id="meta:a2")
    clear = await client.call(experiment_verdict, control_id="Ad 1", treatment_id="Ad 3")
    assert "Undecided" in close["headline"]
    assert "The treatment is better" in clear["headline"]
    assert any("decides who sees which ad" in warning for warning in clear["warnings"])


async def test_several_variants_are_held_together_and_a_broken_split_is_said(client: Client) -> None:
    campaign = await client.campaign("1", "Spring")
    ads = [creative(f"a{number}", campaign, f"Ad {number}") for number in range(1, 9)]
    await client.stores.market.save_creatives(OURS, ads)
    # The second is clear only as long as nobody looked at six others besides.
    rates = (10, 17, *(10 for _ in range(6)))
    for ad, conversions in zip(ads, rates, strict=True):
        await client.has(*days(ad.id, 20, level=Level.AD, campaign=campaign, conversions=conversions))
    alone = await client.call(experiment_verdict, control_id="Ad 1", treatment_id="Ad 2", split="50/50")
    names = ", ".join(f"Ad {number}" for number in range(2, 9))
    together = await client.call(experiment_verdict, control_id="Ad 1", treatment_id=names)
    assert alone["rows"][1]["verdict"] == "better"
    assert {row["verdict"] for row in together["rows"][1:]} == {"open"}
    assert "none is better for sure, 7 undecided" in together["headline"]
    assert any("as planned (50/50" in warning for warning in alone["warnings"])
    broken = await client.call(experiment_verdict, control_id="Ad 1", treatment_id="Ad 2", split="60/40")
    assert any("The split is broken: 50/50 instead of 60/40" in warning for warning in broken["warnings"])
    wrong = await client.call(experiment_verdict, control_id="Ad 1", treatment_id="Ad 2", split="50")
    assert wrong["code"] == "bad_input"


async def test_ads_that_repeat_each_other_and_places_without_relief(client: Client) -> None:
    one, two = await client.campaign("1", "One"), await client.campaign("2", "Two")
    text = {"headline": "Close your books in two days", "body": "No spreadsheets, no late nights."}
    ads = [
        creative("a1", one, "A", **text, created_on=TODAY - timedelta(days=40)),
        creative("a2", one, "B", **{**text, "body": "No spreadsheets, no late nights!"}),
        creative("a3", one, "C", headline="A quite different thing", body="Ask us how."),
        creative("a4", two, "D", **text, created_on=TODAY),
    ]
    await client.stores.market.save_creatives(OURS, ads)
    pairs = (await client.call(near_duplicate_creatives))["rows"]
    assert [(row["a"], row["b"]) for row in pairs] == [("meta:a1", "meta:a2")]
    states = {row["campaign"]: row["state"] for row in (await client.call(creative_coverage))["rows"]}
    assert states == {"Two": "a single ad, nothing to rotate", "One": "no ad newer than 30 days"}


async def test_what_if_answers_with_ranges_and_proposes_nothing(client: Client) -> None:
    one, two = await client.campaign("1", "One"), await client.campaign("2", "Two")
    await client.has(*days(one, 60), *days(two, 60, conversions=5, revenue="150.00"))
    table = await client.call(what_if_budget, campaign_id="meta:1", amount="150.00")
    today, then = table["rows"]
    assert today["revenue_p10"] != today["revenue_p90"]
    assert _amount(then["revenue_p50"]) > _amount(today["revenue_p50"])
    moved = await client.call(what_if_move, from_campaign_id="Two", to_campaign_id="One", amount="20")
    assert "+" in moved["headline"].split("conversions")[0]
    assert await client.stores.change_sets.of_tenant(OURS) == []


async def test_the_policy_is_explained_with_the_room_it_leaves(client: Client) -> None:
    await client.campaign("1", "One", budget="2500")
    await client.campaign("2", "Off", budget="900", status=Status.PAUSED)
    rules = await client.call(policy_rules)
    assert "may not exceed 10,000.00 USD" in rules["headline"]
    room = await client.call(budget_headroom)
    assert room["rows"][0]["room"] == "7500.00 USD"


async def test_gaps_and_connections_are_named(client: Client) -> None:
    campaign = await client.campaign("1", "One")
    await client.has(*days(campaign, 5), *days(campaign, 10, until_days_ago=8))
    gaps = await client.call(data_gaps)
    assert "Meta Ads: 2 days missing" in gaps["headline"]
    assert "All 2 connected platforms answer" in (await client.call(platform_health))["headline"]
    client.platforms.adapters[Platform.GOOGLE].is_down = True
    health = await client.call(platform_health)
    assert health["headline"] == "Google Ads does not answer."
    assert [row["state"] for row in health["rows"]] == ["does not answer", "answers"]
