"""Each error says its HTTP status, its code and whether trying again can help."""

from __future__ import annotations

import omnify_core.errors as errors
from omnify_core.errors import OmnifyError, Retry


def _all(root: type[OmnifyError]) -> list[type[OmnifyError]]:
    return [root, *(below for child in root.__subclasses__() for below in _all(child))]


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    drawn = {
        words[0]: (words[1], words[2])
        for line in (errors.__doc__ or "").splitlines()
        if len(words := line.strip("│├└─ ").split()) >= 3 and words[1].isdecimal()
    }
    coded = {
        cls.__name__: (str(cls.http_status), cls.retry.name)
        for cls in _all(OmnifyError)[1:]
        if cls.__module__ == errors.__name__
    }
    coded.pop("PlatformError")
    drawn.pop("PlatformError")
    assert drawn == coded


def test_codes_are_snake_case_and_unique() -> None:
    codes = [cls.code for cls in _all(OmnifyError)]
    assert "outcome_unknown" in codes
    assert len(codes) == len(set(codes))


def test_an_unknown_outcome_is_never_retried_blindly() -> None:
    assert errors.OutcomeUnknown.retry is Retry.AFTER_CHECK
