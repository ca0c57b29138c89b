"""A change that turned out worse: a way back is proposed where policy wants it, else it is said why not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from omnify_core.clock import FixedClock
from omnify_core.errors import Conflict
from omnify_core.ids import ChangeSetId, TenantId
from omnify_core.people import Role, Tenant
from omnify_core.results import EffectVerdict, Result
from omnify_core.timeline import Severity
from omnify_memory import open_sqlite, stores_on
from omnify_server.jobs import verdicts
from tests.builders.money import OURS, a_policy

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
TENANT = Tenant(id=TenantId(OURS), name="TechFlow", base_currency="USD", time_zone="UTC")


def worse(change_set: str, days: int = 7) -> EffectVerdict:
    return EffectVerdict(
        change_set_id=ChangeSetId(change_set),
        tenant_id=TENANT.id,
        days=days,
        since=date(2026, 10, 20),
        until=date(2026, 10, 27),
        judged_at=NOON,
        result=Result.WORSE,
        why="it earned less",
    )


class Money:
    """Judges as told; going back fails for what somebody has changed since."""

    def __init__(self, *found: EffectVerdict) -> None:
        self.found = list(found)
        self.roles: list[Role] = []

    async def judge_due(self, _tenant: TenantId) -> list[EffectVerdict]:
        return self.found

    async def undo(self, actor: Any, change_set_id: ChangeSetId) -> Any:
        self.roles.append(actor.role)
        if change_set_id == "cs_moved":
            raise Conflict("somebody changed this since")
        return SimpleNamespace(id=ChangeSetId(f"undo_{change_set_id}"))


@pytest.mark.parametrize("wanted", [True, False])
async def test_a_way_back_is_proposed_only_where_policy_wants_it(wanted: bool) -> None:
    money = Money(worse("cs_1"), worse("cs_moved"), worse("cs_young", days=1))
    async with open_sqlite(None) as documents:
        stores = stores_on(documents)
        await stores.policies.save(a_policy(propose_roll_back=wanted))
        services: Any = SimpleNamespace(money=money, stores=stores, clock=FixedClock(NOON))
        report = await verdicts.run(services, TENANT)
    assert report.severity is Severity.ATTENTION
    assert report.change_set_ids == (("undo_cs_1",) if wanted else ())
    assert ("cs_moved: somebody changed this since" in report.text) is wanted
    assert set(money.roles) <= {Role.AGENT}
