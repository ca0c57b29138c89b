"""Small pictures of which is known what they show."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont


def png(image: Image.Image, format_: str = "PNG") -> bytes:
    held = BytesIO()
    image.save(held, format_)
    return held.getvalue()


def plain(color: str = "#808080", size: tuple[int, int] = (400, 200)) -> bytes:
    return png(Image.new("RGB", size, color))


def shaded(light: str, dark: str, *, turned: bool = False) -> bytes:
    """From dark to light; turned: from left to right instead of from top to bottom."""
    mask = Image.linear_gradient("L").resize((320, 160))
    mask = mask.transpose(Image.Transpose.ROTATE_90).resize((320, 160)) if turned else mask
    return png(Image.composite(Image.new("RGB", (320, 160), light), Image.new("RGB", (320, 160), dark), mask))


def lettered(lines: int, ground: str = "#204080") -> bytes:
    """White lines of text on one color."""
    image = Image.new("RGB", (800, 400), ground)
    draw = ImageDraw.Draw(image)
    for line in range(lines):
        draw.text((20, 10 + 48 * line), "Close your books in two days, not ten", ImageColor, _font())
    return png(image)


ImageColor = "#ffffff"


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(40)
