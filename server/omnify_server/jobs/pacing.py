"""Spend against budget during the day, and what is out of the ordinary."""

from __future__ import annotations

from omnify_core.people import Tenant
from omnify_core.timeline import JobReport
from omnify_server.jobs.autopilot import asked
from omnify_server.services import Services


async def run(services: Services, tenant: Tenant) -> JobReport:
    return await asked(
        services,
        tenant,
        agent="REFLEXES",
        question="Is anything unusual in the last three days?",
        title="Pacing and anomalies",
    )
