"""The money policy's rules: pure functions from what is known to findings.

Each finding names the rule, the numbers and, where it refuses, what would pass. Nothing here reads a
store, a platform or a text that a model wrote; the same rules run at proposal, approval and apply.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from omnify_core.change_sets import Finding, Verdict
from omnify_core.legs import StatusLeg
from omnify_guardrails.caps import daily_caps, monthly_caps
from omnify_guardrails.case import Case
from omnify_guardrails.exposure import Picture
from omnify_guardrails.findings import compared, granted, named, refused
from omnify_guardrails.legs import creates, daily_raise, objects_of, raises, stake
from omnify_guardrails.occasions import (
    allowed_weekdays,
    blocked_operations,
    enough_data,
    learning_phase,
    quiet_hours,
)
from omnify_guardrails.shares import day_share, step_share, week_share

Rule = Callable[[Case], Iterable[Finding]]


def judge(case: Case) -> Verdict:
    """May we ask a person? The server's answer, from fresh figures only."""
    findings = tuple(finding for rule in RULES for finding in rule(case))
    above = case.policy.second_person_above
    return Verdict(
        allowed=all(finding.passed for finding in findings),
        policy_version=case.policy.version,
        findings=findings,
        needs_second_person=above is not None and case.raised > above,
    )


def agents_may_ask(case: Case) -> Iterator[Finding]:
    if case.by_agent and not case.policy.agent_may_propose:
        yield refused(
            "agent_may_propose",
            "The policy lets no agent propose changes.",
            cure="A person can propose it, or an owner can change the policy.",
        )


def never_touch(case: Case) -> Iterator[Finding]:
    for leg in case.legs:
        for entity in sorted(case.picture.touched(leg) & case.policy.never_touch):
            what = "is" if entity == leg.ref.id else f"would also change {entity}, which is"
            yield refused(
                "never_touch",
                f"{named(leg)} {what} on the never-touch list.",
                actual=entity,
                cure="Leave it out, or have an owner take it off the list.",
            )


def one_change_at_a_time(case: Case) -> Iterator[Finding]:
    for leg in case.legs:
        for holder in sorted({case.held[key] for key in objects_of(leg) & case.held.keys()}):
            yield refused(
                "in_flight",
                f"{named(leg)} has another approved change under way ({holder}).",
                actual=holder,
                cure="Wait until that change is done, then ask again.",
            )


def known_currency(case: Case) -> Iterator[Finding]:
    """Without a rate, money of another currency fits under no cap."""
    base, rates = case.policy.base_currency, case.rates
    amounts = [daily_raise(leg) or stake(leg) for leg in case.legs if raises(leg) or creates(leg)]
    raised = {amount.currency for amount in amounts if amount}
    foreign = set(case.picture.foreign(rates)) if raised else set()
    for code in sorted(foreign | {code for code in raised if not rates.knows(code)}):
        yield refused(
            "currency",
            f"Budgets in {code} cannot be set against caps in {base}: {_no_rate(case, code)}.",
            actual=code,
            limit=base,
            cure=f"Set today's rate of {code}; without one only changes that lower spend pass.",
        )


def known_stake(case: Case) -> Iterator[Finding]:
    """Enabling what has no readable daily budget would put an unknown amount at stake."""
    for leg in case.legs:
        if isinstance(leg, StatusLeg) and raises(leg) and not _stake_is_known(leg, case.picture):
            yield refused(
                "known_stake",
                f"{named(leg)} has no daily budget that can be read, so the caps cannot count it.",
                cure="Give it a daily budget first.",
            )


def entity_cap(case: Case) -> Iterator[Finding]:
    cap = case.policy.daily_cap_per_entity
    for leg in case.legs:
        amount = stake(leg) if raises(leg) or creates(leg) else None
        if cap is not None and amount is not None and case.rates.knows(amount.currency):
            yield compared(
                "entity_cap",
                f"{named(leg)} would have {amount} a day; one campaign may have {cap}.",
                actual=case.rates.convert(amount),
                limit=cap,
                cure=f"At most {cap} a day would pass.",
            )


def shared_budgets(case: Case) -> Iterator[Finding]:
    """Says on the card who else spends from a budget; refuses nothing."""
    for leg in case.budget_legs:
        others = sorted(case.picture.sharers(leg))
        if others:
            yield granted("shared_budget", f"The budget of {named(leg)} is shared with {', '.join(others)}.")


def uncounted_campaigns(case: Case) -> Iterator[Finding]:
    missing = case.picture.uncounted()
    if missing:
        shown = ", ".join(missing[:5])
        yield granted(
            "uncounted",
            f"The caps cannot see {len(missing)} enabled campaigns without a daily budget: {shown}.",
        )


RULES: tuple[Rule, ...] = (
    agents_may_ask,
    blocked_operations,
    never_touch,
    one_change_at_a_time,
    known_currency,
    known_stake,
    entity_cap,
    step_share,
    day_share,
    week_share,
    learning_phase,
    enough_data,
    daily_caps,
    monthly_caps,
    quiet_hours,
    allowed_weekdays,
    shared_budgets,
    uncounted_campaigns,
)


def _no_rate(case: Case, code: str) -> str:
    dated = case.policy.rates
    if dated is None or code not in dated.per_unit:
        return "no exchange rate is known"
    return f"the rate of {dated.day} is older than {case.policy.max_rate_age_days} days"


def _stake_is_known(leg: StatusLeg, picture: Picture) -> bool:
    spender = picture.spenders.get(leg.ref.id)
    above = picture.spenders.get(spender.parent) if spender and spender.parent else None
    return bool(picture.stake_of(leg.ref.id)) or bool(above and above.budget)
