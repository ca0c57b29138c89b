"""The append-only log of what was done to the market: writes and clock advances."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from omnify_core.errors import BadInput


@dataclass(frozen=True, slots=True)
class Write:
    """One effective write. `at` is ISO 8601 in market time; a daily budget is in minor units.

    `campaign_ids`: every campaign that the object governs (several where a budget is shared).
    """

    seq: int
    at: str
    platform: str
    account: str
    object: str
    field: str
    before: int | str
    after: int | str
    campaign_ids: tuple[str, ...]
    request_id: str
    origin: str


class Journal:
    """Keeps records in memory, and in a JSONL file where there is one."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.writes: list[Write] = []

    def load(self) -> list[dict[str, Any]]:
        """The records of earlier runs, oldest first; a last line cut short by a crash is dropped."""
        if self._path is None or not self._path.exists():
            return []
        raw = self._path.read_bytes()
        whole = raw[: raw.rfind(b"\n") + 1]
        if len(whole) < len(raw):
            self._path.write_bytes(whole)
        return [self._record(number, line) for number, line in enumerate(whole.splitlines(), 1)]

    def _record(self, number: int, line: bytes) -> dict[str, Any]:
        try:
            record: dict[str, Any] = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise BadInput(f"line {number} of {self._path} is damaged; move the file away") from error
        return record

    def note(self, record: dict[str, Any]) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(orjson.dumps(record) + b"\n")

    def note_write(self, write: Write) -> None:
        self.writes.append(write)
        self.note({"kind": "write", **asdict(write)})
