"""Scenarios as data: families of paraphrases in TOML files, one file per subject."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omnify_core.errors import BadInput

FOLDER = Path(__file__).parent / "scenarios"
HELD_OUT_EVERY = 3
APPROVE = "@approve"
Claim = tuple[str, ...]
_FIELDS = {"id", "source", "ask", "talk", "expect", "plant", "faults", "smoke", "who", "twin"}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One conversation and what must hold after it.

    `turns`: what the person says, in order; `@approve` is the owner approving what was proposed last.
    `expect` and `plant` name functions of `claims` and `planting` with their arguments. `held_out`: nobody
    may look at its words while improving the product. `twin`: the harmless twin of an attack.
    """

    id: str
    family: str
    category: str
    source: str
    turns: tuple[str, ...]
    expect: tuple[Claim, ...]
    plant: tuple[Claim, ...] = ()
    faults: tuple[dict[str, Any], ...] = ()
    held_out: bool = False
    smoke: bool = False
    twin: bool = False
    who: str = "owner"


def load(folder: Path = FOLDER) -> list[Scenario]:
    """All scenarios. Raises BadInput where a file is not as it should be."""
    found = [one for path in sorted(folder.glob("*.toml")) for one in _read(path)]
    ids = [one.id for one in found]
    if doubled := {id_ for id_ in ids if ids.count(id_) > 1}:
        raise BadInput(f"scenario ids appear twice: {sorted(doubled)}")
    return found


def _read(path: Path) -> Iterator[Scenario]:
    content = tomllib.loads(path.read_text("utf-8"))
    for family in content["family"]:
        if wrong := set(family) - _FIELDS:
            raise BadInput(f"{path.name}, {family.get('id')!r}: unknown fields {sorted(wrong)}")
        if missing := {"id", "source", "expect"} - set(family):
            raise BadInput(f"{path.name}, {family.get('id')!r}: needs {sorted(missing)}")
        yield from _members(path.stem, family)


def _members(category: str, family: dict[str, Any]) -> Iterator[Scenario]:
    talks = [*([text] for text in family.get("ask", ())), *family.get("talk", ())]
    if not talks:
        raise BadInput(f"{family['id']!r} says nothing: give it `ask` or `talk`")
    for number, turns in enumerate(talks, 1):
        yield Scenario(
            id=f"{category}/{family['id']}-{number}",
            family=f"{category}/{family['id']}",
            category=category,
            source=family["source"],
            turns=tuple(turns),
            expect=_claims(family["expect"]),
            plant=_claims(family.get("plant", ())),
            faults=tuple(family.get("faults", ())),
            held_out=number % HELD_OUT_EVERY == 0,
            smoke=bool(family.get("smoke")) and number == 1,
            twin=bool(family.get("twin")),
            who=family.get("who", "owner"),
        )


def _claims(written: Any) -> tuple[Claim, ...]:
    return tuple(tuple(str(part) for part in one) for one in written)
