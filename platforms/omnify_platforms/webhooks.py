"""What platforms tell us by themselves: who signed it, whether it is new, and what it says has changed.

A signature is checked over the raw body, in constant time. The tenant is known from the address that
was called; what the body says of its own account must agree with that tenant's connection.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from omnify_core.business import Kind, customer_id, person_of
from omnify_core.campaigns import Platform
from omnify_core.errors import BadInput, Forbidden, Unsupported
from omnify_platforms.connections import Connection

_TOLERANCE = timedelta(minutes=5)
# HighLevel signs the body alone and delivers again under the same signature.
_HIGHLEVEL_LIFE = timedelta(days=3)
# HighLevel's published key, the same for all apps.
_HIGHLEVEL_KEY = "MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg="
_STRIPE_KINDS = {
    "customer": Kind.PAYMENT_CUSTOMER,
    "subscription": Kind.SUBSCRIPTION,
    "invoice": Kind.INVOICE,
    "charge": Kind.CHARGE,
}
_SHOPIFY_KINDS = {"orders": Kind.ORDER, "customers": Kind.SHOP_CUSTOMER, "products": Kind.PRODUCT}
_OF_AN_ORDER = {"refunds/create", "order_transactions/create"}


class Said(NamedTuple):
    """What a delivery says, after its signature held.

    `changed` and `gone` are objects; `forget` a person's hash and customer id; `leaves`: the
    connection has ended at the platform; `erase`: all that came from it must go; `asks`: a person's
    data were asked for.
    """

    delivery_id: str
    topic: str
    changed: tuple[Kind, str] | None = None
    gone: tuple[Kind, str] | None = None
    forget: tuple[str, str] | None = None
    leaves: bool = False
    erase: bool = False
    asks: bool = False


def understood(connection: Connection, raw: bytes, headers: Mapping[str, str], now: datetime) -> Said:
    """Raises Forbidden where the signature does not hold, BadInput for what is no such delivery."""
    match connection.platform:
        case Platform.STRIPE:
            return _stripe(connection, raw, headers, now)
        case Platform.SHOPIFY:
            return _shopify(connection, raw, headers)
        case Platform.GOHIGHLEVEL:
            return _highlevel(connection, raw, headers, now)
        case _:
            raise Unsupported(f"{connection.platform.label} sends no webhooks to us")


def _stripe(connection: Connection, raw: bytes, headers: Mapping[str, str], now: datetime) -> Said:
    parts = [part.strip().partition("=") for part in headers.get("stripe-signature", "").split(",")]
    stamps = [value for name, _, value in parts if name == "t"]
    stamp = stamps[0] if len(stamps) == 1 and stamps[0].isdigit() else ""
    signed = stamp.encode() + b"." + raw
    wanted = hmac.new(connection.secret("webhook_secret").encode(), signed, hashlib.sha256).hexdigest()
    # Several while a secret is being replaced; each is compared, whichever fits.
    fits = [hmac.compare_digest(wanted.encode(), value.encode()) for name, _, value in parts if name == "v1"]
    if not stamp or not any(fits):
        raise _unsigned(connection)
    _timely(connection, datetime.fromtimestamp(int(stamp[:12]), UTC), now, past=_TOLERANCE)
    event = _object(connection, raw)
    if event.get("object") != "event":
        raise BadInput("thin events are not taken here; send snapshot events to this address")
    # Connect names the account; an account's own endpoint does not.
    _same_account(connection, event.get("account"), "stripe_user_id")
    topic, thing = str(event.get("type") or ""), _inner(event, "data", "object")
    kind, native_id = _STRIPE_KINDS.get(str(thing.get("object"))), str(thing.get("id") or "")
    about = (kind, native_id) if kind and native_id else None
    is_gone = topic == "customer.deleted"
    return Said(
        delivery_id=f"stripe/{event.get('id')}",
        topic=topic,
        changed=None if is_gone else about,
        gone=about if is_gone else None,
        leaves=topic == "account.application.deauthorized",
    )


def _shopify(connection: Connection, raw: bytes, headers: Mapping[str, str]) -> Said:
    secret = connection.secret("client_secret").encode()
    wanted = base64.b64encode(hmac.new(secret, raw, hashlib.sha256).digest())
    if not hmac.compare_digest(wanted, headers.get("x-shopify-hmac-sha256", "").encode()):
        raise _unsigned(connection)
    _same_account(connection, headers.get("x-shopify-shop-domain"), "shop")
    body, topic = _object(connection, raw), headers.get("x-shopify-topic", "")
    own = hashlib.sha256(raw).hexdigest()
    said = Said(delivery_id=f"shopify/{headers.get('x-shopify-webhook-id') or own}", topic=topic)
    if topic in {"customers/redact", "customers/data_request", "shop/redact"}:
        # The body names its shop; a header alone is not signed.
        _same_account(connection, body.get("shop_domain"), "shop")
        buyer = _inner(body, "customer")
        buyer_id = customer_id(Platform.SHOPIFY, str(buyer.get("id") or ""))
        forget = (person_of(str(buyer.get("email") or "")), buyer_id)
        return said._replace(
            forget=forget if topic == "customers/redact" else None,
            erase=topic == "shop/redact",
            asks=topic == "customers/data_request",
        )
    noun, _, verb = topic.partition("/")
    native_id = str(body.get("order_id" if topic in _OF_AN_ORDER else "id") or "")
    kind = Kind.ORDER if topic in _OF_AN_ORDER else _SHOPIFY_KINDS.get(noun)
    about = (kind, native_id) if kind and native_id else None
    is_gone = verb == "delete"
    return said._replace(
        changed=None if is_gone else about,
        gone=about if is_gone else None,
        leaves=topic == "app/uninstalled",
    )


def _highlevel(connection: Connection, raw: bytes, headers: Mapping[str, str], now: datetime) -> Said:
    has_own = connection.has("webhook_public_key")
    encoded = connection.secret("webhook_public_key") if has_own else _HIGHLEVEL_KEY
    key = load_der_public_key(base64.b64decode(encoded))
    assert isinstance(key, Ed25519PublicKey)
    try:
        key.verify(base64.b64decode(headers.get("x-ghl-signature", ""), validate=True), raw)
    except (InvalidSignature, binascii.Error):
        raise _unsigned(connection) from None
    body = _object(connection, raw)
    topic = str(body.get("type") or "")
    if body.get("locationId") or topic not in {"INSTALL", "UNINSTALL"}:
        _same_account(connection, body.get("locationId"), "location_id", must=True)
    if body.get("timestamp"):
        _timely(connection, _moment(str(body["timestamp"])), now, past=_HIGHLEVEL_LIFE)
    native_id = str(body.get("id") or "")
    kind = next((one for name, one in _HIGHLEVEL_KINDS.items() if topic.startswith(name) and native_id), None)
    is_gone = topic.endswith("Delete")
    about = (kind, native_id) if kind else None
    return Said(
        delivery_id=f"gohighlevel/{body.get('webhookId') or hashlib.sha256(raw).hexdigest()}",
        topic=topic,
        changed=None if is_gone else about,
        gone=about if is_gone else None,
        leaves=topic == "UNINSTALL",
    )


_HIGHLEVEL_KINDS = {"Contact": Kind.CONTACT, "Opportunity": Kind.OPPORTUNITY}


def _unsigned(connection: Connection) -> Forbidden:
    return Forbidden(
        f"this delivery does not carry {connection.platform.label}'s signature; check the signing secret"
    )


def _timely(connection: Connection, at: datetime, now: datetime, *, past: timedelta) -> None:
    if not now - past <= at <= now + _TOLERANCE:
        raise Forbidden(f"this delivery of {connection.platform.label} is too old, or from the future")


def _same_account(connection: Connection, said: object, name: str, *, must: bool = False) -> None:
    """A signature may be one app's for many accounts: the account must be the connection's."""
    is_ours = connection.has(name) and said == connection.secret(name)
    if (said or must) and not is_ours:
        raise Forbidden(f"this delivery is about another account of {connection.platform.label}")


def _object(connection: Connection, raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise BadInput(f"this delivery of {connection.platform.label} is no JSON object")
    return body


def _inner(body: dict[str, Any], *path: str) -> dict[str, Any]:
    value: Any = body
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("timestamp is not an ISO time") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
