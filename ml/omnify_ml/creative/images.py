"""Pictures as numbers that a person can check: brightness, contrast, color, edges, lettering, look-alikes.

Colorfulness after Hasler and Suesstrunk 2003; look-alikes by a difference hash. No faces: a count that is
wrong half of the time helps nobody. What any of it does to clicks is unknown until own tests say so.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np

from omnify_core.errors import BadInput
from omnify_ml.interval import BoolArray, FloatArray

MOST_BYTES, MOST_PIXELS = 8_000_000, 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
SIDE, BLOCK = 256, 16
# Of 64 bits; pictures that differ in fewer look alike at a glance.
LOOK_ALIKE_BITS = 8
# A block of lettering: dark next to light many times across, in two levels only.
SWINGS, LEAST_SWING = 3.0, 0.25


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """Shares and scales 0-1 except `aspect` (width over height) and `colorfulness` (about 0-1.5).

    `lettering`: share of the area that looks like text, an estimate; `print`: 64 bits of its look.
    """

    width: int
    height: int
    brightness: float
    contrast: float
    saturation: float
    colorfulness: float
    edges: float
    lettering: float
    main_color: str
    print: int

    @property
    def aspect(self) -> float:
        return self.width / self.height

    def numbers(self) -> FloatArray:
        """In the order of `NAMES`."""
        return np.array([getattr(self, name) for name in NAMES], dtype=np.float64)


NAMES = ("brightness", "contrast", "saturation", "colorfulness", "edges", "lettering", "aspect")


def facts_of(content: bytes) -> ImageFacts:
    """Raises BadInput for what is no picture, too large, or of another format."""
    image = _opened(content)
    width, height = image.size
    small = image.convert("RGB")
    small.thumbnail((SIDE, SIDE))
    rgb = np.asarray(small, dtype=np.float64) / 255
    gray = rgb @ np.array([0.299, 0.587, 0.114])
    top, low = rgb.max(axis=2), rgb.min(axis=2)
    return ImageFacts(
        width,
        height,
        brightness=float(gray.mean()),
        contrast=float(np.quantile(gray, 0.95) - np.quantile(gray, 0.05)),
        saturation=float(np.mean((top - low) / np.maximum(top, 1e-9))),
        colorfulness=_colorfulness(rgb),
        edges=float(np.mean(_edges(gray) > 0.1)),
        lettering=float(_lettered(gray).mean()),
        main_color=_main_color(small),
        print=_print(image),
    )


def bits_apart(a: ImageFacts, b: ImageFacts) -> int:
    """In how many of 64 bits two pictures' looks differ."""
    return (a.print ^ b.print).bit_count()


def _opened(content: bytes) -> Any:
    from PIL import Image, UnidentifiedImageError

    if len(content) > MOST_BYTES:
        raise BadInput(f"the picture has {len(content):,} bytes; at most {MOST_BYTES:,} are read")
    try:
        with warnings.catch_warnings():
            # Our own bound on pixels is lower than the one that would only be warned of.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(content), formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise BadInput(f"the picture has {image.width} x {image.height} pixels; use a smaller one")
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        known = ", ".join(FORMATS)
        raise BadInput(f"the content is no picture that can be read; use {known}") from error
    return image


def _colorfulness(rgb: FloatArray) -> float:
    red_green = rgb[..., 0] - rgb[..., 1]
    yellow_blue = (rgb[..., 0] + rgb[..., 1]) / 2 - rgb[..., 2]
    spread = np.hypot(red_green.std(), yellow_blue.std())
    return float(spread + 0.3 * np.hypot(red_green.mean(), yellow_blue.mean()))


def _edges(gray: FloatArray) -> FloatArray:
    across, down = np.zeros_like(gray), np.zeros_like(gray)
    across[:, 1:], down[1:] = np.diff(gray, axis=1), np.diff(gray, axis=0)
    return np.asarray(np.hypot(across, down))


def _lettered(gray: FloatArray) -> BoolArray:
    """Per block: whether its rows swing between two levels as lettering does."""
    rows, columns = gray.shape[0] // BLOCK, gray.shape[1] // BLOCK
    if not rows or not columns:
        return np.zeros(1, dtype=np.bool_)
    blocks = gray[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK).swapaxes(1, 2)
    low, high = blocks.min(axis=(2, 3)), blocks.max(axis=(2, 3))
    light = blocks > ((low + high) / 2)[:, :, None, None]
    swings = (light[..., 1:] != light[..., :-1]).sum(axis=3).mean(axis=2)
    near = np.minimum(blocks - low[:, :, None, None], high[:, :, None, None] - blocks).mean(axis=(2, 3))
    two_levels = near < 0.2 * (high - low)
    return np.asarray((high - low >= LEAST_SWING) & (swings >= SWINGS / 2) & two_levels)


def _main_color(small: Any) -> str:
    """The most common of eight colors, as #rrggbb."""
    reduced = small.quantize(8)
    counts = reduced.getcolors() or [(1, 0)]
    place = max(counts)[1] * 3
    palette = reduced.getpalette() or [0, 0, 0]
    return "#{:02x}{:02x}{:02x}".format(*palette[place : place + 3])


def _print(image: Any) -> int:
    """A bit per neighbor that is lighter, on a 9 x 8 picture."""
    tiny = np.asarray(image.convert("L").resize((9, 8)), dtype=np.int64)
    bits = (tiny[:, 1:] > tiny[:, :-1]).ravel()
    return int("".join("1" if bit else "0" for bit in bits), 2)
