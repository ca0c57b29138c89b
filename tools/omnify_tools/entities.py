"""Campaigns, ad groups and ads by id, and the accounts that they live in."""

from __future__ import annotations

from omnify_core.campaigns import AdAccount, AdGroup, Campaign, Creative, EntityRef, Level, Platform, Status
from omnify_core.errors import BadInput, Unsupported
from omnify_core.legs import FieldLeg, Value
from omnify_core.platform_ports import AdPlatform
from omnify_tools.context import Copilot
from omnify_tools.market import find_campaign, platform_named
from omnify_tools.untrusted import quoted

Entity = Campaign | AdGroup | Creative


async def find_entity(copilot: Copilot, named: str) -> Entity:
    """An ad group or ad by its id, a campaign by id or unambiguous name. Raises BadInput."""
    wanted = named.strip().lower()
    below: list[AdGroup | Creative] = [*await copilot.market.ad_groups(copilot.tenant.id)]
    below += await copilot.market.creatives(copilot.tenant.id)
    for one in below:
        if one.id.lower() == wanted:
            return _alive(one)
    return _alive(await find_campaign(copilot, named))


async def find_ad_group(copilot: Copilot, named: str) -> AdGroup:
    """By id, or the only group of a campaign. Raises BadInput that names the groups to choose from."""
    found = await find_entity(copilot, named)
    if isinstance(found, AdGroup):
        return found
    if isinstance(found, Creative):
        raise BadInput(f"{found.id} is an ad; name its ad group, {found.ad_group_id}")
    groups = await copilot.market.ad_groups(copilot.tenant.id, found.id)
    if len(groups) == 1:
        return groups[0]
    ids = "; ".join(f"{one.id} {quoted(one.name, length=60)}" for one in groups[:8]) or "none was imported"
    raise BadInput(f"{found.id} has {len(groups)} ad groups ({ids}); use the id of one")


async def find_account(copilot: Copilot, platform: str, account: str) -> AdAccount:
    """The account named, or the platform's only one. Raises BadInput."""
    chosen = platform_named(platform)
    if chosen is None:
        raise BadInput("name the platform, such as google or meta")
    accounts = [one for one in await copilot.market.accounts(copilot.tenant.id) if one.platform is chosen]
    key = account.strip().casefold()
    fitting = [one for one in accounts if not key or key in {one.account_id.casefold(), one.name.casefold()}]
    if len(fitting) == 1:
        return fitting[0]
    known = "; ".join(f"{one.account_id} {quoted(one.name, length=60)}" for one in accounts)
    if not known:
        raise BadInput(f"no account of {chosen.label} was imported; connect {chosen.label} first")
    asked = (
        f"no account or several of {chosen.label} are called {account!r}" if key else "say in which account"
    )
    raise BadInput(f"{asked}; the accounts of {chosen.label} are: {known}")


def account_ref(account: AdAccount) -> EntityRef:
    return EntityRef(
        platform=account.platform,
        account_id=account.account_id,
        level=Level.ACCOUNT,
        native_id=account.account_id,
    )


async def currency_of(copilot: Copilot, ref: EntityRef) -> str:
    """Of the account that the entity lives in. Raises BadInput where it was never imported."""
    for account in await copilot.market.accounts(copilot.tenant.id):
        if (account.platform, account.account_id) == (ref.platform, ref.account_id):
            return account.currency
    raise BadInput(f"the account {ref.account_id} of {ref.id} was not imported yet; import it first")


async def adapter_of(copilot: Copilot, platform: Platform) -> AdPlatform:
    found = (await copilot.platforms.of(copilot.tenant.id)).get(platform)
    if found is None:
        raise Unsupported(f"{platform.label} is not connected; connect it before changing anything")
    return found


async def standing(copilot: Copilot, leg: FieldLeg) -> Value | None:
    """What the platform shows now where the leg would write. Raises Unsupported."""
    adapter = await adapter_of(copilot, leg.ref.platform)
    if why := adapter.capabilities.why_not(leg):
        raise Unsupported(f"{leg.ref.platform.label} cannot do this: {why}")
    return (await adapter.look(leg)).value


def _alive(entity: Entity) -> Entity:
    if entity.status is Status.REMOVED:
        raise BadInput(f"{quoted(entity.name)} ({entity.id}) is removed on its platform")
    return entity
