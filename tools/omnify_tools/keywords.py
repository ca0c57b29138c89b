"""Proposals about what people search for: keywords to bid on, and searches to keep away from."""

from __future__ import annotations

from collections.abc import Sequence

from omnify_core.campaigns import AdGroup, Campaign
from omnify_core.errors import BadInput
from omnify_core.legs import KeywordLeg
from omnify_core.money import Money
from omnify_core.specs import Keyword, Match
from omnify_tools.budgets import positive
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.entities import currency_of, find_ad_group, find_entity, standing
from omnify_tools.settings import listed, propose_legs
from omnify_tools.tables import ProposalCard
from omnify_tools.untrusted import clean, quoted
from omnify_tools.words import counted

MOST_KEYWORDS = 50


@tool(Effect.PROPOSE)
async def propose_keywords(ctx: Ctx, ad_group_id: str, keywords: str, match: str, bid: str) -> ProposalCard:
    """Propose to add keywords to an ad group, or to set the bids of those it has; a person decides.

    Args:
        ad_group_id: As list_ad_groups prints it, or a campaign that has only one.
        keywords: Separated by ";", e.g. "running shoes; trail shoes".
        match: exact, phrase or broad.
        bid: The most per click in the account's currency, e.g. "0.80"; empty for the ad group's own.
    """
    group = await find_ad_group(ctx.context, ad_group_id)
    money = positive(bid, await currency_of(ctx.context, group.ref)) if bid.strip() else None
    legs = _legs(group, keywords, match, negative=False, bid=money)
    title = f"{counted(len(legs), 'keyword')} for {quoted(group.name, length=60)}"
    return await propose_legs(ctx, legs, title=title)


@tool(Effect.PROPOSE)
async def propose_negative_keywords(ctx: Ctx, entity_id: str, keywords: str, match: str) -> ProposalCard:
    """Propose searches that a campaign or ad group must not show for; a person decides.

    Args:
        entity_id: A campaign or ad group, by id; a campaign also by unambiguous name.
        keywords: Separated by ";", e.g. "free; jobs".
        match: exact, phrase or broad.
    """
    found = await find_entity(ctx.context, entity_id)
    if not isinstance(found, Campaign | AdGroup):
        raise BadInput(f"{found.id} is an ad; negative keywords stand on its ad group or campaign")
    legs = _legs(found, keywords, match, negative=True)
    title = f"{counted(len(legs), 'negative keyword')} for {quoted(found.name, length=60)}"
    return await propose_legs(ctx, legs, title=title)


@tool(Effect.PROPOSE)
async def propose_keyword_removal(
    ctx: Ctx, entity_id: str, keywords: str, match: str, negative: bool
) -> ProposalCard:
    """Propose to take keywords or negative keywords away; a person decides.

    Args:
        entity_id: The ad group (or, for negative ones, campaign) that has them, by id.
        keywords: Separated by ";".
        match: exact, phrase or broad, as they stand.
        negative: Whether they are negative keywords.
    """
    found = await find_entity(ctx.context, entity_id)
    if not isinstance(found, Campaign | AdGroup):
        raise BadInput(f"{found.id} is an ad; keywords stand on its ad group")
    legs = []
    for leg in _legs(found, keywords, match, negative=negative):
        now = await standing(ctx.context, leg)
        if not isinstance(now, Keyword):
            raise BadInput(f"{found.id} has no such keyword: {quoted(leg.name, length=80)} ({match})")
        legs.append(leg.model_copy(update={"before": now, "after": None}))
    title = f"Take {counted(len(legs), 'keyword')} from {quoted(found.name, length=60)}"
    return await propose_legs(ctx, legs, title=title)


def _legs(
    parent: Campaign | AdGroup, keywords: str, match: str, *, negative: bool, bid: Money | None = None
) -> Sequence[KeywordLeg]:
    texts = listed(keywords)
    if not 1 <= len(texts) <= MOST_KEYWORDS:
        raise BadInput(f"keywords: name 1 to {MOST_KEYWORDS}, separated by ';', not {len(texts)}")
    kind = _match(match)
    specs = [
        Keyword(text=clean(one, length=80).lower(), match=kind, negative=negative, bid=bid) for one in texts
    ]
    return [KeywordLeg(ref=parent.ref, name=spec.text, after=spec) for spec in specs]


def _match(text: str) -> Match:
    try:
        return Match(text.strip().lower())
    except ValueError as error:
        raise BadInput(f"match must be exact, phrase or broad, not {text!r}") from error
