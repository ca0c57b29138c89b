"""The embedding model without torch: the published vectors, whatever stands beside them in a batch."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from omnify_core.errors import ModelUnavailable
from omnify_memory import HashedNgrams, MiniLm, offline_embedder
from omnify_memory.minilm import SHA256, weights_folder

FOLDER = weights_folder()
needs_weights = pytest.mark.skipif(FOLDER is None, reason="the optional embedding weights are not installed")


@needs_weights
async def test_what_means_the_same_is_near_though_no_word_is_shared() -> None:
    assert FOLDER is not None
    note, question, other = np.array(
        await MiniLm(FOLDER).embed(
            [
                "The fiscal year of the client starts in April.",
                "When does their financial twelvemonth begin?",
                "They dislike green buttons.",
            ]
        )
    )
    assert note @ note == pytest.approx(1.0, abs=1e-5)
    assert note @ question > 0.4 > 0.2 > note @ other


@needs_weights
async def test_a_text_has_the_same_vector_alone_and_in_a_batch() -> None:
    assert FOLDER is not None
    model = MiniLm(FOLDER)
    long = "a much longer text, so that the short one is padded to its length " * 3
    [alone] = await model.embed(["short"])
    both = await model.embed([long, "short"])
    assert both[1] == pytest.approx(alone, abs=1e-5)


@needs_weights
async def test_files_that_are_not_the_published_ones_are_refused(tmp_path: Path) -> None:
    assert FOLDER is not None
    for name in SHA256:
        shutil.copy(FOLDER / name, tmp_path / name)
    with (tmp_path / "tokenizer.json").open("a") as file:
        file.write(" ")
    with pytest.raises(ModelUnavailable, match=r"tokenizer\.json"):
        await MiniLm(tmp_path).embed(["x"])


def test_without_the_weights_parts_of_words_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omnify_memory.minilm.PACKAGE", "no_such_package")
    assert isinstance(offline_embedder(), HashedNgrams)
