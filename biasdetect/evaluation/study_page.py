"""Writes studies, and the whole result of a training, as HTML that needs nothing else; the learning curve as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from biasdetect.evaluation import study_tables
from biasdetect.evaluation.comparison_page import COMPARISON_STYLE, comparison_html, proof_parts
from biasdetect.evaluation.figures import Figure, Figures, label
from biasdetect.evaluation.page import STYLE, figure_parts, figures_html, table_html
from biasdetect.evaluation.studies import FoldStudy, LearningCurve, SeedStudy, Study
from biasdetect.report.page import scrolled, whole_page

if TYPE_CHECKING:
    from biasdetect.evaluation.proof import Proof

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 460, 260, 48, 130, 16, 44
_COLOURS = ("#0072b2", "#d55e00", "#009e73")  # told apart by those who do not see red and green too
_DASHES = ("", "6 3", "2 3")
_MARKS = "svg .grid { opacity: .25; }\nsvg .band { opacity: .6; }\n"


def render_training(proof: Proof | None, figures: Sequence[Figures], studies: Sequence[Study]) -> str:
    """The page of a training: the comparison, or the new model's figures alone, and the studies."""
    parts = proof_parts(proof) if proof else figure_parts(figures)
    for study in studies:
        parts = [*study_parts(study), *parts]
    style = STYLE + COMPARISON_STYLE + (_MARKS if studies else "")
    if proof:
        return whole_page("biasdetect comparison", "Comparison of two models", parts, style)
    return whole_page("biasdetect evaluation", "Evaluation", parts, style)


def study_parts(study: Study) -> list[str]:
    """A study as parts of a page."""
    if isinstance(study, SeedStudy):
        return [
            f"<h2>{escape(study_tables.seeds_title(study))}</h2>",
            table_html(study_tables.SEEDS_HEAD, study_tables.seed_rows(study), "Figures over the seeds"),
            f"<p>{escape(study_tables.SEEDS_NOTE)}</p>",
        ]
    if isinstance(study, FoldStudy):
        whole = comparison_html(study.comparison) if study.comparison else figures_html([study.figures])
        return [
            f"<h2>{escape(study_tables.folds_title(study))}</h2>",
            whole,
            table_html(study_tables.FOLDS_HEAD, study_tables.fold_rows(study), "Figures over the folds"),
            f"<p>{escape(study_tables.FOLDS_NOTE)}</p>",
        ]
    head = ("labels", *(label(name) for name in study_tables.curve_names(study)))
    return [
        f"<h2>{escape(study_tables.curve_title(study))}</h2>",
        f"<p><strong>{escape(study.verdict)}</strong></p>",
        scrolled(curve_svg(study), "Learning curve"),
        table_html(head, study_tables.curve_rows(study), "Figures by the number of labels"),
        "<p>In brackets, and as vertical lines: 95&nbsp;% bootstrap intervals over sentences. Dotted, across: the model "
        "that training went on from.</p>",
    ]


def curve_svg(study: LearningCurve) -> str:
    """The learning curve as a picture: number of labels across (each doubling as wide), figures upwards."""
    names = study_tables.curve_names(study)
    counts = [point.labels for point in study.points]
    if not counts or not names:
        return ""
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    first, last = math.log2(min(counts)), math.log2(max(counts))

    def x(count: int) -> float:
        return (_LEFT + right) / 2 if first == last else _LEFT + (math.log2(count) - first) / (last - first) * (right - _LEFT)  # fmt: skip

    def y(value: float) -> float:
        return bottom - min(max(value, 0.0), 1.0) * (bottom - _TOP)

    marks = [
        f'<line class="grid" x1="{_LEFT}" y1="{y(tick):.1f}" x2="{right}" y2="{y(tick):.1f}"/>'
        f'<text x="{_LEFT - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>'
        for tick in (0, 0.25, 0.5, 0.75, 1)
    ]
    marks += [f'<text x="{x(count):.1f}" y="{bottom + 16}" text-anchor="middle">{count}</text>' for count in counts]
    marks.append(f'<text x="{(_LEFT + right) / 2:.1f}" y="{_HEIGHT - 8}" text-anchor="middle">labels</text>')
    ends = []
    for number, name in enumerate(names):
        colour, dash = _COLOURS[number % 3], _DASHES[number % 3]
        points = [(x(point.labels) + 3 * (number - 1), figure) for point in study.points if (figure := _figure(point.figures, name))]  # fmt: skip
        line = " ".join(f"{place:.1f},{y(figure.value):.1f}" for place, figure in points)
        marks.append(
            f'<polyline stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}" points="{line}"/>'
            + "".join(
                f'<line class="band" stroke="{colour}" x1="{place:.1f}" y1="{y(figure.low):.1f}" x2="{place:.1f}" y2="{y(figure.high):.1f}"/>'
                f'<circle fill="{colour}" stroke="none" cx="{place:.1f}" cy="{y(figure.value):.1f}" r="3.5"/>'
                for place, figure in points
            )
        )  # fmt: skip
        if before := study.old and _figure(study.old, name):
            marks.append(f'<line stroke="{colour}" stroke-dasharray="1 4" x1="{_LEFT}" y1="{y(before.value):.1f}" x2="{right}" y2="{y(before.value):.1f}"/>')  # fmt: skip
        if points:
            ends.append((y(points[-1][1].value), colour, label(name)))
    lowest = -math.inf  # names stand beside the ends of their lines, and not on each other
    for height, colour, name in sorted(ends):
        lowest = max(height, lowest + 14)
        marks.append(f'<text x="{right + 12}" y="{lowest + 4:.1f}"><tspan fill="{colour}">●</tspan> {escape(name)}</text>')  # fmt: skip
    return (
        f'<svg role="img" aria-label="{escape(study.verdict)}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}">{"".join(marks)}</svg>'
    )


def _figure(figures: Figures, name: str) -> Figure | None:
    return next((one for one in figures.figures if one.name == name and not math.isnan(one.value)), None)
