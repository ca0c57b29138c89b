"""Ad texts as numbers: words, letter groups and a few facts of form; and which texts are one text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from omnify_ml.interval import FloatArray

TOKENS = r"[\w']+|[?!:]"
LETTERS_WEIGHT, FORM_WEIGHT = 0.5, 0.4
MAX_TERMS, TOPICS = 20_000, 64
FORMS = (
    "words", "words_squared", "letters", "questions", "exclamations", "quotes", "commas", "stops",
    "two_sentences", "digits", "starts_with_digit", "shouted_words", "capitalized", "word_length", "colons",
    "ellipsis",
)  # fmt: skip


def plain(text: str) -> str:
    """The text without case and punctuation: texts equal here count as one."""
    return " ".join(re.sub(r"[^a-z0-9 ]", "", str(text).lower()).split())


def forms(text: str) -> list[float]:
    """Facts of form, in the order of FORMS."""
    words = text.split()
    n = max(len(words), 1)
    return [
        np.log1p(len(words)),
        np.log1p(len(words)) ** 2,
        np.log1p(len(text)),
        text.count("?"),
        text.count("!"),
        text.count("'") + text.count('"'),
        text.count(","),
        text.count("."),
        float(text.count(".") >= 2),
        float(any(letter.isdigit() for letter in text)),
        float(text[:1].isdigit()),
        sum(word.isupper() and len(word) > 1 for word in words),
        sum(word[:1].isupper() for word in words) / n,
        sum(len(word) for word in words) / n,
        text.count(":"),
        text.count("..."),
    ]


Meaning = Callable[[Sequence[str]], FloatArray]
"""Vectors of what texts mean, one row each, at unit length."""


@dataclass(frozen=True)
class Topics:
    """The directions in which the training texts differ most in meaning."""

    meaning: Meaning
    center: FloatArray
    directions: FloatArray

    @classmethod
    def learn(cls, texts: pd.Series, meaning: Meaning) -> Topics:
        vectors = meaning(list(texts))
        center = vectors.mean(axis=0)
        rows = np.linalg.svd(vectors - center, full_matrices=False)[2]
        return cls(meaning, center, rows[:TOPICS].T)

    def matrix(self, texts: pd.Series) -> FloatArray:
        return np.asarray((self.meaning(list(texts)) - self.center) @ self.directions)


@dataclass(frozen=True)
class Vocabulary:
    """Learned from training texts only; `topics` where vectors of meaning are at hand."""

    words: Any
    letters: Any
    center: FloatArray
    scale: FloatArray
    topics: Topics | None = None

    @classmethod
    def learn(cls, texts: pd.Series, meaning: Meaning | None = None) -> Vocabulary:
        from sklearn.feature_extraction.text import TfidfVectorizer

        rare = 3 if len(texts) > 500 else 1
        words = TfidfVectorizer(min_df=rare, sublinear_tf=True, max_features=MAX_TERMS, token_pattern=TOKENS)
        letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 4), min_df=rare + 1, sublinear_tf=True, max_features=MAX_TERMS
        )
        facts = np.array([forms(text) for text in texts])
        topics = None if meaning is None else Topics.learn(texts, meaning)
        spread = facts.std(axis=0) + 1e-9
        return cls(words.fit(texts), letters.fit(texts), facts.mean(axis=0), spread, topics)

    def matrix(self, texts: pd.Series) -> Any:
        """Sparse, one row per text: words, letter groups, facts of form, topics."""
        from scipy import sparse

        facts = (np.array([forms(text) for text in texts]) - self.center) / self.scale * FORM_WEIGHT
        parts = [
            self.words.transform(texts),
            self.letters.transform(texts) * LETTERS_WEIGHT,
            sparse.csr_matrix(facts),
        ]
        if self.topics is not None:
            parts.append(sparse.csr_matrix(self.topics.matrix(texts)))
        return sparse.hstack(parts).tocsr()

    def names(self) -> list[str]:
        """What each column stands for; empty for letter groups and topics, which say nothing to a reader."""
        topics = 0 if self.topics is None else self.topics.directions.shape[1]
        letters = [""] * len(self.letters.vocabulary_)
        return [*self.words.get_feature_names_out(), *letters, *FORMS, *[""] * topics]
