"""Who a scheduled run acts as: a user of the tenant that can propose, never approve, never sign in."""

from __future__ import annotations

from omnify_core.conversations import RunRecord, RunStatus, Thread
from omnify_core.errors import ModelUnavailable, NotFound
from omnify_core.ids import ThreadId, UserId, new_id
from omnify_core.people import Actor, Role, Tenant, User
from omnify_core.timeline import JobReport, Severity
from omnify_server.services import Services

NAME = "Scheduled run"


async def autopilot_of(services: Services, tenant: Tenant) -> Actor:
    """The tenant's own scheduled actor, made when it is first wanted."""
    user_id = UserId(f"autopilot-{tenant.id}")
    try:
        user = await services.stores.people.user(tenant.id, user_id)
    except NotFound:
        user = User(
            id=user_id,
            tenant_id=tenant.id,
            email=f"{user_id}@scheduled.invalid",
            name=NAME,
            role=Role.AGENT,
            created_at=services.clock.now(),
        )
        await services.stores.people.add_user(user)
    return Actor(tenant_id=tenant.id, user_id=user.id, name=user.name, role=user.role)


async def asked(services: Services, tenant: Tenant, *, agent: str, question: str, title: str) -> JobReport:
    """Puts a question to a specialist in a conversation of its own; its answer is the report.

    Raises ModelUnavailable where the run failed.
    """
    actor = await autopilot_of(services, tenant)
    now = services.clock.now()
    thread = Thread(
        id=ThreadId(new_id("th")),
        tenant_id=tenant.id,
        user_id=actor.user_id,
        title=title,
        current_agent=agent,
        created_at=now,
        updated_at=now,
    )
    await services.stores.threads.add(thread)
    run = await services.copilot.wait(await services.copilot.start(actor, thread.id, question))
    if run.status is not RunStatus.DONE:
        raise ModelUnavailable(f"the run behind it ended as {run.status.value}: {run.error or 'no answer'}")
    return _report(title, run)


def _report(title: str, run: RunRecord) -> JobReport:
    ids = run.change_set_ids
    return JobReport(
        title=title,
        text=run.reply,
        severity=Severity.ATTENTION if ids else Severity.INFO,
        change_set_ids=ids,
        run_id=run.id,
    )
