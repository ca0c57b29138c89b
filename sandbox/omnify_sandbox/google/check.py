"""What a query may select, filter and sort by, as the platform judges it before running it."""

from __future__ import annotations

from datetime import date, timedelta

from omnify_sandbox.google.contract import enum_names, field
from omnify_sandbox.google.errors import GoogleProblem
from omnify_sandbox.google.gaql import Condition, Query
from omnify_sandbox.google.metrics import DATE_SEGMENTS, METRICS, SEARCH_SHARES, during

# Which resources may stand beside the one in FROM.
BESIDE = {
    "customer": {"customer"},
    "customer_client": {"customer_client", "customer"},
    "campaign": {"campaign", "campaign_budget", "customer"},
    "campaign_budget": {"campaign_budget", "customer"},
    "ad_group": {"ad_group", "campaign", "customer"},
    "ad_group_ad": {"ad_group_ad", "ad_group", "campaign", "customer"},
    "ad_group_criterion": {"ad_group_criterion", "ad_group", "campaign", "customer"},
    "campaign_criterion": {"campaign_criterion", "campaign", "customer"},
    "search_term_view": {"search_term_view", "ad_group", "campaign", "customer"},
    "user_list": {"user_list", "customer"},
    "offline_user_data_job": {"offline_user_data_job", "customer"},
    "geo_target_constant": {"geo_target_constant"},
    "language_constant": {"language_constant"},
    "asset": {"asset", "customer"},
    "video": {"video", "ad_group_ad", "ad_group", "campaign", "customer"},
}
WITH_FIGURES = set(BESIDE) - {
    "customer_client",
    "asset",
    "ad_group_criterion",
    "campaign_criterion",
    "user_list",
    "offline_user_data_job",
    "geo_target_constant",
    "language_constant",
}
_CORE_DATES = {f"segments.{name}" for name in DATE_SEGMENTS if name != "day_of_week"}
_ORDERED = {">", ">=", "<", "<=", "BETWEEN"}


def metrics_of(resource: str) -> list[str]:
    """Which can be asked for: what a budget lost is known of campaigns only."""
    return [*METRICS, *SEARCH_SHARES] if resource == "campaign" else METRICS


def check(query: Query, *, is_manager: bool) -> None:
    """Raises the GoogleProblem that the platform would."""
    if query.resource not in BESIDE:
        raise _wrong("BAD_RESOURCE_TYPE_IN_FROM_CLAUSE", f"'{query.resource}' is not a valid resource name.")
    for path in query.select:
        _check_field(path, query.resource, "SELECT")
    for condition in query.where:
        _check_field(condition.field, query.resource, "WHERE")
        _check_condition(condition, query)
    for path, _ in query.order:
        _check_field(path, query.resource, "ORDER_BY")
        _check_order(path, query)
    paths = {*query.select, *(c.field for c in query.where)}
    if is_manager and any(path.startswith("metrics.") for path in paths):
        raise _wrong(
            "REQUESTED_METRICS_FOR_MANAGER",
            "Metrics cannot be requested for a manager account. To retrieve metrics, issue separate "
            "requests against each client account under the manager account.",
        )
    _check_dates(query)


def _check_field(path: str, resource: str, clause: str) -> None:
    known = field(path)
    if known is None or (known.kind == "message" and not known.is_repeated):
        raise _wrong("UNRECOGNIZED_FIELD", f"Unrecognized field in the query: '{path}'.")
    owner = path.split(".")[0]
    if owner == "metrics":
        if resource not in WITH_FIGURES or path.removeprefix("metrics.") not in metrics_of(resource):
            raise _wrong(
                "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
                f"Cannot select or filter on '{path}' with the resource '{resource}'.",
            )
    elif owner == "segments":
        if resource not in WITH_FIGURES or path.removeprefix("segments.") not in DATE_SEGMENTS:
            raise _wrong(
                "PROHIBITED_SEGMENT_IN_SELECT_OR_WHERE_CLAUSE",
                f"Cannot select or filter on '{path}' with the resource '{resource}'.",
            )
    elif owner not in BESIDE[resource]:
        code = f"PROHIBITED_RESOURCE_TYPE_IN_{'WHERE' if clause == 'WHERE' else 'SELECT'}_CLAUSE"
        raise _wrong(code, f"Cannot use '{path}' in a query FROM {resource}.")


