"""Time's part of a Stripe account: people sign up, trials end, months are billed, cards fail."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from omnify_sandbox.business.life import Membership, membership
from omnify_sandbox.business.people import People, Person
from omnify_sandbox.stripe import bills, shapes
from omnify_sandbox.stripe.bills import Bill, Line
from omnify_sandbox.stripe.shapes import Object, Period
from omnify_sandbox.stripe.store import Cause, Store

_DAY_S = 86_400
_FAILURE_RATE = 0.05
_NO_CAUSE = Cause()


class _Due(NamedTuple):
    """`what`: join, renew or retry. `period_end` guards against a period that was changed meanwhile."""

    at: int
    order: int
    what: str
    subject: Any
    period_end: int = 0


class Billing:
    """Owns the calendar; the store owns the objects."""

    def __init__(self, seed: int, store: Store, people: People, opened: datetime) -> None:
        self._seed = seed
        self._store = store
        self._people = people
        self._met = 0
        self._due: list[_Due] = []
        self._order = 0
        self._members: dict[str, Membership] = {}
        self._paid: dict[str, int] = {}
        self._pending: dict[str, list[Line]] = {}
        at = int(opened.timestamp())
        self._trade = people.trade
        self.prices = [self._plan(name, cents, at) for name, cents in self._trade.plans]

    def catch_up(self, now: datetime) -> None:
        arrived = self._people.until(now)
        for person in arrived[self._met :]:
            self._at(int(person.joined.timestamp()), "join", person)
        self._met = len(arrived)
        until = int(now.timestamp())
        while self._due and self._due[0].at <= until:
            due = heapq.heappop(self._due)
            if due.what == "join":
                self._join(due.subject, due.at)
            else:
                self._bill_again(due)

    def subscribe(
        self,
        customer: Object,
        price: Object,
        at: int,
        *,
        trial_end: int | None = None,
        quantity: int = 1,
        given: Object | None = None,
        cause: Cause = _NO_CAUSE,
    ) -> Object:
        """A subscription that starts now; without a trial its first month is billed at once."""
        id_ = self._store.new_id("subscription")
        period = Period(at, trial_end or month_later(at, price))
        item = shapes.subscription_item(
            self._store.new_id("subscription_item"), at, id_, price, quantity, period
        )
        status = "trialing" if trial_end else "active"
        sub = shapes.subscription(
            id_, at, customer_id=customer["id"], status=status, item=item, given=given or {}
        )
        self._store.objects["subscription_item"][item["id"]] = item
        self._store.add(sub, at, "customer.subscription.created", cause)
        if customer["currency"] is None:
            customer["currency"] = price["currency"]
        if not trial_end:
            self._invoice(sub, customer, at, period, "subscription_create", cause=cause)
        self._at(period.end, "renew", id_, period.end)
        return sub

    def cancel(self, sub: Object, at: int, reason: str, cause: Cause = _NO_CAUSE) -> None:
        fields = {
            "status": "canceled",
            "canceled_at": sub["canceled_at"] or at,
            "ended_at": at,
            "cancellation_details": sub["cancellation_details"] | {"reason": reason},
        }
        self._store.change(sub, fields, at, "customer.subscription.deleted", cause)

    def prorate(self, sub: Object, before: Object, after: Object, at: int) -> None:
        """On the next invoice."""
        lines = prorations(before, after, at, lambda: self._store.new_id("line_item"))
        self._pending.setdefault(sub["id"], []).extend(lines)

    def upcoming(self, sub: Object, item: Object, extra: list[Line], at: int, *, ends: bool) -> Bill | None:
        """What the next invoice would say of a subscription with this item; None where none would come."""
        lines = [*self._pending.get(sub["id"], []), *extra]
        begins = item["current_period_end"]
        period = Period(begins, month_later(begins, item["price"]))
        if not ends:
            lines.append(_cycle(item, period, "il_upcoming"))
        if not lines or sub["status"] == "canceled":
            return None
        customer = self._store.get("customer", sub["customer"])
        number = customer["next_invoice_sequence"]
        id_ = f"upcoming_in_{sub['id'][4:]}"
        return Bill(id_, at, sub, customer, lines, "draft", "upcoming", number, period, self._people.seller)

    def bill_now(self, sub: Object, at: int, cause: Cause) -> None:
        """Bills the waiting prorations at once."""
        customer = self._store.get("customer", sub["customer"])
        item = sub["items"]["data"][0]
        period = Period(at, item["current_period_end"])
        self._invoice(sub, customer, at, period, "subscription_update", pending_only=True, cause=cause)

    def _plan(self, name: str, cents: int, at: int) -> Object:
        product = shapes.product(self._store.new_id("product"), at, {"name": f"{self._people.seller} {name}"})
        self._store.add(product, at)
        given = {
            "currency": self._trade.currency.lower(),
            "product": product["id"],
            "unit_amount": cents,
            "nickname": f"{name} monthly",
            "recurring": {"interval": "month"},
        }
        price = self._store.add(shapes.price(self._store.new_id("price"), at, given), at)
        product["default_price"] = price["id"]
        return price

    def _at(self, at: int, what: str, subject: Any, period_end: int = 0) -> None:
        self._order += 1
        heapq.heappush(self._due, _Due(at, self._order, what, subject, period_end))

    def _join(self, person: Person, at: int) -> None:
        campaign = person.campaign
        source = {"utm_source": person.source} | ({"utm_campaign": campaign.name} if campaign else {})
        given = {
            "name": person.name,
            "email": person.email,
            "phone": person.phone,
            "address": {"city": person.city, "country": person.country, "state": person.state or None},
            "metadata": {"company": person.company, **source},
        }
        customer = shapes.customer(self._store.new_id("customer"), at, given)
        self._store.add(customer, at, "customer.created")
        life = membership(self._seed, person, self._trade)
        if life.starts:
            days = self._trade.trial_days
            trial_end = at + days * _DAY_S if days else None
            sub = self.subscribe(customer, self.prices[life.plan], at, trial_end=trial_end)
            self._members[sub["id"]] = life

    def _bill_again(self, due: _Due) -> None:
        sub = self._store.objects["subscription"][due.subject]
        item = sub["items"]["data"][0]
        if sub["status"] == "canceled" or item["current_period_end"] != due.period_end:
            return
        customer = self._store.objects["customer"].get(sub["customer"])
        life, paid = self._members.get(sub["id"]), self._paid.get(sub["id"], 0)
        leaves = sub["cancel_at_period_end"] or (life is not None and paid >= life.months)
        if due.what == "renew" and (leaves or customer is None):
            self.cancel(sub, due.at, "cancellation_requested")
            return
        assert customer is not None, "a customer's subscriptions end with the customer"
        if sub["pause_collection"] is None and _is_declined(life, paid, due.what):
            self._decline(sub, customer, due)
            return
        period = Period(due.period_end, month_later(due.period_end, item["price"]))
        self._store.objects["subscription_item"][item["id"]] = item
        item |= {"current_period_start": period.start, "current_period_end": period.end}
        self._invoice(sub, customer, due.at, period, "subscription_cycle")
        self._at(period.end, "renew", sub["id"], period.end)

    def _decline(self, sub: Object, customer: Object, due: _Due) -> None:
        item = sub["items"]["data"][0]
        amount = item["price"]["unit_amount"] * item["quantity"]
        charge = bills.declined(self._charge(customer, amount, sub["currency"], due.at))
        self._store.add(charge, due.at, "charge.failed")
        if due.what == "retry":
            self.cancel(sub, due.at, "payment_failed")
            return
        self._store.change(sub, {"status": "past_due"}, due.at, "customer.subscription.updated")
        self._at(due.at + 3 * _DAY_S, "retry", sub["id"], due.period_end)

    def _charge(self, customer: Object, amount: int, currency: str, at: int) -> Object:
        intent = self._store.new_id("payment_intent")
        return bills.charge(
            self._store.new_id("charge"),
            at,
            intent=intent,
            customer=customer,
            amount=amount,
            currency=currency,
        )

    def _invoice(
        self,
        sub: Object,
        customer: Object,
        at: int,
        period: Period,
        reason: str,
        *,
        pending_only: bool = False,
        cause: Cause = _NO_CAUSE,
    ) -> None:
        item = sub["items"]["data"][0]
        lines = self._pending.pop(sub["id"], [])
        if not pending_only:
            lines.append(_cycle(item, period, self._store.new_id("line_item")))
        paused = sub["pause_collection"]
        status = _PAUSED[paused["behavior"]] if paused else "paid"
        number = customer["next_invoice_sequence"]
        customer["next_invoice_sequence"] = number + 1
        bill = Bill(
            self._store.new_id("invoice"),
            at,
            sub,
            customer,
            lines,
            status,
            reason,
            number,
            period,
            self._people.seller,
        )
        invoice = self._store.add(bills.invoice(bill), at, "invoice.created", cause)
        fields: Object = {"latest_invoice": invoice["id"]}
        if status == "paid":
            self._collect(invoice, customer, at, cause)
            self._paid[sub["id"]] = self._paid.get(sub["id"], 0) + 1
            fields["status"] = "active"
        self._store.change(sub, fields, at, "customer.subscription.updated", cause)

    def _collect(self, invoice: Object, customer: Object, at: int, cause: Cause) -> None:
        amount = invoice["amount_paid"]
        if amount:
            charge = self._charge(customer, amount, invoice["currency"], at)
            fee = round(amount * 0.029) + 30
            txn = bills.balance_transaction(
                self._store.new_id("balance_transaction"), at, charge, amount, fee
            )
            charge["balance_transaction"] = txn["id"]
            self._store.add(txn, at)
            self._store.add(charge, at, "charge.succeeded", cause)
            payment = bills.invoice_payment(
                self._store.new_id("invoice_payment"),
                at,
                invoice["id"],
                charge["payment_intent"],
                amount,
                invoice["currency"],
            )
            self._store.add(payment, at)
        self._store.change(invoice, {}, at, "invoice.paid", cause)


def prorations(before: Object, after: Object, at: int, new_id: Callable[[], str]) -> list[Line]:
    """The unused rest of the old item, and the rest of the new one."""
    period = Period(before["current_period_start"], before["current_period_end"])
    left = (period.end - at) / max(period.end - period.start, 1)
    lines = []
    for item, sign, word in ((before, -1, "Unused time on"), (after, 1, "Remaining time on")):
        amount = sign * round(item["price"]["unit_amount"] * item["quantity"] * left)
        text = f"{word} {item['price']['nickname'] or item['price']['id']}"
        lines.append(Line(new_id(), amount, text, Period(at, period.end), item["id"], is_proration=True))
    return lines


def _cycle(item: Object, period: Period, id_: str) -> Line:
    amount = item["price"]["unit_amount"] * item["quantity"]
    text = f"{item['quantity']} × {item['price']['nickname'] or item['price']['id']}"
    return Line(id_, amount, text, period, item["id"], is_proration=False)


def _is_declined(life: Membership | None, paid: int, what: str) -> bool:
    if life is None:
        return False
    draw = life.draws[paid % len(life.draws)]
    # Of the cards that fail, two in three are good again a few days later.
    return draw < (_FAILURE_RATE / 3 if what == "retry" else _FAILURE_RATE)


_PAUSED = {"void": "void", "keep_as_draft": "draft", "mark_uncollectible": "uncollectible"}


def month_later(at: int, price: Object) -> int:
    """The same day of a later month, or its last one; years where the price is yearly."""
    every = price["recurring"]
    count: int = every["interval_count"]
    if every["interval"] in ("day", "week"):
        return at + count * _DAY_S * (7 if every["interval"] == "week" else 1)
    begun = datetime.fromtimestamp(at, UTC)
    months = begun.month - 1 + count * (12 if every["interval"] == "year" else 1)
    year, month = begun.year + months // 12, months % 12 + 1
    for day in range(begun.day, 27, -1):
        try:
            return int(begun.replace(year=year, month=month, day=day).timestamp())
        except ValueError:
            continue
    return int(begun.replace(year=year, month=month).timestamp())
