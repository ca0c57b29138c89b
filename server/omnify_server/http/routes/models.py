"""What the models have learned, and how their forecasts turned out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from omnify_core.errors import Forbidden
from omnify_core.learned import Forecast, ForecastState, ModelFit
from omnify_core.people import Role
from omnify_ml.track_record import TrackRecord, track_records
from omnify_server.http.access import SignedInActor, WithServices

models = APIRouter(prefix="/api/models", tags=["models"])


class UnderWay(BaseModel):
    """`share` runs 0-1."""

    share: float
    doing: str


class ModelView(BaseModel):
    """The latest fit of one model, and what came of its forecasts so far."""

    model: str
    fit: ModelFit
    track_record: list[TrackRecord]


class ModelList(BaseModel):
    """`under_way`: learning that goes on in the answering process, if any."""

    items: list[ModelView]
    under_way: UnderWay | None


class ForecastList(BaseModel):
    items: list[Forecast]


@models.get("")
async def list_models(actor: SignedInActor, services: WithServices) -> ModelList:
    """Every model with version, training cut, weight of own data, backtest and track record."""
    fits = await services.stores.models.fits(actor.tenant_id)
    latest = {fit.model: fit for fit in reversed(fits)}
    records = track_records(await services.stores.models.forecasts(actor.tenant_id))
    step = services.learning.under_way(actor.tenant_id)
    return ModelList(
        items=[
            ModelView(
                model=model,
                fit=fit,
                track_record=[one for one in records if one.model == model and one.version == fit.version],
            )
            for model, fit in sorted(latest.items())
        ],
        under_way=UnderWay(share=step.share, doing=step.doing) if step else None,
    )


@models.get("/forecasts")
async def list_forecasts(
    actor: SignedInActor,
    services: WithServices,
    state: ForecastState | None = None,
    limit: Annotated[int, Query(ge=1, le=5_000)] = 200,
) -> ForecastList:
    """Forecasts as they were made, with their outcome where it is known; latest last day first."""
    return ForecastList(items=await services.stores.models.forecasts(actor.tenant_id, state, limit=limit))


@models.post("/learn", status_code=202)
async def learn_again(actor: SignedInActor, services: WithServices) -> UnderWay:
    """Fits every model anew in the background; follow `under_way`."""
    if actor.role is Role.VIEWER:
        raise Forbidden("viewers cannot start a fit; ask an analyst or above")
    services.learn_wanted.set()
    return UnderWay(share=0.0, doing="asked for")
