"""Fitted models and their forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from omnify_core.ids import TenantId
from omnify_core.learned import Forecast, ForecastState, ModelFit
from omnify_memory import collections
from omnify_memory.documents import Documents, Query
from omnify_memory.shelf import Key, Shelf


class StoredModels:
    def __init__(self, documents: Documents) -> None:
        self._fits = Shelf(documents, collections.MODEL_FITS, ModelFit, _fit_key, noun="fitted model")
        self._forecasts = Shelf(documents, collections.FORECASTS, Forecast, _forecast_key, noun="forecast")

    async def save_fit(self, fit: ModelFit) -> None:
        await self._fits.save(fit.tenant_id, [fit])

    async def fits(self, tenant: TenantId, *, limit: int = 100) -> list[ModelFit]:
        return await self._fits.select(Query(tenant=tenant, order=("-training_cut", "-id"), limit=limit))

    async def save_forecasts(self, tenant: TenantId, forecasts: Sequence[Forecast]) -> None:
        await self._forecasts.save(tenant, forecasts)

    async def due_forecasts(self, tenant: TenantId, on: date, *, limit: int = 2_000) -> list[Forecast]:
        query = Query(
            tenant=tenant,
            equal={"state": ForecastState.OPEN.value},
            at_most={"due": on.isoformat()},
            order=("due", "id"),
            limit=limit,
        )
        return await self._forecasts.select(query)

    async def forecasts(
        self, tenant: TenantId, state: ForecastState | None = None, *, limit: int = 5_000
    ) -> list[Forecast]:
        equal = {"state": state.value} if state else {}
        query = Query(tenant=tenant, equal=equal, order=("-last_day", "-id"), limit=limit)
        return await self._forecasts.select(query)


def _fit_key(fit: ModelFit) -> Key:
    return Key(fit.id, {"training_cut": fit.training_cut.isoformat()})


def _forecast_key(forecast: Forecast) -> Key:
    fields = {
        "state": forecast.state.value,
        "due": forecast.due.isoformat(),
        "last_day": forecast.last_day.isoformat(),
    }
    return Key(forecast.id, fields)
