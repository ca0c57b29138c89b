"""One Stripe account: its objects, its keys, its memory of idempotent calls."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

import orjson

from omnify_sandbox.business.people import People
from omnify_sandbox.business.recorder import Recorder
from omnify_sandbox.business.webhooks import Notice, Outbox
from omnify_sandbox.market import Market
from omnify_sandbox.stripe.billing import Billing
from omnify_sandbox.stripe.contract import find_method
from omnify_sandbox.stripe.errors import StripeProblem, invalid, request_id
from omnify_sandbox.stripe.forms import read_form
from omnify_sandbox.stripe.reading import is_topic
from omnify_sandbox.stripe.service import Call, StripeService, endpoint_secret
from omnify_sandbox.stripe.shapes import Object
from omnify_sandbox.stripe.store import Cause, Store

_MOST_KEY = 255
_PREVIEW = "/v1/invoices/create_preview"
"""A POST that changes nothing."""


class Reply(NamedTuple):
    status: int
    body: Object
    headers: dict[str, str]


class Asked(NamedTuple):
    """One call as it came: everything that a replay needs."""

    verb: str
    path: str
    pairs: list[tuple[str, str]]
    key: str


class StripeAccount:
    def __init__(self, market: Market, people: People, outbox: Outbox) -> None:
        self._market = market
        self._outbox = outbox
        self._own = market.credentials["stripe"]
        self._recorder = Recorder(market, "stripe", self._own["account_id"])
        self._store = Store(market.seed, self._tell)
        opened = datetime.combine(market.world.first_day, datetime.min.time(), UTC)
        self._billing = Billing(market.seed, self._store, people, opened)
        self._service = StripeService(self._store, self._billing, self._recorder.note)
        self._kept: dict[str, tuple[str, Reply]] = {}
        for at, raw in self._recorder.past():
            pairs = [(name, text) for name, text in raw["pairs"]]
            self._carry_out(Asked(raw["verb"], raw["path"], pairs, raw["key"]), at, raw["request_id"])

    def answer(self, asked: Asked, *, seen: datetime | None = None, is_lie: bool = False) -> Reply:
        now = self._market.now()
        id_ = request_id()
        if asked.verb == "GET" or asked.path == _PREVIEW:
            self._billing.catch_up(now)
            return self._tried(asked, now, id_, seen)
        if is_lie:
            return self._lied(asked, now, id_)
        if asked.key in self._kept:
            return self._replayed(asked)
        reply = self._carry_out(asked, now, id_)
        if reply.status == 200:
            self._recorder.keep({**asked._asdict(), "request_id": id_}, now)
        return reply

    def account(self) -> Object:
        advertiser = self._market.advertiser
        return {
            "id": self._own["account_id"],
            "object": "account",
            "country": "US",
            "default_currency": advertiser.trade.currency.lower(),
            "email": f"billing@{advertiser.brands[0].site}",
            "settings": {"dashboard": {"display_name": advertiser.name, "timezone": advertiser.zone}},
            "type": "standard",
        }

    def _carry_out(self, asked: Asked, at: datetime, id_: str) -> Reply:
        self._billing.catch_up(at)
        with self._recorder.at(at, id_):
            reply = self._tried(asked, at, id_, None)
        if asked.key and asked.verb == "POST":
            self._kept[asked.key] = (_fingerprint(asked), reply)
        return reply

    def _replayed(self, asked: Asked) -> Reply:
        fingerprint, reply = self._kept[asked.key]
        if fingerprint != _fingerprint(asked):
            problem = StripeProblem(
                400,
                "idempotency_error",
                "Keys for idempotent requests can only be used with the same parameters they were first "
                f"used with. Try using a key other than '{asked.key}' if you meant to execute a different "
                "request.",
            )
            return _refused(problem, request_id())
        return reply._replace(headers={**reply.headers, "idempotent-replayed": "true"})

    def _tried(self, asked: Asked, at: datetime, id_: str, seen: datetime | None) -> Reply:
        try:
            return Reply(200, self._done(asked, at, id_, seen), {"request-id": id_})
        except StripeProblem as problem:
            return _refused(problem, id_)

    def _done(self, asked: Asked, at: datetime, id_: str, seen: datetime | None) -> Object:
        if len(asked.key) > _MOST_KEY:
            raise invalid("Idempotency keys may be at most 255 characters long.")
        if (asked.verb, asked.path) == ("GET", "/v1/account"):
            return self.account()
        found = find_method(asked.verb, asked.path)
        if found is None:
            message = f"Unrecognized request URL ({asked.verb}: {asked.path})."
            raise StripeProblem(404, "invalid_request_error", message)
        method, object_id = found
        values = read_form(asked.pairs, method.params)
        cause = Cause(id_, asked.key or None)
        seconds = int(seen.timestamp()) if seen else None
        return self._service.answer(Call(method, object_id, values, int(at.timestamp()), cause, seconds))

    def _lied(self, asked: Asked, at: datetime, id_: str) -> Reply:
        """What a carried-out call would have answered, on a copy that is thrown away."""
        self._billing.catch_up(at)
        store = self._store.copy()
        billing = Billing(self._market.seed, store, People(self._market), at)
        service = self._service
        self._service = StripeService(store, billing, lambda *_: None)
        try:
            return self._tried(asked, at, id_, None)
        finally:
            self._service = service

    def _tell(self, event: Object) -> None:
        for endpoint in self._store.objects["webhook_endpoint"].values():
            wanted = endpoint["enabled_events"]
            if endpoint["status"] != "enabled" or not any(is_topic(event["type"], one) for one in wanted):
                continue
            event["pending_webhooks"] += 1
            secret = endpoint_secret(endpoint["id"])
            self._outbox.put(
                Notice(
                    "stripe",
                    event["id"],
                    event["type"],
                    endpoint["url"],
                    orjson.dumps(event),
                    partial(signature, secret=secret),
                )
            )


def signature(raw: bytes, at: datetime, secret: str) -> dict[str, str]:
    """`Stripe-Signature`: HMAC-SHA256 over the moment and the raw body."""
    moment = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + raw, hashlib.sha256).hexdigest()
    return {"stripe-signature": f"t={moment},v1={digest}"}


def _fingerprint(asked: Asked) -> str:
    return hashlib.sha256(orjson.dumps([asked.verb, asked.path, sorted(asked.pairs)])).hexdigest()


def _refused(problem: StripeProblem, id_: str) -> Reply:
    body: dict[str, Any] = problem.body(id_)
    return Reply(problem.http, body, {"request-id": id_})
