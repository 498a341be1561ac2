"""``biasdetect score --fix``: writes a copy of each file with the suggestions applied, and prints a diff."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from biasdetect.commands import print_error, with_options
from biasdetect.errors import BiasDetectError, InputError, LanguageError, OutputError
from biasdetect.reading.document import Document
from biasdetect.reading.files import STDIN
from biasdetect.reading.inputs import is_address
from biasdetect.results import Report
from biasdetect.util.atomic import write_bytes

_OPTIONS = (
    click.option("--no-suggest", is_flag=True, help="Look for no wording to use instead: faster."),
    click.option("--fix", is_flag=True, help="Write a copy of each file with the first suggestions taken (article.fixed.txt), and print a diff."),
    click.option("--fix-out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the copy there; with --fix."),
    click.option("--in-place", is_flag=True, help="Change the files themselves; with --fix."),
)  # fmt: skip


options = with_options(_OPTIONS)
"""Gives a command the options that suggest wording."""


@dataclass(frozen=True, slots=True)
class FixOptions:
    """What becomes of suggestions.

    Raises:
        click.UsageError: for options that do not go together.
    """

    no_suggest: bool = False
    fix: bool = False
    fix_out: Path | None = None
    in_place: bool = False

    def __post_init__(self) -> None:
        if (self.fix_out or self.in_place) and not self.fix:
            raise click.UsageError("--fix-out and --in-place go with --fix.")
        if self.fix_out and self.in_place:
            raise click.UsageError("--fix-out names another file, --in-place changes the file itself: choose one.")
        if self.fix and self.no_suggest:
            raise click.UsageError("--fix takes suggestions: leave --no-suggest out.")


class Fixes:
    """Writes the copies; a form of output, see :class:`biasdetect.commands.outputs.Output`."""

    def __init__(
        self,
        chosen: FixOptions,
        rescore: Callable[[str, Document, Report], Report],
        failures: list[InputError],
        *,
        form: str,
        one: bool,
    ) -> None:
        """Prepare.

        Args:
            chosen: the options.
            rescore: scores a fixed text as its document was.
            failures: where files that cannot be fixed are noted.
            form: of the output, which has to be the default: a diff is printed.
            one: whether there is one document.

        Raises:
            click.UsageError: where the options do not go together.
        """
        if form != "terminal":
            raise click.UsageError("--fix prints a diff: leave --format out.")
        if chosen.fix_out and not one:
            raise click.UsageError("--fix-out names one file, and there are several inputs: leave it out.")
        self._chosen, self._rescore, self._failures, self._one = chosen, rescore, failures, one
        self._complete = True

    def show(self, report: Report, document: Document, lower: Callable[[], Report | None]) -> None:
        """Write a document's copy, and print what is different in it."""
        from biasdetect.suggest.fix import apply, unified_diff

        if not self._one and _is_copy(document.name):
            click.echo(f"{document.name}: passed over, a copy that --fix wrote.", err=True)
            return
        try:
            if report.foreign_language:
                raise LanguageError(
                    f"{report.source}: is not in the language that the model reads, so --fix leaves it as it is. "
                    "Name a model for its language with --model."
                )
            target = self._target(document)
            fixed = apply(document.source, report)
            if fixed == document.source:
                click.echo(f"{report.source}: nothing to fix, no copy written.", err=True)
                return
            write_bytes(target, self._encoded(document, fixed))
        except InputError as error:
            print_error(error)
            self._failures.append(error)
            return
        except OutputError as error:  # the rights to another file may be others
            print_error(error)
            self._complete = False
            return
        _print(unified_diff(report.source, document.source, fixed, report, self._rescore(fixed, document, report)))
        click.echo(f"{target} written.", err=True)

    def finish(self) -> None:
        """Raises BiasDetectError where a copy could not be written."""
        if not self._complete:
            raise BiasDetectError("Not every copy was written: see above.")

    def _target(self, document: Document) -> Path:
        """Where a document's copy goes.

        Raises:
            InputError: where there is no such place.
        """
        name = document.name
        if document.extracted:
            raise InputError(f"{name}: --fix writes text, Markdown and HTML. Export the document to one of them.")
        if self._chosen.fix_out:
            return self._chosen.fix_out
        if name == STDIN or is_address(name):
            what = "standard input" if name == STDIN else name
            raise InputError(f"{what}: is no file to write a copy beside. Name one with --fix-out FILE.")
        path = Path(name)
        if self._chosen.in_place:
            return path
        copy = path.with_name(f"{path.stem}.fixed{path.suffix}")
        if copy.exists():
            raise InputError(f"{copy}: exists. Remove it, or name another file with --fix-out FILE.")
        return copy

    def _encoded(self, document: Document, fixed: str) -> bytes:
        from biasdetect.suggest.fix import encode_like

        if document.name == STDIN or is_address(document.name):
            return fixed.encode("utf-8", "backslashreplace")
        try:
            data = Path(document.name).read_bytes()
        except OSError as error:
            raise InputError(f"{document.name}: cannot be read again ({error.strerror}). Was it moved?") from None
        return encode_like(data, document.source, fixed, document.name)


def _is_copy(name: str) -> bool:
    """Whether a file in a folder is the copy of another."""
    path = Path(name)
    return path.stem.endswith(".fixed") and path.with_name(path.stem.removesuffix(".fixed") + path.suffix).exists()


def _print(lines: Any) -> None:
    """A diff as it is into a file or a pipe, and without control characters to a terminal."""
    from biasdetect.util.display import clean

    if sys.stdout.isatty():
        for line in lines:
            click.echo(clean(line.rstrip("\r\n")))
    else:
        sys.stdout.buffer.write("".join(lines).encode("utf-8", "backslashreplace"))
