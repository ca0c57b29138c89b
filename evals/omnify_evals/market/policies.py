"""The four ways to run a market for some weeks."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import httpx
import numpy as np

from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import OmnifyError
from omnify_core.people import Actor, Role, Tenant
from omnify_evals.market.world import best_budgets, budgets_of, set_budgets
from omnify_ml.interval import FloatArray
from omnify_sandbox.app import app_of
from omnify_sandbox.book import Key
from omnify_sandbox.credentials import credentials_of
from omnify_sandbox.market import Market
from omnify_server.jobs.budget_review import run as review
from omnify_server.sandbox_host import Sandbox
from omnify_server.seeding import DEMO_OWNER, DEMO_PLATFORMS, DEMO_TENANT, ensure_demo
from omnify_server.services import Services, open_services
from omnify_server.settings import Settings

REVIEW_DAYS = 7
CAP = 2500.0


class Acts(NamedTuple):
    """What a policy did: changed budgets, refused proposals, duplicates and broken caps."""

    changes: int = 0
    denied: int = 0
    duplicates: int = 0
    cap_violations: int = 0

    def plus(self, other: Acts) -> Acts:
        return Acts(*(a + b for a, b in zip(self, other, strict=True)))


async def hold(market: Market, days: int) -> Acts:
    """Nobody touches anything."""
    market.advance(days)
    return Acts()


async def equal(market: Market, days: int) -> Acts:
    """Every running budget gets the same."""
    start = budgets_of(market)
    changed = set_budgets(market, np.full(len(start), start.mean()))
    market.advance(days)
    return Acts(changes=changed)


async def oracle(market: Market, days: int) -> Acts:
    """The clairvoyant sets all budgets anew each week."""
    start: FloatArray = budgets_of(market)
    acts = Acts()
    for span in _spans(days):
        best = best_budgets(market, start, cap=CAP, days=span)
        acts = acts.plus(Acts(changes=set_budgets(market, best)))
        market.advance(span)
    return acts


async def copilot(market: Market, days: int) -> Acts:
    """The budget review each week through the whole money path; a person says yes to all of it."""
    app = app_of(market, page_rows=10_000)
    transport = httpx.ASGITransport(app=app)
    http = httpx.AsyncClient(transport=transport, base_url="http://market", timeout=60.0)
    sandbox = Sandbox("http://market", credentials_of(market.seed))
    acts = Acts()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), history_days=120)
        async with open_services(settings, market=(sandbox, http)) as services:
            await ensure_demo(services)
            tenant = await services.stores.people.tenant(DEMO_TENANT)
            for place, span in enumerate(_spans(days)):
                if place:
                    await services.refresh_clock()
                    await services.sync.run(tenant.id)
                acts = acts.plus(await _review(services, tenant, market))
                market.advance(span)
    return acts


async def _review(services: Services, tenant: Tenant, market: Market) -> Acts:
    before = len(market.journal.writes)
    report = await review(services, tenant)
    if not report.change_set_ids:
        return Acts(denied=int("refuses" in report.text))
    change = await services.stores.change_sets.get(tenant.id, report.change_set_ids[0])
    denied = await _decided(services, change)
    writes = market.journal.writes[before:]
    done = await services.stores.change_sets.get(tenant.id, change.id)
    assert done.status in {ChangeSetStatus.DONE, ChangeSetStatus.PROPOSED}, done.outcome
    wanted = len(change.plan.legs) if done.status is ChangeSetStatus.DONE else 0
    per_object = Counter((write.platform, write.object, write.field) for write in writes)
    return Acts(
        changes=len(per_object),
        denied=denied,
        duplicates=max(len(writes) - wanted, 0),
        cap_violations=await _over_caps(services, tenant, market),
    )


async def _decided(services: Services, change: ChangeSet) -> int:
    """The simulated person: yes to whatever policy lets through. 1 where it said no at the last moment."""
    owner = Actor(tenant_id=DEMO_TENANT, user_id=DEMO_OWNER, name="Demo owner", role=Role.OWNER)
    try:
        await services.money.approve(owner, change.id, plan_hash=change.plan_hash, via="api")
    except OmnifyError:
        return 1
    await services.money.apply_due("market-run")
    return 0


async def _over_caps(services: Services, tenant: Tenant, market: Market) -> int:
    """Caps that the budgets of the market itself, not our picture of it, break."""
    policy = await services.stores.policies.get(tenant.id)
    broken = 0
    everything = 0.0
    by_platform: defaultdict[str, float] = defaultdict(float)
    amounts = market.setting().budget
    on = {
        campaign.budget.index
        for campaign in market.catalog.campaigns
        if market.read(Key("campaign", campaign.id, "status")) == "enabled"
    }
    for budget in market.catalog.budgets:
        if budget.index not in on or budget.platform not in DEMO_PLATFORMS:
            continue
        amount = float(amounts[budget.index])
        everything += amount
        by_platform[budget.platform.value] += amount
        most = policy.daily_cap_per_entity
        broken += int(most is not None and amount > float(most.units))
    broken += int(everything > float(policy.daily_cap_total.units))
    for platform, cap in policy.daily_cap_by_platform.items():
        broken += int(by_platform[platform.value] > float(cap.units))
    return broken


def _spans(days: int) -> list[int]:
    """Weeks, and what is left of the last one."""
    whole, rest = divmod(days, REVIEW_DAYS)
    return [REVIEW_DAYS] * whole + ([rest] if rest else [])


POLICIES: dict[str, Callable[[Market, int], Awaitable[Acts]]] = {
    "copilot": copilot,
    "hold": hold,
    "equal": equal,
    "oracle": oracle,
}
