"""Experiments that may be watched: verdicts, plans and checks."""

from omnify_ml.experiments.design import Plan, cuped, e_bh, holm, plan, split_p
from omnify_ml.experiments.sequential import Arm, Verdict, planned_verdict, sequential_verdict

__all__ = [
    "Arm",
    "Plan",
    "Verdict",
    "cuped",
    "e_bh",
    "holm",
    "plan",
    "planned_verdict",
    "sequential_verdict",
    "split_p",
]
