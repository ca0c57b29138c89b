"""What people search for: keywords that are bid on, searches that came, and impressions that were missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from omnify_core.campaigns import Platform
from omnify_core.errors import BadInput
from omnify_core.ids import EntityId
from omnify_core.money import Money
from omnify_core.reads import AudienceRow, KeywordRow, SearchTermRow, ShareRow
from omnify_tools.answers import CAMPAIGN, CAMPAIGN_ID, PLATFORM, STATUS, table
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.live_reads import gathered
from omnify_tools.market import campaigns_of, limited, platform_named
from omnify_tools.periods import period_named
from omnify_tools.scopes import scope_named
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import quoted
from omnify_tools.words import counted, percent

LIVE = "asked of the platforms just now"
_TERM = Column(key="term", label="Search", untrusted=True)
_GROUP = Column(key="ad_group_id", label="Ad group id", unit="id")


@tool(Effect.READ, timeout_s=60.0)
async def search_terms(
    ctx: Ctx, period: str = "last_30_days", campaign_id: str = "", show: str = "wasted", limit: int = 20
) -> Table:
    """Show what people typed before they saw the search ads: what to exclude, and what to bid on.

    Args:
        period: As in performance_summary, e.g. last_30_days.
        campaign_id: Only this campaign, by id or unambiguous name; empty for all.
        show: wasted (spend without conversions), new (conversions, not yet a keyword), or all.
        limit: How many rows to show, 1 to 50.
    """
    copilot = ctx.context
    if show not in {"wasted", "new", "all"}:
        raise BadInput(f"show must be wasted, new or all, not {show!r}")
    scope = await scope_named(copilot, "", campaign_id)
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    found = await gathered(
        copilot, scope.platform, lambda ads, account: ads.search_terms(account, window.since, window.until)
    )
    wanted = scope.campaign.id if scope.campaign else None
    rows = [row for row in found.rows if wanted in (None, row.campaign_id)]
    chosen = sorted((row for row in rows if _fits(row, show)), key=lambda row: -row.spend.minor)
    return await table(
        copilot,
        f"Searches of {scope.label}",
        _headline(rows, chosen, show),
        columns=[
            _TERM,
            CAMPAIGN_ID,
            _GROUP,
            Column(key="spend", label="Spend", unit="money"),
            Column(key="clicks", label="Clicks", unit="count"),
            Column(key="conversions", label="Conversions", unit="count"),
            Column(key="state", label="Now"),
        ],
        rows=[_term_cells(row) for row in chosen[: limited(limit)]],
        period=window,
        source=LIVE,
        warnings=found.warnings,
        total_rows=len(chosen),
    )


@tool(Effect.READ, timeout_s=60.0)
async def list_keywords(ctx: Ctx, campaign_id: str = "", negative: bool = False, limit: int = 50) -> Table:
    """List the keywords of search campaigns with match type, bid and status, or their negative keywords.

    Args:
        campaign_id: Only this campaign, by id or unambiguous name; empty for all.
        negative: True for the searches that are excluded.
        limit: How many rows to show, 1 to 50.
    """
    copilot = ctx.context
    scope = await scope_named(copilot, "", campaign_id)
    found = await gathered(copilot, scope.platform, lambda ads, account: ads.keywords(account))
    wanted = scope.campaign.id if scope.campaign else None
    rows = [
        row for row in found.rows if row.keyword.negative is negative and wanted in (None, row.campaign_id)
    ]
    what = "negative keyword" if negative else "keyword"
    return await table(
        copilot,
        f"{what.capitalize()}s of {scope.label}",
        f"{counted(len(rows), what)} in {counted(len({row.campaign_id for row in rows}), 'campaign')}.",
        columns=[
            Column(key="keyword", label="Keyword", untrusted=True),
            Column(key="match", label="Match"),
            Column(key="bid", label="Bid", unit="money"),
            STATUS,
            CAMPAIGN_ID,
            _GROUP,
        ],
        rows=[_keyword_cells(row) for row in rows[: limited(limit)]],
        source=LIVE,
        warnings=found.warnings,
        total_rows=len(rows),
    )


@tool(Effect.READ, timeout_s=60.0)
async def impression_headroom(ctx: Ctx, period: str = "last_7_days") -> Table:
    """Show which share of possible impressions search campaigns won, and what budget and rank cost them.

    Args:
        period: As in performance_summary, e.g. last_7_days.
    """
    copilot = ctx.context
    window = period_named(period, copilot.clock, copilot.tenant.time_zone)
    found = await gathered(
        copilot, None, lambda ads, account: ads.impression_shares(account, window.since, window.until)
    )
    names = await campaigns_of(copilot)
    rows = sorted(found.rows, key=lambda row: -(row.lost_to_budget or 0.0))
    return await table(
        copilot,
        "Impressions won and missed",
        _share_headline(rows, {id_: one.name for id_, one in names.items()}),
        columns=[
            CAMPAIGN,
            CAMPAIGN_ID,
            Column(key="won", label="Won", unit="share"),
            Column(key="lost_to_budget", label="Lost to budget", unit="share"),
            Column(key="lost_to_rank", label="Lost to rank", unit="share"),
        ],
        rows=[
            {"campaign": names[row.campaign_id].name if row.campaign_id in names else "", **row.model_dump()}
            for row in rows[:50]
        ],
        period=window,
        source=f"{LIVE}; search campaigns only",
        warnings=found.warnings,
        total_rows=len(rows),
    )


@tool(Effect.READ, timeout_s=60.0)
async def list_audiences(ctx: Ctx, platform: str = "", limit: int = 50) -> Table:
    """List the audiences (customer lists and others) of the ad accounts with their size.

    Args:
        platform: google, meta or another platform; empty for all of them.
        limit: How many rows to show, 1 to 50.
    """
    copilot = ctx.context
    found = await gathered(copilot, platform_named(platform), lambda ads, account: ads.audiences(account))
    homes = {one.account_id: one.platform for one in await copilot.market.accounts(copilot.tenant.id)}
    usable = sum(row.is_usable for row in found.rows)
    return await table(
        copilot,
        "Audiences",
        f"{counted(len(found.rows), 'audience')}, {usable} of them usable.",
        columns=[
            Column(key="audience_id", label="Audience id", unit="id"),
            Column(key="name", label="Audience", untrusted=True),
            PLATFORM,
            Column(key="kind", label="Kind"),
            Column(key="people", label="People", unit="count"),
            Column(key="usable", label="Usable"),
        ],
        rows=[_audience_cells(row, homes) for row in found.rows[: limited(limit)]],
        source=LIVE,
        warnings=found.warnings,
        total_rows=len(found.rows),
    )


def _fits(row: SearchTermRow, show: str) -> bool:
    if show == "wasted":
        return row.conversions == 0 and row.spend.minor > 0 and not row.is_excluded
    return show == "all" or (row.conversions > 0 and not row.is_keyword)


def _headline(rows: Sequence[SearchTermRow], chosen: Sequence[SearchTermRow], show: str) -> str:
    if not rows:
        return "No search was reported: there are no search campaigns with delivery in this time."
    number = counted(len(chosen), "search", "searches")
    said = {
        "wasted": f"{number} brought no conversion and cost {_spend(chosen)}",
        "new": f"{number} brought conversions and are no keyword yet",
        "all": f"{number} cost {_spend(chosen)}",
    }[show]
    top = f"; the most costly is {quoted(chosen[0].term, length=60)}" if chosen else ""
    return f"{said}, of {_spend(rows)} spent on searches in all{top}."


def _spend(rows: Sequence[SearchTermRow]) -> str:
    """One sum per currency: unlike money is never added."""
    sums: dict[str, Money] = {}
    for row in rows:
        sums[row.spend.currency] = sums.get(row.spend.currency, Money.zero(row.spend.currency)) + row.spend
    return " and ".join(str(sums[code]) for code in sorted(sums)) or "nothing"


def _share_headline(rows: Sequence[ShareRow], names: dict[EntityId, str]) -> str:
    short = [row for row in rows if (row.lost_to_budget or 0.0) > 0.10]
    if not rows:
        return "No search campaign had impressions in this time."
    if not short:
        return f"None of {counted(len(rows), 'search campaign')} loses more than a tenth to its budget."
    first = short[0]
    return (
        f"{len(short)} of {counted(len(rows), 'search campaign')} lose more than a tenth of their "
        f"impressions to the budget; most of all {quoted(names.get(first.campaign_id, ''), length=60)} "
        f"({first.campaign_id}) with {percent(first.lost_to_budget)}."
    )


def _term_cells(row: SearchTermRow) -> dict[str, Any]:
    state = "excluded" if row.is_excluded else "a keyword" if row.is_keyword else "neither"
    return {**row.model_dump(), "spend": row.spend, "state": state}


def _keyword_cells(row: KeywordRow) -> dict[str, Any]:
    return {
        "keyword": row.keyword.text,
        "match": row.keyword.match.value,
        "bid": row.keyword.bid,
        "status": row.status.value,
        "campaign_id": row.campaign_id,
        "ad_group_id": row.ad_group_id or "",
    }


def _audience_cells(row: AudienceRow, homes: Mapping[str, Platform]) -> dict[str, Any]:
    return {
        "audience_id": row.native_id,
        "name": row.name,
        "platform": homes[row.account_id].label if row.account_id in homes else "",
        "kind": row.kind,
        "people": row.people,
        "usable": "yes" if row.is_usable else "no",
    }
