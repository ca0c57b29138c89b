"""The demo tenant: a company, its people and its money policy, over the sandbox market."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal
from urllib.parse import urlsplit

from pydantic import SecretStr

from omnify_core.campaigns import Campaign, Platform, Status
from omnify_core.errors import NotFound
from omnify_core.ids import TenantId, UserId
from omnify_core.money import Money, total
from omnify_core.people import Role, Tenant, User
from omnify_core.policy import MoneyPolicy
from omnify_platforms import Connection
from omnify_platforms.consents import CONSENTS
from omnify_server.identity.passwords import hash_password
from omnify_server.sandbox_host import Sandbox
from omnify_server.services import Services
from omnify_server.sync import Progress, silent

DEMO_TENANT = TenantId("demo")
DEMO_OWNER = UserId("demo-owner")
OWNER_EMAIL = "owner@demo.omnify.example"
ADMIN_EMAIL = "admin@demo.omnify.example"
ANALYST_EMAIL = "analyst@demo.omnify.example"
_ZONE = "America/New_York"
DEMO_PLATFORMS = (Platform.GOOGLE, Platform.META, Platform.LINKEDIN)


async def ensure_demo(services: Services, progress: Progress = silent) -> None:
    """Makes what is missing; leaves alone what is there. Imports the market the first time."""
    assert services.sandbox is not None, "the demo acts on the sandbox only"
    await _ensure_people(services)
    for connection in connections_to(DEMO_TENANT, services.sandbox, DEMO_PLATFORMS):
        await services.platforms.connect(connection)
    if not await services.stores.market.sync_states(DEMO_TENANT):
        await services.sync.run(DEMO_TENANT, progress)
    try:
        await services.stores.policies.get(DEMO_TENANT)
    except NotFound:
        await services.stores.policies.save(demo_policy(await services.stores.market.campaigns(DEMO_TENANT)))


async def _ensure_people(services: Services) -> None:
    people = services.stores.people
    if await people.user_by_email(OWNER_EMAIL) is not None:
        return
    await people.add_tenant(
        Tenant(id=DEMO_TENANT, name="TechFlow (demo)", base_currency="USD", time_zone=_ZONE)
    )
    password_hash = await hash_password(services.keys.demo_password)
    accounts = (
        (DEMO_OWNER, OWNER_EMAIL, "Demo owner", Role.OWNER),
        (UserId("demo-admin"), ADMIN_EMAIL, "Demo admin", Role.ADMIN),
        (UserId("demo-analyst"), ANALYST_EMAIL, "Demo analyst", Role.ANALYST),
    )
    for user_id, email, name, role in accounts:
        await people.add_user(
            User(
                id=user_id,
                tenant_id=DEMO_TENANT,
                email=email,
                name=name,
                role=role,
                password_hash=password_hash,
                created_at=services.clock.now(),
            )
        )


def connections_to(tenant: TenantId, sandbox: Sandbox, platforms: Iterable[Platform]) -> list[Connection]:
    """The tenant's connections to the simulated platforms."""
    return [
        Connection(
            tenant_id=tenant,
            platform=platform,
            base_url=f"{sandbox.url}/{platform.slug}",
            token_url=f"{sandbox.url}/{platform.slug}{_token_path(platform)}",
            secrets={name: SecretStr(text) for name, text in sandbox.credentials[platform.value].items()},
        )
        for platform in platforms
    ]


def _token_path(platform: Platform) -> str:
    """As on the platform's own host."""
    return urlsplit(CONSENTS[platform].token_url.replace("{shop}", "shop")).path


def demo_policy(campaigns: list[Campaign]) -> MoneyPolicy:
    """Caps a fifth above what is budgeted today, rounded up: room to act, none to run away."""

    def cap(chosen: list[Campaign], factor: str) -> Money:
        budgets = {(one.ref.account_id, one.budget_key): one.daily_budget for one in chosen}
        budgeted = total((budget for budget in budgets.values() if budget), "USD")
        hundreds = (budgeted.units * Decimal(factor) / 100).to_integral_value(ROUND_CEILING)
        return Money.exactly(hundreds * 100, "USD")

    live = [one for one in campaigns if one.status is Status.ENABLED]
    return MoneyPolicy(
        tenant_id=DEMO_TENANT,
        base_currency="USD",
        daily_cap_total=cap(live, "1.2"),
        daily_cap_by_platform={
            platform: cap([one for one in live if one.ref.platform is platform], "1.3")
            for platform in {one.ref.platform for one in live}
        },
        daily_cap_per_entity=Money.parse("2500", "USD"),
        # The best campaigns are often small ones: a doubling is a fair thing to ask a person about.
        max_step_share=Decimal("1.00"),
        max_day_share=Decimal("1.50"),
        max_week_share=Decimal("2.00"),
        second_person_above=Money.parse("1000", "USD"),
        short_expiry_above=Money.parse("500", "USD"),
    )
