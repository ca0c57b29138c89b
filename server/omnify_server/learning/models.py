"""The models that learn from a tenant by themselves: what each fit says, and the forecasts it makes.

A new model is one function from a history to `Learned` and one line in `MODELS`. They take seconds of
CPU and run beside the event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import numpy as np

from omnify_core.errors import BadInput
from omnify_core.learned import Forecast
from omnify_ml.backtest.performance import backtest_performance
from omnify_ml.fatigue import predict_fatigue
from omnify_ml.performance import PerformanceForecast, forecast_performance
from omnify_ml.response import EXPONENT_SD, ResponseModel, fit_response
from omnify_server.learning.customers import learn_leads, learn_value
from omnify_server.learning.history import History, Step
from omnify_server.learning.said import LATE_DAYS, Learned, Said

HORIZON_DAYS = 7
RISK_DAYS = 14
# An onset is only called one when three of the four days after it agree.
CONFIRM_DAYS = 4
ORIGINS = 4

BANDS: Mapping[str, str] = {
    "spend": "money",
    "conversions": "conversions",
    "revenue": "money",
    "cpa": "money",
    "roas": "ratio",
}


def learn_performance(history: History) -> Learned:
    """Next week per campaign, backtested on the weeks before."""
    frame = history.campaign_frame()
    found = forecast_performance(frame, as_of=history.cut, late_days=LATE_DAYS)
    forecasts = [one for one in found if one.bands]
    if not forecasts:
        return Learned(len(frame), refused="no campaign has seven days with delivery and 30 clicks yet")
    report = backtest_performance(frame, origins=ORIGINS)
    return Learned(
        len(frame),
        own_share=sum(one.own_weight for one in forecasts) / len(forecasts),
        note=" ".join([report.split, *report.notes]).strip(),
        metrics=report.metrics,
        baselines=report.baselines,
        said=tuple(said for one in forecasts for said in _bands(one, history)),
    )


def _bands(forecast: PerformanceForecast, history: History) -> list[Said]:
    last = history.cut + timedelta(days=HORIZON_DAYS)
    return [
        Said(
            metric,
            forecast.entity,
            last,
            last + timedelta(days=LATE_DAYS),
            unit=history.currencies[forecast.entity] if unit == "money" else unit,
            band=forecast.bands[metric],
            baseline=forecast.last7[metric],
            own_share=forecast.own_weight,
        )
        for metric, unit in BANDS.items()
    ]


def learn_fatigue(history: History) -> Learned:
    """Risk of onset within a fortnight per creative; its own check says whether it has skill here."""
    frame = history.creative_frame()
    found = predict_fatigue(frame, as_of=history.cut) if len(frame) else []
    firm = [one for one in found if not one.abstained]
    if not firm:
        return Learned(len(frame), refused=found[0].abstained if found else "no delivery per ad yet")
    last = history.cut + timedelta(days=RISK_DAYS)
    fresh = [one for one in firm if one.worn_since is None]
    # Risk at the account's own past rate is what the constant would say; the forecast has to beat it.
    usual = sum(one.worn_since is not None for one in firm) / len(firm)
    return Learned(
        len(frame),
        own_share=firm[0].own_weight,
        note=next((one.basis for one in fresh), firm[0].basis),
        parameters={"creatives": len(firm), "worn_share": round(usual, 4)},
        said=tuple(
            Said(
                "onset_14d",
                one.creative,
                last,
                last + timedelta(days=CONFIRM_DAYS),
                probability=one.risk_14d,
                own_share=one.own_weight,
            )
            for one in fresh
        ),
    )


def learn_response(history: History) -> Learned:
    """How results grow with spend over all campaigns; its forecasts are made when a budget changes."""
    frame = history.campaign_frame()
    try:
        model = fit_response(frame, as_of=history.cut)
    except BadInput as error:
        return Learned(len(frame), refused=str(error))
    sd = float(model.exponent_sd[0])
    varied = int((model.spend_levels >= 3).sum())
    return Learned(
        len(frame),
        own_share=max(0.0, 1 - (sd / EXPONENT_SD) ** 2),
        note=f"observed, not tested; {varied} of {len(model.entities)} campaigns showed three spend levels",
        parameters={
            "exponent": round(float(model.exponent[0]), 4),
            "exponent_sd": round(sd, 4),
            "carry_over_days": round(float(np.median(model.carry_over.half_life)), 1),
            "carry_over_own_share": round(float(model.carry_over.own.mean()), 4),
        },
        said=tuple(
            said
            for entity, step in history.changed.items()
            if entity in model.entities
            for said in _after_change(model, history, entity, step)
        ),
    )


def _after_change(model: ResponseModel, history: History, entity: str, step: Step) -> list[Said]:
    """What the first week under a new budget brings, beside "as much per cost as in the last week"."""
    recent = [row for row in history.campaigns if row.entity_id == entity][-HORIZON_DAYS:]
    cost = sum(float(row.spend.units) for row in recent)
    if cost <= 0 or step.before <= 0:
        return []
    spend = step.after * min(cost / len(recent) / step.before, 1.0)
    bands = model.predict(entity, spend, horizon_days=HORIZON_DAYS)
    brought = {
        "conversions": sum(float(row.conversions) for row in recent),
        "revenue": sum(float(row.revenue.units) for row in recent),
    }
    last = history.cut + timedelta(days=HORIZON_DAYS)
    return [
        Said(
            metric,
            entity,
            last,
            last + timedelta(days=LATE_DAYS),
            unit=history.currencies[entity] if metric == "revenue" else metric,
            band=bands[metric],
            baseline=total / cost * spend * HORIZON_DAYS,
        )
        for metric, total in brought.items()
    ]


MODELS: dict[str, Callable[[History], Learned]] = {
    "performance": learn_performance,
    "fatigue": learn_fatigue,
    "response": learn_response,
    "ltv": learn_value,
    "leads": learn_leads,
}


def filed(said: Said, forecast_of: Callable[..., Forecast]) -> Forecast:
    band = said.band
    return forecast_of(
        metric=said.metric,
        entity_id=said.entity_id,
        last_day=said.last_day,
        due=said.due,
        unit=said.unit,
        p10=band.p10 if band else None,
        p50=band.p50 if band else None,
        p90=band.p90 if band else None,
        probability=said.probability,
        baseline=said.baseline,
        own_share=min(max(said.own_share, 0.0), 1.0),
    )
