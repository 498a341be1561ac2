"""Prints figures in a terminal: one table per set, models as columns."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from biasdetect.evaluation.figures import Figure, Figures, label


def print_tables(results: Sequence[Figures], console: Console) -> None:
    """Print a table for every set, in the order in which the sets first come."""
    for data in dict.fromkeys(result.data for result in results):
        console.print(figure_table([result for result in results if result.data == data]))
    console.print(Text("In brackets: 95 % bootstrap intervals over sentences.", style="dim"))


def rows(results: Sequence[Figures]) -> list[tuple[str, list[Figure | None]]]:
    """Name and each model's figure, None where a model lacks it, for the results on one set."""
    names = dict.fromkeys(figure.name for result in results for figure in result.figures)
    return [
        (name, [next((figure for figure in result.figures if figure.name == name), None) for result in results])
        for name in names
    ]


def shown(figure: Figure | None) -> str:
    """Value and interval to three digits; a dash where there is none."""
    if figure is None or math.isnan(figure.value):
        return "–"
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"


def figure_table(results: Sequence[Figures]) -> Table:
    """The figures on one set line by line, models as columns."""
    title = Text(f"{results[0].data}, {results[0].sentences} texts", style="bold")
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    for result in results:
        table.add_column(Text(result.model), justify="right")
    for name, figures in rows(results):
        table.add_row(label(name), *(shown(figure) for figure in figures))
    return table
