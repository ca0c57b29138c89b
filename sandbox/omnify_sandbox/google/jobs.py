"""Uploads of customers to a list: a job is made, filled and run. What was sent cannot be read again."""

from __future__ import annotations

import re
from typing import Any

import orjson

from omnify_sandbox.book import Change, Key
from omnify_sandbox.google.errors import BadPayload, GoogleProblem, Path
from omnify_sandbox.google.lists import job_name, jobs, list_ids
from omnify_sandbox.google.message import Made, read_message
from omnify_sandbox.google.objects import GoogleObjects
from omnify_sandbox.google.payload import flag, known_only
from omnify_sandbox.google.refusing import missing, not_made
from omnify_sandbox.growth import Birth
from omnify_sandbox.stage import Stage

_LIST = "customer_match_user_list_metadata.user_list"
_CREATE = {"customerId", "job", "validateOnly", "enableMatchRateRangePreview"}
_ADD = {"resourceName", "operations", "enablePartialFailure", "enableWarnings", "validateOnly"}
_RUN = {"resourceName", "validateOnly"}
_MOST = 100_000
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Jobs:
    """Of one customer."""

    def __init__(self, market: Stage, customer: str) -> None:
        self._market = market
        self._objects = GoogleObjects(market, customer)

    def create(self, body: dict[str, Any], request_id: str, *, is_lie: bool) -> dict[str, Any]:
        request = known_only(body, _CREATE, "")
        at: Path = ("job",)
        if "job" not in request:
            raise missing("job", ())
        made = read_message("offline_user_data_job", request["job"], "job", at)
        if made.get("type") != "CUSTOMER_MATCH_USER_LIST":
            raise not_made(f"jobs of the type {made.get('type')}", (*at, "type"))
        self._check_list(made, at)
        self._check_external(made, at)
        if flag(request, "validateOnly"):
            return {}
        birth = Birth(
            "job", self._objects.customer_id, "", {"status": "pending", "members": 0, **_kept(made)}
        )
        if is_lie:
            return {"resourceName": job_name(self._objects, "0")}
        (id_,) = self._market.create([birth], request_id=request_id)
        return {"resourceName": job_name(self._objects, id_)}

    def add(self, job: str, body: dict[str, Any], request_id: str, *, is_lie: bool) -> dict[str, Any]:
        request = known_only(body, _ADD, "")
        self._check_open(job)
        operations = request.get("operations")
        if not isinstance(operations, list) or not operations:
            raise missing("operations", ())
        for index, operation in enumerate(operations):
            _check_operation(operation, index)
        if len(operations) > _MOST:
            raise _job("TOO_MANY_USER_IDENTIFIERS", "At most 100,000 at once.", ("operations",))
        if not flag(request, "validateOnly") and not is_lie:
            held = int(self._market.read(Key("job", job, "members")))
            change = Change(Key("job", job, "members"), held + len(operations))
            self._market.commit([change], request_id=request_id)
        return {}

    def run(self, job: str, body: dict[str, Any], request_id: str, *, is_lie: bool) -> dict[str, Any]:
        request = known_only(body, _RUN, "")
        self._check_open(job)
        if not flag(request, "validateOnly") and not is_lie:
            self._market.commit([Change(Key("job", job, "status"), "running")], request_id=request_id)
        return {"name": f"customers/{self._objects.customer_id}/operations/{job}"}

    def _check_list(self, made: Made, at: Path) -> None:
        place = (*at, "customer_match_user_list_metadata", "user_list")
        if not made.get(_LIST):
            raise missing(_LIST, at)
        id_ = str(made[_LIST]).rpartition("/")[2]
        if made[_LIST] != f"customers/{self._objects.customer_id}/userLists/{id_}" or id_ not in list_ids(
            self._objects
        ):
            raise _job("INVALID_USER_LIST_ID", "There is no such list to fill.", place)

    def _check_external(self, made: Made, at: Path) -> None:
        known = [row.get("offline_user_data_job.external_id") for row in jobs(self._objects)]
        if made.get("external_id") is not None and made["external_id"] in known:
            code = "EXTERNAL_UPDATE_ID_ALREADY_EXISTS"
            raise _job(code, "Another job has this id.", (*at, "external_id"))

    def _check_open(self, job: str) -> None:
        mine = {thing.id for thing in self._market.things("job")}
        if job not in mine:
            raise GoogleProblem("mutateError", "RESOURCE_NOT_FOUND", "Resource was not found.")
        if self._market.read(Key("job", job, "status")) != "pending":
            raise _job("JOB_ALREADY_STARTED", "The job has been started already.", ())


def _kept(made: Made) -> dict[str, str]:
    return {"made": orjson.dumps(made).decode()}


def _check_operation(operation: Any, index: int) -> None:
    where, at = f"operations[{index}]", (("operations", index), "create")
    read = known_only(operation, {"create", "remove", "removeAll"}, where)
    if set(read) != {"create"}:
        raise not_made("removals from a list", (("operations", index),))
    made = read_message("UserData", read["create"], f"{where}.create", at)
    people = made.get("user_identifiers") or []
    if not people:
        raise _job("MISSING_USER_IDENTIFIER", "Somebody must be named.", at)
    for one in people:
        if set(one) - {"hashed_email", "user_identifier_source"}:
            raise BadPayload(where, "The sandbox market matches hashed e-mail addresses only.")
        if not _SHA256.fullmatch(one.get("hashed_email", "")):
            raise _job("INVALID_SHA256_FORMAT", "64 lower-case hexadecimal digits are wanted.", at)


def _job(code: str, message: str, at: Path) -> GoogleProblem:
    return GoogleProblem("offlineUserDataJobError", code, message, path=at)
