"""Whether an ad's click rate is about to wear out, and how much that statement can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from omnify_ml.fatigue.features import MIN_AGE, MIN_CLICKS, Scene, scene_of
from omnify_ml.fatigue.hazard import PRIOR_ONSETS, Hazard, by_days, fit, quantile_days, rows_of
from omnify_ml.fatigue.label import NEVER
from omnify_ml.fatigue.prior import general_prior
from omnify_ml.fatigue.skill import Skill, own_skill
from omnify_ml.interval import FloatArray
from omnify_ml.panel import Panel, panel_of, require_columns

COLUMNS = ("account", "creative", "date", "impressions", "clicks")
# Below this risk of onset within 30 days a window of days would only look precise.
WINDOW_FROM = 0.3


@dataclass(frozen=True, slots=True)
class FatigueForecast:
    """The risk that an ad's click rate falls to 80 % of its own peak and stays there.

    `risk_7d`, `risk_14d`: probability that the fall begins within so many days. `window_days`: the
    10th-90th percentile of its begin given that it comes within 30 days; None where it is unlikely.
    `kind` is "fatigue" where exposure is known, else "ctr_decline". `own_weight` 0-1; `basis` in words;
    `abstained` is empty or the reason. `worn_since`: the day from which it is worn already.
    """

    creative: str
    risk_7d: float
    risk_14d: float
    window_days: tuple[int, int] | None
    kind: str
    own_weight: float
    basis: str
    abstained: str
    ctr_now: float
    ctr_peak: float
    frequency: float | None
    worn_since: date | None = None


def predict_fatigue(history: pd.DataFrame, *, as_of: date) -> list[FatigueForecast]:
    """One forecast per creative with rows up to `as_of` (the last complete day)."""
    panel = creative_panel(history, as_of=as_of)
    if not panel.entities:
        return []
    scene = scene_of(panel)
    last = panel.n_days - 1
    rows = rows_of(scene, first=0, last=last, known_until=last)
    hazard = fit(rows, general_prior())
    skill = own_skill(rows)
    survival = hazard.survival(scene.x[:, last], scene.crossing[:, last])
    return [
        _forecast(scene, index, survival[index : index + 1], hazard, skill)
        for index in range(len(panel.entities))
    ]


def creative_panel(history: pd.DataFrame, *, as_of: date | None, max_days: int | None = 120) -> Panel:
    """The history as a panel of creatives grouped by account."""
    require_columns(history, COLUMNS, model="Fatigue")
    frame = with_frequency(history)
    optional = [name for name in ("cost", "frequency") if name in frame.columns]
    renamed = frame.rename(columns={"creative": "entity", "account": "group"})
    return panel_of(renamed, as_of=as_of, columns=["impressions", "clicks", *optional], max_days=max_days)


def with_frequency(history: pd.DataFrame) -> pd.DataFrame:
    """Frequency where the platform gives it, else impressions over reach, else without."""
    if "frequency" in history.columns and history["frequency"].notna().any():
        return history
    if "reach" not in history.columns or not history["reach"].notna().any():
        return history.drop(columns=[name for name in ("frequency",) if name in history.columns])
    reach = pd.to_numeric(history["reach"], errors="coerce").fillna(0.0)
    frequency = np.where(reach > 0, history["impressions"] / np.maximum(reach, 1.0), 0.0)
    return history.assign(frequency=frequency)


def refusal(scene: Scene, index: int) -> str:
    """Why this creative gets no forecast; empty if it gets one."""
    seen = scene.panel["impressions"][index]
    clicks, age = float(scene.panel["clicks"][index].sum()), int(scene.wear.age[index, -1])
    if age < MIN_AGE:
        return f"insufficient data: {max(age + 1, 0)} days old, {MIN_AGE + 1} needed"
    if clicks < MIN_CLICKS:
        return f"insufficient data: {clicks:.0f} clicks, {MIN_CLICKS:.0f} needed"
    if seen[-3:].sum() == 0:
        return "no delivery in the last 3 days"
    return ""


def _forecast(
    scene: Scene, index: int, survival: FloatArray, hazard: Hazard, skill: Skill
) -> FatigueForecast:
    panel, wear = scene.panel, scene.wear
    risk_7, risk_14 = float(by_days(survival, 7)[0]), float(by_days(survival, 14)[0])
    window: tuple[int, int] | None = None
    worn = int(scene.onset[index]) < NEVER
    reason = "" if worn else refusal(scene, index)
    if skill.refuted:
        risk_7, risk_14 = skill.base_7, skill.base_14
    if worn:
        risk_7 = risk_14 = 1.0
    elif not reason and not skill.refuted and 1 - survival[0, -1] >= WINDOW_FROM:
        early, late = quantile_days(survival, 0.1)[0], quantile_days(survival, 0.9)[0]
        window = (max(1, int(np.ceil(early))), int(np.ceil(late)))
    frequency = panel.values.get("frequency")
    latest = frequency[index][frequency[index] > 0][-1:] if frequency is not None else np.zeros(0)
    return FatigueForecast(
        panel.entities[index],
        risk_7,
        risk_14,
        window,
        "fatigue" if scene.has_frequency else "ctr_decline",
        hazard.n_onsets / (hazard.n_onsets + PRIOR_ONSETS),
        "already worn: below 80 % of its own peak" if worn else skill.basis(hazard.n_onsets),
        reason,
        float(np.exp(wear.level[index, -1])),
        float(np.exp(wear.peak[index, -1])),
        float(latest[0]) if len(latest) else None,
        panel.days[int(scene.onset[index])].date() if worn else None,
    )
