"""Computing a card again from what was stored with it: inputs by their hash, code by its own."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter

from omnify_core.campaigns import DailyMetrics
from omnify_core.change_sets import ChangeSet, Effect
from omnify_core.errors import BadInput
from omnify_core.ports import SnapshotStore

_ROWS = TypeAdapter(list[DailyMetrics])
_PACKAGES = ("omnify_ml", "omnify_guardrails")
_LIBRARIES = ("numpy", "scipy", "pandas", "scikit-learn", "statsmodels")


class Replay(NamedTuple):
    """`same`: the effect came out again bit for bit. `same_code`: with the code of then."""

    effect: Effect
    same: bool
    same_code: bool
    differences: tuple[str, ...]


def packed(rows: Sequence[DailyMetrics]) -> tuple[str, str]:
    """The rows as text, and its SHA-256."""
    text = _ROWS.dump_json(list(rows)).decode()
    return text, hashlib.sha256(text.encode()).hexdigest()


@cache
def code_version() -> str:
    """A hash over the models' and the money path's source and the numeric libraries' versions."""
    digest = hashlib.sha256()
    for package in _PACKAGES:
        root = Path(str(resources.files(package)))
        for file in sorted(root.rglob("*.py")):
            digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library} {metadata.version(library)}".encode())
    return digest.hexdigest()


async def replay(snapshots: SnapshotStore, change_set: ChangeSet) -> Replay:
    """Raises BadInput where the card carries no inputs, or what is kept of them is not what it was."""
    from omnify_guardrails.effects import effect_from  # which packs with what stands here

    stored = change_set.effect
    if stored is None or stored.inputs is None:
        raise BadInput(f"{change_set.id} carries no computed effect that could be computed again")
    text = await snapshots.get(change_set.tenant_id, stored.inputs.snapshot)
    if hashlib.sha256(text.encode()).hexdigest() != stored.inputs.snapshot:
        raise BadInput(f"the kept inputs of {change_set.id} are not those that were computed from")
    rows = _ROWS.validate_json(text)
    again = await asyncio.to_thread(effect_from, rows, change_set.plan.legs, stored.inputs)
    # What the platforms answered and showed then cannot be computed.
    shown = (*again.readings, *stored.readings[len(again.readings) :])
    again = again.model_copy(update={"dry_runs": stored.dry_runs, "readings": shown})
    return Replay(
        effect=again,
        same=again == stored,
        same_code=stored.inputs.code == code_version(),
        differences=tuple(_differences(stored, again)),
    )


def _differences(stored: Effect, again: Effect) -> list[str]:
    then, now = stored.model_dump(mode="json"), again.model_dump(mode="json")
    return [f"{name}: {then[name]} then, {now[name]} now" for name in then if then[name] != now[name]]
