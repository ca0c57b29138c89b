"""The two things the executor does to a platform, each bounded in time: read, and write once."""

from __future__ import annotations

import asyncio
import logging
from enum import Enum
from typing import NamedTuple

from omnify_core.errors import BadInput, OutcomeUnknown, PlatformError, PlatformUnavailable, Unsupported
from omnify_core.platform_ports import Writer
from omnify_guardrails.legs import AnyLeg
from omnify_guardrails.sight import Sight, see

_log = logging.getLogger("omnify.money")


class Answer(Enum):
    SAID_YES = "said yes"
    SAID_NO = "said no"
    SAID_NOTHING = "gave no answer"


class Reply(NamedTuple):
    answer: Answer
    words: str = ""


async def read_bounded(adapter: Writer, leg: AnyLeg, bound_s: float) -> Sight:
    """Raises PlatformUnavailable where the read takes too long."""
    try:
        async with asyncio.timeout(bound_s):
            return await see(adapter, leg)
    except TimeoutError as error:
        raise PlatformUnavailable(f"{leg.ref.id} could not be read within {bound_s:g} s") from error


async def write_once(adapter: Writer, leg: AnyLeg, bound_s: float, *, key: str) -> Reply:
    """Never raises for what happened over there: a call that broke may have been carried out."""
    try:
        async with asyncio.timeout(bound_s):
            await adapter.write(leg, key=key)
    except (OutcomeUnknown, TimeoutError) as error:
        return Reply(Answer.SAID_NOTHING, str(error) or "it took too long")
    except (PlatformError, BadInput, Unsupported) as error:
        return Reply(Answer.SAID_NO, str(error))
    except Exception as error:  # noqa: BLE001 - whatever broke inside the call, it may have been sent
        _log.exception("a write to %s broke", leg.ref.id)
        return Reply(Answer.SAID_NOTHING, f"the call broke: {error}")
    return Reply(Answer.SAID_YES)
