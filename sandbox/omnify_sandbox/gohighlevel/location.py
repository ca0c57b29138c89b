"""One location's records: people come and move on by themselves, calls change what they find."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from omnify_sandbox.business.ids import letters
from omnify_sandbox.business.past import Past
from omnify_sandbox.business.people import People, Person
from omnify_sandbox.gohighlevel.errors import HighLevelProblem, bad
from omnify_sandbox.gohighlevel.records import Place, Record, full_name, iso, new_contact, new_opportunity

INDEX_LAG = timedelta(seconds=3)
Tell = Callable[[str, Record], None]


class Location:
    """`tell` hears of each change with the name of its webhook."""

    def __init__(self, place: Place, people: People, tell: Tell) -> None:
        self.place = place
        self._people = people
        self._tell = tell
        self._met = 0
        self._count = 0
        self.contacts: dict[str, Record] = {}
        self.opportunities: dict[str, Record] = {}
        self._enrolled: set[tuple[str, str, str]] = set()
        self._persons: dict[str, Person] = {}
        # From the first write on, an opportunity goes where it is put and no longer by itself.
        self._led: set[str] = set()
        self._indexed_at: dict[str, datetime] = {}
        self._past = {"contacts": Past(), "opportunities": Past()}

    def as_seen(self, at: datetime) -> Location:
        """For reading only: what a reader saw at that moment."""
        twin = copy.copy(self)
        twin.contacts = self._past["contacts"].seen(self.contacts, at)
        twin.opportunities = self._past["opportunities"].seen(self.opportunities, at)
        return twin

    def catch_up(self, now: datetime) -> None:
        arrived = self._people.until(now)
        for person in arrived[self._met :]:
            contact = self.place.contact_of(person)
            self._past["contacts"].note(contact["id"], None, person.joined)
            self.contacts[contact["id"]] = contact
            self._tell("ContactCreate", contact)
            deal = self.place.opportunity_of(person, contact, now)
            self._past["opportunities"].note(deal["id"], None, person.joined)
            self.opportunities[deal["id"]] = deal
            self._persons[deal["id"]] = person
            self._tell("OpportunityCreate", deal)
        self._met = len(arrived)
        for id_, person in self._persons.items():
            if id_ in self.opportunities and id_ not in self._led:
                self._move_on(id_, person, now)

    def contact(self, id_: str) -> Record:
        if id_ not in self.contacts:
            raise bad(f"Contact with id {id_} not found")
        return self.contacts[id_]

    def opportunity(self, id_: str) -> Record:
        if id_ not in self.opportunities:
            raise bad(f"The opportunity with id {id_} was not found")
        return self.opportunities[id_]

    def same_person(self, given: Record) -> tuple[str, Record] | None:
        """Who has this email or phone already, and which of the two it was."""
        for name in ("email", "phone"):
            wanted = str(given.get(name) or "").lower()
            for contact in self.contacts.values() if wanted else ():
                if str(contact.get(name, "")).lower() == wanted:
                    return name, contact
        return None

    def add_contact(self, given: Record, at: datetime) -> Record:
        contact = new_contact(self._new_id("contact"), self.place.location, given, at)
        self._past["contacts"].note(contact["id"], None, at)
        self.contacts[contact["id"]] = contact
        self._indexed_at[contact["id"]] = at + INDEX_LAG
        self._tell("ContactCreate", contact)
        return contact

    def change_contact(self, contact: Record, fields: Record, at: datetime) -> None:
        topic = "ContactTagUpdate" if set(fields) == {"tags"} else "ContactUpdate"
        self._past["contacts"].note(contact["id"], contact, at)
        contact |= fields | {"dateUpdated": iso(at)}
        if {"firstName", "lastName"} & set(fields) and "name" not in fields:
            contact["name"] = full_name(contact)
        contact["emailLowerCase"] = str(contact.get("email", "")).lower()
        self._tell(topic, contact)

    def enroll(self, contact_id: str, kind: str, id_: str, *, enters: bool) -> bool:
        """Into or out of a workflow or campaign; whether that changed anything."""
        place = (contact_id, kind, id_)
        if (place in self._enrolled) == enters:
            return False
        self._enrolled ^= {place}
        return True

    def drop_contact(self, id_: str, at: datetime) -> None:
        self._past["contacts"].note(id_, self.contacts[id_], at)
        self._tell("ContactDelete", self.contacts.pop(id_))

    def add_opportunity(self, given: Record, at: datetime) -> Record:
        contact = self.contact(str(given["contactId"]))
        rest = {"pipelineStageId": self.place.stage_ids[0], **given}
        deal = new_opportunity(self._new_id("opportunity"), self.place.location, rest, contact, at)
        self._past["opportunities"].note(deal["id"], None, at)
        self.opportunities[deal["id"]] = deal
        self._indexed_at[deal["id"]] = at + INDEX_LAG
        self._led.add(deal["id"])
        self._tell("OpportunityCreate", deal)
        return deal

    def change_opportunity(self, deal: Record, fields: Record, at: datetime) -> None:
        self._led.add(deal["id"])
        self._set(deal, fields, iso(at))

    def drop_opportunity(self, id_: str, at: datetime) -> None:
        self._past["opportunities"].note(id_, self.opportunities[id_], at)
        self._tell("OpportunityDelete", self.opportunities.pop(id_))

    def is_indexed(self, id_: str, now: datetime) -> bool:
        """Search lags a few seconds behind what calls create."""
        return self._indexed_at.get(id_, now) <= now

    def check_stage(self, pipeline: Any, stage: Any) -> None:
        if pipeline is not None and pipeline != self.place.pipeline_id:
            raise HighLevelProblem(422, [f"pipelineId {pipeline} does not exist in this location"])
        if stage is not None and stage not in self.place.stage_ids:
            raise HighLevelProblem(422, [f"pipelineStageId {stage} is not a stage of the pipeline"])

    def _move_on(self, id_: str, person: Person, now: datetime) -> None:
        deal = self.opportunities[id_]
        if deal["status"] != "open":
            return
        found = self.place.opportunity_of(
            person, self.contacts.get(deal["contactId"]) or deal["contact"], now
        )
        moved = {name: found[name] for name in ("pipelineStageId", "status") if found[name] != deal[name]}
        if moved:
            self._set(deal, moved, found["updatedAt"])

    def _set(self, deal: Record, fields: Record, at: str) -> None:
        before = dict(deal)
        self._past["opportunities"].note(deal["id"], before, datetime.fromisoformat(at))
        deal |= fields | {"updatedAt": at}
        topics = {
            "pipelineStageId": ("OpportunityStageUpdate", "lastStageChangeAt"),
            "status": ("OpportunityStatusUpdate", "lastStatusChangeAt"),
            "monetaryValue": ("OpportunityMonetaryValueUpdate", "updatedAt"),
        }
        changed = [topics[name] for name in topics if deal.get(name) != before.get(name)]
        for _, stamp in changed:
            deal[stamp] = at
        for topic, _ in changed or [("OpportunityUpdate", "")]:
            self._tell(topic, deal)

    def _new_id(self, kind: str) -> str:
        self._count += 1
        return letters(self.place.seed, f"ghl new {kind}/{self._count}", 20)
