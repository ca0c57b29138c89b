"""The world a scenario runs in: one market and one import for all, a copy of the stores for each."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from omnify_core.campaigns import Platform
from omnify_core.clock import FixedClock
from omnify_core.errors import BadInput
from omnify_core.money import Money
from omnify_sandbox import SandboxConfig, create_sandbox
from omnify_sandbox.book import Change, Key
from omnify_sandbox.catalog import Ad, Campaign
from omnify_sandbox.faults import Fault
from omnify_sandbox.figures import Figures, Sums
from omnify_sandbox.journal import Write
from omnify_sandbox.kinds import KINDS
from omnify_sandbox.market import Market
from omnify_sandbox.objects import key_of
from omnify_server.seeding import ensure_demo
from omnify_server.services import Services, open_services
from omnify_server.settings import Settings

# A Wednesday, ten in the morning in New York: a day under way, a complete week behind it.
MOMENT = datetime(2026, 11, 18, 15, tzinfo=UTC)
HISTORY_DAYS = 120
_ADS = (Platform.GOOGLE, Platform.META, Platform.LINKEDIN)


@dataclass(frozen=True, slots=True)
class World:
    """What is true. It looks into the market itself, never through the product."""

    app: Starlette
    url: str
    folder: Path
    seed: int

    @property
    def market(self) -> Market:
        market: Market = self.app.state.market
        return market

    @property
    def today(self) -> date:
        return self.market.today()

    def writes(self) -> list[Write]:
        return self.market.journal.writes

    def campaign(self, name: str) -> tuple[Platform, Campaign]:
        """Raises BadInput where no campaign has that name: a scenario must speak of something."""
        for platform in _ADS:
            for one in self.market.on(platform).catalog.campaigns:
                if one.name == name and one.platform is platform:
                    return platform, one
        raise BadInput(f"the market has no campaign {name!r}")

    def entity(self, name: str) -> str:
        platform, found = self.campaign(name)
        return f"{platform.value}:{found.id}"

    def budget(self, name: str) -> Money:
        platform, found = self.campaign(name)
        cents = self.market.on(platform).read(Key("budget", found.budget.id, "daily_budget"))
        assert isinstance(cents, int)
        return Money(minor=cents, currency="USD")

    def status(self, name: str) -> str:
        platform, found = self.campaign(name)
        return str(self.market.on(platform).read(Key("campaign", found.id, "status")))

    def sums(self, where: str, period: str) -> Sums:
        """Delivery of a platform, of `all`, or of one campaign by name, as reported now."""
        since, until = span(period, self.today)
        totals = [self._sums_on(platform, where, since, until) for platform in _ADS]
        return Sums(*(sum(column) for column in zip(*totals, strict=True)))

    def _sums_on(self, platform: Platform, where: str, since: date, until: date) -> Sums:
        stage = self.market.on(platform)
        ads = [
            ad
            for ad in stage.catalog.ads
            if ad.campaign.platform is platform and where in ("all", platform.value, ad.campaign.name)
        ]
        figures = stage.figures(since, until)
        whole = _total(figures, ads)
        # LinkedIn reports leads of its own forms without a value.
        forms = [ad for ad in ads if platform is Platform.LINKEDIN and _collects_leads(ad)]
        return whole._replace(value_cents=whole.value_cents - _total(figures, forms).value_cents)

    def names(self) -> list[str]:
        return [
            one.name
            for platform in _ADS
            for one in self.market.on(platform).catalog.campaigns
            if one.platform is platform
        ]

    def faults(self, plans: list[Fault]) -> None:
        self.app.state.faults.faults = plans

    def put_back(self, after: int) -> None:
        """Undoes every write since, so that the next scenario finds the market as this one did."""
        for write in reversed(self.writes()[after:]):
            stage = self.market.on(Platform(write.platform))
            stage.commit([Change(key_of(write), write.before)], request_id="put-back", origin="ui")

    @asynccontextmanager
    async def house(self) -> AsyncIterator[Services]:
        """The whole product on a copy of the imported stores, thrown away afterwards."""
        with tempfile.TemporaryDirectory(prefix="omnify-eval-") as scratch:
            data_dir = Path(scratch) / "house"
            shutil.copytree(self.folder, data_dir)
            async with open_services(settings_on(self, data_dir)) as services:
                yield services


def _total(figures: Figures, ads: list[Ad]) -> Sums:
    days = figures.by_day([ad.index for ad in ads])
    return Sums(*(sum(column) for column in zip(*days, strict=True)))


def _collects_leads(ad: Ad) -> bool:
    return KINDS[ad.campaign.kind].channel == "LEAD_GENERATION"


def settings_on(world: World, data_dir: Path) -> Settings:
    return Settings(
        data_dir=data_dir,
        platforms="sandbox",
        sandbox_url=world.url,
        sandbox_seed=world.seed,
        history_days=HISTORY_DAYS,
    )


def span(period: str, today: date) -> tuple[date, date]:
    """Both ends included. Complete days, but for `today` and the periods that hold it."""
    yesterday = today - timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    if period.startswith("last_") and period.endswith("_days"):
        return today - timedelta(days=int(period.split("_")[1])), yesterday
    spans = {
        "today": (today, today),
        "yesterday": (yesterday, yesterday),
        "last_week": (monday - timedelta(days=7), monday - timedelta(days=1)),
        "last_month": ((today.replace(day=1) - timedelta(days=1)).replace(day=1), _eve(today)),
        "this_month": (today.replace(day=1), today),
    }
    if period not in spans:
        raise BadInput(f"unknown period {period!r}")
    return spans[period]


def _eve(today: date) -> date:
    return today.replace(day=1) - timedelta(days=1)


def metric(sums: Sums, name: str) -> Decimal:
    """In USD, counts or shares of 1."""
    spend, revenue = Decimal(sums.spend_micros) / 1_000_000, Decimal(sums.value_cents) / 100
    match name:
        case "spend":
            return spend
        case "revenue":
            return revenue
        case "cpa":
            return spend / sums.conversions if sums.conversions else Decimal("Infinity")
        case "roas":
            return revenue / spend if spend else Decimal(0)
        case "ctr":
            return Decimal(sums.clicks) / sums.impressions if sums.impressions else Decimal(0)
        case "clicks" | "impressions" | "conversions":
            return Decimal(getattr(sums, name))
    raise BadInput(f"unknown metric {name!r}")


@asynccontextmanager
async def open_world(seed: int = 7) -> AsyncIterator[World]:
    """Serves one market and imports it once."""
    config = SandboxConfig(seed=seed, today=MOMENT.date(), clock=FixedClock(MOMENT))
    app = await asyncio.to_thread(create_sandbox, config)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off", access_log=False)
    )
    thread = threading.Thread(target=server.run, name="eval-market", daemon=True)
    thread.start()
    while not server.started:  # noqa: ASYNC110 - it starts in a thread of its own and tells nobody
        await asyncio.sleep(0.02)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        with tempfile.TemporaryDirectory(prefix="omnify-evals-") as scratch:
            world = World(app, url, Path(scratch) / "imported", seed)
            async with open_services(settings_on(world, world.folder)) as services:
                await ensure_demo(services)
            yield world
    finally:
        server.should_exit = True
        await asyncio.to_thread(thread.join, 5.0)
