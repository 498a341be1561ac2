"""Categories of one's own on the command line: the options, what they say, and the question where labels have some."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from biasdetect.errors import DataError

if TYPE_CHECKING:
    from biasdetect.labels.build import ReadOptions
    from biasdetect.labels.categories import OwnCategories
    from biasdetect.labels.read import Labels

_SHOWN = 12  # categories that a line lists
ADVICE = (
    "To train names of marks as categories of your own, pass --new-categories beside (or instead), or define them with "
    "--categories FILE."
)


def category_options() -> list[Callable[[Any], Any]]:
    """The options that say which names of marks are categories of the user's own."""
    return [
        click.option("--new-categories", type=click.Choice(["beside", "instead"]), help="Names of marks that are unknown are categories of your own, beside ours or instead of them."),
        click.option("--categories", metavar="FILE", help="Categories of your own with titles, definitions and colours; docs/annotate/categories.md shows the form."),
    ]  # fmt: skip


def own_categories(path: str | None) -> OwnCategories | None:
    """What the file of the option ``--categories`` says; None without one."""
    from biasdetect.labels.categories import read_categories

    try:
        return None if path is None else read_categories(path)
    except DataError as error:
        raise click.BadParameter(str(error), param_hint="--categories") from None


def marked_as_own(result: Labels) -> Iterator[str]:
    """A line on the categories of the user's own, with how often each is marked, where there are any."""
    from biasdetect.model.categories import CATEGORIES

    marked = Counter(span.category for record in result.records for span in record.spans or ())
    found = [f"{name} ({count})" for name, count in marked.most_common() if name and name not in CATEGORIES]
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        yield f"Categories of your own, with their marks: {', '.join(found[:_SHOWN])}{more}."
        yield ""


def has_unknown(result: Labels) -> bool:
    """Whether marks have names that stand for nothing."""
    return any(problem.kind == "unknown-category" for problem in result.problems)


def asked_for(
    files: Sequence[str], options: ReadOptions, test: Sequence[str], result: Labels
) -> tuple[Labels, ReadOptions]:
    """The labels read again with unknown names as categories, where nothing else is wrong and the user says so.

    Nobody is asked where standard input is no terminal.
    """
    from biasdetect.labels.read import read_labels

    only_names = all(problem.kind in ("unknown-category", "one-class") for problem in result.problems)
    if not (has_unknown(result) and only_names and sys.stdin and sys.stdin.isatty()):
        return result, options
    wider = replace(options, own=replace(options.own, any=True))
    again = read_labels(files, wider, test)
    if again.problems:
        return result, options
    for line in marked_as_own(again):
        click.echo(line)
    agreed = click.confirm("Train these as categories of your own, beside ours?")
    return (again, wider) if agreed else (result, options)
