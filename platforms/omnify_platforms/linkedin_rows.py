"""What we ask of LinkedIn in Rest.li's query text, and its elements in our nouns."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

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
from omnify_platforms.rows import Row
from omnify_platforms.units import measured

LINKEDIN = Platform.LINKEDIN
CAMPAIGN_URN, CREATIVE_URN, ACCOUNT_URN, GROUP_URN = (
    "urn:li:sponsoredCampaign:",
    "urn:li:sponsoredCreative:",
    "urn:li:sponsoredAccount:",
    "urn:li:sponsoredCampaignGroup:",
)
# A completed campaign runs again only with a new schedule, so a status alone does not bring it back.
_STATUSES = {
    "ACTIVE": Status.ENABLED,
    "PAUSED": Status.PAUSED,
    "DRAFT": Status.PAUSED,
    "COMPLETED": Status.REMOVED,
    "ARCHIVED": Status.REMOVED,
    "CANCELED": Status.REMOVED,
    "PENDING_DELETION": Status.REMOVED,
    "REMOVED": Status.REMOVED,
}
WORDS = {Status.ENABLED: "ACTIVE", Status.PAUSED: "PAUSED", Status.REMOVED: "PENDING_DELETION"}

ACCOUNTS = "q=search&pageSize=500"
_STANDING = "status:(values:List(ACTIVE,PAUSED,DRAFT))"
CAMPAIGNS = f"q=search&search=({_STANDING})&pageSize=500"
CREATIVES = "q=criteria&pageSize=100"
GROUPS = "q=search&search=(status:(values:List(ACTIVE)))&pageSize=500"
# LinkedIn takes about 20 fields in one query; only named ones come back, the pivot and the day included.
FIGURES = (
    "pivotValues",
    "dateRange",
    "impressions",
    "clicks",
    "costInLocalCurrency",
    "externalWebsiteConversions",
    "oneClickLeads",
    "conversionValueInLocalCurrency",
)
# A creative's figures name its campaign only where that is a pivot, too.
_PIVOTS = {
    Level.CAMPAIGN: "q=analytics&pivot=CAMPAIGN",
    Level.AD_GROUP: "q=analytics&pivot=CAMPAIGN",
    Level.AD: "q=statistics&pivots=List(CREATIVE,CAMPAIGN)",
}
# Texts that a creative may carry itself; most only refer to a post.
_HEADLINES = ("content.textAd.headline", "content.spotlight.headline", "content.follow.headline.custom")
_BODIES = ("content.textAd.description", "content.spotlight.description", "content.follow.description.custom")


def encoded(urn: str) -> str:
    """A URN as it stands in a path or a query; Rest.li's own brackets and commas stay raw."""
    return quote(urn, safe="")


def named_query(name: str) -> str:
    """Campaigns of a name that still stand."""
    return f"q=search&search=(name:(values:List({encoded(name)})),{_STANDING})&pageSize=500"


def creatives_query(campaign_id: str) -> str:
    return f"{CREATIVES}&campaigns=List({encoded(CAMPAIGN_URN + campaign_id)})"


def figures_query(account_id: str, level: Level, since: date, until: date) -> str:
    return (
        f"{_PIVOTS[level]}&timeGranularity=DAILY&dateRange=(start:{_restli_day(since)},end:{_restli_day(until)})"
        f"&accounts=List({encoded(ACCOUNT_URN + account_id)})&fields={','.join(FIGURES)}"
    )


def account_of(row: Row) -> AdAccount:
    """LinkedIn's accounts have no zone: it counts days in UTC."""
    return AdAccount(
        platform=LINKEDIN,
        account_id=row.id("id"),
        name=row.text("name"),
        currency=row.required("currency"),
        time_zone="UTC",
    )


def campaign_of(row: Row, account: AdAccount, read_at: datetime) -> Campaign:
    budget = _budget(row, account.currency)
    return Campaign(
        ref=_ref(account, Level.CAMPAIGN, row.id("id")),
        name=row.text("name"),
        status=row.one_of("status", _STATUSES),
        objective=row.text("objectiveType"),
        daily_budget=budget,
        budget_key=row.id("id") if budget else "",
        currency=account.currency,
        created_on=utc_day(row, "changeAuditStamps.created.time"),
        read_at=read_at,
    )


