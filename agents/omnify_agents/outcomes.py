"""How a run ended, in one word of the command line's vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

from omnify_core.change_sets import ChangeSetStatus
from omnify_tools.tables import ProposalCard

PROPOSED, REFUSED, CLARIFIED, ANSWERED, FAILED = "proposed", "refused", "clarified", "answered", "failed"
_SAID_BY_MODELS = {ANSWERED, CLARIFIED, REFUSED, "escalated"}


def outcome_of(
    reply: str, cards: Sequence[ProposalCard], *, tool_calls: int, refused: bool = False, hint: str = ""
) -> str:
    """What was put before a person counts first, then what the model says, then how the reply reads."""
    if cards:
        denied = all(card.status == ChangeSetStatus.DENIED for card in cards)
        return REFUSED if denied else PROPOSED
    if hint in _SAID_BY_MODELS:
        return hint
    if refused:
        return REFUSED
    asks_back = not tool_calls and reply.rstrip().endswith("?")
    return CLARIFIED if asks_back else ANSWERED
