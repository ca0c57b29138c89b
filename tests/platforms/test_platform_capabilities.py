"""The capability table: each kind of change is either carried out or refused with a reason."""

from __future__ import annotations

import pytest

from omnify_core.campaigns import Level, Platform
from omnify_core.platform_ports import Action
from omnify_platforms.connected import ADAPTERS, capabilities_of


@pytest.mark.parametrize("platform", ADAPTERS, ids=lambda platform: platform.value)
def test_every_kind_of_change_is_carried_out_or_refused_with_a_reason(platform: Platform) -> None:
    can = capabilities_of(platform)
    assert set(can.actions) | set(can.refused) == set(Action)
    assert not set(can.actions) & set(can.refused)
    assert all(len(reason.split()) > 3 for reason in can.refused.values())
    assert {Action.DAILY_BUDGET, Action.STATUS} <= set(can.actions)


@pytest.mark.parametrize("platform", ADAPTERS, ids=lambda platform: platform.value)
def test_a_level_that_can_be_changed_exists(platform: Platform) -> None:
    can = capabilities_of(platform)
    assert set(can.status_levels) <= set(can.levels)
    assert set(can.budget_levels) <= set(can.levels)
    assert Level.AD not in can.budget_levels
    assert can.reports
    assert can.renewal


def test_only_those_with_a_dry_run_say_so() -> None:
    rehearsed = {platform for platform in ADAPTERS if capabilities_of(platform).can_dry_run}
    assert rehearsed == {Platform.GOOGLE, Platform.META, Platform.YOUTUBE}
