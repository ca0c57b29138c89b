"""Random numbers addressed by (seed, entity, day), so that the order of calls cannot change them."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def generator(seed: int, entity: int, day: int) -> np.random.Generator:
    """The generator of one entity's day; `day` counts from any fixed origin and may be negative."""
    place = (entity & 0xFFFFFFFF) << 32 | (day & 0xFFFFFFFF)
    return np.random.Generator(np.random.Philox(key=np.array([seed & 0xFFFFFFFFFFFFFFFF, place], np.uint64)))


def named_generator(seed: int, name: str) -> np.random.Generator:
    """The generator of a named choice that is made once, such as 'campaign/12/traits'."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    key = np.array([seed & 0xFFFFFFFFFFFFFFFF, int.from_bytes(digest, "big")], np.uint64)
    return np.random.Generator(np.random.Philox(key=key))


def summed(of: IntArray, amounts: FloatArray, size: int) -> FloatArray:
    """Sums of `amounts` by the group that `of` names; one per group."""
    sums: FloatArray = np.bincount(of, amounts, size).astype(np.float64)
    return sums


def poisson_quantile(uniform: FloatArray, normal: FloatArray, mean: FloatArray) -> FloatArray:
    """Poisson counts that grow with `mean` for the same draws: exact below 30, normal above."""
    counts = np.maximum(0.0, np.rint(mean + np.sqrt(mean) * normal + (normal**2 - 1) / 6))
    small = mean < 30.0
    if small.any():
        counts[small] = _small_quantile(uniform[small], mean[small])
    return counts


def _small_quantile(uniform: FloatArray, mean: FloatArray) -> FloatArray:
    counts = np.zeros_like(mean)
    term = np.exp(-mean)
    reached = term.copy()
    for k in range(1, 120):
        open_ = reached < uniform
        if not open_.any():
            break
        counts[open_] += 1
        term = term * mean / k
        reached = reached + term
    return counts
