"""CRM, shop and payments as proposals need them: the record that was named, and what stands there now."""

from __future__ import annotations

from typing import TypeVar

from omnify_core.business import Record
from omnify_core.business_ports import AnyRecord, BusinessAccount, BusinessPlatform
from omnify_core.campaigns import EntityRef, Level, Platform
from omnify_core.errors import BadInput, Unsupported
from omnify_core.ids import EntityId
from omnify_tools.context import Copilot

R = TypeVar("R", bound=Record)


async def find_record(copilot: Copilot, record_id: str, shape: type[R]) -> R:
    """As last imported. Raises NotFound, for a foreign id alike, and BadInput for one of another kind."""
    found = await copilot.business.get(copilot.tenant.id, EntityId(record_id.strip()))
    if not isinstance(found, shape):
        wanted = shape.__name__.lower()
        raise BadInput(f"{found.id} is a {found.kind.value.replace('_', ' ')}, not a {wanted}")
    return found


async def office(copilot: Copilot, platform: Platform) -> BusinessPlatform:
    """Raises Unsupported where it is not connected."""
    connected = copilot.business_platforms
    found = (await connected.business(copilot.tenant.id)).get(platform) if connected else None
    if found is None:
        raise Unsupported(f"{platform.label} is not connected; connect it before changing anything")
    return found


async def as_it_is(copilot: Copilot, known: R) -> R:
    """The same record, fresh from its platform."""
    fresh: AnyRecord = await (await office(copilot, known.platform)).record(known.kind, known.native_id)
    assert isinstance(fresh, type(known)), "a platform answers with the kind that it was asked for"
    return fresh


async def own_account(copilot: Copilot, platform: Platform) -> BusinessAccount:
    accounts = await (await office(copilot, platform)).accounts()
    assert accounts, "a connection leads to one account"
    return accounts[0]


def ref_of(record: Record, level: Level) -> EntityRef:
    return EntityRef(
        platform=record.platform, account_id=record.account_id, level=level, native_id=record.native_id
    )


def ref_of_account(account: BusinessAccount) -> EntityRef:
    return EntityRef(
        platform=account.platform,
        account_id=account.account_id,
        level=Level.ACCOUNT,
        native_id=account.account_id,
    )
