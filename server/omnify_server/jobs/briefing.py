"""The morning briefing: yesterday, what is unusual, what waits for a person."""

from __future__ import annotations

from omnify_core.people import Tenant
from omnify_core.timeline import JobReport
from omnify_server.jobs.autopilot import asked
from omnify_server.services import Services


async def run(services: Services, tenant: Tenant) -> JobReport:
    return await asked(
        services, tenant, agent="FACE", question="Brief me on where things stand.", title="Morning briefing"
    )
