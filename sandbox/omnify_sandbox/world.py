"""The hidden world: plays one day after the other for all campaigns at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from omnify_sandbox.catalog import Catalog
from omnify_sandbox.config import HISTORY_DAYS
from omnify_sandbox.delivery import Period, after, day_limit
from omnify_sandbox.demand import demand_factor, price_factor
from omnify_sandbox.randomness import (
    BoolArray,
    FloatArray,
    IntArray,
    generator,
    poisson_quantile,
    summed,
)
from omnify_sandbox.response import efficiency
from omnify_sandbox.rivalry import Rivalry
from omnify_sandbox.shocks import Shocks
from omnify_sandbox.traits import PACED_BY_GOOGLE, Traits, budget_usd, draw_traits, soft_min
from omnify_sandbox.wear import forget, kept_share

_OF_CAMPAIGN, _OF_AD, _SLOTS = 4, 4, 4
# Efficiency lost to saturation shows as dearer impressions, fewer clicks and fewer conversions.
_PRICE_PART, _CLICK_PART, _CONVERSION_PART = 0.55, 0.10, 0.35
_MARKET = 1_000_000


class Setting(NamedTuple):
    """What the owner has set: USD a day per budget, and which ads may run."""

    budget: FloatArray
    active: BoolArray

    def padded(self, budgets: int, ads: int) -> Setting:
        """Nothing of what was not there yet."""
        budget = np.pad(self.budget, (0, budgets - len(self.budget)))
        return Setting(budget, np.pad(self.active, (0, ads - len(self.active))))


@dataclass(frozen=True, slots=True)
class DayRows:
    """One day's outcome per ad. `conversions` are all that will ever be reported; `draw` places them
    in time; `brought` are the buyers who really come of it, in expectation. `spend_micros` and
    `value_each` (units per conversion) are in the account's currency."""

    spend_micros: IntArray
    impressions: IntArray
    clicks: IntArray
    conversions: IntArray
    brought: FloatArray
    draw: FloatArray
    value_each: FloatArray


class _Counts(NamedTuple):
    """Per ad; all but `brought` are whole numbers."""

    impressions: FloatArray
    clicks: FloatArray
    conversions: FloatArray
    brought: FloatArray


@dataclass(slots=True)
class _Memory:
    """What one day leaves to the next."""

    exposures: FloatArray  # per ad
    demand_noise: FloatArray  # per campaign
    rate_noise: FloatArray  # per auction
    period: Period  # per budget


class _Weather(NamedTuple):
    """The open day's chances, drawn before anybody decides anything."""

    demand: FloatArray
    price: FloatArray
    rate: FloatArray
    conversion: FloatArray
    tracked: FloatArray
    pace: FloatArray
    normal: FloatArray  # ad x _OF_AD
    uniform: FloatArray  # ad x _OF_AD


