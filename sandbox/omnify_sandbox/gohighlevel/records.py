"""Contacts and opportunities as v3 shows them, grown from people and from what was written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from omnify_core.campaigns import Platform
from omnify_sandbox.business.ids import letters
from omnify_sandbox.business.life import STAGES, deal_cents, pipeline
from omnify_sandbox.business.people import Person
from omnify_sandbox.catalog import Campaign

Record = dict[str, Any]
_WORKFLOWS = ("Welcome sequence", "Demo follow-up", "Trial rescue", "Win-back", "Renewal reminder")
_CAMPAIGNS = ("Nurture: playbook readers", "Nurture: webinar guests", "Reactivation")
_AGENTS = 3


def iso(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


class Place:
    """A HighLevel location: the ids in it, its pipeline, workflows and campaigns."""

    def __init__(self, seed: int, location: str, opened: datetime) -> None:
        self.seed = seed
        self.location = location
        self.opened = iso(opened)
        self.pipeline_id = letters(seed, "ghl pipeline", 20)
        self.stage_ids = [letters(seed, f"ghl stage/{place}", 20) for place in range(len(STAGES))]

    def pipelines(self) -> list[Record]:
        stages = [
            {"id": id_, "name": name, "position": place, "showInFunnel": True, "showInPieChart": True}
            for place, (id_, name) in enumerate(zip(self.stage_ids, STAGES, strict=True))
        ]
        return [
            {
                "id": self.pipeline_id,
                "name": "New business",
                "stages": stages,
                "showInFunnel": True,
                "showInPieChart": True,
                "locationId": self.location,
            }
        ]

    def workflows(self) -> list[Record]:
        return [
            {
                "id": letters(self.seed, f"ghl workflow/{name}", 20),
                "name": name,
                "status": "draft" if name == "Win-back" else "published",
                "version": 3,
                "createdAt": self.opened,
                "updatedAt": self.opened,
                "locationId": self.location,
            }
            for name in _WORKFLOWS
        ]

    def campaigns(self) -> list[Record]:
        return [
            {
                "id": letters(self.seed, f"ghl campaign/{name}", 20),
                "name": name,
                "status": "published",
                "locationId": self.location,
            }
            for name in _CAMPAIGNS
        ]

    def agent(self, number: int) -> str:
        return letters(self.seed, f"ghl user/{number % _AGENTS}", 20)

    def contact_of(self, person: Person) -> Record:
        id_ = letters(self.seed, f"ghl contact/{person.number}", 20)
        campaign = person.campaign
        given = {
            "firstName": person.first,
            "lastName": person.last,
            "email": person.email,
            "phone": person.phone,
            "companyName": person.company,
            "city": person.city,
            "state": person.state,
            "country": person.country,
            "source": person.source,
            "assignedTo": self.agent(person.number),
            "tags": [person.source, *(["paid"] if campaign else [])],
        }
        record = new_contact(id_, self.location, given, person.joined)
        if campaign:
            record["attributionSource"] = _attribution(person.met or campaign)
            record["lastAttributionSource"] = _attribution(campaign)
        return record

    def opportunity_of(self, person: Person, contact: Record, now: datetime) -> Record:
        """As the person's own way has brought it by `now`."""
        steps = [step for step in pipeline(self.seed, person) if step.at <= now]
        last = steps[-1]
        given = {
            "name": f"{person.company}: {person.name}",
            "monetaryValue": deal_cents(self.seed, person) / 100,
            "pipelineId": self.pipeline_id,
            "pipelineStageId": self.stage_ids[last.stage],
            "status": last.status,
            "assignedTo": self.agent(person.number),
            "source": person.source,
        }
        id_ = letters(self.seed, f"ghl opportunity/{person.number}", 20)
        record = new_opportunity(id_, self.location, given, contact, person.joined)
        moved = iso(last.at)
        return record | {
            "lastStageChangeAt": moved,
            "lastStatusChangeAt": moved if last.status != "open" else record["createdAt"],
            "updatedAt": moved,
        }


def _attribution(campaign: Campaign) -> Record:
    is_search = campaign.platform in (Platform.GOOGLE, Platform.YOUTUBE)
    return {
        "sessionSource": "Paid Search" if is_search else "Paid Social",
        "medium": "cpc",
        "campaign": campaign.name,
        "campaignId": campaign.id,
        "utmSource": campaign.platform.value,
        "utmMedium": "cpc",
    }


def new_contact(id_: str, location: str, given: Record, at: datetime) -> Record:
    name = given.get("name") or full_name(given)
    email = given.get("email", "")
    blank: Record = {"dnd": False, "tags": [], "customFields": [], "type": "lead"}
    return {
        **blank,
        **{key: value for key, value in given.items() if key != "createNewIfDuplicateAllowed"},
        "id": id_,
        "locationId": location,
        "name": name,
        "emailLowerCase": email.lower(),
        "dateAdded": iso(at),
        "dateUpdated": iso(at),
    }


def full_name(contact: Record) -> str:
    return " ".join(filter(None, (contact.get("firstName"), contact.get("lastName"))))


def new_opportunity(id_: str, location: str, given: Record, contact: Record, at: datetime) -> Record:
    known = ("id", "name", "companyName", "email", "phone", "tags")
    return {
        "monetaryValue": 0,
        "source": "",
        "notes": [],
        "tasks": [],
        "calendarEvents": [],
        "customFields": [],
        "followers": [],
        **given,
        "id": id_,
        "locationId": location,
        "contactId": contact["id"],
        "contact": {name: contact[name] for name in known if name in contact},
        "createdAt": iso(at),
        "updatedAt": iso(at),
        "lastStageChangeAt": iso(at),
        "lastStatusChangeAt": iso(at),
    }
