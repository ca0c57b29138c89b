"""Carrying a goal out only if its condition holds: the figure is read first, and said with what follows from it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from omnify_agents.engine.amounts import Amount
from omnify_agents.engine.choosing import EVERY_ROW, chosen
from omnify_agents.engine.comparisons import BUDGET
from omnify_agents.engine.flow import Call, Known, Plan, Steps, Stop, ask, call, one
from omnify_agents.engine.followups import is_yes
from omnify_agents.engine.goals import Condition, Goal, Outcome, Ref, RefKind, Reply
from omnify_agents.engine.outputs import ListedCampaign, Problem, TableOutput, money_in
from omnify_agents.engine.plans.amounts import plain
from omnify_agents.engine.reading import Reading
from omnify_agents.engine.replies import cell_text, named, output_reply, problem_reply, safe_sentence
from omnify_agents.engine.trade import METRIC_LABELS

SUMMED = frozenset({"spend", "impressions", "clicks", "ctr", "conversions", "cpa", "revenue", "roas"})
TRENDED = frozenset({"spend", "conversions", "cpa", "roas"})
RANKED = SUMMED | {"cvr", "cpc"}
RULED = frozenset({"cpa", "roas", "ctr", "cvr", "cpc"})
MOST_FITTING = 5
_CHECKABLE = (
    'I can check spend, conversions, CPA, revenue, ROAS or CTR of a platform or a campaign against a figure ("if Meta\'s CPA is above 60"), '
    'one platform against another, a change against the period before ("if CPA went up"), or a daily budget.'
)
_UNMET = {"": "{} So I propose nothing.", "first": "{}", "second": ""}


class Finding(NamedTuple):
    """Whether it holds, and the figure in words."""

    holds: bool
    words: str


def gated(goal: Goal, condition: Condition, known: Known, act: Plan) -> Plan:
    """The plan `act`, if the condition turns out as wanted; a question where it cannot be judged."""
    found = yield from _checked(goal, condition, known)
    if found.holds != goal.when:
        return Reply(Outcome.ANSWERED, _UNMET[condition.branch].format(found.words))
    try:
        reply = yield from act
    except Stop as stop:
        reply = stop.reply
    return reply if condition.branch == "second" else replace(reply, text=f"{found.words}\n\n{reply.text}")


def fitting(goal: Goal, criterion: Condition) -> Steps[list[ListedCampaign]]:
    """The campaigns that a criterion picks, worst first. Raises Stop where there are none, or too many to do at once."""
    if criterion.metric not in RANKED:
        raise ask(f"I cannot pick campaigns by that. {_CHECKABLE}")
    platform = goal.slots.platforms[0] if len(goal.slots.platforms) == 1 else ""
    period = _window(criterion, "last_30_days")
    table = yield from one(call("rank_campaigns", metric=criterion.metric, order="worst", platform=platform,
                                period=period, limit=EVERY_ROW))  # fmt: skip
    rows = _rows(table)
    kept = [ListedCampaign(str(row["campaign_id"]), str(row.get("campaign") or ""), money_in(row.get("daily_budget")))
            for row in rows if _holds(row.get(criterion.metric), criterion)]  # fmt: skip
    label = f"{_label(criterion.metric)} {_side(criterion)} {criterion.said} ({period.replace('_', ' ')})"
    if not kept:
        raise Stop(Reply(Outcome.ANSWERED, f"No enabled campaign with enough events has {label}, so I propose nothing."))  # fmt: skip
    if len(kept) <= MOST_FITTING or goal.slots.count:
        return kept[: min(goal.slots.count or MOST_FITTING, MOST_FITTING)]
    listed = "\n".join(
        f"{number}. {named(campaign)}" for number, campaign in enumerate(kept[:MOST_FITTING], 1)
    )

    def answer(reading: Reading, _text: str) -> Goal | None:
        return goal.with_slots(count=MOST_FITTING) if is_yes(reading) else None

    raise ask(
        f"{len(kept)} campaigns have {label}. I propose at most {MOST_FITTING} at a time, so that a person can judge each "
        f'one. Shall I begin with these? Answer "yes", or name the ones you mean.\n{listed}',
        answer,
    )


def by_rule(goal: Goal, criterion: Condition) -> Plan:
    """All that a criterion catches are paused as one change; what is too small to judge is left out and named."""
    platform = goal.slots.platforms[0] if len(goal.slots.platforms) == 1 else ""
    said = {"metric": criterion.metric, "comparison": "above" if criterion.is_above else "below"}
    period = _window(criterion, "last_30_days")
    output = yield from one(
        Call(
            "propose_pause_by_rule",
            {**said, "value": _limit(criterion), "period": period, "platform": platform},
        )
    )
    if isinstance(output, Problem) and output.code == "not_found":
        return Reply(Outcome.ANSWERED, f"{safe_sentence(output.message)}. So I propose nothing.")
    return output_reply(output)


def _limit(criterion: Condition) -> str:
    """The figure as the rule's tool writes it: money and factors plain, shares as percentages."""
    figure = criterion.figure.value if isinstance(criterion.figure, Amount) else criterion.figure
    if criterion.metric in ("ctr", "cvr"):
        return f"{plain(figure * 100)}%"
    return plain(figure)


