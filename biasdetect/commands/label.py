"""``biasdetect label``: review of sentences in the terminal, or export for an annotation tool."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from biasdetect.commands import Exit
from biasdetect.commands.categories import own_categories
from biasdetect.commands.groups import complete_files
from biasdetect.commands.numbers import SCORE, Whole
from biasdetect.commands.score import documents
from biasdetect.commands.tables import table_options
from biasdetect.detector import load
from biasdetect.errors import InputError, MissingExtraError
from biasdetect.reading.formats import FORMATS, Format
from biasdetect.util.counting import count_of

if TYPE_CHECKING:
    from biasdetect.labels.categories import OwnCategories
    from biasdetect.model.categories import Category
    from biasdetect.model.folder import InferenceConfig
    from biasdetect.reading.document import Document
    from biasdetect.review.candidates import Item
    from biasdetect.review.session import ReviewFile

_EPILOG = """\b
Examples:
  biasdetect label drafts/ --out review.jsonl --annotator mira
  biasdetect label drafts/*.md --out review.jsonl --limit 30
  biasdetect label https://example.org/2024/05/council-votes.html --out review.jsonl
  biasdetect label drafts/ --out review.jsonl --categories categories.toml
  biasdetect label drafts/ --format label-studio --out tasks.json
  biasdetect train review.jsonl --out models/mine

\b
Exit codes: 0 done, or to be gone on with; 2 wrong usage; 3 an input could not be read (the others
are reviewed); 4 failure; 5 interrupted. Every decision is in the file as soon as it is made.
"""


@click.command(epilog=_EPILOG)
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLES...", shell_complete=complete_files)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="PATH", help="JSON Lines file of decisions, gone on with where it exists; for a tool, the file to write.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["terminal", "label-studio", "doccano"]), default="terminal", show_default=True, help="Review here, or write a file for a tool, with the model's suggestions.")  # fmt: skip
@click.option("--limit", type=Whole(1), default=100, show_default=True, metavar="N", help="The most sentences of one sitting.")  # fmt: skip
@click.option("--annotator", default="", metavar="NAME", help="Who judges; stands in every record.")
@click.option("--threshold", type=SCORE, metavar="SCORE", help="Lowest score of a suggested phrase.  [default: the model's own]")  # fmt: skip
@click.option("--model", metavar="NAME", help="Model folder or hub name, also of a transformers classifier.  [default: the model that ships with biasdetect]")  # fmt: skip
@click.option("--categories", metavar="FILE", help="Mark with categories of your own too; docs/annotate/categories.md shows the form.")  # fmt: skip
@click.option("--input-format", type=click.Choice(list(FORMATS)), help="Format of the input.  [default: recognised]")  # fmt: skip
@table_options
def label(
    articles: tuple[str, ...],
    out: Path,
    form: Literal["terminal", "label-studio", "doccano"],
    limit: int,
    annotator: str,
    threshold: float | None,
    model: str | None,
    categories: str | None,
    input_format: Format | None,
    text_column: str | None,
    encoding: str | None,
) -> int:
    """Review the sentences that are most worth a person's time.

    ARTICLES are files, folders, patterns, tables, addresses, or - for standard input, as for score. Each
    sentence is shown with the model's suggestion, to be accepted, rejected or corrected by single
    keys. Decisions are training data as they are; the same command goes on where you stopped.
    """
    if not find_spec("sklearn"):  # reported before all articles are scored
        raise MissingExtraError("Choosing the sentences that are worth labelling", "train")
    from biasdetect.review.candidates import choose, export_suggestions
    from biasdetect.review.keys import unechoed_keys
    from biasdetect.review.session import ReviewFile

    if form == "terminal" and not (sys.stdin and sys.stdin.isatty()):
        raise click.UsageError(
            "Standard input is no terminal, and a review needs one for its keys. "
            "For a file that an annotation tool reads, pass --format label-studio."
        )
    # before the work, so that nothing is done in vain
    own = own_categories(categories)
    file = ReviewFile(out) if form == "terminal" else None
    if not file:
        _check_new(out)
    failures: list[InputError] = []
    found = documents(articles, input_format, failures, text_column=text_column, encoding=encoding)
    with unechoed_keys() if file else nullcontext():
        items, warnings, config = _items(found, model, threshold)
    queue = choose(items, limit, [record.text for record in file.records] if file else [])
    if not queue and not (file and file.records):
        click.echo("No sentence was found to label. Nothing is written.", err=True)
    elif file:
        try:
            _review(file, queue, items, annotator, _marked_with(config, own))
        finally:
            # the screen of the review has taken the place of what was printed before it
            for message in (*(f"Error: {error}" for error in failures), *warnings):
                click.echo(message, err=True)
            _sum_up(file)
    elif form != "terminal":
        export_suggestions(queue, form, out)
        apart = " in the field suggestion, which are no labels" if form == "doccano" else ""
        click.echo(f"{count_of(len(queue), 'sentence')} written to {out}, with the model's suggestions{apart}.")
    return Exit.UNREADABLE if failures else Exit.DONE


def _check_new(out: Path) -> None:
    """Refuse what would fail after all the work, and what would take the place of somebody's decisions."""
    if out.exists():
        raise click.BadParameter(f"{out} exists already. Name another file, or remove it.", param_hint="--out")
    if not out.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {out.absolute().parent}.", param_hint="--out")


def _marked_with(config: InferenceConfig, own: OwnCategories | None) -> tuple[Category, ...]:
    """What wording is marked with: the categories of the model, and the user's beside or in place of them."""
    from biasdetect.model.categories import TABLE, table_of

    given = own.categories if own else ()
    names = [category.name for category in given]
    if not (own and own.instead):
        names = [*config.categories, *names]
        given = (*(category for category in config.own if category.name not in names[len(config.categories) :]), *given)
    table = table_of(given)
    return tuple(table[name] for name in dict.fromkeys(names) if name in table) or TABLE


def _items(
    articles: Iterable[Document], model: str | None, threshold: float | None
) -> tuple[list[Item], list[str], InferenceConfig]:
    """All sentences of the articles, the warnings about them, and what the model is."""
    from rich.console import Console

    from biasdetect.review.candidates import find_items

    items: list[Item] = []
    warnings: list[str] = []
    with Console(stderr=True).status("Loading the model …") as status:
        detector = load(model)
        for number, document in enumerate(articles, 1):
            found, reported = find_items(detector, document, threshold)
            items += found
            for warning in reported:
                warnings.append(f"Warning: {document.name}: {warning}")
                click.echo(warnings[-1], err=True)
            status.update(f"Reading … {number} read, {count_of(len(items), 'sentence')}")
    return items, warnings, detector.folder.config


def _review(
    file: ReviewFile, queue: list[Item], items: list[Item], annotator: str, categories: tuple[Category, ...]
) -> None:
    from rich.console import Console

    from biasdetect.review.candidates import portable
    from biasdetect.review.keys import unechoed_keys
    from biasdetect.review.session import Session
    from biasdetect.review.terminal import review

    session = Session(file, queue, items, portable(annotator.strip()), categories)
    with unechoed_keys():
        review(session, Console(highlight=False, soft_wrap=False))


def _sum_up(file: ReviewFile) -> None:
    from biasdetect.labels.check import too_few

    counts = file.counts
    reviewed = counts["accepted"] + counts["rejected"] + counts["changed"]
    click.echo(
        f"{file.path}: {reviewed} reviewed ({counts['accepted']} accepted, {counts['rejected']} rejected, "
        f"{counts['changed']} changed), {counts['skipped']} skipped."
    )
    if few := too_few(reviewed):
        click.echo(f"{few[:1].upper()}{few[1:]}. The same command goes on with others.")
    else:
        click.echo(f"Train on it: biasdetect train {shlex.quote(str(file.path))} --out models/mine")
