"""Asynchronous reports: a task is created, polled, and its file downloaded within the hour."""

from __future__ import annotations

import csv
import io
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from omnify_sandbox.tiktok.errors import TikTokProblem, invalid, not_served
from omnify_sandbox.tiktok.objects import Fields
from omnify_sandbox.tiktok.report import Report

FIRST_TASK = 7_430_000_000_000_000_001
_STATES = ("QUEUING", "PROCESSING", "SUCCESS")
_FILE_LIFE = timedelta(hours=1)
_FORMATS = ("CSV_STRING", "CSV_DOWNLOAD", "XLSX_DOWNLOAD")


@dataclass(slots=True)
class Task:
    """Each poll moves it one step on."""

    advertiser: str
    text: str
    output_format: str
    file_name: str
    polls: int = 0
    is_canceled: bool = False

    @property
    def state(self) -> str:
        return "CANCELED" if self.is_canceled else _STATES[min(self.polls, len(_STATES) - 1)]


class ReportTasks:
    def __init__(self) -> None:
        self._tasks: dict[str, Task] = {}
        self._files: dict[str, tuple[str, datetime]] = {}

    def create(
        self, advertiser: str, report: Report, rows: list[Fields], params: dict[str, Any]
    ) -> dict[str, str]:
        form = params.get("output_format", "CSV_STRING")
        if form not in _FORMATS:
            raise invalid(f"output_format: {form} is not a valid choice.")
        if form == "XLSX_DOWNLOAD":
            raise not_served("make XLSX files")
        id_ = str(FIRST_TASK + len(self._tasks))
        name = params.get("file_name", f"report_{id_}")
        self._tasks[id_] = Task(advertiser, _csv(report, rows), form, f"{name}.csv")
        return {"task_id": id_}

    def check(self, advertiser: str, id_: str) -> dict[str, Any]:
        task = self._found(advertiser, id_)
        status = task.state
        task.polls += 1
        return {"status": status, "message": "", "output_format": task.output_format}

    def cancel(self, advertiser: str, id_: str) -> dict[str, Any]:
        task = self._found(advertiser, id_)
        if task.polls >= len(_STATES):
            raise TikTokProblem("GENERAL_TASK_ERROR", "The task is finished and cannot be canceled.")
        task.is_canceled = True
        return {"task_id": id_}

    def ready(self, advertiser: str, id_: str) -> Task:
        """Raises TikTokProblem while the task is not done."""
        task = self._found(advertiser, id_)
        if task.is_canceled or task.polls < len(_STATES):
            raise TikTokProblem("TASK_NOT_READY", f"The task is not ready: {task.state}.")
        return task

    def publish(self, task: Task, now: datetime) -> str:
        """The key of a file that can be fetched without a token for an hour."""
        key = secrets.token_urlsafe(24)
        self._files[key] = (task.text, now + _FILE_LIFE)
        return key

    def file(self, key: str, now: datetime) -> str | None:
        text, until = self._files.get(key, ("", now))
        return text if now < until else None

    def _found(self, advertiser: str, id_: str) -> Task:
        task = self._tasks.get(id_)
        if task is None or task.advertiser != advertiser:
            raise TikTokProblem("NOT_EXIST", f"task_id: {id_} does not exist.")
        return task


def _csv(report: Report, rows: list[Fields]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*report.dimensions, *report.metrics])
    for row in rows:
        writer.writerow([*row["dimensions"].values(), *row["metrics"].values()])
    return out.getvalue()
