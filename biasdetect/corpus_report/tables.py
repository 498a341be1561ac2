"""Prints a summary as tables on a terminal, and writes it as CSV."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from biasdetect.corpus_report.summary import MAIN, Cell, Rate, Summary
from biasdetect.evaluation.bootstrap import RESAMPLES
from biasdetect.model.categories import CATEGORIES
from biasdetect.util.counting import count_of
from biasdetect.util.display import clean

HEADINGS = {"flagged": "flagged, %", "score": "mean score", "phrases": "phrases per 1,000 words"}
EVERYTHING = "everything"
TOO_FEW = "too few"

_CELLS = 40  # that a terminal shows
_FORMULA = re.compile(r"[=@\t\r\n]|[+-](?!\d+(?:\.\d+)?$)")  # a number runs nothing
_PHRASES = 5  # that a terminal shows of a cell


def print_summary(summary: Summary, console: Console) -> None:
    """Print the tables and the notes below them; readable from 80 columns on."""
    first = summary.cells[:_CELLS]
    console.print(_main_table(summary, first), "")
    if any(not cell.too_few for cell in first):
        console.print(_category_table(summary, first), "")
    if any(cell.phrases for cell in first):
        console.print(_phrase_table(summary, first), "")
    for note in notes(summary):
        console.print(Text(clean(note), style="dim"))
    if len(summary.cells) > len(first):
        console.print(Text(f"Shown are {len(first)} of {len(summary.cells)} cells; --csv FILE has all.", style="bold"))


def to_csv(summary: Summary) -> str:
    """One line per cell: its values, all figures with the ends of their intervals, its phrases as JSON text."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    figures = [column for name in summary.names for column in (name, f"{name}_low", f"{name}_high")]
    fixed = ["articles", "reprints", "sentences", "words", "too_few"]
    taken = {*fixed, *figures, "phrases_most_used"}
    keys = [f"by_{part.name}" if part.name in taken else part.name for part in summary.parts]
    writer.writerow([*map(_no_formula, keys), *fixed, *figures, "phrases_most_used"])
    for cell in summary.cells:
        ends = [
            "" if rate is None or math.isnan(value) else round(value, 6)
            for name in summary.names
            for rate in [cell.rate(name)]
            for value in ((rate.value, rate.low, rate.high) if rate else (math.nan,) * 3)
        ]
        phrases = json.dumps([asdict(phrase) for phrase in cell.phrases], ensure_ascii=False)
        counts = [cell.articles, cell.reprints, cell.sentences, cell.words, str(cell.too_few).lower()]
        writer.writerow([*map(_no_formula, cell.key), *counts, *ends, phrases])
    return stream.getvalue()


def _no_formula(text: str) -> str:
    """A name that a spreadsheet would take for a formula, and run, with an apostrophe before it; others as they are."""
    return f"'{text}" if _FORMULA.match(text) else text


def numbers(rate: Rate | None) -> tuple[str, str]:
    """A figure and its interval as a reader is shown them, a dash where it is not defined."""
    if rate is None or math.isnan(rate.value):
        return "–", ""
    per_words = (1, 2 if rate.high < 10 else 1)
    scale, digits = {"flagged": (100, 1), "score": (1, 3)}.get(rate.name, per_words)
    value, low, high = (f"{scale * number:.{digits}f}" for number in (rate.value, rate.low, rate.high))
    return value, f"{low}–{high}"


def title(cell: Cell) -> str:
    """The values of a cell in one line."""
    return ", ".join(cell.key) or EVERYTHING


def notes(summary: Summary) -> Iterator[str]:
    """How the figures were made, and what is not in them."""
    yield (
        f"Ranges: 95 % bootstrap intervals of {RESAMPLES:,} resamples of a cell's articles. Flagged: sentences in the "
        "outlet's own voice with a phrase that it answers for, of all in its own voice. Phrases: those alone."
    )
    known = ((name, value) for name, value in sorted(summary.settings.items()) if value is not None)
    settings = ", ".join(f"{name} {_setting(value)}" for name, value in known)
    yield f"Model: {summary.model}. Settings: {settings}."
    few = sum(cell.too_few for cell in summary.cells)
    if few:
        yield (
            f"{count_of(few, 'cell', grouped=True)} with fewer than {summary.min_articles} different articles: {TOO_FEW} for figures "
            "(--min-articles)."
        )
    reprints = sum(cell.reprints for cell in summary.cells)
    if reprints and summary.reprints == "leave":
        yield f"{count_of(reprints, 'reprint', grouped=True)} left out (--reprints count gives each the figures of its first article)."
    elif reprints:
        yield f"{count_of(reprints - summary.lost, 'reprint', grouped=True)} counted with the figures of the first article."
    if summary.lost:
        yield f"{count_of(summary.lost, 'reprint', grouped=True)} left out: the first article is not in the files."
    if summary.undated:
        part = next(part for part in summary.parts if part.time)
        hint = (
            " Dates such as 05/04/2024 are read where you pass --day-first or --month-first." if part.ambiguous else ""
        )
        yield (
            f"{count_of(summary.undated, 'article', grouped=True)} without a date that can be read in the column {part.column}: they stand "
            f"under unknown.{hint}"
        )


def _main_table(summary: Summary, cells: Sequence[Cell]) -> Table:
    table = _table(summary, "Flagged sentences and phrases")
    for heading in ("articles", "own sentences", *(HEADINGS[name] for name in MAIN)):
        table.add_column(heading, justify="right", max_width=13, overflow="fold")
    for cell in cells:
        figures = [_two_lines(cell.rate(name)) for name in MAIN]
        if cell.too_few:
            figures = [Text(TOO_FEW, style="dim"), Text(""), Text("")]
        table.add_row(_name(cell), f"{cell.articles:,}", f"{cell.sentences:,}", *figures)
    return table


def _category_table(summary: Summary, cells: Sequence[Cell]) -> Table:
    table = _table(summary, "Phrases per 1,000 words, by category")
    names = [name for name in summary.names if name not in MAIN]
    for name in names:
        table.add_column(_ABBREVIATED.get(name, name), justify="right", no_wrap=True)
    for cell in cells:
        if not cell.too_few:
            table.add_row(_name(cell), *(_two_lines(cell.rate(name)) for name in names))
    return table


# so that six categories with intervals go into 80 columns
_ABBREVIATED = {CATEGORIES[0]: "loaded\nlanguage", "labeling": "label-\ning", "exaggeration": "exagge-\nration"}


def _phrase_table(summary: Summary, cells: Sequence[Cell]) -> Table:
    table = _table(summary, "Most used phrases: how often, and in how many articles")
    table.add_column("", min_width=40)
    for cell in cells:
        if cell.phrases:
            listed = (f"{clean(phrase.text)} {phrase.count}/{phrase.articles}" for phrase in cell.phrases[:_PHRASES])
            table.add_row(_name(cell), Text("; ".join(listed)))
    return table


def _table(summary: Summary, title: str) -> Table:
    table = Table(title=Text(title, style="bold"), title_justify="left", box=None, pad_edge=False)
    heading = clean(", ".join(part.name for part in summary.parts))
    table.add_column(Text(_short(heading)), overflow="fold", max_width=30)
    return table


def _two_lines(rate: Rate | None) -> Text:
    value, ends = numbers(rate)
    return Text.assemble((value, "bold"), (f"\n{ends}", "dim")) if ends else Text(value)


def _name(cell: Cell) -> Text:
    return Text(_short(clean(title(cell))))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _setting(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
