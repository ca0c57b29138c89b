"""Texts as vectors. What a text means must not change under one embedder id: then its vectors are stale."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from math import log, sqrt
from typing import TYPE_CHECKING, Protocol

from omnify_core.errors import ModelUnavailable

if TYPE_CHECKING:
    from openai import AsyncOpenAI

Vector = list[float]
OPENAI_BATCH = 256


class Embedder(Protocol):
    """`floor`: the cosine similarity below which two texts have nothing to do with each other."""

    @property
    def id(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def floor(self) -> float: ...

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """One vector for each text, in order. Raises ModelUnavailable."""
        ...


class HashedNgrams:
    """Needs no model and no network: finds texts that share words or parts of words, typing errors included.

    Characters 3-5 within words, signed hashing as in Weinberger et al. 2009, log counts, unit length.
    """

    id = "hashed-ngrams-1"
    dimension = 1024
    floor = 0.1

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> Vector:
        vector = [0.0] * self.dimension
        for ngram, count in Counter(_ngrams(text)).items():
            code = zlib.crc32(ngram.encode())
            # The highest bit is the sign, so that collisions cancel instead of adding up.
            sign = 1 if code >> 31 else -1
            vector[code % self.dimension] += sign * (1 + log(count))
        length = sqrt(sum(value * value for value in vector))
        return [value / length for value in vector] if length else vector


class OpenAIEmbedder:
    """The client comes from outside, with its key, base URL and retries."""

    floor = 0.2

    def __init__(
        self, client: AsyncOpenAI, model: str = "text-embedding-3-small", *, dimension: int = 1536
    ) -> None:
        self._client = client
        self._model = model
        self.dimension = dimension
        self.id = f"openai/{model}/{dimension}"

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        vectors: list[Vector] = []
        for start in range(0, len(texts), OPENAI_BATCH):
            vectors += await self._embed(list(texts[start : start + OPENAI_BATCH]))
        return vectors

    async def _embed(self, texts: list[str]) -> list[Vector]:
        from openai import OpenAIError

        try:
            reply = await self._client.embeddings.create(
                input=texts, model=self._model, dimensions=self.dimension
            )
        except OpenAIError as error:
            raise ModelUnavailable(f"the embedding model {self._model!r} did not answer: {error}") from error
        return [row.embedding for row in sorted(reply.data, key=lambda row: row.index)]


def _ngrams(text: str) -> Iterator[str]:
    for word in text.casefold().split():
        padded = f" {word} "
        for size in (3, 4, 5):
            for start in range(max(1, len(padded) - size + 1)):
                yield padded[start : start + size]
