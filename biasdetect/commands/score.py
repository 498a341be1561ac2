"""``biasdetect score``: articles in, reports out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import get_args

import click

from biasdetect.commands import Exit
from biasdetect.detector import load
from biasdetect.errors import InputError
from biasdetect.reading.document import Document
from biasdetect.reading.files import STDIN, Format
from biasdetect.reading.inputs import find_inputs, names_many, read_input
from biasdetect.results import Kind, Quotes, Report

_EPILOG = """\b
Examples:
  biasdetect score article.txt
  cat article.txt | biasdetect score -
  biasdetect score --format json article.txt > report.json
  biasdetect score --fail-above 0.3 drafts/
  biasdetect score https://example.org/2024/05/council-votes.html
  biasdetect score --kind opinion columns/*.md

\b
Exit codes: 0 done; 1 an article scored above --fail-above; 2 wrong usage;
3 an input could not be read (the others are scored); 4 failure.
"""


@click.command(epilog=_EPILOG)
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option("--format", "form", type=click.Choice(["terminal", "json", "jsonl"]), default="terminal", show_default=True, help="json: one report, or a list of them for several files; jsonl: one report a line.")  # fmt: skip
@click.option("--input-format", type=click.Choice(get_args(Format)), help="Format of the input.  [default: recognised]")  # fmt: skip
@click.option("--threshold", type=click.FloatRange(0, 1), help="Lowest score of a flagged phrase.  [default: the model's own]")  # fmt: skip
@click.option("--model", metavar="NAME", help="Model folder or hub name, also of a transformers classifier.  [default: the model that ships with biasdetect]")  # fmt: skip
@click.option("--quotes", type=click.Choice(get_args(Quotes)), default="mark", show_default=True, help="Other people's words: mark them without counting them, count them as the outlet's, or skip quotations.")  # fmt: skip
@click.option("--kind", type=click.Choice(get_args(Kind)), default="news", show_default=True, help="In an opinion piece or a review the writer may judge: labels, epithets and exaggeration alone are reported.")  # fmt: skip
@click.option("--keep-boilerplate", is_flag=True, help="Score page furniture (pointers, share bars, credits) like prose.")  # fmt: skip
@click.option("--fail-above", type=click.FloatRange(0, 1), metavar="SCORE", help="Exit with 1 where an article's score is higher.")  # fmt: skip
def score(
    files: tuple[str, ...],
    form: str,
    input_format: Format | None,
    model: str | None,
    fail_above: float | None,
    threshold: float | None,
    quotes: Quotes,
    kind: Kind,
    keep_boilerplate: bool,
) -> int:
    """Score articles and mark the loaded phrases in them.

    FILE is plain text, Markdown, HTML, DOCX or PDF; a folder or a pattern of them; the http or https
    address of a page; - or a pipe is standard input.
    """
    if not files:
        if sys.stdin is None or sys.stdin.isatty():
            raise click.UsageError("No input. Name a file, or pipe an article in: biasdetect score article.txt")
        files = (STDIN,)
    detector = load(model)
    failures: list[InputError] = []
    exceeded = False
    reports = []
    for document in documents(files, input_format, failures):
        report = detector.score(
            document, threshold=threshold, quotes=quotes, kind=kind, keep_boilerplate=keep_boilerplate
        )
        for warning in report.warnings:
            click.echo(f"Warning: {report.source}: {warning}", err=True)
        exceeded = exceeded or (fail_above is not None and report.score > fail_above)
        if form == "json":
            reports.append(report.to_dict())
        else:
            _print(report, form)
    one = len(files) == 1 and not names_many(files[0])
    if form == "json" and (reports or not one):
        _write(_dump(reports[0] if one else reports, indent=2))
    if failures:
        return Exit.UNREADABLE
    return Exit.FAIL_ABOVE if exceeded else Exit.DONE


def documents(files: tuple[str, ...], form: Format | None, failures: list[InputError]) -> Iterator[Document]:
    """Every readable document, one at a time; what cannot be read is told and noted."""
    for file in files:
        inputs = find_inputs(file)
        while True:
            try:
                document = read_input(next(inputs), form)
            except StopIteration:
                break
            except InputError as error:
                click.echo(f"Error: {error}", err=True)
                failures.append(error)
                continue
            yield document


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
