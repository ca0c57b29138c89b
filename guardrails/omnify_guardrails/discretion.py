"""What may be written down about a person: their hash. Addresses, names and numbers stay in the plan."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from omnify_core.business import person_of
from omnify_core.canonical import sha256_of
from omnify_core.change_sets import Plan
from omnify_core.legs import AnyLeg, ContactLeg
from omnify_core.specs import ContactSpec

_SHORTEST = 3
"""Shorter names would blot out ordinary words."""
_PERSONAL = ("email", "phone", "first_name", "last_name")


def plan_facts(plan: Plan) -> dict[str, Any]:
    """The plan for the audit chain. Its own hash stands beside it and binds what is left out here."""
    return plan.model_dump(mode="json") | {"legs": [leg_facts(leg) for leg in plan.legs]}


def leg_facts(leg: AnyLeg) -> dict[str, Any]:
    facts = leg.model_dump(mode="json")
    if isinstance(leg, ContactLeg):
        facts |= {side: _person(spec) for side, spec in (("before", leg.before), ("after", leg.after))}
    return facts


def person_text(spec: ContactSpec) -> str:
    """Whose contact, which fields are set, and a digest that tells one state from another."""
    fields = ", ".join(name.replace("_", " ") for name in _named(spec)) or "nothing else"
    return f"person {person_of(spec.email)[:12]} with {fields} (state {sha256_of(spec)[:8]})"


def without_people(legs: Iterable[AnyLeg], text: str) -> str:
    """The text without what the legs say of people: others' words may quote it."""
    for leg in legs:
        if isinstance(leg, ContactLeg):
            for spec in (leg.before, leg.after):
                text = _blotted(spec, text) if spec is not None else text
    return text


def _blotted(spec: ContactSpec, text: str) -> str:
    for name in _PERSONAL:
        value = getattr(spec, name).strip()
        if len(value) >= _SHORTEST:
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", _stands_for(spec, name), text, flags=re.I)
    return text


def _stands_for(spec: ContactSpec, name: str) -> str:
    return f"[person {person_of(spec.email)[:12]}]" if name == "email" else f"[{name.replace('_', ' ')}]"


def _person(spec: ContactSpec | None) -> dict[str, Any] | None:
    return None if spec is None else {"person": person_of(spec.email), "fields": _named(spec)}


def _named(spec: ContactSpec) -> list[str]:
    return [name for name, value in spec if name != "email" and value]
