"""Options and output of ``biasdetect score`` for single findings: SARIF, GitHub annotations, baselines, changed lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from biasdetect.commands import print_error, print_json, with_options
from biasdetect.commands.numbers import SCORE
from biasdetect.errors import BiasDetectError, OutputError
from biasdetect.reading.document import Document
from biasdetect.results import Report
from biasdetect.util.counting import count_of

if TYPE_CHECKING:
    from biasdetect.findings.baseline import Baseline
    from biasdetect.findings.changes import Changes
    from biasdetect.findings.finding import Finding
    from biasdetect.findings.review import Review
    from biasdetect.findings.sarif import SarifLog

FORMS = ("concise", "github", "github-review", "sarif")
"""Forms of output that list findings; the others show whole reports."""

FORMS_HELP = (
    "concise: a finding a line; github: annotations of GitHub Actions, and the summary of the step; github-review: the review "
    "of a pull request, with suggestions to commit; sarif: a log in SARIF 2.1.0"
)

_FILE = click.Path(dir_okay=False, path_type=Path)
_OPTIONS = (
    click.option("--fail-phrase-above", type=SCORE, metavar="SCORE", help="Exit with 1 where a reported phrase of your own words scores higher; 0 for any."),
    click.option("--baseline", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="Report no phrase that this file knows."),
    click.option("--write-baseline", type=_FILE, metavar="FILE", help="Write such a file of all that is found."),
    click.option("--changed-since", metavar="REV", help="Only files, and phrases in lines, that changed since the branch left this git revision."),
)  # fmt: skip


options = with_options(_OPTIONS)
"""Gives a command the options that report findings: together, the arguments of :class:`FindingOptions`."""


@dataclass(frozen=True, slots=True)
class FindingOptions:
    """Which findings are reported, and what they lead to."""

    fail_phrase_above: float | None = None
    baseline: Path | None = None
    write_baseline: Path | None = None
    changed_since: str | None = None

    def __post_init__(self) -> None:
        for name in ("baseline", "changed_since"):
            if self.write_baseline and getattr(self, name):
                raise click.UsageError(
                    f"--write-baseline writes all that is found: leave --{name.replace('_', '-')} out."
                )


class Findings:
    """Takes report after report, hides what need not be seen, and prints the rest where the form asks for it.

    Attributes:
        partial: whether there are documents that are not even read.
        hides: whether reports are shown without some of their findings.
        exceeded: whether one of those to report was above ``--fail-phrase-above``.
    """

    def __init__(self, options: FindingOptions, form: str, settings: dict[str, Any]) -> None:
        """Read the baseline and ask git.

        Args:
            options: of the command.
            form: of the output.
            settings: as the command line gives them, by which a baseline is known to fit.

        Raises:
            click.UsageError: where they do not go together.
            DataError: where the baseline cannot be read.
            RevisionError: where git cannot answer.
        """
        self.partial = options.changed_since is not None
        self.hides = self.partial or options.baseline is not None
        self.exceeded = False
        if form == "github-review" and options.changed_since is None:
            raise click.UsageError(
                "--format github-review comments on lines that a pull request changed: add --changed-since with its base, "
                "such as origin/main."
            )
        self._active = form in FORMS or options != FindingOptions()
        self._options, self._form, self._settings = options, form, settings
        self._root = Path()
        self._baseline: Baseline | None = None
        self._changes: Changes | None = None
        self._log: SarifLog | None = None
        self._review: Review | None = None
        self._all: list[Finding] = []
        self._reported: list[Finding] = []
        self._warnings: list[tuple[str, str]] = []
        self._known = self._unchanged = self._documents = 0
        if self._active:
            self._open()

    def _open(self) -> None:
        from biasdetect.findings.baseline import read_baseline
        from biasdetect.findings.changes import Changes
        from biasdetect.findings.finding import find_root
        from biasdetect.findings.review import Review
        from biasdetect.findings.sarif import SarifLog

        self._root = find_root(Path.cwd())
        if self._options.baseline:
            self._baseline = read_baseline(self._options.baseline)
        if self._options.changed_since is not None:
            self._changes = Changes(self._options.changed_since, Path.cwd())
        if self._form == "sarif":
            self._log = SarifLog()
        elif self._form == "github-review":
            self._review = Review()

    def wanted(self, name: str) -> bool:
        """Whether a document is to be read at all."""
        return self._changes is None or self._changes.touch(name)

    def take(self, report: Report, document: Document) -> Report:
        """Print a report's warnings and look at its findings; returns the report as it is to be shown."""
        if self._form not in ("github", "concise"):  # these have them among their lines
            for warning in report.warnings:
                print_error(f"{report.source}: {warning}", "Warning")
        if not self._active:
            return report
        from biasdetect.findings.concise import line, warning_line
        from biasdetect.findings.finding import counted, find_findings, name_in_project, only

        self._documents += 1
        found = list(find_findings(report, document, self._root))
        if self._options.write_baseline:
            self._all += found
        new = [finding for finding in found if not (self._baseline and self._baseline.knows(finding))]
        kept = new
        if self._changes and not document.extracted:  # lines of the file are no lines of what was taken out of it
            kept = self._changes.changed(document.name, document.source, new)
        self._known += len(found) - len(new)
        self._unchanged += len(new) - len(kept)
        shown = [finding for finding in kept if counted(finding, report)]
        highest = self._options.fail_phrase_above
        self.exceeded |= highest is not None and any(finding.phrase.score > highest for finding in shown)
        if self._form == "concise":
            for warning in report.warnings:
                _print(warning_line(name_in_project(document.name, self._root), warning))
            for finding in shown:
                _print(line(finding))
        elif self._form == "github":
            self._reported += shown
            self._warnings += [(name_in_project(document.name, self._root), warning) for warning in report.warnings]
        elif self._review:
            self._review.add(document, shown)
        elif self._log:
            self._log.add(report, name_in_project(document.name, self._root), shown, baseline=bool(self._baseline))
        if hidden := len(found) - len(kept):  # or a text in which all is known would be called clean
            report = replace(
                report,
                notes=(
                    *report.notes,
                    f"{count_of(hidden, 'finding')} not shown: known, or in lines that did not change.",
                ),
            )
        return only(report, kept)

    def finish(self, model: str, failures: Sequence[BiasDetectError]) -> None:
        """Print and write what comes at the end.

        Args:
            model: name and fingerprint of the model.
            failures: why inputs could not be read.

        Raises:
            OutputError: where the baseline cannot be written.
        """
        if not self._active:
            return
        from biasdetect.findings.baseline import write_baseline
        from biasdetect.findings.github import commands
        from biasdetect.findings.markdown import summary

        hidden = self._hidden()
        if self._baseline and (warning := self._baseline.difference(model, self._settings)):
            print_error(warning, "Warning")
        if self._options.write_baseline:
            number = write_baseline(self._options.write_baseline, model, self._settings, self._all)
            click.echo(
                f"Wrote a baseline of {count_of(number, 'finding')} to {self._options.write_baseline}.", err=True
            )
        if self._form == "github":
            told = self._reported, self._warnings, failures, self._documents, hidden
            for text in commands(*told):
                _print(text)
            if summary_file := os.environ.get("GITHUB_STEP_SUMMARY"):
                _append(Path(summary_file), summary(*told))
        elif hidden:
            click.echo(hidden, err=True)
        if self._review:
            print_json(self._review.finish(), indent=1)
        if self._log:
            print_json(self._log.finish(failures, hidden), indent=1)

    def _hidden(self) -> str:
        """How many findings are not shown, and why; empty where all are."""
        parts = [
            f"{count_of(number, 'finding')} {where}"
            for number, where in ((self._known, "in the baseline"), (self._unchanged, "in lines that did not change"))
            if number
        ]
        return f"Not shown: {' and '.join(parts)}." if parts else ""


def _append(file: Path, text: str) -> None:
    """Add to a file; that it cannot be is told, and fails nothing."""
    try:
        with file.open("ab") as stream:
            stream.write(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        print_error(OutputError(file, error), "Warning")


def _print(line: str) -> None:
    # in UTF-8 whatever the terminal's encoding; a file's name need not be valid text
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()
