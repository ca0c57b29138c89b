"""Which models learn by themselves. Light to import: the models themselves are not."""

from __future__ import annotations

VERSIONS = {"performance": "3", "fatigue": "2", "response": "4", "ltv": "1", "leads": "1"}
"""Raised when a model's arithmetic changes: figures of two versions are never mixed."""
