"""A report's curves as a picture, and a range for what each model claims."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from omnify_core.errors import BadInput
from omnify_ml.backtest import BacktestReport, run
from omnify_ml.backtest.plots import LINE, draw, png, svg
from omnify_ml.backtest.report import Curve
from tests.builders.ml_worlds import campaigns, headline_tests, leads, purchases


def one_curve(x: list[float], y: list[float]) -> BacktestReport:
    curve = Curve(name="Reliability <b>", x_label="stated", y_label="observed", x=x, y=y)
    return BacktestReport(
        model="leads", n=3, metrics={}, baselines={}, ratios={}, seconds=0.0, refused=0, curves=[curve]
    )


def test_the_svg_has_a_dot_per_point_and_escapes_words() -> None:
    drawn = ET.fromstring(svg(one_curve([0.1, 0.5, 1.0], [0.2, 0.4, 1.0])))
    assert len(drawn.findall(".//{*}circle")) == 3
    assert "Reliability <b>" in "".join(drawn.itertext())


def test_the_png_shows_the_line_where_the_points_are() -> None:
    image = Image.open(BytesIO(png(one_curve([0.0, 1.0], [1.0, 1.0]))))
    assert image.size == (640, 640)
    blue = tuple(int(LINE[place : place + 2], 16) for place in (1, 3, 5))
    pixels = np.asarray(image.convert("RGB"))
    rows = np.flatnonzero((pixels == blue).all(axis=2).any(axis=1))
    # A level line at the top of the frame, nothing below it.
    assert rows.min() > 80
    assert rows.max() < 110


def test_other_endings_and_empty_reports_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"neither \.svg nor \.png"):
        draw(one_curve([0.0], [0.0]), tmp_path / "plot.pdf")
    empty = one_curve([0.0], [0.0]).model_copy(update={"curves": [], "notes": ["insufficient data"]})
    with pytest.raises(BadInput, match="nothing to draw: insufficient data"):
        draw(empty, tmp_path / "plot.svg")


def checkpoints() -> pd.DataFrame:
    """Sixty tests of ten looks, a quarter of them with a true effect."""
    rng = np.random.default_rng(2)
    rows = []
    for number in range(60):
        n = np.arange(1, 11) * 2000.0
        noise = np.sqrt(2.0) * np.cumsum(rng.standard_normal(10)) * np.sqrt(2000.0) / n
        mean = 0.5 + (0.0 if number % 4 else 0.04) + noise
        rows += [(number, 1, 1, look, n[look], n[look], 0.5, mean[look], 1.0, 1.0) for look in range(10)]
    names = "experiment variant metric time count_c count_t mean_c mean_t variance_c variance_t"
    return pd.DataFrame(rows, columns=names.split())


def series() -> tuple[pd.DataFrame, dict[str, list[list[str]]]]:
    """Four hourly series, each with one labeled jump."""
    rng = np.random.default_rng(3)
    when = pd.date_range("2026-07-01", periods=700, freq="h")
    parts, windows = [], {}
    for name in "abcd":
        value = np.exp(0.1 * rng.standard_normal(700))
        value[500:504] *= 4
        parts.append(pd.DataFrame({"series": name, "timestamp": when, "value": value}))
        windows[name] = [[str(when[490]), str(when[520])]]
    return pd.concat(parts), windows


@pytest.mark.parametrize(
    ("model", "claim"),
    [
        ("performance", "ctr_wape/last7"),
        ("ltv", "cohort_wape/previous"),
        ("leads", "auc/source_rate"),
        ("creative", "acc_significant"),
        ("experiments", "reversal_rate/peeking"),
        ("anomaly", "nab/rolling_z"),
    ],
)
def test_every_backtest_draws_and_gives_its_claim_a_range(model: str, claim: str, tmp_path: Path) -> None:
    labeled, windows = series()
    ltv = purchases(customers=500).assign(cohort=lambda frame: "k" + frame["customer"].str[-1])
    frames = {
        "performance": campaigns(entities=8, n_days=40),
        "ltv": ltv,
        "leads": leads(n=1200),
        "creative": headline_tests(),
        "experiments": checkpoints(),
        "anomaly": labeled,
    }
    options = {"windows": windows} if model == "anomaly" else {}
    report = run(model, frames[model], **options)
    span = report.ranges[claim]
    assert span.low <= span.high
    for name in ("plot.svg", "plot.png"):
        draw(report, tmp_path / name)
        assert (tmp_path / name).stat().st_size > 500


def test_the_lift_curve_of_leads_ends_with_all_conversions() -> None:
    curve = next(one for one in run("leads", leads(n=1200)).curves if one.name == "Lift")
    assert curve.y[-1] == 1.0
    assert curve.y[0] > 0.1
    assert curve.y == sorted(curve.y)
