"""``biasdetect report``: summarises a scored corpus by outlet, month or any other column."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from biasdetect.commands import Exit, print_json
from biasdetect.commands.numbers import Whole
from biasdetect.errors import DataError, MissingExtraError
from biasdetect.model.categories import CATEGORIES
from biasdetect.model.config import OWN_CATEGORY
from biasdetect.util.atomic import write_text

if TYPE_CHECKING:
    from biasdetect.corpus_report.summary import Summary

_EPILOG = """\b
Examples:
  biasdetect report scored.parquet
  biasdetect report scored.parquet --by outlet,month --html report.html
  biasdetect report 2023.csv.gz 2024.csv.gz --by outlet --sort flagged --csv outlets.csv
  biasdetect report scored.jsonl --by section --min-articles 50 --format json > sections.json

\b
Exit codes: 0 done; 2 wrong usage; 3 a file could not be read, or the files do not fit together;
4 failure.
"""


class _Sorting(click.Choice[str]):
    """What cells are put in order by; a category of a model's own is looked for in the table."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """One of the choices, or a name that a category may have."""
        return value if value in OWN_CATEGORY["name"] else super().convert(value, param, ctx)


_OUTPUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command(epilog=_EPILOG)
@click.argument("scored", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--by", default="", metavar="NAMES", help="What to divide the corpus by: columns that were carried through, and year, month, week or day, separated by commas.  [default: nothing]")  # fmt: skip
@click.option("--date-column", metavar="NAME", help="Where year, month, week and day are taken from.  [default: found by type and name]")  # fmt: skip
@click.option("--day-first/--month-first", default=None, help="How dates such as 05/04/2024 are meant.  [default: as the other dates of the column show]")  # fmt: skip
@click.option("--min-articles", type=Whole(1), metavar="N", default=20, show_default=True, help="Cells with fewer different articles are shown without figures.")  # fmt: skip
@click.option("--reprints", type=click.Choice(["leave", "count"]), default="leave", show_default=True, help="Leave reprints out, or count each with the figures of the article it repeats.")  # fmt: skip
@click.option("--sort", type=_Sorting(["cell", "articles", "sentences", "flagged", "score", "phrases", *CATEGORIES]), default="cell", show_default=True, help="The order of the cells: by their names, or by a figure, the highest first.")  # fmt: skip
@click.option("--csv", "table", type=_OUTPUT, metavar="FILE", help="Write all cells with all figures as CSV too.")
@click.option("--html", type=_OUTPUT, metavar="FILE", help="Write a page with a picture and the tables too.")
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True, help="json: everything, on standard output.")  # fmt: skip
def report(
    scored: tuple[Path, ...],
    by: str,
    date_column: str | None,
    day_first: bool | None,
    min_articles: int,
    reprints: str,
    sort: str,
    table: Path | None,
    html: Path | None,
    form: str,
) -> int:
    """Sum up a scored corpus by outlet, month or any column.

    The figures, with intervals, show how much of what outlets say themselves is flagged. SCORED are files
    that biasdetect corpus wrote with one model and one setting; docs/research/corpus-report.md says what the
    figures mean and what they do not.
    """
    for option, path in (("--csv", table), ("--html", html)):
        if path and not path.absolute().parent.is_dir():  # better reported now than after the last article
            raise click.BadParameter(f"there is no folder {path.absolute().parent}.", param_hint=option)
        if path and path.resolve() in [name.resolve() for name in scored]:
            raise click.BadParameter(f"{path} is what is to be read.", param_hint=option)
    try:
        import pyarrow  # noqa: F401

        if html:
            import matplotlib  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("A report on a corpus", "corpus") from error
    from rich.console import Console

    from biasdetect.corpus_report.grouping import resolve
    from biasdetect.corpus_report.scored_rows import open_scored
    from biasdetect.corpus_report.summary import summarise
    from biasdetect.corpus_report.tables import print_summary, to_csv

    try:
        sources = [open_scored(path) for path in scored]
        try:
            parts = resolve([name.strip() for name in by.split(",") if name.strip()], sources, date_column, day_first)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        with Console(stderr=True).status("Summing up"):
            summary = summarise(sources, parts, min_articles=min_articles, reprints=reprints)  # type: ignore[arg-type]
    except DataError as error:
        click.echo(f"Error: {error}", err=True)
        return Exit.UNREADABLE
    summary = _in_order(summary, sort)
    if form == "json":
        print_json(summary.to_dict(), allow_nan=False)
    else:
        print_summary(summary, Console(highlight=False))
    if table:
        write_text(table, to_csv(summary))
    if html:
        from biasdetect.corpus_report.page import render_summary

        write_text(html, render_summary(summary))
    return Exit.DONE


def _in_order(summary: Summary, sort: str) -> Summary:
    if sort not in ("cell", "articles", "sentences", *summary.names, *CATEGORIES):
        raise click.BadParameter(f"no phrase of the category {sort} is in the files.", param_hint="--sort")
    return summary if sort == "cell" else summary.sorted(sort)
