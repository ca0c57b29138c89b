"""Legs that YouTube's Demand Gen campaigns carry out."""

from __future__ import annotations

from omnify_core.campaigns import AdGroup, Level
from omnify_core.legs import AdGroupLeg, AdLeg, CampaignLeg, FieldLeg, NameLeg, TargetingLeg
from omnify_core.money import Money
from omnify_core.specs import AdGroupSpec, AdSpec, CampaignSpec, Gender, Objective, Targeting
from omnify_platforms.youtube import YouTubeAds
from tests.builders.field_legs import Cases, LegDesk
from tests.builders.legs_google import AGES, COUNTRIES, audience


async def demand_group(desk: LegDesk) -> AdGroup:
    return await desk.ad_group(await desk.campaign("DEMAND_GEN"))


async def rename_campaign(desk: LegDesk, tag: str) -> FieldLeg:
    campaign = await desk.campaign("DEMAND_GEN")
    return NameLeg(ref=campaign.ref, name=campaign.name, after=f"{campaign.name[:80]} {tag}")


async def target_campaign(desk: LegDesk, tag: str) -> FieldLeg:
    campaign = await desk.campaign("DEMAND_GEN")
    wanted = Targeting(countries=(COUNTRIES[len(tag)],), languages=("fr",))
    return TargetingLeg(ref=campaign.ref, name=campaign.name, after=wanted)


async def target_group(desk: LegDesk, tag: str) -> FieldLeg:
    group = await demand_group(desk)
    genders = (Gender.FEMALE,) if len(tag) < 6 else (Gender.MALE,)
    wanted = Targeting(age_min=AGES[len(tag) % 6], age_max=65, genders=genders)
    return TargetingLeg(ref=group.ref, name=group.name, after=wanted)


async def campaign(desk: LegDesk, tag: str) -> FieldLeg:
    spec = CampaignSpec(
        name=f"New video {tag}",
        objective=Objective.SALES,
        daily_budget=Money(6_000, desk.account.currency),
        targeting=Targeting(countries=("US",)),
    )
    return CampaignLeg(ref=desk.ref(), name=spec.name, after=spec)


async def ad_group(desk: LegDesk, tag: str) -> FieldLeg:
    held = await desk.campaign("DEMAND_GEN")
    spec = AdGroupSpec(name=f"New group {tag}", targeting=Targeting(age_max=44))
    return AdGroupLeg(ref=held.ref, name=spec.name, after=spec)


async def ad(desk: LegDesk, tag: str) -> FieldLeg:
    """With a video and a logo that the account holds."""
    group = await demand_group(desk)
    assert isinstance(desk.ads, YouTubeAds)
    assets = [asset async for asset in desk.ads.assets(desk.account)]
    video = next(asset for asset in assets if asset.kind == "youtube_video")
    logo = next(asset for asset in assets if asset.kind == "image")
    spec = AdSpec(
        name=f"Tour {tag}",
        headlines=(f"See it {tag}", "In ninety seconds"),
        descriptions=("A tour of TechFlow.",),
        url="https://techflow.example/tour",
        video=video.id,
        image=logo.id,
        brand="TechFlow",
    )
    return AdLeg(ref=desk.ref(Level.AD_GROUP, group.ref.native_id), name=spec.name, after=spec)


CASES: Cases = {
    "rename a campaign": rename_campaign,
    "target a campaign": target_campaign,
    "target an ad group": target_group,
    "create a campaign": campaign,
    "create an ad group": ad_group,
    "create an ad": ad,
    "create an audience": audience,
}
