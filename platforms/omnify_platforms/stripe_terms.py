"""What a subscription is sold as, as Stripe shows it and as it is changed there."""

from __future__ import annotations

from typing import Any

from omnify_core.errors import BadInput
from omnify_core.legs import SubscriptionLeg
from omnify_core.payments import Subscription, SubscriptionItem
from omnify_core.specs import SubscriptionTerms
from omnify_platforms.rows import word


def terms_of(subscription: Subscription, item: SubscriptionItem) -> SubscriptionTerms:
    return SubscriptionTerms(
        price_id=item.price_id, quantity=item.quantity, ends_with_period=subscription.ends_with_period
    )


def change_of(leg: SubscriptionLeg) -> dict[str, Any]:
    """Only what differs. A payment that fails leaves the subscription as it was. Raises BadInput."""
    change: dict[str, Any] = {}
    before, after = leg.before, leg.after
    assert before is not None, "the terms were read when it was proposed"
    if after.quantity < 1:
        raise BadInput("quantity must be 1 or more; to end the subscription, let it end with its period")
    if (before.price_id, before.quantity) != (after.price_id, after.quantity):
        item = {"id": leg.item_id, "price": word(after.price_id, "price id"), "quantity": after.quantity}
        change |= {"items": [item], "proration_behavior": "create_prorations"}
        change |= {"payment_behavior": "error_if_incomplete"}
    if before.ends_with_period != after.ends_with_period:
        change["cancel_at_period_end"] = after.ends_with_period
    return change


def only_ends(leg: SubscriptionLeg) -> bool:
    """Then there is no next invoice to preview."""
    before = leg.before
    return before is not None and leg.after == before.model_copy(update={"ends_with_period": True})
