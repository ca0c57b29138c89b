"""Proposals that create: campaigns, ad groups and ads, all of them paused until a person enables them."""

from __future__ import annotations

import re

from omnify_core.campaigns import Campaign, EntityRef, Level, Platform, Status
from omnify_core.errors import BadInput
from omnify_core.legs import AdGroupLeg, AdLeg, CampaignLeg, FieldLeg, KeywordLeg, TargetingLeg
from omnify_core.specs import AdGroupSpec, AdSpec, CampaignSpec, Keyword, Match, Objective, Targeting
from omnify_tools.budgets import positive
from omnify_tools.context import Copilot
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.entities import account_ref, adapter_of, currency_of, find_account, find_ad_group, standing
from omnify_tools.market import find_campaign
from omnify_tools.settings import codes, listed, propose_legs, words
from omnify_tools.tables import ProposalCard
from omnify_tools.untrusted import clean, quoted

PAUSED = "Everything is created paused: it spends nothing until enabling it is approved, too."


@tool(Effect.PROPOSE)
async def propose_campaign(
    ctx: Ctx,
    platform: str,
    name: str,
    objective: str,
    daily_budget: str,
    countries: str,
    ad_group: str,
    keywords: str,
    account: str,
) -> ProposalCard:
    """Propose a new campaign, created paused, with its first ad group and keywords; a person decides.

    Args:
        platform: google, meta, linkedin, tiktok or youtube.
        name: What the campaign is to be called; unique in its account.
        objective: awareness, traffic, engagement, leads or sales.
        daily_budget: In the account's currency, e.g. "80.00".
        countries: ISO codes separated by ";", e.g. "US; CA".
        ad_group: Name of a first ad group to create in it; empty for none.
        keywords: Phrase-match keywords of that ad group, separated by ";"; empty for none.
        account: The account's id or name; empty where there is only one.
    """
    home = await find_account(ctx.context, platform, account)
    title = words(name, "name")
    seen_by = Targeting(countries=codes(countries, r"[A-Z]{2}", "countries", upper=True) or ())
    on_groups = await _targets_by_group(ctx.context, home.platform)
    spec = CampaignSpec(
        name=title,
        objective=_objective(objective),
        daily_budget=positive(daily_budget, home.currency),
        targeting=Targeting() if on_groups else seen_by,
    )
    legs: list[FieldLeg] = [CampaignLeg(ref=account_ref(home), name=title, after=spec)]
    if ad_group.strip():
        group = AdGroupSpec(name=words(ad_group, "ad_group"), targeting=seen_by if on_groups else Targeting())
        legs += _group_in(account_ref(home), title, group, keywords)
    elif on_groups and seen_by != Targeting():
        raise BadInput(f"{home.platform.label} sets countries on ad groups; name the ad_group to create, too")
    elif keywords.strip():
        raise BadInput("keywords stand in an ad group; name the ad_group to create, too")
    return await propose_legs(ctx, legs, title=f"New campaign {quoted(title, length=60)}", warnings=[PAUSED])


@tool(Effect.PROPOSE)
async def propose_ad_group(
    ctx: Ctx, campaign_id: str, name: str, keywords: str, bid: str, daily_budget: str
) -> ProposalCard:
    """Propose a new ad group (ad set), created paused, in a campaign that exists; a person decides.

    Where a platform targets by ad group, the new one is shown to whom the campaign's first one is.

    Args:
        campaign_id: By id or unambiguous name.
        name: What the ad group is to be called; unique in its campaign.
        keywords: Phrase-match keywords, separated by ";"; empty for none.
        bid: The most per click, e.g. "1.20"; empty to leave bidding to the campaign.
        daily_budget: Only where the campaign has no budget of its own, e.g. "40.00".
    """
    campaign = await find_campaign(ctx.context, campaign_id)
    currency = await currency_of(ctx.context, campaign.ref)
    title = words(name, "name")
    spec = AdGroupSpec(
        name=title,
        bid=positive(bid, currency) if bid.strip() else None,
        daily_budget=positive(daily_budget, currency) if daily_budget.strip() else None,
        targeting=await _as_its_siblings(ctx.context, campaign),
    )
    if spec.daily_budget and campaign.daily_budget:
        raise BadInput(f"{campaign.id} has a budget of its own; leave daily_budget empty")
    legs: list[FieldLeg] = [AdGroupLeg(ref=campaign.ref, name=title, after=spec)]
    legs += _keywords_in(campaign.ref, title, keywords)
    where = quoted(campaign.name, length=60)
    return await propose_legs(
        ctx, legs, title=f"New ad group {quoted(title, length=60)} in {where}", warnings=[PAUSED]
    )


