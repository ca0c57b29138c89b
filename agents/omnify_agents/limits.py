"""How far one run may go; each bound ends it with an honest word."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunLimits:
    """`max_turns` counts model calls; `max_cost_usd` works only where the model's prices are known.

    `history_chars`: what the next turn reads of the conversation, about four to a token.
    `lease_s`: how long a conversation stays taken after its process died; renewed three times within.
    """

    max_turns: int = 16
    max_tool_calls: int = 24
    max_tokens: int = 200_000
    max_cost_usd: float = 1.0
    max_seconds: float = 180.0
    max_question_chars: int = 8_000
    max_reply_events: int = 20_000
    max_reply_chars: int = 200_000
    history_items: int = 80
    history_chars: int = 80_000
    lease_s: float = 30.0
