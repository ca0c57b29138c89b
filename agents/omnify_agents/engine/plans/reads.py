"""Plans that only look: one tool, its arguments from what was said."""

from __future__ import annotations

from collections.abc import Sequence

from omnify_agents.engine.choosing import EVERY_ROW, chosen
from omnify_agents.engine.flow import Call, Known, Plan, Stop, ask, call, one
from omnify_agents.engine.goals import Goal, Outcome, Ref, RefKind, Reply
from omnify_agents.engine.outputs import ListedCampaign, Problem, TableOutput, ToolOutput, money_in
from omnify_agents.engine.plans.scope import (
    campaign_argument,
    campaign_named,
    metric_of,
    period_of,
    platforms_of,
)
from omnify_agents.engine.reading import read
from omnify_agents.engine.replies import output_reply, table_reply

MOST_FORECAST_DAYS = 30
MOST_ANOMALY_DAYS = 60
_ANOMALY_DAYS = {
    "today": 2, "yesterday": 2, "last_7_days": 7, "last_14_days": 14, "last_30_days": 30, "last_90_days": 60,
    "last_week": 14, "this_week": 7, "this_month": 30, "last_month": 60,
}  # fmt: skip
_COMPARED = ("cpa", "roas", "cvr", "ctr")
_LOWER_IS_BETTER = frozenset({"cpa", "cpc"})


def summary(goal: Goal, _known: Known) -> Plan:
    period = period_of(goal) or "last_7_days"
    if campaign := campaign_named(read(goal.text)):
        alone = yield from one(call("compare_periods", period=period, campaign_id=campaign))
        if not isinstance(alone, Problem):
            return output_reply(alone, campaigns=(ListedCampaign(campaign),))
    named = goal.slots.platforms
    platform = named[0] if len(named) == 1 else ""
    return (yield from _shown([call("performance_summary", period=period, platform=platform)]))


def rank(goal: Goal, _known: Known) -> Plan:
    """Best and worst where both were asked for."""
    metric, period = metric_of(goal) or "roas", period_of(goal) or "last_30_days"
    orders = goal.slots.orders or ("best",)
    calls = [
        call(
            "rank_campaigns",
            metric=metric,
            order=order,
            platform=platform,
            period=period,
            limit=goal.slots.count or 5,
        )
        for platform in platforms_of(goal)
        for order in orders
    ]
    return (yield from _shown(calls, names_first=True))


def forecast(goal: Goal, known: Known) -> Plan:
    days = goal.slots.days or 7
    campaign = yield from campaign_argument(goal, known)
    calls = [
        call(
            "forecast_performance",
            platform=platform,
            campaign_id=campaign,
            days=min(days, MOST_FORECAST_DAYS),
        )
        for platform in ([""] if campaign else platforms_of(goal))
    ]
    note = f"I forecast at most {MOST_FORECAST_DAYS} days ahead, so this is {MOST_FORECAST_DAYS} days."
    return (yield from _shown(calls, about=campaign, note=note if days > MOST_FORECAST_DAYS else ""))


def fatigue(goal: Goal, known: Known) -> Plan:
    asked = goal.slots.days or 14
    days = 7 if asked <= 7 else 14
    campaign = yield from campaign_argument(goal, known)
    calls = [
        call("predict_fatigue", days=days, platform=platform, campaign_id=campaign)
        for platform in ([""] if campaign else platforms_of(goal))
    ]
    note = "" if asked in (7, 14) else f"Fatigue is predicted 7 or 14 days ahead; here it is {days}."
    return (yield from _shown(calls, about=campaign, note=note))


def creatives(goal: Goal, known: Known) -> Plan:
    campaign = yield from campaign_argument(goal, known)
    calls = [
        call("list_creatives", platform=platform, campaign_id=campaign, limit=goal.slots.count or 20)
        for platform in ([""] if campaign else platforms_of(goal))
    ]
    return (yield from _shown(calls, about=campaign))


