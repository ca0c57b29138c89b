"""Pictures of creatives, drawn so that previews have something to show and measuring something to measure."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from textwrap import wrap

WIDTH, HEIGHT = 1200, 628
"""The size of a link ad."""
_PALETTE = (("#1f6feb", "#0b2a66"), ("#7c3aed", "#2e1065"), ("#0f766e", "#042f2e"), ("#c2410c", "#431407"))
_MARGIN, _LINE, _LETTERS = 72, 84, 30


@lru_cache(maxsize=512)
def picture(headline: str, brand: str, number: int) -> bytes:
    """A PNG with the headline on a shaded ground; ads differ in color and in where the disc stands."""
    from PIL import Image, ImageDraw, ImageFont

    light, dark = _PALETTE[number % len(_PALETTE)]
    shade = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    image = Image.composite(
        Image.new("RGB", (WIDTH, HEIGHT), dark), Image.new("RGB", (WIDTH, HEIGHT), light), shade
    )
    draw = ImageDraw.Draw(image, "RGBA")
    center = 200 + 97 * (number % 9)
    draw.ellipse((center - 180, 340, center + 180, 700), fill=(255, 255, 255, 20))
    large, small = ImageFont.load_default(64), ImageFont.load_default(34)
    for line, text in enumerate(wrap(headline, _LETTERS)[:4]):
        draw.text((_MARGIN, 150 + line * _LINE), text, font=large, fill="#ffffff")
    draw.text((_MARGIN, 530), brand, font=small, fill="#dddddd")
    held = BytesIO()
    image.quantize(64).save(held, "PNG")
    return held.getvalue()
