"""Proposals of customer lists, made from the CRM's contacts: platforms get hashes, never addresses."""

from __future__ import annotations

from omnify_core.business import Kind
from omnify_core.business_ports import Selection
from omnify_core.crm import Contact
from omnify_core.errors import BadInput
from omnify_core.legs import AudienceLeg
from omnify_core.specs import AudienceSpec
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.entities import account_ref, find_account
from omnify_tools.settings import propose_legs, words
from omnify_tools.tables import ProposalCard
from omnify_tools.untrusted import quoted
from omnify_tools.words import counted

LEAST, MOST = 20, 5_000


@tool(Effect.PROPOSE)
async def propose_audience(ctx: Ctx, platform: str, name: str, tag: str, account: str) -> ProposalCard:
    """Propose a customer list on an ad platform, from CRM contacts who may be contacted; a person decides.

    Args:
        platform: google, meta or another platform that takes customer lists.
        name: What the list is to be called; unique in its account.
        tag: Only contacts with this tag, e.g. "customer"; empty for all.
        account: The ad account's id or name; empty where there is only one.
    """
    home = await find_account(ctx.context, platform, account)
    members, left_out = await _members(ctx.context, tag.strip())
    if len(members) < LEAST:
        raise BadInput(
            f"{counted(len(members), 'contact')} with {tag or 'any tag'!r} may be contacted; platforms match "
            f"lists of {LEAST} and more, to protect people"
        )
    spec = AudienceSpec(name=words(name, "name"), members=members)
    leg = AudienceLeg(ref=account_ref(home), name=spec.name, after=spec)
    warnings = [
        f"{counted(len(members), 'contact')} as hashes of their e-mail addresses; no address is sent."
    ]
    if left_out:
        warnings.append(f"{counted(left_out, 'contact')} left out: they asked not to be contacted.")
    title = f"New audience {quoted(spec.name, length=60)} on {home.platform.label}"
    return await propose_legs(ctx, [leg], title=title, warnings=warnings)


async def _members(copilot: Copilot, tag: str) -> tuple[tuple[str, ...], int]:
    """Hashes, sorted, and how many were left out because they asked not to be contacted."""
    hashes: set[str] = set()
    left_out, after = 0, ""
    while True:
        selection = Selection(kind=Kind.CONTACT, after=after, limit=1000)
        page = await copilot.business.select(copilot.tenant.id, selection)
        for one in page.items:
            if not isinstance(one, Contact) or not one.person or (tag and tag not in one.tags):
                continue
            if one.may_be_contacted:
                hashes.add(one.person)
            else:
                left_out += 1
        if not page.next or len(hashes) > MOST:
            break
        after = page.next
    if len(hashes) > MOST:
        raise BadInput(f"more than {MOST} contacts fit; choose a tag that fewer have")
    return tuple(sorted(hashes)), left_out
