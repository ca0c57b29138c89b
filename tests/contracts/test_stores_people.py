"""Tenants, users, secrets and connections, on every backend."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from omnify_core.campaigns import Platform
from omnify_core.errors import Conflict, NotFound
from omnify_core.ids import UserId
from omnify_core.people import Tenant
from omnify_core.preferences import Preferences
from omnify_memory.collections import TOKENS
from omnify_memory.documents import Documents, Query
from omnify_memory.stores import Stores
from tests.builders.stores import NOON, OURS, THEIRS, user

SOON = NOON + timedelta(minutes=15)
LATER = NOON + timedelta(hours=1)


async def test_tenants_come_back(stores: Stores) -> None:
    ours = Tenant(id=OURS, name="TechFlow", base_currency="USD", time_zone="America/New_York")
    theirs = ours.model_copy(update={"id": THEIRS})
    await stores.people.add_tenant(theirs)
    await stores.people.add_tenant(ours)
    assert await stores.people.tenant(OURS) == ours
    assert await stores.people.tenants() == [ours, theirs]
    with pytest.raises(Conflict):
        await stores.people.add_tenant(ours)


async def test_a_user_is_found_by_address_however_it_is_typed(stores: Stores) -> None:
    await stores.people.add_user(user(email="Dana@Example.com"))
    assert await stores.people.user_by_email(" dana@example.COM ") == user(email="Dana@Example.com")
    assert await stores.people.user_by_email("dana@example.org") is None


async def test_an_address_is_taken_once_over_all_tenants(stores: Stores) -> None:
    await stores.people.add_user(user())
    with pytest.raises(Conflict):
        await stores.people.add_user(user("u2", "DANA@example.com", tenant=THEIRS))


async def test_users_stay_within_their_tenant(stores: Stores) -> None:
    await stores.people.add_user(user())
    await stores.people.add_user(user("u2", "kim@example.com", tenant=THEIRS))
    assert await stores.people.users(OURS) == [user()]
    with pytest.raises(NotFound):
        await stores.people.user(OURS, UserId("u2"))


async def test_a_token_is_taken_once(stores: Stores) -> None:
    await stores.tokens.put("link", {"user": "u1"}, SOON)
    taken = await asyncio.gather(*(stores.tokens.take("link", NOON) for _ in range(8)))
    assert [value for value in taken if value is not None] == [{"user": "u1"}]
    assert await stores.tokens.get("link", NOON) is None


async def test_a_token_can_be_read_until_it_is_dropped(stores: Stores) -> None:
    await stores.tokens.put("refresh", {"family": "f1"}, SOON)
    await stores.tokens.put("refresh", {"family": "f2"}, SOON)
    assert await stores.tokens.get("refresh", NOON) == {"family": "f2"}
    await stores.tokens.drop("refresh")
    assert await stores.tokens.get("refresh", NOON) is None


async def test_an_expired_token_opens_nothing(stores: Stores) -> None:
    await stores.tokens.put("link", {"user": "u1"}, SOON)
    assert await stores.tokens.get("link", SOON) is None
    assert await stores.tokens.take("link", SOON) is None


async def test_taking_clears_what_has_expired_and_nothing_else(stores: Stores, documents: Documents) -> None:
    await stores.tokens.put("old", {}, NOON)
    await stores.tokens.put("new", {}, LATER)
    await stores.tokens.take("another", SOON)
    assert len(await documents.find(TOKENS, Query(tenant=None))) == 1
    assert await stores.tokens.get("new", SOON) == {}


async def test_the_store_holds_no_key_in_the_clear(stores: Stores, documents: Documents) -> None:
    await stores.tokens.put("s3cret-link", {"user": "u1"}, SOON)
    assert "s3cret-link" not in repr(await documents.find(TOKENS, Query(tenant=None)))


async def test_racing_counts_are_all_counted(stores: Stores) -> None:
    counts = await asyncio.gather(*(stores.tokens.count("tries", SOON, NOON) for _ in range(10)))
    assert sorted(counts) == list(range(1, 11))


async def test_a_counter_starts_anew_after_it_expired_and_keeps_its_first_expiry(stores: Stores) -> None:
    assert await stores.tokens.count("tries", SOON, NOON) == 1
    assert await stores.tokens.count("tries", LATER, NOON) == 2
    assert await stores.tokens.count("tries", LATER, SOON) == 1
    assert await stores.tokens.count("others", LATER, SOON) == 1


async def test_connections_are_kept_sealed_per_tenant_and_platform(stores: Stores) -> None:
    await stores.connections.save(OURS, Platform.META, "v1.sealed==")
    await stores.connections.save(OURS, Platform.GOOGLE, 'v1."quoted"')
    await stores.connections.save(OURS, Platform.META, "v2.sealed==")
    assert await stores.connections.get(OURS, Platform.META) == "v2.sealed=="
    assert await stores.connections.get(OURS, Platform.GOOGLE) == 'v1."quoted"'
    assert await stores.connections.connected(OURS) == [Platform.GOOGLE, Platform.META]
    assert await stores.connections.get(THEIRS, Platform.META) is None
    await stores.connections.drop(OURS, Platform.META)
    assert await stores.connections.connected(OURS) == [Platform.GOOGLE]


async def test_preferences_belong_to_one_person_and_are_written_by_compare_and_set(stores: Stores) -> None:
    mine = Preferences(tenant_id=OURS, user_id=UserId("u1"), observed_since=NOON)
    await stores.preferences.replace(mine)
    stored = mine.model_copy(update={"version": 1})
    assert await stores.preferences.get(OURS, UserId("u1")) == stored
    assert await stores.preferences.get(THEIRS, UserId("u1")) is None
    assert await stores.preferences.get(OURS, UserId("u2")) is None
    with pytest.raises(Conflict):
        await stores.preferences.replace(mine)
    await stores.preferences.replace(stored.model_copy(update={"observed_since": None}))
    with pytest.raises(Conflict):
        await stores.preferences.replace(stored)
    await stores.preferences.drop(THEIRS, UserId("u1"))
    assert (await stores.preferences.get(OURS, UserId("u1"))).version == 2  # type: ignore[union-attr]
    await stores.preferences.drop(OURS, UserId("u1"))
    assert await stores.preferences.get(OURS, UserId("u1")) is None
