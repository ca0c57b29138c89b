"""Strict reading of a whole resource as an owner writes it, nested messages included."""

from __future__ import annotations

from typing import Any

from omnify_sandbox.google import contract
from omnify_sandbox.google.errors import BadPayload, GoogleProblem, Path
from omnify_sandbox.google.payload import known_only, scalar

Made = dict[str, Any]
"""Values by snake_case path below the resource; lists hold messages of the same form."""


def read_message(resource: str, message: Any, where: str, at: Path) -> Made:
    """An empty message is kept as `{}` under its own path. Raises BadPayload, GoogleProblem."""
    found: Made = {}
    _gather(resource, "", message, where, at, found)
    return found


def _gather(resource: str, below: str, message: Any, where: str, at: Path, found: Made) -> None:
    head = f"{resource}.{below}" if below else resource
    names = contract.first_steps(head)
    read = known_only(message, {*names, *(contract.camel(name) for name in names)}, where)
    if below and not read:
        found[below] = {}
    for name, value in read.items():
        step = contract.snake(name)
        path = f"{below}.{step}" if below else step
        known = contract.field(f"{resource}.{path}")
        place, steps = f"{where}.{step}", (*at, step)
        if known is None:
            _gather(resource, path, value, place, steps, found)
            continue
        if known.is_output_only:
            raise GoogleProblem(
                "fieldError", "VALUE_MUST_BE_UNSET", "The field is set by Google alone.", path=steps
            )
        found[path] = _listed(path, value, known, place) if known.is_repeated else scalar(value, known, place)


def _listed(path: str, value: Any, known: contract.Field, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadPayload(where, f"Invalid value at '{where}': a list is expected.")
    if known.kind != "message":
        return [scalar(item, known, f"{where}[{index}]") for index, item in enumerate(value)]
    element = contract.element_of(path)
    if element is None:
        raise BadPayload(where, f"The sandbox market takes no '{where}'.")
    return [read_message(element, item, f"{where}[{index}]", ()) for index, item in enumerate(value)]
