"""Proposals about money and delivery: each ends before a person, none is carried out here."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from omnify_core.campaigns import Campaign, Status
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import BadInput, NotFound, Unsupported
from omnify_core.ids import ChangeSetId
from omnify_core.money import Money
from omnify_guardrails.wanted import Wanted, WantedBudget, WantedStatus
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.market import campaigns_of, find_campaign
from omnify_tools.proposals import acting, card_of, fresh_state
from omnify_tools.tables import ProposalCard
from omnify_tools.untrusted import clean, quoted

REASON_LENGTH = 500


@tool(Effect.PROPOSE)
async def propose_daily_budget(ctx: Ctx, campaign_id: str, amount: str) -> ProposalCard:
    """Propose a new daily budget for one campaign; a person decides.

    Args:
        campaign_id: As list_campaigns prints it, e.g. "meta:1201", or a name that fits only one campaign.
        amount: The new daily budget in the account's own currency, e.g. "120.00"; or a change of
            the present one with its sign: "+20%", "-15%", "+50.00", "-50.00".
    """
    campaign = await find_campaign(ctx.context, campaign_id)
    wanted = await new_budget(ctx, campaign, amount)
    return await propose_change(
        ctx,
        [WantedBudget(entity_id=campaign.id, amount=wanted)],
        title=f"Set the daily budget of {_short(campaign)} to {wanted}",
        touched=[campaign],
    )


@tool(Effect.PROPOSE)
async def propose_budget_move(
    ctx: Ctx, from_campaign_id: str, to_campaign_id: str, amount: str
) -> ProposalCard:
    """Propose to move daily budget from one campaign to another as one change; a person decides.

    Args:
        from_campaign_id: The campaign that gives, by id or unambiguous name.
        to_campaign_id: The campaign that receives, by id or unambiguous name.
        amount: How much a day to move, in the accounts' currency, above 0, e.g. "100.00".
    """
    giver = await find_campaign(ctx.context, from_campaign_id)
    taker = await find_campaign(ctx.context, to_campaign_id)
    moved = _movable(giver, taker, amount)
    lower = await budget_now(ctx, giver) - moved
    if lower.minor <= 0:
        raise BadInput(
            f"{quoted(giver.name)} ({giver.id}) has {lower + moved} a day; less than that can be moved, "
            f"not {moved}. To stop it, propose its status."
        )
    higher = await budget_now(ctx, taker) + moved
    return await propose_change(
        ctx,
        [WantedBudget(entity_id=giver.id, amount=lower), WantedBudget(entity_id=taker.id, amount=higher)],
        title=f"Move {moved} a day from {_short(giver)} to {_short(taker)}",
        touched=[giver, taker],
    )


@tool(Effect.PROPOSE)
async def propose_status(ctx: Ctx, campaign_id: str, status: str) -> ProposalCard:
    """Propose to pause or enable one campaign; a person decides.

    Args:
        campaign_id: As list_campaigns prints it, e.g. "google:2201", or a name that fits only one campaign.
        status: "paused" or "enabled".
    """
    chosen = status_wanted(status)
    campaign = await find_campaign(ctx.context, campaign_id)
    if campaign.status is Status.REMOVED:
        raise Unsupported(
            f"{quoted(campaign.name)} ({campaign.id}) was removed on its platform and cannot come back"
        )
    verb = "Pause" if chosen is Status.PAUSED else "Enable"
    change = WantedStatus(entity_id=campaign.id, status=chosen)
    return await propose_change(ctx, [change], title=f"{verb} {_short(campaign)}", touched=[])


@tool(Effect.PROPOSE)
async def propose_undo(ctx: Ctx, change_set_id: str = "") -> ProposalCard:
    """Propose to take back an applied change; a person decides.

    Args:
        change_set_id: E.g. "cs_5f0c…"; empty for the change that was applied last.
    """
    wanted = change_set_id.strip() or (await _latest_applied(ctx.context)).id
    return card_of(await ctx.context.money.undo(acting(ctx), ChangeSetId(wanted)))


def status_wanted(status: str) -> Status:
    """Raises BadInput."""
    key = status.strip().lower()
    if key in {"paused", "pause"}:
        return Status.PAUSED
    if key in {"enabled", "enable"}:
        return Status.ENABLED
    raise BadInput(f"status must be paused or enabled, not {status!r}; campaigns are never removed from here")


async def propose_change(
    ctx: Ctx,
    wanted: Sequence[Wanted],
    *,
    title: str,
    touched: Sequence[Campaign],
    warnings: Sequence[str] = (),
) -> ProposalCard:
    change_set = await ctx.context.money.propose(
        acting(ctx), wanted, title=title, reason=ctx.context.question[:REASON_LENGTH]
    )
    return card_of(change_set, warnings=[*await _shared_budgets(ctx.context, touched), *warnings])


async def new_budget(ctx: Ctx, campaign: Campaign, amount: str) -> Money:
    if not is_relative(amount):
        return positive(amount, campaign.currency)
    now = await budget_now(ctx, campaign)
    what = f"the daily budget of {campaign.id}"
    return changed_by(amount, now, campaign.currency, what=what, cure="Propose to pause it instead.")


def is_relative(amount: str) -> bool:
    return amount.strip()[:1] in {"+", "-"} or amount.strip().endswith("%")


def changed_by(amount: str, now: Money | None, currency: str, *, what: str, cure: str = "") -> Money:
    """An amount as it stands, or `now` changed by it where it has a sign. Raises BadInput."""
    text = amount.strip()
    if not is_relative(text):
        return positive(text, currency)
    if now is None:
        raise BadInput(f"{what} is not set, so {amount!r} has nothing to start from; say the amount itself")
    if text.endswith("%"):
        changed = now.times(1 + percentage(text))
    else:
        step = positive(text[1:], currency)
        changed = now + step if text.startswith("+") else now - step
    if changed.minor <= 0:
        raise BadInput(f"{what} is {now}; {amount!r} would leave nothing. {cure}".strip())
    return changed


def percentage(text: str) -> Decimal:
    if text[:1] not in {"+", "-"}:
        raise BadInput(f"say the direction of {text!r} with its sign, such as '+20%' or '-20%'")
    try:
        percentage = Decimal(text.removesuffix("%").strip())
    except InvalidOperation as error:
        raise BadInput(f"{text!r} is not a percentage; write it as '+20%' or '-15%'") from error
    if not percentage.is_finite():
        raise BadInput(f"{text!r} is not a percentage; write it as '+20%' or '-15%'")
    return percentage / 100


def positive(amount: str, currency: str) -> Money:
    plain = amount.replace(",", "").strip().lstrip("$€£").removesuffix(currency)
    money = Money.parse(plain, currency)
    if money.minor <= 0:
        raise BadInput(f"amount must be above 0, not {amount!r}")
    return money


def _movable(giver: Campaign, taker: Campaign, amount: str) -> Money:
    if giver.id == taker.id:
        raise BadInput(f"both names mean {giver.id}; name two different campaigns")
    if giver.currency != taker.currency:
        raise BadInput(
            f"{giver.id} counts in {giver.currency}, {taker.id} in {taker.currency}; "
            "propose two separate daily budgets instead"
        )
    if giver.budget_key and (giver.ref.platform, giver.budget_key) == (taker.ref.platform, taker.budget_key):
        raise BadInput(
            f"{giver.id} and {taker.id} spend from one shared budget; moving between them does nothing"
        )
    return positive(amount, giver.currency)


async def budget_now(ctx: Ctx, campaign: Campaign) -> Money:
    budget = (await fresh_state(ctx, campaign.id)).daily_budget
    if budget is None:
        raise Unsupported(
            f"{quoted(campaign.name)} ({campaign.id}) has no daily budget of its own: it sits on its "
            "ad groups. Choose a campaign that list_campaigns shows with a daily budget."
        )
    return budget


async def _shared_budgets(copilot: Copilot, touched: Sequence[Campaign]) -> list[str]:
    everything = (await campaigns_of(copilot)).values() if touched else []
    said = []
    for campaign in touched:
        key = (campaign.ref.platform, campaign.ref.account_id, campaign.budget_key)
        sharing = [
            other
            for other in everything
            if campaign.budget_key and key == (other.ref.platform, other.ref.account_id, other.budget_key)
        ]
        if len(sharing) > 1:
            said.append(
                f"The budget of {quoted(campaign.name, length=60)} is shared by {len(sharing)} campaigns."
            )
    return said


async def _latest_applied(copilot: Copilot) -> ChangeSet:
    applied = await copilot.change_sets.of_tenant(copilot.tenant.id, [ChangeSetStatus.DONE])
    taken_back = {change_set.undoes for change_set in applied}
    for change_set in applied:
        if change_set.undoes is None and change_set.id not in taken_back:
            return change_set
    raise NotFound("no applied change is left to take back")


def _short(campaign: Campaign) -> str:
    return f"{clean(campaign.name, length=60)} ({campaign.id})"
