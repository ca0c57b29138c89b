"""The money policy's rules: pure functions from what is known to findings.

Each finding names the rule, the numbers and, where it refuses, what would pass. Nothing here reads a
store, a platform or a text that a model wrote; the same rules run at proposal, approval and apply.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from omnify_core.campaigns import Level, Status
from omnify_core.change_sets import BudgetLeg, Finding, StatusLeg, Verdict
from omnify_core.ids import ChangeSetId
from omnify_core.ledger import BudgetChange
from omnify_core.money import Money
from omnify_core.policy import MoneyPolicy
from omnify_guardrails.caps import cap_findings
from omnify_guardrails.exposure import Picture
from omnify_guardrails.legs import AnyLeg, budget_object, daily_raise, objects_of, raises, total_raise
from omnify_guardrails.names import visible

DAY = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that a verdict rests on. `legs` are in execution order; `held` are the objects of other plans
    in flight; `picture` already holds what those may still raise; `restored` are legs that put back
    exactly what an applied change of ours had changed.
    """

    policy: MoneyPolicy
    legs: tuple[AnyLeg, ...]
    picture: Picture
    now: datetime
    changes: tuple[BudgetChange, ...] = ()
    held: Mapping[str, ChangeSetId] = field(default_factory=dict)
    restored: frozenset[AnyLeg] = frozenset()
    by_agent: bool = False


Rule = Callable[[Case], Iterable[Finding]]


def judge(case: Case) -> Verdict:
    """May we ask a person? The server's answer, from fresh figures only."""
    findings = tuple(finding for rule in RULES for finding in rule(case))
    above = case.policy.second_person_above
    return Verdict(
        allowed=all(finding.passed for finding in findings),
        policy_version=case.policy.version,
        findings=findings,
        needs_second_person=above is not None and plan_raise(case) > above,
    )


def plan_raise(case: Case) -> Money:
    return total_raise(case.legs, case.policy.base_currency)


def agents_may_ask(case: Case) -> Iterator[Finding]:
    if case.by_agent and not case.policy.agent_may_propose:
        yield _no(
            "agent_may_propose",
            "The policy lets no agent propose changes.",
            cure="A person can propose it, or an owner can change the policy.",
        )


def never_touch(case: Case) -> Iterator[Finding]:
    for leg in case.legs:
        for entity in sorted(case.picture.sharing(leg) & case.policy.never_touch):
            how = "is" if entity == leg.ref.id else f"would change {entity}, which is"
            yield _no(
                "never_touch",
                f"{_name(leg)} {how} on the never-touch list.",
                actual=entity,
                cure="Leave it out, or have an owner take it off the list.",
            )


def one_change_at_a_time(case: Case) -> Iterator[Finding]:
    for leg in case.legs:
        for key in sorted(objects_of(leg) & case.held.keys()):
            yield _no(
                "in_flight",
                f"{_name(leg)} has another approved change under way ({case.held[key]}).",
                actual=case.held[key],
                cure="Wait until that change is done, then ask again.",
            )


def known_currency(case: Case) -> Iterator[Finding]:
    """Without a rate, money of another currency fits under no cap."""
    base = case.policy.base_currency
    if not any(raises(leg) for leg in case.legs):
        return
    codes = {daily_raise(leg).currency for leg in case.legs if raises(leg)}
    for code in sorted((codes | set(case.picture.foreign(base))) - {base}):
        yield _no(
            "currency",
            f"Budgets in {code} cannot be set against caps in {base}: no exchange rate is known.",
            actual=code,
            limit=base,
            cure=f"Only changes that lower spend pass while {code} budgets are live.",
        )


def known_stake(case: Case) -> Iterator[Finding]:
    """Enabling what has no readable daily budget would put an unknown amount at stake."""
    for leg in case.legs:
        if isinstance(leg, StatusLeg) and raises(leg) and not _stake_is_known(leg, case.picture):
            yield _no(
                "known_stake",
                f"{_name(leg)} has no daily budget that can be read, so the caps cannot count it.",
                cure="Give it a daily budget first.",
            )


def entity_cap(case: Case) -> Iterator[Finding]:
    cap = case.policy.daily_cap_per_entity
    if cap is None:
        return
    for leg in case.legs:
        amount = leg.after if isinstance(leg, BudgetLeg) else leg.daily_budget
        if raises(leg) and amount.currency == cap.currency:
            yield _compare(
                "entity_cap",
                f"{_name(leg)} would have {amount} a day; one campaign may have {cap}.",
                actual=amount,
                limit=cap,
                cure=f"At most {cap} a day would pass.",
            )