@tool(Effect.PROPOSE)
async def propose_ad(
    ctx: Ctx,
    ad_group_id: str,
    name: str,
    headlines: str,
    descriptions: str,
    url: str,
    image: str,
    video: str,
    brand: str,
) -> ProposalCard:
    """Propose a new ad, created paused, in an ad group that exists; a person decides.

    Args:
        ad_group_id: As list_ad_groups prints it, or a campaign that has only one.
        name: What the ad is to be called.
        headlines: Separated by ";". Google wants 3 to 15 of up to 30 characters, Meta one.
        descriptions: Separated by ";". Google wants 2 to 4 of up to 90 characters.
        url: The landing page, with https://.
        image: The platform's handle of a picture that it holds already; empty for none.
        video: The platform's handle of a video, which YouTube and TikTok want; empty for none.
        brand: The advertiser's name where the ad shows it, as YouTube's do; empty for none.
    """
    group = await find_ad_group(ctx.context, ad_group_id)
    if not re.fullmatch(r"https?://\S+", url.strip()):
        raise BadInput(f"url must be a whole address such as https://example.com/offer, not {url!r}")
    spec = AdSpec(
        name=words(name, "name"),
        headlines=_texts(headlines, "headlines", 1, 15),
        descriptions=_texts(descriptions, "descriptions", 0, 5),
        url=url.strip(),
        image=image.strip(),
        video=video.strip(),
        brand=clean(brand, length=100),
    )
    leg = AdLeg(ref=group.ref, name=spec.name, after=spec)
    title = f"New ad {quoted(spec.name, length=60)} in {quoted(group.name, length=60)}"
    return await propose_legs(ctx, [leg], title=title, warnings=[PAUSED])


async def _targets_by_group(copilot: Copilot, platform: Platform) -> bool:
    """Whether the platform sets who may see the ads on ad groups."""
    return (await adapter_of(copilot, platform)).capabilities.targeting_level is Level.AD_GROUP


async def _as_its_siblings(copilot: Copilot, campaign: Campaign) -> Targeting:
    """What the campaign's first ad group has, where ad groups are targeted; else nothing."""
    groups = [
        one
        for one in await copilot.market.ad_groups(copilot.tenant.id, campaign.id)
        if one.status is not Status.REMOVED
    ]
    if not groups or not await _targets_by_group(copilot, campaign.ref.platform):
        return Targeting()
    shown = await standing(copilot, TargetingLeg(ref=groups[0].ref, name="", after=Targeting()))
    return shown if isinstance(shown, Targeting) else Targeting()


def _group_in(account: EntityRef, campaign: str, spec: AdGroupSpec, keywords: str) -> list[FieldLeg]:
    """An ad group in a campaign of the same plan."""
    new = account.model_copy(update={"level": Level.CAMPAIGN, "native_id": ""})
    group = AdGroupLeg(ref=new, name=spec.name, within=campaign, after=spec)
    return [group, *_keywords_in(account, spec.name, keywords)]


def _keywords_in(near: EntityRef, group: str, keywords: str) -> list[FieldLeg]:
    """Keywords in an ad group of the same plan."""
    new = near.model_copy(update={"level": Level.AD_GROUP, "native_id": ""})
    specs = [Keyword(text=one.lower(), match=Match.PHRASE) for one in listed(keywords)]
    return [KeywordLeg(ref=new, name=spec.text, within=group, after=spec) for spec in specs]


def _objective(text: str) -> Objective:
    try:
        return Objective(text.strip().lower())
    except ValueError as error:
        known = ", ".join(one.value for one in Objective)
        raise BadInput(f"objective must be one of {known}, not {text!r}") from error


def _texts(text: str, field: str, least: int, most: int) -> tuple[str, ...]:
    found = tuple(words(one, field) for one in listed(text))
    if not least <= len(found) <= most:
        raise BadInput(f"{field}: {least} to {most} are possible, separated by ';', not {len(found)}")
    return found