class World:
    """Days before `day` are closed; `day` is open and may be played with any setting."""

    def __init__(self, seed: int, catalog: Catalog, first_today: date, *, has_stock: bool = False) -> None:
        self.seed = seed
        self.catalog = catalog
        self.first_today = first_today
        self.first_day = first_today - timedelta(HISTORY_DAYS)
        self.traits = draw_traits(catalog, self.first_day, HISTORY_DAYS)
        self.rivalry = Rivalry(catalog, self.traits.reference)
        self.shocks = Shocks(seed, catalog, first_today.toordinal(), has_stock=has_stock)
        self.day = self.first_day
        self.closed: list[DayRows] = []
        self._auctions = tuple({c.seed: None for c in catalog.campaigns})
        self._place()
        zero = np.zeros(len(catalog.budgets))
        self._memory = _Memory(
            self.traits.first_exposures.copy(),
            np.zeros(len(catalog.campaigns)),
            np.zeros(2 * len(self._auctions)),
            Period(zero, zero),
        )
        self._weather = self._draw_weather()
        self._play_history()

    def play(self, setting: Setting) -> DayRows:
        """The open day's outcome if `setting` held from its first minute to its last."""
        t, w = self.traits, self._weather
        able = np.bincount(t.campaign_of, setting.active, len(t.cpm)) > 0
        spend = self._campaign_spend(setting, able)
        scale = np.where(able, t.reference * w.demand, 1.0)
        kept = efficiency(t.curves, spend / scale)
        price = t.cpm * w.price * kept**-_PRICE_PART
        kept_rate = kept_share(t.wear, self._memory.exposures)
        share = self._shares(setting.active, kept_rate)
        ad_spend = spend[t.campaign_of] * share
        noise = np.exp(0.04 * w.normal[:, 1])
        impressions = np.rint(ad_spend / price[t.campaign_of] * 1000 * noise)
        click_rate = (t.ctr * w.rate * kept**_CLICK_PART)[t.campaign_of] * t.appeal * kept_rate
        click_rate = np.minimum(click_rate * np.exp(0.06 * w.normal[:, 2]), 0.5)
        clicks = poisson_quantile(w.uniform[:, 0], w.normal[:, 3], impressions * click_rate)
        clicks = np.minimum(clicks, impressions)
        conversion_rate = (t.cvr * w.conversion * kept**_CONVERSION_PART)[t.campaign_of] * t.fit
        converted = clicks * conversion_rate * kept_rate**0.15
        conversions = poisson_quantile(w.uniform[:, 1], w.normal[:, 0], converted * w.tracked[t.campaign_of])
        ad_spend = np.where(impressions > 0, ad_spend, 0.0)
        counts = _Counts(impressions, clicks, conversions, converted * t.true_share[t.campaign_of])
        return self._rows(ad_spend, counts)

    def close(self, rows: DayRows, setting: Setting) -> None:
        """Ends the open day with `rows`; `setting` is what its budgets amounted to over the day."""
        t, memory = self.traits, self._memory
        spend = rows.spend_micros / 1e6 * t.unit_usd[t.campaign_of]
        by_campaign = summed(t.campaign_of, spend, len(t.cpm))
        by_budget = summed(t.budget_of, by_campaign, len(setting.budget))
        memory.exposures = forget(memory.exposures) + rows.impressions / t.audience[t.campaign_of]
        memory.period = after(self.day, setting.budget, by_budget, self._budget_is_google, memory.period)
        self.rivalry.note(by_campaign)
        self.closed.append(rows)
        self.day += timedelta(1)
        self._weather = self._draw_weather()

    def grow(self, catalog: Catalog, traits: Traits) -> None:
        """More campaigns and ads at the ends of the arrays; the open day's chances of the others stay."""
        campaigns, ads = len(catalog.campaigns) - len(self.traits.cpm), len(catalog.ads)
        budgets = len(catalog.budgets) - len(self.catalog.budgets)
        self.catalog, self.traits = catalog, traits
        self.rivalry = self.rivalry.grown(catalog)
        self.shocks.grow(catalog)
        self._place()
        m = self._memory
        m.exposures = np.pad(m.exposures, (0, ads - len(m.exposures)))
        m.period = Period(*(np.pad(part, (0, budgets)) for part in (m.period.allowed, m.period.spent)))
        m.demand_noise, m.rate_noise = np.pad(self._before[0], (0, campaigns)), self._before[1]
        self._weather = self._draw_weather()
        self.closed = [_padded(rows, ads) for rows in self.closed]

    def exposures(self) -> FloatArray:
        """Per ad: how often a person of its audience remembers it on the open day."""
        return self._memory.exposures

    def _campaign_spend(self, setting: Setting, able: BoolArray) -> FloatArray:
        t, w = self.traits, self._weather
        available = np.where(able, t.capacity * w.demand, 0.0)
        pooled = summed(t.budget_of, available, len(setting.budget))
        pace = summed(t.budget_of, w.pace, len(setting.budget)) / np.bincount(t.budget_of)
        wanted = soft_min(pooled, setting.budget * pace)
        limit = day_limit(self.day, setting.budget, self._budget_is_google, self._memory.period)
        spend = np.minimum(wanted, limit)
        factor = np.divide(spend, pooled, out=np.zeros_like(spend), where=pooled > 0)
        campaign_spend: FloatArray = available * factor[t.budget_of]
        return campaign_spend

    def _shares(self, active: BoolArray, kept_rate: FloatArray) -> FloatArray:
        """Each ad's share of its campaign: platforms favor what is clicked."""
        t = self.traits
        pull = t.favor * (t.appeal * kept_rate) ** 1.5 * np.exp(0.12 * self._weather.normal[:, 0])
        pull = np.where(active, pull, 0.0)
        total = summed(t.campaign_of, pull, len(t.cpm))[t.campaign_of]
        return np.divide(pull, total, out=np.zeros_like(pull), where=total > 0)

    def _rows(self, spend: FloatArray, counts: _Counts) -> DayRows:
        t, w = self.traits, self._weather
        grain, usd = t.grain[t.campaign_of], t.unit_usd[t.campaign_of]
        micros = (np.floor(spend / usd * 1e6 / grain) * grain).astype(np.int64)
        spread = np.exp(0.35 * w.normal[:, 3] / np.sqrt(np.maximum(counts.conversions, 1)) - 0.03)
        minor = t.minor[t.campaign_of]
        value = np.round(t.order_value[t.campaign_of] / usd * spread * minor) / minor
        return DayRows(
            micros,
            counts.impressions.astype(np.int64),
            counts.clicks.astype(np.int64),
            counts.conversions.astype(np.int64),
            counts.brought,
            w.uniform[:, 2],
            value,
        )

    def _place(self) -> None:
        """Where each budget and campaign belongs."""
        self._budget_is_google = np.array([b.platform in PACED_BY_GOOGLE for b in self.catalog.budgets])
        at = np.array([self._auctions.index(c.seed) for c in self.catalog.campaigns])
        self._auction_of = 2 * at + np.where(self.traits.is_google, 0, 1)

    def _draw_weather(self) -> _Weather:
        t, memory, day = self.traits, self._memory, self.day
        self._before = (memory.demand_noise, memory.rate_noise)
        number = day.toordinal()
        width = _OF_CAMPAIGN + _SLOTS * _OF_AD
        generators = [generator(c.seed, c.number, number) for c in self.catalog.campaigns]
        normal = np.stack([g.standard_normal(width) for g in generators])
        uniform = np.stack([g.random(_SLOTS * _OF_AD) for g in generators])
        market = np.concatenate([generator(s, _MARKET, number).standard_normal(2) for s in self._auctions])
        memory.demand_noise = 0.7 * memory.demand_noise + 0.07 * normal[:, 0]
        memory.rate_noise = 0.92 * memory.rate_noise + 0.02 * market
        shock = self.shocks.on(number)
        years = (day - self.first_today).days / 365.25
        season = np.where(t.is_work, demand_factor(day, True), demand_factor(day, False))
        others = self.rivalry.effects()
        demand = season * others.demand * np.exp(memory.demand_noise + t.drift * years)
        ad_normal = normal[:, _OF_CAMPAIGN:].reshape(-1, _SLOTS, _OF_AD)[t.campaign_of, t.slot]
        ad_uniform = uniform.reshape(-1, _SLOTS, _OF_AD)[t.campaign_of, t.slot]
        return _Weather(
            demand=demand,
            price=shock.price * price_factor(day) * np.exp(0.08 * normal[:, 1]),
            rate=np.exp(memory.rate_noise[self._auction_of]),
            conversion=shock.conversion * others.conversion * np.exp(0.07 * normal[:, 2]),
            tracked=shock.tracked,
            pace=np.clip(1 + 0.3 * (demand - 1) + 0.05 * normal[:, 3], 0.55, 2.0),
            normal=ad_normal,
            uniform=ad_uniform,
        )

    def _play_history(self) -> None:
        budget = np.array([budget_usd(b) for b in self.catalog.budgets])
        started = np.array([ad.started.toordinal() for ad in self.catalog.ads])
        stopped = np.array([_last_day(ad.paused_since, ad.campaign.paused_since) for ad in self.catalog.ads])
        while self.day < self.first_today:
            number = self.day.toordinal()
            setting = Setting(
                budget * self.traits.budget_path[len(self.closed)], (started <= number) & (number < stopped)
            )
            self.close(self.play(setting), setting)


