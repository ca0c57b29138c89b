"""What short texts mean by their words alone."""

from __future__ import annotations

import numpy as np
import pytest

from omnify_memory.minilm import weights_folder
from omnify_memory.word_meanings import word_meanings

pytestmark = pytest.mark.skipif(weights_folder() is None, reason="the optional weights are not installed")


def alike(a: str, b: str) -> float:
    meaning = word_meanings()
    assert meaning is not None
    one, other = meaning([a, b])
    return float(one @ other)


def test_texts_on_one_subject_are_closer_than_texts_on_two() -> None:
    close = alike("A doctor explains the illness", "The physician on this disease")
    far = alike("A doctor explains the illness", "Guitars and drums on stage tonight")
    assert close > far + 0.15


def test_common_words_hardly_count() -> None:
    assert alike("the dog", "a dog") > 0.9
    assert alike("the dog of the house", "the price of the shares") < 0.5


def test_length_of_a_batch_changes_nothing_and_nothing_means_nothing() -> None:
    meaning = word_meanings()
    assert meaning is not None
    alone = meaning(["Close your books"])
    together = meaning(["Close your books", "A much longer text that needs many more words than the other"])
    assert together[0] == pytest.approx(alone[0], abs=1e-6)
    assert np.linalg.norm(meaning(["Close your books"])[0]) == pytest.approx(1.0)
    assert not meaning([""]).any()
    assert meaning([]).shape == (0, 384)
