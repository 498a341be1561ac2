"""``biasdetect compare``: compares two models on the same labelled data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from biasdetect.commands import Exit, print_json
from biasdetect.commands.evaluate import read_sets
from biasdetect.commands.labels import read_options, reading_options
from biasdetect.commands.numbers import Whole
from biasdetect.errors import DataError
from biasdetect.util.atomic import write_text

if TYPE_CHECKING:
    from biasdetect.evaluation.regression import Expectation

_EPILOG = """\b
Examples:
  biasdetect compare biasdetect-en-small models/mine --data held-out.jsonl
  biasdetect compare models/old models/new --data babe-test.jsonl --data BASIL/ --html comparison.html
  biasdetect compare models/old owner/classifier --suite fairness --format json > comparison.json
  biasdetect compare models/old models/new --data held-out.jsonl --fail-if-worse

\b
Exit codes: 0 done; 1 the new model is worse and --fail-if-worse was given; 2 wrong usage;
3 some data or some rows of it could not be read (the rest is compared); 4 failure.
"""


@click.command(epilog=_EPILOG)
@click.argument("old")
@click.argument("new")
@click.option("--data", multiple=True, metavar="FILE", help="Labelled file or folder of them, as for evaluate; may be given several times.")  # fmt: skip
@click.option("--suite", "suites", multiple=True, type=click.Choice(["fairness"]), help="Made sentences: groups, facts, loaded insertions, other places and pronouns.")  # fmt: skip
@click.option("--regression", metavar="FILE", help="Sentences of which something must stay true; docs/annotate/comparing.md shows the form.  [default: the project's own]")  # fmt: skip
@click.option("--no-regression", is_flag=True, help="Leave the regression sentences out.")
@click.option("--examples", type=Whole(0), metavar="N", default=10, show_default=True, help="How many sentences and phrases a list shows.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True, help="json: everything, on standard output.")  # fmt: skip
@click.option("--html", type=click.Path(dir_okay=False, writable=True, path_type=Path), metavar="FILE", help="Write a page with the differences, reliability diagrams and sentences too.")  # fmt: skip
@click.option("--fail-if-worse", is_flag=True, help="Exit with 1 where the new model is significantly worse.")
@reading_options
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
    **reading: Any,
) -> int:
    """Compare the model NEW with the model OLD on the same texts.

    Each is a model folder or hub name, also of a transformers classifier. The new model is called worse
    where labelled data or the regression sentences say so beyond chance; docs/annotate/comparing.md has the rule.
    """
    if regression and no_regression:
        raise click.UsageError("--regression and --no-regression exclude each other. Give one of them.")
    if not data and not suites and not regression:
        raise click.UsageError("No data. Name a labelled file: biasdetect compare OLD NEW --data held-out.jsonl")
    if html and not html.absolute().parent.is_dir():  # better reported now than after both models
        raise click.BadParameter(f"there is no folder {html.absolute().parent}.", param_hint="--html")
    from biasdetect.evaluation.api import need_scikit_learn
    from biasdetect.labels.options import known_to

    need_scikit_learn("Comparing models")
    from rich.console import Console

    from biasdetect.evaluation.proof import prove
    from biasdetect.evaluation.regression import read_regressions

    sets, whole = read_sets(data, read_options(**reading, known=known_to((old, new))))
    expectations: dict[str, list[Expectation]] = {}
    if not no_regression:
        try:
            expectations = read_regressions([regression] if regression else [])
        except DataError as error:
            whole = False
            click.echo(f"Error: {error}", err=True)
    if not sets and not suites and not (expectations and regression):
        return Exit.UNREADABLE
    with Console(stderr=True).status("Comparing"):
        proof = prove(old, new, sets, expectations, suite=bool(suites), examples=examples)
    if form == "json":
        result = {
            "comparisons": [comparison.to_dict() for comparison in proof.comparisons],
            "regression": proof.regressions[0].to_dict() if proof.regressions else None,
            "worse": proof.reasons,
        }
        print_json(result, allow_nan=False)
    else:
        from biasdetect.evaluation.comparison_tables import print_proof

        print_proof(proof, Console(highlight=False))
    if html:
        write_text(html, proof.to_html())
    if not whole:
        return Exit.UNREADABLE
    return Exit.FAIL_ABOVE if proof.reasons and fail_if_worse else Exit.DONE
