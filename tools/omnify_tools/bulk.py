"""Proposals over several campaigns at once: one plan, one card, one approval."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from omnify_core.campaigns import Campaign, Status
from omnify_core.errors import BadInput, NotFound
from omnify_core.money import Money
from omnify_guardrails.wanted import WantedBudget, WantedStatus
from omnify_tools.allocations import planned_budgets
from omnify_tools.budgets import new_budget, percentage, propose_change, status_wanted
from omnify_tools.campaigns import Standing, standings
from omnify_tools.declare import Ctx, Effect, tool
from omnify_tools.figures import metric_named, size
from omnify_tools.market import campaigns_of, find_campaign, platform_named
from omnify_tools.periods import period_named
from omnify_tools.tables import ProposalCard
from omnify_tools.words import counted

MOST_LEGS = 50
_RULES = ("cpa", "roas", "ctr", "cvr", "cpc", "spend_without_conversions")


class Rule(NamedTuple):
    """`above`: caught where the figure is above the limit, else where it is below."""

    metric: str
    above: bool
    limit: Decimal


@tool(Effect.PROPOSE)
async def propose_statuses(ctx: Ctx, campaign_ids: str, status: str) -> ProposalCard:
    """Propose to pause or enable several named campaigns as one change; a person decides.

    Args:
        campaign_ids: Ids or unambiguous names, separated by ";", e.g. "meta:1201; google:2201".
        status: "paused" or "enabled".
    """
    chosen = status_wanted(status)
    names = [name.strip() for name in campaign_ids.replace("\n", ";").split(";") if name.strip()]
    _check_count(len(names))
    campaigns = list(
        {one.id: one for one in [await find_campaign(ctx.context, name) for name in names]}.values()
    )
    verb = "Pause" if chosen is Status.PAUSED else "Enable"
    return await propose_change(
        ctx,
        [WantedStatus(entity_id=one.id, status=chosen) for one in campaigns],
        title=f"{verb} {counted(len(campaigns), 'campaign')}",
        touched=[],
    )


@tool(Effect.PROPOSE)
async def propose_pause_by_rule(
    ctx: Ctx, metric: str, comparison: str, value: str, period: str, platform: str
) -> ProposalCard:
    """Propose to pause every enabled campaign that a rule catches, such as CPA above 80; a person decides.

    Campaigns with too few events to judge are never caught, and are named in the card.

    Args:
        metric: cpa, roas, ctr, cvr, cpc, or spend_without_conversions.
        comparison: above or below.
        value: The limit: money in the accounts' currency ("80.00"), a factor for roas ("1.5"), or a
            percentage for ctr and cvr ("0.5%").
        period: As in performance_summary, e.g. last_30_days.
        platform: google, meta or another platform; empty for all of them.
    """
    rule = _rule(metric, comparison, value)
    window = period_named(period, ctx.context.clock, ctx.context.tenant.time_zone)
    found = await standings(ctx.context, window, platform=platform, status="enabled")
    caught = [one for one in found if _is_caught(one, rule)]
    unsure = [one for one in found if _is_caught(one, rule, sure=False) and one not in caught]
    if not caught:
        few = f"; {counted(len(unsure), 'campaign')} would, on too few events to judge" if unsure else ""
        raise NotFound(f"no enabled campaign has {metric} {comparison} {value} in {window.label}{few}")
    _check_count(len(caught))
    return await propose_change(
        ctx,
        [WantedStatus(entity_id=one.campaign.id, status=Status.PAUSED) for one in caught],
        title=f"Pause {counted(len(caught), 'campaign')} with {metric} {comparison} {value}, {window.label}",
        touched=[],
        warnings=[*window.warnings(), *_left_alone(unsure)],
    )


@tool(Effect.PROPOSE)
async def propose_budgets(ctx: Ctx, changes: str) -> ProposalCard:
    """Propose new daily budgets for several campaigns as one change; a person decides.

    Args:
        changes: One "campaign=amount" each, separated by ";", e.g. "meta:1201=120.00; google:2201=-10%".
            Amounts as in propose_daily_budget.
    """
    pairs = [pair.strip() for pair in changes.replace("\n", ";").split(";") if pair.strip()]
    _check_count(len(pairs))
    wanted: dict[str, WantedBudget] = {}
    touched = []
    for pair in pairs:
        name, sign, amount = pair.rpartition("=")
        if not sign or not name.strip():
            raise BadInput(f"{pair!r} is not 'campaign=amount'; write e.g. 'meta:1201=120.00'")
        campaign = await find_campaign(ctx.context, name)
        if campaign.id in wanted:
            raise BadInput(f"{campaign.id} is named twice; give it one amount")
        wanted[campaign.id] = WantedBudget(
            entity_id=campaign.id, amount=await new_budget(ctx, campaign, amount)
        )
        touched.append(campaign)
    title = f"Set {counted(len(touched), 'daily budget')}"
    return await propose_change(ctx, list(wanted.values()), title=title, touched=touched)


@tool(Effect.PROPOSE)
async def propose_scaled_budgets(ctx: Ctx, change: str, platform: str) -> ProposalCard:
    """Propose to raise or lower all daily budgets of enabled campaigns by one percentage; a person decides.

    Args:
        change: With its sign, e.g. "-10%" or "+5%".
        platform: google, meta or another platform; empty for all of them.
    """
    factor = 1 + percentage(change.strip())
    campaigns = await campaigns_of(ctx.context, platform_named(platform), Status.ENABLED)
    own = _one_per_budget(list(campaigns.values()))
    if not own:
        raise NotFound("no enabled campaign has a daily budget of its own there")
    _check_count(len(own))
    wanted = []
    for campaign in own:
        assert campaign.daily_budget is not None, "only campaigns with a budget are scaled"
        amount = await new_budget(ctx, campaign, change.strip())
        if amount != campaign.daily_budget:
            wanted.append(WantedBudget(entity_id=campaign.id, amount=amount))
    title = f"{'Raise' if factor > 1 else 'Lower'} {counted(len(wanted), 'daily budget')} by {change.strip()}"
    return await propose_change(ctx, wanted, title=title, touched=own[:5])


@tool(Effect.PROPOSE)
async def propose_allocation(ctx: Ctx, platform: str, total: str) -> ProposalCard:
    """Propose the budgets that suggest_allocation suggests as one change; a person decides.

    Args:
        platform: google, meta or another platform; empty for all of them.
        total: Total daily budget in the base currency, e.g. "5000.00"; empty for today's total.
    """
    budgets = await planned_budgets(ctx.context, platform, total)
    if not budgets:
        raise NotFound("the budgets are already spread as suggested; nothing to propose")
    largest = dict(list(budgets.items())[:MOST_LEGS])
    return await propose_change(
        ctx,
        [WantedBudget(entity_id=id_, amount=then) for id_, (_, then) in largest.items()],
        title=f"Spread daily budgets over {counted(len(largest), 'campaign')} by expected return",
        touched=[],
    )


def _check_count(number: int) -> None:
    if not 1 <= number <= MOST_LEGS:
        raise BadInput(f"one proposal holds 1 to {MOST_LEGS} campaigns, not {number}; split it up")


def _rule(metric: str, comparison: str, value: str) -> Rule:
    key = metric.strip().lower()
    if key not in _RULES:
        raise BadInput(f"metric must be one of {', '.join(_RULES)}, not {metric!r}")
    if comparison not in {"above", "below"}:
        raise BadInput(f"comparison must be above or below, not {comparison!r}")
    text = value.strip()
    share = text.endswith("%")
    if share != (key in {"ctr", "cvr"}):
        raise BadInput(f"value {value!r} does not fit {key}: percentages are for ctr and cvr only")
    limit = Money.parse(text.removesuffix("%").replace(",", ""), "KWD").units
    return Rule(key, comparison == "above", limit / 100 if share else limit)


def _is_caught(one: Standing, rule: Rule, *, sure: bool = True) -> bool:
    if rule.metric == "spend_without_conversions":
        return not one.totals.conversions and one.totals.spend.units > rule.limit
    metric = metric_named(rule.metric)
    value = metric.read(one.totals)
    if value is None or (sure and one.too_few(metric)):
        return False
    return size(value) > rule.limit if rule.above else size(value) < rule.limit


def _left_alone(unsure: Sequence[Standing]) -> list[str]:
    if not unsure:
        return []
    return [f"{counted(len(unsure), 'campaign')} left alone: the rule fits, but on too few events to judge."]


def _one_per_budget(campaigns: Sequence[Campaign]) -> list[Campaign]:
    found: dict[tuple[str, ...], Campaign] = {}
    for campaign in campaigns:
        if campaign.daily_budget is not None:
            own = campaign.budget_key or campaign.id
            found.setdefault((campaign.ref.platform, campaign.ref.account_id, own), campaign)
    return list(found.values())
