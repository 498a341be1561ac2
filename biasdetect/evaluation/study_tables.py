"""Prints studies in a terminal: figures over seeds, over folds, and by the number of labels."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from biasdetect.evaluation.comparison_tables import comparison_table, number
from biasdetect.evaluation.figures import label
from biasdetect.evaluation.studies import CURVE, FoldStudy, LearningCurve, SeedStudy, Spread, Study
from biasdetect.evaluation.tables import figure_table, shown
from biasdetect.util.counting import count_of


def print_study(study: Study, console: Console) -> None:
    """Print the table of a study, and what its brackets are."""
    if isinstance(study, SeedStudy):
        _print_seeds(study, console)
    elif isinstance(study, FoldStudy):
        _print_folds(study, console)
    else:
        _print_curve(study, console)
    console.print()


def seeds_title(study: SeedStudy) -> str:
    """What the table shows."""
    return f"{len(study.seeds)} seeds ({', '.join(map(str, study.seeds))}), {count_of(study.texts, 'text')} kept apart"


def folds_title(study: FoldStudy) -> str:
    """What the table shows."""
    return f"{study.folds} folds, {count_of(study.texts, 'text')}, each judged by a model that was not trained on it"


def curve_title(study: LearningCurve) -> str:
    """What the table shows."""
    return f"Learning curve, {count_of(study.texts, 'text')} kept apart"


SEEDS_NOTE = "In brackets: 95 % bootstrap intervals of the mean, over sentences and seeds."
FOLDS_NOTE = "The figures are of all folds' texts together; from fold to fold they lie between lowest and highest."
SEEDS_HEAD = ("", "old", "mean", "lowest", "highest", "std. dev.")
FOLDS_HEAD = ("", "lowest", "highest", "std. dev.")


def seed_rows(study: SeedStudy) -> list[tuple[str, ...]]:
    """The cells of the table, line by line."""
    return [
        (label(one.name), number(one.old), _mean(one), number(one.lowest), number(one.highest), number(one.deviation))
        for one in study.spreads
    ]


def fold_rows(study: FoldStudy) -> list[tuple[str, ...]]:
    """The cells of the table of spreads, line by line."""
    return [(label(one.name), number(one.lowest), number(one.highest), number(one.deviation)) for one in study.spreads]


def curve_names(study: LearningCurve) -> list[str]:
    """The figures that the curve has points of."""
    found = {figure.name for point in study.points for figure in point.figures.figures if not math.isnan(figure.value)}
    return [name for name in CURVE if name in found]


def curve_rows(study: LearningCurve) -> list[tuple[str, ...]]:
    """The cells of the table, line by line: the model before, then more and more labels."""
    names = curve_names(study)
    before = [("0 (the old model)", study.old)] if study.old else []
    points = [(f"{point.labels} ({point.share:.0%})", point.figures) for point in study.points]
    rows = []
    for title, figures in (*before, *points):
        found = {figure.name: figure for figure in figures.figures}
        rows.append((title, *(shown(found.get(name)) for name in names)))
    return rows


def _print_seeds(study: SeedStudy, console: Console) -> None:
    _print_table(seeds_title(study), SEEDS_HEAD, seed_rows(study), console)
    console.print(Text(SEEDS_NOTE, style="dim"))


def _print_folds(study: FoldStudy, console: Console) -> None:
    if study.comparison:
        console.print(comparison_table(study.comparison))
    else:
        console.print(figure_table([study.figures]))
    _print_table(folds_title(study), FOLDS_HEAD, fold_rows(study), console)
    console.print(Text(FOLDS_NOTE, style="dim"))


def _print_curve(study: LearningCurve, console: Console) -> None:
    head = ("labels", *(label(name) for name in curve_names(study)))
    _print_table(curve_title(study), head, curve_rows(study), console)
    console.print(Text(study.verdict, style="bold"))


def _print_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], console: Console) -> None:
    console.print(Text(title, style="bold"))
    table = Table(box=None, pad_edge=False)
    for column, name in enumerate(head):
        table.add_column(name, justify="right" if column else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _mean(spread: Spread) -> str:
    if math.isnan(spread.low):
        return number(spread.mean)
    return f"{spread.mean:.3f} ({spread.low:.3f} to {spread.high:.3f})"
