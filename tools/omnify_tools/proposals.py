"""A change set as the card that a conversation shows."""

from __future__ import annotations

from collections.abc import Sequence

from omnify_core.campaigns import EntityState
from omnify_core.change_sets import ChangeSet, ChangeSetStatus, Effect
from omnify_core.errors import Unsupported
from omnify_core.legs import AnyLeg, BudgetLeg, SpendLeg
from omnify_core.people import Actor
from omnify_guardrails.wording import after_text, before_text
from omnify_tools.declare import Ctx
from omnify_tools.tables import ProposalCard, ProposalLeg
from omnify_tools.untrusted import quoted
from omnify_tools.words import cell

MOST_NOTES, MOST_NAMED = 8, 6


def acting(ctx: Ctx) -> Actor:
    """The person, through the agent that runs now."""
    agent = ctx.agent.name if ctx.agent else ""
    return ctx.context.actor.model_copy(update={"agent": agent})


async def fresh_state(ctx: Ctx, campaign_id: str) -> EntityState:
    """What the platform itself says now, so that no proposal starts from an old budget."""
    campaign = await ctx.context.market.campaign(ctx.context.tenant.id, campaign_id)  # type: ignore[arg-type]
    platforms = await ctx.context.platforms.of(ctx.context.tenant.id)
    platform = platforms.get(campaign.ref.platform)
    if platform is None:
        raise Unsupported(
            f"{campaign.ref.platform.label} is not connected; connect it before changing anything"
        )
    return await platform.read(campaign.ref)


def card_of(change_set: ChangeSet, *, warnings: Sequence[str] = ()) -> ProposalCard:
    worst = change_set.effect.worst_case if change_set.effect else None
    said = (
        [f"Worst case: {worst} more spend on one day, overdelivery included."]
        if worst and worst.minor > 0
        else []
    )
    return ProposalCard(
        change_set_id=change_set.id,
        plan_hash=change_set.plan_hash,
        status=change_set.status.value,
        title=change_set.title,
        headline=_headline(change_set),
        legs=[leg_row(leg) for leg in change_set.plan.legs],
        denials=_denials(change_set),
        warnings=[*said, *warnings, *_said(change_set.effect)],
        expires_at=change_set.expires_at.isoformat(),
    )


def _said(effect: Effect | None) -> list[str]:
    return [*effect.readings, *_shortened(effect.notes)] if effect else []


def _shortened(notes: Sequence[str]) -> list[str]:
    """A plan of many legs has a note for each: the first ones, and how many there are besides."""
    if len(notes) <= MOST_NOTES:
        return list(notes)
    return [*notes[:MOST_NOTES], f"{len(notes) - MOST_NOTES} more notes stand on the card."]


def leg_row(leg: AnyLeg) -> ProposalLeg:
    before, after, delta = before_text(leg), after_text(leg), ""
    if isinstance(leg, BudgetLeg):
        before, after = str(cell(leg.before)), str(cell(leg.after))
        delta = str(cell(leg.after - leg.before))
    return ProposalLeg(
        platform=leg.ref.platform.label,
        entity_id=leg.ref.id,
        name=leg.name,
        field=leg.kind,
        before=before,
        after=after,
        delta=delta,
    )


def _denials(change_set: ChangeSet) -> list[str]:
    return [
        finding.message + (f" {finding.cure}" if finding.cure else "")
        for finding in change_set.verdict.denials
    ]


def _headline(change_set: ChangeSet) -> str:
    legs = change_set.plan.legs
    parts = "; ".join(_words(leg) for leg in legs[:MOST_NAMED])
    if len(legs) > MOST_NAMED:
        parts += f"; and {len(legs) - MOST_NAMED} more"
    if change_set.status is ChangeSetStatus.DENIED:
        reasons = " ".join(_denials(change_set)) or "The money policy does not allow it."
        return f"Not proposed, nothing was changed. {parts}. {reasons}"
    second = " Two people must approve it." if change_set.verdict.needs_second_person else ""
    return f"Waiting for approval, nothing has changed yet: {parts}.{second}"


def _words(leg: AnyLeg) -> str:
    named = f"{quoted(leg.name, length=60)} ({leg.ref.id})"
    if isinstance(leg, SpendLeg):
        per = " a day" if isinstance(leg, BudgetLeg) else ""
        return f"{named} from {before_text(leg)} to {after_text(leg)}{per}"
    what = leg.kind.replace("_", " ")
    return f"{named}, {what}: from {quoted(before_text(leg))} to {quoted(after_text(leg))}"
