"""Trials of mutants inside one pytest session: collected once, forked for each mistake."""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from itertools import accumulate
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

import pytest
from coverage import Coverage
from hypothesis import settings

from tests.money.mutating import made

_OURS = ("omnify_", "tests.")
_CPU_S, _WALL_S = 20, 120
_ALWAYS = "test_schedules_that_once_caught"  # few, and what they run is everything together
_BUDGET_S = 5.0  # of tests per mutant, by what they took without it
LATE = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # pytest starts in the middle of things
Lines = dict[str, dict[str, list[int]]]  # test -> module -> lines


class Mutant(NamedTuple):
    """`text` is the source line that the mistake is made in."""

    module: str
    path: str
    number: int
    line: int
    what: str
    function: str
    text: str


class Verdict(NamedTuple):
    """`tests`: how many run the line. `how`: failed, hung or died; '' where none of them noticed."""

    mutant: Mutant
    tests: int
    how: str

    @property
    def is_caught(self) -> bool:
        return bool(self.how)


class Trials:
    """A pytest plugin that takes the place of running the tests."""

    def __init__(self, mutants: Sequence[Mutant], out: Path | None) -> None:
        self._mutants = mutants
        self._out = out
        self.verdicts: list[Verdict] = []
        self.trouble = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        settings.register_profile("mutants", database=None, derandomize=True, deadline=None)
        settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        told = json.loads(_in_a_child(lambda: json.dumps(_run_lines(session.items, self._mutants)))[1])
        if told["failed"]:
            self.trouble = f"failed: {', '.join(told['failed'])}"
            return True
        runs = _Runs(session.items, told["lines"], told["took"])
        for mutant in self._mutants:
            self._judge(mutant, runs)
        return True

    def _judge(self, mutant: Mutant, runs: _Runs) -> None:
        items = runs.within_budget(mutant)
        how = _tried(mutant, items) if items else ""
        verdict = Verdict(mutant, len(items), how)
        self.verdicts.append(verdict)
        if self._out is not None:
            with self._out.open("a") as file:
                file.write(json.dumps([*mutant, len(items), how]) + "\n")


class _Runs:
    """Which tests run which line, the quickest first."""

    def __init__(self, items: Sequence[pytest.Item], lines: Lines, took: dict[str, float]) -> None:
        self._took = took
        ordered = sorted(items, key=lambda item: took[item.nodeid])
        self._at: dict[tuple[str, int], list[pytest.Item]] = defaultdict(list)
        self._in: dict[str, list[pytest.Item]] = defaultdict(list)
        for item in ordered:
            for path, numbers in lines[item.nodeid].items():
                self._in[path].append(item)
                for number in numbers:
                    self._at[path, number].append(item)

    def within_budget(self, mutant: Mutant) -> list[pytest.Item]:
        summed = accumulate(self._took[item.nodeid] for item in self._of(mutant))
        chosen = zip(self._of(mutant), summed, strict=True)
        return [item for item, sum_ in chosen if sum_ <= _BUDGET_S or _ALWAYS in item.name]

    def _of(self, mutant: Mutant) -> list[pytest.Item]:
        """What a module's body says is run by all that use the module."""
        if not mutant.function:
            return self._in[mutant.path]
        near = range(mutant.line, mutant.line - 12, -1)  # the line that began the statement
        return next((self._at[mutant.path, n] for n in near if self._at[mutant.path, n]), [])


def _run_lines(items: Sequence[pytest.Item], mutants: Sequence[Mutant]) -> dict[str, Any]:
    """Runs every test once, and says which lines of the modules each ran."""
    paths = sorted({mutant.path for mutant in mutants})
    lines: Lines = {}
    took: dict[str, float] = {}
    failed: list[str] = []
    for index, item in enumerate(items):
        cover = Coverage(data_file=None, include=paths, config_file=False)
        cover.set_option("run:disable_warnings", ["no-data-collected", "module-not-measured"])
        began = time.process_time()
        cover.start()
        good = _passes(item, items[index + 1] if index + 1 < len(items) else None)
        cover.stop()
        took[item.nodeid] = time.process_time() - began
        data = cover.get_data()
        lines[item.nodeid] = {path: sorted(data.lines(path) or ()) for path in data.measured_files()}
        failed += [] if good else [item.nodeid]
    return {"lines": lines, "took": took, "failed": failed}


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    from _pytest.runner import runtestprotocol

    reports = runtestprotocol(item, log=False, nextitem=following)
    return not any(report.failed for report in reports)


def _tried(mutant: Mutant, items: Sequence[pytest.Item]) -> str:
    def trial() -> str:
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S + 5))
        signal.alarm(_WALL_S)
        if not mutant.function or not _put_into_living(mutant):
            return _anew(mutant, items)
        for index, item in enumerate(items):
            if not _passes(item, items[index + 1] if index + 1 < len(items) else None):
                return "failed"
        return ""

    code, how = _in_a_child(trial)
    hung = (-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGKILL)
    return how if code == 0 else ("hung" if code in hung else "died")


def _put_into_living(mutant: Mutant) -> bool:
    """False where the function cannot be exchanged, or does not live yet."""
    source = Path(mutant.path).read_text()
    tree, _ = made(source, mutant.number)
    old = _codes(compile(source, mutant.path, "exec"), mutant)
    new = _codes(compile(tree, mutant.path, "exec"), mutant)
    living = [one for one in gc.get_objects() if type(one) is FunctionType and one.__code__ in old]
    if len(old) != 1 or len(new) != 1 or not living or old[0].co_freevars != new[0].co_freevars:
        return False
    for function in living:
        function.__code__ = new[0]
    return True


def _codes(code: CodeType, mutant: Mutant) -> list[CodeType]:
    """Of the named function, wherever it stands in the module."""
    below = [one for one in code.co_consts if isinstance(one, CodeType)]
    own = [one for one in below if one.co_qualname == mutant.function and _spans(one, mutant.line)]
    return own or [found for one in below for found in _codes(one, mutant)]


def _spans(code: CodeType, line: int) -> bool:
    last = max((at for _, _, at in code.co_lines() if at), default=0)
    return code.co_firstlineno <= line and (line <= last + 3)


def _anew(mutant: Mutant, items: Sequence[pytest.Item]) -> str:
    """Loads all our modules again, the mistaken one among them, and runs the tests from their files."""
    for name in [name for name in sys.modules if name.startswith(_OURS)]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Mistaken(mutant))
    options = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", *LATE]
    return "failed" if pytest.main([*options, *(_id(item) for item in items)]) else ""


def _id(item: pytest.Item) -> str:
    return f"{item.path}::{item.nodeid.partition('::')[2]}"


class _Mistaken(MetaPathFinder, Loader):
    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname != self._mutant.module:
            return None
        return spec_from_loader(fullname, self, origin=self._mutant.path)

    def exec_module(self, module: ModuleType) -> None:
        tree, _ = made(Path(self._mutant.path).read_text(), self._mutant.number)
        module.__file__ = self._mutant.path
        exec(compile(tree, self._mutant.path, "exec"), module.__dict__)


def _in_a_child(work: Callable[[], str]) -> tuple[int, str]:
    """How the child ended, and what it said. It is bounded in CPU and wall time."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(reader)
            _quiet()
            said = work()
            with os.fdopen(writer, "w") as file:
                file.write(said)
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as file:
        said = file.read()
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), said


def _quiet() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
