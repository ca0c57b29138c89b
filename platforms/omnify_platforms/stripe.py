"""Stripe: customers, subscriptions, invoices, charges and the balance of one account.

What changed is learned from Stripe's events, which it keeps for 30 days, and then read: an event's
own copy has the shape of whichever version the account was opened under.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from omnify_core.business import Kind
from omnify_core.business_ports import AnyRecord, BusinessAccount, BusinessCapabilities
from omnify_core.campaigns import Platform
from omnify_core.clock import Clock
from omnify_core.errors import PlatformNotFound, PlatformRejected, ReconnectNeeded, Unsupported
from omnify_core.legs import AnyLeg, FieldLeg, SubscriptionLeg
from omnify_core.payments import Subscription, SubscriptionItem
from omnify_core.platform_ports import Health, Look
from omnify_platforms import stripe_rows as rows
from omnify_platforms.connections import Connection
from omnify_platforms.health import health_of
from omnify_platforms.legs import not_offered
from omnify_platforms.rows import Row, word
from omnify_platforms.stripe_errors import stripe_refusal
from omnify_platforms.stripe_terms import change_of, only_ends, terms_of
from omnify_platforms.transport import Call, Transport, Wire

STRIPE = Platform.STRIPE
VERSION = "2026-10-28.endive"
_PAGE = 100
_EVENTS_KEPT = timedelta(days=29)
_PATHS = {
    Kind.PAYMENT_CUSTOMER: "/customers",
    Kind.SUBSCRIPTION: "/subscriptions",
    Kind.INVOICE: "/invoices",
    Kind.CHARGE: "/charges",
    Kind.BALANCE_TRANSACTION: "/balance_transactions",
    Kind.PAYMENT_EVENT: "/events",
}
# Which events tell of a change, and what Stripe calls the object in them.
_CHANGES = {
    Kind.PAYMENT_CUSTOMER: ("customer", ("customer.created", "customer.updated")),
    Kind.SUBSCRIPTION: (
        "subscription",
        (
            "customer.subscription.created",
            "customer.subscription.updated",
            "customer.subscription.deleted",
            "customer.subscription.paused",
            "customer.subscription.resumed",
        ),
    ),
    Kind.INVOICE: (
        "invoice",
        (
            "invoice.created",
            "invoice.updated",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_failed",
            "invoice.voided",
            "invoice.marked_uncollectible",
        ),
    ),
    Kind.CHARGE: (
        "charge",
        ("charge.succeeded", "charge.failed", "charge.captured", "charge.refunded", "charge.updated"),
    ),
}


class Stripe:
    """One Stripe account, by a secret key or by Connect."""

    platform = STRIPE
    capabilities = BusinessCapabilities(
        kinds=tuple(_PATHS),
        changes=("subscription",),
        dry_runs=("subscription",),
        idempotent=("subscription",),
        renewal="its key works until it is taken back",
    )

    def __init__(self, transport: Transport, connection: Connection, clock: Clock) -> None:
        self._transport = transport
        has_id = connection.has("stripe_user_id")
        self._account = connection.secret("stripe_user_id") if has_id else "own"
        self._clock = clock

    async def accounts(self) -> list[BusinessAccount]:
        balance = await self._get("/balance")
        currencies = sorted({row.text("currency").upper() for row in balance.rows("available")})
        return [
            BusinessAccount(
                platform=STRIPE,
                account_id=self._account,
                name=f"Stripe {self._account}",
                currency=currencies[0] if len(currencies) == 1 else "",
                time_zone="UTC",
            )
        ]

    async def records(self, kind: Kind, since: datetime | None) -> AsyncIterator[AnyRecord]:
        if since is not None and kind in _CHANGES and self._clock.now() - since < _EVENTS_KEPT:
            async for record in self._changed(kind, since):
                yield record
            return
        params: dict[str, Any] = {"status": "all"} if kind is Kind.SUBSCRIPTION else {}
        if since is not None and kind not in _CHANGES:
            params["created"] = {"gte": int(since.timestamp())}
        async for row in self._pages(_path(kind), params):
            yield rows.BUILD[kind](row, self._account, self._clock.now())

    async def record(self, kind: Kind, native_id: str) -> AnyRecord:
        row = await self._get(f"{_path(kind)}/{word(native_id, 'Stripe id')}")
        if row.raw("deleted"):
            raise PlatformNotFound(f"Stripe has deleted {native_id}", platform=STRIPE.value)
        return rows.BUILD[kind](row, self._account, self._clock.now())

    async def look(self, leg: FieldLeg) -> Look:
        return Look(terms_of(*await self._item(_ours(leg))))

    async def dry_run(self, leg: AnyLeg) -> str:
        """The invoice that would follow, computed by Stripe without making it."""
        leg = _ours(leg)
        await self._as_it_was(leg)
        if only_ends(leg):
            return "Stripe would bill nothing more after the period that is paid for"
        change = {name: value for name, value in change_of(leg).items() if name != "payment_behavior"}
        params = {"subscription": leg.ref.native_id, "subscription_details": change}
        form = rows.bracketed(params)
        call = Call(method="POST", path="/invoices/create_preview", account=self._account, form=form)
        preview = Row(STRIPE, await self._transport.read(call))
        return f"Stripe's preview: the next invoice is {rows.money(preview, 'total')}"

    async def write(self, leg: AnyLeg, *, key: str) -> None:
        leg = _ours(leg)
        call = Call(
            method="POST",
            path=f"/subscriptions/{word(leg.ref.native_id, 'subscription id')}",
            account=self._account,
            form=rows.bracketed(change_of(leg)),
            headers={"idempotency-key": key},
        )
        await self._transport.write(call)

    async def health(self) -> Health:
        return await health_of(self, self._clock)

    async def _as_it_was(self, leg: SubscriptionLeg) -> None:
        subscription, item = await self._item(leg)
        if terms_of(subscription, item) != leg.before:
            raise PlatformRejected(
                "The subscription has changed since it was read; propose again from a fresh read",
                platform=STRIPE.value,
                field="items",
            )

    async def _item(self, leg: SubscriptionLeg) -> tuple[Subscription, SubscriptionItem]:
        subscription = await self.record(Kind.SUBSCRIPTION, leg.ref.native_id)
        assert isinstance(subscription, Subscription)
        for item in subscription.items:
            if item.id == leg.item_id:
                return subscription, item
        raise PlatformNotFound(
            f"Stripe's subscription {leg.ref.native_id} has no item {leg.item_id}; read it anew",
            platform=STRIPE.value,
        )

    async def _changed(self, kind: Kind, since: datetime) -> AsyncIterator[AnyRecord]:
        name, types = _CHANGES[kind]
        params = {"types": types, "created": {"gte": int(since.timestamp())}}
        seen: set[str] = set()
        async for event in self._pages("/events", params):
            thing = Row(STRIPE, event.raw("data.object"))
            native_id = thing.text("id")
            if thing.text("object") != name or native_id in seen:
                continue
            seen.add(native_id)
            try:
                yield await self.record(kind, native_id)
            except PlatformNotFound:
                continue  # deleted since

    async def _pages(self, path: str, params: dict[str, Any]) -> AsyncIterator[Row]:
        query = rows.bracketed(params | {"limit": _PAGE})
        while True:
            reply = await self._get(path, query)
            found = reply.rows("data")
            for row in found:
                yield row
            if reply.raw("has_more") is not True or not found:
                return
            query["starting_after"] = found[-1].required("id")

    async def _get(self, path: str, query: dict[str, str] | None = None) -> Row:
        call = Call(method="GET", path=path, account=self._account, query=query or {})
        return Row(STRIPE, await self._transport.read(call))


def _path(kind: Kind) -> str:
    if kind not in _PATHS:
        raise Unsupported(f"Stripe has no {kind.value} records")
    return _PATHS[kind]


def _ours(leg: AnyLeg) -> SubscriptionLeg:
    if not isinstance(leg, SubscriptionLeg):
        raise not_offered(STRIPE, leg)
    return leg


def _sign(call: Call, connection: Connection) -> Call:
    own = {"authorization": f"Bearer {connection.secret('access_token')}", "stripe-version": VERSION}
    return replace(call, headers=dict(call.headers) | own)


def _renewal(_connection: Connection) -> Call:
    raise ReconnectNeeded(
        "Stripe refuses the key and keys cannot be renewed; connect Stripe again under Integrations",
        platform=STRIPE.value,
    )


WIRE = Wire(
    platform=STRIPE,
    version="v1",
    refusal=stripe_refusal,
    sign=_sign,
    renewal=_renewal,
    renew_ahead=timedelta(0),
    # Stripe allows 100 a second, 25 in test mode.
    rate_per_s=20.0,
)
