"""What CRM, shop and payment platforms hold: one shape of record, told apart by `kind`.

E-mail addresses, names and phone numbers are not kept. A person is the SHA-256 of the address, which
is also what ad platforms match by; who is forgotten loses the records about them, and the link in
those that bookkeeping needs.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

from omnify_core.campaigns import Frozen, Platform
from omnify_core.ids import EntityId
from omnify_core.money import Money


class Kind(StrEnum):
    CONTACT = "contact"
    PIPELINE = "pipeline"
    OPPORTUNITY = "opportunity"
    WORKFLOW = "workflow"
    CRM_CAMPAIGN = "crm_campaign"
    PRODUCT = "product"
    ORDER = "order"
    SHOP_CUSTOMER = "shop_customer"
    PAYMENT_CUSTOMER = "payment_customer"
    SUBSCRIPTION = "subscription"
    INVOICE = "invoice"
    CHARGE = "charge"
    BALANCE_TRANSACTION = "balance_transaction"
    PAYMENT_EVENT = "payment_event"

    @property
    def is_about_a_person(self) -> bool:
        """Gone when the person is forgotten; the others only lose the link to them."""
        return self in {Kind.CONTACT, Kind.OPPORTUNITY, Kind.SHOP_CUSTOMER, Kind.PAYMENT_CUSTOMER}


class Utm(Frozen):
    """Where somebody came from, as the landing page's address said: foreign text, never an instruction."""

    source: str = ""
    medium: str = ""
    campaign: str = ""
    content: str = ""
    term: str = ""

    def __bool__(self) -> bool:
        return any((self.source, self.medium, self.campaign, self.content, self.term))


class Record(Frozen):
    """One object of a business platform as last read.

    `at` is when it came to be there, `updated_at` its last change. `customer_id` is the platform's
    customer (`shopify:191`), `person` the hash of the e-mail address; both are '' where unknown.
    """

    kind: Kind
    platform: Platform
    account_id: str
    native_id: str
    at: datetime
    updated_at: datetime
    read_at: datetime
    customer_id: str = ""
    person: str = ""

    @property
    def id(self) -> EntityId:
        """Such as `stripe:charge:ch_1`: what one platform numbers twice stays apart."""
        return EntityId(f"{self.platform.value}:{self.kind.value}:{self.native_id}")

    @property
    def amount(self) -> Money | None:
        """What counts in a day's total; None where the kind has no money."""
        return None


def person_of(email: str) -> str:
    """SHA-256 of the trimmed, lower-case address in hexadecimal, as ad platforms match; '' for none."""
    plain = email.strip().lower()
    return hashlib.sha256(plain.encode()).hexdigest() if plain else ""


def customer_id(platform: Platform, native_id: str) -> str:
    return f"{platform.value}:{native_id}" if native_id else ""
