"""Figures → plots as SVG text: self-contained, the same bytes again, for light and dark and for screen readers."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WIDTH, _HEIGHT = 460, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 16, 34, 44
_BAR, _NAMES = 22, 170
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_STYLE = (
    "<style>text{font:12px system-ui,sans-serif;fill:currentColor}.t{font-weight:600}"
    ".g{stroke:currentColor;opacity:.18}"
    ".l{stroke:#2f7ebc;fill:none;stroke-width:2}.d{stroke:currentColor;opacity:.5;stroke-dasharray:4 4;fill:none}"
    ".p{fill:#2f7ebc}.b{fill:#2f7ebc;opacity:.75}.e{stroke:currentColor;stroke-width:1.5}"
    "@media(prefers-color-scheme:dark){svg{color:#ddd}}</style>"
)


class Bar(NamedTuple):
    """One bar: value, low and high between 0 and 1, of n questions."""

    name: str
    value: float
    low: float
    high: float
    n: int


class Plot(NamedTuple):
    """A plot as SVG, its title, and what it shows in words."""

    title: str
    told: str
    svg: str


def curve(title: str, x: str, y: str, points: Sequence[tuple[float, float]], *, diagonal: bool = False) -> Plot:
    """A line through points between 0 and 1; diagonal draws where x equals y, and marks each point."""
    inner = [_grid(), _axes(x, y)]
    if diagonal:
        inner.append(f'<path class="d" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>')
        inner += [f'<circle class="p" cx="{_x(px)}" cy="{_y(py)}" r="4"/>' for px, py in points]
    if points:
        path = "L".join(f"{_x(px)} {_y(py)}" for px, py in points)
        inner.append(f'<path class="l" d="M{path}"/>')
    told = "; ".join(f"{px:.2f}: {py:.2f}" for px, py in points[:: max(1, len(points) // 10)])
    return _svg(title, f"{x} and {y}: {told}", "".join(inner), _WIDTH, _HEIGHT)


def growth(title: str, x: str, unit: str, sizes: Sequence[str], lines: Mapping[str, Sequence[float]]) -> Plot:
    """Lines over sizes that stand side by side, each line named at its last point; y begins at 0."""
    top = max((value for values in lines.values() for value in values), default=1.0) or 1.0
    inner = [_axes(x, unit)]
    for tick in _TICKS:
        inner.append(f'<path class="g" d="M{_x(0)} {_y(tick)}H{_x(1)}"/>')
        inner.append(f'<text x="{_LEFT - 6}" y="{_y(tick) + 4:g}" text-anchor="end">{tick * top:.3g}</text>')
    at = [_x((n + 0.5) / len(sizes)) for n in range(len(sizes))]
    inner += [
        f'<text x="{px}" y="{_y(0) + 16:g}" text-anchor="middle">{escape(size)}</text>'
        for px, size in zip(at, sizes, strict=True)
    ]
    for name, values in lines.items():
        points = [(px, _y(value / top)) for px, value in zip(at, values, strict=True)]
        inner.append(f'<path class="l" d="M{"L".join(f"{px} {py}" for px, py in points)}"/>')
        inner += [f'<circle class="p" cx="{px}" cy="{py}" r="3"/>' for px, py in points]
        inner.append(f'<text x="{points[-1][0]}" y="{points[-1][1] - 8:g}" text-anchor="end">{escape(name)}</text>')
    told = "; ".join(
        f"{name}: {', '.join(f'{size} {value:g}' for size, value in zip(sizes, values, strict=True))}"
        for name, values in lines.items()
    )
    return _svg(title, f"{unit} by {x}. {told}", "".join(inner), _WIDTH, _HEIGHT)


def bars(title: str, rows: Sequence[Bar]) -> Plot:
    """Horizontal bars with their intervals and how many questions each stands for."""
    height = _TOP + _BAR * len(rows) + 26
    inner = []
    for tick in _TICKS:
        at = _bar_x(tick)
        inner.append(f'<path class="g" d="M{at} {_TOP}V{height - 26}"/>')
        inner.append(f'<text x="{at}" y="{height - 10}" text-anchor="middle">{tick:g}</text>')
    for n, row in enumerate(rows):
        top = _TOP + _BAR * n
        middle = top + _BAR / 2
        named = escape(f"{_cut(row.name)} ({row.n})")
        inner.append(f'<text x="{_NAMES - 8}" y="{middle + 4:g}" text-anchor="end">{named}</text>')
        inner.append(
            f'<rect class="b" x="{_NAMES}" y="{top + 4}" width="{_bar_x(row.value) - _NAMES:.1f}" height="{_BAR - 8}"/>'
        )
        inner.append(f'<path class="e" d="M{_bar_x(row.low)} {middle:g}H{_bar_x(row.high)}"/>')
    told = "; ".join(f"{row.name} {row.value:.2f} of {row.n}" for row in rows)
    return _svg(title, told, "".join(inner), _WIDTH, height)


def _svg(title: str, told: str, inner: str, width: int, height: int) -> Plot:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img">'
    words = f"<title>{escape(title)}</title><desc>{escape(told)}</desc>"
    return Plot(
        title,
        told,
        f'{head}{words}{_STYLE}<text class="t" x="8" y="18">{escape(title)}</text>{inner}</svg>',
    )


def _grid() -> str:
    lines = []
    for tick in _TICKS:
        lines.append(f'<path class="g" d="M{_x(tick)} {_y(0)}V{_y(1)}M{_x(0)} {_y(tick)}H{_x(1)}"/>')
        lines.append(f'<text x="{_x(tick)}" y="{_y(0) + 16:g}" text-anchor="middle">{tick:g}</text>')
        lines.append(f'<text x="{_LEFT - 6}" y="{_y(tick) + 4:g}" text-anchor="end">{tick:g}</text>')
    return "".join(lines)


def _axes(x: str, y: str) -> str:
    below = f'<text x="{(_x(0) + _x(1)) / 2:g}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(x)}</text>'
    middle = (_y(0) + _y(1)) / 2
    return below + f'<text transform="rotate(-90)" x="{-middle:g}" y="14" text-anchor="middle">{escape(y)}</text>'


def _x(value: float) -> float:
    return round(_LEFT + value * (_WIDTH - _LEFT - _RIGHT), 1)


def _y(value: float) -> float:
    return round(_HEIGHT - _BOTTOM - value * (_HEIGHT - _TOP - _BOTTOM), 1)


def _bar_x(value: float) -> float:
    return round(_NAMES + min(max(value, 0.0), 1.0) * (_WIDTH - _NAMES - _RIGHT), 1)


def _cut(name: str, most: int = 20) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
