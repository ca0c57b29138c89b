"""Legs that Meta carries out with one call each.

An ad's creative and a list's members take a second call: the ad here finds its creative made, the list is
empty. What becomes of half-done pairs stands in tests/platforms/test_meta_legs.py.
"""

from __future__ import annotations

from omnify_core.campaigns import Campaign, Level
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
from omnify_core.specs import AdGroupSpec, AdSpec, AudienceSpec, CampaignSpec, Gender, Objective, Targeting
from tests.builders.field_legs import Cases, LegDesk, rename_ad, rename_campaign

WOMEN = Targeting(countries=("GB", "IE"), age_min=21, age_max=54, genders=(Gender.FEMALE,))


async def rename_ad_set(desk: LegDesk, tag: str) -> FieldLeg:
    ad_set = await desk.ad_group(await desk.campaign())
    return NameLeg(ref=ad_set.ref, name=ad_set.name, after=f"Ad set, {tag}")


async def bid(desk: LegDesk, tag: str) -> FieldLeg:
    ad_set = await desk.ad_group(await _called(desk, "_RT_"))
    return BidLeg(ref=ad_set.ref, name=ad_set.name, after=Money(400 + len(tag), desk.account.currency))


async def targeting(desk: LegDesk, tag: str) -> FieldLeg:
    ad_set = await desk.ad_group(await _called(desk, "_LAL3_"))
    wanted = WOMEN.model_copy(update={"excluded_countries": ("MX",), "interests": (str(6_003 + len(tag)),)})
    return TargetingLeg(ref=ad_set.ref, name=ad_set.name, after=wanted)


async def campaign(desk: LegDesk, tag: str) -> FieldLeg:
    name = f"New | Leads (EU), {tag}"
    budget = Money(7_550, desk.account.currency)
    spec = CampaignSpec(name=name, objective=Objective.LEADS, daily_budget=budget)
    return CampaignLeg(ref=desk.ref(), name=name, after=spec)


async def ad_set(desk: LegDesk, tag: str) -> FieldLeg:
    campaign, name = await _called(desk, "_LAL1_"), f"Women {tag}"
    return AdGroupLeg(ref=campaign.ref, name=name, after=AdGroupSpec(name=name, targeting=WOMEN))


async def ad(desk: LegDesk, tag: str) -> FieldLeg:
    """In one ad set what another shows already, so that its creative is there."""
    one, other = [g.ref async for g in desk.ads.ad_groups(desk.account)][:2]
    spec = AdSpec(
        name=f"Hours back {tag}",
        headlines=("Get 11 hours back",),
        descriptions=("Let it run by itself.",),
        url="https://techflow.example/start",
        call_to_action="SIGN_UP",
    )
    shown = AdLeg(ref=other, name=spec.name, after=spec)
    if (await desk.ads.look(shown)).value is None:
        await desk.ads.write(shown, key="k-0")
    return AdLeg(ref=one, name=spec.name, after=spec)


async def audience(desk: LegDesk, tag: str) -> FieldLeg:
    spec = AudienceSpec(name=f"Nobody yet {tag}", description="Of the spring")
    return AudienceLeg(ref=desk.ref(Level.ACCOUNT), name=spec.name, after=spec)


async def _called(desk: LegDesk, part: str) -> Campaign:
    return next(c for c in await desk.campaigns() if part in c.name)


CASES: Cases = {
    "rename a campaign": rename_campaign,
    "rename an ad set": rename_ad_set,
    "rename an ad": rename_ad,
    "bid": bid,
    "targeting": targeting,
    "create a campaign": campaign,
    "create an ad set": ad_set,
    "create an ad": ad,
    "create a customer list": audience,
}
