"""What the next days will bring, and which of two campaigns will do better."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from omnify_core.campaigns import Campaign, DailyMetrics, Status
from omnify_core.errors import BadInput
from omnify_ml.interval import Interval
from omnify_ml.performance import Comparison, PerformanceForecast, compare_entities
from omnify_ml.performance import forecast_performance as forecast_each
from omnify_tools.answers import CAMPAIGN, CAMPAIGN_ID, PLATFORM, campaign_cells, source_named, table
from omnify_tools.campaigns import Standing
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import Totals, metric_named
from omnify_tools.history import campaign_frame, computed, history_of, money
from omnify_tools.market import MOST_ROWS, campaigns_of, find_campaign, platform_named
from omnify_tools.periods import LAG_DAYS, Period
from omnify_tools.tables import Column, Table, Unit
from omnify_tools.untrusted import quoted
from omnify_tools.words import counted, listed, percent, signed

BANDS: tuple[tuple[str, str, Unit], ...] = (
    ("spend", "Spend", "money"),
    ("conversions", "Conversions", "count"),
    ("revenue", "Revenue", "money"),
    ("cpa", "CPA", "money"),
    ("roas", "ROAS", "ratio"),
)
_JUDGED_DAYS = 30
_MEANING = "P10 to P90 is the range in which four of five outcomes fall, if nothing is changed."


@tool(Effect.READ)
async def forecast_performance(ctx: Ctx, platform: str = "", campaign_id: str = "", days: int = 7) -> Table:
    """Forecast spend, conversions, revenue, CPA and ROAS of the coming days per campaign, with ranges.

    Args:
        platform: google, meta or another platform; empty for all of them.
        campaign_id: One campaign by id or unambiguous name; empty for all that are enabled.
        days: How many days ahead, 1 to 30.
    """
    if not 1 <= days <= 30:
        raise BadInput(f"days must be between 1 and 30, not {days}")
    chosen = platform_named(platform)
    campaigns = await _asked(ctx.context, campaign_id, platform)
    rows, window = await history_of(ctx.context, platform=chosen)
    forecasts = await computed(
        forecast_each, campaign_frame(rows), as_of=window.until, horizon_days=days, late_days=LAG_DAYS
    )
    mine = sorted(
        (forecast for forecast in forecasts if forecast.entity in campaigns),
        key=lambda forecast: -(forecast.last7["spend"] or 0.0),
    )
    firm = [forecast for forecast in mine if not forecast.abstained]
    return await table(
        ctx.context,
        f"Forecast, next {days} days",
        _headline(firm, mine, campaigns, days),
        columns=[CAMPAIGN_ID, CAMPAIGN, PLATFORM, *_band_columns(), Column(key="note", label="Note")],
        rows=[_cells(forecast, campaigns[forecast.entity]) for forecast in mine[:MOST_ROWS]],
        period=window,
        source=source_named(chosen, "forecast from daily campaign figures"),
        warnings=[_MEANING, *_abstentions(mine, campaigns)],
        total_rows=len(mine),
    )


@tool(Effect.READ)
async def compare_campaigns(ctx: Ctx, campaign_a: str, campaign_b: str, metric: str = "cpa") -> Table:
    """Say how likely campaign A does better than campaign B over the next 7 days, and by how much.

    Args:
        campaign_a: Id or unambiguous name, e.g. "google:1201".
        campaign_b: Id or unambiguous name of the other.
        metric: cpa, roas, cvr or ctr.
    """
    a, b = await find_campaign(ctx.context, campaign_a), await find_campaign(ctx.context, campaign_b)
    if a.id == b.id:
        raise BadInput(f"both names mean {a.id}; name two different campaigns")
    if a.currency != b.currency and metric in {"cpa"}:
        raise BadInput(
            f"{a.id} counts in {a.currency}, {b.id} in {b.currency}; compare roas, cvr or ctr instead"
        )
    rows, window = await history_of(ctx.context)
    seen = {row.entity_id for row in rows}
    if missing := [campaign for campaign in (a, b) if campaign.id not in seen]:
        raise BadInput(
            f"{missing[0].id} has no delivery in the last {window.days} days, so nothing to compare"
        )
    frame = campaign_frame(rows)
    found = await computed(
        compare_entities,
        frame,
        a.id,
        b.id,
        metric=metric.lower(),
        as_of=window.until,
        late_days=LAG_DAYS,
    )
    return await table(
        ctx.context,
        f"Comparison by {found.metric.upper()}, next 7 days",
        _verdict(found, a, b),
        columns=[CAMPAIGN_ID, CAMPAIGN, PLATFORM, Column(key="p_better", label="P(better)", unit="share")],
        rows=[] if found.abstained else _odds(found, a, b),
        period=window,
        source=source_named(None, "prediction from daily campaign figures"),
        warnings=_few_events(rows, (a, b), found.metric, window),
    )


def _few_events(
    rows: Sequence[DailyMetrics], campaigns: Sequence[Campaign], metric: str, window: Period
) -> list[str]:
    """Which of the two rest on too little of the last 30 days to call one better."""
    since = window.until - timedelta(days=_JUDGED_DAYS - 1)
    said = []
    for campaign in campaigns:
        mine = [row for row in rows if row.entity_id == campaign.id and row.day >= since]
        standing = Standing(campaign, Totals.of(mine, campaign.currency))
        if standing.too_few(metric_named(metric)):
            had = counted(round(standing.totals.conversions), "conversion")
            said.append(
                f"{quoted(campaign.name)} ({campaign.id}) had {had} in {_JUDGED_DAYS} days: "
                "too few to call one better."
            )
    return said


async def _asked(copilot: Copilot, campaign_id: str, platform: str) -> dict[Any, Campaign]:
    if campaign_id.strip():
        campaign = await find_campaign(copilot, campaign_id)
        return {campaign.id: campaign}
    return dict(await campaigns_of(copilot, platform_named(platform), Status.ENABLED))


def _band_columns() -> list[Column]:
    columns = []
    for key, label, unit in BANDS:
        columns += [
            Column(key=f"{key}_{part}", label=f"{label} {part.upper()}", unit=unit)
            for part in ("p10", "p50", "p90")
        ]
    return columns


def _cells(forecast: PerformanceForecast, campaign: Campaign) -> dict[str, Any]:
    cells = {**campaign_cells(campaign), "note": forecast.abstained or forecast.note}
    for key, _, unit in BANDS:
        band = forecast.bands.get(key)
        for part in ("p10", "p50", "p90"):
            cells[f"{key}_{part}"] = _shown(getattr(band, part), unit, campaign.currency) if band else None
    return cells


def _shown(value: float, unit: Unit, currency: str) -> Any:
    return money(value, currency) if unit == "money" else round(value, 2)


def _headline(
    firm: Sequence[PerformanceForecast],
    mine: Sequence[PerformanceForecast],
    campaigns: dict[Any, Campaign],
    days: int,
) -> str:
    if not firm:
        return f"No forecast: {_reason(mine)}"
    first = firm[0]
    campaign = campaigns[first.entity]
    bands = first.bands
    said = (
        f"Next {days} days for {quoted(campaign.name)} ({campaign.id}): "
        f"conversions {_range(bands['conversions'])}, "
        f"spend about {money(bands['spend'].p50, campaign.currency)}, "
        f"CPA about {money(bands['cpa'].p50, campaign.currency)}, ROAS about {bands['roas'].p50:.2f}."
    )
    others = (
        f" {len(firm)} campaigns are forecast; the one with most spend is named first."
        if len(firm) > 1
        else ""
    )
    return said + others


def _range(band: Interval) -> str:
    return f"about {band.p50:,.1f} ({band.p10:,.1f} to {band.p90:,.1f})"


def _reason(mine: Sequence[PerformanceForecast]) -> str:
    return f"{mine[0].abstained}." if mine else "there is no delivery to learn from."


def _abstentions(mine: Sequence[PerformanceForecast], campaigns: dict[Any, Campaign]) -> list[str]:
    silent = [forecast for forecast in mine if forecast.abstained]
    if not silent:
        return []
    names = listed([quoted(campaigns[forecast.entity].name, length=60) for forecast in silent], most=3)
    return [f"No forecast for {counted(len(silent), 'campaign')} for lack of data: {names}."]


def _verdict(found: Comparison, a: Campaign, b: Campaign) -> str:
    if found.abstained:
        return f"No comparison is possible: {found.abstained}."
    better, p = (a, found.p_a_better) if found.p_a_better >= 0.5 else (b, 1 - found.p_a_better)
    strength = "clearly" if p >= 0.95 else "probably" if p >= 0.75 else "perhaps, close to a toss-up,"
    return (
        f"{quoted(better.name)} ({better.id}) will {strength} have the better {found.metric.upper()} "
        f"over the next 7 days: {percent(p)} likely. {a.id} against {b.id}: {signed(found.lift.p50)} "
        f"(range {signed(found.lift.p10)} to {signed(found.lift.p90)})."
    )


def _odds(found: Comparison, a: Campaign, b: Campaign) -> list[dict[str, Any]]:
    p = round(found.p_a_better, 4)
    return [{**campaign_cells(a), "p_better": p}, {**campaign_cells(b), "p_better": round(1 - p, 4)}]
