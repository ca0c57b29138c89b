"""User lists and the jobs that fill them. What was uploaded cannot be read again, as on Google."""

from __future__ import annotations

from datetime import timedelta

import orjson

from omnify_sandbox.book import Key
from omnify_sandbox.google.objects import GoogleObjects, Values

_FILLS_IN = timedelta(hours=6)
_MATCHED = 0.62
# Name, kind, people on search and display.
_FIRST = (
    ("Website visitors, 30 days", "RULE_BASED", 18_400, 24_900),
    ("Trial sign-ups, 90 days", "RULE_BASED", 2_100, 2_600),
    ("All customers", "CRM_BASED", 4_300, 5_200),
)


def user_lists(objects: GoogleObjects) -> list[Values]:
    return [*_first(objects), *(_made(objects, id_) for id_ in list_ids(objects))]


def list_names(objects: GoogleObjects) -> set[str]:
    """Resource names of the lists that can be targeted."""
    return {str(one["user_list.resource_name"]) for one in user_lists(objects)}


def list_ids(objects: GoogleObjects) -> list[str]:
    """Of the lists that were made here and are not removed."""
    market = objects.market
    return [
        thing.id
        for thing in market.things("audience")
        if thing.account == objects.customer_id
        and market.exists("audience", thing.id, objects.as_of)
        and market.read(Key("audience", thing.id, "status"), objects.as_of) != "removed"
    ]


def jobs(objects: GoogleObjects) -> list[Values]:
    rows = []
    for thing in objects.market.things("job"):
        if thing.account != objects.customer_id:
            continue
        made = orjson.loads(str(objects.market.read(Key("job", thing.id, "made"))))
        values = {
            "resource_name": job_name(objects, thing.id),
            "id": int(thing.id),
            "status": job_status(objects, thing.id),
            **made,
        }
        rows.append({f"offline_user_data_job.{path}": value for path, value in values.items()})
    return rows


def job_name(objects: GoogleObjects, id_: str) -> str:
    return f"customers/{objects.customer_id}/offlineUserDataJobs/{id_}"


def job_status(objects: GoogleObjects, id_: str) -> str:
    if objects.market.read(Key("job", id_, "status")) != "running":
        return "PENDING"
    return "SUCCESS" if _is_over(objects, id_) else "RUNNING"


def _is_over(objects: GoogleObjects, id_: str) -> bool:
    made = next(thing.at for thing in objects.market.things("job") if thing.id == id_)
    return objects.market.now() - made >= _FILLS_IN


def _first(objects: GoogleObjects) -> list[Values]:
    """The manager's lists: a customer reads and uses them, and does not change them."""
    rows = []
    for place, (name, kind, search, display) in enumerate(_FIRST):
        id_ = 8_400_000_000 + 1_013 * (place + 1) + int(objects.customer_id) % 1_000
        values = {
            "resource_name": f"customers/{objects.customer_id}/userLists/{id_}",
            "id": id_,
            "name": name,
            "type": kind,
            "read_only": True,
            "membership_status": "OPEN",
            "membership_life_span": 30,
            "size_for_search": search,
            "size_for_display": display,
            "eligible_for_search": True,
            "access_reason": "SHARED",
        }
        rows.append({f"user_list.{path}": value for path, value in values.items()})
    return rows


def _made(objects: GoogleObjects, id_: str) -> Values:
    made = orjson.loads(str(objects.market.read(Key("audience", id_, "made"))))
    name = f"customers/{objects.customer_id}/userLists/{id_}"
    values = {
        "resource_name": name,
        "id": int(id_),
        "type": "CRM_BASED",
        "read_only": False,
        "membership_life_span": 540,
        "eligible_for_search": True,
        "access_reason": "OWNED",
        **made,
    }
    filled = _people(objects, name)
    if filled:
        values |= {"size_for_search": filled, "size_for_display": filled}
    return {f"user_list.{path}": value for path, value in values.items()}


def _people(objects: GoogleObjects, name: str) -> int:
    """Whom Google has matched so far."""
    path = "customer_match_user_list_metadata.user_list"
    members = 0
    for thing in objects.market.things("job"):
        made = orjson.loads(str(objects.market.read(Key("job", thing.id, "made"))))
        if made.get(path) == name and job_status(objects, thing.id) == "SUCCESS":
            members += int(objects.market.read(Key("job", thing.id, "members")))
    return round(members * _MATCHED)
