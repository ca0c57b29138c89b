"""The imported history that some rules of the policy ask for; read only where a rule does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from omnify_core.campaigns import Level, Platform
from omnify_core.clock import today
from omnify_core.errors import NotFound
from omnify_core.ids import EntityId, TenantId
from omnify_core.money import Money
from omnify_core.policy import MoneyPolicy
from omnify_guardrails.case import Evidence
from omnify_guardrails.legs import AnyLeg
from omnify_guardrails.ports import MoneyPorts

EVIDENCE_DAYS = 30


async def spent_this_month(
    ports: MoneyPorts, tenant: TenantId, policy: MoneyPolicy
) -> Mapping[Platform, Money] | None:
    """Up to yesterday, in the base currency; None where no rule asks, or a currency has no rate."""
    if policy.monthly_cap_total is None and not policy.monthly_cap_by_platform:
        return None
    now = await _local_day(ports, tenant)
    rows = await ports.market.metrics(tenant, Level.CAMPAIGN, now.replace(day=1), now - timedelta(days=1))
    rates = policy.rates_on(ports.clock.now().date())
    spent: dict[Platform, Money] = {}
    for row in rows if now.day > 1 else []:
        if not rates.knows(row.spend.currency):
            return None
        before = spent.get(row.platform, Money.zero(rates.base))
        spent[row.platform] = before + rates.convert(row.spend)
    return spent


async def evidence_of(
    ports: MoneyPorts, tenant: TenantId, policy: MoneyPolicy, legs: Sequence[AnyLeg]
) -> Mapping[EntityId, Evidence]:
    """Per campaign that a leg names; empty where no rule asks."""
    if not (policy.min_days or policy.min_conversions or policy.learning_days):
        return {}
    now = await _local_day(ports, tenant)
    found: dict[EntityId, Evidence] = {}
    for entity in {leg.ref.id for leg in legs if leg.ref.level is Level.CAMPAIGN}:
        rows = await ports.market.metrics(
            tenant,
            Level.CAMPAIGN,
            now - timedelta(days=EVIDENCE_DAYS),
            now - timedelta(days=1),
            entity_id=entity,
        )
        try:
            created_on = (await ports.market.campaign(tenant, entity)).created_on
        except NotFound:
            created_on = None
        days = len({row.day for row in rows if row.impressions})
        found[entity] = Evidence(days, sum(row.conversions for row in rows), created_on)
    return found


async def _local_day(ports: MoneyPorts, tenant: TenantId) -> date:
    return today(ports.clock, (await ports.people.tenant(tenant)).time_zone)
