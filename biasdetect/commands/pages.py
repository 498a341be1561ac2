"""Chooses where ``biasdetect score --format html`` writes its pages: standard output, a file, or a folder."""

from __future__ import annotations

import re
import sys
from pathlib import Path, PurePath

import click

from biasdetect.detector import Detector
from biasdetect.errors import BiasDetectError
from biasdetect.house import Rules
from biasdetect.reading.document import Document
from biasdetect.reading.files import STDIN
from biasdetect.reading.inputs import is_address
from biasdetect.results import Report
from biasdetect.util.atomic import explained_writes, write_text

_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST = 80  # characters of a file's name
INDEX = "index.html"
"""The page that leads to all others of a folder."""


def lower_report(detector: Detector, document: Document, report: Report, rules: Rules) -> Report | None:
    """The same document at the threshold down to which a page shows weaker phrases; None where it is lower already."""
    from biasdetect.report.html import LOWEST

    made = report.settings
    if made.threshold <= LOWEST:
        return None
    return detector.score(
        document,
        threshold=LOWEST,
        quotes=made.quotes,
        kind=made.kind,
        keep_boilerplate=made.keep_boilerplate,
        suggest=False,
        rules=rules,
    )


class Pages:
    """Writes a page per report."""

    def __init__(self, out: Path | None, one: bool) -> None:
        """Args: what ``--out`` names, and whether there can be one document only.

        Raises:
            click.UsageError: where the pages would have no place.
        """
        if not one and out is None:
            raise click.UsageError("Several pages: name a folder for them with --out DIR.")
        if out and one and not out.is_dir() and not out.absolute().parent.is_dir():
            raise click.BadParameter(f"there is no folder {out.absolute().parent}.", param_hint="--out")
        if out and not one and out.exists() and not out.is_dir():
            raise click.BadParameter(f"{out} is no folder, and there are several pages.", param_hint="--out")
        self._out = out
        self._folder = out is not None and (not one or out.is_dir())
        self._one = one
        self._names = set() if one else {INDEX}
        self._written: list[tuple[Report, str]] = []

    def write(self, report: Report, page: str) -> None:
        """Write one page.

        Raises:
            BiasDetectError: where it would take the place of the document itself.
            OutputError: where it cannot be written.
        """
        if self._out is None:
            sys.stdout.buffer.write(page.encode("utf-8"))
            return
        path = self._out / self._name(report.source) if self._folder else self._out
        if not is_address(report.source) and path.resolve() == Path(report.source).resolve():
            raise BiasDetectError(f"{path} is what was read. Name another place with --out.")
        with explained_writes(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, page)
        click.echo(f"Wrote {path}", err=True)
        if not self._one:
            self._written.append((report, path.name))

    def finish(self) -> None:
        """Write what leads to the pages where there are several: a table of the documents, the worst first.

        Raises:
            OutputError: where it cannot be written.
        """
        if self._out is None or len(self._written) < 2:
            return
        from biasdetect.report.overview import overview, render_index

        path = self._out / INDEX
        reports, names = zip(*self._written, strict=True)
        write_text(path, render_index(overview(reports), names))
        click.echo(f"Wrote {path}", err=True)

    def _name(self, source: str) -> str:
        """A name like the document's that no other page of this run has."""
        path = PurePath(source.rstrip("/"))
        stem = "stdin" if source == STDIN else path.name if "#" in path.suffix else path.stem  # a.csv#7 is a row
        stem = _UNSAFE.sub("-", stem).strip(".-")[:_LONGEST] or "page"
        name, number = f"{stem}.html", 1
        while name in self._names:
            number += 1
            name = f"{stem}-{number}.html"
        self._names.add(name)
        return name
