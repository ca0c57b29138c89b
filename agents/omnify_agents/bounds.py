"""A model that cannot talk for ever, around any model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from agents.retry import ModelRetryAdvice, ModelRetryAdviceRequest

from agents import Model, ModelResponse
from omnify_agents.limits import RunLimits
from omnify_core.errors import LimitReached

# A stream that never waits would keep the event loop, and with it every clock, to itself.
_BREATHE_EVERY = 64


class BoundedModel(Model):
    """Passes everything on, counts what is streamed, and lets others run in between."""

    def __init__(self, model: Model, limits: RunLimits) -> None:
        self._model = model
        self._limits = limits

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        return await self._model.get_response(*args, **kwargs)

    async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        events = chars = 0
        async for event in self._model.stream_response(*args, **kwargs):
            events += 1
            chars += len(getattr(event, "delta", None) or "")
            if events > self._limits.max_reply_events or chars > self._limits.max_reply_chars:
                raise LimitReached("the language model did not come to an end; ask again, more narrowly")
            if events % _BREATHE_EVERY == 0:
                await asyncio.sleep(0)
            yield event

    def get_retry_advice(self, request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:
        return self._model.get_retry_advice(request)

    async def close(self) -> None:
        await self._model.close()
