"""A report's curves as one SVG: what was stated against what came."""

from __future__ import annotations

from html import escape

from omnify_ml.backtest.report import BacktestReport, Curve

SIDE, MARGIN = 320, 48


def svg(report: BacktestReport) -> str:
    """One panel per curve, the diagonal as the mark of a calibrated forecast."""
    panels = [_panel(curve, SIDE * number) for number, curve in enumerate(report.curves)]
    width = SIDE * max(len(panels), 1)
    title = escape(f"{report.model}: n={report.n}. {report.split}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{SIDE}" '
        f'font-family="sans-serif" font-size="11"><title>{title}</title>{"".join(panels)}</svg>'
    )


def _panel(curve: Curve, left: int) -> str:
    top = max([*curve.x, *curve.y, 1e-12])
    span = SIDE - 2 * MARGIN

    def at(x: float, y: float) -> str:
        return f"{left + MARGIN + span * x / top:.1f},{SIDE - MARGIN - span * y / top:.1f}"

    line = " ".join(at(x, y) for x, y in zip(curve.x, curve.y, strict=True))
    dots = "".join(
        '<circle cx="{}" cy="{}" r="3" fill="#1f6feb"/>'.format(*at(x, y).split(","))
        for x, y in zip(curve.x, curve.y, strict=True)
    )
    return (
        f'<text x="{left + MARGIN}" y="24" font-weight="bold">{escape(curve.name)}</text>'
        f'<rect x="{left + MARGIN}" y="{MARGIN}" width="{span}" height="{span}" fill="none" '
        f'stroke="#8b949e"/>'
        f'<polyline points="{at(0, 0)} {at(top, top)}" stroke="#8b949e" stroke-dasharray="4" fill="none"/>'
        f'<polyline points="{line}" stroke="#1f6feb" stroke-width="2" fill="none"/>{dots}'
        f'<text x="{left + MARGIN}" y="{SIDE - 16}">{escape(curve.x_label)} 0 to {top:.3g}</text>'
        f'<text x="{left + 14}" y="{SIDE - MARGIN}" transform="rotate(-90 {left + 14} {SIDE - MARGIN})">'
        f"{escape(curve.y_label)}</text>"
    )
