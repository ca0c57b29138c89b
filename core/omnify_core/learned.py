"""What the models have learned of a tenant, the forecasts they made, and what came of each."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from omnify_core.campaigns import Frozen
from omnify_core.ids import TenantId


class FitStatus(StrEnum):
    RUNNING = "running"
    READY = "ready"
    REFUSED = "refused"  # too little data, or the model broke; `note` says which


class ModelFit(Frozen):
    """One version of one model, as learned from days up to `training_cut` and none after.

    `own_share` (0-1): weight of the tenant's own data against general experience. `metrics` come from
    a backtest on the tenant's own days, `baselines` from the same run. `parameters` are for people to
    read; `seconds` is the time that the fit took.
    """

    tenant_id: TenantId
    model: str
    version: str
    training_cut: date
    status: FitStatus
    started_at: datetime
    fitted_at: datetime | None = None
    n_rows: int = 0
    own_share: float = 0.0
    note: str = ""
    parameters: dict[str, float] = Field(default_factory=dict)
    metrics: dict[str, float | None] = Field(default_factory=dict)
    baselines: dict[str, dict[str, float | None]] = Field(default_factory=dict)
    seconds: float = 0.0

    @property
    def id(self) -> str:
        return f"{self.model}/{self.version}/{self.training_cut}"


class ForecastState(StrEnum):
    OPEN = "open"
    SCORED = "scored"
    VOID = "void"  # its condition did not hold, e.g. the budget was changed meanwhile


class Forecast(Frozen):
    """One number said about coming days, written down when it was said.

    Either a range (`p10`, `p50`, `p90` in `unit`) or a `probability` of an event; `baseline` is what
    the naive rule said at the same moment. `due` is the first day on which it can be scored: late
    conversions are in by then. Days are those of the accounts.
    """

    tenant_id: TenantId
    model: str
    version: str
    metric: str
    entity_id: str
    made_at: datetime
    training_cut: date
    first_day: date
    last_day: date
    due: date
    source: str
    unit: str = ""
    p10: float | None = None
    p50: float | None = None
    p90: float | None = None
    probability: float | None = None
    baseline: float | None = None
    own_share: float = 0.0
    state: ForecastState = ForecastState.OPEN
    outcome: float | None = None
    note: str = ""

    @property
    def id(self) -> str:
        """A forecast from the same days is the same forecast, whoever asks for it."""
        return f"{self.model}/{self.metric}/{self.entity_id}/{self.training_cut}/{self.last_day}"
