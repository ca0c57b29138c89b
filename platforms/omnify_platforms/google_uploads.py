"""Lists of customers on Google: made, then filled by a job of several calls, which only its run completes."""

from __future__ import annotations

import hashlib
from typing import Any

from omnify_core.errors import BadInput, OutcomeUnknown, PlatformError
from omnify_core.legs import AudienceLeg
from omnify_core.specs import AudienceSpec
from omnify_platforms.google_customers import GoogleCustomers, Operation

_LIFE_DAYS = "540"  # the longest that Google keeps a customer in a list


def upload_number(spec: AudienceSpec) -> int:
    """The job's number, which follows from the list's name and its members: 62 bits, as int64 is signed."""
    digest = hashlib.sha256("\n".join((spec.name, *sorted(spec.members))).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 2


def list_operation(spec: AudienceSpec) -> Operation:
    """Raises BadInput where a member is no hash."""
    for member in spec.members:
        if len(member) != 64 or set(member) - set("0123456789abcdef"):
            raise BadInput(f"members must be SHA-256 hashes of e-mail addresses in hex, not {member[:12]!r}…")
    made = {
        "name": spec.name,
        "description": spec.description,
        "membershipLifeSpan": _LIFE_DAYS,
        "crmBasedUserList": {"uploadKeyType": "CONTACT_INFO"},
    }
    return {"userListOperation": {"create": made}}


async def make_list(customers: GoogleCustomers, leg: AudienceLeg) -> None:
    """Raises OutcomeUnknown wherever the list is there and its members may not be."""
    spec = leg.after
    assert spec is not None, "only a creation makes a list"
    account = leg.ref.account_id
    (name,) = await customers.mutate(account, [list_operation(spec)])
    if not spec.members:
        return
    try:
        await _fill(customers, account, name, spec)
    except OutcomeUnknown:
        raise
    except PlatformError as error:
        raise OutcomeUnknown(
            f"the list {spec.name!r} was made, but its members were not all taken: {error}. Remove it in "
            "Google Ads, or fill it there",
            platform=customers.platform.value,
            request_id=error.request_id,
        ) from error


async def _fill(customers: GoogleCustomers, account: str, name: str, spec: AudienceSpec) -> None:
    job = {
        "type": "CUSTOMER_MATCH_USER_LIST",
        "externalId": str(upload_number(spec)),
        "customerMatchUserListMetadata": {"userList": name},
    }
    made = await customers.send(account, "offlineUserDataJobs:create", {"job": job})
    place = made.text("resourceName").partition(f"customers/{account}/")[2]
    if not place:
        raise customers.unconfirmed()
    people: list[dict[str, Any]] = [
        {"create": {"userIdentifiers": [{"hashedEmail": member}]}} for member in spec.members
    ]
    await customers.send(
        account, f"{place}:addOperations", {"operations": people, "enablePartialFailure": False}
    )
    await customers.send(account, f"{place}:run", {})
