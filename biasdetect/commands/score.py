"""``biasdetect score``: articles in, reports out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import get_args

import click

from biasdetect.commands import Exit
from biasdetect.detector import Detector, load
from biasdetect.errors import InputError
from biasdetect.reading.files import STDIN, read_file
from biasdetect.results import Quotes, Report

_EPILOG = """\b
Examples:
  biasdetect score article.txt
  cat article.txt | biasdetect score -
  biasdetect score --format json article.txt > report.json
  biasdetect score --fail-above 0.3 drafts/*.txt

\b
Exit codes: 0 done; 1 an article scored above --fail-above; 2 wrong usage;
3 an input could not be read (the others are scored); 4 failure.
"""


@click.command(epilog=_EPILOG)
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option("--format", "form", type=click.Choice(["terminal", "json", "jsonl"]), default="terminal", show_default=True, help="json: one report, or a list of them for several files; jsonl: one report a line.")  # fmt: skip
@click.option("--threshold", type=click.FloatRange(0, 1), help="Lowest score of a flagged phrase.  [default: the model's own]")  # fmt: skip
@click.option("--model", metavar="NAME", help="Model folder or hub name, also of a transformers classifier.  [default: the model that ships with biasdetect]")  # fmt: skip
@click.option("--quotes", type=click.Choice(get_args(Quotes)), default="mark", show_default=True, help="Quoted words: mark them without counting them, count them as the outlet's, or skip them.")  # fmt: skip
@click.option("--fail-above", type=click.FloatRange(0, 1), metavar="SCORE", help="Exit with 1 where an article's score is higher.")  # fmt: skip
def score(
    files: tuple[str, ...],
    form: str,
    threshold: float | None,
    model: str | None,
    quotes: Quotes,
    fail_above: float | None,
) -> int:
    """Score articles and mark the loaded phrases in them.

    FILE is plain text; - or a pipe is standard input.
    """
    if not files:
        if sys.stdin is None or sys.stdin.isatty():
            raise click.UsageError("No input. Name a file, or pipe an article in: biasdetect score article.txt")
        files = (STDIN,)
    detector = load(model)
    failures: list[InputError] = []
    exceeded = False
    reports = []
    for report in _reports(detector, files, threshold, quotes, failures):
        exceeded = exceeded or (fail_above is not None and report.score > fail_above)
        if form == "json":
            reports.append(report.to_dict())
        else:
            _print(report, form)
    if form == "json" and reports:
        _write(_dump(reports[0] if len(files) == 1 else reports, indent=2))
    if failures:
        return Exit.UNREADABLE
    return Exit.FAIL_ABOVE if exceeded else Exit.DONE


def _reports(
    detector: Detector, files: tuple[str, ...], threshold: float | None, quotes: Quotes, failures: list[InputError]
) -> Iterator[Report]:
    """One report per readable file, as soon as it is made; what cannot be read is told and noted."""
    for file in files:
        try:
            document = read_file(file)
        except InputError as error:
            click.echo(f"Error: {error}", err=True)
            failures.append(error)
            continue
        report = detector.score(document, threshold=threshold, quotes=quotes)
        for warning in report.warnings:
            click.echo(f"Warning: {file}: {warning}", err=True)
        yield report


def _print(report: Report, form: str) -> None:
    if form == "jsonl":
        _write(_dump(report.to_dict()))
        return
    from rich.console import Console

    from biasdetect.report.terminal import print_report

    print_report(report, Console(highlight=False, soft_wrap=False))


def _dump(data: object, indent: int | None = None) -> str:
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    # a lone surrogate has no UTF-8 form; JSON can carry it as an escape
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _write(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8") + b"\n")
