"""What is dictated reaches the tool word for word: names, lists, places, ages, amounts."""

from __future__ import annotations

from typing import Any

import pytest

from omnify_agents.engine.flow import Call, Known, run
from omnify_agents.engine.goals import Outcome, Reply
from omnify_agents.engine.plans.places import ages_in, countries_in, excluded_in, genders_in
from omnify_agents.engine.plans.registry import planned
from omnify_agents.engine.plans.wording import called, joined, keywords, renamed
from omnify_agents.engine.understanding import goals_of


def first_step(text: str, known: Known | None = None) -> Reply | Call:
    """What the engine would do first with the one goal of the text."""
    (goal,) = goals_of(text, known or Known())
    result = run(planned(goal, known or Known()), [])
    return result if isinstance(result, Reply) else result[0]


@pytest.mark.parametrize(
    ("text", "tool", "arguments"),
    [
        (
            'Create a Google campaign called "Spring | US Trials" for leads with 80 dollars a day in Canada',
            "propose_campaign",
            {
                "platform": "google",
                "name": "Spring | US Trials",
                "objective": "leads",
                "daily_budget": "80.00",
                "countries": "CA",
            },
        ),
        (
            "Add running shoes and trail shoes as exact keywords to google:551",
            "propose_keywords",
            {
                "ad_group_id": "google:551",
                "keywords": "running shoes; trail shoes",
                "match": "exact",
                "bid": "",
            },
        ),
        (
            "Add the keywords trail shoes, road shoes to google:551 with a bid of 1.20",
            "propose_keywords",
            {"keywords": "trail shoes; road shoes", "match": "phrase", "bid": "1.20"},
        ),
        (
            "Take the negative keyword free away from google:1201",
            "propose_keyword_removal",
            {"entity_id": "google:1201", "keywords": "free", "negative": True},
        ),
        ("raise the bid of google:551 by 10 %", "propose_bid", {"entity_id": "google:551", "amount": "+10%"}),
        ("set the bid of google:551 to 1.20", "propose_bid", {"amount": "1.20"}),
        (
            "Target women aged 25 to 54 in Germany, but exclude Austria, with meta:1202",
            "propose_targeting",
            {
                "entity_id": "meta:1202",
                "countries": "DE",
                "excluded_countries": "AT",
                "ages": "25-54",
                "genders": "female",
            },
        ),
        (
            "Rename meta:1202 to Spring Sale 2027",
            "propose_name",
            {"entity_id": "meta:1202", "name": "Spring Sale 2027"},
        ),
        (
            "Create an ad in meta:551, headlines: Run free; Go, descriptions: Fit, url: https://example.com/run",
            "propose_ad",
            {
                "ad_group_id": "meta:551",
                "headlines": "Run free; Go",
                "descriptions": "Fit",
                "url": "https://example.com/run",
            },
        ),
        (
            'Create a customer list called "Buyers" on Meta from contacts tagged customer',
            "propose_audience",
            {"platform": "meta", "name": "Buyers", "tag": "customer"},
        ),
        ("Delete the campaign google:1201", "propose_removal", {"entity_id": "google:1201"}),
    ],
)
def test_what_is_dictated_reaches_the_tool(text: str, tool: str, arguments: dict[str, Any]) -> None:
    step = first_step(text)
    assert isinstance(step, Call), step
    assert step.tool == tool
    assert {name: step.arguments[name] for name in arguments} == arguments


@pytest.mark.parametrize(
    "text",
    [
        "Create a new campaign on Meta",
        "Set the bid of google:551",
        "raise the bid of google:551 to 10 %",
        "Rename meta:1202",
    ],
)
def test_what_is_missing_is_asked_for(text: str) -> None:
    step = first_step(text)
    assert isinstance(step, Reply), step
    assert step.outcome is Outcome.CLARIFIED


def test_an_answer_completes_what_was_dictated() -> None:
    known = Known()
    (goal,) = goals_of('Create a campaign called "Spring" on Google for leads in Canada', known)
    asked = run(planned(goal, known), [])
    assert isinstance(asked, Reply)
    assert "budget" in asked.text
    known.heard(asked)
    step = first_step("80 dollars a day", known)
    assert isinstance(step, Call)
    assert (step.tool, step.arguments["name"], step.arguments["daily_budget"]) == (
        "propose_campaign",
        "Spring",
        "80.00",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Should we add the keyword boots to google:551?",
        "Don't rename meta:1202 to Spring",
        "What would happen if we raised the bid of google:551 by 10 %?",
        "How do I create a campaign?",
        "Which keywords do we have in google:551?",
    ],
)
def test_what_is_only_talked_about_is_not_proposed(text: str) -> None:
    step = first_step(text)
    assert isinstance(step, Reply) or not step.tool.startswith("propose"), step


def test_names_lists_and_places_are_read_as_written() -> None:
    assert called('make one named "A, B & C" now') == "A, B & C"
    assert renamed("rename it to 'Big Push'.") == "Big Push"
    assert keywords("Block searches for cheap, used in google:1201") == "cheap; used"
    assert joined('"a b", c and d') == "a b; c; d"
    assert countries_in("in the US, the UK and Switzerland") == "CH; GB; US"
    assert countries_in("tell us more about TF | Brand | US and B2B_DE") == ""
    assert excluded_in("everywhere except France") == "FR"
    assert ages_in("people aged 25 to 44") == "25-44"
    assert ages_in("raise it from 25 to 44") == ""
    assert genders_in("men and women") == ""
