"""Legs that Google Ads carries out."""

from __future__ import annotations

import hashlib

from omnify_core.campaigns import AdGroup, Level
from omnify_core.legs import (
    AdGroupLeg,
    AdLeg,
    AudienceLeg,
    BidLeg,
    CampaignLeg,
    FieldLeg,
    KeywordLeg,
    NameLeg,
    TargetingLeg,
)
from omnify_core.money import Money
from omnify_core.specs import (
    AdGroupSpec,
    AdSpec,
    AudienceSpec,
    CampaignSpec,
    Gender,
    Keyword,
    Match,
    Objective,
    Targeting,
)
from tests.builders.field_legs import Cases, LegDesk

# One for each length of a tag, so that no two tests want the same.
COUNTRIES = ("AE", "AR", "AT", "AU", "BE", "BG", "BR", "CA", "CH", "CL", "CO", "CZ", "DE", "DK")
AGES = (18, 25, 35, 45, 55, 65)


async def search_group(desk: LegDesk, *, by_hand: bool = False) -> AdGroup:
    """By hand: of a campaign that pays per click as its owner says."""
    named = "Brand" if by_hand else "Workflow"
    campaign = next(c for c in await desk.campaigns() if named in c.name and c.objective == "SEARCH")
    return await desk.ad_group(campaign)


async def rename_campaign(desk: LegDesk, tag: str) -> FieldLeg:
    campaign = await desk.campaign("SEARCH")
    return NameLeg(ref=campaign.ref, name=campaign.name, after=f"{campaign.name[:80]} {tag}")


async def rename_ad_group(desk: LegDesk, tag: str) -> FieldLeg:
    group = await search_group(desk)
    return NameLeg(ref=group.ref, name=group.name, after=f"O'Hara's \\ group {tag}")


async def bid(desk: LegDesk, tag: str) -> FieldLeg:
    group = await search_group(desk, by_hand=True)
    return BidLeg(ref=group.ref, name=group.name, after=Money(120 + len(tag), desk.account.currency))


async def target_campaign(desk: LegDesk, tag: str) -> FieldLeg:
    campaign = await desk.campaign("SEARCH")
    wanted = Targeting(
        countries=tuple(sorted(("US", COUNTRIES[len(tag)]))),
        excluded_countries=("MX",),
        languages=("en", "he", "zh"),
    )
    return TargetingLeg(ref=campaign.ref, name=campaign.name, after=wanted)


async def target_group(desk: LegDesk, tag: str) -> FieldLeg:
    group = await search_group(desk)
    lists = sorted([one.native_id async for one in desk.ads.audiences(desk.account)])
    wanted = Targeting(
        age_min=AGES[len(tag) % 6],
        age_max=65,
        genders=(Gender.FEMALE,) if len(tag) < 6 else (Gender.MALE,),
        audiences=tuple(lists[:1]),
        excluded_audiences=tuple(lists[1:2]),
    )
    return TargetingLeg(ref=group.ref, name=group.name, after=wanted)


async def add_keyword(desk: LegDesk, tag: str) -> FieldLeg:
    group = await search_group(desk, by_hand=True)
    bid_ = Money(95, desk.account.currency)
    spec = Keyword(text=f"Approval Flow {tag}".replace("_", " "), match=Match.PHRASE, bid=bid_)
    return KeywordLeg(ref=group.ref, name=spec.text, after=spec)


async def exclude_in_group(desk: LegDesk, tag: str) -> FieldLeg:
    group = await search_group(desk)
    spec = Keyword(text=f"cheap {tag}".replace("_", " "), match=Match.EXACT, negative=True)
    return KeywordLeg(ref=group.ref, name=spec.text, after=spec)


async def exclude_in_campaign(desk: LegDesk, tag: str) -> FieldLeg:
    campaign = await desk.campaign("SEARCH")
    spec = Keyword(text=f"salary {tag}".replace("_", " "), match=Match.BROAD, negative=True)
    return KeywordLeg(ref=campaign.ref, name=spec.text, after=spec)


async def campaign(desk: LegDesk, tag: str) -> FieldLeg:
    spec = CampaignSpec(
        name=f"New | O'Brien's \\ Search, {tag}",
        objective=Objective.LEADS,
        daily_budget=Money(7_550, desk.account.currency),
        targeting=Targeting(countries=("AT", "DE"), excluded_countries=("CH",), languages=("de", "en")),
    )
    return CampaignLeg(ref=desk.ref(), name=spec.name, after=spec)


async def ad_group(desk: LegDesk, tag: str) -> FieldLeg:
    held = await search_group(desk, by_hand=True)
    spec = AdGroupSpec(
        name=f"New group {tag}",
        bid=Money(140, desk.account.currency),
        targeting=Targeting(age_min=18, genders=(Gender.FEMALE, Gender.MALE)),
    )
    above = desk.ref(Level.CAMPAIGN, held.campaign_id.partition(":")[2])
    return AdGroupLeg(ref=above, name=spec.name, after=spec)


async def ad(desk: LegDesk, tag: str) -> FieldLeg:
    group = await search_group(desk)
    spec = AdSpec(
        name=f"A name that Google does not keep {tag}",
        headlines=(f"Flows {tag}", "Approvals in minutes", "No code needed"),
        descriptions=("Route, remind, record.", "Free for 14 days."),
        url="https://techflow.example/flows",
    )
    return AdLeg(ref=group.ref, name=spec.name, after=spec)


async def audience(desk: LegDesk, tag: str) -> FieldLeg:
    members = tuple(sorted(hashlib.sha256(f"{n}@{tag}.example".encode()).hexdigest() for n in range(25)))
    spec = AudienceSpec(name=f"Customers {tag}", description="From the CRM", members=members)
    return AudienceLeg(ref=desk.ref(), name=spec.name, after=spec)


async def audience_without_members(desk: LegDesk, tag: str) -> FieldLeg:
    spec = AudienceSpec(name=f"Empty list {tag}")
    return AudienceLeg(ref=desk.ref(), name=spec.name, after=spec)


CASES: Cases = {
    "rename a campaign": rename_campaign,
    "rename an ad group": rename_ad_group,
    "bid": bid,
    "target a campaign": target_campaign,
    "target an ad group": target_group,
    "add a keyword": add_keyword,
    "exclude a keyword in an ad group": exclude_in_group,
    "exclude a keyword in a campaign": exclude_in_campaign,
    "create a campaign": campaign,
    "create an ad group": ad_group,
    "create an ad": ad,
    "create an audience": audience,
    "create an audience without members": audience_without_members,
}
