"""The demo's other tenants, a shop and an agency, and the business platforms of the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_CEILING, Decimal
from types import MappingProxyType
from typing import NamedTuple

from omnify_core.campaigns import Platform
from omnify_core.errors import NotFound
from omnify_core.ids import TenantId, UserId
from omnify_core.money import Money
from omnify_core.people import Role, Tenant, User
from omnify_core.policy import MoneyPolicy
from omnify_core.rates import DatedRates, Rates
from omnify_sandbox.advertiser import Advertiser
from omnify_sandbox.advertisers.agency import AGENCY
from omnify_sandbox.advertisers.saas import SAAS
from omnify_sandbox.advertisers.shop import SHOP
from omnify_server.identity.passwords import hash_password
from omnify_server.sandbox_host import Sandbox
from omnify_server.seeding import DEMO_TENANT, OWNER_EMAIL, connections_to
from omnify_server.services import Services
from omnify_server.sync import Progress, silent

_RATES_SOURCE = "sandbox market, when the demo started"


class DemoTenant(NamedTuple):
    """`per_unit`: what one unit of each foreign currency costs in the base currency."""

    id: TenantId
    advertiser: Advertiser
    what: str
    owner_email: str
    base_currency: str
    per_unit: Mapping[str, Decimal] = MappingProxyType({})

    @property
    def owner_id(self) -> UserId:
        return UserId(f"{self.id}-owner")

    def sandbox(self, root: Sandbox) -> Sandbox:
        return root.of(self.advertiser)


FIRST = DemoTenant(DEMO_TENANT, SAAS, "software, USD", OWNER_EMAIL, "USD")
OTHERS = (
    DemoTenant(TenantId("harbour"), SHOP, "shop, GBP", "owner@harbour.omnify.example", "GBP"),
    DemoTenant(
        TenantId("nordlicht"),
        AGENCY,
        "agency, four clients in EUR, USD and JPY",
        "owner@nordlicht.omnify.example",
        "EUR",
        {"USD": Decimal("0.9174"), "JPY": Decimal("0.00624")},
    ),
)
_ROLES = ((Role.OWNER, "owner"), (Role.ADMIN, "admin"), (Role.ANALYST, "analyst"))


async def ensure_tenants(services: Services) -> None:
    """Makes what is missing of all that stands beside the first tenant's ad accounts; imports nothing."""
    assert services.sandbox is not None, "the demo acts on the sandbox only"
    await _connect(services, FIRST, (Platform.GOHIGHLEVEL, Platform.STRIPE))
    for tenant in OTHERS:
        await _ensure_people(services, tenant)
        await _connect(services, tenant, tenant.advertiser.platforms)
        await _ensure_policy(services, tenant)


async def ensure_imported(services: Services, tenant: TenantId, progress: Progress = silent) -> None:
    """Imports a tenant some of whose platforms nobody has tried to import yet."""
    tried = {state.platform for state in await services.stores.market.sync_states(tenant)}
    if set(await services.stores.connections.connected(tenant)) - tried:
        await services.sync.run(tenant, progress)


async def _connect(services: Services, tenant: DemoTenant, platforms: Iterable[Platform]) -> None:
    assert services.sandbox is not None, "the demo acts on the sandbox only"
    # Each time: a sandbox of our own has another port after a restart.
    for connection in connections_to(tenant.id, tenant.sandbox(services.sandbox), platforms):
        await services.platforms.connect(connection)


async def _ensure_people(services: Services, tenant: DemoTenant) -> None:
    people = services.stores.people
    if await people.user_by_email(tenant.owner_email) is not None:
        return
    advertiser = tenant.advertiser
    await people.add_tenant(
        Tenant(
            id=tenant.id,
            name=f"{advertiser.name} (demo)",
            base_currency=tenant.base_currency,
            time_zone=advertiser.zone,
        )
    )
    password_hash = await hash_password(services.keys.demo_password)
    for role, name in _ROLES:
        await people.add_user(
            User(
                id=UserId(f"{tenant.id}-{name}"),
                tenant_id=tenant.id,
                email=tenant.owner_email.replace("owner@", f"{name}@"),
                name=f"{advertiser.name} {name}",
                role=role,
                password_hash=password_hash,
                created_at=services.clock.now(),
            )
        )


async def _ensure_policy(services: Services, tenant: DemoTenant) -> None:
    """A policy of its own; rates that we set are set again each day, those of a person are left alone."""
    policies = services.stores.policies
    today = services.clock.now().date()
    try:
        policy = await policies.get(tenant.id)
    except NotFound:
        await policies.save(opening_policy(tenant, today))
        return
    rates = policy.rates
    if rates is not None and rates.source == _RATES_SOURCE and rates.day < today:
        fresh = rates.model_copy(update={"day": today})
        await policies.replace(policy.model_copy(update={"version": policy.version + 1, "rates": fresh}))


def opening_policy(tenant: DemoTenant, today: date) -> MoneyPolicy:
    """Caps half above what the campaigns were planned with, in the base currency, rounded up."""
    base, per_unit = tenant.base_currency, dict(tenant.per_unit)
    rates = Rates(base, per_unit)

    def planned(platform: Platform) -> Decimal:
        return sum(budgeted(tenant.advertiser, platform, rates), Decimal(0))

    def cap(units: Decimal) -> Money:
        return Money.exactly((units * Decimal("1.5") / 50).to_integral_value(ROUND_CEILING) * 50, base)

    platforms = list(tenant.advertiser.plans)
    largest = max(max(budgeted(tenant.advertiser, one, rates)) for one in platforms)
    return MoneyPolicy(
        tenant_id=tenant.id,
        base_currency=base,
        daily_cap_total=cap(sum((planned(one) for one in platforms), Decimal(0))),
        daily_cap_by_platform={one: cap(planned(one)) for one in platforms},
        daily_cap_per_entity=cap(2 * largest),
        max_step_share=Decimal("1.00"),
        max_day_share=Decimal("1.50"),
        max_week_share=Decimal("2.00"),
        second_person_above=cap(largest),
        rates=DatedRates(day=today, source=_RATES_SOURCE, per_unit=per_unit) if per_unit else None,
    )


def budgeted(advertiser: Advertiser, platform: Platform, rates: Rates) -> list[Decimal]:
    """Of each campaign that is to run, a day, in the base currency."""
    found = []
    for plan in advertiser.plans[platform]:
        money = Money.exactly(Decimal(plan.budget), advertiser.account(plan.account).currency)
        found += [] if plan.is_paused else [rates.convert(money).units]
    return found
