"""Which creatives are about to tire, before they cost money."""

from __future__ import annotations

from omnify_core.people import Tenant
from omnify_core.timeline import JobReport
from omnify_server.jobs.autopilot import asked
from omnify_server.services import Services


async def run(services: Services, tenant: Tenant) -> JobReport:
    return await asked(
        services,
        tenant,
        agent="ORACLE",
        question="Which creatives will tire in the next two weeks?",
        title="Creatives about to tire",
    )
