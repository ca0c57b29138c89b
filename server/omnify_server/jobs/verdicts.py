"""Verdicts on what was applied, and, where the policy wants it, a proposal to go back."""

from __future__ import annotations

from omnify_core.errors import OmnifyError
from omnify_core.ids import ChangeSetId
from omnify_core.people import Tenant
from omnify_core.results import EffectVerdict, Result
from omnify_core.timeline import JobReport, Severity
from omnify_server.jobs.autopilot import autopilot_of
from omnify_server.services import Services

_ROLL_BACK_FROM_DAYS = 7


async def run(services: Services, tenant: Tenant) -> JobReport:
    found = await services.money.judge_due(tenant.id)
    worse = [one for one in found if one.result is Result.WORSE]
    proposed, refused = await _roll_backs(services, tenant, worse)
    lines = [f"- {one.change_set_id} after {_span(one)}: **{one.result.value}**. {one.why}" for one in found]
    return JobReport(
        title=f"{len(found)} verdicts on applied changes" if found else "No change has come of age",
        text="\n".join([*lines, *refused])
        or "Nothing that was applied has reached a day, a week or two weeks since.",
        severity=Severity.ATTENTION if worse else Severity.INFO,
        change_set_ids=tuple(proposed),
    )


async def _roll_backs(
    services: Services, tenant: Tenant, worse: list[EffectVerdict]
) -> tuple[list[ChangeSetId], list[str]]:
    """Proposals only, which a person decides on as on any other; and why some could not be made."""
    if not (await services.stores.policies.get(tenant.id)).propose_roll_back:
        return [], []
    actor = await autopilot_of(services, tenant)
    proposed: list[ChangeSetId] = []
    refused: list[str] = []
    for one in worse:
        if one.days < _ROLL_BACK_FROM_DAYS:
            continue
        try:
            proposed.append((await services.money.undo(actor, one.change_set_id)).id)
        except OmnifyError as error:  # undone already, changed by somebody since, or not readable now
            refused.append(f"- No way back was proposed for {one.change_set_id}: {error}")
    return proposed, refused


def _span(one: EffectVerdict) -> str:
    return "a day" if one.days == 1 else f"{one.days} days"
