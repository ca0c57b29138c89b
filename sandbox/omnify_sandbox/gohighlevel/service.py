"""Carries out calls of HighLevel's API v3."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from omnify_sandbox.gohighlevel.checking import Values, plain_contact
from omnify_sandbox.gohighlevel.errors import bad, unprocessable
from omnify_sandbox.gohighlevel.location import Location
from omnify_sandbox.gohighlevel.records import Record
from omnify_sandbox.gohighlevel.search import fits, order

Note = Callable[[str, str, Any, Any], None]
_MOST_PER_PAGE, _MOST_BY_PAGE = 500, 10_000
_TEXT_FIELDS = ("name", "email", "phone", "companyName")


class Call(NamedTuple):
    """`operation` such as `PUT /contacts/{contactId}`; `ids` are those of the path, in order."""

    operation: str
    ids: tuple[str, ...]
    values: Values
    at: datetime


class Reply(NamedTuple):
    status: int
    body: Record


class HighLevelService:
    def __init__(self, location: Location, note: Note) -> None:
        self._location = location
        self._note = note

    def answer(self, call: Call) -> Reply:
        """Raises HighLevelProblem, and has done nothing then."""
        verb, path = call.operation.split(" ")
        handler = {
            "contacts": self._contacts,
            "opportunities": self._opportunities,
            "workflows": lambda *_: Reply(200, {"workflows": self._location.place.workflows()}),
            "campaigns": self._campaigns,
        }[path.split("/")[1]]
        return handler(verb, path, call)

    def _contacts(self, verb: str, path: str, call: Call) -> Reply:
        match verb, path:
            case "POST", "/contacts/search":
                return self._search("contacts", call, "pageLimit")
            case "GET", "/contacts/search/duplicate":
                wanted = {"email": call.values.get("email"), "phone": call.values.get("number")}
                found = self._location.same_person(wanted)
                return Reply(200, {"contact": found[1] if found else None})
            case "POST", "/contacts/":
                return Reply(201, {"contact": self._create_contact(call)})
            case "POST", "/contacts/upsert":
                return self._upsert_contact(call)
            case "GET", _:
                return Reply(200, {"contact": self._location.contact(call.ids[0])})
            case "PUT", _:
                contact = self._location.contact(call.ids[0])
                self._change_contact(contact, call.values, call.at)
                return Reply(200, {"succeeded": True, "contact": contact})
            case _, "/contacts/{contactId}/tags":
                return self._tags(verb, call)
            case "DELETE", "/contacts/{contactId}":
                self._location.contact(call.ids[0])
                self._location.drop_contact(call.ids[0], call.at)
                self._note(f"contact/{call.ids[0]}", "deleted", call.ids[0], "")
                return Reply(200, {"succeeded": True})
            case _:
                return self._enroll(verb, path, call)

    def _create_contact(self, call: Call) -> Record:
        if not any(call.values.get(name) for name in ("email", "phone", "name", "firstName")):
            raise unprocessable("Contact requires at least one of email, phone, name or firstName")
        values = plain_contact(call.values)
        found = self._location.same_person(values)
        if found:
            field, other = found
            meta = {"contactId": other["id"], "contactName": other["name"], "matchingField": field}
            raise bad("This location does not allow duplicated contacts.", meta=meta)
        contact = self._location.add_contact(values, call.at)
        self._note(f"contact/{contact['id']}", "created", "", contact["id"])
        return contact

    def _upsert_contact(self, call: Call) -> Reply:
        found = self._location.same_person(call.values)
        if found is None:
            return Reply(200, {"new": True, "contact": self._create_contact(call)})
        given = {name: value for name, value in call.values.items() if name in _CHANGEABLE}
        self._change_contact(found[1], given, call.at)
        return Reply(200, {"new": False, "contact": found[1]})

    def _change_contact(self, contact: Record, fields: Values, at: datetime) -> None:
        told = self._differences(f"contact/{contact['id']}", contact, plain_contact(fields))
        if told:
            self._location.change_contact(contact, told, at)

    def _differences(self, name: str, record: Record, fields: Values) -> Values:
        changed = {field: value for field, value in fields.items() if record.get(field) != value}
        for field, value in changed.items():
            self._note(name, field, _told(record.get(field)), _told(value))
        return changed

    def _tags(self, verb: str, call: Call) -> Reply:
        contact, asked = self._location.contact(call.ids[0]), [tag.lower() for tag in call.values["tags"]]
        held: list[str] = contact["tags"]
        wanted = [*held, *(tag for tag in asked if tag not in held)]
        if verb == "DELETE":
            wanted = [tag for tag in held if tag not in asked]
        self._change_contact(contact, {"tags": wanted}, call.at)
        return Reply(201 if verb == "POST" else 200, {"tags": wanted})

    def _enroll(self, verb: str, path: str, call: Call) -> Reply:
        """Into or out of a workflow or campaign."""
        contact, kind = self._location.contact(call.ids[0]), path.split("/")[3].rstrip("s")
        place = self._location.place
        known = place.workflows() if kind == "workflow" else place.campaigns()
        if call.ids[1] not in {one["id"] for one in known if one["status"] == "published"}:
            raise bad(f"The {kind} with id {call.ids[1]} does not exist or is not published")
        if self._location.enroll(contact["id"], kind, call.ids[1], enters=verb == "POST"):
            before, after = ("", call.ids[1]) if verb == "POST" else (call.ids[1], "")
            self._note(f"contact/{contact['id']}", kind, before, after)
        return Reply(201 if kind == "campaign" and verb == "POST" else 200, {"succeeded": True})

    def _opportunities(self, verb: str, path: str, call: Call) -> Reply:
        match verb, path:
            case "GET", "/opportunities/pipelines":
                return Reply(200, {"pipelines": self._location.place.pipelines()})
            case "POST", "/opportunities/search":
                return self._search("opportunities", call, "limit")
            case "GET", "/opportunities/search":
                return self._listed(call)
            case "POST", "/opportunities/":
                return Reply(201, {"opportunity": self._create_opportunity(call)})
            case "POST", "/opportunities/upsert":
                return self._upsert_opportunity(call)
            case "GET", _:
                return Reply(200, {"opportunity": self._location.opportunity(call.ids[0])})
            case "DELETE", _:
                self._location.opportunity(call.ids[0])
                self._location.drop_opportunity(call.ids[0], call.at)
                self._note(f"opportunity/{call.ids[0]}", "deleted", call.ids[0], "")
                return Reply(200, {"succeded": True})
            case _:
                deal = self._location.opportunity(call.ids[0])
                self._change_opportunity(deal, call.values, call.at)
                done = {"succeded": True} if path.endswith("/status") else {"opportunity": deal}
                return Reply(200, done)

    def _create_opportunity(self, call: Call) -> Record:
        self._check_deal(call.values)
        deal = self._location.add_opportunity(call.values, call.at)
        self._note(f"opportunity/{deal['id']}", "created", "", deal["id"])
        return deal

    def _upsert_opportunity(self, call: Call) -> Reply:
        given = dict(call.values)
        id_ = given.pop("id", None)
        if id_ is None:
            raise unprocessable("id should not be empty: the sandbox market updates by id here")
        deal = self._location.opportunity(id_)
        self._change_opportunity(deal, {n: v for n, v in given.items() if n in _DEAL}, call.at)
        return Reply(200, {"new": False, "opportunity": deal})

    def _change_opportunity(self, deal: Record, fields: Values, at: datetime) -> None:
        self._check_deal(fields)
        told = self._differences(f"opportunity/{deal['id']}", deal, fields)
        if told:
            self._location.change_opportunity(deal, told, at)

    def _check_deal(self, fields: Values) -> None:
        self._location.check_stage(fields.get("pipelineId"), fields.get("pipelineStageId"))
        if fields.get("status") == "all":
            raise unprocessable("status all is for searching only")
        value = fields.get("monetaryValue", 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise unprocessable("monetaryValue must be a number, 0 or more")

    def _search(self, kind: str, call: Call, size_name: str) -> Reply:
        asked, size = call.values, call.values[size_name]
        if not 1 <= size <= _MOST_PER_PAGE:
            raise unprocessable(f"{size_name} must be between 1 and {_MOST_PER_PAGE}")
        found = [
            record
            for record in self._seen(kind, call.at)
            if fits(record, asked.get("filters", [])) and _has_text(record, asked.get("query", ""))
        ]
        default = [{"field": "date_added", "direction": "desc"}]
        found = order(found, asked.get("sort") or default)
        if "searchAfter" in asked:
            if "page" in asked:
                raise unprocessable("page must not be given together with searchAfter")
            start = _after(found, asked["searchAfter"])
        else:
            start = (int(asked.get("page", 1)) - 1) * int(size)
            if start < 0 or start + size > _MOST_BY_PAGE:
                raise unprocessable(f"page reaches {_MOST_BY_PAGE} records; go on with searchAfter")
        shown = [record | {"searchAfter": _mark(record)} for record in found[start : start + int(size)]]
        body: Record = {kind: shown, "total": len(found)}
        return Reply(200, body | ({"aggregations": {}} if kind == "opportunities" else {}))

    def _seen(self, kind: str, now: datetime) -> list[Record]:
        held = self._location.contacts if kind == "contacts" else self._location.opportunities
        return [record for id_, record in held.items() if self._location.is_indexed(id_, now)]

    def _listed(self, call: Call) -> Reply:
        asked = call.values
        size = asked.get("limit", 20)
        if not 1 <= size <= 100:
            raise unprocessable("limit must be between 1 and 100")
        found = [deal for deal in self._seen("opportunities", call.at) if _matches(deal, asked)]
        found = order(found, [{"field": "date_added", "direction": "desc"}])
        page = asked.get("page", 1)
        start = (page - 1) * size
        if "startAfterId" in asked:
            start = next((n + 1 for n, deal in enumerate(found) if deal["id"] == asked["startAfterId"]), 0)
        shown = found[start : start + size]
        has_more = start + size < len(found)
        meta: Record = {"total": len(found), "currentPage": page, "nextPage": page + 1 if has_more else None}
        meta["prevPage"] = page - 1 if page > 1 else None
        if has_more:
            meta |= {"startAfterId": shown[-1]["id"], "startAfter": _mark(shown[-1])[0]}
            meta["nextPageUrl"] = (
                f"/opportunities/search?locationId={self._location.place.location}&limit={size}"
                f"&startAfter={meta['startAfter']}&startAfterId={meta['startAfterId']}"
            )
        return Reply(200, {"opportunities": shown, "meta": meta, "aggregations": {}})

    def _campaigns(self, _verb: str, _path: str, call: Call) -> Reply:
        wanted = call.values.get("status")
        found = self._location.place.campaigns()
        return Reply(200, {"campaigns": [one for one in found if wanted in (None, one["status"])]})


_CHANGEABLE = {
    *("firstName", "lastName", "name", "phone", "address1", "city", "state", "postalCode", "website"),
    *("timezone", "dnd", "tags", "customFields", "source", "country", "companyName", "assignedTo", "email"),
}
_DEAL = {"name", "status", "pipelineId", "pipelineStageId", "monetaryValue", "assignedTo"}


def _matches(deal: Record, asked: Values) -> bool:
    if asked.get("status", "all") not in ("all", deal["status"]):
        return False
    for name in ("pipelineId", "pipelineStageId", "contactId", "assignedTo", "id"):
        if name in asked and deal.get(name) != asked[name]:
            return False
    return _has_text(deal, asked.get("q", ""))


def _has_text(record: Record, text: str) -> bool:
    return not text or any(text.lower() in str(record.get(name, "")).lower() for name in _TEXT_FIELDS)


def _mark(record: Record) -> list[Any]:
    at = datetime.fromisoformat(record.get("dateAdded") or record["createdAt"])
    return [int(at.timestamp() * 1000), record["id"]]


def _after(found: list[Record], mark: list[Any]) -> int:
    for place, record in enumerate(found):
        if mark and record["id"] == mark[-1]:
            return place + 1
    raise unprocessable("searchAfter must be what the last record brought")


def _told(value: Any) -> Any:
    return value if isinstance(value, int | str) else "" if value is None else str(value)
