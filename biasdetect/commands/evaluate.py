"""``biasdetect evaluate``: measures models on labelled data, with confidence intervals."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from biasdetect.commands import Exit, print_json
from biasdetect.commands.groups import complete_files
from biasdetect.commands.labels import grouped, print_line, read_options, reading_options
from biasdetect.util.atomic import write_text
from biasdetect.util.counting import count_of

if TYPE_CHECKING:
    from biasdetect.evaluation.figures import Figures
    from biasdetect.evaluation.labelled import Labelled
    from biasdetect.labels import ReadOptions
    from biasdetect.model.folder import ModelFolder

_EPILOG = """\b
Examples:
  biasdetect evaluate babe-test.jsonl
  biasdetect evaluate BASIL/ dev.jsonl --html figures.html
  biasdetect evaluate label-studio-export.json --map slanted=biased
  biasdetect evaluate dev.jsonl --model models/mine --model owner/classifier
  biasdetect evaluate --suite fairness --format json > fairness.json
  biasdetect evaluate dev.jsonl --format latex > table.tex

\b
Exit codes: 0 done; 2 wrong usage; 3 some data or some rows of it could not be read (the rest is
evaluated); 4 failure.
"""


@click.command(epilog=_EPILOG)
@click.argument("data", nargs=-1, metavar="DATA...", shell_complete=complete_files)
@click.option("--model", "models", multiple=True, metavar="NAME", help="Model folder or hub name, also of a transformers classifier; several share a table.  [default: the model that ships with biasdetect]")  # fmt: skip
@click.option("--suite", "suites", multiple=True, type=click.Choice(["fairness"]), help="Made sentences: groups, facts, loaded insertions, other places and pronouns.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["terminal", "json", "csv", "latex"]), default="terminal", show_default=True, help="json: one list of all figures; csv: a row for each; latex: a table for each set, for a paper.")  # fmt: skip
@click.option("--html", type=click.Path(dir_okay=False, writable=True, path_type=Path), metavar="FILE", help="Write a page with the tables and reliability diagrams too.")  # fmt: skip
@reading_options
def evaluate(
    data: tuple[str, ...],
    models: tuple[str, ...],
    suites: tuple[str, ...],
    form: str,
    html: Path | None,
    **reading: Any,
) -> int:
    """Measure models on labelled data.

    DATA is what `biasdetect labels check` reads: a table, JSON, .xlsx or Parquet, also .gz or .zst; an export of
    an annotation tool; a published set such as BABE, BASIL or SemEval's; a folder of such files.
    """
    if not data and not suites:
        raise click.UsageError("No data. Name a labelled file, or a suite: biasdetect evaluate --suite fairness")
    if html and not html.absolute().parent.is_dir():  # better reported now than after the last model
        raise click.BadParameter(f"there is no folder {html.absolute().parent}.", param_hint="--html")
    from biasdetect.evaluation.api import measured, need_scikit_learn
    from biasdetect.labels.options import known_to

    need_scikit_learn("Evaluation")
    from rich.console import Console

    sets, whole = read_sets(data, read_options(**reading, known=known_to(models)))
    results: list[Figures] = []
    with Console(stderr=True).status("Evaluating") as status:
        for result in measured(
            sets, models or (None,), suite=bool(suites), opened=lambda folder: tell_known(sets, folder)
        ):
            results.append(result)
            status.update(f"Evaluating: {result.model} on {result.data} done")
    if form == "json":
        print_json([result.to_dict() for result in results])
    elif form in ("csv", "latex"):
        from biasdetect.evaluation.forms import as_csv, as_latex

        click.echo((as_csv if form == "csv" else as_latex)(results), nl=False)
    elif results:
        from biasdetect.evaluation.tables import print_tables

        print_tables(results, Console(highlight=False))
    if html and results:
        from biasdetect.evaluation.page import render_page

        write_text(html, render_page(results))
    return Exit.DONE if whole else Exit.UNREADABLE


def read_sets(data: Iterable[str], options: ReadOptions) -> tuple[dict[str, list[Labelled]], bool]:
    """Labelled sets by name, without the rows that cannot be read, which are reported; and whether there were none.

    Raises:
        MissingExtraError: where a format needs a library that is not installed.
    """
    from biasdetect.evaluation.labelled import as_labelled
    from biasdetect.labels import read_records
    from biasdetect.labels.check import one_kind

    sets: dict[str, list[Labelled]] = {}
    whole = True
    for name in dict.fromkeys(data):
        labels = read_records([name], options)
        whole = whole and not labels.problems
        for title, found in (("Error", labels.problems), ("Warning", labels.warnings)):
            for line in grouped(found):
                print_line(f"{title}: {line}", err=True)
        if labels.problems and labels.records:
            print_line(f"{name}: {count_of(len(labels.records), 'text')} without these are used.", err=True)
        if said := one_kind(labels.records):
            print_line(f"Warning: {name}: {said}, so figures that need both kinds say little or are not defined.", err=True)  # fmt: skip
        if labels.records:
            sets[name] = [as_labelled(record) for record in labels.records]
    return sets, whole


def tell_known(sets: dict[str, list[Labelled]], folder: ModelFolder) -> None:
    """Say how many texts of each set a model was trained on, as far as it records them."""
    from biasdetect.evaluation.api import known_texts

    for name, known in known_texts(sets, folder).items():
        print_line(f"Warning: {folder.label} was trained on {known} of the {count_of(len(sets[name]), 'text')} of {name}, which flatters it.", err=True)  # fmt: skip
