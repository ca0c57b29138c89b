"""The second factor: codes work once, failures count, a yes needs a fresh one."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from omnify_core.clock import FixedClock
from omnify_core.errors import (
    BadInput,
    CodeNeeded,
    Conflict,
    LimitReached,
    NotSignedIn,
    OmnifyError,
    WrongCode,
)
from omnify_core.ids import UserId
from omnify_core.people import User
from omnify_memory import Stores, open_sqlite, stores_on
from omnify_server.identity.factors import Enrolment, SecondFactors
from omnify_server.identity.sessions import Identity
from tests.builders.house import House, open_house
from tests.builders.people import PASSWORD, owner

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
RING = (b"1" * 32,)
MOVE = "Move 100 a day from the worst Meta campaign to the best Google one"


def code_at(secret: str, at: datetime) -> str:
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), 30)
    return totp.generate(int(at.timestamp())).decode()


class Desk(NamedTuple):
    factors: SecondFactors
    identity: Identity
    stores: Stores
    clock: FixedClock
    user: User
    enrolment: Enrolment

    def code(self, *, steps: int = 0) -> str:
        return code_at(self.enrolment.secret, self.clock.now() + timedelta(seconds=30 * steps))

    async def now_user(self) -> User:
        return await self.stores.people.user(self.user.tenant_id, self.user.id)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = FixedClock(NOON)
    async with open_sqlite(None) as documents:
        stores = stores_on(documents)
        user = await owner(NOON)
        await stores.people.add_user(user)
        factors = SecondFactors(stores.factors, stores.people, stores.tokens, clock, ring=RING)
        identity = Identity(stores.people, stores.tokens, factors, clock, ring=RING, life=timedelta(hours=1))
        yield Desk(factors, identity, stores, clock, user, await factors.enrol(user))


async def test_it_is_in_use_once_a_first_code_was_right(desk: Desk) -> None:
    assert (await desk.identity.sign_in(desk.user.email, PASSWORD, "::1")).token
    with pytest.raises(WrongCode):
        await desk.factors.confirm(desk.user, "000000")
    await desk.factors.confirm(desk.user, desk.code())
    assert (await desk.now_user()).has_second_factor
    with pytest.raises(Conflict):
        await desk.factors.enrol(desk.user)


async def test_signing_in_then_needs_the_password_and_a_code(desk: Desk) -> None:
    await desk.factors.confirm(desk.user, desk.code())
    with pytest.raises(CodeNeeded):
        await desk.identity.sign_in(desk.user.email, PASSWORD, "::1")
    with pytest.raises(NotSignedIn) as refused:
        await desk.identity.sign_in(desk.user.email, "wrong wrong wrong", "::1", desk.code(steps=1))
    assert not isinstance(refused.value, CodeNeeded), "a wrong password learns nothing of the factor"
    desk.clock.move_to(NOON + timedelta(seconds=30))
    session = await desk.identity.sign_in(desk.user.email, PASSWORD, "::1", desk.code())
    assert (await desk.identity.actor(session.token)).code_at == desk.clock.now()


async def test_a_code_shown_after_signing_out_brings_no_session_back(desk: Desk) -> None:
    session = await desk.identity.open_session(desk.user)
    await desk.identity.sign_out(session.token)
    with pytest.raises(NotSignedIn):
        await desk.identity.mark_fresh(session.token)
    assert not await desk.identity.stands(session.token)


@pytest.mark.parametrize("steps", [-1, 0, 1])
async def test_a_clock_that_is_half_a_minute_off_still_fits(desk: Desk, steps: int) -> None:
    await desk.factors.check(desk.user, desk.code(steps=steps))


@pytest.mark.parametrize("steps", [-2, 2])
async def test_an_older_or_later_code_does_not(desk: Desk, steps: int) -> None:
    with pytest.raises(WrongCode):
        await desk.factors.check(desk.user, desk.code(steps=steps))


async def test_a_code_works_once_even_for_two_at_the_same_moment(desk: Desk) -> None:
    code = desk.code()
    ended = await asyncio.gather(
        *(desk.factors.check(desk.user, code) for _ in range(4)), return_exceptions=True
    )
    assert ended.count(None) == 1
    assert all(isinstance(one, OmnifyError) for one in ended if one is not None)


async def test_a_recovery_code_works_once_however_it_is_typed(desk: Desk) -> None:
    code = desk.enrolment.recovery_codes[3]
    await desk.factors.check(desk.user, f" {code.lower().replace('-', ' ')} ")
    with pytest.raises(WrongCode):
        await desk.factors.check(desk.user, code)
    await desk.factors.check(desk.user, desk.enrolment.recovery_codes[4])


async def test_after_five_wrong_codes_even_the_right_one_waits(desk: Desk) -> None:
    for _ in range(5):
        with pytest.raises(WrongCode):
            await desk.factors.check(desk.user, "123123")
    with pytest.raises(LimitReached):
        await desk.factors.check(desk.user, desk.code())
    desk.clock.move_to(NOON + timedelta(minutes=16))
    await desk.factors.check(desk.user, desk.code())


async def test_the_secret_is_stored_sealed_for_this_person_only(desk: Desk) -> None:
    factor = await desk.stores.factors.get(desk.user.tenant_id, desk.user.id)
    assert factor is not None
    stored = factor.model_dump_json()
    assert desk.enrolment.secret not in stored
    assert base64.b32decode(desk.enrolment.secret) not in base64.b64decode(factor.sealed.partition(".")[2])
    assert not any(code in stored for code in desk.enrolment.recovery_codes)
    other = desk.user.model_copy(update={"id": UserId("u2")})
    await desk.stores.factors.replace(factor.model_copy(update={"user_id": other.id, "version": 0}))
    with pytest.raises(BadInput):
        await desk.factors.check(other, desk.code())


async def test_disabling_needs_a_code_and_then_nothing_is_asked_any_more(desk: Desk) -> None:
    await desk.factors.confirm(desk.user, desk.code())
    with pytest.raises(WrongCode):
        await desk.factors.disable(desk.user, "000000")
    await desk.factors.disable(await desk.now_user(), desk.enrolment.recovery_codes[0])
    assert (await desk.identity.sign_in(desk.user.email, PASSWORD, "::1")).token


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


async def test_a_yes_needs_a_fresh_code_a_no_does_not(house: House) -> None:
    run = await house.ask(MOVE)
    card = (await house.api.get(f"/api/approvals/{run['change_set_ids'][0]}")).json()
    body = {"plan_hash": card["plan_hash"]}
    set_up = (await house.api.post("/api/mfa/setup")).json()
    assert "<svg" in set_up["qr_svg"]
    now = datetime.now(UTC)
    first = await house.api.post("/api/mfa/verify", json={"code": code_at(set_up["secret"], now)})
    assert first.json() == {"enabled": True, "recovery_left": 10}

    await house.control("POST", "advance", {"days": 0.02})
    await house.services.refresh_clock()
    refused = await house.api.post(f"/api/approvals/{card['id']}/approve", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "fresh_code_needed")
    again = {"code": set_up["recovery_codes"][0]}
    assert (await house.api.post("/api/mfa/verify", json=again)).json()["recovery_left"] == 9
    approved = await house.api.post(f"/api/approvals/{card['id']}/approve", json=body)
    assert approved.status_code == 200, approved.text


async def test_a_policy_can_ask_it_of_everybody(house: House) -> None:
    before = (await house.api.get("/api/policy")).json()
    asked = {**before, "second_factor_for_approval": True}
    assert (await house.api.put("/api/policy", json=asked)).status_code == 200
    run = await house.ask(MOVE)
    card = (await house.api.get(f"/api/approvals/{run['change_set_ids'][0]}")).json()
    body = {"plan_hash": card["plan_hash"]}
    refused = await house.api.post(f"/api/approvals/{card['id']}/approve", json=body)
    assert refused.status_code == 403
    assert "set one up" in refused.json()["message"]
