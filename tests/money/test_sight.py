"""What is seen of an object that is gone."""

from __future__ import annotations

import pytest

from omnify_core.campaigns import Platform, Status
from omnify_core.errors import PlatformNotFound
from omnify_guardrails.sight import see, shows_after, shows_before
from tests.builders import linkedin_wire
from tests.builders.platform_wire import status_leg

LINKEDIN = Platform.LINKEDIN


async def test_a_draft_that_was_deleted_without_a_trace_counts_as_removed() -> None:
    leg = status_leg(LINKEDIN, Status.REMOVED)
    sight = await see(linkedin_wire.desk(linkedin_wire.error(404)).ads, leg)
    assert shows_after(leg, sight) is True
    assert not shows_before(leg, sight)


async def test_what_is_to_be_paused_and_is_gone_is_an_error() -> None:
    with pytest.raises(PlatformNotFound):
        await see(linkedin_wire.desk(linkedin_wire.error(404)).ads, status_leg(LINKEDIN, Status.PAUSED))
