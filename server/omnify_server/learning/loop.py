"""Fits what is missing for the latest complete day, files its forecasts, scores those that have come due.

Resumable by nature: a fit is filed under its training cut, so whatever a killed process left out is
found missing by the next one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from omnify_core.business_ports import BusinessStore
from omnify_core.change_sets import ChangeSetStatus
from omnify_core.clock import Clock, today
from omnify_core.errors import OmnifyError
from omnify_core.ids import TenantId
from omnify_core.learned import FitStatus, Forecast, ModelFit
from omnify_core.ports import ChangeSetStore, MarketStore, ModelStore, PeopleStore
from omnify_server.learning.catalog import VERSIONS

if TYPE_CHECKING:  # pandas and the models are heavy; a process that never learns does not load them
    from omnify_server.learning.history import History
    from omnify_server.learning.said import Learned

_log = logging.getLogger("omnify.learning")

Progress = Callable[["Step"], None]


class Step(NamedTuple):
    """How far a run is: `share` 0-1, and what it does now."""

    share: float
    doing: str


def silent(step: Step) -> None:
    del step


class Learning:
    """One per process; two processes that fit the same day write the same documents."""

    def __init__(
        self,
        market: MarketStore,
        models: ModelStore,
        change_sets: ChangeSetStore,
        clock: Clock,
        *,
        business: BusinessStore,
        people: PeopleStore,
    ) -> None:
        self._market = market
        self._business = business
        self._people = people
        self._models = models
        self._change_sets = change_sets
        self._clock = clock
        self._under_way: dict[TenantId, Step] = {}

    def under_way(self, tenant: TenantId) -> Step | None:
        """What this process is learning for a tenant right now."""
        return self._under_way.get(tenant)

    async def run(self, tenant: TenantId, progress: Progress = silent, *, again: bool = False) -> int:
        """Returns how many fits were made. `again`: also those that are there already."""
        cut = await self._cut(tenant)
        if cut is None:
            return 0
        from omnify_server.learning.business import business_until
        from omnify_server.learning.history import budgets_set, history_until
        from omnify_server.learning.scoring import score_due

        missing = list(VERSIONS) if again else await self._missing(tenant, cut)
        history = None
        if missing:
            changes = await self._change_sets.of_tenant(tenant, [ChangeSetStatus.DONE], limit=200)
            changed = budgets_set(changes, cut, await self._zone(tenant))
            client = await self._people.tenant(tenant)
            business = await business_until(self._business, client, cut)
            history = await history_until(self._market, tenant, cut, changed, business)

        def say(step: Step) -> None:
            self._under_way[tenant] = step
            progress(step)

        try:
            for place, model in enumerate(missing):
                assert history is not None
                say(Step(place / (len(missing) + 1), f"fitting {model}"))
                await self._fit(tenant, model, history)
            say(Step(len(missing) / (len(missing) + 1), "scoring past forecasts"))
            await score_due(
                self._market,
                self._models,
                self._change_sets,
                tenant,
                cut,
                business=self._business,
                people=self._people,
            )
        finally:
            self._under_way.pop(tenant, None)
        progress(Step(1.0, "done"))
        return len(missing)

    async def _cut(self, tenant: TenantId) -> date | None:
        """The last day that is complete in every account's zone and imported; None before an import."""
        synced = [state.synced_at for state in await self._market.sync_states(tenant)]
        if not synced or any(at is None for at in synced):
            return None
        zones = {account.time_zone for account in await self._market.accounts(tenant)} or {"UTC"}
        return min(today(self._clock, zone) for zone in zones) - timedelta(days=1)

    async def _zone(self, tenant: TenantId) -> str:
        return min((one.time_zone for one in await self._market.accounts(tenant)), default="UTC")

    async def _missing(self, tenant: TenantId, cut: date) -> list[str]:
        ended = {
            (fit.model, fit.version)
            for fit in await self._models.fits(tenant)
            if fit.training_cut == cut and fit.status is not FitStatus.RUNNING
        }
        return [model for model in VERSIONS if (model, VERSIONS[model]) not in ended]

    async def _fit(self, tenant: TenantId, model: str, history: History) -> None:
        from omnify_server.learning.models import MODELS
        from omnify_server.learning.said import Learned

        begun = ModelFit(
            tenant_id=tenant,
            model=model,
            version=VERSIONS[model],
            training_cut=history.cut,
            status=FitStatus.RUNNING,
            started_at=self._clock.now(),
        )
        await self._models.save_fit(begun)
        start = perf_counter()
        try:
            learned = await asyncio.to_thread(MODELS[model], history)
        except (OmnifyError, ValueError, ArithmeticError) as error:
            # One model that breaks on one tenant's days must not keep the others from learning.
            _log.exception("%s of %s could not be fitted", model, tenant)
            learned = Learned(0, refused=f"the fit gave up ({error})")
        await self._models.save_forecasts(tenant, self._forecasts(begun, learned))
        await self._models.save_fit(_ended(begun, learned, self._clock, perf_counter() - start))

    def _forecasts(self, fit: ModelFit, learned: Learned) -> list[Forecast]:
        from omnify_server.learning.models import filed

        forecast_of = partial(
            Forecast,
            tenant_id=fit.tenant_id,
            model=fit.model,
            version=fit.version,
            made_at=self._clock.now(),
            training_cut=fit.training_cut,
            first_day=fit.training_cut + timedelta(days=1),
            source="daily fit",
        )
        return [filed(said, forecast_of) for said in learned.said]


def _ended(begun: ModelFit, learned: Learned, clock: Clock, seconds: float) -> ModelFit:
    return begun.model_copy(
        update={
            "status": FitStatus.REFUSED if learned.refused else FitStatus.READY,
            "fitted_at": clock.now(),
            "n_rows": learned.n_rows,
            "own_share": min(max(learned.own_share, 0.0), 1.0),
            "note": learned.refused or learned.note,
            "parameters": learned.parameters,
            "metrics": learned.metrics,
            "baselines": learned.baselines,
            "seconds": round(seconds, 3),
        }
    )
