"""``biasdetect compare``: two models and labelled data in, what is better and what is worse out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from biasdetect.atomic import write_text
from biasdetect.commands import Exit
from biasdetect.detector import load
from biasdetect.errors import DataError, MissingExtraError

if TYPE_CHECKING:
    from biasdetect.evaluate.compare import Comparison
    from biasdetect.evaluate.labelled import Labelled
    from biasdetect.evaluate.regression import Expectation, Regression

_EPILOG = """\b
Examples:
  biasdetect compare biasdetect-en-small models/mine --data held-out.jsonl
  biasdetect compare models/old models/new --data babe-test.jsonl --data BASIL/ --html comparison.html
  biasdetect compare models/old owner/classifier --suite fairness --format json > comparison.json
  biasdetect compare models/old models/new --data held-out.jsonl --fail-if-worse

\b
Exit codes: 0 done; 1 the new model is worse and --fail-if-worse was given; 2 wrong usage;
3 some data could not be read (the rest is compared); 4 failure.
"""


@click.command(epilog=_EPILOG)
@click.argument("old")
@click.argument("new")
@click.option("--data", multiple=True, metavar="FILE", help="Labelled file or folder of them, as for evaluate; may be given several times.")  # fmt: skip
@click.option("--suite", "suites", multiple=True, type=click.Choice(["fairness"]), help="Made sentences: groups, facts, loaded insertions, other places and pronouns.")  # fmt: skip
@click.option("--regression", metavar="FILE", help="Sentences of which something must stay true; docs/comparing.md shows the form.  [default: the project's own]")  # fmt: skip
@click.option("--no-regression", is_flag=True, help="Leave the regression sentences out.")
@click.option("--examples", type=click.IntRange(0), default=10, show_default=True, help="How many sentences and phrases a list shows.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True, help="json: everything, on standard output.")  # fmt: skip
@click.option("--html", type=click.Path(dir_okay=False, writable=True, path_type=Path), metavar="FILE", help="Write a page with the differences, reliability diagrams and sentences too.")  # fmt: skip
@click.option("--fail-if-worse", is_flag=True, help="Exit with 1 where the new model is significantly worse.")
def compare(
    old: str,
    new: str,
    data: tuple[str, ...],
    suites: tuple[str, ...],
    regression: str | None,
    no_regression: bool,
    examples: int,
    form: str,
    html: Path | None,
    fail_if_worse: bool,
) -> int:
    """Compare the model NEW with the model OLD on the same texts.

    Each is a model folder or hub name, also of a transformers classifier. The new model is called worse
    where labelled data or the regression sentences say so beyond chance; docs/comparing.md has the rule.
    """
    if regression and no_regression:
        raise click.UsageError("--regression and --no-regression exclude each other. Give one of them.")
    if not data and not suites and not regression:
        raise click.UsageError("No data. Name a labelled file: biasdetect compare OLD NEW --data held-out.jsonl")
    if html and not html.absolute().parent.is_dir():  # better told now than after both models
        raise click.BadParameter(f"there is no folder {html.absolute().parent}.", param_hint="--html")
    try:
        import biasdetect.evaluate.compare  # noqa: F401 - it needs scikit-learn
    except ImportError as error:
        raise MissingExtraError("Comparing models", "train") from error
    from rich.console import Console

    from biasdetect.evaluate.compare import is_worse
    from biasdetect.evaluate.regression import breaks

    sets, failures = _read(data)
    expectations = None
    if not no_regression:
        try:
            expectations = _expectations(regression)
        except DataError as error:
            failures.append(error)
    for failure in failures:
        click.echo(f"Error: {failure}", err=True)
    if not sets and not suites and not (expectations and regression):
        return Exit.UNREADABLE
    with Console(stderr=True).status("Comparing"):
        comparisons, checked = _compare(old, new, sets, suites, expectations, examples)
    reasons = [reason for comparison in comparisons for reason in is_worse(comparison)]
    reasons += breaks(checked) if checked else []
    if form == "json":
        result = {
            "comparisons": [comparison.to_dict() for comparison in comparisons],
            "regression": checked.to_dict() if checked else None,
            "worse": reasons,
        }
        text = json.dumps(result, ensure_ascii=False, indent=2, allow_nan=False)
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    else:
        from biasdetect.evaluate.comparison_tables import print_comparisons

        print_comparisons(comparisons, checked, reasons, Console(highlight=False))
    if html:
        from biasdetect.evaluate.comparison_page import render_comparisons

        write_text(html, render_comparisons(comparisons, checked, reasons))
    if failures:
        return Exit.UNREADABLE
    return Exit.FAIL_ABOVE if reasons and fail_if_worse else Exit.DONE


def _read(data: tuple[str, ...]) -> tuple[dict[str, list[Labelled]], list[DataError]]:
    """The sets that can be read, by name, and why others cannot."""
    from biasdetect.evaluate.labelled import read_labelled

    sets: dict[str, list[Labelled]] = {}
    failures: list[DataError] = []
    for name in dict.fromkeys(data):
        try:
            sets[name] = read_labelled(name)
        except DataError as error:
            failures.append(error)
    return sets, failures


def _expectations(regression: str | None) -> tuple[str, list[Expectation]] | None:
    """The regression sentences and what they are called; None where none are named and the project's are not there."""
    from biasdetect.evaluate.regression import default_file, read_expectations

    if regression:
        return regression, read_expectations(regression)
    file = default_file()
    return (file.name, read_expectations(file)) if file else None


def _compare(
    old: str,
    new: str,
    sets: dict[str, list[Labelled]],
    suites: tuple[str, ...],
    expectations: tuple[str, list[Expectation]] | None,
    examples: int,
) -> tuple[list[Comparison], Regression | None]:
    """Every text is scored once with each model, whatever it is needed for."""
    from biasdetect.evaluate import compare as comparing
    from biasdetect.evaluate.paired import suite_texts
    from biasdetect.evaluate.regression import check

    texts = [item.text for labelled in sets.values() for item in labelled]
    texts += suite_texts() if suites else []
    texts += [item.text for item in expectations[1]] if expectations else []
    # both are loaded before either scores: a name that cannot be loaded is told at once
    detectors = load(old), load(new)
    before, after = (comparing.record(comparing.Side(detector.folder.label, detector), texts) for detector in detectors)
    comparisons = [comparing.compare(name, labelled, before, after, examples) for name, labelled in sets.items()]
    if suites:
        comparisons.append(comparing.compare_fairness(before, after))
    return comparisons, check(*expectations, before, after) if expectations else None
