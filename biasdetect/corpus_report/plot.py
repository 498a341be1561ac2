"""Draws the share of flagged sentences for the page, by group or over time. Needs matplotlib."""

from __future__ import annotations

import io
import math
import re
import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

import matplotlib
import matplotlib.dates
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from biasdetect.corpus_report.grouping import TIMES, UNKNOWN, begins
from biasdetect.corpus_report.summary import Cell, Rate, Summary
from biasdetect.corpus_report.tables import EVERYTHING, title
from biasdetect.util.display import clean

STYLE = """\
@media (min-width: 48rem), print { svg.plot { max-width: 100%; height: auto; } }
svg.plot [style*="fill: #010203"] { fill: currentColor !important; }
svg.plot [style*="stroke: #010203"] { stroke: currentColor !important; }
"""
"""Gives the picture the page's own colour of text, light or dark."""

_INK = "#010203"  # becomes the colour of the page's text
_COLOUR = "#d55e00"  # the one of all the project's pages
_DOTS = 60
_PANELS = 12
_LABEL = 36  # characters
_LONGEST = {"year": 366, "month": 31, "week": 7, "day": 1}  # days from one to the next
_LOOK: Mapping[str, Any] = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "biasdetect",
    "font.size": 9,
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), _INK),
    **dict.fromkeys(("figure.facecolor", "axes.facecolor"), "none"),
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def flagged_plot(summary: Summary) -> tuple[str, str]:
    """The picture as SVG, and what it shows; both empty where no cell has the figure.

    It is drawn over the finest time among the summary's parts, and without one as dots in the order of its cells.
    """
    drawn = [(cell, rate) for cell in summary.cells if (rate := cell.rate("flagged")) and not math.isnan(rate.value)]
    times = [number for number, part in enumerate(summary.parts) if part.time]
    if times:
        axis = max(times, key=lambda number: TIMES.index(summary.parts[number].time or ""))
        drawn = [(cell, rate) for cell, rate in drawn if cell.key[axis] != UNKNOWN]
    if not drawn:
        return "", ""
    # a font without a letter of a name: the reader's browser has one with it
    with matplotlib.rc_context(dict(_LOOK)), warnings.catch_warnings(action="ignore", category=UserWarning):
        figure, caption = _over_time(summary, drawn, axis) if times else _dots(drawn)
        return _svg(figure, caption), caption


def _dots(drawn: Sequence[tuple[Cell, Rate]]) -> tuple[Figure, str]:
    caption = "Flagged sentences in the outlet’s own voice, %, with 95 % intervals"
    if len(drawn) > _DOTS:
        caption += f"; the first {_DOTS} of {len(drawn)} cells"
    shown = drawn[:_DOTS]
    figure = Figure(figsize=(7.5, 0.9 + 0.24 * len(shown)), layout="constrained")
    axes = figure.add_subplot()
    places = range(len(shown))
    for place, (_, rate) in zip(places, shown, strict=True):
        axes.plot([100 * rate.low, 100 * rate.high], [place, place], color=_COLOUR, linewidth=2)
        axes.plot([100 * rate.value], [place], "o", color=_COLOUR, markersize=5)
    axes.set_yticks(places, [_short(title(cell)) for cell, _ in shown], parse_math=False)
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set_xlabel("flagged, %")
    axes.grid(axis="x", color=_INK, alpha=0.15)
    return figure, caption


def _over_time(summary: Summary, drawn: Sequence[tuple[Cell, Rate]], axis: int) -> tuple[Figure, str]:
    """A panel with a line and its band for each cell of all else that the corpus is divided by."""
    time = summary.parts[axis].time or ""
    lines: dict[str, list[tuple[date, Rate]]] = defaultdict(list)
    articles: dict[str, int] = defaultdict(int)
    for cell, rate in drawn:
        group = ", ".join((*cell.key[:axis], *cell.key[axis + 1 :])) or EVERYTHING
        lines[group].append((begins(cell.key[axis], time), rate))
        articles[group] += cell.articles
    most = sorted(lines, key=lambda group: -articles[group])[:_PANELS]
    shown = [group for group in lines if group in most]
    caption = f"Flagged sentences in the outlet’s own voice, %, by {time}, with bands of 95 % intervals"
    if len(lines) > len(shown):
        caption += f"; the {len(shown)} of {len(lines)} with the most articles"
    columns = min(2, len(shown))
    rows = math.ceil(len(shown) / columns)
    figure = Figure(figsize=(7.5, 0.5 + (2 if columns == 2 else 3) * rows), layout="constrained")
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for place, axes in enumerate(grid.flat):
        if place >= len(shown):
            axes.set_visible(False)
            continue
        _line(axes, lines[shown[place]], _LONGEST[time])
        axes.set_title(_short(shown[place]), parse_math=False, loc="left", fontsize=9)
    grid[0, 0].set_ylim(bottom=0)
    locator = _locator(time, [day for group in shown for day, _ in lines[group]])
    grid[0, 0].xaxis.set_major_locator(locator)  # of all panels: they share it
    grid[0, 0].xaxis.set_major_formatter(matplotlib.dates.ConciseDateFormatter(locator))
    figure.supylabel("flagged, %", fontsize=9)
    return figure, caption


def _locator(time: str, days: Sequence[date]) -> matplotlib.dates.DateLocator:
    """Ticks that lie no closer than the times: days within a month would say nothing."""
    months = (max(days) - min(days)).days / 30
    if time == "month" and months < 5:
        return matplotlib.dates.MonthLocator()
    if time == "year" and months < 5 * 12:
        return matplotlib.dates.YearLocator()
    return matplotlib.dates.AutoDateLocator(maxticks=5)


def _line(axes: Any, points: Sequence[tuple[date, Rate]], longest: int) -> None:
    """A line that is broken where a time lacks, since nothing is known of it."""
    days: list[date] = []
    values: list[tuple[float, float, float]] = []
    for day, rate in sorted(points, key=lambda point: point[0]):
        if days and (day - days[-1]).days > longest:
            days.append(days[-1] + timedelta(days=1))
            values.append((math.nan,) * 3)
        days.append(day)
        values.append((100 * rate.value, 100 * rate.low, 100 * rate.high))
    value, low, high = zip(*values, strict=True)
    axes.fill_between(days, low, high, color=_COLOUR, alpha=0.2, linewidth=0)
    axes.vlines(days, low, high, color=_COLOUR, alpha=0.4, linewidth=1)  # all the band that a lone point has
    axes.plot(days, value, color=_COLOUR, linewidth=1.5, marker="o", markersize=3)
    axes.grid(axis="y", color=_INK, alpha=0.15)
    axes.yaxis.set_major_locator(MaxNLocator(4))


def _svg(figure: Figure, caption: str) -> str:
    stream = io.StringIO()
    FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None})
    text = stream.getvalue()
    # what is written about the picture itself names hosts, and HTML needs no XML declaration
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], count=1, flags=re.DOTALL)
    return text.replace("<svg", f'<svg class="plot" role="img" aria-label="{escape(caption)}"', 1)


def _short(text: str) -> str:
    text = clean(text)
    return text if len(text) <= _LABEL else text[: _LABEL - 1] + "…"
