"""``biasdetect evaluate``: measures models on labelled data, with confidence intervals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from biasdetect.commands import Exit, print_json
from biasdetect.commands.groups import complete_files
from biasdetect.commands.labels import grouped, print_line, read_options, reading_options
from biasdetect.detector import load
from biasdetect.errors import MissingExtraError, ModelError
from biasdetect.util.atomic import write_text
from biasdetect.util.counting import count_of

if TYPE_CHECKING:
    from biasdetect.evaluation.figures import Figures
    from biasdetect.evaluation.labelled import Labelled
    from biasdetect.labels import ReadOptions
    from biasdetect.labels.categories import OwnNames
    from biasdetect.model.folder import ModelFolder

_EPILOG = """\b
Examples:
  biasdetect evaluate babe-test.jsonl
  biasdetect evaluate BASIL/ dev.jsonl --html figures.html
  biasdetect evaluate label-studio-export.json --map slanted=biased
  biasdetect evaluate dev.jsonl --model models/mine --model owner/classifier
  biasdetect evaluate --suite fairness --format json > fairness.json

\b
Exit codes: 0 done; 2 wrong usage; 3 some data or some rows of it could not be read (the rest is
evaluated); 4 failure.
"""


@click.command(epilog=_EPILOG)
@click.argument("data", nargs=-1, metavar="DATA...", shell_complete=complete_files)
@click.option("--model", "models", multiple=True, metavar="NAME", help="Model folder or hub name, also of a transformers classifier; several share a table.  [default: the model that ships with biasdetect]")  # fmt: skip
@click.option("--suite", "suites", multiple=True, type=click.Choice(["fairness"]), help="Made sentences: groups, facts, loaded insertions, other places and pronouns.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True, help="json: one list of all figures.")  # fmt: skip
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
    try:
        import biasdetect.evaluation.figures  # noqa: F401 - it needs scikit-learn
    except ImportError as error:
        raise MissingExtraError("Evaluation", "train") from error
    from rich.console import Console

    sets, whole = read_sets(data, read_options(**reading, known=known_names(models)))
    results: list[Figures] = []
    with Console(stderr=True).status("Evaluating") as status:
        for result in _measure(sets, suites, models):
            results.append(result)
            status.update(f"Evaluating: {result.model} on {result.data} done")
    if form == "json":
        print_json([result.to_dict() for result in results])
    elif results:
        from biasdetect.evaluation.tables import print_tables

        print_tables(results, Console(highlight=False))
    if html and results:
        from biasdetect.evaluation.page import render_page

        write_text(html, render_page(results))
    return Exit.DONE if whole else Exit.UNREADABLE


def known_names(models: Iterable[str]) -> OwnNames:
    """The names of marks that the categories of models explain, as far as they can be opened.

    Of one that cannot, the error is told where it is loaded, once the labels were read.
    """
    from biasdetect.labels.categories import names_of_models
    from biasdetect.model.folder import is_classifier, open_model

    configs = []
    for name in models:
        with suppress(ModelError):
            if not is_classifier(name):
                configs.append(open_model(name).config)
    return names_of_models(configs)


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
    from biasdetect.labels.seen import read_seen, text_digest

    seen = read_seen(folder.path) or frozenset()
    for name, labelled in sets.items():
        known = sum(text_digest(item.text) in seen for item in labelled) if seen else 0
        if known:
            print_line(f"Warning: {folder.label} was trained on {known} of the {count_of(len(labelled), 'text')} of {name}, which flatters it.", err=True)  # fmt: skip


def _measure(sets: dict[str, list[Labelled]], suites: tuple[str, ...], models: tuple[str, ...]) -> Iterator[Figures]:
    """Everything with one model, then with the next, so that one is in memory at a time."""
    from biasdetect.evaluation.figures import evaluate as take_figures
    from biasdetect.evaluation.suites import fairness

    if not sets and not suites:
        return
    for name in models or (None,):
        scorer = load(name)
        label = scorer.folder.label
        tell_known(sets, scorer.folder)
        for data, labelled in sets.items():
            yield take_figures(data, label, labelled, scorer)
        if suites:
            yield fairness(label, scorer)
