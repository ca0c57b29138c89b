"""Ads as a set: one in detail, texts that repeat, places with too few ads, headlines to try."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Any, NamedTuple

import pandas as pd

from omnify_core.campaigns import Creative, Level, Status
from omnify_core.clock import today
from omnify_core.errors import BadInput
from omnify_ml.creative import Meaning, Ranking, fit_texts
from omnify_tools.answers import (
    CAMPAIGN,
    CAMPAIGN_ID,
    PLATFORM,
    campaign_cells,
    source_named,
    table,
)
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import METRICS, Totals, change
from omnify_tools.history import computed
from omnify_tools.market import by_entity, campaigns_of, figures_of, limited, platform_named
from omnify_tools.periods import last_days
from omnify_tools.sheets import FACTS
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import clean, quoted
from omnify_tools.words import cell, counted, figure, percent, signed

_ALIKE = 0.7
_FEW_ADS = 2
_MOST_TEXTS = 20


class Pair(NamedTuple):
    a: Creative
    b: Creative
    alike: float


@tool(Effect.READ)
async def creative_details(ctx: Ctx, creative_id: str) -> Table:
    """Show one ad whole: its text, age, where it runs, and its figures of 7 days against the 7 before.

    Args:
        creative_id: As list_creatives prints it, e.g. "meta:a1201", or a name that fits only one ad.
    """
    copilot = ctx.context
    ad = await find_creative(copilot, creative_id)
    week = last_days(7, copilot.clock, copilot.tenant.time_zone)
    now, before = await _of_ad(copilot, ad, week), await _of_ad(copilot, ad, week.before())
    facts: list[tuple[str, Any]] = [
        ("Status", ad.status.value),
        ("Headline", f"«{clean(ad.headline)}»"),
        ("Text", f"«{clean(ad.body, length=300)}»"),
        ("Campaign", ad.campaign_id),
        ("Ad group", ad.ad_group_id),
        ("Created", cell(ad.created_on) or "not given"),
    ]
    if ad.created_on:
        age = today(copilot.clock, copilot.tenant.time_zone) - ad.created_on
        facts.append(("Age", counted(age.days, "day")))
    for metric in METRICS.values():
        here, there = metric.read(now), metric.read(before)
        facts.append((f"{metric.label}, 7 days", f"{figure(metric, here)} ({signed(change(here, there))})"))
    return await table(
        copilot,
        f"Ad {ad.id}",
        f"{quoted(ad.name)} ({ad.id}) is {ad.status.value}. Last 7 days: CTR {percent(now.ctr)} "
        f"({signed(change(now.ctr, before.ctr))}) on {now.impressions:,} impressions, spend {now.spend}, "
        f"CPA {figure(METRICS['cpa'], now.cpa)}.",
        columns=FACTS,
        rows=[{"fact": fact, "value": value} for fact, value in facts],
        period=week,
        source=source_named(ad.ref.platform, "daily figures per ad"),
    )


@tool(Effect.READ)
async def near_duplicate_creatives(ctx: Ctx, platform: str = "", limit: int = 20) -> Table:
    """Find enabled ads of one campaign whose headline and text nearly repeat each other.

    Args:
        platform: google, meta or another platform; empty for all of them.
        limit: How many pairs to show, 1 to 50.
    """
    ads = await _running(ctx.context, platform)
    pairs = await computed(_alike, ads)
    first = (
        f" Closest: {quoted(pairs[0].a.name, length=60)} ({pairs[0].a.id}) and "
        f"{quoted(pairs[0].b.name, length=60)} ({pairs[0].b.id}), {percent(pairs[0].alike)} alike."
        if pairs
        else ""
    )
    return await table(
        ctx.context,
        "Ads that repeat each other",
        f"{counted(len(pairs), 'pair')} among {counted(len(ads), 'enabled ad')}.{first}",
        columns=[
            CAMPAIGN_ID,
            Column(key="a", label="Ad", unit="id"),
            Column(key="a_name", label="Name", untrusted=True),
            Column(key="b", label="Other ad", unit="id"),
            Column(key="b_name", label="Other name", untrusted=True),
            Column(key="alike", label="Shared words", unit="share"),
        ],
        rows=[
            {
                "campaign_id": pair.a.campaign_id,
                "a": pair.a.id,
                "a_name": pair.a.name,
                "b": pair.b.id,
                "b_name": pair.b.name,
                "alike": round(pair.alike, 3),
            }
            for pair in pairs[: limited(limit)]
        ],
        source=source_named(platform_named(platform), "ads; word pairs of headline and text"),
        total_rows=len(pairs),
    )


@tool(Effect.READ)
async def creative_coverage(ctx: Ctx, platform: str = "", limit: int = 20) -> Table:
    """Find enabled campaigns with too few running ads, or without a fresh one, so that fatigue has no relief.

    Args:
        platform: google, meta or another platform; empty for all of them.
        limit: How many rows to show, 1 to 50.
    """
    copilot = ctx.context
    ads = await _running(copilot, platform)
    campaigns = await campaigns_of(copilot, platform_named(platform), Status.ENABLED)
    now = today(copilot.clock, copilot.tenant.time_zone)
    # Campaigns that assemble their ads themselves (Performance Max) have none to list.
    with_ads = {ad.campaign_id for ad in await copilot.market.creatives(copilot.tenant.id)}
    lines = []
    for campaign in campaigns.values():
        if campaign.id not in with_ads:
            continue
        mine = [ad for ad in ads if ad.campaign_id == campaign.id]
        ages = [(now - ad.created_on).days for ad in mine if ad.created_on]
        youngest = min(ages) if ages else None
        state = _coverage(len(mine), youngest)
        lines.append({**campaign_cells(campaign), "ads": len(mine), "youngest": youngest, "state": state})
    lines.sort(key=lambda line: (line["state"] == "fine", line["ads"], line["campaign_id"]))
    thin = [line for line in lines if line["state"] != "fine"]
    first = (
        f" First: {quoted(thin[0]['campaign'], length=60)} ({thin[0]['campaign_id']}), {thin[0]['state']}."
        if thin
        else ""
    )
    return await table(
        copilot,
        "Ads per campaign",
        f"{len(thin)} of {counted(len(lines), 'enabled campaign')} lack ads to rotate.{first}",
        columns=[
            CAMPAIGN_ID,
            CAMPAIGN,
            PLATFORM,
            Column(key="ads", label="Enabled ads", unit="count"),
            Column(key="youngest", label="Age of the newest", unit="days"),
            Column(key="state", label="State"),
        ],
        rows=lines[: limited(limit)],
        source=source_named(platform_named(platform), "ads"),
        total_rows=len(lines),
    )


@tool(Effect.READ)
async def rank_headlines(ctx: Ctx, headlines: str) -> Table:
    """Rank new headlines by the click rate to expect, learned from this client's own ads.

    Args:
        headlines: Two to twenty texts, one a line, or separated by " | ".
    """
    texts = [line.strip() for line in headlines.replace("|", "\n").splitlines() if line.strip()]
    if not 2 <= len(texts) <= _MOST_TEXTS:
        raise BadInput(f"give 2 to {_MOST_TEXTS} headlines, one a line, not {len(texts)}")
    copilot = ctx.context
    window = last_days(90, copilot.clock, copilot.tenant.time_zone)
    rows = by_entity(await figures_of(copilot, window, level=Level.AD))
    ads = [ad for ad in await copilot.market.creatives(copilot.tenant.id) if ad.headline and ad.id in rows]
    ranking = await computed(_ranked, _tests(ads, rows), texts, copilot.meaning)
    first = ranking.texts[0]
    return await table(
        copilot,
        "Headlines by expected click rate",
        f"{quoted(first.text)} first, {percent(first.p_best)} likely the best. {ranking.advice}",
        columns=[
            Column(key="text", label="Headline", untrusted=True),
            Column(key="p_best", label="P(best)", unit="share"),
            Column(key="lift_p10", label="Against their mean, P10", unit="share"),
            Column(key="lift_p50", label="P50", unit="share"),
            Column(key="lift_p90", label="P90", unit="share"),
            Column(key="drivers", label="What counts", untrusted=True),
        ],
        rows=[
            {
                "text": one.text,
                "p_best": round(one.p_best, 3),
                "lift_p10": round(one.lift.p10, 3),
                "lift_p50": round(one.lift.p50, 3),
                "lift_p90": round(one.lift.p90, 3),
                "drivers": ", ".join(f"{word} {'+' if size > 0 else '-'}" for word, size in one.drivers[:3]),
            }
            for one in ranking.texts
        ],
        period=window,
        source=source_named(None, f"texts and clicks of {counted(len(ads), 'ad')}"),
        warnings=["Words go with clicks, they need not cause them: test the first two."],
    )


async def find_creative(copilot: Copilot, named: str) -> Creative:
    """By id, the platform's own id, or a name that fits only one. Raises BadInput."""
    wanted = named.strip().strip("«»\"'").casefold()
    ads = await copilot.market.creatives(copilot.tenant.id)
    exact = [ad for ad in ads if wanted in {ad.id.casefold(), ad.ref.native_id.casefold()}]
    found = exact or [ad for ad in ads if ad.name.strip().casefold() == wanted]
    if len(found) == 1:
        return found[0]
    if not found:
        raise BadInput(f"no ad is called {quoted(named)}; list_creatives shows names and ids")
    ids = ", ".join(ad.id for ad in found[:8])
    raise BadInput(f"{quoted(named)} fits {len(found)} ads: {ids}; use the id")


