"""Which intent a text has, with a calibrated probability: tf-idf of words, characters and concepts, a linear model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from omnify_agents.engine.features import VIEWS, grams_of, words_in

MOST_GUESSES = 4
FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest intents, best first, with their probabilities; `known_share` of the words was seen before."""

    ranking: tuple[tuple[str, float], ...]
    known_share: float

    @property
    def intent(self) -> str:
        return self.ranking[0][0]

    @property
    def probability(self) -> float:
        return self.ranking[0][1]


class Vocabulary:
    """One view's terms with their inverse document frequencies."""

    def __init__(self, terms: Sequence[str], idf: FloatArray) -> None:
        self.terms = list(terms)
        self.idf = idf
        self._index = {term: at for at, term in enumerate(self.terms)}

    def vector(self, grams: Sequence[str]) -> list[tuple[int, float]]:
        """Index and weight of each known term; the weights have length 1 (sublinear tf-idf)."""
        counts = Counter(at for gram in grams if (at := self._index.get(gram)) is not None)
        raw = [(at, (1.0 + log(count)) * float(self.idf[at])) for at, count in counts.items()]
        length = sqrt(sum(value * value for _, value in raw))
        return [(at, value / length) for at, value in raw]


class IntentClassifier:
    """What training learned. `guess` is pure and safe to call from any thread."""

    def __init__(
        self,
        *,
        intents: Sequence[str],
        vocabularies: Mapping[str, Vocabulary],
        weights: FloatArray,
        bias: FloatArray,
        words: frozenset[str],
        temperature: float,
    ) -> None:
        self.intents = list(intents)
        self.vocabularies = {view: vocabularies[view] for view in VIEWS}
        self.weights = weights
        self.bias = bias
        self.words = words
        self.temperature = temperature

    def guess(self, text: str) -> Guess:
        scores = self.scores(text) / self.temperature
        likely = np.exp(scores - scores.max())
        likely /= likely.sum()
        words = words_in(text)
        known = sum(word in self.words for word in words) / len(words) if words else 0.0
        best = np.argsort(-likely)[:MOST_GUESSES]
        return Guess(tuple((self.intents[at], float(likely[at])) for at in best), known)

    def scores(self, text: str) -> FloatArray:
        """Log-odds per intent before the temperature."""
        grams, offset = grams_of(text), 0
        scores = self.bias.copy()
        for view, vocabulary in self.vocabularies.items():
            pairs = vocabulary.vector(grams[view])
            if pairs:
                rows = self.weights[[offset + at for at, _ in pairs]]
                scores += VIEWS[view] * (np.array([value for _, value in pairs], dtype=np.float32) @ rows)
            offset += len(vocabulary.terms)
        return scores
