"""A proposal about one subscription: its price, its seats, and whether it ends with its period."""

from __future__ import annotations

from omnify_core.campaigns import Level
from omnify_core.errors import BadInput
from omnify_core.legs import SubscriptionLeg
from omnify_core.payments import Subscription, SubscriptionItem
from omnify_core.specs import SubscriptionTerms
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.offices import as_it_is, find_record, ref_of
from omnify_tools.settings import propose_legs
from omnify_tools.tables import ProposalCard

_ENDS = {"end": True, "continue": False}
_OVER = {"canceled", "incomplete_expired"}


@tool(Effect.PROPOSE)
async def propose_subscription_change(
    ctx: Ctx, subscription_id: str, price_id: str, quantity: str, at_period_end: str
) -> ProposalCard:
    """Propose another price, quantity or end of a customer's subscription; a person decides.

    Args:
        subscription_id: As list_records prints it, e.g. "stripe:subscription:sub_1".
        price_id: The new price, as list_records prints it, e.g. "price_1"; empty to keep it.
        quantity: The new number of seats, e.g. "3"; empty to keep it.
        at_period_end: "end" to let it end with the period that is paid for, "continue" to let it go on;
            empty to keep it.
    """
    held = await as_it_is(ctx.context, await find_record(ctx.context, subscription_id, Subscription))
    if held.status in _OVER:
        raise BadInput(f"{held.id} is {held.status.replace('_', ' ')}; an ended one cannot be changed")
    item = _only_item(held)
    now = SubscriptionTerms(
        price_id=item.price_id, quantity=item.quantity, ends_with_period=held.ends_with_period
    )
    after = now.model_copy(update=_changes(price_id.strip(), quantity.strip(), at_period_end.strip().lower()))
    if after == now:
        raise BadInput(f"nothing would change: {held.id} has {now.quantity} of {now.price_id} already")
    leg = SubscriptionLeg(
        ref=ref_of(held, Level.SUBSCRIPTION), name=held.id, item_id=item.id, before=now, after=after
    )
    warnings = []
    if (after.price_id, after.quantity) != (now.price_id, now.quantity):
        warnings.append("The difference for the running period goes onto the customer's next invoice.")
    if after.ends_with_period and not now.ends_with_period:
        warnings.append(f"The customer keeps it until {item.period_end:%Y-%m-%d} and is not billed again.")
    return await propose_legs(ctx, [leg], title=f"Change {held.id}", warnings=warnings)


def _only_item(held: Subscription) -> SubscriptionItem:
    if len(held.items) != 1:
        raise BadInput(
            f"{held.id} has {len(held.items)} items; only subscriptions with one are changed from here"
        )
    return held.items[0]


def _changes(price_id: str, quantity: str, ends: str) -> dict[str, str | int | bool]:
    changes: dict[str, str | int | bool] = {"price_id": price_id} if price_id else {}
    if quantity:
        if not (quantity.isascii() and quantity.isdigit() and 1 <= int(quantity) <= 100_000):
            raise BadInput(f"quantity must be a whole number from 1 on, not {quantity!r}")
        changes["quantity"] = int(quantity)
    if ends:
        if ends not in _ENDS:
            raise BadInput(f"at_period_end must be end or continue, not {ends!r}")
        changes["ends_with_period"] = _ENDS[ends]
    return changes
