"""Which creatives are about to wear out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from omnify_core.campaigns import Creative, Level, Status
from omnify_core.errors import BadInput
from omnify_core.ids import EntityId
from omnify_ml.fatigue import FatigueForecast
from omnify_ml.fatigue import predict_fatigue as predict_each
from omnify_tools.answers import CAMPAIGN_ID, PLATFORM, source_named, table
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.history import computed, creative_frame, history_of
from omnify_tools.market import MOST_ROWS, find_campaign, platform_named
from omnify_tools.tables import Column, Table
from omnify_tools.untrusted import quoted
from omnify_tools.words import counted, listed, percent

CREATIVE = Column(key="creative", label="Creative", untrusted=True)
CREATIVE_ID = Column(key="creative_id", label="Creative id", unit="id")
AT_RISK = 0.30
COLUMNS = [
    CREATIVE_ID,
    CREATIVE,
    CAMPAIGN_ID,
    PLATFORM,
    Column(key="risk", label="Risk", unit="share"),
    Column(key="from_day", label="Begins, earliest", unit="days"),
    Column(key="to_day", label="Begins, latest", unit="days"),
    Column(key="worn_since", label="Worn since", unit="date"),
    Column(key="ctr_now", label="CTR now", unit="share"),
    Column(key="ctr_peak", label="CTR peak", unit="share"),
    Column(key="frequency", label="Frequency", unit="ratio"),
    Column(key="kind", label="Kind"),
    Column(key="own_weight", label="Weight of own data", unit="share"),
    Column(key="basis", label="Basis"),
]


@tool(Effect.READ)
async def predict_fatigue(ctx: Ctx, days: int = 14, platform: str = "", campaign_id: str = "") -> Table:
    """Predict which enabled creatives will lose a fifth of their best click rate within 7 or 14 days.

    Args:
        days: 7 or 14.
        platform: google, meta or another platform; empty for all of them.
        campaign_id: Only the creatives of this campaign (id or unambiguous name); empty for all.
    """
    if days not in {7, 14}:
        raise BadInput(f"days must be 7 or 14, not {days}: other horizons are not predicted")
    chosen = platform_named(platform)
    campaign = (await find_campaign(ctx.context, campaign_id)).id if campaign_id.strip() else None
    creatives = {
        creative.id: creative
        for creative in await ctx.context.market.creatives(ctx.context.tenant.id, campaign)
        if creative.status is Status.ENABLED and chosen in {None, creative.ref.platform}
    }
    rows, window = await history_of(ctx.context, level=Level.AD, platform=chosen)
    found = await computed(predict_each, creative_frame(rows), as_of=window.until) if rows else []
    mine = [forecast for forecast in found if forecast.creative in creatives]
    firm = sorted(
        (forecast for forecast in mine if not forecast.abstained), key=lambda forecast: -_risk(forecast, days)
    )
    return await table(
        ctx.context,
        f"Creative fatigue, next {days} days",
        _headline(firm, mine, creatives, days),
        columns=COLUMNS,
        rows=[_cells(forecast, creatives, days) for forecast in firm[:MOST_ROWS]],
        period=window,
        source=source_named(chosen, "prediction from daily figures per ad"),
        warnings=_warnings(firm, mine),
        total_rows=len(firm),
    )


def _risk(forecast: FatigueForecast, days: int) -> float:
    return forecast.risk_7d if days == 7 else forecast.risk_14d


def _cells(forecast: FatigueForecast, creatives: Mapping[EntityId, Creative], days: int) -> dict[str, Any]:
    creative = creatives[EntityId(forecast.creative)]
    since, until = forecast.window_days or (None, None)
    return {
        "creative_id": creative.id,
        "creative": creative.name,
        "campaign_id": creative.campaign_id,
        "platform": creative.ref.platform.label,
        "risk": round(_risk(forecast, days), 4),
        "from_day": since,
        "to_day": until,
        "worn_since": forecast.worn_since,
        "ctr_now": round(forecast.ctr_now, 6),
        "ctr_peak": round(forecast.ctr_peak, 6),
        "frequency": None if forecast.frequency is None else round(forecast.frequency, 2),
        "kind": forecast.kind.replace("_", " "),
        "own_weight": round(forecast.own_weight, 4),
        "basis": forecast.basis,
    }


def _headline(
    firm: Sequence[FatigueForecast],
    mine: Sequence[FatigueForecast],
    creatives: Mapping[EntityId, Creative],
    days: int,
) -> str:
    if not firm:
        reason = mine[0].abstained if mine else "there is no delivery per ad to learn from"
        return f"No prediction for {counted(len(creatives), 'enabled creative')}: {reason}."
    worn = [forecast for forecast in firm if forecast.worn_since]
    risky = [one for one in firm if not one.worn_since and _risk(one, days) >= AT_RISK]
    said = [_counted(risky, creatives, days, f"at risk of tiring within {days} days")] if risky else []
    if worn:
        said.append(_counted(worn, creatives, days, "worn already, a fifth below the best click rate"))
    if said:
        return f"Of {counted(len(firm), 'creative')}, {'; '.join(said)}."
    top = percent(_risk(firm[0], days))
    return f"None of {len(firm)} creatives is likely to tire within {days} days; the highest risk is {top}."


def _counted(
    some: Sequence[FatigueForecast], creatives: Mapping[EntityId, Creative], days: int, state: str
) -> str:
    named = listed([_named(forecast, creatives, days) for forecast in some], most=3)
    return f"{len(some)} {'is' if len(some) == 1 else 'are'} {state}: {named}"


def _named(forecast: FatigueForecast, creatives: Mapping[EntityId, Creative], days: int) -> str:
    creative = creatives[EntityId(forecast.creative)]
    since = f"since {forecast.worn_since}" if forecast.worn_since else percent(_risk(forecast, days))
    return f"{quoted(creative.name, length=60)} ({creative.id}, {since})"


def _warnings(firm: Sequence[FatigueForecast], mine: Sequence[FatigueForecast]) -> list[str]:
    said = []
    if silent := [forecast for forecast in mine if forecast.abstained]:
        said.append(f"No prediction for {counted(len(silent), 'creative')}: {silent[0].abstained}.")
    if any(forecast.kind == "ctr_decline" for forecast in firm):
        said.append("Where the platform gives no frequency only a CTR decline is predicted, not its cause.")
    if firm and max(forecast.own_weight for forecast in firm) < 0.5:
        said.append("The risks rest mostly on general experience, not yet on this account's own creatives.")
    return said
