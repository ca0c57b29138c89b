"""Legs that TikTok carries out."""

from __future__ import annotations

from omnify_core.campaigns import Level
from omnify_core.legs import (
    AdGroupLeg,
    AdLeg,
    AudienceLeg,
    BidLeg,
    CampaignLeg,
    FieldLeg,
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
    Objective,
    Targeting,
)
from tests.builders.field_legs import Cases, LegDesk, rename_ad, rename_campaign

PICTURE, VIDEO = "ad-site-i18n-sg/202611abc", "v10033g5000012345678"


async def rename_group(desk: LegDesk, tag: str) -> FieldLeg:
    group = await desk.ad_group(await desk.campaign())
    return NameLeg(ref=group.ref, name=group.name, after=f"Group {tag}")


async def bid(desk: LegDesk, tag: str) -> FieldLeg:
    views = next(c for c in await desk.campaigns() if c.objective == "VIDEO_VIEWS")
    group = await desk.ad_group(views)
    return BidLeg(ref=group.ref, name=group.name, after=Money(10 + len(tag), desk.account.currency))


async def targeting(desk: LegDesk, tag: str) -> FieldLeg:
    group = await desk.ad_group(await desk.campaign())
    wanted = Targeting(
        countries=("CA", "US") if len(tag) % 2 else ("DE", "FR"),
        languages=("en", "fr"),
        age_min=18,
        age_max=34,
        genders=(Gender.FEMALE,),
        interests=(str(100 + len(tag)), "15"),
    )
    return TargetingLeg(ref=group.ref, name=group.name, after=wanted)


async def campaign(desk: LegDesk, tag: str) -> FieldLeg:
    name = f"New | Traffic, {tag}"
    money = Money(7_550, desk.account.currency)
    spec = CampaignSpec(name=name, objective=Objective.TRAFFIC, daily_budget=money)
    return CampaignLeg(ref=desk.ref(), name=name, after=spec)


async def ad_group(desk: LegDesk, tag: str) -> FieldLeg:
    views = next(c for c in await desk.campaigns() if c.objective == "VIDEO_VIEWS")
    name = f"Group of {tag}"
    wanted = Targeting(countries=("GB",), age_min=25, age_max=None, genders=(Gender.MALE,))
    spec = AdGroupSpec(name=name, bid=Money(7, desk.account.currency), targeting=wanted)
    return AdGroupLeg(ref=views.ref, name=name, after=spec)


async def everywhere(desk: LegDesk, tag: str) -> FieldLeg:
    """Without a targeting: wherever TikTok delivers."""
    views = next(c for c in await desk.campaigns() if c.objective == "VIDEO_VIEWS")
    spec = AdGroupSpec(name=f"Everywhere {tag}")
    return AdGroupLeg(ref=views.ref, name=spec.name, after=spec)


async def picture(desk: LegDesk, tag: str) -> FieldLeg:
    return await _ad(desk, f"Picture {tag}", PICTURE)


async def video(desk: LegDesk, tag: str) -> FieldLeg:
    return await _ad(desk, f"Video {tag}", f"{VIDEO} {PICTURE}")


async def _ad(desk: LegDesk, name: str, image: str) -> FieldLeg:
    group = await desk.ad_group(await desk.campaign())
    spec = AdSpec(
        name=name,
        headlines=("Eleven hours back, every week",),
        url="https://techflow.example/start",
        image=image,
        call_to_action="LEARN_MORE",
    )
    return AdLeg(ref=desk.ref(Level.AD_GROUP, group.ref.native_id), name=name, after=spec)


async def audience(desk: LegDesk, tag: str) -> FieldLeg:
    spec = AudienceSpec(name=f"Customers {tag}", members=("a" * 64, "b" * 64))
    return AudienceLeg(ref=desk.ref(), name=spec.name, after=spec)


CASES: Cases = {
    "rename a campaign": rename_campaign,
    "rename an ad group": rename_group,
    "rename an ad": rename_ad,
    "bid": bid,
    "targeting": targeting,
    "create a campaign": campaign,
    "create an ad group": ad_group,
    "create an ad group for everywhere": everywhere,
    "create an ad with a picture": picture,
    "create an ad with a video": video,
    "create an audience": audience,
}