def _checked(goal: Goal, condition: Condition, known: Known) -> Steps[Finding]:
    if not condition.metric:
        raise ask(
            f'I cannot check "{condition.words[:120]}", so I propose nothing yet. {_CHECKABLE} '
            "Or ask for the change without a condition."
        )
    if condition.of_campaign:
        return (yield from _of_campaign(goal, condition, known))
    return (yield from _of_platform(condition))


def _of_platform(condition: Condition) -> Steps[Finding]:
    if condition.metric not in (TRENDED if condition.is_trend else SUMMED):
        raise ask(f"I cannot check {_label(condition.metric)} there. {_CHECKABLE}")
    period = _window(condition, "last_7_days")
    both = bool(condition.other_platform)
    table = yield from one(
        call("performance_summary", period=period, platform="" if both else condition.platform)
    )
    rows = _rows(table)
    assert isinstance(table, TableOutput)
    if both:
        return _against(condition, table, rows)
    if not rows or len({_currency(row) for row in rows}) > 1:
        raise ask(f"There is no single figure for that: {safe_sentence(table.raw.get('headline', ''))}")
    return _judged(condition, table, rows[-1], str(rows[-1].get("platform")))


def _against(condition: Condition, table: TableOutput, rows: list[dict[str, Any]]) -> Finding:
    def row_of(platform: str) -> dict[str, Any] | None:
        return next((row for row in rows if str(row.get("platform")).lower().startswith(platform)), None)

    here, there = row_of(condition.platform), row_of(condition.other_platform)
    if not condition.platform or here is None or there is None:
        raise ask("I do not see figures of both platforms there, so I cannot compare them.")
    if _currency(here) != _currency(there):
        raise ask("The two platforms count in different currencies, so I do not compare them.")
    figure = _number(there.get(condition.metric))
    if figure is None:
        raise ask(
            f"{there.get('platform')} has no {_label(condition.metric)} there, so I cannot compare them."
        )
    said = f"{there.get('platform')}'s {cell_text(table, there, condition.metric)}"
    return _judged(replace(condition, figure=figure, said=said), table, here, str(here.get("platform")))


