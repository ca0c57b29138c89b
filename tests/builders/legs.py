"""Legs of every kind that need no platform to be told apart."""

from __future__ import annotations

from omnify_core.campaigns import EntityRef, Level, Platform, Status
from omnify_core.legs import AdGroupLeg, BidLeg, CampaignLeg, KeywordLeg, StatusLeg
from omnify_core.money import Money
from omnify_core.specs import AdGroupSpec, CampaignSpec, Keyword, Match, Objective


def a_ref(level: Level, native_id: str = "77", *, platform: Platform = Platform.META) -> EntityRef:
    return EntityRef(platform=platform, account_id="act_1", level=level, native_id=native_id)


GROUP, CAMPAIGN, ACCOUNT = a_ref(Level.AD_GROUP), a_ref(Level.CAMPAIGN, "7"), a_ref(Level.ACCOUNT, "act_1")


def dollars(cents: int) -> Money:
    return Money(cents, "USD")


def status_leg(after: Status, *, ref: EntityRef = CAMPAIGN, budget_key: str = "campaign/7") -> StatusLeg:
    before = Status.PAUSED if after is Status.ENABLED else Status.ENABLED
    told = {"ref": ref, "name": "Spring", "budget_key": budget_key, "daily_budget": dollars(7_000)}
    return StatusLeg.model_validate(told | {"before": before, "after": after})


def bid_leg(before: Money | None, after: Money) -> BidLeg:
    return BidLeg(ref=GROUP, name="Runners", before=before, after=after)


def a_keyword(bid: int | None = 80, *, negative: bool = False) -> Keyword:
    money = None if bid is None else dollars(bid)
    return Keyword(text="running shoes", match=Match.PHRASE, bid=money, negative=negative)


def keyword_leg(before: Keyword | None, after: Keyword | None, *, within: str = "") -> KeywordLeg:
    ref = a_ref(Level.AD_GROUP, "") if within else GROUP
    return KeywordLeg(ref=ref, name="running shoes", before=before, after=after, within=within)


def group_leg(
    name: str = "Runners", *, within: str = "", daily: int | None = None, gone: bool = False
) -> AdGroupLeg:
    spec = AdGroupSpec(name=name, daily_budget=None if daily is None else dollars(daily))
    ref = a_ref(Level.CAMPAIGN, "") if within else CAMPAIGN
    before, after = (spec, None) if gone else (None, spec)
    return AdGroupLeg(ref=ref, name=name, within=within, before=before, after=after)


def campaign_leg(name: str = "Spring", *, gone: bool = False) -> CampaignLeg:
    spec = CampaignSpec(name=name, objective=Objective.SALES, daily_budget=dollars(8_000))
    before, after = (spec, None) if gone else (None, spec)
    return CampaignLeg(ref=ACCOUNT, name=name, before=before, after=after)
