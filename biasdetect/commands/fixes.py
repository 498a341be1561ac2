"""``biasdetect score --fix``: asks about each edit, or makes the safe ones; writes a copy of each file and prints a diff."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import click

from biasdetect.commands import print_error, with_options
from biasdetect.commands.optional import OptionalValue
from biasdetect.errors import BiasDetectError, InputError, LanguageError, OutputError
from biasdetect.reading.document import Document
from biasdetect.reading.files import STDIN
from biasdetect.reading.formats import TEXT_FORMATS, titles
from biasdetect.reading.inputs import is_address
from biasdetect.results import Report
from biasdetect.util.atomic import write_bytes
from biasdetect.util.counting import count_of

if TYPE_CHECKING:
    from biasdetect.results import Suggestion

Mode = Literal["ask", "safe"]

_OPTIONS = (
    click.option("--no-suggest", is_flag=True, help="Look for no wording to use instead: faster."),
    click.option("--fix", cls=OptionalValue, values=get_args(Mode), bare="ask", metavar="[=safe]", help="Go through the suggestions one by one, write a copy of each file with those that you accept (article.fixed.txt), and print a diff. With =safe, and without a terminal: take the safe ones, and ask nothing."),
    click.option("--fix-out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the copy there; with --fix."),
    click.option("--in-place", is_flag=True, help="Change the files themselves; with --fix."),
)  # fmt: skip


options = with_options(_OPTIONS)
"""Gives a command the options that suggest wording."""


@dataclass(frozen=True, slots=True)
class FixOptions:
    """What becomes of suggestions.

    Attributes:
        no_suggest: none are looked for.
        fix: which are taken: those that somebody accepts (``ask``) where there is a terminal, or the safe ones; None for none.
        fix_out: where the copy goes.
        in_place: change the file itself.

    Raises:
        click.UsageError: for options that do not go together.
    """

    no_suggest: bool = False
    fix: Mode | None = None
    fix_out: Path | None = None
    in_place: bool = False

    def __post_init__(self) -> None:
        if (self.fix_out or self.in_place) and self.fix is None:
            raise click.UsageError("--fix-out and --in-place go with --fix.")
        if self.fix_out and self.in_place:
            raise click.UsageError("--fix-out names another file, --in-place changes the file itself: choose one.")
        if self.fix is not None and self.no_suggest:
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
        self._asks = chosen.fix == "ask" and _can_ask()
        self._told: list[Callable[[], None]] = []  # what is to be printed once no screen takes its place any more
        self._complete = True
        self.ended = False
        """Whether the writer has quit, so that no further document is to be read."""

    def show(self, report: Report, document: Document, lower: Callable[[], Report | None]) -> None:
        """Write a document's copy, and print what is different in it."""
        if not self._one and _is_copy(document.name):
            self._say(f"{document.name}: passed over, a copy that --fix wrote.")
            return
        try:
            self._fix(report, document)
        except InputError as error:
            self._tell(partial(print_error, error))
            self._failures.append(error)
        except OutputError as error:  # the rights to another file may be others
            self._tell(partial(print_error, error))
            self._complete = False
        except KeyboardInterrupt:
            self._tell_all()
            click.echo(f"{report.source}: left as it is.", err=True)
            raise

    def _fix(self, report: Report, document: Document) -> None:
        """Raises InputError where a document cannot be fixed, OutputError where its copy cannot be written."""
        from biasdetect.suggest.fix import apply, unified_diff

        if report.foreign_language:
            raise LanguageError(
                f"{report.source}: is not in the language that the model reads, so --fix leaves it as it is. "
                "Name a model for its language with --model."
            )
        target = self._target(document)
        edits, what = self._edits(report, document)
        if not edits:
            self._say(f"{report.source}: {what}, no copy written.")
            return
        fixed = apply(document.source, edits)

        def tell_diff() -> None:
            after = self._rescore(fixed, document, report)
            _print(unified_diff(report.source, document.source, edits, report, after))

        try:
            write_bytes(target, self._encoded(document, fixed))
        except (InputError, OutputError):
            if self._asks:  # what somebody has decided is not lost
                self._tell(tell_diff)
            raise
        self._tell(tell_diff)
        self._say(f"{target} written: {what}.")

    def _edits(self, report: Report, document: Document) -> tuple[list[Suggestion], str]:
        """The edits to make, and what is to be said of them."""
        from biasdetect.suggest.fix import safe_edits

        offered = sum(bool(phrase.suggestions) for phrase in report.phrases)
        if not offered:
            return [], "nothing to fix"
        if self._asks:
            return self._asked(report, document)
        safe = safe_edits(report)
        left = offered - len(safe)
        what = count_of(len(safe), "safe edit") if safe else "no safe edit"
        return safe, f"{what}, {count_of(left, 'phrase')} with wording to check (--fix on a terminal)" if left else what

    def _asked(self, report: Report, document: Document) -> tuple[list[Suggestion], str]:
        from rich.console import Console

        from biasdetect.review.fixing import Fixing, ask
        from biasdetect.review.keys import unechoed_keys

        self._encoded(document, document.source)  # before anybody has gone to any trouble

        def writable(words: str) -> None:
            try:
                self._encoded(document, document.source + words)
            except InputError:
                raise InputError(f"“{words}” has no form in the encoding of {document.name}.") from None

        fixing = Fixing(document.source, report, marked_up=document.places is not None, writable=writable)
        with unechoed_keys():
            self.ended = ask(fixing, Console(highlight=False, soft_wrap=False))
        return fixing.edits, f"{count_of(len(fixing.edits), 'edit')} accepted"

    def _say(self, line: str) -> None:
        self._tell(partial(click.echo, line, err=True))

    def _tell(self, tell: Callable[[], None]) -> None:
        """Print something: now, or once the last screen has been shown, which would take its place."""
        self._told.append(tell)
        if not self._asks:
            self._tell_all()

    def _tell_all(self) -> None:
        while self._told:
            self._told.pop(0)()

    def finish(self) -> None:
        """Print what is still to be said.

        Raises:
            BiasDetectError: where a copy could not be written.
        """
        self._tell_all()
        if not self._complete:
            raise BiasDetectError("Not every copy was written: see above.")

    def _target(self, document: Document) -> Path:
        """Where a document's copy goes.

        Raises:
            InputError: where there is no such place.
        """
        name = document.name
        if document.extracted:
            raise InputError(f"{name}: --fix writes {titles(TEXT_FORMATS, 'and')}. Export the document to one of them.")
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


def _can_ask() -> bool:
    """Whether there is somebody to show edits to, who can answer."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


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
        sys.stdout.flush()  # before what is said of it on standard error
