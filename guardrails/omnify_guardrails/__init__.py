"""The money path and the guardrails around agents. Sees platforms and stores through core's ports."""

from omnify_guardrails.audit import (
    ChainHead,
    ChainReport,
    chain_head,
    export_lines,
    verify_chain,
)
from omnify_guardrails.effects import EffectEstimator, ResponseEffects, WorstCaseOnly
from omnify_guardrails.legs import leg_key
from omnify_guardrails.money_path import MoneyPath
from omnify_guardrails.names import name_marks, visible
from omnify_guardrails.proposing import Draft
from omnify_guardrails.timing import Timing
from omnify_guardrails.wanted import Wanted, WantedBudget, WantedStatus
from omnify_guardrails.wording import value_parts, value_text

__all__ = [
    "ChainHead",
    "ChainReport",
    "Draft",
    "EffectEstimator",
    "MoneyPath",
    "ResponseEffects",
    "Timing",
    "Wanted",
    "WantedBudget",
    "WantedStatus",
    "WorstCaseOnly",
    "chain_head",
    "export_lines",
    "leg_key",
    "name_marks",
    "value_parts",
    "value_text",
    "verify_chain",
    "visible",
]
