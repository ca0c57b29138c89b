"""Brings an SQLite file to the current schema, one numbered step at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from importlib import resources

from omnify_core.errors import Unsupported


def migrate(connection: sqlite3.Connection) -> None:
    """All missing steps in one transaction; several processes may try at once.

    Raises Unsupported where a newer program wrote the file.
    """
    steps = _steps()
    if _version(connection) == len(steps):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        _apply_missing(connection, steps)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _apply_missing(connection: sqlite3.Connection, steps: list[str]) -> None:
    done = _version(connection)
    if done > len(steps):
        raise Unsupported(
            f"the database has schema {done}, this program knows {len(steps)}; start a newer one"
        )
    for step in steps[done:]:
        for statement in _statements(step):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(steps)}")


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _steps() -> list[str]:
    """The files `0001_….sql`, `0002_….sql` … in order, none left out: a file's version is its number."""
    folder = resources.files("omnify_memory") / "migrations"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name
    )
    for number, file in enumerate(files, 1):
        assert file.name.startswith(f"{number:04d}_"), f"{file.name} must be number {number}"
    return [file.read_text() for file in files]


def _statements(script: str) -> Iterator[str]:
    """Not `executescript`, because that commits."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
