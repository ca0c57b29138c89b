"""Whether a sentence orders a change, or only weighs, imagines or forbids it."""

from __future__ import annotations

import re
from enum import StrEnum

from omnify_agents.engine.orders import ORDERS

ACTIONS = frozenset({"budget", "move", "pause", "enable", "undo", "delete", *ORDERS})
"""The intents that end in a proposal."""
_ACT = (
    r"(?:paus\w+|stop\w*|halt\w*|kill\w*|suspend\w*|resum\w+|enabl\w+|start\w*|activat\w+|turn(?:ing)?|switch\w*|rais\w+|increas\w+|"
    r"bump\w*|boost\w*|scal\w+|lower\w*|reduc\w+|decreas\w+|cut\w*|trim\w*|slash\w*|drop\w*|doubl\w+|tripl\w+|halv\w+|mov\w+|shift\w*|"
    r"reallocat\w+|transfer\w*|tak\w+|put(?:ting)?|set(?:ting)?|chang\w+|touch\w*|adjust\w*|undo\w*|revert\w*|restor\w+|propos\w+|add(?:ing)?|"
    r"giv\w+|do(?:ing)? anything|act\b|budget|remov\w+|delet\w+|creat\w+|renam\w+|launch\w*|exclud\w+|block\w*)"
)
_FORBIDS = re.compile(
    r"(?<!why )\b(?:don'?t|do not|never|please not|no need to|not to|shouldn'?t|should not|mustn'?t|must not|won'?t|will not|"
    r"can'?t afford to|cannot afford to|rather not|refrain from|hold off(?: on)?|without|instead of|not going to|(?:are|is|am)(?:n'?t| not)|not yet)\s+"
    rf"(?:(?:want|wish|plan|intend|need|like|ask|asking|going|planning) (?:you |us |me |anybody |anyone )?to\s+)?(?:\w+ly |ever |actually |just |even )?{_ACT}"
)
_NO_BAN = re.compile(
    r"\b(?:don'?t|do not|never) (?:forget|hesitate|fail|wait|let\b)|\blet's pretend\b|\bwhy (?:don'?t|not)\b|\bwithout (?:touching|changing|moving)\b"
)
_WEIGHS = re.compile(
    r"^(?:(?:so|and|but|well|hmm|ok|okay|now|then|or)[, ]+)*should(?:n't)? (?:i|we)\b|\b(?:do|would|did) you (?:think|recommend|advise|suggest|say)\b|"
    r"\bwould you rather\b|\bwonder(?:ing)? (?:if|whether)\b|\b(?:if|whether) (?:i|we) should\b|"
    r"\b(?:is|was|would) it (?:be )?(?:worth|time|wise|smart|safe|better|best|good|a (?:good|bad|smart|sensible) (?:idea|move|thing)|sensible|reasonable|risky|ok|okay|"
    r"too (?:early|soon|late))\b|\b(?:does|would) it (?:\w+ )?(?:make (?:any )?sense|help|hurt|pay)\b|\bwhat do you (?:think|make)\b|\bwhat(?:'s| is) your (?:view|take|opinion|advice)\b|"
    r"\b(?:pros and cons|good idea|bad idea|thoughts on|any reason (?:not )?to|worth (?:it to )?\w+ing|worth it)\b|"
    r"\bwhich (?:\w+ ){0,3}(?:should|would|could|to) (?:i|we|you)?\s*(?:be )?" + _ACT + r"|\bwhat (?:should|could|would|can) (?:i|we|you)\b|\bhow (?:much )?(?:should|would|could) (?:i|we|you)\b"
)  # fmt: skip
_IMAGINES = re.compile(
    r"\bwhat (?:would|will|could|might) (?:happen|it do|change|be the (?:effect|impact|result)|(?:i|we) (?:get|gain|lose))\b|\bwhat (?:if|happens (?:if|when))\b|"
    r"\bhow (?:would|will|could) (?:\w+ ){0,4}(?:change|look|react|respond|develop)\b.*\bif\b|\b(?:suppose|supposing|assume|assuming|imagine|hypothetically|say we|let's say)\b|"
    r"\b(?:effect|impact|consequences?|outcome) (?:of|if)\b|\bif (?:i|we|you) (?:were to|had|\w+ed|cut|put|set|moved)\b.*\b(?:would|could|might|what|how)\b|"
    r"\b(?:would|could|might)\b.*\bif (?:i|we|you) (?:were to|had|\w+ed|cut|put|set|moved)\b|\bsimulat\w+\b"
)
_TOLD = re.compile(
    r"^(?:(?:fyi|well|so|by the way|just so you know)[, ]+)*(?:i|we|they|you|he|she|somebody|someone|my \w+|the \w+) (?:already |just |recently )?"
    r"(?:have |had |has )?(?:already |just |recently )?(?:paused|raised|increased|lowered|reduced|moved|doubled|halved|enabled|changed|cut)\b[^,;]*$"
)


class Mood(StrEnum):
    ORDERS = "orders"
    FORBIDS = "forbids"
    WEIGHS = "weighs"
    IMAGINES = "imagines"
    TELLS = "tells"


def mood_of(text: str) -> Mood:
    """Of one clause, folded. "Should we pause it?" and "what if we doubled it?" ask; they order nothing."""
    if _IMAGINES.search(text):
        return Mood.IMAGINES
    if _WEIGHS.search(text):
        return Mood.WEIGHS
    if _FORBIDS.search(text) and not _NO_BAN.search(text):
        return Mood.FORBIDS
    return Mood.TELLS if _TOLD.match(text) else Mood.ORDERS
