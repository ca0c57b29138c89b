"""What we ask of Google Ads in GAQL, and its rows in our nouns."""

from __future__ import annotations

import re
from datetime import date, datetime

from omnify_core.campaigns import (
    AdAccount,
    AdGroup,
    Campaign,
    Creative,
    DailyMetrics,
    EntityRef,
    EntityState,
    Level,
    Status,
)
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_platforms.rows import Row
from omnify_platforms.units import from_micros, measured, measured_micros

STATUSES = {"ENABLED": Status.ENABLED, "PAUSED": Status.PAUSED, "REMOVED": Status.REMOVED}
_RESOURCES = {Level.CAMPAIGN: "campaign", Level.AD_GROUP: "ad_group", Level.AD: "ad_group_ad"}
_IDS = {Level.CAMPAIGN: "campaign.id", Level.AD_GROUP: "ad_group.id", Level.AD: "ad_group_ad.ad.id"}

ACCOUNTS = (
    "SELECT customer_client.id, customer_client.descriptive_name, customer_client.currency_code, "
    "customer_client.time_zone, customer_client.manager, customer_client.status FROM customer_client"
)
CURRENCY = "SELECT customer.currency_code FROM customer"
CAMPAIGNS = (
    "SELECT campaign.id, campaign.name, campaign.status, campaign.advertising_channel_type, "
    "campaign.start_date_time, campaign.campaign_budget, campaign_budget.amount_micros FROM campaign "
    "WHERE campaign.status != 'REMOVED' ORDER BY campaign.id"
)
AD_GROUPS = (
    "SELECT ad_group.id, ad_group.name, ad_group.status, campaign.id FROM ad_group "
    "WHERE ad_group.status != 'REMOVED' ORDER BY ad_group.id"
)
# The kinds of ads that carry headlines and descriptions of their own.
_TEXTS = (
    "responsive_search_ad",
    "responsive_display_ad",
    "demand_gen_multi_asset_ad",
    "demand_gen_video_responsive_ad",
    "video_responsive_ad",
)
_TEXT_FIELDS = ", ".join(
    f"ad_group_ad.ad.{kind}.{part}" for kind in _TEXTS for part in ("headlines", "descriptions")
)
ADS = (
    f"SELECT ad_group_ad.ad.id, ad_group_ad.ad.name, ad_group_ad.status, {_TEXT_FIELDS}, "  # noqa: S608
    "ad_group_ad.ad.image_ad.image_url, ad_group_ad.start_date_time, ad_group.id, campaign.id "
    "FROM ad_group_ad WHERE ad_group_ad.status != 'REMOVED' ORDER BY ad_group_ad.ad.id"
)
_FIGURES = (
    "segments.date, metrics.impressions, metrics.clicks, metrics.cost_micros, metrics.conversions, "
    "metrics.conversions_value"
)
_OF_CAMPAIGNS = re.compile(
    r" FROM (campaign|campaign_criterion|ad_group|ad_group_ad|ad_group_criterion|search_term_view)\b"
)
_BUDGET = ", campaign.campaign_budget, campaign_budget.amount_micros"


def figures_query(level: Level, since: date, until: date) -> str:
    ids = ", ".join(dict.fromkeys((_IDS[level], "campaign.id")))
    return (
        f"SELECT {ids}, {_FIGURES} FROM {_RESOURCES[level]} "  # noqa: S608 - GAQL of constants and dates
        f"WHERE segments.date BETWEEN '{since}' AND '{until}' ORDER BY segments.date"
    )


def state_query(level: Level, native_id: str) -> str:
    """`native_id` is digits."""
    resource, budget = _RESOURCES[level], _BUDGET if level is Level.CAMPAIGN else ""
    return (
        f"SELECT {resource}.resource_name, {resource}.status, customer.currency_code{budget} "  # noqa: S608
        f"FROM {resource} WHERE {_IDS[level]} = {native_id}"
    )


def channel_type_query(level: Level, native_id: str) -> str:
    """Of the campaign itself or of the one above; `native_id` is digits."""
    return (
        f"SELECT campaign.advertising_channel_type FROM {_RESOURCES[level]} "  # noqa: S608
        f"WHERE {_IDS[level]} = {native_id}"
    )


def of_youtube(query: str, *, without: bool = False) -> str:
    """The query, of YouTube's campaigns only or of all others; accounts and currencies stay as they are."""
    if not _OF_CAMPAIGNS.search(query):
        return query
    condition = f"campaign.advertising_channel_type {'NOT IN' if without else 'IN'} ('DEMAND_GEN', 'VIDEO')"
    head, order, fields = query.partition(" ORDER BY ")
    return f"{head}{' AND' if ' WHERE ' in head else ' WHERE'} {condition}{order}{fields}"


