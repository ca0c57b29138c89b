"""The fault matrix of Meta's new calls: each fault at each kind of change, and at both calls of a pair."""

from __future__ import annotations

import pytest

from omnify_core.errors import (
    OutcomeUnknown,
    PlatformError,
    PlatformForbidden,
    PlatformNotFound,
    PlatformRejected,
    RateLimited,
    ReconnectNeeded,
)
from omnify_core.legs import AnyLeg, BudgetLeg, FieldLeg, StatusLeg
from omnify_core.platform_ports import Look
from tests.builders.meta_graph import LEGS, Graph, graph_desk, struck
from tests.builders.platform_strikes import ON_THE_WIRE, Strike
from tests.builders.platform_wire import json_reply, meta_error

Left = type[PlatformError]


def says(
    name: str, code: int, subcode: int = 0, *, read: Left | None, write: Left | None, calls: int = 1
) -> Strike:
    return Strike(name, lambda: [meta_error(code, subcode)], read, write, calls=calls)


STRIKES = [
    *ON_THE_WIRE,
    says("transient", 2, read=None, write=OutcomeUnknown),
    says("rate limit", 80004, 2446079, read=None, write=RateLimited),
    says("expired token", 190, 463, read=None, write=None, calls=2),
    says("revoked", 190, 460, read=ReconnectNeeded, write=ReconnectNeeded),
    says("no permission", 200, read=PlatformForbidden, write=PlatformForbidden),
    says("validation", 100, 2490408, read=PlatformRejected, write=PlatformRejected),
    says("policy", 368, read=PlatformRejected, write=PlatformRejected),
    says("no such object", 100, 33, read=PlatformNotFound, write=PlatformNotFound),
]
# Calls of a leg, where it takes more than one.
CALLS = {"create an ad": 2, "create a list": 2}
EACH_CALL = [
    pytest.param(leg, place, id=f"{name}{f', call {place + 1}' if name in CALLS else ''}")
    for name, leg in LEGS.items()
    for place in range(CALLS.get(name, 1))
]
each_strike = pytest.mark.parametrize("strike", STRIKES, ids=lambda strike: strike.name)


@each_strike
@pytest.mark.parametrize(("leg", "place"), EACH_CALL)
async def test_a_change_is_sent_once_and_never_misreported(strike: Strike, leg: AnyLeg, place: int) -> None:
    graph = struck(strike.replies(), spared=place)
    desk = graph_desk(graph)
    left = strike.write
    if left is not None and leg.kind == "audience" and place:
        # The list is there already, so that even a plain refusal is no plain no.
        left = OutcomeUnknown
    if left is None:
        await desk.ads.write(leg, key="k")
        assert len(graph.writes) == _calls(leg) + strike.calls - 1
        return
    with pytest.raises(left) as caught:
        await desk.ads.write(leg, key="k")
    assert type(caught.value) is left
    assert len(graph.writes) == place + 1, "nothing was sent again, and nothing after it"


def _calls(leg: AnyLeg) -> int:
    return next(CALLS.get(name, 1) for name, one in LEGS.items() if one is leg)


@each_strike
@pytest.mark.parametrize("leg", LEGS.values(), ids=LEGS.keys())
async def test_a_look_survives_what_passes_and_reports_what_does_not(strike: Strike, leg: FieldLeg) -> None:
    assert not isinstance(leg, BudgetLeg | StatusLeg)
    calm = await graph_desk(Graph()).ads.look(leg)
    desk = graph_desk(struck(strike.replies(), on_reads=True))
    if strike.read is None:
        assert await desk.ads.look(leg) == calm
        assert calm != Look(None) or leg.before is None
        return
    with pytest.raises(strike.read) as caught:
        await desk.ads.look(leg)
    assert type(caught.value) is strike.read


@each_strike
@pytest.mark.parametrize(
    "leg", [leg for leg in LEGS.values() if leg.kind != "audience"], ids=lambda leg: leg.kind
)
async def test_a_rehearsal_is_repeated_like_a_read(strike: Strike, leg: AnyLeg) -> None:
    graph = struck(strike.replies())
    desk = graph_desk(graph)
    if strike.read is None:
        assert "nothing was carried out" in await desk.ads.dry_run(leg)
    else:
        with pytest.raises(strike.read):
            await desk.ads.dry_run(leg)
    assert all(b"validate_only" in request.content for request in graph.writes)


@pytest.mark.parametrize("leg", LEGS.values(), ids=LEGS.keys())
@pytest.mark.parametrize("body", [{}, {"success": False}, {"id": "x"}, {"result": "ok"}])
async def test_an_answer_that_confirms_nothing_is_unknown(leg: AnyLeg, body: dict[str, object]) -> None:
    graph = struck([json_reply(body)])
    with pytest.raises(OutcomeUnknown, match="never send it again"):
        await graph_desk(graph).ads.write(leg, key="k")
    assert len(graph.writes) == 1


@pytest.mark.parametrize("leg", [LEGS["create a list"], LEGS["remove a list"]], ids=["create", "remove"])
async def test_a_list_is_rehearsed_by_reading_alone(leg: AnyLeg) -> None:
    graph = Graph()
    assert "(read); nothing was carried out" in await graph_desk(graph).ads.dry_run(leg)
    assert graph.writes == []
