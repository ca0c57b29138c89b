"""Backtests: every model beside its baselines, judged on days that it had not seen."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from inspect import signature
from typing import Any

import pandas as pd

from omnify_core.errors import BadInput
from omnify_ml.backtest.report import BacktestReport

# Imported when first asked for: the models behind some of them take seconds to import.
BACKTESTS = {
    "response": "omnify_ml.backtest.response:backtest_response",
    "creative": "omnify_ml.backtest.creative:backtest_creative",
    "leads": "omnify_ml.backtest.leads:backtest_leads",
    "anomaly": "omnify_ml.backtest.anomaly:backtest_anomaly",
    "experiments": "omnify_ml.backtest.experiments:backtest_experiments",
    "ltv": "omnify_ml.backtest.ltv:backtest_ltv",
    "fatigue": "omnify_ml.backtest.fatigue:backtest_fatigue",
    "performance": "omnify_ml.backtest.performance:backtest_performance",
}


def run(model: str, frame: pd.DataFrame, **options: Any) -> BacktestReport:
    """Runs one backtest; `options` are those of the command line. Raises BadInput."""
    if model not in BACKTESTS:
        raise BadInput(f"{model!r} has no backtest; choose one of {', '.join(BACKTESTS)}.")
    module, _, name = BACKTESTS[model].partition(":")
    backtest: Callable[..., BacktestReport] = getattr(import_module(module), name)
    given = {key: value for key, value in options.items() if value is not None}
    known = signature(backtest).parameters
    unknown = [key for key in given if key not in known]
    if unknown:
        raise BadInput(f"{model} takes no {unknown[0].replace('_', '-')}; leave it out.")
    return backtest(frame, **given)


__all__ = ["BACKTESTS", "BacktestReport", "run"]
