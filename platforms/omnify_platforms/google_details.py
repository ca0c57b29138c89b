"""What we ask of Google beyond listings: one object's parents, what stands below it, and the finer reads."""

from __future__ import annotations

from datetime import date, datetime

from omnify_core.campaigns import AdAccount, Level, Status
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_core.reads import AudienceRow, KeywordRow, SearchTermRow, ShareRow
from omnify_core.specs import Keyword, Match
from omnify_platforms.google_rows import STATUSES, campaign_of_row, group_of_row
from omnify_platforms.rows import Row
from omnify_platforms.units import from_micros, measured, measured_micros

_MATCHES = {match.name: match for match in Match}
_CRITERIA = {Level.CAMPAIGN: "campaign_criterion", Level.AD_GROUP: "ad_group_criterion"}
USER_LISTS = (
    "SELECT user_list.resource_name, user_list.id, user_list.name, user_list.description, user_list.type, "
    "user_list.read_only, user_list.membership_status, user_list.size_for_search FROM user_list "
    "ORDER BY user_list.id"
)


def parent_query(level: Level, native_id: str) -> str:
    """`native_id` is digits."""
    of_group = "" if level is Level.CAMPAIGN else "ad_group.name, ad_group.status, ad_group.cpc_bid_micros, "
    resource = "campaign" if level is Level.CAMPAIGN else "ad_group"
    return (
        f"SELECT {of_group}campaign.name, campaign.status, campaign.bidding_strategy_type "  # noqa: S608
        f"FROM {resource} WHERE {resource}.id = {native_id}"
    )


def named_campaign_query(name: str) -> str:
    """`name` is one line of the owner's text; whatever it holds, it stays inside its quotes."""
    inside = name.replace("\\", "\\\\").replace("'", "\\'")
    return (
        "SELECT campaign.id, campaign.name, campaign.advertising_channel_type, "  # noqa: S608
        "campaign.bidding_strategy_type, campaign.start_date_time, campaign_budget.amount_micros "
        f"FROM campaign WHERE campaign.name = '{inside}' AND campaign.status != 'REMOVED'"
    )


def ad_groups_query(campaign_id: str) -> str:
    return (
        "SELECT ad_group.id, ad_group.name, ad_group.cpc_bid_micros FROM ad_group "  # noqa: S608
        f"WHERE campaign.id = {campaign_id} AND ad_group.status != 'REMOVED'"
    )


def ads_query(ad_group_id: str) -> str:
    parts = ("responsive_search_ad", "demand_gen_video_responsive_ad")
    texts = ", ".join(f"ad_group_ad.ad.{part}.{f}" for part in parts for f in ("headlines", "descriptions"))
    video = ", ".join(
        f"ad_group_ad.ad.demand_gen_video_responsive_ad.{field}"
        for field in ("videos", "logo_images", "business_name.text")
    )
    return (
        f"SELECT ad_group_ad.ad.id, ad_group_ad.ad.name, ad_group_ad.ad.final_urls, {texts}, {video} "  # noqa: S608
        f"FROM ad_group_ad WHERE ad_group.id = {ad_group_id} AND ad_group_ad.status != 'REMOVED'"
    )


def keywords_query(level: Level, native_id: str = "") -> str:
    """Below one parent, or all of an account."""
    at, above = _CRITERIA[level], "campaign" if level is Level.CAMPAIGN else "ad_group"
    bid = f", {at}.cpc_bid_micros, ad_group.id" if level is Level.AD_GROUP else ""
    below = f" AND {above}.id = {native_id}" if native_id else ""
    return (
        f"SELECT {at}.criterion_id, {at}.status, {at}.negative, {at}.keyword.text, "  # noqa: S608
        f"{at}.keyword.match_type{bid}, campaign.id FROM {at} "
        f"WHERE {at}.type = 'KEYWORD' AND {at}.status != 'REMOVED'{below}"
    )


def uploads_query(number: str) -> str:
    job = "offline_user_data_job"
    return (
        f"SELECT {job}.id, {job}.status, {job}.customer_match_user_list_metadata.user_list "  # noqa: S608
        f"FROM {job} WHERE {job}.external_id = {number}"
    )


