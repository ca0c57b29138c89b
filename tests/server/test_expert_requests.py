"""Asking a human expert over HTTP, and the answer that comes back into the conversation."""

from __future__ import annotations

from pathlib import Path

from omnify_core.ids import ThreadId
from omnify_server.seeding import ANALYST_EMAIL, DEMO_TENANT
from tests.builders.house import open_house

ROOT = "/api/expert-intervention"


async def test_a_question_waits_on_the_timeline_until_a_manager_answers_once(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        run = await house.ask("What can you do?")
        body = {"topic": "Contract", "question": "May we bid on that name?", "thread_id": run["thread_id"]}
        asked = await house.api.post(f"{ROOT}/request", json=body)
        assert asked.status_code == 201, asked.text
        path = f"{ROOT}/requests/{asked.json()['id']}/answer"
        titles = [entry["title"] for entry in (await house.api.get("/api/timeline")).json()["items"]]
        assert "Expert wanted: Contract" in titles

        sign_in = {"email": ANALYST_EMAIL, "password": house.services.keys.demo_password}
        token = (await house.anyone.post("/api/auth/login", json=sign_in)).json()["access_token"]
        analyst = {"Authorization": f"Bearer {token}"}
        refused = await house.anyone.post(path, json={"answer": "Yes."}, headers=analyst)
        assert refused.status_code == 403
        elsewhere = await house.anyone.post(f"{ROOT}/request", json=body, headers=analyst)
        assert elsewhere.status_code == 403

        answered = await house.api.post(path, json={"answer": "Only in exact match."})
        assert answered.json()["status"] == "answered"
        assert (await house.api.post(path, json={"answer": "Or not."})).status_code == 409
        (listed,) = (await house.api.get(f"{ROOT}/requests", params={"status": "answered"})).json()["items"]
        assert listed["answer"] == "Only in exact match."
        items = await house.services.stores.threads.items(DEMO_TENANT, ThreadId(run["thread_id"]))
        assert "Only in exact match." in items[-1]["content"]
