"""Yes, no, and half sentences: "and on Meta?", "make it 50 instead"."""

from __future__ import annotations

import re
from dataclasses import replace

from omnify_agents.engine.changes import change_in
from omnify_agents.engine.goals import By, Change, Goal, Ref, RefKind, Slots
from omnify_agents.engine.mentions import blanked
from omnify_agents.engine.reading import Reading
from omnify_agents.engine.slots import slots_of
from omnify_agents.engine.words import words_of

_YES = re.compile(
    r"(?:(?:yes|yep|yeah|yup|y|sure|ok|okay|please do|do it|do that|go ahead|go for it|correct|right|exactly|sounds good|fine|agreed|"
    r"absolutely|of course|please|let's do it|make it so|confirmed?|that's right|perfect|good|great|thanks?|thank you)[\s,.!]*)+"
)
_NO = re.compile(
    r"(?:(?:no|nope|nah|cancel|stop|don't|do not|never ?mind|forget it|leave it|not now|cancel that|no thanks?|drop it|rather not)[\s,.!]*)+"
)
_CONNECTIVE = re.compile(
    r"^(?:ok(?:ay)?[, ]+)?(?:and|or|what about|how about|same|only|just|now|instead|rather|make it|make that|but|no[, ]|actually|sorry|also|"
    r"then|i meant|i mean|for|on|by|in|vs|versus|not|with|sort(?:ed)? by|limit)\b"
)
# Words that carry no request of their own; "how did we do" does, although each of its words is small.
_BARE = frozenset(
    """a an the and or of for on in at by with to from as is are was it its that this those them then now please pls only also too
    instead rather again ok okay so well what about how same thing make but just all both each i meant mean we our my me us both
    sorry one ones no not use limit sort sorted what's how's hows whats top bottom best worst per day daily actually over""".split()
)
_NOUNS = re.compile(r"\b(?:campaigns?|ads|creatives?|platforms)\b")
_SHORT = 6
_POINTED = (RefKind.ID, RefKind.NAME, RefKind.EXTREME, RefKind.ORDINAL)


def is_yes(reading: Reading) -> bool:
    return bool(_YES.fullmatch(reading.text.strip()))


def is_no(reading: Reading) -> bool:
    return bool(_NO.fullmatch(reading.text.strip()))


def is_elliptical(reading: Reading) -> bool:
    """A half sentence: nothing in it means anything without the one before."""
    if reading.residue or not reading.mentions or not _is_bare(reading):
        return False
    if _CONNECTIVE.match(reading.text):
        return True
    return len(reading.text.split()) <= _SHORT and not _NOUNS.search(reading.text)


def _is_bare(reading: Reading) -> bool:
    return all(word in _BARE for word in words_of(blanked(reading.text, reading.mentions)))


def refined(goal: Goal, reading: Reading) -> Goal | None:
    """The earlier goal with what the half sentence says in place of what was said before; None where nothing fits."""
    said, now = slots_of(goal.intent, reading), goal.slots
    slots = replace(
        now,
        platforms=said.platforms or now.platforms,
        period=said.period or now.period,
        days=said.days or now.days,
        metrics=said.metrics or now.metrics,
        orders=said.orders or now.orders,
        count=said.count or now.count,
        status=said.status or now.status,
        refs=_refs(now.refs, said),
        change=_changed(now.change, reading),
    )
    # The name of the earlier text must not come back once another scope was asked for.
    text = goal.text if not said.platforms and slots.refs == now.refs else reading.text
    # Mood and condition stay: "and by 30 %?" after "what if we raised it by 20 %?" orders nothing either.
    again = replace(goal, text=text, slots=slots, amends=True, confirmed=False)
    return again if slots != now or said.platforms else None


def _refs(before: tuple[Ref, ...], said: Slots) -> tuple[Ref, ...]:
    explicit = tuple(ref for ref in said.refs if ref.kind in _POINTED)
    if explicit and before and before[0].kind is RefKind.EXTREME and explicit[0].kind is RefKind.EXTREME:
        return tuple(replace(ref, platform=ref.platform or before[0].platform) for ref in explicit)
    if explicit:
        return explicit
    if not said.platforms:
        return before
    return tuple(replace(ref, platform=said.platforms[0]) for ref in before if ref.kind is RefKind.EXTREME)


def _changed(before: Change | None, reading: Reading) -> Change | None:
    said = change_in(reading) if before is not None else None
    if said is None or before is None:
        return before
    if said.by is By.TO and said.sign == 0 and before.by is By.AMOUNT:
        return replace(before, amount=said.amount)
    if said.by is By.PERCENT and said.sign == 0:
        return replace(said, sign=before.sign)
    return said
