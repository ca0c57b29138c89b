"""Connections over HTTP: who may connect, what is shown, and a whole sign-in against the sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from omnify_core.errors import BadInput
from omnify_server.connecting import apps_of
from omnify_server.seeding import ANALYST_EMAIL, OWNER_EMAIL
from tests.builders.house import House, open_house

EIGHT = {"google", "meta", "linkedin", "tiktok", "youtube", "gohighlevel", "shopify", "stripe"}


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder: Path = tmp_path_factory.mktemp("house")
    async with open_house(folder) as opened:
        yield opened


async def shown(house: House) -> dict[str, Any]:
    items = (await house.api.get("/api/integrations")).json()["items"]
    return {item["platform"]: item for item in items}


async def test_all_eight_are_shown_with_what_they_can_do(house: House) -> None:
    platforms = await shown(house)
    assert set(platforms) == EIGHT
    google, meta = platforms["google"], platforms["meta"]
    assert (google["state"], google["ok"], google["connected"]) == ("connected", True, True)
    assert google["capabilities"]["can_dry_run"] is True
    assert "daily_budget" in meta["capabilities"]["actions"]
    assert meta["capabilities"]["refused"]["keyword"] == "Meta Ads has no keywords"
    assert meta["records"] is None
    shop = platforms["shopify"]
    assert (shop["capabilities"], shop["records"]["changes"]) == (None, ["inventory", "marketing_activity"])


ADS = ("google", "meta", "linkedin", "tiktok", "youtube")


async def answered(house: House, platform: str, answer: str) -> httpx.Response:
    """What our own callback says once a person has answered on the platform's page."""
    started = await house.api.post(f"/api/integrations/{platform}/connect", json={})
    assert started.status_code == 200, started.text
    address = started.json()["url"]
    assert address.startswith(f"{house.url}/sandbox/{platform}-ads/")
    page = await house.anyone.get(address)
    assert "Allow this app" in page.text
    back = await house.anyone.post(address, data={"answer": answer})
    assert back.status_code == 302, back.text
    return await house.api.get(back.headers["location"])


@pytest.mark.parametrize("platform", ADS)
async def test_a_platform_is_connected_on_its_own_page_and_disconnected(house: House, platform: str) -> None:
    connected = await answered(house, platform, "allow")
    assert connected.headers["location"] == f"/connections?connected={platform}"
    view = (await house.api.get(f"/api/integrations/{platform}")).json()
    assert (view["state"], view["message"].split(";")[0]) == ("connected", f"{view['label']} answers")
    again = await house.api.get(str(connected.request.url))
    assert again.headers["location"].startswith(f"/connections?failed={platform}&reason=this+answer+was+used")
    gone = await house.api.delete(f"/api/integrations/{platform}")
    assert gone.json()["revoked"] is (platform in {"google", "meta", "youtube"})
    assert (await shown(house))[platform]["state"] == "not_connected"
    await answered(house, platform, "allow")  # the other tests find it connected, and revoking is undone
    assert (await shown(house))[platform]["connected"]


async def test_connecting_and_disconnecting_stand_in_the_audit_chain(house: House) -> None:
    owner = await house.services.stores.people.user_by_email(OWNER_EMAIL)
    assert owner is not None
    audit = house.services.stores.audit
    head = await audit.head(owner.tenant_id)
    await house.api.delete("/api/integrations/tiktok")
    await answered(house, "tiktok", "deny")
    await answered(house, "tiktok", "allow")
    rows = await audit.rows(owner.tenant_id, after=head.seq if head else 0)
    told = [(row.action, row.subject, row.actor) for row in rows]
    assert told == [
        ("platform.disconnected", "tiktok", owner.id),
        ("platform.connected", "tiktok", owner.id),
    ]


async def test_a_person_who_says_no_changes_nothing(house: House) -> None:
    refused = await answered(house, "meta", "deny")
    assert "The+person+said+no" in refused.headers["location"]
    assert (await shown(house))["meta"]["connected"]


async def test_consent_that_is_gone_asks_for_a_person(house: House) -> None:
    await house.control("POST", "faults", {"kind": "revoked", "platform": "meta"})
    meta = (await house.api.get("/api/integrations/meta")).json()
    assert (meta["state"], meta["ok"], meta["connected"]) == ("reconnect", False, True)
    await house.control("DELETE", "faults")


async def test_only_owners_and_admins_connect(house: House) -> None:
    user = await house.services.stores.people.user_by_email(ANALYST_EMAIL)
    assert user is not None
    session = await house.services.identity.open_session(user)
    headers = {"Authorization": f"Bearer {session.token}"}
    for method, path in (("POST", "google/connect"), ("DELETE", "google")):
        reply = await house.anyone.request(
            method,
            f"{house.url}/api/integrations/{path}",
            headers=headers,
            json={} if method == "POST" else None,
        )
        assert reply.status_code == 403
    assert (await shown(house))["google"]["connected"]


@pytest.mark.parametrize(
    ("text", "named"),
    [("{", "not JSON"), ("[]", "object"), ('{"gogle": {}}', "gogle"), ('{"meta": {"app_id": 7}}', "meta")],
)
async def test_apps_that_cannot_be_read_name_the_cure(text: str, named: str) -> None:
    with pytest.raises(BadInput, match=named):
        apps_of(text)
