"""Our specs as LinkedIn's bodies, and LinkedIn's rows as our specs."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from omnify_core.errors import BadInput, PlatformRejected, Unsupported
from omnify_core.money import Money
from omnify_core.specs import AdSpec, CampaignSpec, Objective
from omnify_platforms.linkedin_places import locale_of
from omnify_platforms.linkedin_rows import ACCOUNT_URN, CAMPAIGN_URN, LINKEDIN, utc_day
from omnify_platforms.linkedin_targeting import criteria_of, targeting_of
from omnify_platforms.rows import Row

_POST = re.compile(r"urn:li:(share|ugcPost):\d{1,25}")
_POST_PAGE = "https://www.linkedin.com/feed/update/"
_MOST_HEADLINE, _MOST_BODY = 25, 75


class _Goal(NamedTuple):
    """`target`: what LinkedIn bids for by itself; conversions would need a conversion rule."""

    objective: str
    target: str


_GOALS = {
    Objective.AWARENESS: _Goal("BRAND_AWARENESS", "MAX_IMPRESSION"),
    Objective.TRAFFIC: _Goal("WEBSITE_VISITS", "MAX_CLICK"),
    Objective.ENGAGEMENT: _Goal("ENGAGEMENT", "MAX_CLICK"),
    Objective.LEADS: _Goal("LEAD_GENERATION", "MAX_LEAD"),
    Objective.SALES: _Goal("WEBSITE_CONVERSIONS", "MAX_CLICK"),
}
_OBJECTIVES = {goal.objective: ours for ours, goal in _GOALS.items()}


def amount(money: Money) -> dict[str, str]:
    return {"amount": money.amount, "currencyCode": money.currency}


def campaign_body(spec: CampaignSpec, account: Row, group_urn: str, now: datetime) -> dict[str, Any]:
    """A paused campaign of sponsored posts that bids by itself. Raises BadInput, Unsupported."""
    goal, currency = _GOALS[spec.objective], account.required("currency")
    locale = locale_of(spec.targeting.languages[0] if spec.targeting.languages else "en")
    return {
        "account": ACCOUNT_URN + account.id("id"),
        "campaignGroup": group_urn,
        "name": spec.name,
        "type": "SPONSORED_UPDATES",
        "objectiveType": goal.objective,
        "optimizationTargetType": goal.target,
        "costType": "CPM",
        "unitCost": amount(Money.zero(currency)),
        "dailyBudget": amount(spec.daily_budget),
        "locale": {"country": locale[3:], "language": locale[:2]},
        "runSchedule": {"start": _start_ms(spec.start_on, now)},
        "targetingCriteria": criteria_of(spec.targeting),
        "associatedEntity": account.required("reference"),
        "audienceExpansionEnabled": False,
        "offsiteDeliveryEnabled": False,
        # What is proposed here sells something; a political campaign has to be declared by a person.
        "politicalIntent": "NOT_POLITICAL",
        "status": "PAUSED",
    }


def campaign_spec(row: Row, told: CampaignSpec, currency: str) -> CampaignSpec:
    """A start on the day of its creation is none. Raises PlatformRejected where it is another kind."""
    objective = _OBJECTIVES.get(row.text("objectiveType"))
    if objective is None or row.raw("dailyBudget") is None:
        raise PlatformRejected(
            f"LinkedIn Ads has a campaign of this name that is not like ours (objective "
            f"{row.text('objectiveType')!r}); choose another name",
            platform=LINKEDIN.value,
            field="name",
        )
    start, made = utc_day(row, "runSchedule.start"), utc_day(row, "changeAuditStamps.created.time")
    at_once = start is None or (made is not None and start <= made)
    return CampaignSpec(
        name=row.text("name"),
        objective=objective,
        daily_budget=row.money("dailyBudget.amount", currency),
        targeting=targeting_of(row, told.targeting),
        start_on=(told.start_on if told.start_on == start else None) if at_once else start,
    )


def is_text_campaign(campaign: Row) -> bool:
    return campaign.text("type") == "TEXT_AD"


def creative_body(spec: AdSpec, campaign: Row) -> dict[str, Any]:
    """A paused creative. Raises BadInput, Unsupported where it would need a post that is not there."""
    content = _text_ad(spec) if is_text_campaign(campaign) else _reference(spec)
    return {
        "campaign": CAMPAIGN_URN + campaign.id("id"),
        "name": spec.name,
        "intendedStatus": "PAUSED",
        "content": content,
    }


def ad_spec(row: Row) -> AdSpec:
    """Of a creative. One that refers to a post has no texts of its own: its name stands for them."""
    reference = row.text("content.reference")
    if reference:
        return AdSpec(
            name=row.text("name"), headlines=(row.text("name"),), url=_POST_PAGE + reference, image=reference
        )
    body = row.text("content.textAd.description")
    return AdSpec(
        name=row.text("name"),
        headlines=(row.required("content.textAd.headline"),),
        descriptions=(body,) if body else (),
        url=row.required("content.textAd.landingPage"),
    )


def _reference(spec: AdSpec) -> dict[str, Any]:
    if not _POST.fullmatch(spec.image):
        raise Unsupported(
            "a sponsored creative on LinkedIn Ads shows a post, and OmniFy does not write posts; publish the "
            "post first and give its URN, such as 'urn:li:share:7012', as the ad's image"
        )
    plain = AdSpec(name=spec.name, headlines=(spec.name,), url=_POST_PAGE + spec.image, image=spec.image)
    if spec != plain:
        raise BadInput(
            f"headlines, descriptions, url: on LinkedIn Ads they are the post's; give the name {spec.name!r} "
            f"as the one headline, no description, no call to action, and {plain.url} as the url"
        )
    return {"reference": spec.image}


def _text_ad(spec: AdSpec) -> dict[str, Any]:
    if spec.image or spec.call_to_action:
        raise Unsupported("a text ad made from here has no picture and no call to action; leave both empty")
    body = spec.descriptions[0] if len(spec.descriptions) == 1 else ""
    if len(spec.headlines) != 1 or not 0 < len(body) <= _MOST_BODY:
        raise BadInput(
            f"headlines, descriptions: a text ad on LinkedIn Ads has one headline and one description of at "
            f"most {_MOST_BODY} characters, not {len(spec.headlines)} and {spec.descriptions!r}"
        )
    if len(spec.headlines[0]) > _MOST_HEADLINE:
        raise BadInput(
            f"headlines: a text ad on LinkedIn Ads has at most {_MOST_HEADLINE} characters in its headline, "
            f"not {len(spec.headlines[0])}"
        )
    return {"textAd": {"headline": spec.headlines[0], "description": body, "landingPage": spec.url}}


def check_own_bid(row: Row) -> None:
    """Raises Unsupported where LinkedIn bids by itself."""
    target = row.text("optimizationTargetType")
    if target.startswith("MAX_"):
        raise Unsupported(
            f"this campaign lets LinkedIn bid by itself ({target}) and has no bid to set; choose manual "
            "bidding in Campaign Manager first"
        )


def _start_ms(start_on: date | None, now: datetime) -> int:
    """Epoch milliseconds of the day's first moment in UTC; now, where none is named or it has begun."""
    if start_on is not None and start_on < now.date():
        raise BadInput(f"start_on must be today or later, not {start_on}")
    begins = datetime.combine(start_on, time(), UTC) if start_on else now
    return int(max(begins, now).timestamp() * 1000)
