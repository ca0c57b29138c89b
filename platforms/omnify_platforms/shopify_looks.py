"""What stands at Shopify where a change would write. Shopify has no dry run; ours is by reading."""

from __future__ import annotations

from omnify_core.errors import PlatformRejected
from omnify_core.legs import ActivityLeg, AnyLeg, FieldLeg, InventoryLeg, natural_key
from omnify_core.platform_ports import Look
from omnify_core.specs import ActivitySpec
from omnify_platforms import shopify_queries as queries
from omnify_platforms import shopify_rows as rows
from omnify_platforms.legs import not_offered
from omnify_platforms.rows import Row
from omnify_platforms.shopify_asking import SHOPIFY, Asking, missing
from omnify_platforms.shopify_writes import activity_input, remote_id

_GONE = {"DELETED", "DELETED_EXTERNALLY"}


class ShopifyLooks:
    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def look(self, leg: FieldLeg) -> Look:
        if isinstance(leg, InventoryLeg):
            return Look(await self._available(leg))
        if isinstance(leg, ActivityLeg):
            return await self._activity(leg)
        raise not_offered(SHOPIFY, leg)

    async def dry_run(self, leg: AnyLeg) -> str:
        if isinstance(leg, InventoryLeg):
            found = await self._available(leg)
            if found != leg.before:
                raise _moved(f"counts {found} pieces now, not {leg.before}", "changeFromQuantity")
            return f"The item is stocked at the location with {found} pieces, as was read"
        if isinstance(leg, ActivityLeg):
            return await self._try_activity(leg)
        raise not_offered(SHOPIFY, leg)

    async def _try_activity(self, leg: ActivityLeg) -> str:
        if (await self._activity(leg)).value != leg.before:
            raise _moved("lists this activity otherwise than was read", "marketingActivity")
        if leg.after is None:
            return "The activity is listed and can be taken off the list"
        activity_input(leg, self._asking.shop)
        shop = (await self._asking.query(queries.SHOP)).required("shop.currencyCode")
        budget = leg.after.daily_budget
        if budget is not None and budget.currency != shop:
            raise _moved(f"counts in {shop}; {budget} cannot be listed there", "budget")
        return "The activity is not listed yet and could be"

    async def _activity(self, leg: ActivityLeg) -> Look:
        """By our id for it, which follows from its name; one that was taken off the list is not there."""
        found = await self._asking.query(queries.ACTIVITY, remoteIds=[remote_id(natural_key(leg))])
        for row in found.rows("marketingActivities.nodes"):
            if row.text("status") not in _GONE:
                return Look(_spec_of(row), native_id=rows.number(row, "id"))
        return Look(None)

    async def _available(self, leg: InventoryLeg) -> int:
        reply = await self._asking.query(
            queries.LEVEL,
            item=rows.gid("InventoryItem", leg.item_id),
            location=rows.gid("Location", leg.location_id),
        )
        level = Row(SHOPIFY, reply.raw("inventoryItem.inventoryLevel"))
        found = level.rows("quantities")
        if not found:
            raise missing(f"stock of item {leg.item_id} at location {leg.location_id}")
        return found[0].count("quantity")


def _spec_of(row: Row) -> ActivitySpec:
    has_daily = row.text("budget.budgetType") == "DAILY"
    budget = (
        row.money("budget.total.amount", row.required("budget.total.currencyCode")) if has_daily else None
    )
    return ActivitySpec(
        name=row.required("title"),
        channel=row.required("marketingChannelType").lower(),
        utm_campaign=row.required("utmParameters.campaign"),
        utm_source=row.text("utmParameters.source"),
        utm_medium=row.text("utmParameters.medium"),
        daily_budget=budget,
    )


def _moved(what: str, field: str) -> PlatformRejected:
    return PlatformRejected(
        f"Shopify {what}; propose again from a fresh read", platform=SHOPIFY.value, field=field
    )
