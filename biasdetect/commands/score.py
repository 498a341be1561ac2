"""``biasdetect score``: scores articles and prints or writes their reports."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, get_args

import click

from biasdetect.commands import Exit, comments, fixes, outputs, print_error
from biasdetect.commands import findings as by_finding
from biasdetect.commands.activity import Activity, shows_activity
from biasdetect.commands.groups import GroupedOptions, complete_files
from biasdetect.commands.numbers import SCORE
from biasdetect.commands.pages import lower_report
from biasdetect.commands.styles import Styles
from biasdetect.commands.tables import table_options
from biasdetect.detector import Detector, load
from biasdetect.errors import InputError, LanguageError
from biasdetect.reading.document import Document
from biasdetect.reading.files import STDIN, read
from biasdetect.reading.formats import FORMATS, Format, titles
from biasdetect.reading.inputs import find_inputs, names_many, names_table, read_inputs
from biasdetect.results import KindChoice, Quotes, Report

_EPILOG = """\b
Examples:
  biasdetect score article.txt
  cat article.txt | biasdetect score -
  biasdetect score --format json article.txt > report.json
  biasdetect score --format html --out report.html article.txt
  biasdetect score --fail-above 0.3 drafts/
  biasdetect score --format github --changed-since origin/main --fail-phrase-above 0.5 drafts/
  biasdetect score https://example.org/2024/05/council-votes.html
  biasdetect score --kind opinion columns/*.md
  biasdetect score --text-column article.body --format jsonl articles.json
  biasdetect score --fix article.txt
  biasdetect score --fix=safe --in-place drafts/
  biasdetect score --comments commented.docx draft.docx

\b
Exit codes: 0 done; 1 an article scored above --fail-above, or a phrase
above --fail-phrase-above; 2 wrong usage;
3 an input could not be read (the others are scored); 4 failure; 5 interrupted;
6 --fix or --comments refused a text that is not in the model's language, and all
others were done.
"""
_HEADINGS = {
    "What to read": ("input_format", "text_column", "encoding", "keep_boilerplate"),
    "What to flag": ("model", "threshold", "quotes", "kind", "house_style", "no_house_style"),
    "What to show": ("form", "out", "no_suggest"),
    "Continuous integration": ("fail_above", "fail_phrase_above", "baseline", "write_baseline", "changed_since"),
    "Fixes": ("fix", "fix_out", "in_place"),
    "Comments in Word": ("comments_out", "overwrite"),
}


_HELP = f"""\
Score articles and mark the loaded phrases in them.

FILE is a document ({titles()}); a folder or a pattern of them; the http or https address of a page; a table of articles
(CSV, TSV, JSON, JSON Lines, .xlsx, Parquet, also .gz or .zst), each scored by itself; - or a pipe is standard input.
"""


@click.command(cls=GroupedOptions, headings=_HEADINGS, help=_HELP, epilog=_EPILOG)
@click.argument("files", nargs=-1, metavar="FILE...", shell_complete=complete_files)
@click.option("--format", "form", type=click.Choice([*outputs.FORMS, *by_finding.FORMS]), default="terminal", show_default=True, help=f"{outputs.FORMS_HELP}; {by_finding.FORMS_HELP}.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), metavar="PATH", help="Write the page there; for several files a folder, one page each.  [default: standard output]")  # fmt: skip
@click.option("--input-format", type=click.Choice(list(FORMATS)), help="Format of the input.  [default: recognised]")  # fmt: skip
@table_options
@click.option("--threshold", type=SCORE, metavar="SCORE", help="Lowest score of a flagged phrase.  [default: the model's own]")  # fmt: skip
@click.option("--model", metavar="NAME", help="Model folder or hub name, also of a transformers classifier.  [default: the model that ships with biasdetect]")  # fmt: skip
@click.option("--quotes", type=click.Choice(get_args(Quotes)), default="mark", show_default=True, help="Other people's words: mark them without counting them, count them as your own, or skip quotations.")  # fmt: skip
@click.option("--kind", type=click.Choice(get_args(KindChoice)), help="In an opinion piece or a review the writer may judge: labels, epithets and exaggeration alone are reported. auto: where the text calls itself one.  [default: news]")  # fmt: skip
@click.option("--keep-boilerplate", is_flag=True, help="Score page boilerplate (pointers, share bars, credits) like prose.")  # fmt: skip
@click.option("--house-style", type=click.Path(path_type=Path), metavar="FILE", help="House style to score by.  [default: .biasdetect.toml, or pyproject.toml, upwards from each file]")  # fmt: skip
@click.option("--no-house-style", is_flag=True, help="Score by no house style, and obey no marks in the text.")  # fmt: skip
@click.option("--fail-above", type=SCORE, metavar="SCORE", help="Exit with 1 where an article's score is higher.")  # fmt: skip
@by_finding.options
@fixes.options
@comments.options
def score(
    files: tuple[str, ...],
    form: str,
    out: Path | None,
    input_format: Format | None,
    text_column: str | None,
    encoding: str | None,
    model: str | None,
    fail_above: float | None,
    threshold: float | None,
    quotes: Quotes,
    kind: KindChoice | None,
    keep_boilerplate: bool,
    house_style: Path | None,
    no_house_style: bool,
    no_suggest: bool,
    fix: fixes.Mode | None,
    fix_out: Path | None,
    in_place: bool,
    comments_out: Path | None,
    overwrite: bool,
    **reporting: Any,
) -> int:
    """Score articles and mark the loaded phrases in them."""
    if not files:
        if sys.stdin is None or sys.stdin.isatty():
            raise click.UsageError("No input. Name a file, or pipe an article in: biasdetect score article.txt")
        files = (STDIN,)
    one = len(files) == 1 and not names_many(files[0]) and not names_table(files[0], text_column)
    styles = Styles(house_style, no_house_style)
    settings: dict[str, Any] = {
        "threshold": threshold,
        "quotes": quotes,
        "kind": kind,
        "keep_boilerplate": keep_boilerplate,
    }
    findings = by_finding.Findings(by_finding.FindingOptions(**reporting), form, settings)
    fixing = fixes.FixOptions(no_suggest, fix, fix_out, in_place)
    failures: list[InputError] = []
    commenting = comments.Comments(comments_out, overwrite, files, failures, one=one, fix=fix is not None)
    loading = _Loading(model)

    def rescore(text: str, document: Document, report: Report) -> Report:
        again = read(text, input_format, document.name)
        return loading.detector().score(again, suggest=False, rules=styles.rules(document.name), **settings)

    changes = None if fix is None else fixes.Fixes(fixing, rescore, failures, form=form, one=one)
    output = changes or outputs.open_output(form, out, one=one and not findings.partial, weaker=not findings.hides)
    exceeded = False
    with Activity(shows_activity(machine=form != "terminal"), partial(_count, files)) as activity:
        for document in documents(
            files,
            input_format,
            failures,
            text_column=text_column,
            encoding=encoding,
            wanted=findings.wanted,
            report_errors=form != "github",
            activity=activity,
        ):
            activity.pause()  # a model that is fetched from a hub shows a line of its own
            detector = loading.detector()
            activity.show(f"scoring {_shown(document.name)}")
            rules = styles.rules(document.name)
            report = detector.score(document, suggest=not no_suggest, rules=rules, **settings)
            activity.pause()
            exceeded = exceeded or (fail_above is not None and report.score > fail_above)
            report = findings.take(report, document)
            if output:
                output.show(report, document, partial(lower_report, detector, document, report, rules))
            commenting.write(report, document)
            if changes and changes.ended:
                break
    # where no document could be read, a mistake in the model's name is reported all the same
    findings.finish(loading.detector().folder.label, failures)
    if output:
        output.finish()
    if failures:
        foreign = all(isinstance(failure, LanguageError) for failure in failures)
        return Exit.OTHER_LANGUAGE if foreign else Exit.UNREADABLE
    return Exit.FAIL_ABOVE if exceeded or findings.exceeded else Exit.DONE


class _Loading(Thread):
    """Loads the model while the first document is read: neither waits for the other much."""

    def __init__(self, model: str | None) -> None:
        super().__init__(daemon=True)
        self._model = model
        self._loaded: Detector | BaseException
        self.start()

    def run(self) -> None:
        """Load it."""
        try:
            self._loaded = load(self._model)
        except BaseException as error:
            self._loaded = error

    def detector(self) -> Detector:
        """What was loaded; raises what loading raised."""
        self.join()
        if isinstance(self._loaded, BaseException):
            raise self._loaded
        return self._loaded


def documents(
    files: tuple[str, ...],
    form: Format | None,
    failures: list[InputError],
    *,
    text_column: str | None = None,
    encoding: str | None = None,
    wanted: Callable[[str], bool] | None = None,
    report_errors: bool = True,
    activity: Activity | None = None,
) -> Iterator[Document]:
    """Every readable document, one at a time; what cannot be read is noted, and the reason printed.

    Args:
        files: as the command line names them.
        form: of the documents; recognised where it is None.
        failures: where what cannot be read is noted.
        text_column: of tables; found where it is None.
        encoding: of what is text; recognised where it is None.
        wanted: whether a document is to be read; all are by default.
        report_errors: whether to print at once why a document cannot be read.
        activity: shows which document is being read; nothing does by default.
    """

    def found() -> Iterator[Document | InputError]:
        for name in _names(files):
            if isinstance(name, InputError):
                yield name
            elif wanted and not wanted(name):
                continue
            else:
                if activity and not _is_typed(name):
                    activity.begin(f"reading {_shown(name)}")
                yield from read_inputs(name, form, text_column, encoding)

    for document in found():
        if isinstance(document, Document):
            yield document
            continue
        if activity:
            activity.pause()
        if report_errors:
            print_error(document)
        failures.append(document)


def _names(files: tuple[str, ...]) -> Iterator[str | InputError]:
    """The names of all documents, and why there are none where there are none."""
    for file in files:
        try:
            yield from find_inputs(file)
        except InputError as error:
            yield error


def _is_typed(name: str) -> bool:
    """Whether a document is typed on the terminal, where nothing may be written meanwhile."""
    return name == STDIN and sys.stdin is not None and sys.stdin.isatty()


def _shown(name: str) -> str:
    return "standard input" if name == STDIN else name


def _count(files: tuple[str, ...]) -> int:
    """How many documents the command line names; folders that cannot be looked into hold none."""
    number = 0
    for file in files:
        with suppress(InputError):
            number += sum(1 for _ in find_inputs(file))
    return number
