"""Google's write requests: a list of operations, carried out together or each for itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from omnify_sandbox.book import Change
from omnify_sandbox.google import contract
from omnify_sandbox.google.errors import BadPayload, GoogleProblem, partial_failure, transient
from omnify_sandbox.google.mutate import Mutator, wrong_request
from omnify_sandbox.google.payload import flag, known_only
from omnify_sandbox.google.writable import COLLECTIONS, Collection
from omnify_sandbox.growth import Birth
from omnify_sandbox.stage import Stage

_REQUEST = {"customerId", "operations", "partialFailure", "validateOnly", "responseContentType"}
_MAX_OPERATIONS = 10_000


class WriteRequest(NamedTuple):
    """`is_partial`: good operations are carried out although others fail; `is_full`: replies show objects."""

    operations: list[tuple[Collection, Any]]
    is_partial: bool
    is_rehearsal: bool
    is_full: bool
    is_mixed: bool
    """Sent to `googleAds:mutate`, over several collections."""


@dataclass(slots=True)
class Mutation:
    """What one request comes to: its changes, and the reply to each operation."""

    changes: list[Change] = field(default_factory=list)
    births: list[Birth] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    problems: list[GoogleProblem] = field(default_factory=list)


class Refused(Exception):
    """The whole request is refused, for these reasons."""

    def __init__(self, problems: list[GoogleProblem]) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


def read_request(collection: Collection, body: dict[str, Any]) -> WriteRequest:
    """The body of `{collection}:mutate`."""
    request = known_only(body, _REQUEST, "")
    listed = _listed(request.get("operations"), "operations")
    return _read([(collection, operation) for operation in listed], request, is_mixed=False)


def read_mixed_request(body: dict[str, Any]) -> WriteRequest:
    """The body of `googleAds:mutate`: each operation is wrapped in the name of its kind."""
    request = known_only(body, (_REQUEST - {"operations"}) | {"mutateOperations"}, "")
    by_name = {f"{c.json_name}Operation": c for c in COLLECTIONS.values()}
    operations = []
    for index, wrapped in enumerate(_listed(request.get("mutateOperations"), "mutateOperations")):
        read = known_only(wrapped, set(by_name), f"mutate_operations[{index}]")
        if len(read) != 1:
            raise wrong_request(
                "OPERATION_REQUIRED", "One operation is required.", (("mutate_operations", index),)
            )
        name, operation = next(iter(read.items()))
        operations.append((by_name[name], operation))
    return _read(operations, request, is_mixed=True)


def judged(market: Stage, customer: str, request: WriteRequest, *, is_faulty: bool) -> Mutation:
    """What to commit. `is_faulty`: every second operation fails on Google's side. Raises Refused."""
    mutator, mutation = Mutator(market, customer), Mutation()
    for index, (collection, operation) in enumerate(request.operations):
        try:
            if is_faulty and index % 2:
                raise transient()
            one = mutator.judge(collection, operation, index, is_full=request.is_full)
        except GoogleProblem as problem:
            mutation.problems.append(problem)
            mutation.results.append({})
            continue
        mutation.changes += one.changes
        mutation.births += one.births
        mutation.results.append(one.result)
    if mutation.problems and not request.is_partial:
        raise Refused(mutation.problems)
    return mutation


def reply_to(request: WriteRequest, mutation: Mutation, request_id: str) -> dict[str, Any]:
    """The body of the answer; a rehearsal that would succeed has nothing to say."""
    if request.is_rehearsal and not mutation.problems:
        return {}
    results = mutation.results
    if request.is_mixed:
        results = [
            {f"{collection.json_name}Result": result} if result else {}
            for (collection, _), result in zip(request.operations, results, strict=True)
        ]
    reply: dict[str, Any] = {"mutateOperationResponses" if request.is_mixed else "results": results}
    if mutation.problems:
        reply["partialFailureError"] = partial_failure(mutation.problems, request_id)
    return reply


def _read(
    operations: list[tuple[Collection, Any]], request: dict[str, Any], *, is_mixed: bool
) -> WriteRequest:
    return WriteRequest(
        operations,
        is_partial=flag(request, "partialFailure"),
        is_rehearsal=flag(request, "validateOnly"),
        is_full=_wants_resource(request),
        is_mixed=is_mixed,
    )


def _listed(operations: Any, name: str) -> list[Any]:
    if operations is None or operations == []:
        raise wrong_request(
            "REQUIRED_FIELD_MISSING", f"Required field is missing: {name}.", (contract.snake(name),)
        )
    if not isinstance(operations, list):
        raise BadPayload(name, f"Invalid value at '{name}': a list is expected.")
    if len(operations) > _MAX_OPERATIONS:
        raise wrong_request("TOO_MANY_MUTATE_OPERATIONS", "Too many operations.", (contract.snake(name),))
    return operations


def _wants_resource(request: dict[str, Any]) -> bool:
    wanted = request.get("responseContentType", "RESOURCE_NAME_ONLY")
    if wanted not in ("RESOURCE_NAME_ONLY", "MUTABLE_RESOURCE"):
        raise BadPayload("response_content_type", f"Invalid value at 'response_content_type': {wanted!r}")
    return bool(wanted == "MUTABLE_RESOURCE")
