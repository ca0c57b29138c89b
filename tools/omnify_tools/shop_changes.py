"""Proposals about a shop: stock, and campaigns in its list of marketing activities."""

from __future__ import annotations

import re

from omnify_core.campaigns import Campaign, Level, Platform
from omnify_core.errors import BadInput
from omnify_core.legs import ActivityLeg, InventoryLeg
from omnify_core.money import Money
from omnify_core.shop import InventoryLevel, Product, Variant
from omnify_core.specs import ActivitySpec
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.market import find_campaign
from omnify_tools.offices import as_it_is, find_record, own_account, ref_of, ref_of_account
from omnify_tools.settings import propose_legs, words
from omnify_tools.tables import ProposalCard
from omnify_tools.untrusted import quoted

CHANNELS = ("search", "social", "display", "email", "referral")


@tool(Effect.PROPOSE)
async def propose_inventory(
    ctx: Ctx, product_id: str, variant: str, location: str, quantity: str
) -> ProposalCard:
    """Propose the available pieces of a product at one place; a person decides.

    Args:
        product_id: As product_stock prints it, e.g. "shopify:product:7".
        variant: Title, SKU or id; empty where the product has only one.
        location: The place's id; empty where it is stocked at only one.
        quantity: "40" for 40 pieces, or a change with its sign: "+10", "-5".
    """
    product = await as_it_is(ctx.context, await find_record(ctx.context, product_id, Product))
    chosen = _variant(product, variant)
    level = _level(chosen, location)
    leg = InventoryLeg(
        ref=ref_of(product, Level.PRODUCT),
        name=f"{product.title}, {chosen.title}",
        item_id=level.item_id,
        location_id=level.location_id,
        before=level.available,
        after=_pieces(quantity, level.available),
    )
    title = f"Set the stock of {quoted(leg.name, length=60)} to {leg.after}"
    warning = "The shop refuses it if the stock has changed by the time it is carried out."
    return await propose_legs(ctx, [leg], title=title, warnings=[warning])


@tool(Effect.PROPOSE)
async def propose_marketing_activity(
    ctx: Ctx, campaign_id: str, channel: str, utm_campaign: str, utm_source: str, utm_medium: str
) -> ProposalCard:
    """Propose to list an ad campaign among the shop's marketing activities, so that orders can name it.

    Args:
        campaign_id: The ad campaign, by id or unambiguous name, e.g. "meta:1201".
        channel: search, social, display, email or referral.
        utm_campaign: As in the links of its ads, e.g. "spring-sale".
        utm_source: As in the links, e.g. "google".
        utm_medium: As in the links, e.g. "cpc".
    """
    campaign = await find_campaign(ctx.context, campaign_id)
    if channel.strip().lower() not in CHANNELS:
        raise BadInput(f"channel must be one of {', '.join(CHANNELS)}, not {channel!r}")
    account = await own_account(ctx.context, Platform.SHOPIFY)
    spec = ActivitySpec(
        name=words(campaign.name, "name"),
        channel=channel.strip().lower(),
        utm_campaign=words(utm_campaign, "utm_campaign"),
        utm_source=words(utm_source, "utm_source"),
        utm_medium=words(utm_medium, "utm_medium"),
        daily_budget=_shown_budget(campaign, account.currency),
    )
    leg = ActivityLeg(ref=ref_of_account(account), name=spec.name, after=spec)
    warnings = ["The UTM parameters of an activity cannot be changed later."]
    if spec.daily_budget is None and campaign.daily_budget is not None:
        warnings.append(f"Listed without its budget: the shop counts in {account.currency}.")
    title = f"List {quoted(spec.name, length=60)} among the shop's marketing activities"
    return await propose_legs(ctx, [leg], title=title, warnings=warnings)


def _shown_budget(campaign: Campaign, currency: str) -> Money | None:
    budget = campaign.daily_budget
    return budget if budget is not None and budget.currency == currency else None


def _variant(product: Product, named: str) -> Variant:
    key = named.strip().casefold()
    fitting = [
        one
        for one in product.variants
        if not key or key in {one.title.casefold(), one.sku.casefold(), one.id.casefold()}
    ]
    if len(fitting) != 1:
        known = "; ".join(f"{one.id} {quoted(one.title, length=40)}" for one in product.variants[:10])
        raise BadInput(f"variant: {named!r} names {len(fitting)} variants of {product.id}; it has {known}")
    return fitting[0]


def _level(variant: Variant, location: str) -> InventoryLevel:
    key = location.strip()
    fitting = [one for one in variant.levels if not key or one.location_id == key]
    if len(fitting) != 1:
        known = ", ".join(one.location_id for one in variant.levels) or "no place"
        raise BadInput(f"location: {location!r} names {len(fitting)} places; it is stocked at {known}")
    return fitting[0]


def _pieces(text: str, now: int) -> int:
    plain = text.strip().replace(",", "")
    if not re.fullmatch(r"[+-]?\d{1,7}", plain):
        raise BadInput(f"quantity must be whole pieces such as 40, +10 or -5, not {text!r}")
    pieces = now + int(plain) if plain[0] in "+-" else int(plain)
    if pieces < 0:
        raise BadInput(f"quantity: {now} pieces are there; {text!r} would leave less than none")
    return pieces
