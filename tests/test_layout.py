"""The house keeps its shape: rooms hold one package each, files and functions stay small."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ["agents", "core", "evals", "guardrails", "memory", "ml", "platforms", "sandbox", "server", "tools"]
MAX_FILE_LINES = 500
MAX_MEDIAN_FILE_LINES = 120
MAX_FUNCTION_LINES = 60
MAX_MEDIAN_FUNCTION_LINES = 10


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from (ROOT / room / f"omnify_{room}").rglob("*.py")


def _function_lengths() -> Iterator[tuple[int, str]]:
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                yield node.end_lineno - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.name}"


def test_each_room_holds_one_package_and_nothing_loose() -> None:
    for room in ROOMS:
        loose = [path.name for path in (ROOT / room).glob("*.py")]
        assert loose == [], f"{room}/ itself must not be importable"
        assert (ROOT / room / f"omnify_{room}" / "__init__.py").exists()


def test_nothing_hides_the_agents_sdk() -> None:
    import agents

    assert "site-packages" in str(agents.__file__)
    assert not (ROOT / "tests" / "agents" / "__init__.py").exists()


def test_files_stay_small() -> None:
    lengths = {path.relative_to(ROOT): path.read_text("utf-8").count("\n") for path in _sources()}
    assert {path: lines for path, lines in lengths.items() if lines > MAX_FILE_LINES} == {}
    assert statistics.median(lengths.values()) <= MAX_MEDIAN_FILE_LINES


def test_functions_stay_small() -> None:
    lengths = list(_function_lengths())
    assert [found for found in lengths if found[0] > MAX_FUNCTION_LINES] == []
    assert statistics.median(length for length, _ in lengths) <= MAX_MEDIAN_FUNCTION_LINES
