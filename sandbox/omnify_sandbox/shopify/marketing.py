"""Marketing activities that an app lists: campaigns outside the shop, known by the app's own id."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from omnify_sandbox.shopify.connections import Node, sliced
from omnify_sandbox.shopify.errors import user_error
from omnify_sandbox.shopify.shelves import gid, stamp

Note = Callable[[str, str, Any, Any], None]
_SAME = ("title", "status", "tactic", "budget", "adSpend", "marketingChannelType", "utmParameters")
_REFUSALS = {
    "CURRENCY_CODE_MISMATCH_INPUT": "The currency code of the money is not the shop's.",
    "IMMUTABLE_UTM_PARAMETERS": "UTM parameters cannot be changed.",
    "IMMUTABLE_URL_PARAMETER": "The URL parameter value cannot be changed.",
    "INVALID_REMOTE_ID": "Remote id cannot be blank.",
    "MARKETING_ACTIVITY_WITH_UTM_CAMPAIGN_ALREADY_EXISTS": (
        "A marketing activity with this UTM campaign already exists."
    ),
    "NON_HIERARCHIAL_REQUIRES_UTM_URL_PARAMETER": (
        "Non-hierarchical marketing activities must have UTM parameters or a URL parameter value."
    ),
    "INVALID": "Title can't be blank.",
}


class Marketing:
    """`held` is by remote id, in the order of creation."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self.held: dict[str, Node] = {}

    def get(self, id_: str) -> Node | None:
        return next((one for one in self.held.values() if one["id"] == id_), None)

    def listed(self, _info: Any, **args: Any) -> Node:
        """By the ids that are asked for; all of the app's where none are."""
        remote, own, utm = args.get("remoteIds"), args.get("marketingActivityIds"), args.get("utm")
        found = [
            one
            for remote_id, one in self.held.items()
            if (not remote or remote_id in remote)
            and (not own or one["id"] in own)
            and (not utm or _asked(one, utm))
        ]
        return sliced(found[::-1] if args.get("reverse") else found, args)

    def upsert(self, given: Node, now: datetime, note: Note) -> Node:
        before = self.held.get(given["remoteId"])
        if fault := self._fault(given, before):
            field, code = fault
            return user_error("marketingActivity", ["input", field], _REFUSALS[code], code)
        old = before or {"id": gid("MarketingActivity", len(self.held) + 1), "createdAt": stamp(now)}
        activity = old | _shown(given, old)
        changed = [name for name in _SAME if activity.get(name) != old.get(name)]
        if changed:
            activity["updatedAt"] = stamp(now)
        self.held[given["remoteId"]] = activity
        for name in changed if before else ():
            note(f"marketing_activity/{given['remoteId']}", name, _told(old.get(name)), _told(activity[name]))
        if before is None:
            note(f"marketing_activity/{given['remoteId']}", "created", "", activity["title"])
        return {"marketingActivity": activity, "userErrors": []}

    def engagement(self, args: Node, note: Note) -> Node:
        given = args["marketingEngagement"]
        activity = self.held.get(args.get("remoteId") or "") or self.get(
            args.get("marketingActivityId") or ""
        )
        if activity is None:
            message = "Marketing activity does not exist."
            code = "MARKETING_ACTIVITY_DOES_NOT_EXIST"
            return user_error("marketingEngagement", ["marketingActivityId"], message, code)
        note(f"marketing_activity/{activity['id']}", "engagement", "", given["occurredOn"])
        shown = {"isCumulative": False, **given, "marketingActivity": activity}
        return {"marketingEngagement": shown, "userErrors": []}

    def _fault(self, given: Node, before: Node | None) -> tuple[str, str] | None:
        budget, spend, utm = (given.get(name) for name in ("budget", "adSpend", "utm"))
        totals = {"budget": (budget or {}).get("total"), "adSpend": spend}
        for field, money in totals.items():
            if money and money["currencyCode"] != self._currency:
                return field, "CURRENCY_CODE_MISMATCH_INPUT"
        if not given["remoteId"].strip():
            return "remoteId", "INVALID_REMOTE_ID"
        if not given["title"].strip():
            return "title", "INVALID"
        if before is None:
            return self._fault_of_new(given)
        if utm and not _asked(before, utm):
            return "utm", "IMMUTABLE_UTM_PARAMETERS"
        url = given.get("urlParameterValue")
        changes_url = url is not None and url != before["urlParameterValue"]
        return ("urlParameterValue", "IMMUTABLE_URL_PARAMETER") if changes_url else None

    def _fault_of_new(self, given: Node) -> tuple[str, str] | None:
        utm = given.get("utm")
        if not utm and not given.get("urlParameterValue") and not given.get("hierarchyLevel"):
            return "utm", "NON_HIERARCHIAL_REQUIRES_UTM_URL_PARAMETER"
        taken = utm and any(
            (one["utmParameters"] or {}).get("campaign") == utm["campaign"] for one in self.held.values()
        )
        return ("utm", "MARKETING_ACTIVITY_WITH_UTM_CAMPAIGN_ALREADY_EXISTS") if taken else None


def _shown(given: Node, before: Node) -> Node:
    utm = given.get("utm")
    return {
        "title": given["title"],
        "status": given["status"],
        "tactic": given["tactic"],
        "adSpend": given.get("adSpend", before.get("adSpend")),
        "budget": given.get("budget", before.get("budget")),
        "isExternal": True,
        "utmParameters": {"content": None, "term": None, **utm} if utm else before.get("utmParameters"),
        "marketingChannelType": given["marketingChannelType"],
        "sourceAndMedium": "OmniFy",
        "urlParameterValue": given.get("urlParameterValue", before.get("urlParameterValue")),
    }


def _asked(activity: Node, utm: Node) -> bool:
    held = activity["utmParameters"] or {}
    return all(held.get(name) == wanted for name, wanted in utm.items())


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name} {_told(part)}" for name, part in value.items() if part is not None)
    return "" if value is None else str(value)
