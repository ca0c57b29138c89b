"""Which fields and figures we ask of TikTok, and its rows in our nouns."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from omnify_core.campaigns import (
    AdAccount,
    AdGroup,
    Campaign,
    Creative,
    DailyMetrics,
    EntityRef,
    EntityState,
    Level,
    Platform,
    Status,
)
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_core.reads import AudienceRow
from omnify_platforms.rows import Row
from omnify_platforms.units import measured

TIKTOK = Platform.TIKTOK
STATUSES = {
    "ENABLE": Status.ENABLED,
    "DISABLE": Status.PAUSED,
    "FROZEN": Status.PAUSED,
    "DELETE": Status.REMOVED,
}
WORDS = {Status.ENABLED: "ENABLE", Status.PAUSED: "DISABLE", Status.REMOVED: "DELETE"}
NAMES = {Level.CAMPAIGN: "campaign", Level.AD_GROUP: "adgroup", Level.AD: "ad"}
_DATA_LEVELS = {
    Level.CAMPAIGN: "AUCTION_CAMPAIGN",
    Level.AD_GROUP: "AUCTION_ADGROUP",
    Level.AD: "AUCTION_AD",
}
_DAILY = {"BUDGET_MODE_DAY", "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"}

ACCOUNTS = ("advertiser_id", "name", "currency", "timezone", "display_timezone")
FIELDS = {
    Level.CAMPAIGN: (
        "campaign_id", "campaign_name", "operation_status", "objective_type", "budget_mode", "budget",
        "create_time",
    ),
    Level.AD_GROUP: (
        "adgroup_id", "campaign_id", "adgroup_name", "operation_status", "budget_mode", "budget",
    ),
    Level.AD: (
        "ad_id", "adgroup_id", "campaign_id", "ad_name", "operation_status", "ad_text", "create_time",
    ),
}  # fmt: skip
# TikTok's odd name for the value of payments on a website; the others are of apps and of its shop.
_VALUES = ("total_complete_payment_rate", "total_purchase_value", "total_onsite_shopping_value")
_FIGURES = ("spend", "impressions", "clicks", "conversion", "reach", *_VALUES)


def as_text(value: Any) -> str:
    """Lists and objects travel as JSON text in TikTok's queries."""
    return json.dumps(value, separators=(",", ":"))


def id_name(level: Level) -> str:
    return f"{NAMES[level]}_id"


def figures_query(level: Level, since: date, until: date) -> dict[str, str]:
    """Below the campaign, its id comes as a figure of its own."""
    above = () if level is Level.CAMPAIGN else ("campaign_id",)
    return _report(level, (id_name(level), "stat_time_day"), (*_FIGURES, *above), since, until)


def frequency_query(level: Level, since: date, until: date) -> dict[str, str]:
    """One row per entity over the whole range: people of several days do not add up."""
    return _report(level, (id_name(level),), ("frequency",), since, until)


def account_of(row: Row) -> AdAccount:
    return AdAccount(
        platform=TIKTOK,
        account_id=row.id("advertiser_id"),
        name=row.text("name"),
        currency=row.required("currency"),
        time_zone=row.text("display_timezone") or row.required("timezone"),
    )


def campaign_of(row: Row, account: AdAccount, read_at: datetime) -> Campaign:
    budget = _budget(row, account.currency)
    return Campaign(
        ref=_ref(row, account, Level.CAMPAIGN),
        name=row.text("campaign_name"),
        status=row.one_of("operation_status", STATUSES),
        objective=row.text("objective_type"),
        daily_budget=budget,
        budget_key=row.id("campaign_id") if budget else "",
        currency=account.currency,
        created_on=_created_on(row, account),
        read_at=read_at,
    )


def ad_group_of(row: Row, account: AdAccount, read_at: datetime) -> AdGroup:
    return AdGroup(
        ref=_ref(row, account, Level.AD_GROUP),
        campaign_id=_entity(row, Level.CAMPAIGN),
        name=row.text("adgroup_name"),
        status=row.one_of("operation_status", STATUSES),
        daily_budget=_budget(row, account.currency),
        read_at=read_at,
    )


