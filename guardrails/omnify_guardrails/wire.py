"""The two things the executor does to a platform, each bounded in time: read, and write once."""

from __future__ import annotations

import asyncio
import logging
from enum import Enum
from typing import NamedTuple

from omnify_core.campaigns import EntityState
from omnify_core.errors import OutcomeUnknown, PlatformError, PlatformUnavailable
from omnify_core.ports import AdPlatform
from omnify_guardrails.legs import AnyLeg

_log = logging.getLogger("omnify.money")


class Answer(Enum):
    SAID_YES = "said yes"
    SAID_NO = "said no"
    SAID_NOTHING = "gave no answer"


class Reply(NamedTuple):
    answer: Answer
    words: str = ""


async def read_bounded(adapter: AdPlatform, leg: AnyLeg, bound_s: float) -> EntityState:
    """Raises PlatformUnavailable where the read takes too long."""
    try:
        async with asyncio.timeout(bound_s):
            return await adapter.read(leg.ref)
    except TimeoutError as error:
        raise PlatformUnavailable(f"{leg.ref.id} could not be read within {bound_s:g} s") from error


async def write_once(adapter: AdPlatform, leg: AnyLeg, bound_s: float) -> Reply:
    """Never raises for what happened over there: a call that broke may have been carried out."""
    try:
        async with asyncio.timeout(bound_s):
            await adapter.write(leg)
    except (OutcomeUnknown, TimeoutError) as error:
        return Reply(Answer.SAID_NOTHING, str(error) or "it took too long")
    except PlatformError as error:
        return Reply(Answer.SAID_NO, str(error))
    except Exception as error:  # noqa: BLE001 - whatever broke inside the call, it may have been sent
        _log.exception("a write to %s broke", leg.ref.id)
        return Reply(Answer.SAID_NOTHING, f"the call broke: {error}")
    return Reply(Answer.SAID_YES)
