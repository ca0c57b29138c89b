"""Pictures of creatives, drawn so that previews have something to show."""

from __future__ import annotations

from html import escape

_PALETTE = (("#1f6feb", "#0b2a66"), ("#7c3aed", "#2e1065"), ("#0f766e", "#042f2e"), ("#c2410c", "#431407"))


def picture(headline: str, brand: str, number: int) -> str:
    """An SVG of 1200 x 628, the size of a link ad."""
    light, dark = _PALETTE[number % len(_PALETTE)]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 628" width="1200" height="628">'
        f'<defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="{light}"/>'
        f'<stop offset="1" stop-color="{dark}"/></linearGradient></defs>'
        '<rect width="1200" height="628" fill="url(#g)"/>'
        f'<circle cx="{200 + 97 * (number % 9)}" cy="520" r="180" fill="#fff" opacity=".08"/>'
        '<text x="72" y="330" font-family="system-ui, sans-serif" font-size="72" font-weight="700" '
        f'fill="#fff">{escape(headline)}</text>'
        '<text x="72" y="560" font-family="system-ui, sans-serif" font-size="34" fill="#fff" opacity=".8">'
        f"{escape(brand)}</text></svg>"
    )
