"""Which fields we ask of Meta, and its objects in our nouns."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
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
from omnify_platforms.units import from_meta_units, measured

META = Platform.META
STATUSES = {
    "ACTIVE": Status.ENABLED,
    "PAUSED": Status.PAUSED,
    "ARCHIVED": Status.REMOVED,
    "DELETED": Status.REMOVED,
}
LEVELS = {Level.CAMPAIGN: "campaign", Level.AD_GROUP: "adset", Level.AD: "ad"}
_IDS = {Level.CAMPAIGN: "campaign_id", Level.AD_GROUP: "adset_id", Level.AD: "ad_id"}

CAMPAIGNS = "id,name,status,objective,daily_budget,created_time"
AD_SETS = "id,name,status,campaign_id,daily_budget"
ADS = (
    "id,name,status,adset_id,campaign_id,created_time,"
    "creative{id,title,body,image_url,thumbnail_url,object_story_spec}"
)
AUDIENCES = "id,account_id,name,subtype,approximate_count_lower_bound,delivery_status"
FREQUENCY = "ad_id,frequency"
STATES = {
    Level.CAMPAIGN: "id,status,daily_budget",
    Level.AD_GROUP: "id,status,daily_budget",
    Level.AD: "id,status",
}

_DELIVERS = 200
# Meta counts one event under several names; the first present name of each line stands for it.
_CONVERSIONS = (
    ("omni_purchase", "purchase", "offsite_conversion.fb_pixel_purchase"),
    ("lead", "onsite_conversion.lead_grouped", "offsite_conversion.fb_pixel_lead"),
    (
        "omni_complete_registration",
        "complete_registration",
        "offsite_conversion.fb_pixel_complete_registration",
    ),
    ("start_trial_total", "start_trial", "offsite_conversion.fb_pixel_start_trial"),
    ("subscribe_total", "subscribe", "offsite_conversion.fb_pixel_subscribe"),
)


def figure_fields(level: Level) -> str:
    ids = ",".join(dict.fromkeys((_IDS[level], "campaign_id")))
    return f"{ids},impressions,clicks,spend,reach,actions,action_values,date_start"


def account_of(row: Row) -> AdAccount:
    return AdAccount(
        platform=META,
        account_id=row.id("account_id"),
        name=row.text("name"),
        currency=row.required("currency"),
        time_zone=row.required("timezone_name"),
    )


def campaign_of(row: Row, account: AdAccount, read_at: datetime) -> Campaign:
    budget = _budget(row, account.currency)
    return Campaign(
        ref=_ref(row, account, Level.CAMPAIGN),
        name=row.text("name"),
        status=row.one_of("status", STATUSES),
        objective=row.text("objective"),
        daily_budget=budget,
        budget_key=row.id("id") if budget else "",
        currency=account.currency,
        created_on=_created_on(row, account),
        read_at=read_at,
    )


def ad_group_of(row: Row, account: AdAccount, read_at: datetime) -> AdGroup:
    return AdGroup(
        ref=_ref(row, account, Level.AD_GROUP),
        campaign_id=_entity(row, "campaign_id"),
        name=row.text("name"),
        status=row.one_of("status", STATUSES),
        daily_budget=_budget(row, account.currency),
        read_at=read_at,
    )


def creative_of(row: Row, account: AdAccount, read_at: datetime) -> Creative:
    link = "creative.object_story_spec.link_data"
    return Creative(
        ref=_ref(row, account, Level.AD),
        campaign_id=_entity(row, "campaign_id"),
        ad_group_id=_entity(row, "adset_id"),
        name=row.text("name"),
        status=row.one_of("status", STATUSES),
        headline=row.text("creative.title") or row.text(f"{link}.name"),
        body=row.text("creative.body") or row.text(f"{link}.message"),
        image_url=row.text("creative.image_url") or row.text("creative.thumbnail_url"),
        created_on=_created_on(row, account),
        read_at=read_at,
    )


def audience_of(row: Row, read_at: datetime) -> AudienceRow:
    """Meta shows -1 for lists that are too small, or too new, to be counted."""
    people = row.count("approximate_count_lower_bound")
    return AudienceRow(
        account_id=row.id("account_id"),
        native_id=row.id("id"),
        name=row.text("name"),
        kind=row.text("subtype").lower(),
        people=people if people >= 0 else None,
        is_usable=row.raw("delivery_status.code") == _DELIVERS,
        read_at=read_at,
    )


def metrics_of(
    row: Row, level: Level, currency: str, frequencies: dict[tuple[str, date], float]
) -> DailyMetrics:
    day = day_of(row, "date_start")
    return DailyMetrics(
        entity_id=_entity(row, _IDS[level]),
        campaign_id=_entity(row, "campaign_id"),
        platform=META,
        level=level,
        day=day,
        impressions=row.count("impressions"),
        clicks=row.count("clicks"),
        spend=measured(row.decimal("spend"), currency),
        conversions=float(_conversions(row, "actions")),
        revenue=measured(_conversions(row, "action_values"), currency),
        reach=row.count("reach") if row.raw("reach") is not None else None,
        frequency=frequencies.get((native_id(row, level), day)),
    )


def state_of(row: Row, ref: EntityRef, currency: str, read_at: datetime) -> EntityState:
    budget = _budget(row, currency)
    return EntityState(
        ref=ref,
        status=row.one_of("status", STATUSES),
        daily_budget=budget,
        budget_key=ref.native_id if budget else "",
        read_at=read_at,
    )


def native_id(row: Row, level: Level) -> str:
    return row.id(_IDS[level])


def day_of(row: Row, path: str) -> date:
    day = row.day(path)
    if day is None:
        raise row.broken(path)
    return day


def _ref(row: Row, account: AdAccount, level: Level) -> EntityRef:
    return EntityRef(platform=META, account_id=account.account_id, level=level, native_id=row.id("id"))


def _entity(row: Row, path: str) -> EntityId:
    return EntityId(f"{META.value}:{row.id(path)}")


def _budget(row: Row, currency: str) -> Money | None:
    """None where the budget sits elsewhere or runs for a lifetime; Meta then sends nothing or '0'."""
    if not row.count("daily_budget"):
        return None
    return row.exact("daily_budget", from_meta_units, currency)


def _created_on(row: Row, account: AdAccount) -> date | None:
    created = row.moment("created_time")
    return created.astimezone(ZoneInfo(account.time_zone)).date() if created else None


def _conversions(row: Row, path: str) -> Decimal:
    by_type = {action.text("action_type"): action for action in row.rows(path)}
    present = (next((by_type[name] for name in names if name in by_type), None) for names in _CONVERSIONS)
    return sum((action.decimal("value") for action in present if action), Decimal(0))
