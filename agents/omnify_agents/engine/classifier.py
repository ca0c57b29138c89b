"""Which intent a text has, with a calibrated probability: tf-idf of words and characters, a linear model."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from omnify_agents.engine.examples import Example, load_examples
from omnify_agents.engine.reading import read

TEMPERATURE = 1.0
_lock = threading.Lock()


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


class IntentClassifier:
    """Trained once; `guess` is pure and safe to call from any thread."""

    def __init__(self, examples: Sequence[Example], *, temperature: float = TEMPERATURE) -> None:
        # Imported here: scikit-learn takes about a second to load, and only a first question needs it.
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC

        self._words: Any = TfidfVectorizer(ngram_range=(1, 3), sublinear_tf=True, lowercase=False, token_pattern=r"\S+")
        self._chars: Any = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, lowercase=False, min_df=2
        )
        texts = [_features(example.text) for example in examples]
        self._words.fit(texts)
        self._chars.fit(texts)
        self._vocabulary = {word for text in texts for word in text.split()}
        model = LinearSVC(C=0.7).fit(self._vector(texts), [example.intent for example in examples])
        self._classes: list[str] = list(model.classes_)
        self._weights = model.coef_.T.astype(np.float32)
        self._bias = model.intercept_
        self._temperature = temperature

    def guess(self, text: str) -> Guess:
        features = _features(text)
        scores = self.scores([features])[0] / self._temperature
        likely = np.exp(scores - scores.max())
        likely /= likely.sum()
        best = np.argsort(-likely)[:4]
        words = features.split()
        known = sum(word in self._vocabulary for word in words) / len(words) if words else 0.0
        return Guess(tuple((self._classes[index], float(likely[index])) for index in best), known)

    def scores(self, features: list[str]) -> NDArray[np.float64]:
        """Shape (texts, intents)."""
        return np.asarray(self._vector(features) @ self._weights + self._bias, dtype=np.float64)

    def _vector(self, texts: list[str]) -> Any:
        from scipy.sparse import hstack

        return hstack([self._words.transform(texts), self._chars.transform(texts)], format="csr")


def _features(text: str) -> str:
    return read(text).masked


def intent_classifier() -> IntentClassifier:
    """The one of this process, trained on everything that is shipped."""
    with _lock:
        return _trained()


@lru_cache(maxsize=1)
def _trained() -> IntentClassifier:
    return IntentClassifier(load_examples())
