"""Proposals about CRM records: contacts, their tags, deals and workflows; a person decides on each."""

from __future__ import annotations

from omnify_core.business import Kind, person_of
from omnify_core.campaigns import Level, Platform
from omnify_core.crm import Contact, Opportunity, Pipeline, Workflow
from omnify_core.errors import BadInput
from omnify_core.legs import ContactLeg, StageLeg, TagsLeg, WorkflowLeg
from omnify_core.specs import ContactSpec
from omnify_tools.business import records_of
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.offices import as_it_is, find_record, own_account, ref_of, ref_of_account
from omnify_tools.settings import listed, propose_legs
from omnify_tools.tables import ProposalCard
from omnify_tools.untrusted import quoted


@tool(Effect.PROPOSE)
async def propose_contact(
    ctx: Ctx, email: str, first_name: str, last_name: str, phone: str, source: str, tags: str
) -> ProposalCard:
    """Propose a new CRM contact, or other details of the one with this address; a person decides.

    Args:
        email: The address that the contact is known by, e.g. "dana@firm.com".
        first_name: Empty to leave it as it is.
        last_name: Empty to leave it as it is.
        phone: With country, digits only, e.g. "+15550100200"; empty to leave it as it is.
        source: Where the contact came from, e.g. "webinar"; empty to leave it as it is.
        tags: All tags that the contact is to have, separated by ";"; empty to leave them as they are.
    """
    account = await own_account(ctx.context, Platform.GOHIGHLEVEL)
    spec = ContactSpec(
        email=email.strip().lower(),
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        phone=phone.strip(),
        source=source.strip(),
        tags=tuple(sorted(tag.lower() for tag in listed(tags))),
    )
    leg = ContactLeg(ref=ref_of_account(account), name=f"Contact {person_of(spec.email)[:12]}", after=spec)
    warning = "Keep and contact people only with their consent; the address is on the approval card alone."
    return await propose_legs(ctx, [leg], title="Add or update a contact in the CRM", warnings=[warning])


@tool(Effect.PROPOSE)
async def propose_contact_tags(ctx: Ctx, contact_id: str, add: str, remove: str) -> ProposalCard:
    """Propose to add tags to a CRM contact or take them off; a person decides.

    Args:
        contact_id: As list_records prints it, e.g. "gohighlevel:contact:c1".
        add: Tags to add, separated by ";", e.g. "vip; newsletter"; may be empty.
        remove: Tags to take off, separated by ";"; may be empty.
    """
    contact = await as_it_is(ctx.context, await find_record(ctx.context, contact_id, Contact))
    held = {tag.lower() for tag in contact.tags}
    more, less = ({tag.lower() for tag in listed(text)} for text in (add, remove))
    if missing := sorted(less - held):
        raise BadInput(f"remove: the contact has no tag {missing[0]!r}; its tags: {_all(held)}")
    if not (more - held) and not less:
        raise BadInput(f"add or remove: nothing would change; its tags: {_all(held)}")
    leg = TagsLeg(
        ref=ref_of(contact, Level.CONTACT), name=contact.id, after=tuple(sorted((held | more) - less))
    )
    return await propose_legs(ctx, [leg], title=f"Change the tags of {contact.id}")


@tool(Effect.PROPOSE)
async def propose_opportunity_stage(ctx: Ctx, opportunity_id: str, stage: str) -> ProposalCard:
    """Propose to move a deal to another stage of its pipeline; a person decides.

    Args:
        opportunity_id: As list_records prints it, e.g. "gohighlevel:opportunity:o1".
        stage: The stage's name as sales_funnel prints it, e.g. "Demo booked", or its id.
    """
    deal = await find_record(ctx.context, opportunity_id, Opportunity)
    pipeline = await _pipeline(ctx.context, deal)
    key = stage.strip().casefold()
    fitting = [one for one in pipeline.stages if key in {one.id.casefold(), one.name.strip().casefold()}]
    if len(fitting) != 1:
        names = "; ".join(quoted(one.name, length=40) for one in pipeline.stages)
        raise BadInput(f"stage: {stage!r} names {len(fitting)} stages; the pipeline has {names}")
    leg = StageLeg(
        ref=ref_of(deal, Level.OPPORTUNITY),
        name=deal.name,
        pipeline_id=deal.pipeline_id,
        after=fitting[0].id,
    )
    title = f"Move {quoted(deal.name, length=40)} to {quoted(fitting[0].name, length=40)}"
    return await propose_legs(ctx, [leg], title=title)


@tool(Effect.PROPOSE)
async def propose_workflow(ctx: Ctx, contact_id: str, workflow: str, action: str) -> ProposalCard:
    """Propose to put a CRM contact into a workflow, or to take it out; a person decides.

    Args:
        contact_id: As list_records prints it, e.g. "gohighlevel:contact:c1".
        workflow: The workflow's id or exact name, as list_records prints it.
        action: "add" or "remove".
    """
    enters = {"add": True, "remove": False}.get(action.strip().lower())
    if enters is None:
        raise BadInput(f"action must be add or remove, not {action!r}")
    contact = await find_record(ctx.context, contact_id, Contact)
    found = await _workflow(ctx.context, workflow)
    if enters and not contact.may_be_contacted:
        raise BadInput(f"{contact.id} asked not to be contacted; a workflow would write to them")
    leg = WorkflowLeg(
        ref=ref_of(contact, Level.CONTACT),
        name=found.name,
        workflow_id=found.native_id,
        before=not enters,
        after=enters,
    )
    verb = f"Put {contact.id} into" if enters else f"Take {contact.id} out of"
    warning = "GoHighLevel shows nobody afterwards who is in a workflow: it counts by its own answer."
    return await propose_legs(ctx, [leg], title=f"{verb} {quoted(found.name, length=40)}", warnings=[warning])


async def _pipeline(copilot: Copilot, deal: Opportunity) -> Pipeline:
    for one in await records_of(copilot, Kind.PIPELINE, Pipeline):
        if one.native_id == deal.pipeline_id:
            return one
    raise BadInput(f"the pipeline of {deal.id} was not imported yet; import the CRM first")


async def _workflow(copilot: Copilot, named: str) -> Workflow:
    key = named.strip().casefold()
    everything = await records_of(copilot, Kind.WORKFLOW, Workflow)
    found = [one for one in everything if key in {one.id.casefold(), one.name.strip().casefold()}]
    if len(found) != 1:
        known = "; ".join(quoted(one.name, length=40) for one in everything[:10]) or "none was imported"
        raise BadInput(f"workflow: {named!r} names {len(found)} workflows; there are {known}")
    if not found[0].is_published:
        raise BadInput(f"{quoted(found[0].name)} is a draft; publish it in GoHighLevel first")
    return found[0]


def _all(tags: set[str]) -> str:
    return ", ".join(quoted(tag, length=40) for tag in sorted(tags)) or "none"
