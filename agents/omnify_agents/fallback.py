"""A second model that answers where the first cannot be reached."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

import openai
from agents.exceptions import ModelTimeoutError
from agents.retry import ModelRetryAdvice, ModelRetryAdviceRequest

from agents import Model, ModelResponse

_log = logging.getLogger("omnify.runs")
_MANY, _SERVER = 429, 500


class FallbackModel(Model):
    """Asks the first model; where it is down, busy or silent, the second answers the same request.

    Only before the first piece of an answer: what a person has begun to read is not started anew.
    Refusals that a second model would meet too (bad request, wrong key) go through.
    """

    def __init__(self, first: Model, second: Model) -> None:
        self._first = first
        self._second = second

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        try:
            return await self._first.get_response(*args, **kwargs)
        except (openai.OpenAIError, ModelTimeoutError) as error:
            if not _may_pass(error):
                raise
            _log.warning("the first language model failed (%s); the second answers", type(error).__name__)
        return await self._second.get_response(*args, **kwargs)

    async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        begun = False
        try:
            async for event in self._first.stream_response(*args, **kwargs):
                begun = True
                yield event
            return
        except (openai.OpenAIError, ModelTimeoutError) as error:
            if begun or not _may_pass(error):
                raise
            _log.warning("the first language model failed (%s); the second answers", type(error).__name__)
        async for event in self._second.stream_response(*args, **kwargs):
            yield event

    def get_retry_advice(self, request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:
        return self._first.get_retry_advice(request)

    async def close(self) -> None:
        await self._first.close()
        await self._second.close()


def _may_pass(error: Exception) -> bool:
    """Whether another model could do better: no connection, no answer in time, too busy, broken inside."""
    if isinstance(error, openai.APIStatusError):
        return error.status_code == _MANY or error.status_code >= _SERVER
    return isinstance(error, openai.APIConnectionError | ModelTimeoutError)
