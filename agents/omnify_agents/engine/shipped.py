"""The trained classifier as shipped data, and its way in and out."""

from __future__ import annotations

import hashlib
import threading
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from omnify_agents.engine.classifier import IntentClassifier, Vocabulary
from omnify_agents.engine.examples import load_examples
from omnify_agents.engine.features import VIEWS

SHIPPED = "intents.npz"
_SOURCES = (
    "amounts.py", "concepts.py", "concepts.txt", "cues.py", "cues.txt", "examples.py", "features.py", "macros.txt",
    "mentions.py", "naming.py", "periods.py", "reading.py", "trade.py", "training.py", "words.py",
)  # fmt: skip
_lock = threading.Lock()


def intent_classifier() -> IntentClassifier:
    """The one of this process, trained on everything that is shipped."""
    with _lock:
        return _loaded_or_trained()


@lru_cache(maxsize=1)
def _loaded_or_trained() -> IntentClassifier:
    # Weights of slightly older examples answer at once; training would take a minute of somebody's question.
    if (loaded := load(shipped_path())) is not None:
        return loaded
    from omnify_agents.engine.training import TEMPERATURE, trained

    return trained(load_examples(), temperature=TEMPERATURE)


def shipped_path() -> Path:
    return Path(str(files(__package__).joinpath(SHIPPED)))


def digest_of_sources() -> str:
    """SHA-256 over the examples and over all code that decides how a text is read."""
    folder = files(__package__)
    examples = sorted(folder.joinpath("examples").iterdir(), key=lambda path: path.name)
    digest = hashlib.sha256()
    for path in [*examples, *(folder.joinpath(name) for name in _SOURCES)]:
        digest.update(path.name.encode() + b"\x00" + path.read_bytes().replace(b"\r\n", b"\n") + b"\x00")
    return digest.hexdigest()


def save(classifier: IntentClassifier, path: Path, digest: str) -> None:
    """Weights in steps of 1/127 of each intent's largest: a third of a per mille of a decision."""
    scale = np.abs(classifier.weights).max(axis=0) / 127
    arrays: dict[str, NDArray[np.generic]] = {
        "digest": _packed([digest]),
        "intents": _packed(classifier.intents),
        "words": _packed(sorted(classifier.words)),
        "weights": np.rint(classifier.weights / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "bias": classifier.bias,
        "temperature": np.array([classifier.temperature], dtype=np.float32),
    }
    for view, vocabulary in classifier.vocabularies.items():
        arrays[f"terms_{view}"] = _packed(vocabulary.terms)
        arrays[f"idf_{view}"] = vocabulary.idf.astype(np.float16)
    np.savez_compressed(path, allow_pickle=False, **arrays)


def load(path: Path, digest: str = "") -> IntentClassifier | None:
    """None where there is no file, or where a digest is asked for and the file was made from other sources."""
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as arrays:
        if digest and _unpacked(arrays["digest"]) != [digest]:
            return None
        return IntentClassifier(
            intents=_unpacked(arrays["intents"]),
            vocabularies={
                view: Vocabulary(_unpacked(arrays[f"terms_{view}"]), arrays[f"idf_{view}"].astype(np.float32))
                for view in VIEWS
            },
            weights=arrays["weights"].astype(np.float32) * arrays["scale"],
            bias=arrays["bias"],
            words=frozenset(_unpacked(arrays["words"])),
            temperature=float(arrays["temperature"][0]),
        )


def _packed(texts: list[str]) -> NDArray[np.generic]:
    return np.frombuffer("\n".join(texts).encode("utf-8"), dtype=np.uint8)


def _unpacked(packed: NDArray[np.uint8]) -> list[str]:
    return packed.tobytes().decode("utf-8").split("\n")
