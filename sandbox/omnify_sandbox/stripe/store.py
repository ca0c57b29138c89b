"""Objects of one Stripe account, what they were before, and the events that tell of changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

from omnify_sandbox.business.ids import letters
from omnify_sandbox.stripe.contract import version
from omnify_sandbox.stripe.errors import no_such

Object = dict[str, Any]
PREFIX = {
    "customer": "cus",
    "subscription": "sub",
    "subscription_item": "si",
    "invoice": "in",
    "line_item": "il",
    "charge": "ch",
    "payment_intent": "pi",
    "balance_transaction": "txn",
    "invoice_payment": "inpay",
    "product": "prod",
    "price": "price",
    "refund": "re",
    "webhook_endpoint": "we",
    "event": "evt",
}


class Cause(NamedTuple):
    """The request behind a change; both None where time itself brought it."""

    request_id: str | None = None
    idempotency_key: str | None = None


class Store:
    """Kept in the order of creation. `on_event` hears each event once."""

    def __init__(self, seed: int, on_event: Callable[[Object], None]) -> None:
        self._seed = seed
        self._on_event = on_event
        self.objects: dict[str, dict[str, Object]] = {kind: {} for kind in PREFIX}
        self._past: dict[str, list[tuple[int, bytes | None]]] = {}
        self._counts = dict.fromkeys(PREFIX, 0)

    def new_id(self, kind: str) -> str:
        self._counts[kind] += 1
        return f"{PREFIX[kind]}_1S{letters(self._seed, f'{kind}/{self._counts[kind]}', 20)}"

    def add(self, obj: Object, at: int, topic: str = "", cause: Cause = Cause()) -> Object:  # noqa: B008
        self.objects[obj["object"]][obj["id"]] = obj
        self._past.setdefault(obj["id"], []).append((at, None))
        if topic:
            self._emit(topic, obj, at, cause)
        return obj

    def change(self, obj: Object, fields: Object, at: int, topic: str, cause: Cause = Cause()) -> None:  # noqa: B008
        """Sets the fields; the event names what they were before."""
        previous = {name: obj.get(name) for name, value in fields.items() if obj.get(name) != value}
        if not previous and topic.endswith(".updated"):
            return
        self._past.setdefault(obj["id"], []).append((at, orjson.dumps(obj)))
        obj |= fields
        self._emit(topic, obj, at, cause, previous if topic.endswith(".updated") else None)

    def remove(self, obj: Object, at: int, topic: str, cause: Cause) -> None:
        self._past.setdefault(obj["id"], []).append((at, orjson.dumps(obj)))
        del self.objects[obj["object"]][obj["id"]]
        self._emit(topic, obj, at, cause)

    def get(self, kind: str, id_: str, param: str = "id", seen: int | None = None) -> Object:
        """Now, or as a reader saw it at `seen` (unix seconds). Raises StripeProblem 404."""
        found = self._at(self.objects[kind].get(id_), id_, seen)
        if found is None:
            raise no_such(kind.replace("_", " "), id_, param)
        return found

    def all(self, kind: str, seen: int | None = None) -> list[Object]:
        """Newest first."""
        held = self.objects[kind]
        shown = [self._at(obj, id_, seen) for id_, obj in reversed(held.items())]
        return [obj for obj in shown if obj is not None]

    def copy(self) -> Store:
        """For trying a call out: the same objects and the next ids, and nobody hears of it."""
        twin = Store(self._seed, lambda _event: None)
        twin.objects = orjson.loads(orjson.dumps(self.objects))
        twin._counts = dict(self._counts)
        return twin

    def find(self, id_: str) -> Object | None:
        return next((held[id_] for held in self.objects.values() if id_ in held), None)

    def _at(self, obj: Object | None, id_: str, seen: int | None) -> Object | None:
        if seen is None:
            return obj
        for at, before in self._past.get(id_, ()):
            if at > seen:
                return None if before is None else _read(before)
        return obj

    def _emit(self, topic: str, obj: Object, at: int, cause: Cause, previous: Object | None = None) -> None:
        data: Object = {"object": orjson.loads(orjson.dumps(obj))}
        if previous is not None:
            data["previous_attributes"] = orjson.loads(orjson.dumps(previous))
        event: Object = {
            "id": self.new_id("event"),
            "object": "event",
            "api_version": version(),
            "created": at,
            "data": data,
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": cause.request_id, "idempotency_key": cause.idempotency_key},
            "type": topic,
        }
        self.objects["event"][event["id"]] = event
        self._on_event(event)


def _read(raw: bytes) -> Object:
    obj: Object = orjson.loads(raw)
    return obj
