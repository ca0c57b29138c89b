"""The weekly budget review: one careful step towards the split that earns most, put before a person."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from omnify_core.campaigns import Campaign, DailyMetrics, Level, Platform, Status
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.clock import today
from omnify_core.errors import BadInput
from omnify_core.money import Money
from omnify_core.people import Tenant
from omnify_core.policy import MoneyPolicy
from omnify_core.timeline import JobReport, Severity
from omnify_guardrails.wanted import WantedBudget
from omnify_server.jobs.autopilot import autopilot_of
from omnify_server.services import Services

TITLE = "Weekly budget review"
HISTORY_DAYS = 120
# Conversions of the last days are still arriving: judged by them, whoever reports late looks bad.
LATE_DAYS = 3
PLAN_DAYS = 28


class BudgetObject(NamedTuple):
    """One budget of a platform with the campaigns that spend from it; `lead` is written through."""

    key: str
    lead: Campaign
    members: frozenset[str]
    amount: Money


async def run(services: Services, tenant: Tenant) -> JobReport:
    """Proposes one change set, or says why nothing is worth changing."""
    budgets = _budgets(await services.stores.market.campaigns(tenant.id), tenant.base_currency)
    until = today(services.clock, tenant.time_zone) - timedelta(days=1 + LATE_DAYS)
    since = until - timedelta(days=HISTORY_DAYS - 1)
    rows = await services.stores.market.metrics(tenant.id, Level.CAMPAIGN, since, until)
    policy = await services.stores.policies.get(tenant.id)
    try:
        moves = await asyncio.to_thread(_moves, rows, budgets, policy, until)
    except BadInput as error:
        return JobReport(title=TITLE, text=f"No proposal: {error}.")
    if not moves:
        return JobReport(title=TITLE, text="Every budget is within a step of where it should be.")
    change = await services.money.propose(
        await autopilot_of(services, tenant),
        [WantedBudget(entity_id=budget.lead.id, amount=amount) for budget, amount in moves],
        title=f"Weekly review: {len(moves)} daily budgets",
        reason=_reason(moves, until),
    )
    return _report(change, moves)


def _budgets(campaigns: Sequence[Campaign], currency: str) -> dict[str, BudgetObject]:
    """Daily budgets of enabled campaigns in the base currency, by object."""
    found: dict[str, BudgetObject] = {}
    for one in sorted(campaigns, key=lambda campaign: campaign.id):
        if one.status is not Status.ENABLED or one.daily_budget is None or one.currency != currency:
            continue
        key = f"{one.ref.platform.value}/{one.ref.account_id}/{one.budget_key or one.id}"
        known = found.get(key) or BudgetObject(key, one, frozenset(), one.daily_budget)
        found[key] = known._replace(members=known.members | {one.id})
    return {key: one for key, one in found.items() if one.amount.minor > 0}


def _moves(
    rows: Sequence[DailyMetrics], budgets: Mapping[str, BudgetObject], policy: MoneyPolicy, until: date
) -> list[tuple[BudgetObject, Money]]:
    # pandas and the models load when the first review runs, not when the server starts.
    from omnify_ml.rebalance import rebalance
    from omnify_tools.history import campaign_frame

    owner = {campaign: one.key for one in budgets.values() for campaign in one.members}
    frame = campaign_frame(row for row in rows if row.entity_id in owner)
    frame = frame.assign(entity=frame["entity"].map(owner))
    now = {key: float(one.amount.units) for key, one in budgets.items()}
    recent = frame[frame["date"] > until - timedelta(days=PLAN_DAYS)]
    # What was saved in one week may be spent in a later one, but the plan as a whole does not grow.
    total = max(sum(now.values()), float(recent["cost"].sum()) / PLAN_DAYS)
    most = policy.daily_cap_per_entity
    moves = rebalance(
        frame.groupby(["entity", "group", "date"], as_index=False).sum(),
        now,
        as_of=until,
        total=min(total, float(policy.daily_cap_total.units)),
        most=float(most.units) if most else float("inf"),
        caps=_caps(policy, budgets),
    )
    changed = [
        (budgets[move.budget], _rounded(move.then, policy.base_currency)) for move in moves if move.is_change
    ]
    return [
        (budget, amount)
        for budget, amount in changed
        if amount != budget.amount and not budget.members & policy.never_touch
    ]


def _caps(
    policy: MoneyPolicy, budgets: Mapping[str, BudgetObject]
) -> dict[str, tuple[frozenset[str], float]]:
    def on(platform: Platform) -> frozenset[str]:
        return frozenset(key for key, one in budgets.items() if one.lead.ref.platform is platform)

    return {
        platform.value: (on(platform), float(cap.units))
        for platform, cap in policy.daily_cap_by_platform.items()
    }


def _rounded(amount: float, currency: str) -> Money:
    """To whole units: a person reads it, and a cent more or less decides nothing."""
    return Money.rounded(Decimal(max(round(amount), 1)), currency)


def _reason(moves: Sequence[tuple[BudgetObject, Money]], until: date) -> str:
    raised = sum(amount > budget.amount for budget, amount in moves)
    return (
        f"One step of at most a fifth per budget, by expected revenue from the next unit of money, from "
        f"days up to {until}: {raised} raised, {len(moves) - raised} lowered. The response is observed, "
        "not tested."
    )


def _report(change: ChangeSet, moves: Sequence[tuple[BudgetObject, Money]]) -> JobReport:
    denied = change.status is ChangeSetStatus.DENIED
    lines = [f"- {budget.lead.id}: {budget.amount} to {amount} a day" for budget, amount in moves]
    if denied:
        why = " ".join(finding.message for finding in change.verdict.denials)
        return JobReport(title=TITLE, text=f"The policy refuses the step: {why}", severity=Severity.ATTENTION)
    text = "\n".join([f"{len(moves)} budgets to change; nothing happens without a yes.", "", *lines])
    return JobReport(title=TITLE, text=text, severity=Severity.ATTENTION, change_set_ids=(change.id,))
