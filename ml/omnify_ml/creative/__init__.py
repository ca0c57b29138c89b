"""Creatives: which text will be clicked, and what in it counts."""

from omnify_ml.creative.ranker import RankedText, Ranking, TextRanker, fit_texts
from omnify_ml.creative.texts import Meaning

__all__ = ["Meaning", "RankedText", "Ranking", "TextRanker", "fit_texts"]
