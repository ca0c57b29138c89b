"""Legs that LinkedIn carries out."""

from __future__ import annotations

from omnify_core.campaigns import Level
from omnify_core.legs import AdLeg, BidLeg, CampaignLeg, FieldLeg, TargetingLeg
from omnify_core.money import Money
from omnify_core.specs import AdSpec, CampaignSpec, Gender, Objective, Targeting
from tests.builders.field_legs import Cases, LegDesk, rename_ad, rename_campaign


async def bid(desk: LegDesk, tag: str) -> FieldLeg:
    campaign = await desk.campaign("WEBSITE_VISITS")
    return BidLeg(ref=campaign.ref, name=campaign.name, after=Money(900 + len(tag), campaign.currency))


async def targeting(desk: LegDesk, tag: str) -> FieldLeg:
    campaign = await desk.campaign()
    wanted = Targeting(
        countries=("CA", "US") if len(tag) % 2 else ("DE", "FR"),
        excluded_countries=("MX",),
        languages=("en",),
        age_min=25,
        age_max=54,
        genders=(Gender.MALE,),
        audiences=("77", "8"),
        interests=(str(100 + len(tag)),),
    )
    return TargetingLeg(ref=campaign.ref, name=campaign.name, after=wanted)


async def campaign(desk: LegDesk, tag: str) -> FieldLeg:
    name = f"New | Leads (EU), {tag}"
    spec = CampaignSpec(
        name=name,
        objective=Objective.LEADS,
        daily_budget=Money(7_550, desk.account.currency),
        targeting=Targeting(countries=("AT", "DE"), languages=("de",)),
    )
    return CampaignLeg(ref=desk.ref(), name=name, after=spec)


async def creative(desk: LegDesk, tag: str) -> FieldLeg:
    """On a post that another creative shows already."""
    held = await desk.creative()
    post, name = f"urn:li:share:71{held.ref.native_id}00112233", f"Post again {tag}"
    spec = AdSpec(
        name=name, headlines=(name,), url=f"https://www.linkedin.com/feed/update/{post}", image=post
    )
    campaign_id = str(held.campaign_id).partition(":")[2]
    return AdLeg(ref=desk.ref(Level.CAMPAIGN, campaign_id), name=name, after=spec)


CASES: Cases = {
    "rename a campaign": rename_campaign,
    "rename a creative": rename_ad,
    "bid": bid,
    "targeting": targeting,
    "create a campaign": campaign,
    "create a creative": creative,
}
