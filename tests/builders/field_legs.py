"""An adapter on a running sandbox, for legs of all kinds; each platform's own legs stand in `legs_*.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import httpx

from omnify_core.campaigns import AdAccount, AdGroup, Campaign, Creative, EntityRef, Level, Platform, Status
from omnify_core.clock import FixedClock
from omnify_core.legs import CreationLeg, FieldLeg, NameLeg
from omnify_core.platform_ports import AdPlatform
from omnify_platforms.connected import open_adapter
from omnify_platforms.connections import Connection
from omnify_platforms.transport import Means
from tests.builders.platform_wire import FakePace
from tests.builders.sandbox_server import SandboxServer

# Where a leg takes a call first that changes nothing by itself.
_EFFECTS = {(Platform.TIKTOK, "audience"): "custom_audience/create"}
Leg = TypeVar("Leg", bound=FieldLeg)


@dataclass
class LegDesk:
    """`hurried` waits a second for an answer at most. What they wrote is read from the sandbox's log."""

    ads: AdPlatform
    hurried: AdPlatform
    sandbox: SandboxServer
    account: AdAccount
    pace: FakePace

    def heal(self) -> None:
        """No faults any more, and what a platform asked us to wait is over."""
        self.sandbox.heal()
        self.pace.now_s += 120

    def write_count(self) -> int:
        """How many requests changed something; one may change several fields."""
        return len({write["request_id"] for write in self.sandbox.writes()})

    def strike(self, kind: str, leg: FieldLeg, **more: Any) -> None:
        """Plans a fault for the call that carries the leg out."""
        path = _EFFECTS.get((self.ads.platform, leg.kind), "")
        self.sandbox.fault(kind, platform=self.ads.platform.value, writes=True, path=path, **more)

    def ref(self, level: Level = Level.ACCOUNT, native_id: str = "") -> EntityRef:
        account = self.account.account_id
        return EntityRef(
            platform=self.ads.platform, account_id=account, level=level, native_id=native_id or account
        )

    async def campaigns(self) -> list[Campaign]:
        return [c async for c in self.ads.campaigns(self.account)]

    async def campaign(self, *objectives: str) -> Campaign:
        """A running one, of one of these objectives where any is named."""
        return next(
            c
            for c in await self.campaigns()
            if c.status is Status.ENABLED and (not objectives or c.objective in objectives)
        )

    async def creative(self) -> Creative:
        return next(
            c for c in [c async for c in self.ads.creatives(self.account)] if c.status is Status.ENABLED
        )

    async def ad_group(self, campaign: Campaign) -> AdGroup:
        return next(
            g for g in [g async for g in self.ads.ad_groups(self.account)] if g.campaign_id == campaign.id
        )


MakeLeg = Callable[[LegDesk, str], Awaitable[FieldLeg]]
"""The leg as somebody wants it, before anybody looked; the text makes its names its own."""
Cases = Mapping[str, MakeLeg]


async def rename_campaign(desk: LegDesk, tag: str) -> FieldLeg:
    campaign = await desk.campaign()
    return NameLeg(ref=campaign.ref, name=campaign.name, after=f"{campaign.name} {tag}")


async def rename_ad(desk: LegDesk, tag: str) -> FieldLeg:
    ad = await desk.creative()
    return NameLeg(ref=ad.ref, name=ad.name, after=f"Ad {tag}")


@asynccontextmanager
async def leg_desk(platform: Platform, sandbox: SandboxServer) -> AsyncIterator[LegDesk]:
    async def keep(_rejected: Connection, renewed: Connection) -> Connection:
        return renewed

    clock = FixedClock(datetime.fromisoformat(sandbox.control("GET", "clock")["now"]))
    pace = FakePace()
    async with httpx.AsyncClient(verify=False, trust_env=False) as http:
        ads, hurried = (
            open_adapter(sandbox.connection(platform), Means(http, clock, pace, limit_s), keep=keep)
            for limit_s in (20.0, 1.0)
        )
        yield LegDesk(ads, hurried, sandbox, (await ads.accounts())[0], pace)
    sandbox.heal()


async def as_seen(ads: AdPlatform, wanted: Leg) -> Leg:
    """The leg with what stands there now, as a proposal has it."""
    look = await ads.look(wanted)
    assert look.can_tell
    return type(wanted).model_validate(wanted.model_dump() | {"before": look.value})


def undone(leg: FieldLeg) -> FieldLeg:
    """The way back: a created thing is removed, a setting gets its former value."""
    assert isinstance(leg, CreationLeg) or leg.before is not None
    return type(leg).model_validate(leg.model_dump() | {"before": leg.after, "after": leg.before})
