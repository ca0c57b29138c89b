"""What a person is told when a run fails. Foreign texts stay out: they may quote a key or a prompt."""

from __future__ import annotations

from typing import NamedTuple

import openai
from agents.exceptions import MaxTurnsExceeded, ModelBehaviorError, ModelTimeoutError

from omnify_core.errors import LimitReached, ModelUnavailable, OmnifyError


class Told(NamedTuple):
    """A stable code and a sentence: what was wrong, what to do."""

    code: str
    message: str


_UNAVAILABLE = ModelUnavailable.code
_FOREIGN: tuple[tuple[type[BaseException], Told], ...] = (
    (
        MaxTurnsExceeded,
        Told(
            LimitReached.code,
            "I took too many steps without reaching an answer and stopped; ask more narrowly.",
        ),
    ),
    (
        TimeoutError,
        Told(LimitReached.code, "The answer took too long and was stopped; ask more narrowly or try again."),
    ),
    (
        ModelTimeoutError,
        Told(_UNAVAILABLE, "The language model did not answer in time; try again in a moment."),
    ),
    (
        ModelBehaviorError,
        Told(_UNAVAILABLE, "The language model answered in a form that cannot be used; ask again."),
    ),
    (
        openai.APITimeoutError,
        Told(_UNAVAILABLE, "The language model did not answer in time; try again in a moment."),
    ),
    (
        openai.APIConnectionError,
        Told(
            _UNAVAILABLE, "The language model cannot be reached; check OMNIFY_MODEL_BASE_URL and the network."
        ),
    ),
    (
        openai.AuthenticationError,
        Told(_UNAVAILABLE, "The language model refused the key; check OPENAI_API_KEY."),
    ),
    (
        openai.PermissionDeniedError,
        Told(_UNAVAILABLE, "The key may not use this language model; check OMNIFY_MODEL."),
    ),
    (
        openai.NotFoundError,
        Told(_UNAVAILABLE, "The language model server does not know this model; check OMNIFY_MODEL."),
    ),
    (
        openai.RateLimitError,
        Told(_UNAVAILABLE, "The language model is busy or its quota is used up; try again in a minute."),
    ),
)


def told(error: BaseException) -> Told | None:
    """None where the failure is ours and unknown: then it belongs in the log first."""
    if isinstance(error, OmnifyError):
        return Told(error.code, _sentence(str(error)))
    for kind, known in _FOREIGN:
        if isinstance(error, kind):
            return known
    if isinstance(error, openai.APIStatusError):
        return Told(_UNAVAILABLE, f"The language model server answered {error.status_code}; try again later.")
    if isinstance(error, openai.OpenAIError):
        return Told(_UNAVAILABLE, "The language model's answer broke off; try again.")
    return None


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")
