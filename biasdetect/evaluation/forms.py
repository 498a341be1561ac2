"""Writes figures for other programs: rows for a data frame, CSV, and LaTeX for a paper."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from typing import Any

from biasdetect.evaluation.figures import Figure, Figures, label
from biasdetect.evaluation.tables import rows
from biasdetect.util.display import clean

COLUMNS = ("data", "model", "texts", "figure", "value", "low", "high")
_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def figure_rows(results: Sequence[Figures]) -> list[dict[str, Any]]:
    """One dictionary a figure, in the order of the results; NaN where a figure is not defined."""
    return [
        dict(zip(COLUMNS, (result.data, result.model, result.sentences, figure.name, figure.value, figure.low, figure.high), strict=True))
        for result in results
        for figure in result.figures
    ]  # fmt: skip


def as_csv(results: Sequence[Figures]) -> str:
    """The rows as CSV with a header; a figure that is not defined leaves its cells empty."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in figure_rows(results):
        writer.writerow(
            {key: "" if isinstance(value, float) and math.isnan(value) else value for key, value in row.items()}
        )
    return file.getvalue()


def as_latex(results: Sequence[Figures]) -> str:
    """A table for each set: a line a figure, a column a model, each value with its 95 % interval."""
    return "\n".join(
        _table([result for result in results if result.data == data])
        for data in dict.fromkeys(result.data for result in results)
    )


def _table(results: Sequence[Figures]) -> str:
    lines = [
        r"% needs \usepackage{booktabs}",
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{_escaped(results[0].data)}, {results[0].sentences} texts; 95\,\% bootstrap intervals in brackets.}}",
        rf"\begin{{tabular}}{{l{'r' * len(results)}}}",
        r"\toprule",
        " & ".join(["", *(_escaped(result.model) for result in results)]) + r" \\",
        r"\midrule",
        *(
            " & ".join([_escaped(label(name)), *map(_cell, figures)]) + r" \\"
            for name, figures in rows(results)
        ),
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def _cell(figure: Figure | None) -> str:
    if figure is None or math.isnan(figure.value):
        return "--"
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


def _escaped(text: str) -> str:
    return "".join(_LATEX.get(char, char) for char in clean(text))
