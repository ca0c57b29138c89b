"""From a leg that somebody wants to one that says what stands there now, by a fresh look."""

from __future__ import annotations

from omnify_core.campaigns import Level
from omnify_core.errors import BadInput, NotFound, Unsupported
from omnify_core.ids import TenantId
from omnify_core.legs import AnyLeg, CreationLeg, FieldLeg, Value
from omnify_guardrails.findings import named
from omnify_guardrails.ports import MoneyPorts
from omnify_guardrails.wording import noted_text


async def draft_field(ports: MoneyPorts, tenant: TenantId, wanted: FieldLeg) -> AnyLeg:
    """Raises BadInput, NotFound (a foreign account alike), Unsupported, PlatformError."""
    adapter = await ports.adapter(tenant, wanted.ref.platform)
    if why := adapter.capabilities.why_not(wanted):
        raise Unsupported(f"{named(wanted)} cannot be changed like this: {why}")
    if wanted.ref.level is Level.ACCOUNT:
        await _own_account(ports, tenant, wanted)
    if isinstance(wanted, CreationLeg) and wanted.within:
        return _with_before(wanted, None)
    look = await adapter.look(wanted)
    return _with_before(wanted, look.value) if look.can_tell else wanted


def _with_before(wanted: FieldLeg, value: Value | None) -> FieldLeg:
    if value == wanted.after:
        there = "is not there" if value is None else f"is {noted_text(value)} already"
        raise BadInput(f"{named(wanted)} {there}; nothing to change")
    adds = isinstance(wanted, CreationLeg) and wanted.after is not None and wanted.kind not in _UPSERTS
    if adds and value is not None:
        raise BadInput(
            f"{wanted.ref.id} has a {wanted.kind.replace('_', ' ')} called {wanted.name!r} already "
            f"({noted_text(value)}); choose another name or change that one"
        )
    # Validated anew: what a platform shows must be what this kind of leg holds.
    return type(wanted).model_validate(wanted.model_dump() | {"before": value})


_UPSERTS = {"keyword", "contact"}


async def _own_account(ports: MoneyPorts, tenant: TenantId, wanted: FieldLeg) -> None:
    platform = wanted.ref.platform
    ads = (await ports.platforms.of(tenant)).get(platform)
    business = (await ports.business.business(tenant)).get(platform) if ports.business else None
    known: set[str] = set()
    for adapter in (ads, business):
        known |= {account.account_id for account in await adapter.accounts()} if adapter else set()
    if wanted.ref.account_id not in known:
        raise NotFound(
            f"there is no account {wanted.ref.account_id!r} on {platform.label}; use one that it lists"
        )
