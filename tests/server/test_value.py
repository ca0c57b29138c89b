"""The value ledger over HTTP: an applied change is judged after a week of the market's own time."""

from __future__ import annotations

from pathlib import Path

from omnify_server.seeding import DEMO_TENANT, OWNER_EMAIL
from tests.builders.house import open_house

MOVE = "Move 100 a day from the worst Meta campaign to the best Google one"


async def test_a_week_after_a_change_its_verdict_stands_in_the_ledger(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        assert (await house.api.get("/api/value")).json()["items"] == []
        run = await house.ask(MOVE)
        path = f"/api/approvals/{run['change_set_ids'][0]}"
        card = (await house.api.get(path)).json()
        await house.api.post(f"{path}/approve", json={"plan_hash": card["plan_hash"]})
        assert (await house.decided(card["id"], {"done", "failed"}))["status"] == "done"
        assert (await house.api.get("/api/reconciliation")).json()["drifts"] == []

        await house.control("POST", "advance", {"days": 9})
        await house.services.refresh_clock()
        await house.services.sync.run(DEMO_TENANT)
        assert len(await house.services.money.judge_due(DEMO_TENANT)) == 2

        body = {"email": OWNER_EMAIL, "password": house.services.keys.demo_password}
        token = (await house.anyone.post("/api/auth/login", json=body)).json()["access_token"]
        owner = {"Authorization": f"Bearer {token}"}
        ledger = (await house.anyone.get("/api/value", headers=owner)).json()
        assert sorted(one["days"] for one in ledger["items"]) == [1, 7]
        assert ledger["better"] + ledger["worse"] + ledger["inconclusive"] == 1
        week = next(one for one in ledger["items"] if one["days"] == 7)
        assert week["net"] is not None, week["why"]
        assert float(week["net"]["low"]["amount"]) < float(week["net"]["high"]["amount"])
        told = (await house.anyone.get(f"{path}/verdicts", headers=owner)).json()
        assert [one["days"] for one in told] == [1, 7]
