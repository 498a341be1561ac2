"""``biasdetect score --comments``: writes a copy of a Word document with each finding as a comment at its place."""

from __future__ import annotations

from pathlib import Path

import click

from biasdetect.commands import print_error, with_options
from biasdetect.errors import InputError, LanguageError
from biasdetect.reading.document import Document
from biasdetect.reading.files import STDIN
from biasdetect.reading.inputs import is_address
from biasdetect.results import Report
from biasdetect.util.atomic import write_bytes
from biasdetect.util.counting import count_of

_OPTIONS = (
    click.option("--comments", "comments_out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a copy of the Word document there, with each finding as a comment at its place."),
    click.option("--overwrite", is_flag=True, help="Put the copy in the place of a file that is there; with --comments."),
)  # fmt: skip
_HINT = "--comments"
_ZIP = b"PK\x03\x04"


options = with_options(_OPTIONS)
"""Gives a command the options that write comments."""


class Comments:
    """Writes the copy."""

    def __init__(
        self,
        out: Path | None,
        overwrite: bool,
        files: tuple[str, ...],
        failures: list[InputError],
        *,
        one: bool,
        fix: bool,
    ) -> None:
        """Prepare.

        Args:
            out: where the copy goes; nothing is written where it is None.
            overwrite: whether it may take the place of a file.
            files: as the command line names them.
            failures: where documents that cannot be commented on are noted.
            one: whether there is one document.
            fix: whether documents are written anew.

        Raises:
            click.UsageError: where there is no Word document, or no place for its copy.
        """
        self._out, self._failures = out, failures
        if out is None:
            if overwrite:
                raise click.UsageError("--overwrite goes with --comments.")
            return
        if fix:
            raise click.UsageError("--fix changes the text, --comments does not: choose one.")
        if not one:
            raise click.UsageError("Several documents: --comments writes a copy of one. Name it.")
        _check_input(files[0])
        _check_output(out, files[0], overwrite)

    def write(self, report: Report, document: Document) -> None:
        """Write a document's copy, where there is anything to comment on.

        Raises:
            OutputError: where it cannot be written.
        """
        if self._out is None:
            return
        from biasdetect.report.word import add_comments

        try:
            if report.foreign_language:
                raise LanguageError(
                    f"{report.source}: is not in the language that the model reads, so no comments are written. "
                    "Name a model for its language with --model."
                )
            commented, number = add_comments(_read_again(document.name), report, document.source)
        except InputError as error:
            print_error(error)
            self._failures.append(error)
            return
        if not number:
            click.echo(f"{report.source}: nothing to comment on, no copy written.", err=True)
            return
        write_bytes(self._out, commented)
        click.echo(f"Wrote {self._out} with {count_of(number, 'comment')}.", err=True)


def _check_input(name: str) -> None:
    if name == STDIN or is_address(name):
        what = "standard input" if name == STDIN else name
        raise click.UsageError(f"{what}: is no file. Save the Word document first, and name it with --comments.")
    try:
        with Path(name).open("rb") as stream:
            start = stream.read(len(_ZIP))
    except OSError:  # said where it is read
        return
    if start != _ZIP:
        raise click.UsageError(f"{name}: is no Word document (.docx), and --comments writes into one.")


def _check_output(out: Path, name: str, overwrite: bool) -> None:
    if out.suffix.lower() != ".docx":
        raise click.BadParameter(f"{out}: the name of a Word document ends in .docx.", param_hint=_HINT)
    if not out.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {out.absolute().parent}.", param_hint=_HINT)
    if not out.exists():
        return
    if Path(name).exists() and out.samefile(name):
        raise click.BadParameter(f"{out} is the document itself. Name another file.", param_hint=_HINT)
    if not overwrite:
        raise click.BadParameter(
            f"{out} exists. Name another file, or pass --overwrite to put the copy in its place.", param_hint=_HINT
        )


def _read_again(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise InputError(f"{name}: cannot be read again ({error.strerror}). Was it moved?") from None
