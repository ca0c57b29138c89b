"""One question through the real run loop, and its record as the command line prints it."""

from __future__ import annotations

import time
from typing import Any

from omnify_core.change_sets import ChangeSet
from omnify_core.conversations import RunRecord, Thread
from omnify_core.ids import ChangeSetId, ThreadId, new_id
from omnify_core.people import Actor
from omnify_server.change_set_views import leg_value
from omnify_server.services import Services


async def new_thread(services: Services, actor: Actor) -> ThreadId:
    now = services.clock.now()
    thread = Thread(
        id=ThreadId(new_id("th")),
        tenant_id=actor.tenant_id,
        user_id=actor.user_id,
        title="",
        created_at=now,
        updated_at=now,
    )
    await services.stores.threads.add(thread)
    return thread.id


async def ask(services: Services, actor: Actor, text: str, thread: ThreadId | None = None) -> dict[str, Any]:
    """The object of the design: route, calls, change sets, outcome, reply, usage."""
    started = time.perf_counter()
    thread = thread or await new_thread(services, actor)
    run_id = await services.copilot.start(actor, thread, text)
    run = await services.copilot.wait(run_id)
    change_sets = [
        await services.stores.change_sets.get(actor.tenant_id, ChangeSetId(id_)) for id_ in run.change_set_ids
    ]
    return answer(run, change_sets, ms=round((time.perf_counter() - started) * 1000))


def answer(run: RunRecord, change_sets: list[ChangeSet], *, ms: int) -> dict[str, Any]:
    return {
        "utterance": run.utterance,
        "thread_id": run.thread_id,
        "run_id": run.id,
        "route": [name.lower() for name in run.route],
        "tool_calls": [call.model_dump(mode="json") for call in run.tool_calls],
        "change_sets": [change_set_json(one) for one in change_sets],
        "outcome": run.outcome,
        "reply": run.reply,
        "usage": run.usage.model_dump(mode="json") | {"model": run.model},
        "ms": ms,
    }


def change_set_json(change_set: ChangeSet) -> dict[str, Any]:
    return {
        "id": change_set.id,
        "plan_hash": change_set.plan_hash,
        "status": change_set.status.value,
        "title": change_set.title,
        "verdict": change_set.verdict.model_dump(mode="json"),
        "legs": [
            {
                "platform": leg.ref.platform.value,
                "account_id": leg.ref.account_id,
                "entity_id": leg.ref.id,
                "name": leg.name,
                "field": leg.kind,
                "before": leg_value(leg, before=True),
                "after": leg_value(leg, before=False),
            }
            for leg in change_set.plan.legs
        ],
        "expires_at": change_set.expires_at.isoformat(),
        "outcome": change_set.outcome,
    }
