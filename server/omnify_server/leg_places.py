"""Where a leg's thing stands and what its ids are called: our own records, shown beside the plan."""

from __future__ import annotations

from omnify_core.campaigns import EntityRef, Level
from omnify_core.crm import Pipeline
from omnify_core.errors import NotFound
from omnify_core.ids import EntityId, TenantId
from omnify_core.legs import AnyLeg, CreationLeg, StageLeg
from omnify_guardrails import visible
from omnify_server.services import Services
from omnify_server.views import PlaceView


class KnownNames:
    """Of one tenant, as last imported; each looked up once: legs of a plan share parents."""

    def __init__(self, services: Services, tenant: TenantId) -> None:
        self._market = services.stores.market
        self._business = services.stores.business
        self._tenant = tenant
        self._found: dict[str, str] = {}

    async def place_of(self, leg: AnyLeg) -> PlaceView | None:
        """What a creation or removal stands in; None for a leg that changes its own object."""
        if not isinstance(leg, CreationLeg):
            return None
        level = leg.ref.level.value
        if leg.within:
            return PlaceView(level=level, id="", name=visible(leg.within), is_new=True)
        key = leg.ref.id
        if key not in self._found:
            self._found[key] = visible(await self._name_of(leg.ref))
        return PlaceView(level=level, id=leg.ref.native_id, name=self._found[key], is_new=False)

    async def named_in(self, leg: AnyLeg) -> dict[str, str]:
        """Names of the ids that a leg goes from and to; empty where none is known."""
        if not isinstance(leg, StageLeg):
            return {}
        try:
            held = await self._business.get(
                self._tenant, EntityId(f"{leg.ref.platform.value}:pipeline:{leg.pipeline_id}")
            )
        except NotFound:
            return {}
        stages = held.stages if isinstance(held, Pipeline) else ()
        return {stage.id: visible(stage.name) for stage in stages if stage.id in {leg.before, leg.after}}

    async def _name_of(self, ref: EntityRef) -> str:
        if ref.level is Level.ACCOUNT:
            accounts = await self._market.accounts(self._tenant)
            own = (ref.platform, ref.account_id)
            return next((one.name for one in accounts if (one.platform, one.account_id) == own), "")
        if ref.level is Level.CAMPAIGN:
            try:
                return (await self._market.campaign(self._tenant, ref.id)).name
            except NotFound:
                return ""
        groups = await self._market.ad_groups(self._tenant) if ref.level is Level.AD_GROUP else []
        return next((one.name for one in groups if one.id == ref.id), "")