def _of_campaign(goal: Goal, condition: Condition, known: Known) -> Steps[Finding]:
    def filled(ref: Ref) -> Goal:
        if condition.ref is not None:
            return replace(goal, condition=replace(condition, ref=ref))
        return goal.with_slots(refs=(ref, *goal.slots.refs[1:]))

    refs = goal.slots.refs or (goal.slots.source or Ref(RefKind.PRONOUN),)
    picked = (yield from chosen([(condition.ref or refs[0], filled)], known))[0]
    metric = condition.metric
    if condition.is_trend or metric not in RANKED | {BUDGET}:
        raise ask(f"I cannot check the {_label(metric)} of one campaign like that. {_CHECKABLE}")
    wanted = (
        call("list_campaigns", limit=EVERY_ROW) if metric == BUDGET
        else call("rank_campaigns", metric=metric, order="worst", period=_window(condition, "last_30_days"), limit=EVERY_ROW)
    )  # fmt: skip
    table = yield from one(wanted)
    row = next(
        (row for row in _rows(table) if picked.id in (row.get("campaign_id"), row.get("campaign"))), None
    )
    if row is None:
        raise ask(
            f"{named(picked)} has too few events in that period, or is not running: I cannot judge its {_label(metric)}, "
            "so I propose nothing. Ask for the change without the condition if you want it all the same."
        )
    assert isinstance(table, TableOutput)
    return _judged(condition, table, row, named(ListedCampaign(picked.id, str(row.get("campaign") or ""))))


def _judged(condition: Condition, table: TableOutput, row: dict[str, Any], whose: str) -> Finding:
    key = f"{condition.metric}_change" if condition.is_trend else condition.metric
    value = row.get(key)
    if _number(value) is None:
        raise ask(f"{whose} has no {_label(condition.metric)} there, so the condition cannot be judged and I propose nothing.")  # fmt: skip
    if isinstance(condition.figure, Amount) and condition.figure.currency not in ("", _currency_of(value)) and _currency_of(value):  # fmt: skip
        raise ask(f"{whose} counts in {_currency_of(value)}. Please give the figure in that currency.")
    holds = _holds(value, condition)
    shown = cell_text(table, row, key)
    if condition.is_trend:
        words = f"{whose}'s {_label(condition.metric)} changed by {shown} against the period before ({table.raw.get('window')})"
        return Finding(holds, f"Checked first: {words}; {'so yes' if holds else 'so not'}: {condition.said}.")
    verdict = f"{'' if holds else 'not '}{_side(condition)} {condition.said}"
    words = f"Checked first: {_label(condition.metric)} of {whose} is {shown} ({table.raw.get('window')}), {verdict}."
    notes = [
        safe_sentence(warning) for warning in table.raw.get("warnings") or [] if "attribution" in str(warning)
    ]
    once = ["I check this once, now: I set no standing rules."] if condition.is_standing else []
    return Finding(holds, " ".join([words, *notes[:1], *once]))


def _rows(table: object) -> list[dict[str, Any]]:
    if isinstance(table, Problem):
        raise Stop(problem_reply(table))
    assert isinstance(table, TableOutput)
    return table.rows


def _holds(cell: Any, condition: Condition) -> bool:
    value = _number(cell)
    if value is None:
        return False
    limit = condition.figure.value if isinstance(condition.figure, Amount) else condition.figure
    if value == limit:
        return condition.or_equal
    return (value > limit) == condition.is_above


def _number(cell: Any) -> Decimal | None:
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return Decimal(str(cell))
    money = money_in(cell)
    return None if money is None else money.units


def _currency_of(cell: Any) -> str:
    money = money_in(cell)
    return "" if money is None else money.currency


def _currency(row: dict[str, Any]) -> str:
    return _currency_of(row.get("spend"))


def _window(condition: Condition, usual: str) -> str:
    if condition.period.startswith("other:"):
        raise ask(f'I have no figures for "{condition.period.removeprefix("other:")}" as one window. Which one shall I check: last week, this month, the last 30 days?')  # fmt: skip
    return condition.period or usual


def _side(condition: Condition) -> str:
    if condition.or_equal:
        return "at least" if condition.is_above else "at most"
    return "above" if condition.is_above else "below"


def _label(metric: str) -> str:
    return {**METRIC_LABELS, BUDGET: "daily budget"}.get(metric, metric)