def creative_performance(goal: Goal, _known: Known) -> Plan:
    metric = metric_of(goal) or "ctr"
    wants_best = goal.slots.order != "worst"
    order = "asc" if wants_best == (metric in _LOWER_IS_BETTER) else "desc"
    calls = [
        call("creative_performance", period=period_of(goal) or "last_30_days", sort_by=metric, order=order,
             platform=platform, limit=goal.slots.count or 10)
        for platform in platforms_of(goal)
    ]  # fmt: skip
    return (yield from _shown(calls))


def campaigns(goal: Goal, known: Known) -> Plan:
    """The list; where one campaign was named, only its row."""
    slots = goal.slots
    refs = [
        ref for ref in slots.refs if ref.kind in (RefKind.ID, RefKind.NAME, RefKind.PRONOUN, RefKind.ORDINAL)
    ]
    if refs and (refs[0].value or known.focus):
        return (yield from _one_campaign(refs[0], goal, known))
    calls = [
        call("list_campaigns", platform=platform, status=slots.status, sort_by=metric_of(goal) or "spend",
             limit=slots.count or 20)
        for platform in platforms_of(goal)
    ]  # fmt: skip
    return (yield from _shown(calls))


def _one_campaign(ref: Ref, goal: Goal, known: Known) -> Plan:
    listed = yield from one(call("list_campaigns", limit=EVERY_ROW))
    if not isinstance(listed, TableOutput):
        return output_reply(listed)
    picked = yield from chosen([(ref, lambda again: goal.with_slots(refs=(again,)))], known)
    rows = [row for row in listed.rows if row.get("campaign_id") == picked[0].id]
    if not rows:
        raise ask(
            f"I do not see {picked[0].id} among the campaigns that were imported. Which one do you mean?"
        )
    row = rows[0]
    headline = (
        f"«{row.get('campaign')}» ({row.get('campaign_id')}) is {row.get('status')}, with "
        f"{money_in(row.get('daily_budget')) or 'no daily budget of its own'} a day."
    )
    only = TableOutput(
        {**listed.raw, "title": "Campaign", "headline": headline, "rows": rows, "total_rows": 1}
    )
    return table_reply(only, campaigns=(picked[0],))


def anomalies(goal: Goal, _known: Known) -> Plan:
    period = period_of(goal)
    days = min(goal.slots.days, MOST_ANOMALY_DAYS) or _ANOMALY_DAYS.get(period, 14)
    return (
        yield from _shown(
            [call("find_anomalies", days=days, platform=platform) for platform in platforms_of(goal)]
        )
    )


def opportunities(goal: Goal, _known: Known) -> Plan:
    return (yield from _shown(
        [call("find_opportunities", platform=platform, limit=goal.slots.count or 5) for platform in platforms_of(goal)]
    ))  # fmt: skip


def marginal(goal: Goal, _known: Known) -> Plan:
    return (yield from _shown(
        [call("marginal_returns", platform=platform, limit=goal.slots.count or 10) for platform in platforms_of(goal)]
    ))  # fmt: skip


def approvals(_goal: Goal, _known: Known) -> Plan:
    return (yield from _shown([call("pending_approvals")]))


def freshness(_goal: Goal, _known: Known) -> Plan:
    return (yield from _shown([call("data_freshness")]))


def briefing(_goal: Goal, _known: Known) -> Plan:
    return (yield from _shown([call("briefing")]))


def compared_metric(goal: Goal) -> str:
    """CPA unless another metric was named that can be compared."""
    return next((metric for metric in goal.slots.metrics if metric in _COMPARED), "cpa")


def _shown(calls: Sequence[Call], *, about: str = "", note: str = "", names_first: bool = False) -> Plan:
    """All calls at once, one reply from all outputs. `names_first`: the first row is what "it" means next."""
    outputs: tuple[ToolOutput, ...] = yield tuple(calls)
    replies = [output_reply(output) for output in outputs]
    if all(reply.outcome is not Outcome.ANSWERED for reply in replies):
        raise Stop(replies[0])
    focus = [ListedCampaign(about)] if ":" in about else []
    if names_first and len(outputs) == 1 and isinstance(outputs[0], TableOutput):
        focus = outputs[0].campaigns[:1]
    text = "\n\n".join([*([note] if note else []), *(reply.text for reply in replies)])
    return Reply(Outcome.ANSWERED, text, campaigns=tuple(focus))