def account_of(row: Row) -> AdAccount | None:
    """None for managers, which hold no campaigns, and for accounts that are not enabled."""
    if row.text("customerClient.status") != "ENABLED" or row.raw("customerClient.manager"):
        return None
    return AdAccount(
        platform=row.platform,
        account_id=row.id("customerClient.id"),
        name=row.text("customerClient.descriptiveName"),
        currency=row.text("customerClient.currencyCode"),
        time_zone=row.text("customerClient.timeZone"),
    )


def campaign_of(row: Row, account: AdAccount, read_at: datetime) -> Campaign:
    return Campaign(
        ref=_ref(account.account_id, Level.CAMPAIGN, row),
        name=row.text("campaign.name"),
        status=row.one_of("campaign.status", STATUSES),
        objective=row.text("campaign.advertisingChannelType"),
        daily_budget=daily_budget_of(row, account.currency),
        budget_key=row.text("campaign.campaignBudget"),
        currency=account.currency,
        created_on=row.day("campaign.startDateTime"),
        read_at=read_at,
    )


def ad_group_of(row: Row, account: AdAccount, read_at: datetime) -> AdGroup:
    return AdGroup(
        ref=_ref(account.account_id, Level.AD_GROUP, row),
        campaign_id=_entity(row, Level.CAMPAIGN),
        name=row.text("adGroup.name"),
        status=row.one_of("adGroup.status", STATUSES),
        read_at=read_at,
    )


def creative_of(row: Row, account: AdAccount, read_at: datetime) -> Creative:
    headline = _first_text(row, "headlines")
    return Creative(
        ref=_ref(account.account_id, Level.AD, row),
        campaign_id=_entity(row, Level.CAMPAIGN),
        ad_group_id=_entity(row, Level.AD_GROUP),
        name=row.text("adGroupAd.ad.name") or headline,
        status=row.one_of("adGroupAd.status", STATUSES),
        headline=headline,
        body=_first_text(row, "descriptions"),
        image_url=row.text("adGroupAd.ad.imageAd.imageUrl"),
        created_on=row.day("adGroupAd.startDateTime"),
        read_at=read_at,
    )


def metrics_of(row: Row, level: Level, currency: str) -> DailyMetrics:
    day = row.day("segments.date")
    if day is None:
        raise row.broken("segments.date")
    return DailyMetrics(
        entity_id=_entity(row, level),
        campaign_id=_entity(row, Level.CAMPAIGN),
        platform=row.platform,
        level=level,
        day=day,
        impressions=row.count("metrics.impressions"),
        clicks=row.count("metrics.clicks"),
        spend=measured_micros(row.decimal("metrics.costMicros"), currency),
        conversions=float(row.decimal("metrics.conversions")),
        revenue=measured(row.decimal("metrics.conversionsValue"), currency),
    )


def state_of(row: Row, ref: EntityRef, read_at: datetime) -> EntityState:
    of_campaign = ref.level is Level.CAMPAIGN
    return EntityState(
        ref=ref,
        status=row.one_of(f"{_camel(_RESOURCES[ref.level])}.status", STATUSES),
        daily_budget=daily_budget_of(row, currency_of(row)) if of_campaign else None,
        budget_key=row.text("campaign.campaignBudget") if of_campaign else "",
        read_at=read_at,
    )


def currency_of(row: Row) -> str:
    return row.required("customer.currencyCode")


def resource_name_of(row: Row, level: Level) -> str:
    return row.required(f"{_camel(_RESOURCES[level])}.resourceName")


def _ref(account_id: str, level: Level, row: Row) -> EntityRef:
    native_id = row.id(_camel(_IDS[level]))
    return EntityRef(platform=row.platform, account_id=account_id, level=level, native_id=native_id)


def _entity(row: Row, level: Level) -> EntityId:
    return EntityId(f"{row.platform.value}:{row.id(_camel(_IDS[level]))}")


def campaign_of_row(row: Row) -> EntityId:
    return _entity(row, Level.CAMPAIGN)


def group_of_row(row: Row) -> EntityId:
    return _entity(row, Level.AD_GROUP)


def daily_budget_of(row: Row, currency: str) -> Money | None:
    """None where the budget is for a whole period, not for a day."""
    if row.raw("campaignBudget.amountMicros") is None:
        return None
    return row.exact("campaignBudget.amountMicros", from_micros, currency)


def _first_text(row: Row, field: str) -> str:
    for kind in _TEXTS:
        texts = row.rows(f"adGroupAd.ad.{_camel(kind)}.{field}")
        if texts:
            return texts[0].text("text")
    return ""


def _camel(snake: str) -> str:
    """GAQL's `ad_group_ad.ad.id` as its JSON path `adGroupAd.ad.id`."""
    head, *rest = snake.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)
