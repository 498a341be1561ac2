"""Writes a comparison as one HTML page that needs nothing else: differences, calibration, and the texts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from biasdetect.evaluation.compare import Comparison, Difference, Listed, PhraseChange, ScoreChange, summary
from biasdetect.evaluation.comparison_tables import counted, decided, difference, lists, name, signed
from biasdetect.evaluation.figures import Figures
from biasdetect.evaluation.page import STYLE, diagrams, plain, table_html
from biasdetect.evaluation.regression import Broken, Regression
from biasdetect.evaluation.tables import shown
from biasdetect.report.page import scrolled, whole_page

if TYPE_CHECKING:
    from biasdetect.evaluation.proof import Proof

_LABELS = 340  # of the plot's rows, in pixels
_PLOT = 380
_RIGHT = 190
_ROW = 22
_TOP = 30
_COLOURS = {"better": "#0072b2", "worse": "#d55e00"}  # told apart by those who do not see red and green too
COMPARISON_STYLE = """\
svg .zero { stroke-dasharray: 4 4; opacity: .6; }
svg .interval { stroke-width: 2; }
:is(th, td) + td:not(.text), td:not(.text):has(+ td.text) { white-space: nowrap; }
"""


def render_proof(proof: Proof) -> str:
    """The page: the verdict, then per set the plot, the table, the diagrams and the texts, then the regression."""
    return whole_page("biasdetect comparison", "Comparison of two models", proof_parts(proof), STYLE + COMPARISON_STYLE)


def proof_parts(proof: Proof) -> list[str]:
    """What the page holds."""
    parts = [_verdict(proof.reasons)]
    for comparison in proof.comparisons:
        parts += [
            f"<h2>{_shown(comparison.data)}, {comparison.old.sentences} texts</h2>",
            f"<p>Old: {_shown(comparison.old.model)}<br>New: {_shown(comparison.new.model)}</p>",
            f"<p><strong>{_shown(summary(comparison))}</strong></p>",
        ]
        if comparison.decisions:
            parts.append(f"<p>{_shown(decided(comparison.decisions))}</p>")
        parts += [
            scrolled(interval_svg(comparison.differences), "Differences with their intervals"),
            comparison_html(comparison),
        ]
        parts += [*_diagrams(comparison.old, "old"), *_diagrams(comparison.new, "new")]
        parts += [_list(title, listed) for title, listed in lists(comparison)]
    if proof.comparisons:
        parts.append(
            "<p>In brackets: 95&nbsp;% bootstrap intervals over sentences; those of a difference are paired. A "
            "reliability diagram shows, per bin of scores, the share that is right; on the dashed line scores are "
            "probabilities. Bars: the share of all in the bin.</p>"
        )
    for regression in proof.regressions:
        parts += _regression(regression)
    return parts


def interval_svg(differences: Sequence[Difference]) -> str:
    """Every defined difference with its interval, turned so that right of the dashed line the new model is better."""
    rows = [row for row in differences if not any(map(math.isnan, row.gain))]
    # a scale that does not make much of nothing: at least 0.1 each way, and round numbers
    farthest = max([0.0, *(abs(end) for row in rows for end in row.gain)])
    reach = next((round_one for round_one in (0.1, 0.2, 0.5, 1.0) if farthest <= round_one), farthest)
    width, height = _LABELS + _PLOT + _RIGHT, _TOP + _ROW * len(rows) + 30
    middle, bottom = _LABELS + _PLOT / 2, _TOP + _ROW * len(rows)

    def x(value: float) -> float:
        return middle + value / reach * _PLOT / 2

    marks = [
        f'<line class="zero" x1="{middle}" y1="{_TOP - 8}" x2="{middle}" y2="{bottom}"/>',
        f'<text x="{middle - 12}" y="{_TOP - 14}" text-anchor="end">old better</text>',
        f'<text x="{middle + 12}" y="{_TOP - 14}">new better</text>',
    ]
    marks += [
        f'<text x="{x(tick):.1f}" y="{bottom + 16}" text-anchor="middle">{signed(tick)}</text>'
        for tick in (-reach, 0.0, reach)
    ]
    for number, row in enumerate(rows):
        y = _TOP + _ROW * number + _ROW / 2
        value, low, high = row.gain
        colour = _COLOURS.get(row.verdict, "currentColor")
        marks.append(
            f'<text x="{_LABELS - 12}" y="{y + 4}" text-anchor="end">{_shown(name(row))}</text>'
            f'<line class="interval" stroke="{colour}" x1="{x(low):.1f}" y1="{y}" x2="{x(high):.1f}" y2="{y}"/>'
            f'<circle fill="{colour}" stroke="none" cx="{x(value):.1f}" cy="{y}" r="4"/>'
            f'<text x="{_LABELS + _PLOT + 12}" y="{y + 4}">{row.verdict}</text>'
        )
    return (
        f'<svg role="img" aria-label="Differences with their intervals" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">{"".join(marks)}</svg>'
    )


def _verdict(reasons: Sequence[str]) -> str:
    if not reasons:
        return "<p><strong>Nothing says that the new model is worse.</strong></p>"
    items = "".join(f"<li>{_shown(reason)}</li>" for reason in reasons)
    return f"<p><strong>The new model is worse:</strong></p>\n<ul>{items}</ul>"


def comparison_html(comparison: Comparison) -> str:
    """The figures of both models and their differences as a table."""
    old, new = ({figure.name: figure for figure in side.figures} for side in (comparison.old, comparison.new))
    body = [
        (name(row), shown(old.get(row.name)), shown(new.get(row.name)), difference(row), row.verdict)
        for row in comparison.differences
    ]
    return table_html(("", "old", "new", "difference, new less old", "verdict"), body, "Figures of both models")


def _diagrams(figures: Figures, side: str) -> list[str]:
    return diagrams(replace(figures, model=f"{side}, {plain(figures.model)}"))


def _list(title: str, listed: Listed[ScoreChange] | Listed[PhraseChange]) -> str:
    lines = []
    for change in listed.items:
        if isinstance(change, ScoreChange):
            figures = f"{change.old:.2f} → {change.new:.2f}"
            text = _shown(change.text)
        else:
            figures = f"{change.score:.2f}"
            before, after = change.text[: change.start], change.text[change.end :]
            text = f"{_shown(before)}<mark>{_shown(change.phrase)}</mark>{_shown(after)}"
        lines.append(f'<tr><td>{figures}</td><td class="text">{text}</td></tr>')
    heading = f"<h3>{_shown(counted(title, len(listed.items), listed.total))}</h3>"
    return "\n".join([heading, "<table>", *lines, "</table>"] if lines else [heading])


def _regression(regression: Regression) -> list[str]:
    parts = [
        f"<h2>{_shown(regression.data)}, {regression.sentences} sentences of which something must stay true</h2>",
        f"<p>The old model has {regression.old_right} right, the new one {regression.new_right}.</p>",
    ]
    for title, items in (
        ("Right with the old model, wrong with the new one", regression.broken),
        ("Wrong with the old model, right with the new one", regression.mended),
    ):
        if items:
            parts += [f"<h3>{title}: {len(items)}</h3>", _broken(items)]
    return parts


def _broken(items: Sequence[Broken]) -> str:
    lines = [
        f'<tr><td class="text">{_shown(item.text)}</td><td class="text">{_shown("; ".join(item.what))}</td></tr>'
        for item in items
    ]
    return "<table>\n" + "\n".join(lines) + "\n</table>"


def _shown(text: str) -> str:
    return escape(plain(text))
