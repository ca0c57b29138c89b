"""A report's curves as one picture, SVG or PNG: what was stated against what came."""

from __future__ import annotations

from html import escape
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from omnify_core.errors import BadInput
from omnify_ml.backtest.report import BacktestReport, Curve

SIDE, MARGIN = 320, 48
SPAN = SIDE - 2 * MARGIN
LINE, FRAME = "#1f6feb", "#8b949e"


class Panel(NamedTuple):
    """One curve in pixels; `left` is where its square begins."""

    curve: Curve
    left: int

    @property
    def top(self) -> float:
        """What the ends of both axes stand for."""
        return max([*self.curve.x, *self.curve.y, 1e-12])

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + MARGIN + SPAN * x / self.top, SIDE - MARGIN - SPAN * y / self.top

    def points(self) -> list[tuple[float, float]]:
        return [self.at(x, y) for x, y in zip(self.curve.x, self.curve.y, strict=True)]

    def diagonal(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The mark of a calibrated forecast."""
        return self.at(0, 0), self.at(self.top, self.top)

    def x_words(self) -> str:
        return f"{self.curve.x_label} 0 to {self.top:.3g}"


def draw(report: BacktestReport, file: Path) -> None:
    """Writes the picture in the format that the file's name ends with. Raises BadInput."""
    kind = file.suffix.lower()
    if kind not in {".svg", ".png"}:
        raise BadInput(f"{file.name!r} ends with neither .svg nor .png; choose one of them")
    if not report.curves:
        raise BadInput(f"there is nothing to draw: {' '.join(report.notes) or 'no curve was made'}")
    if kind == ".svg":
        file.write_text(svg(report), encoding="utf-8")
    else:
        file.write_bytes(png(report))


def svg(report: BacktestReport) -> str:
    """One panel per curve."""
    panels = _panels(report)
    title = escape(f"{report.model}: n={report.n}. {report.split}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE * max(len(panels), 1)}" height="{SIDE}" '
        f'font-family="sans-serif" font-size="11"><title>{title}</title>'
        f"{''.join(map(_svg_panel, panels))}</svg>"
    )


def png(report: BacktestReport) -> bytes:
    """The same at twice the size."""
    from PIL import Image, ImageDraw, ImageFont

    panels = _panels(report)
    image = Image.new("RGB", (2 * SIDE * max(len(panels), 1), 2 * SIDE), "#ffffff")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(22)
    for panel in panels:
        edge = [2 * (panel.left + MARGIN), 2 * MARGIN]
        pen.rectangle((*edge, edge[0] + 2 * SPAN, edge[1] + 2 * SPAN), outline=FRAME)
        pen.line([_twice(point) for point in panel.diagonal()], fill=FRAME, width=2)
        dots = [_twice(point) for point in panel.points()]
        pen.line(dots, fill=LINE, width=4)
        for x, y in dots:
            pen.ellipse((x - 6, y - 6, x + 6, y + 6), fill=LINE)
        pen.text((edge[0], 32), panel.curve.name, font=font, fill="#000000")
        pen.text((edge[0], 2 * SIDE - 60), panel.x_words(), font=font, fill="#000000")
        pen.text((edge[0], 60), panel.curve.y_label, font=font, fill="#000000")
    held = BytesIO()
    image.save(held, "PNG")
    return held.getvalue()


def _panels(report: BacktestReport) -> list[Panel]:
    return [Panel(curve, SIDE * number) for number, curve in enumerate(report.curves)]


def _twice(point: tuple[float, float]) -> tuple[float, float]:
    return 2 * point[0], 2 * point[1]


def _svg_panel(panel: Panel) -> str:
    left, curve = panel.left, panel.curve
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{LINE}"/>' for x, y in panel.points())
    return (
        f'<text x="{left + MARGIN}" y="24" font-weight="bold">{escape(curve.name)}</text>'
        f'<rect x="{left + MARGIN}" y="{MARGIN}" width="{SPAN}" height="{SPAN}" fill="none" '
        f'stroke="{FRAME}"/>'
        f'<polyline points="{_joined(panel.diagonal())}" stroke="{FRAME}" stroke-dasharray="4" fill="none"/>'
        f'<polyline points="{_joined(panel.points())}" stroke="{LINE}" stroke-width="2" fill="none"/>{dots}'
        f'<text x="{left + MARGIN}" y="{SIDE - 16}">{escape(panel.x_words())}</text>'
        f'<text x="{left + 14}" y="{SIDE - MARGIN}" transform="rotate(-90 {left + 14} {SIDE - MARGIN})">'
        f"{escape(curve.y_label)}</text>"
    )


def _joined(points: list[tuple[float, float]] | tuple[tuple[float, float], ...]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
