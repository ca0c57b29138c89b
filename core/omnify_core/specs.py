"""What a change may give an object besides money and status: values that are hashed, shown and sent."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from omnify_core.campaigns import Frozen
from omnify_core.money import Money

Text = tuple[str, ...]


class Match(StrEnum):
    """How near a search must come to a keyword."""

    EXACT = "exact"
    PHRASE = "phrase"
    BROAD = "broad"


class Gender(StrEnum):
    FEMALE = "female"
    MALE = "male"


class Objective(StrEnum):
    """What a campaign is for; each platform's own objectives are mapped at its edge."""

    AWARENESS = "awareness"
    TRAFFIC = "traffic"
    ENGAGEMENT = "engagement"
    LEADS = "leads"
    SALES = "sales"


class Keyword(Frozen):
    """A keyword of an ad group, or a negative one. `bid` is the most per click; None: the group's."""

    text: str = Field(min_length=1, max_length=80)
    match: Match
    negative: bool = False
    bid: Money | None = None


class Targeting(Frozen):
    """Who may see the ads. An empty field means that the platform's widest choice holds.

    Countries are ISO 3166-1 alpha-2, languages ISO 639-1, both sorted; audiences and interests are the
    platform's own ids.
    """

    countries: Text = ()
    excluded_countries: Text = ()
    languages: Text = ()
    age_min: int | None = Field(None, ge=13, le=65)
    age_max: int | None = Field(None, ge=13, le=65)
    genders: tuple[Gender, ...] = ()
    audiences: Text = ()
    excluded_audiences: Text = ()
    interests: Text = ()


class AdSpec(Frozen):
    """One ad. `image` and `video` are the platform's own handles of what it holds; '' for none.

    `brand`: the advertiser's name where the ad itself shows it.
    """

    name: str = Field(min_length=1, max_length=255)
    headlines: Text = Field(min_length=1, max_length=15)
    descriptions: Text = Field((), max_length=5)
    url: str = Field(pattern=r"^https?://\S+$", max_length=2000)
    image: str = ""
    video: str = ""
    brand: str = ""
    call_to_action: str = ""


class AdGroupSpec(Frozen):
    """An ad group or ad set, created paused. `daily_budget` only where the campaign has none."""

    name: str = Field(min_length=1, max_length=255)
    bid: Money | None = None
    daily_budget: Money | None = None
    targeting: Targeting = Targeting()


class CampaignSpec(Frozen):
    """A campaign, created paused: it spends nothing until a person approves that it is enabled."""

    name: str = Field(min_length=1, max_length=255)
    objective: Objective
    daily_budget: Money
    targeting: Targeting = Targeting()
    start_on: date | None = None


class AudienceSpec(Frozen):
    """A list of customers. `members` are SHA-256 hashes of e-mail addresses, as platforms match them."""

    name: str = Field(min_length=1, max_length=255)
    description: str = Field("", max_length=500)
    members: Text = Field((), max_length=5_000)


class SubscriptionTerms(Frozen):
    price_id: str
    quantity: int = Field(ge=0)
    ends_with_period: bool


class ContactSpec(Frozen):
    """A person in the CRM, known by their e-mail address.

    Only a plan holds this, to be sent: whatever else is written down names the person by their hash.
    """

    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)
    first_name: str = Field("", max_length=100)
    last_name: str = Field("", max_length=100)
    phone: str = Field("", max_length=32)
    source: str = Field("", max_length=100)
    tags: Text = ()


class ActivitySpec(Frozen):
    """A campaign as the shop lists it among its marketing activities, so that orders can name it."""

    name: str = Field(min_length=1, max_length=255)
    channel: str
    utm_campaign: str = Field(min_length=1, max_length=255)
    utm_source: str
    utm_medium: str
    daily_budget: Money | None = None


Spec = Keyword | Targeting | AdSpec | AdGroupSpec | CampaignSpec | AudienceSpec
BusinessSpec = SubscriptionTerms | ContactSpec | ActivitySpec