def terms_query(since: date, until: date) -> str:
    return (
        "SELECT search_term_view.search_term, search_term_view.status, ad_group.id, campaign.id, "  # noqa: S608
        "metrics.impressions, metrics.clicks, metrics.cost_micros, metrics.conversions, "
        "metrics.conversions_value FROM search_term_view "
        f"WHERE segments.date BETWEEN '{since}' AND '{until}'"
    )


def shares_query(since: date, until: date) -> str:
    return (
        "SELECT campaign.id, metrics.search_impression_share, "  # noqa: S608
        "metrics.search_budget_lost_impression_share, metrics.search_rank_lost_impression_share "
        "FROM campaign WHERE campaign.advertising_channel_type = 'SEARCH' "
        f"AND segments.date BETWEEN '{since}' AND '{until}'"
    )


def criterion_of(level: Level) -> str:
    """Where a row shows the criterion."""
    return "campaignCriterion" if level is Level.CAMPAIGN else "adGroupCriterion"


def keyword_of(row: Row, level: Level, currency: str) -> Keyword:
    at = criterion_of(level)
    has_bid = level is Level.AD_GROUP and row.raw(f"{at}.cpcBidMicros") is not None
    return Keyword(
        text=row.required(f"{at}.keyword.text"),
        match=row.one_of(f"{at}.keyword.matchType", _MATCHES),
        negative=row.raw(f"{at}.negative") is True,
        bid=bid_of(row, f"{at}.cpcBidMicros", currency) if has_bid else None,
    )


def bid_of(row: Row, path: str, currency: str) -> Money:
    return row.exact(path, from_micros, currency)


def keyword_row(row: Row, level: Level, account: AdAccount, read_at: datetime) -> KeywordRow:
    at = criterion_of(level)
    group = group_of_row(row) if level is Level.AD_GROUP else None
    parent = row.id("adGroup.id" if group else "campaign.id")
    return KeywordRow(
        account_id=account.account_id,
        campaign_id=campaign_of_row(row),
        ad_group_id=group,
        native_id=f"{parent}~{row.id(f'{at}.criterionId')}",
        keyword=keyword_of(row, level, account.currency),
        status=row.one_of(f"{at}.status", STATUSES) if row.raw(f"{at}.status") else Status.ENABLED,
        read_at=read_at,
    )


def term_row(row: Row, currency: str) -> SearchTermRow:
    status = row.text("searchTermView.status")
    return SearchTermRow(
        campaign_id=campaign_of_row(row),
        ad_group_id=group_of_row(row),
        term=row.text("searchTermView.searchTerm"),
        is_keyword=status in ("ADDED", "ADDED_EXCLUDED"),
        is_excluded=status in ("EXCLUDED", "ADDED_EXCLUDED"),
        impressions=row.count("metrics.impressions"),
        clicks=row.count("metrics.clicks"),
        spend=measured_micros(row.decimal("metrics.costMicros"), currency),
        conversions=float(row.decimal("metrics.conversions")),
        revenue=measured(row.decimal("metrics.conversionsValue"), currency),
    )


def audience_row(row: Row, account: AdAccount, read_at: datetime) -> AudienceRow:
    sized = row.raw("userList.sizeForSearch") is not None
    return AudienceRow(
        account_id=account.account_id,
        native_id=row.id("userList.id"),
        name=row.text("userList.name"),
        kind=row.text("userList.type").lower(),
        people=row.count("userList.sizeForSearch") if sized else None,
        is_usable=row.text("userList.membershipStatus") == "OPEN",
        read_at=read_at,
    )


def share_row(row: Row) -> ShareRow:
    def share(name: str) -> float | None:
        path = f"metrics.search{name}ImpressionShare"
        return None if row.raw(path) is None else float(row.decimal(path))

    return ShareRow(
        campaign_id=EntityId(campaign_of_row(row)),
        won=share(""),
        lost_to_budget=share("BudgetLost"),
        lost_to_rank=share("RankLost"),
    )
