"""What the platforms' own validation says of a plan, leg by leg."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from omnify_core.change_sets import Finding
from omnify_core.errors import PlatformError, PlatformRejected, Unsupported
from omnify_core.ids import TenantId
from omnify_core.legs import CreationLeg
from omnify_guardrails.findings import named, refused
from omnify_guardrails.legs import AnyLeg
from omnify_guardrails.names import visible
from omnify_guardrails.ports import MoneyPorts

_BOUND_S = 15.0


class DryRun(NamedTuple):
    """The platform's words, and a finding where it would refuse the write."""

    words: str
    refusal: Finding | None = None


async def dry_runs(ports: MoneyPorts, tenant: TenantId, legs: Sequence[AnyLeg]) -> list[DryRun]:
    """One answer per leg. A validation that is not to be had says so and refuses nothing."""
    return [await _dry_run(ports, tenant, leg) for leg in legs]


async def _dry_run(ports: MoneyPorts, tenant: TenantId, leg: AnyLeg) -> DryRun:
    label = leg.ref.platform.label
    adapter = await ports.adapter(tenant, leg.ref.platform)
    if isinstance(leg, CreationLeg) and leg.within:
        return DryRun(f"{label} can validate {named(leg)} only once {visible(leg.within)} is there.")
    if not adapter.capabilities.validates(leg):
        return DryRun(f"{label} validates nothing in advance.")
    try:
        async with asyncio.timeout(_BOUND_S):
            return DryRun(await adapter.dry_run(leg))
    except PlatformRejected as error:
        words = f"{label} would refuse {named(leg)}: {error}"
        return DryRun(words, refused("platform_dry_run", words, cure="Change it as the platform says."))
    except Unsupported as error:
        return DryRun(f"{label} validates nothing in advance: {error}")
    except (PlatformError, TimeoutError) as error:
        return DryRun(f"{label} could not validate it now: {str(error) or 'it took too long'}")