def _padded(rows: DayRows, ads: int) -> DayRows:
    """Nothing of ads that did not exist on that day."""
    columns = {field.name: getattr(rows, field.name) for field in fields(DayRows)}
    return DayRows(**{name: np.pad(column, (0, ads - len(column))) for name, column in columns.items()})


def _last_day(*stops: date | None) -> int:
    return min(stop.toordinal() if stop else date.max.toordinal() for stop in stops)


def blend(parts: list[tuple[float, DayRows]], grain: IntArray) -> DayRows:
    """One day that was partly under one setting, partly under another; weights sum to 1 or less.

    `grain`: per ad, the smallest amount that is billed.
    """
    if len(parts) == 1 and parts[0][0] == 1.0:
        return parts[0][1]

    def mixed(name: str) -> IntArray:
        total = sum(weight * getattr(rows, name).astype(float) for weight, rows in parts)
        return np.floor(np.asarray(total) + 1e-9).astype(np.int64)

    last = parts[-1][1]
    clicks, impressions = mixed("clicks"), mixed("impressions")
    brought = np.asarray(sum(weight * rows.brought for weight, rows in parts))
    return DayRows(
        mixed("spend_micros") // grain * grain,
        impressions,
        clicks,
        mixed("conversions"),
        brought,
        last.draw,
        last.value_each,
    )
