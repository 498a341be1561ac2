"""Writes figures as one HTML page that needs nothing else: tables, and reliability diagrams as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from biasdetect.evaluation.figures import Figures, Reliability, label
from biasdetect.evaluation.tables import rows, shown
from biasdetect.report.page import scrolled, whole_page

_SIDE = 200  # of a diagram, in pixels
_MARGIN = 36
STYLE = """\
svg { fill: none; stroke: currentColor; }
svg text { fill: currentColor; stroke: none; font-size: 11px; }
svg .ideal { stroke-dasharray: 4 4; opacity: .5; }
svg .share { fill: currentColor; stroke: none; opacity: .15; }
svg .curve { stroke: #d55e00; stroke-width: 2; }
svg .point { fill: #d55e00; stroke: none; }
"""


def render_page(results: Sequence[Figures]) -> str:
    """The page: per set a table with models as columns, then the diagrams and shares behind the figures."""
    return whole_page("biasdetect evaluation", "Evaluation", figure_parts(results), STYLE)


def figure_parts(results: Sequence[Figures]) -> list[str]:
    """What the page holds."""
    parts = [
        "<p>In brackets: 95&nbsp;% bootstrap intervals over sentences. A reliability diagram shows, per bin of scores, "
        "the share that is right; on the dashed line scores are probabilities. Bars: the share of all in the bin.</p>",
    ]
    for data in dict.fromkeys(result.data for result in results):
        ours = [result for result in results if result.data == data]
        parts += [f"<h2>{escape(data)}, {ours[0].sentences} texts</h2>", figures_html(ours)]
        for result in ours:
            parts += diagrams(result)
        if any(result.breakdown for result in ours):
            parts.append(_breakdown(ours))
    return parts


def diagrams(result: Figures) -> list[str]:
    """The reliability diagrams of one model on one set, as far as its labels allow them."""
    return [
        _figure(rows, f"{result.model}: {what}")
        for rows, what in (
            (result.reliability, "sentence scores"),
            (result.phrase_reliability, "scores of flagged phrases"),
        )
        if rows
    ]


def reliability_svg(bins: Reliability, title: str) -> str:
    """A reliability diagram: mean score across, share of positives upwards, both 0 to 1."""
    width = _SIDE + 2 * _MARGIN
    points = [(_x(score), _y(share)) for score, share, _ in bins]
    curve = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    marks = [
        f'<rect class="share" x="{_x(score) - 6:.1f}" y="{_y(weight):.1f}" width="12" height="{_SIDE * weight:.1f}"/>'
        for score, _, weight in bins
    ]
    marks += [f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points]
    for tick in (0, 0.5, 1):
        marks.append(f'<text x="{_x(tick):.1f}" y="{_y(0) + 14:.1f}" text-anchor="middle">{tick:g}</text>')
        marks.append(f'<text x="{_MARGIN - 5}" y="{_y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>')
    return (
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {width} {width}" width="{width}" height="{width}">'
        f'<rect x="{_MARGIN}" y="{_MARGIN}" width="{_SIDE}" height="{_SIDE}"/>'
        f'<line class="ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
        f'<polyline class="curve" points="{curve}"/>{"".join(marks)}'
        f'<text x="{_x(0.5)}" y="{width - 6}" text-anchor="middle">score</text>'
        f'<text x="{_MARGIN}" y="{_MARGIN - 8}">share of positives</text></svg>'
    )


def _x(value: float) -> float:
    return _MARGIN + _SIDE * value


def _y(value: float) -> float:
    return _MARGIN + _SIDE * (1 - value)


def _figure(bins: Reliability, title: str) -> str:
    return f"<figure>{reliability_svg(bins, title)}<figcaption>{escape(title)}</figcaption></figure>"


def figures_html(results: Sequence[Figures]) -> str:
    """The figures on one set as a table, models as columns."""
    body = [(label(name), [shown(figure) for figure in figures]) for name, figures in rows(results)]
    return _grid(results, body, "Figures")


def _breakdown(results: Sequence[Figures]) -> str:
    names = dict.fromkeys(name for result in results for name, _ in result.breakdown)
    shares = [dict(result.breakdown) for result in results]
    body = [(name, [f"{share[name]:.3f}" if name in share else "–" for share in shares]) for name in names]
    title = "Share of the same sentences called biased, per group"
    return f"<h3>{title}</h3>\n" + _grid(results, body, title)


def _grid(results: Sequence[Figures], body: Sequence[tuple[str, Sequence[str]]], title: str) -> str:
    head = ("", *(result.model for result in results))
    return table_html(head, [(name, *cells) for name, cells in body], title)


def table_html(head: Sequence[str], body: Sequence[Sequence[str]], title: str) -> str:
    """A table of plain text, the first cell of each row its name.

    Args:
        head: names of the columns; the first may be empty.
        body: as many cells a row.
        title: what it is, for who cannot see it.
    """
    names = "".join(f'<th scope="col">{escape(plain(cell))}</th>' if cell else "<td></td>" for cell in head)
    lines = [
        f'<tr><th scope="row">{escape(plain(name))}</th>{"".join(f"<td>{escape(plain(cell))}</td>" for cell in cells)}</tr>'
        for name, *cells in body
    ]
    table = "\n".join([f"<table>\n<thead><tr>{names}</tr></thead>\n<tbody>", *lines, "</tbody>\n</table>"])
    return scrolled(table, title)


def plain(text: str) -> str:
    """Without control characters: neither HTML nor the SVG in it may hold them."""
    return "".join(char if char.isprintable() else " " for char in text)
