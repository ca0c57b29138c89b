"""Texts as vectors."""

from __future__ import annotations

import json
import math

import httpx
import pytest
from openai import AsyncOpenAI

from omnify_core.errors import ModelUnavailable
from omnify_memory import HashedNgrams, OpenAIEmbedder

PINNED = {83: 0.4082, 355: 0.4082, 399: -0.4082, 650: -0.4082, 682: 0.4082, 876: 0.4082}


def similarity(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def openai_answering(handler: httpx.MockTransport) -> AsyncOpenAI:
    return AsyncOpenAI(
        api_key="k",
        base_url="http://model.test/v1",
        max_retries=0,
        http_client=httpx.AsyncClient(transport=handler),
    )


async def test_ngram_vectors_have_unit_length_and_the_promised_dimension() -> None:
    vectors = await HashedNgrams().embed(["Spring search", "ä", "a b c " * 500])
    for vector in vectors:
        assert len(vector) == HashedNgrams.dimension
        assert math.isclose(similarity(vector, vector), 1)


async def test_an_empty_text_has_no_direction() -> None:
    assert not any((await HashedNgrams().embed([""]))[0])


async def test_the_same_text_has_the_same_vector_in_every_process() -> None:
    [vector] = await HashedNgrams().embed(["CPA"])
    found = {place: round(value, 4) for place, value in enumerate(vector) if value}
    assert found == PINNED, "if this changes on purpose, the embedder needs a new id"


async def test_typing_errors_stay_closer_than_other_words() -> None:
    right, wrong, other = await HashedNgrams().embed(
        ["retargeting window", "Retargetting windw", "daily budget cap"]
    )
    assert similarity(right, wrong) > 0.5
    assert similarity(right, other) < HashedNgrams.floor


async def test_openai_vectors_come_in_the_order_of_the_texts() -> None:
    asked: list[dict[str, object]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        asked.append(body)
        rows = [
            {"object": "embedding", "index": index, "embedding": [float(len(text)), 0.5]}
            for index, text in enumerate(body["input"])
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return httpx.Response(
            200, json={"object": "list", "data": rows[::-1], "model": body["model"], "usage": usage}
        )

    async with openai_answering(httpx.MockTransport(answer)) as client:
        embedder = OpenAIEmbedder(client, dimension=2)
        assert await embedder.embed(["a", "bb", "ccc"]) == [[1.0, 0.5], [2.0, 0.5], [3.0, 0.5]]
        assert len(await embedder.embed(["x"] * 600)) == 600
    assert embedder.id == "openai/text-embedding-3-small/2"
    assert [len(body["input"]) for body in asked[1:]] == [256, 256, 88]  # type: ignore[arg-type]
    assert asked[0]["dimensions"] == 2


async def test_an_embedding_model_that_fails_is_unavailable() -> None:
    refusing = httpx.MockTransport(lambda request: httpx.Response(500, json={"error": {"message": "down"}}))
    async with openai_answering(refusing) as client:
        with pytest.raises(ModelUnavailable, match="text-embedding-3-small"):
            await OpenAIEmbedder(client).embed(["a"])
