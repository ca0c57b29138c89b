"""Bugs planted on purpose, to see that the suite can fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from omnify_guardrails import proposing

Plant = Callable[[pytest.MonkeyPatch], None]
BUGS: dict[str, Plant] = {}


@contextmanager
def planted(bug: str = "", *, new_id: Callable[[str], str] | None = None) -> Iterator[None]:
    """With one bug in place, and ids that count instead of being random."""
    with pytest.MonkeyPatch.context() as patch:
        if new_id is not None:
            patch.setattr(proposing, "new_id", new_id)
        if bug:
            BUGS[bug](patch)
        yield
