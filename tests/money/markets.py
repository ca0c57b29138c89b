"""The market of one schedule: six campaigns on two platforms, and a policy that leaves little room."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from omnify_core.campaigns import Platform, Status
from omnify_core.money import Money
from omnify_core.policy import MoneyPolicy
from tests.builders.ad_world import World, usd
from tests.builders.money import a_policy


def open_market(world: World, rng: random.Random, *, rush: bool) -> tuple[MoneyPolicy, int]:
    """The policy, and the minor units between today's budgets and the cap."""
    for number in range(1, 4):
        platform, budget = Platform.GOOGLE, rng.randrange(60, 300)
        world.campaign(f"1{number}", budget, platform=platform, shared="shared/1" if number < 3 else "")
    for number in range(1, 4):
        status = Status.PAUSED if rng.random() < 0.4 else Status.ENABLED
        world.campaign(f"2{number}", rng.randrange(60, 300), status=status)
    room = rng.randrange(2_000, 6_000 if rush else 20_000)
    return _policy(world, rng, world.daily_total() + room), room


def _policy(world: World, rng: random.Random, cap: int) -> MoneyPolicy:
    changes: dict[str, Any] = {
        "daily_cap_total": Money(cap, "USD"),
        "max_step_share": Decimal("0.60"),
        "max_day_share": Decimal(rng.choice(("0.60", "1.00", "3.00"))),
    }
    if rng.random() < 0.4:
        scope = rng.choice((Platform.GOOGLE, Platform.META))
        room = Money(world.daily_total(scope) + rng.randrange(2_000, 12_000), "USD")
        changes["daily_cap_by_platform"] = {scope: room}
    if rng.random() < 0.3:
        changes["daily_cap_per_entity"] = usd(320)
    if rng.random() < 0.2:
        changes["never_touch"] = frozenset({rng.choice(sorted(world.held))})
    if rng.random() < 0.3:
        changes["second_person_above"] = usd(rng.randrange(20, 100))
    return a_policy(**changes)