def _check_condition(condition: Condition, query: Query) -> None:
    known = field(condition.field)
    assert known is not None, "fields are checked before conditions"
    if condition.op == "DURING" and condition.field not in _CORE_DATES:
        raise _wrong("OPERATOR_FIELD_MISMATCH", f"DURING cannot be used with '{condition.field}'.")
    if known.kind.startswith("enum:"):
        _check_enum(condition, enum_names(known.kind))
    if known.kind in ("int64", "int32", "double"):
        for value in condition.values:
            _number(value, condition.field)
    if known.is_repeated or known.kind == "message":
        raise _wrong("PROHIBITED_FIELD_IN_WHERE_CLAUSE", f"'{condition.field}' cannot be filtered on.")
    is_segment = condition.field.startswith("segments.") and condition.field not in _CORE_DATES
    if is_segment and condition.field not in query.select:
        raise _wrong(
            "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
            f"The following field must be present in SELECT clause: '{condition.field}'.",
        )


def _check_enum(condition: Condition, names: list[str]) -> None:
    if condition.op in _ORDERED or condition.op in ("LIKE", "NOT LIKE"):
        raise _wrong("OPERATOR_FIELD_MISMATCH", f"{condition.op} cannot be used with '{condition.field}'.")
    for value in condition.values:
        if value not in names:
            raise _wrong("BAD_ENUM_CONSTANT", f"Invalid enum value '{value}' for '{condition.field}'.")


def _check_order(path: str, query: Query) -> None:
    if path not in query.select and path.split(".")[0] != query.resource:
        raise _wrong(
            "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
            f"The following field must be present in SELECT clause: '{path}'.",
        )


def _number(value: str, path: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise _wrong("BAD_NUMBER", f"'{value}' is not a number; '{path}' takes one.") from None


def _check_dates(query: Query) -> None:
    selected = any(path in _CORE_DATES for path in query.select)
    low, high = _bounds(query, date.max, resolve=False)
    if selected and (low is None or high is None):
        raise _wrong(
            "EXPECTED_FILTERS_ON_DATE_RANGE",
            "A finite date range is required when a date segment is selected.",
        )


def period(query: Query, today: date) -> tuple[date | None, date | None]:
    """First and last day that the date conditions leave, None where they leave an end open."""
    return _bounds(query, today, resolve=True)


def _bounds(query: Query, today: date, *, resolve: bool) -> tuple[date | None, date | None]:
    lows: list[date] = []
    highs: list[date] = []
    for condition in query.where:
        if condition.field not in _CORE_DATES:
            continue
        low, high = _interval(condition, today if resolve else date(2000, 6, 15))
        lows += [low] if low else []
        highs += [high] if high else []
    return max(lows, default=None), min(highs, default=None)


def _interval(condition: Condition, today: date) -> tuple[date | None, date | None]:
    if condition.op == "DURING":
        found = during(condition.values[0], today)
        if found is None:
            raise _wrong(
                "INVALID_VALUE_WITH_DURING_OPERATOR", f"'{condition.values[0]}' is no date range literal."
            )
        return found
    days = [_day(value) for value in condition.values]
    match condition.op:
        case "=":
            return days[0], days[0]
        case "BETWEEN":
            if days[0] > days[1]:
                raise _wrong("INVALID_VALUE_WITH_BETWEEN_OPERATOR", "The range ends before it begins.")
            return days[0], days[1]
        case ">=" | ">":
            return days[0] + timedelta(condition.op == ">"), None
        case "<=" | "<":
            return None, days[0] - timedelta(condition.op == "<")
        case _:
            raise _wrong(
                "OPERATOR_FIELD_MISMATCH", f"{condition.op} cannot be used with '{condition.field}'."
            )


def _day(text: str) -> date:
    try:
        return date(int(text[:4]), int(text[5:7]), int(text[8:10])) if len(text) == 10 else _no_day(text)
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> date:
    raise _wrong("INVALID_DATE_FORMAT", f"'{text}' is no date; write it as YYYY-MM-DD.")


def _wrong(code: str, message: str) -> GoogleProblem:
    return GoogleProblem("queryError", code, message)
