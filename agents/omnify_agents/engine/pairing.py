"""One sentence with several campaigns and several figures: which figure belongs to which campaign."""

from __future__ import annotations

import re

from omnify_agents.engine.mentions import Kind
from omnify_agents.engine.reading import Reading

_FIGURES = (Kind.MONEY, Kind.PERCENT, Kind.FACTOR)
_CAMPAIGNS = (Kind.ENTITY, Kind.QUOTED, Kind.NAME, Kind.ORDER)
_JOINT = re.compile(r"\s*(?:,|;|\band\b)\s*(?:and\s+)?")
_VERB_LIKE = re.compile(
    r"(?:please )?(?:raise|increase|bump|boost|lift|scale|lower|reduce|cut|decrease|trim|drop|set|put|change|make|double|triple|halve|give|take|add)\b"
)
_VERB = re.compile(r"^(?:please |can you |could you )*([a-z]+(?: up| down)?)\b")


def paired_parts(reading: Reading) -> tuple[Reading, ...]:
    """ "Raise A by 10 % and B by 20 %" as two sentences with the same verb; empty where there is nothing to pair."""
    if _count(reading, _FIGURES) < 2 or _count(reading, _CAMPAIGNS) < 2:
        return ()
    cuts = [match for match in _JOINT.finditer(reading.text) if not _is_inside(reading, match.start())]
    edges = [0, *(edge for match in cuts for edge in (match.start(), match.end())), len(reading.text)]
    parts = [reading.part(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    if not all(_count(part, _FIGURES) == 1 and _count(part, _CAMPAIGNS) == 1 for part in parts):
        return ()
    verb = _VERB.match(reading.text)
    return tuple(
        part if _VERB_LIKE.match(part.text) or verb is None else _led(part, verb[1]) for part in parts
    )


def _led(part: Reading, verb: str) -> Reading:
    """The part with the verb before it; names are kept as they were found."""
    shift = len(verb) + 1
    return Reading(f"{verb} {part.text}", tuple(mention.moved(shift) for mention in part.mentions))


def _count(reading: Reading, kinds: tuple[Kind, ...]) -> int:
    return sum(mention.kind in kinds for mention in reading.mentions)


def _is_inside(reading: Reading, position: int) -> bool:
    return any(mention.start <= position < mention.end for mention in reading.mentions)
