"""The people whom the ads bring, day by day: who they are and which campaign they came from."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from omnify_sandbox.advertiser import Trade
from omnify_sandbox.catalog import Campaign
from omnify_sandbox.demand import demand_factor
from omnify_sandbox.randomness import FloatArray, generator, summed
from omnify_sandbox.stage import Stage

_PEOPLE = 2_000_000
_TOUCHES = 2_050_000
# Of those whom a campaign has brought, the share that had met another platform's ad before.
_MET_BEFORE = 0.34
_FIRST = ("Ada", "Ben", "Chloe", "David", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kira", "Liam")
_LAST = ("Okafor", "Lindqvist", "Moreau", "Tanaka", "Novak", "Silva", "Brandt", "Hughes", "Rossi", "Kaya")
_FIRMS = ("Northgate", "Bluefin", "Harbor", "Kestrel", "Lumen", "Ostrava", "Pinecrest", "Quarry", "Summit")
_TRADES = ("Logistics", "Foods", "Systems", "Clinics", "Studios", "Energy", "Textiles")
_PLACES = (("US", "Austin", "TX"), ("US", "Denver", "CO"), ("GB", "Leeds", ""), ("DE", "Bremen", ""))


class Person(NamedTuple):
    """`campaign`: who brought them, None where nobody did; `met`: another platform's that they had met
    before, and that claims them, too. `joined` is UTC, to the second."""

    number: int
    joined: datetime
    first: str
    last: str
    email: str
    phone: str
    company: str
    country: str
    city: str
    state: str
    campaign: Campaign | None
    met: Campaign | None

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def source(self) -> str:
        return self.campaign.platform.value if self.campaign else "direct"


class People:
    """Everybody who has come by a moment: the same people in the same order however often asked."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._day = stage.world.first_day + timedelta(1)
        self._known: list[Person] = []
        self._seen: FloatArray = np.zeros(len(stage.catalog.campaigns))

    @property
    def trade(self) -> Trade:
        return self._stage.advertiser.trade

    @property
    def seller(self) -> str:
        return self._stage.advertiser.name

    @property
    def site(self) -> str:
        return self._stage.advertiser.brands[0].site

    @property
    def zone(self) -> ZoneInfo:
        return self._stage.zone

    def is_out_of_stock(self, at: datetime) -> bool:
        """Whether the best-selling goods are gone at that moment."""
        return self._stage.world.shocks.is_out_of_stock(at.astimezone(self.zone).toordinal())

    def until(self, now: datetime) -> list[Person]:
        """All who joined at or before `now`, oldest first; world days are played up to it before."""
        while self._day <= self._stage.world.day:
            self._known += self._arrivals(self._day)
            self._day += timedelta(1)
        return [person for person in self._known if person.joined <= now]

    def _arrivals(self, day: date) -> list[Person]:
        """Brought by the day before: who was won yesterday signs up today."""
        stage, trade = self._stage, self.trade
        rows = stage.world.closed[(day - stage.world.first_day).days - 1]
        of, size = stage.world.traits.campaign_of, len(stage.catalog.campaigns)
        brought = np.bincount(of, rows.brought, size) / trade.one_in
        self._seen = summed(of, rows.impressions.astype(float), size)
        rng = generator(stage.seed, _PEOPLE, day.toordinal())
        organic = trade.organic_a_day * demand_factor(day, not trade.is_shop)
        count = int(rng.poisson(brought.sum() + organic))
        weights = np.append(brought, organic)
        came_by = rng.choice(len(weights), size=count, p=weights / weights.sum())
        seconds = np.sort(rng.integers(6 * 3600, 23 * 3600, size=count))
        return [
            self._person(rng, day, int(second), int(place))
            for second, place in zip(seconds, came_by, strict=True)
        ]

    def _person(self, rng: np.random.Generator, day: date, second: int, place: int) -> Person:
        number = len(self._known) + int(rng.integers(1, 1_000)) * 100_000
        midnight = datetime.combine(day, datetime.min.time(), self._stage.zone)
        first, last = str(rng.choice(_FIRST)), str(rng.choice(_LAST))
        company = f"{rng.choice(_FIRMS)} {rng.choice(_TRADES)}"
        country, city, state = _PLACES[int(rng.integers(len(_PLACES)))]
        campaigns = self._stage.catalog.campaigns
        host = company.lower().replace(" ", "-")
        return Person(
            number,
            midnight.astimezone(UTC) + timedelta(seconds=second),
            first,
            last,
            f"{first}.{last}.{number}@{host}.example".lower(),
            f"+1555{number % 10_000_000:07d}",
            company,
            country,
            city,
            state,
            campaigns[place] if place < len(campaigns) else None,
            self._met(number, campaigns[place]) if place < len(campaigns) else None,
        )

    def _met(self, number: int, campaign: Campaign) -> Campaign | None:
        """On another platform, the likelier the more it was shown."""
        rng = generator(self._stage.seed, _TOUCHES, number)
        if rng.random() >= _MET_BEFORE:
            return None
        others = [
            c
            for c in self._stage.catalog.campaigns
            if c.brand is campaign.brand and c.platform is not campaign.platform and self._seen[c.index]
        ]
        if not others:
            return None
        shown = np.array([self._seen[c.index] for c in others])
        return others[int(rng.choice(len(others), p=shown / shown.sum()))]
