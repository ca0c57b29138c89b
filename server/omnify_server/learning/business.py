"""A tenant's customers and leads as the models read them, up to a training cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

import pandas as pd

from omnify_core.business import Kind
from omnify_core.business_ports import BusinessStore
from omnify_core.crm import Contact, Opportunity, OpportunityStatus
from omnify_core.errors import BadInput
from omnify_core.people import Tenant
from omnify_core.shop import Order
from omnify_tools.business import DIRECT, all_records
from omnify_tools.customer_models import Sales
from omnify_tools.lead_scores import lead_frame
from omnify_tools.untrusted import clean


@dataclass(frozen=True, slots=True)
class Business:
    """Imported records. `missing`: why there is nothing to learn from of a kind of platform."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    currency: str = "USD"
    orders: list[Order] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    deals: list[Opportunity] = field(default_factory=list)
    missing: Mapping[str, str] = field(
        default_factory=lambda: {"ltv": "no shop is connected", "leads": "no CRM is connected"}
    )

    def sales(self, until: date) -> Sales:
        return Sales(self.orders, until=until, zone=self.zone, currency=self.currency, cohort="campaign")

    def leads(self, until: date) -> pd.DataFrame:
        """A row per lead as it stood on a day: what was won later was still open then."""
        contacts = [one for one in self.contacts if one.at.astimezone(self.zone).date() <= until]
        frame = lead_frame(contacts, [self._as_of(one, until) for one in self.deals], self.zone)
        named = [clean(one, length=60) or DIRECT for one in frame["campaign"]]
        return frame.assign(campaign=named)

    def _as_of(self, deal: Opportunity, until: date) -> Opportunity:
        later = deal.updated_at.astimezone(self.zone).date() > until
        return deal.model_copy(update={"status": OpportunityStatus.OPEN}) if later else deal


async def business_until(store: BusinessStore, tenant: Tenant, cut: date) -> Business:
    """All that is imported; what does not reach to the cut yet is missing, since silence is no zero."""
    zone = ZoneInfo(tenant.time_zone)
    missing: dict[str, str] = {}
    found = Business(zone, tenant.base_currency, missing=missing)
    for model, kinds, platform in (
        ("ltv", [Kind.ORDER], "shop"),
        ("leads", [Kind.CONTACT, Kind.OPPORTUNITY], "CRM"),
    ):
        if why := await _behind(store, tenant, kinds, platform, cut=cut):
            missing[model] = why
    try:
        if "ltv" not in missing:
            found.orders.extend(await all_records(store, tenant.id, Kind.ORDER, Order))
        if "leads" not in missing:
            found.contacts.extend(await all_records(store, tenant.id, Kind.CONTACT, Contact))
            found.deals.extend(await all_records(store, tenant.id, Kind.OPPORTUNITY, Opportunity))
    except BadInput as error:
        missing.setdefault("ltv" if not found.orders else "leads", str(error))
    return found


async def _behind(
    store: BusinessStore, tenant: Tenant, kinds: list[Kind], platform: str, *, cut: date
) -> str:
    states = [one for one in await store.imports(tenant.id) if one.kind in kinds]
    if not states:
        return f"no {platform} is connected"
    reached = [one.through.astimezone(ZoneInfo(tenant.time_zone)).date() for one in states if one.through]
    if len(reached) < len(states) or min(reached) <= cut:
        return f"the {platform} is not imported up to {cut} yet"
    return ""
