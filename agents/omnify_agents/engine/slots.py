"""From a reading to the slots of a goal."""

from __future__ import annotations

import re

from omnify_agents.engine.changes import change_in
from omnify_agents.engine.comparisons import criterion_in
from omnify_agents.engine.goals import Slots
from omnify_agents.engine.lookups import LOOKUPS
from omnify_agents.engine.mentions import Kind
from omnify_agents.engine.orders import ORDERS
from omnify_agents.engine.reading import Reading
from omnify_agents.engine.references import Ends, ends_in, ranking_metric, refs_in

_ENTITIES = frozenset({"campaign_id", "creative_id", "control_id"})
_MONEY_INTENTS = frozenset({"budget", "move", "allocation"})
_REF_INTENTS = frozenset(
    {"budget", "pause", "enable", "compare", "forecast", "fatigue", "creatives", "undo", "campaigns"}
) | {tool for tool, line in (LOOKUPS | ORDERS).items() if _ENTITIES & set(line.takes)}
_CHOSEN_BY = frozenset({"budget", "pause", "enable"})
_EVERYWHERE = re.compile(
    r"\b(?:across (?:all |the )?(?:platforms|channels)|overall|in total|all (?:platforms|channels)|everywhere)\b"
)


def slots_of(intent: str, reading: Reading) -> Slots:
    """Everything that was said, read in the light of the intent."""
    criterion, reading = criterion_in(reading) if intent in _CHOSEN_BY else (None, reading)
    metrics = [metric for metric in (ranking_metric(reading), *reading.all(Kind.METRIC)) if metric]
    ends = ends_in(reading) if intent == "move" else Ends(None, None)
    return Slots(
        platforms=tuple(dict.fromkeys(reading.all(Kind.PLATFORM))),
        period=str(reading.first(Kind.PERIOD) or ""),
        days=int(reading.first(Kind.HORIZON) or 0),
        metrics=tuple(dict.fromkeys(metrics)),
        orders=tuple(dict.fromkeys(reading.all(Kind.ORDER))),
        count=int(reading.first(Kind.COUNT) or 0),
        status=str(reading.first(Kind.STATUS) or ""),
        change=change_in(reading) if intent in _MONEY_INTENTS else None,
        refs=refs_in(reading) if intent in _REF_INTENTS else (),
        source=ends.source,
        target=ends.target,
        change_set=str(reading.first(Kind.CHANGE_SET) or ""),
        criterion=criterion,
    )


def means_everywhere(reading: Reading) -> bool:
    """Whether all platforms were asked for in so many words."""
    return bool(_EVERYWHERE.search(reading.text))
