"""Fits the intent classifier to example utterances (scikit-learn); what it learns ships as data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from omnify_agents.engine.classifier import IntentClassifier, Vocabulary
from omnify_agents.engine.examples import Example
from omnify_agents.engine.features import VIEWS, grams_of, words_in

TEMPERATURE = 0.2
"""Softens or sharpens probabilities, fitted on the same cross-validation."""
STRENGTH = 1.0
"""Inverse regularization, chosen by cross-validation over the families that are not held out."""
RAREST = {"words": 1, "chars": 2, "concepts": 1, "pairs": 1, "cues": 1, "stems": 2}


def trained(
    examples: Sequence[Example], *, temperature: float = 1.0, strength: float = STRENGTH
) -> IntentClassifier:
    """One linear support vector machine per intent over all views."""
    unique = sorted({(example.text, example.intent) for example in examples})
    rows = list({(grams_key(text), intent): (text, intent) for text, intent in unique}.values())
    texts, labels = [text for text, _ in rows], [intent for _, intent in rows]
    vectorizers = {view: _vectorizer(view) for view in VIEWS}
    parts = [VIEWS[view] * vectorizer.fit_transform(texts) for view, vectorizer in vectorizers.items()]
    model = LinearSVC(C=strength, class_weight="balanced").fit(hstack(parts, format="csr"), labels)
    return IntentClassifier(
        intents=[str(intent) for intent in model.classes_],
        vocabularies={view: _vocabulary(vectorizer) for view, vectorizer in vectorizers.items()},
        weights=model.coef_.T.astype(np.float32),
        bias=model.intercept_.astype(np.float32),
        words=frozenset(word for text in texts for word in words_in(text)),
        temperature=temperature,
    )


def grams_key(text: str) -> str:
    """Texts that differ only in their slots are one example."""
    return " ".join(words_in(text))


def _vectorizer(view: str) -> Any:
    return TfidfVectorizer(
        analyzer=lambda text: grams_of(text)[view], sublinear_tf=True, lowercase=False, min_df=RAREST[view]
    )


def _vocabulary(vectorizer: Any) -> Vocabulary:
    terms = [str(term) for term in vectorizer.get_feature_names_out()]
    return Vocabulary(terms, vectorizer.idf_.astype(np.float32))
