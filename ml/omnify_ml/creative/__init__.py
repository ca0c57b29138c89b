"""Creatives: which text will be clicked, and what in it counts."""

from omnify_ml.creative.ranker import RankedText, Ranking, TextRanker, fit_texts

__all__ = ["RankedText", "Ranking", "TextRanker", "fit_texts"]