def step_share(case: Case) -> Iterator[Finding]:
    share = case.policy.max_step_share
    for leg in _budget_legs(case):
        if leg in case.restored:
            yield _yes("step_share", f"{_name(leg)} goes back to {leg.after}, where it stood before.")
            continue
        low = _bounded(leg.before, 1 - share, up=True)
        high = _bounded(leg.before, 1 + share, up=False)
        yield Finding(
            rule="step_share",
            passed=low <= leg.after <= high,
            message=f"{_name(leg)} goes from {leg.before} to {leg.after} a day; one step may change a budget "
            f"by {_percent(share)}.",
            actual=_share_text(leg.before, leg.after),
            limit=_percent(share),
            cure="" if low <= leg.after <= high else f"Between {low} and {high} a day would pass.",
        )


def day_share(case: Case) -> Iterator[Finding]:
    """All of 24 hours' raises of one budget together, against its level before them."""
    share = case.policy.max_day_share
    for leg in _budget_legs(case):
        if not raises(leg):
            continue
        recent = _recent(case, leg)
        level = Money(recent[0].before_minor, leg.before.currency) if recent else leg.before
        raised = Money(sum(max(c.after_minor - c.before_minor, 0) for c in recent), leg.before.currency)
        allowed = _bounded(level, share, up=False)
        room = max(allowed - raised, Money.zero(level.currency))
        yield _compare(
            "day_share",
            f"{_name(leg)} would be raised by {raised + daily_raise(leg)} within 24 hours; "
            f"{allowed} is allowed ({_percent(share)} of {level}).",
            actual=raised + daily_raise(leg),
            limit=allowed,
            cure=f"At most {leg.before + room} a day would pass now.",
        )


def shared_budgets(case: Case) -> Iterator[Finding]:
    """Says on the card who else spends from a budget; refuses nothing."""
    for leg in _budget_legs(case):
        others = sorted(case.picture.sharing(leg) - {leg.ref.id})
        if others and leg.ref.level is Level.CAMPAIGN:
            yield _yes("shared_budget", f"The budget of {_name(leg)} is shared with {', '.join(others)}.")


def uncounted_campaigns(case: Case) -> Iterator[Finding]:
    missing = case.picture.uncounted()
    if missing:
        yield _yes(
            "uncounted",
            f"The caps cannot see {len(missing)} enabled campaigns without a daily budget: "
            f"{', '.join(missing[:5])}.",
        )


def caps(case: Case) -> Iterable[Finding]:
    return cap_findings(case.policy, case.picture, case.legs)


RULES: tuple[Rule, ...] = (
    agents_may_ask,
    never_touch,
    one_change_at_a_time,
    known_currency,
    known_stake,
    entity_cap,
    step_share,
    day_share,
    caps,
    shared_budgets,
    uncounted_campaigns,
)


def _stake_is_known(leg: StatusLeg, picture: Picture) -> bool:
    spender = picture.spenders.get(leg.ref.id)
    parent = picture.spenders.get(spender.parent) if spender and spender.parent else None
    return bool(picture.stake_of(leg.ref.id)) or bool(parent and parent.budget)


def _budget_legs(case: Case) -> Iterator[BudgetLeg]:
    return (leg for leg in case.legs if isinstance(leg, BudgetLeg))


def _recent(case: Case, leg: BudgetLeg) -> list[BudgetChange]:
    """This budget's applied changes of the last 24 hours, oldest first."""
    key = budget_object(leg)
    found = (c for c in case.changes if c.object_key == key and c.at > case.now - DAY)
    return sorted((c for c in found if c.currency == leg.before.currency), key=lambda change: change.at)


def _bounded(money: Money, factor: Decimal, *, up: bool) -> Money:
    """`factor` of the amount, rounded towards the inside of the permitted range."""
    rounding = ROUND_CEILING if up else ROUND_FLOOR
    return Money(int((Decimal(money.minor) * factor).to_integral_value(rounding)), money.currency)


def _compare(rule: str, message: str, *, actual: Money, limit: Money, cure: str) -> Finding:
    passed = actual <= limit
    return Finding(
        rule=rule,
        passed=passed,
        message=message,
        actual=str(actual),
        limit=str(limit),
        cure="" if passed else cure,
    )


def _yes(rule: str, message: str) -> Finding:
    return Finding(rule=rule, passed=True, message=message)


def _no(rule: str, message: str, *, cure: str, actual: str = "", limit: str = "") -> Finding:
    return Finding(rule=rule, passed=False, message=message, actual=actual, limit=limit, cure=cure)


def _name(leg: AnyLeg) -> str:
    return f"{visible(leg.name)} ({leg.ref.id})"


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"


def _share_text(before: Money, after: Money) -> str:
    if before.minor == 0:
        return "from zero"
    return f"{Decimal(after.minor - before.minor) / Decimal(before.minor) * 100:+.1f} %"
