"""Output formats of ``biasdetect score`` for whole reports: one class each."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import click

from biasdetect.commands import print_json
from biasdetect.commands.pages import Pages
from biasdetect.reading.document import Document
from biasdetect.reading.files import STDIN
from biasdetect.reading.inputs import is_address
from biasdetect.results import Report

FORMS = ("terminal", "html", "markdown", "json", "jsonl")
FORMS_HELP = "html: a page that works by itself; markdown: for chats and pull requests; json: one report, or a list of them for several files; jsonl: one report a line"


class Output(Protocol):
    """Shows reports."""

    def show(self, report: Report, document: Document, lower: Callable[[], Report | None]) -> None:
        """Show a document's report; ``lower`` gives the same with weaker phrases, where a page shows such."""

    def finish(self) -> None:
        """Show what comes after the last one."""


def open_output(form: str, out: Path | None, *, one: bool, weaker: bool) -> Output | None:
    """The output of a form, None for one that shows no whole reports.

    Args:
        form: its name.
        out: where a page or pages are written; standard output where it is None.
        one: whether there is one document, and no other number.
        weaker: whether a page shows weaker phrases too.

    Raises:
        click.UsageError: where ``out`` is no place for it.
    """
    if out and form != "html":
        raise click.UsageError("--out goes with --format html. Put other forms into a file with > FILE.")
    if form == "html":
        return _Html(Pages(out, one), weaker)
    if form == "markdown":
        return _Markdown(one)
    if form == "json":
        return _Json(one)
    if form == "jsonl":
        return _JsonLines()
    return _Terminal(one) if form == "terminal" else None


class _Terminal:
    """Prints one report at once, and several when the last is there: a table of the worst first, then each."""

    def __init__(self, one: bool) -> None:
        import biasdetect.report.terminal  # noqa: F401 - while the model loads

        self._one = one
        self._reports: list[tuple[Report, bool]] = []

    def show(self, report: Report, document: Document, lower: Callable[[], Report | None]) -> None:
        if self._one:
            self._print(report, document.extracted)
        else:
            self._reports.append((report, document.extracted))

    def finish(self) -> None:
        from rich.console import Console

        from biasdetect.report.overview import overview
        from biasdetect.report.terminal import print_overview

        rows = overview([report for report, _ in self._reports])
        if len(rows) > 1:
            print_overview(rows, Console(highlight=False, soft_wrap=False))
        for row in rows:
            self._print(*self._reports[row.place])

    def _print(self, report: Report, extracted: bool) -> None:
        from rich.console import Console

        from biasdetect.report.terminal import print_report

        is_file = report.source != STDIN and not is_address(report.source)
        commentable = is_file and Path(report.source).suffix.lower() == ".docx"
        console = Console(highlight=False, soft_wrap=False)
        print_report(report, console, fixable=is_file and not extracted, commentable=commentable)


class _Markdown:
    def __init__(self, one: bool) -> None:
        self._one = one
        self._reports: list[Report] = []

    def show(self, report: Report, document: Document, lower: Callable[[], Report | None]) -> None:
        self._reports.append(report)

    def finish(self) -> None:
        from biasdetect.report.markdown import render_markdown, render_markdown_of

        if not self._reports and self._one:
            return
        text = render_markdown(self._reports[0]) if self._one else render_markdown_of(self._reports)
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))


class _Html:
    def __init__(self, pages: Pages, weaker: bool) -> None:
        self._pages, self._weaker = pages, weaker

    def show(self, report: Report, document: Document, lower: Callable[[], Report | None]) -> None:
        from biasdetect.report.html import render_page

        self._pages.write(report, render_page(report, document.source, lower() if self._weaker else None))

    def finish(self) -> None:
        self._pages.finish()


class _Json:
    def __init__(self, one: bool) -> None:
        self._one = one
        self._reports: list[dict[str, Any]] = []

    def show(self, report: Report, document: Document, lower: Callable[[], Report | None]) -> None:
        self._reports.append(report.to_dict())

    def finish(self) -> None:
        if self._reports or not self._one:
            print_json(self._reports[0] if self._one else self._reports)


class _JsonLines:
    def show(self, report: Report, document: Document, lower: Callable[[], Report | None]) -> None:
        print_json(report.to_dict(), indent=None)

    def finish(self) -> None:
        pass