async def _of_ad(copilot: Copilot, ad: Creative, period: Any) -> Totals:
    rows = await copilot.market.metrics(
        copilot.tenant.id, Level.AD, period.since, period.until, entity_id=ad.id
    )
    return Totals.of(rows, rows[0].spend.currency if rows else copilot.tenant.base_currency)


async def _running(copilot: Copilot, platform: str) -> list[Creative]:
    chosen = platform_named(platform)
    return [
        ad
        for ad in await copilot.market.creatives(copilot.tenant.id)
        if ad.status is Status.ENABLED and chosen in {None, ad.ref.platform}
    ]


def _alike(ads: Sequence[Creative]) -> list[Pair]:
    """Pairs within a campaign by Jaccard similarity of their word pairs; closest first."""
    by_campaign: dict[str, list[tuple[Creative, frozenset[tuple[str, ...]]]]] = {}
    for ad in ads:
        if pieces := _pieces(f"{ad.headline} {ad.body}"):
            by_campaign.setdefault(ad.campaign_id, []).append((ad, pieces))
    found = [
        Pair(a, b, len(one & other) / len(one | other))
        for group in by_campaign.values()
        for (a, one), (b, other) in combinations(group, 2)
    ]
    return sorted((pair for pair in found if pair.alike >= _ALIKE), key=lambda pair: (-pair.alike, pair.a.id))


def _pieces(text: str) -> frozenset[tuple[str, ...]]:
    words = "".join(char if char.isalnum() else " " for char in text.casefold()).split()
    return frozenset(pairwise(words)) or frozenset((word,) for word in words)


def _coverage(ads: int, youngest: int | None) -> str:
    if ads < _FEW_ADS:
        return "no enabled ad" if ads == 0 else "a single ad, nothing to rotate"
    return "no ad newer than 30 days" if youngest is not None and youngest > 30 else "fine"


def _tests(ads: Sequence[Creative], rows: Any) -> pd.DataFrame:
    """Ads of one ad group compete for the same people: each group is a test of its headlines."""
    return pd.DataFrame(
        [
            {
                "test": ad.ad_group_id,
                "text": ad.headline,
                "impressions": sum(row.impressions for row in rows[ad.id]),
                "clicks": sum(row.clicks for row in rows[ad.id]),
            }
            for ad in ads
        ],
        columns=["test", "text", "impressions", "clicks"],
    )


def _ranked(tests: pd.DataFrame, texts: Sequence[str], meaning: Meaning | None) -> Ranking:
    return fit_texts(tests, meaning).rank(texts)
