"""Plans and change sets with as little as a test needs to say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from omnify_core.campaigns import EntityRef, Level, Platform
from omnify_core.change_sets import Plan
from omnify_core.ids import ChangeSetId, TenantId
from omnify_core.legs import BudgetLeg
from omnify_core.money import Money

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def budget_leg(
    before: str = "100",
    after: str = "120",
    *,
    native_id: str = "1201",
    platform: Platform = Platform.META,
    currency: str = "USD",
) -> BudgetLeg:
    return BudgetLeg(
        ref=EntityRef(platform=platform, account_id="act_1", level=Level.CAMPAIGN, native_id=native_id),
        name="Spring search",
        budget_key=f"campaign/{native_id}",
        before=Money.parse(before, currency),
        after=Money.parse(after, currency),
    )


def plan(*legs: BudgetLeg, revision: int = 1, tenant: str = "t1") -> Plan:
    return Plan(
        tenant_id=TenantId(tenant),
        change_set_id=ChangeSetId("cs_1"),
        revision=revision,
        legs=legs or (budget_leg(),),
        expires_at=NOON + timedelta(hours=24),
    )
