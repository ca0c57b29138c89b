"""Signing in: failures count, sessions end, links work once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import jwt
import pytest

from omnify_core.clock import FixedClock
from omnify_core.errors import BadInput, LimitReached, NotSignedIn
from omnify_core.people import Role, User
from omnify_memory import Stores, open_sqlite, stores_on
from omnify_server.identity.factors import SecondFactors
from omnify_server.identity.passwords import check_password
from omnify_server.identity.sessions import Identity
from tests.builders.people import PASSWORD, owner

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
RING = (b"1" * 32,)


class Desk(NamedTuple):
    identity: Identity
    stores: Stores
    clock: FixedClock
    user: User


def _identity(stores: Stores, clock: FixedClock, ring: tuple[bytes, ...]) -> Identity:
    factors = SecondFactors(stores.factors, stores.people, stores.tokens, clock, ring=ring)
    return Identity(stores.people, stores.tokens, factors, clock, ring=ring, life=timedelta(hours=1))


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = FixedClock(NOON)
    async with open_sqlite(None) as documents:
        stores = stores_on(documents)
        user = await owner(NOON)
        await stores.people.add_user(user)
        identity = _identity(stores, clock, RING)
        yield Desk(identity, stores, clock, user)


async def test_the_right_password_opens_a_session_with_the_stored_role(desk: Desk) -> None:
    session = await desk.identity.sign_in(" Owner@Example.com ", PASSWORD, "127.0.0.1")
    actor = await desk.identity.actor(session.token)
    assert (actor.user_id, actor.tenant_id, actor.role) == ("u1", "t1", Role.OWNER)


@pytest.mark.parametrize("email", ["owner@example.com", "nobody@example.com"])
async def test_a_wrong_password_and_an_unknown_user_answer_the_same(desk: Desk, email: str) -> None:
    with pytest.raises(NotSignedIn, match="e-mail address or password is wrong"):
        await desk.identity.sign_in(email, "wrong wrong wrong", "127.0.0.1")


async def test_ten_failures_close_the_door_for_a_while_even_to_the_right_password(desk: Desk) -> None:
    for _ in range(10):
        with pytest.raises(NotSignedIn):
            await desk.identity.sign_in(desk.user.email, "wrong wrong wrong", "10.0.0.1")
    with pytest.raises(LimitReached):
        await desk.identity.sign_in(desk.user.email, PASSWORD, "10.0.0.1")
    desk.clock.move_to(NOON + timedelta(minutes=16))
    assert await desk.identity.sign_in(desk.user.email, PASSWORD, "10.0.0.1")


async def test_a_session_ends_with_time_and_with_signing_out(desk: Desk) -> None:
    first = await desk.identity.open_session(desk.user)
    await desk.identity.sign_out(first.token)
    assert not await desk.identity.stands(first.token)
    second = await desk.identity.open_session(desk.user)
    desk.clock.move_to(NOON + timedelta(hours=1))
    with pytest.raises(NotSignedIn, match="has ended"):
        await desk.identity.actor(second.token)


async def test_a_one_time_link_works_once_and_not_for_long(desk: Desk) -> None:
    link = await desk.identity.one_time_link(desk.user)
    assert (await desk.identity.redeem_link(link)).user.id == "u1"
    with pytest.raises(NotSignedIn):
        await desk.identity.redeem_link(link)
    late = await desk.identity.one_time_link(desk.user)
    desk.clock.move_to(NOON + timedelta(minutes=31))
    with pytest.raises(NotSignedIn):
        await desk.identity.redeem_link(late)


async def test_forged_tokens_are_refused(desk: Desk) -> None:
    real = await desk.identity.open_session(desk.user)
    claims = jwt.decode(real.token, options={"verify_signature": False})
    header = {name: jwt.get_unverified_header(real.token)[name] for name in ("kid", "typ")}
    forged = [
        jwt.encode(claims, b"2" * 32, "HS256", headers=header),
        jwt.encode(claims, "", "none", headers=header),
        jwt.encode(claims, b"1" * 32, "HS256", headers={**header, "typ": "JWT"}),
        real.token[:-4] + "AAAA",
        "not a token",
    ]
    for token in forged:
        with pytest.raises(NotSignedIn):
            await desk.identity.actor(token)


async def test_a_new_key_keeps_old_sessions_and_an_unknown_key_ends_them(desk: Desk) -> None:
    session = await desk.identity.open_session(desk.user)

    def after_rotation(*ring: bytes) -> Identity:
        return _identity(desk.stores, desk.clock, ring)

    assert await after_rotation(b"2" * 32, RING[0]).stands(session.token)
    assert not await after_rotation(b"2" * 32).stands(session.token)


@pytest.mark.parametrize("password", ["short", "password is not a secret"])
def test_weak_passwords_are_refused_with_the_cure(password: str) -> None:
    with pytest.raises(BadInput):
        check_password(password)
