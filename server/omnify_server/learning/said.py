"""What a fit says, before it is filed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from omnify_ml.interval import Interval

# Most platforms report nearly all conversions of a day within three days.
LATE_DAYS = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A forecast before it is filed: whose, when and by which version is added by the loop."""

    metric: str
    entity_id: str
    last_day: date
    due: date
    unit: str = ""
    band: Interval | None = None
    probability: float | None = None
    baseline: float | None = None
    own_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Learned:
    """What one fit found. `refused`: why there is no fit; empty where there is one."""

    n_rows: int
    own_share: float = 0.0
    note: str = ""
    refused: str = ""
    parameters: dict[str, float] = field(default_factory=dict)
    metrics: dict[str, float | None] = field(default_factory=dict)
    baselines: dict[str, dict[str, float | None]] = field(default_factory=dict)
    said: tuple[Said, ...] = ()