def creative_of(row: Row, account: AdAccount, read_at: datetime) -> Creative:
    """Its only text is the caption, which stands for headline and body."""
    return Creative(
        ref=_ref(row, account, Level.AD),
        campaign_id=_entity(row, Level.CAMPAIGN),
        ad_group_id=_entity(row, Level.AD_GROUP),
        name=row.text("ad_name") or row.text("ad_text"),
        status=row.one_of("operation_status", STATUSES),
        headline=row.text("ad_text"),
        created_on=_created_on(row, account),
        read_at=read_at,
    )


def audience_of(row: Row, account: AdAccount, read_at: datetime) -> AudienceRow:
    """TikTok counts people only once it has matched the file."""
    people = row.count("cover_num")
    return AudienceRow(
        account_id=account.account_id,
        native_id=row.id("audience_id"),
        name=row.text("name"),
        kind=row.text("audience_type"),
        people=people or None,
        is_usable=row.raw("is_valid") is True,
        read_at=read_at,
    )


def metrics_of(
    row: Row, level: Level, currency: str, frequencies: dict[tuple[str, date], float]
) -> DailyMetrics:
    day = row.day("dimensions.stat_time_day")
    if day is None:
        raise row.broken("dimensions.stat_time_day")
    native_id = reported_id(row, level)
    campaign_id = native_id if level is Level.CAMPAIGN else row.id("metrics.campaign_id")
    return DailyMetrics(
        entity_id=EntityId(f"{TIKTOK.value}:{native_id}"),
        campaign_id=EntityId(f"{TIKTOK.value}:{campaign_id}"),
        platform=TIKTOK,
        level=level,
        day=day,
        impressions=_count(row, "impressions"),
        clicks=_count(row, "clicks"),
        spend=measured(_figure(row, "spend"), currency),
        conversions=float(_figure(row, "conversion")),
        revenue=measured(sum((_figure(row, name) for name in _VALUES), Decimal(0)), currency),
        reach=_count(row, "reach"),
        frequency=frequencies.get((native_id, day)),
    )


def reported_id(row: Row, level: Level) -> str:
    return row.id(f"dimensions.{id_name(level)}")


def frequency_of(row: Row) -> float:
    return float(_figure(row, "frequency"))


def removed_state(ref: EntityRef, read_at: datetime) -> EntityState:
    """Of what is listed among the deleted: TikTok shows their last status before."""
    return EntityState(ref=ref, status=Status.REMOVED, daily_budget=None, budget_key="", read_at=read_at)


def state_of(row: Row, ref: EntityRef, currency: str, read_at: datetime) -> EntityState:
    budget = _budget(row, currency) if ref.level is not Level.AD else None
    return EntityState(
        ref=ref,
        status=row.one_of("operation_status", STATUSES),
        daily_budget=budget,
        budget_key=ref.native_id if budget else "",
        read_at=read_at,
    )


def _report(
    level: Level, dimensions: tuple[str, ...], metrics: tuple[str, ...], since: date, until: date
) -> dict[str, str]:
    return {
        "report_type": "BASIC",
        "data_level": _DATA_LEVELS[level],
        "dimensions": as_text(dimensions),
        "metrics": as_text(metrics),
        "start_date": since.isoformat(),
        "end_date": until.isoformat(),
    }


def _ref(row: Row, account: AdAccount, level: Level) -> EntityRef:
    return EntityRef(
        platform=TIKTOK, account_id=account.account_id, level=level, native_id=row.id(id_name(level))
    )


def _entity(row: Row, level: Level) -> EntityId:
    return EntityId(f"{TIKTOK.value}:{row.id(id_name(level))}")


def _budget(row: Row, currency: str) -> Money | None:
    """None where the budget sits elsewhere or runs for a lifetime."""
    return row.money("budget", currency) if row.text("budget_mode") in _DAILY else None


def _created_on(row: Row, account: AdAccount) -> date | None:
    created = row.moment("create_time")  # UTC, without saying so
    return created.replace(tzinfo=UTC).astimezone(ZoneInfo(account.time_zone)).date() if created else None


def _count(row: Row, name: str) -> int:
    return 0 if row.raw(f"metrics.{name}") == "-" else row.count(f"metrics.{name}")


def _figure(row: Row, name: str) -> Decimal:
    """TikTok writes a dash where there is none."""
    return Decimal(0) if row.raw(f"metrics.{name}") == "-" else row.decimal(f"metrics.{name}")
