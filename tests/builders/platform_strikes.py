"""Faults that strike one call: what is left for the caller of a read and of a write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx
import pytest

from omnify_core.campaigns import EntityRef
from omnify_core.errors import OutcomeUnknown, PlatformError
from omnify_core.legs import AnyLeg
from tests.builders.platform_wire import Reply, Rig

MakeRig = Callable[..., Rig]


@dataclass(frozen=True)
class Strike:
    """`read` and `write` are the error that is left, or None where the call then succeeds.

    `replies` are what the platform answers before it is well again; `calls` how often a write was sent.
    """

    name: str
    replies: Callable[[], Sequence[Reply]]
    read: type[PlatformError] | None
    write: type[PlatformError] | None
    calls: int = 1


def breaks(name: str, error: type[httpx.TransportError], *, left: bool) -> Strike:
    write = OutcomeUnknown if left else None
    return Strike(name, lambda: [error("the wire broke")], None, write, calls=1 if left else 2)


def answers(name: str, status: int) -> Strike:
    headers = {"location": "https://elsewhere.test/"}
    return Strike(
        name, lambda: [httpx.Response(status, text="<html>", headers=headers)], None, OutcomeUnknown
    )


ON_THE_WIRE = [
    breaks("no connection", httpx.ConnectError, left=False),
    breaks("connecting takes too long", httpx.ConnectTimeout, left=False),
    breaks("no free connection", httpx.PoolTimeout, left=False),
    breaks("no answer in time", httpx.ReadTimeout, left=True),
    breaks("lost while sending", httpx.WriteError, left=True),
    breaks("lost while answering", httpx.ReadError, left=True),
    breaks("closed without an answer", httpx.RemoteProtocolError, left=True),
    answers("500 without details", 500),
    answers("502 of a gateway", 502),
    answers("503", 503),
    answers("408", 408),
    answers("200 that is not JSON", 200),
    answers("a redirect", 302),
]


async def read_after(strike: Strike, make: MakeRig, ref: EntityRef, well: Sequence[Reply]) -> None:
    """Reads under the fault, and holds the outcome against what the strike says."""
    desk = make(*strike.replies(), *well)
    if strike.read is None:
        assert (await desk.ads.read(ref)).ref == ref
        return
    with pytest.raises(strike.read) as caught:
        await desk.ads.read(ref)
    assert type(caught.value) is strike.read


async def write_after(
    strike: Strike, make: MakeRig, leg: AnyLeg, *, before: Sequence[Reply], well: Reply
) -> None:
    """Writes under the fault; `before` is what the adapter asks first."""
    desk = make(*before, *strike.replies(), well)
    if strike.write is None:
        await desk.ads.write(leg, key="k")
    else:
        with pytest.raises(strike.write) as caught:
            await desk.ads.write(leg, key="k")
        assert type(caught.value) is strike.write
    sent = [asked for asked in desk.script.asked[len(before) :] if "token" not in asked.url.path.lower()]
    assert len(sent) == strike.calls