def ad_group_of(campaign: Campaign) -> AdGroup:
    """The group that stands for the campaign itself and holds all its creatives."""
    return AdGroup(
        ref=campaign.ref.model_copy(update={"level": Level.AD_GROUP}),
        campaign_id=campaign.id,
        name=campaign.name,
        status=campaign.status,
        read_at=campaign.read_at,
    )


def creative_of(row: Row, account: AdAccount, read_at: datetime) -> Creative:
    headline = _first_text(row, _HEADLINES)
    campaign_id = _entity(urn_id(row, "campaign", CAMPAIGN_URN))
    return Creative(
        ref=_ref(account, Level.AD, urn_id(row, "id", CREATIVE_URN)),
        campaign_id=campaign_id,
        ad_group_id=campaign_id,
        name=row.text("name") or headline or row.text("content.reference"),
        status=row.one_of("intendedStatus", _STATUSES),
        headline=headline,
        body=_first_text(row, _BODIES),
        created_on=utc_day(row, "createdAt"),
        read_at=read_at,
    )


def metrics_of(row: Row, level: Level, currency: str) -> DailyMetrics:
    campaign_id = _entity(_pivot_id(row, CAMPAIGN_URN))
    leads = row.count("externalWebsiteConversions") + row.count("oneClickLeads")
    return DailyMetrics(
        entity_id=_entity(_pivot_id(row, CREATIVE_URN)) if level is Level.AD else campaign_id,
        campaign_id=campaign_id,
        platform=LINKEDIN,
        level=level,
        day=_restli_date(row),
        impressions=row.count("impressions"),
        clicks=row.count("clicks"),
        spend=measured(row.decimal("costInLocalCurrency"), currency),
        conversions=float(leads),
        revenue=measured(row.decimal("conversionValueInLocalCurrency"), currency),
    )


def state_of(row: Row, ref: EntityRef, read_at: datetime) -> EntityState:
    """A budget names its own currency, so that none has to be known."""
    of_campaign = ref.level is Level.CAMPAIGN and row.raw("dailyBudget") is not None
    return EntityState(
        ref=ref,
        status=row.one_of("intendedStatus" if ref.level is Level.AD else "status", _STATUSES),
        daily_budget=_budget(row, row.required("dailyBudget.currencyCode")) if of_campaign else None,
        budget_key=ref.native_id if of_campaign else "",
        read_at=read_at,
    )


def _ref(account: AdAccount, level: Level, native_id: str) -> EntityRef:
    return EntityRef(platform=LINKEDIN, account_id=account.account_id, level=level, native_id=native_id)


def _entity(native_id: str) -> EntityId:
    return EntityId(f"{LINKEDIN.value}:{native_id}")


def _budget(row: Row, currency: str) -> Money | None:
    """None where the campaign has a budget for its whole run only. Raises where it is foreign money."""
    if row.raw("dailyBudget") is None:
        return None
    if row.text("dailyBudget.currencyCode") != currency:
        raise row.broken("dailyBudget.currencyCode")
    return row.money("dailyBudget.amount", currency)


def urn_id(row: Row, path: str, prefix: str) -> str:
    native_id = row.text(path).removeprefix(prefix)
    if not row.text(path).startswith(prefix) or not (native_id.isascii() and native_id.isdigit()):
        raise row.broken(path)
    return native_id


def _pivot_id(row: Row, prefix: str) -> str:
    """Pivots are told apart by their kind, not by their place."""
    values = row.raw("pivotValues")
    for value in values if isinstance(values, list) else []:
        native_id = str(value).removeprefix(prefix)
        if str(value).startswith(prefix) and native_id.isascii() and native_id.isdigit():
            return native_id
    raise row.broken("pivotValues")


def _restli_day(day: date) -> str:
    return f"(year:{day.year},month:{day.month},day:{day.day})"


def _restli_date(row: Row) -> date:
    start = (row.count(f"dateRange.start.{part}") for part in ("year", "month", "day"))
    try:
        return date(*start)
    except ValueError:
        raise row.broken("dateRange.start") from None


def utc_day(row: Row, path: str) -> date | None:
    """The UTC day of a time in epoch milliseconds; None where absent."""
    try:
        moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=row.count(path))
    except OverflowError:
        raise row.broken(path) from None
    return moment.date() if row.raw(path) is not None else None


def _first_text(row: Row, paths: tuple[str, ...]) -> str:
    return next((text for path in paths if (text := row.text(path))), "")
