"""A bar chart as SVG, readable on light and on dark paper."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

LINE, TOP, BOTTOM = 18, 34, 10
WORDS, BARS, FIGURES = 330, 360, 60
"""Widths of what stands before the bars, of the longest bar, and of what stands behind it."""
WIDTH = WORDS + BARS + FIGURES
STYLE = """\
<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.within { fill: #4c78a8 }
.beyond { fill: #d1495b }
.limit { stroke: #1f2328; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .limit { stroke: #e6edf3 } }
</style>"""


def bars(title: str, values: Sequence[tuple[str, float]], *, limit: float) -> str:
    """A bar for each value; what is beyond the limit has another colour, and its figure anyway."""
    height = TOP + LINE * len(values) + BOTTOM
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
    return "\n".join([head, *_inside(title, values, limit, height), "</svg>", ""])


def _inside(
    title: str, values: Sequence[tuple[str, float]], limit: float, height: int
) -> Iterator[str]:
    scale = BARS / max([limit, *(value for _, value in values)])
    yield f"<title>{escape(title)}</title>"
    yield STYLE
    yield f'<text class="title" x="0" y="16">{escape(title)}</text>'
    for number, (words, value) in enumerate(values):
        yield from _bar(TOP + LINE * number, words, value, scale, is_beyond=value > limit)
    at = WORDS + limit * scale
    yield f'<line class="limit" x1="{at:.0f}" y1="{TOP - 6}" x2="{at:.0f}" y2="{height - 4}"/>'


def _bar(y: int, words: str, value: float, scale: float, *, is_beyond: bool) -> Iterator[str]:
    long = value * scale
    kind = "beyond" if is_beyond else "within"
    yield f'<text x="{WORDS - 8}" y="{y + 11}" text-anchor="end">{escape(words)}</text>'
    yield f'<rect class="{kind}" x="{WORDS}" y="{y}" width="{long:.0f}" height="{LINE - 5}"/>'
    yield f'<text x="{WORDS + long + 6:.0f}" y="{y + 11}">{value:.2f} ×</text>'
