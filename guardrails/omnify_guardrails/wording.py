"""A leg's values in words: complete, so that what is shown is what is hashed."""

from __future__ import annotations

import json
from typing import Any

from omnify_core.campaigns import Frozen, Status
from omnify_core.canonical import canonical_json, sha256_of
from omnify_core.legs import AnyLeg, Value
from omnify_core.money import Money
from omnify_core.specs import ContactSpec
from omnify_guardrails.discretion import person_text

ABSENT, _WIDE = "not there", "no restriction"
_MOST_SHOWN = 20
_SIGNS = frozenset(',;:()"\\')


def value_key(value: Value | None) -> str:
    """One text for one value, to compare by."""
    if isinstance(value, Frozen):
        return canonical_json(value)
    return str(value)


def value_text(value: Value | None) -> str:
    """For people; every field that is set is named."""
    match value:
        case None:
            return ABSENT
        case Frozen():
            return _fields(value)
        case Status():
            return value.value
        case bool():
            return "in" if value else "out"
        case tuple():
            return _listed(value)
        case Money() | int() | str():
            return str(value)


def value_parts(value: Value | None) -> list[tuple[str, str]]:
    """Each field that is set, with its text; one nameless part where the value is a single thing."""
    if not isinstance(value, Frozen):
        return [] if value is None else [("", value_text(value))]
    return [(name.replace("_", " "), _alone(part)) for name, part in value if _is_set(part)]


def noted_text(value: Value | None) -> str:
    """For journals, notes and models: as `value_text`, but a person stands there as a hash."""
    return person_text(value) if isinstance(value, ContactSpec) else value_text(value)


def before_text(leg: AnyLeg) -> str:
    return noted_text(leg.before)


def after_text(leg: AnyLeg) -> str:
    return noted_text(leg.after)


def _fields(spec: Frozen) -> str:
    return "; ".join(_field(name, part) for name, part in spec if _is_set(part)) or _WIDE


def _is_set(part: Any) -> bool:
    return _fields(part) != _WIDE if isinstance(part, Frozen) else part not in ("", (), None)


def _field(name: str, part: Any) -> str:
    label = name.replace("_", " ")
    return f"{label} ({_fields(part)})" if isinstance(part, Frozen) else f"{label}: {_part(part)}"


def _part(part: Any) -> str:
    if isinstance(part, bool):
        return "yes" if part else "no"
    if isinstance(part, tuple):
        return _listed(part)
    return _quoted(part) if type(part) is str else str(part)


def _alone(part: Any) -> str:
    return _fields(part) if isinstance(part, Frozen) else _part(part)


def _listed(parts: tuple[str, ...]) -> str:
    """Long lists (hashes of people) by their number and a digest that stands for all of them."""
    if len(parts) > _MOST_SHOWN:
        return f"{len(parts)} entries with the SHA-256 {sha256_of(parts)}"
    return ", ".join(_quoted(part) for part in parts) or "none"


def _quoted(text: str) -> str:
    """What could be taken for the end of a field, or for another one, stands in quotation marks."""
    return json.dumps(text, ensure_ascii=False) if _SIGNS & set(text) or not text.strip() else text
