"""The query language as Google reads it."""

from __future__ import annotations

import pytest

from omnify_sandbox.google.check import BESIDE, check
from omnify_sandbox.google.errors import GoogleProblem
from omnify_sandbox.google.gaql import Condition, parse


def refusal(text: str) -> str:
    with pytest.raises(GoogleProblem) as caught:
        check(parse(text), is_manager=False)
    assert caught.value.family == "queryError"
    return caught.value.code


def test_a_whole_query_is_read() -> None:
    query = parse(
        "select campaign.id , metrics.clicks FROM campaign\n WHERE campaign.name = 'It\\'s' "
        'AND campaign.id IN (1, 2) AND campaign.status != "REMOVED" AND metrics.clicks > 5 '
        "AND segments.date BETWEEN '2026-11-01' AND '2026-11-30' AND segments.date DURING LAST_7_DAYS "
        "AND campaign.name NOT LIKE '%x%' AND campaign.end_date_time IS NOT NULL "
        "ORDER BY metrics.clicks DESC, campaign.id LIMIT 10 PARAMETERS include_drafts=true"
    )
    assert query.select == ("campaign.id", "metrics.clicks")
    assert query.resource == "campaign"
    assert query.where[:3] == (
        Condition("campaign.name", "=", ("It's",)),
        Condition("campaign.id", "IN", ("1", "2")),
        Condition("campaign.status", "!=", ("REMOVED",)),
    )
    ops = [condition.op for condition in query.where[3:]]
    assert ops == [">", "BETWEEN", "DURING", "NOT LIKE", "IS NOT NULL"]
    assert query.order == (("metrics.clicks", True), ("campaign.id", False))
    assert query.limit == 10


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELEC campaign.id FROM campaign", "EXPECTED_SELECT"),
        ("SELECT", "UNEXPECTED_END_OF_QUERY"),
        ("SELECT campaign.id", "EXPECTED_FROM"),
        ("SELECT campaign.id FROM campaign extra", "UNEXPECTED_INPUT"),
        ("SELECT campaign.foo FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT campaign.network_settings FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT campaign.id FROM nowhere", "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"),
        ("SELECT ad_group.id FROM campaign", "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"),
        (
            "SELECT campaign.id FROM campaign WHERE ad_group.id = 1",
            "PROHIBITED_RESOURCE_TYPE_IN_WHERE_CLAUSE",
        ),
        ("SELECT metrics.clicks FROM customer_client", "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.status = 'ACTIVE'", "BAD_ENUM_CONSTANT"),
        ("SELECT campaign.id FROM campaign WHERE campaign.status > 'PAUSED'", "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = 'one'", "BAD_NUMBER"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id DURING TODAY", "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id IN 1", "EXPECTED_LIST"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id IN ()", "PROHIBITED_EMPTY_LIST_IN_CONDITION"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id OR 1", "BAD_OPERATOR"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name = 'x", "STRING_NOT_TERMINATED"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id # 2", "BAD_SYMBOL"),
        ("SELECT campaign.id FROM campaign LIMIT 0", "LIMIT_VALUE_TOO_LOW"),
        ("SELECT campaign.id FROM campaign LIMIT ten", "BAD_LIMIT_VALUE"),
        ("SELECT campaign.id FROM campaign ORDER campaign.id", "EXPECTED_BY"),
        (
            "SELECT campaign.id FROM campaign ORDER BY metrics.clicks",
            "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
        ),
        ("SELECT campaign.id, segments.date FROM campaign", "EXPECTED_FILTERS_ON_DATE_RANGE"),
        (
            "SELECT campaign.id, segments.date FROM campaign WHERE segments.date >= '2026-01-01'",
            "EXPECTED_FILTERS_ON_DATE_RANGE",
        ),
        ("SELECT campaign.id FROM campaign WHERE segments.date = '2026-13-01'", "INVALID_DATE_FORMAT"),
        ("SELECT campaign.id FROM campaign WHERE segments.date = '1 May'", "INVALID_DATE_FORMAT"),
        (
            "SELECT campaign.id FROM campaign WHERE segments.date BETWEEN '2026-02-01' AND '2026-01-01'",
            "INVALID_VALUE_WITH_BETWEEN_OPERATOR",
        ),
        (
            "SELECT campaign.id FROM campaign WHERE segments.date BETWEEN '2026-02-01' OR '2026-01-01'",
            "EXPECTED_AND",
        ),
        (
            "SELECT campaign.id FROM campaign WHERE segments.date DURING LAST_5_DAYS",
            "INVALID_VALUE_WITH_DURING_OPERATOR",
        ),
        (
            "SELECT campaign.id FROM campaign WHERE segments.day_of_week = 'MONDAY'",
            "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
        ),
    ],
)
def test_a_wrong_query_is_refused_as_google_would(text: str, code: str) -> None:
    assert refusal(text) == code


def test_a_manager_has_no_metrics() -> None:
    query = parse("SELECT customer.id, metrics.clicks FROM customer")
    with pytest.raises(GoogleProblem) as caught:
        check(query, is_manager=True)
    assert caught.value.code == "REQUESTED_METRICS_FOR_MANAGER"


@pytest.mark.parametrize("resource", BESIDE)
def test_each_resource_can_be_asked_for_itself(resource: str) -> None:
    check(parse(f"SELECT {resource}.resource_name FROM {resource}"), is_manager=False)
