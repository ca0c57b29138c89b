"""How one wants to be answered, over HTTP: the answer to the wish for a personality type."""

from __future__ import annotations

from pathlib import Path

from omnify_server.seeding import ANALYST_EMAIL
from tests.builders.house import open_house

PATH = "/api/adaptive-learning/personality"


async def test_wishes_are_said_shown_and_forgotten_by_their_person_alone(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        assert (await house.anyone.get(PATH)).status_code == 401
        first = (await house.api.get(PATH)).json()
        assert first["personality"] is None
        assert {one["basis"] for one in first["preferences"]} == {"default"}

        body = {"preferences": {"length": "detailed", "tone": "formal"}}
        assert (await house.api.put(PATH, json=body)).status_code == 200
        assert (await house.api.put(PATH, json={"preferences": {"tone": None}})).status_code == 200
        await house.api.put("/api/adaptive-learning/consent", json={"observe": True})
        mine = (await house.api.get(PATH)).json()
        assert mine["observed_since"]
        said = {one["aspect"]: one["value"] for one in mine["preferences"] if one["basis"] == "stated"}
        assert said == {"length": "detailed"}
        assert (await house.api.put(PATH, json={"preferences": {"tone": "rude"}})).status_code == 422
        assert (await house.api.put(PATH, json={"preferences": {"openness": "x"}})).status_code == 422

        sign_in = {"email": ANALYST_EMAIL, "password": house.services.keys.demo_password}
        token = (await house.anyone.post("/api/auth/login", json=sign_in)).json()["access_token"]
        theirs = await house.anyone.get(PATH, headers={"Authorization": f"Bearer {token}"})
        assert theirs.json() == first

        assert (await house.api.delete(PATH)).json() == first
