"""The money policy in words, and how much room it leaves today. Reading only: people set it elsewhere."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from omnify_core.money import Money
from omnify_core.policy import EVERY_DAY, MoneyPolicy
from omnify_guardrails.exposure import stored_picture
from omnify_tools.answers import PLATFORM, table
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import share
from omnify_tools.tables import Column, Table
from omnify_tools.words import counted, listed, percent

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
RULE = [
    Column(key="rule", label="Rule"),
    Column(key="limit", label="Limit"),
    Column(key="meaning", label="Meaning"),
]


@tool(Effect.READ)
async def policy_rules(ctx: Ctx) -> Table:
    """Explain the money policy: caps, largest steps, who must approve, quiet hours, what is never touched."""
    policy = await ctx.context.policies.get(ctx.context.tenant.id)
    rows = [*_caps(policy), *_steps(policy), *_people(policy), *_times(policy)]
    second = (
        f" A raise above {policy.second_person_above} a day needs two people."
        if policy.second_person_above
        else ""
    )
    return await table(
        ctx.context,
        f"Money policy, version {policy.version}",
        f"All daily budgets together may not exceed {policy.daily_cap_total}; one budget may move by at most "
        f"{_share(policy.max_step_share)} at once.{second} Every change needs a person's approval.",
        columns=RULE,
        rows=[{"rule": rule, "limit": limit, "meaning": meaning} for rule, limit, meaning in rows],
        source="The tenant's money policy; managers change it in the settings, no agent can",
    )


@tool(Effect.READ)
async def budget_headroom(ctx: Ctx) -> Table:
    """Show how far daily budgets can still be raised under the policy's caps, in all and by platform."""
    copilot = ctx.context
    policy = await copilot.policies.get(copilot.tenant.id)
    rates = policy.rates_on(copilot.clock.now().date())
    picture = await stored_picture(copilot.market, copilot.tenant.id)
    rows = [_room("All platforms", policy.daily_cap_total, picture.daily_total(rates))]
    for platform, cap in sorted(policy.daily_cap_by_platform.items()):
        rows.append(_room(platform.label, cap, picture.daily_total(rates, platform)))
    unknown = picture.foreign(rates)
    first = rows[0]
    return await table(
        copilot,
        "Room under the caps",
        f"Enabled daily budgets add up to {first['set']} of {first['cap']}; {first['room']} a day "
        "can still be added in all.",
        columns=[
            PLATFORM,
            Column(key="cap", label="Daily cap", unit="money"),
            Column(key="set", label="Daily budgets set", unit="money"),
            Column(key="room", label="Room", unit="money"),
            Column(key="used", label="Used", unit="share"),
        ],
        rows=rows,
        source="Budgets as last imported, shared ones counted once; a proposal is judged on fresh reads",
        warnings=[f"Budgets in {listed(unknown)} are left out: there is no current rate."] if unknown else [],
    )


def _room(label: str, cap: Money, set_: Money) -> dict[str, Any]:
    room = Money(max(cap.minor - set_.minor, 0), cap.currency)
    return {"platform": label, "cap": cap, "set": set_, "room": room, "used": share(set_.minor, cap.minor)}


def _share(part: Decimal) -> str:
    return percent(float(part))


def _caps(policy: MoneyPolicy) -> list[tuple[str, str, str]]:
    rows = [("Daily cap", str(policy.daily_cap_total), "sum of all enabled daily budgets")]
    rows += [
        (f"Daily cap, {platform.label}", str(cap), "sum of its enabled daily budgets")
        for platform, cap in sorted(policy.daily_cap_by_platform.items())
    ]
    if policy.daily_cap_per_entity:
        rows.append(("Cap per campaign", str(policy.daily_cap_per_entity), "largest single daily budget"))
    if policy.monthly_cap_total:
        rows.append(
            ("Monthly cap", str(policy.monthly_cap_total), "spent so far and budgets to the month's end")
        )
    rows += [
        (f"Monthly cap, {platform.label}", str(cap), "spent so far and budgets to the month's end")
        for platform, cap in sorted(policy.monthly_cap_by_platform.items())
    ]
    return rows


def _steps(policy: MoneyPolicy) -> list[tuple[str, str, str]]:
    rows = [
        ("Largest step", _share(policy.max_step_share), "one change of one budget, up or down"),
        ("Largest raise in a day", _share(policy.max_day_share), "sum of a budget's raises in 24 hours"),
    ]
    if policy.max_week_share is not None:
        rows.append(("Largest raise in a week", _share(policy.max_week_share), "sum over seven days"))
    if policy.min_days or policy.min_conversions:
        needed = f"{counted(policy.min_days, 'day')}, {counted(policy.min_conversions, 'conversion')}"
        rows.append(("Evidence before a raise", needed, "within 30 days of the campaign"))
    if policy.learning_days:
        step = _share(policy.learning_step_share)
        rows.append(("While learning", step, f"largest step in the first {policy.learning_days} days"))
    return rows


def _people(policy: MoneyPolicy) -> list[tuple[str, str, str]]:
    rows = [("Approval", "one person", "every change; no agent can approve or apply")]
    if policy.second_person_above:
        rows.append(("Two people", f"above {policy.second_person_above}", "raise a day in one plan"))
    if policy.second_factor_for_approval:
        rows.append(
            ("Second factor", "required", f"a code not older than {policy.second_factor_minutes} minutes")
        )
    if not policy.agent_may_propose:
        rows.append(("Agents", "may not propose", "people propose themselves"))
    return rows


def _times(policy: MoneyPolicy) -> list[tuple[str, str, str]]:
    rows = []
    if policy.quiet_hours:
        rows.append(("Quiet hours", str(policy.quiet_hours), "nothing is approved or applied"))
    if policy.allowed_weekdays != EVERY_DAY:
        days = listed([_WEEKDAYS[day] for day in sorted(policy.allowed_weekdays)], most=7)
        rows.append(("Weekdays", days, "approved and applied on these only"))
    if policy.blocked:
        rows.append(("Blocked", listed(sorted(one.value for one in policy.blocked)), "never proposed"))
    if policy.never_touch:
        rows.append(("Never touched", listed(sorted(policy.never_touch)), "campaigns left as they are"))
    return rows
