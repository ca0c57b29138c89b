"""What came of a forecast: read from the imported days, once late conversions are in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from omnify_core.business_ports import BusinessStore
from omnify_core.campaigns import DailyMetrics, Level
from omnify_core.change_sets import ChangeSet, ChangeSetStatus, LegStatus
from omnify_core.ids import TenantId
from omnify_core.learned import Forecast, ForecastState
from omnify_core.people import Tenant
from omnify_core.ports import ChangeSetStore, MarketStore, ModelStore, PeopleStore
from omnify_ml.fatigue import predict_fatigue
from omnify_server.learning.business import business_until
from omnify_server.learning.customers import score_customers
from omnify_server.learning.history import History, history_until

BATCH = 5_000
OF_CUSTOMERS = ("ltv", "leads")
_CHANGED = "a change was applied meanwhile, so what was forecast never came to be"
_SILENT = "nothing was delivered in these days"


async def score_due(
    market: MarketStore,
    models: ModelStore,
    change_sets: ChangeSetStore,
    tenant: TenantId,
    on: date,
    *,
    business: BusinessStore,
    people: PeopleStore,
) -> int:
    """Scores every open forecast that is due on the complete day `on`; returns how many were closed."""
    changes = await change_sets.of_tenant(tenant, [ChangeSetStatus.DONE], limit=500)
    closed = 0
    while due := await models.due_forecasts(tenant, on, limit=BATCH):
        sold = [one for one in due if one.model in OF_CUSTOMERS]
        done = await _closed(market, tenant, [one for one in due if one not in sold], changes)
        if sold:
            done += await _of_customers(business, await people.tenant(tenant), sold)
        await models.save_forecasts(tenant, done)
        closed += len(done)
    return closed


async def _of_customers(store: BusinessStore, tenant: Tenant, due: list[Forecast]) -> list[Forecast]:
    business = await business_until(store, tenant, max(one.last_day for one in due))
    came = await asyncio.to_thread(score_customers, due, business)
    return [_told(one, came[one.id]) for one in due]


def _told(forecast: Forecast, came: float | str) -> Forecast:
    if isinstance(came, str):
        return _void(forecast, came)
    return forecast.model_copy(update={"state": ForecastState.SCORED, "outcome": came})


async def _closed(
    market: MarketStore, tenant: TenantId, due: Sequence[Forecast], changes: Sequence[ChangeSet]
) -> list[Forecast]:
    zone = next(iter(sorted({one.time_zone for one in await market.accounts(tenant)})), "UTC")
    figures = [one for one in due if one.model != "fatigue"]
    rows: list[DailyMetrics] = []
    if figures:
        since, until = min(one.first_day for one in figures), max(one.last_day for one in figures)
        rows = await market.metrics(tenant, Level.CAMPAIGN, since, until)
    by_entity: dict[str, list[DailyMetrics]] = {}
    for row in rows:
        by_entity.setdefault(row.entity_id, []).append(row)
    done = [_scored(one, by_entity.get(one.entity_id, []), changes, zone) for one in figures]
    risks = [one for one in due if one.model == "fatigue"]
    for day in sorted({one.due for one in risks}):
        history = await history_until(market, tenant, day)
        done += await asyncio.to_thread(_onsets, [one for one in risks if one.due == day], history)
    return done


def _scored(
    forecast: Forecast, rows: Iterable[DailyMetrics], changes: Sequence[ChangeSet], zone: str
) -> Forecast:
    days = [row for row in rows if forecast.first_day <= row.day <= forecast.last_day]
    if _touched(forecast, changes, zone):
        return _void(forecast, _CHANGED)
    if not any(row.impressions for row in days):
        return _void(forecast, _SILENT)
    outcome = _outcome(forecast.metric, days)
    if outcome is None:
        return _void(forecast, f"{forecast.metric} had no denominator in these days")
    return forecast.model_copy(update={"state": ForecastState.SCORED, "outcome": outcome})


def _outcome(metric: str, days: Sequence[DailyMetrics]) -> float | None:
    spend = float(sum(row.spend.units for row in days))
    revenue = float(sum(row.revenue.units for row in days))
    conversions = float(sum(row.conversions for row in days))
    if metric in {"spend", "revenue", "conversions"}:
        return {"spend": spend, "revenue": revenue, "conversions": conversions}[metric]
    over, under = (spend, conversions) if metric == "cpa" else (revenue, spend)
    return over / under if under > 0 else None


def _touched(forecast: Forecast, changes: Sequence[ChangeSet], zone: str) -> bool:
    """Whether one of our own changes reached the campaign between the cut and the last day."""
    tz = ZoneInfo(zone)
    since = datetime.combine(forecast.first_day, time(), tzinfo=tz)
    until = datetime.combine(forecast.last_day + timedelta(days=1), time(), tzinfo=tz)
    return any(
        leg.ref.id == forecast.entity_id
        and record.status is LegStatus.DONE
        and record.settled_at is not None
        and since <= record.settled_at < until
        for change in changes
        for leg, record in zip(change.plan.legs, change.records, strict=False)
    )


def _onsets(risks: Sequence[Forecast], history: History) -> list[Forecast]:
    """Whether each creative began to tire within its days, by the same label that the model learns."""
    frame = history.creative_frame()
    found = {one.creative: one for one in (predict_fatigue(frame, as_of=history.cut) if len(frame) else [])}
    done = []
    for risk in risks:
        now = found.get(risk.entity_id)
        if now is None or (now.abstained and now.worn_since is None):
            done.append(_void(risk, now.abstained if now else _SILENT))
            continue
        tired = now.worn_since is not None and now.worn_since <= risk.last_day
        done.append(risk.model_copy(update={"state": ForecastState.SCORED, "outcome": float(tired)}))
    return done


def _void(forecast: Forecast, why: str) -> Forecast:
    return forecast.model_copy(update={"state": ForecastState.VOID, "note": why})
