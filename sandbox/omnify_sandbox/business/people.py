"""The people whom the ads bring, day by day: who they are and which campaign they came from."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from omnify_sandbox.catalog import Campaign
from omnify_sandbox.config import ZONE
from omnify_sandbox.demand import demand_factor
from omnify_sandbox.randomness import generator
from omnify_sandbox.stage import Stage

_PEOPLE = 2_000_000
# One in so many conversions becomes somebody whom the business systems know by name.
_CONVERSIONS_PER_PERSON = 40
_ORGANIC_A_DAY = 1.5
_FIRST = ("Ada", "Ben", "Chloe", "David", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kira", "Liam")
_LAST = ("Okafor", "Lindqvist", "Moreau", "Tanaka", "Novak", "Silva", "Brandt", "Hughes", "Rossi", "Kaya")
_FIRMS = ("Northgate", "Bluefin", "Harbor", "Kestrel", "Lumen", "Ostrava", "Pinecrest", "Quarry", "Summit")
_TRADES = ("Logistics", "Foods", "Systems", "Clinics", "Studios", "Energy", "Textiles")
_PLACES = (("US", "Austin", "TX"), ("US", "Denver", "CO"), ("GB", "Leeds", ""), ("DE", "Bremen", ""))


class Person(NamedTuple):
    """`campaign`: who brought them, None where nobody did. `joined` is UTC, to the second."""

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

    def until(self, now: datetime) -> list[Person]:
        """All who joined at or before `now`, oldest first; world days are played up to it before."""
        while self._day <= self._stage.world.day:
            self._known += self._arrivals(self._day)
            self._day += timedelta(1)
        return [person for person in self._known if person.joined <= now]

    def _arrivals(self, day: date) -> list[Person]:
        """Brought by the day before: what converted yesterday signs up today."""
        stage = self._stage
        rows = stage.world.closed[(day - stage.world.first_day).days - 1]
        brought = np.bincount(stage.world.traits.campaign_of, rows.conversions, len(stage.catalog.campaigns))
        rng = generator(stage.seed, _PEOPLE, day.toordinal())
        organic = _ORGANIC_A_DAY * demand_factor(day, True)
        count = int(rng.poisson(brought.sum() / _CONVERSIONS_PER_PERSON + organic))
        weights = np.append(brought / _CONVERSIONS_PER_PERSON, organic)
        came_by = rng.choice(len(weights), size=count, p=weights / weights.sum())
        seconds = np.sort(rng.integers(6 * 3600, 23 * 3600, size=count))
        return [
            self._person(rng, day, int(second), int(place))
            for second, place in zip(seconds, came_by, strict=True)
        ]

    def _person(self, rng: np.random.Generator, day: date, second: int, place: int) -> Person:
        number = len(self._known) + int(rng.integers(1, 1_000)) * 100_000
        midnight = datetime.combine(day, datetime.min.time(), ZoneInfo(ZONE))
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
        )
