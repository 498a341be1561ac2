"""Writes findings as annotations of a pull request: the workflow commands of GitHub Actions.

Nothing of an article or a file's name can end a command or begin another. Phrases in the words of others are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from biasdetect.findings.finding import Finding
from biasdetect.reading.files import STDIN
from biasdetect.reading.inputs import is_address
from biasdetect.report.advice import advice, hint
from biasdetect.util.counting import count_of
from biasdetect.util.display import clean

SHOWN = 10
"""Warnings, and errors, of one step that GitHub shows; further ones it drops without a word."""


def commands(
    findings: Sequence[Finding],
    warnings: Sequence[tuple[str, str]],
    failures: Sequence[Exception],
    documents: int,
    hidden: str = "",
) -> list[str]:
    """The lines to print.

    Args:
        findings: of all documents, in order; where there are more than GitHub shows, those with the highest scores
            are annotated.
        warnings: of documents: their paths, and what to know before trusting their scores.
        failures: why inputs could not be read.
        documents: number of documents that were scored.
        hidden: what is not reported and why, in words; empty where nothing was hidden.
    """
    best = sorted(range(len(findings)), key=lambda number: -findings[number].phrase.score)[:SHOWN]
    shown = [findings[number] for number in sorted(best)]
    lines = [f"::error title=Unreadable::{_data(str(failure))}" for failure in failures[:SHOWN]]
    lines += [_annotation(finding) for finding in shown]
    lines += [f"::notice file={_property(path)}::{_data(warning)}" for path, warning in warnings[:SHOWN]]
    summary = f"biasdetect: {count_of(len(findings), 'finding')} in {count_of(documents, 'document')}"
    left = len(findings) - len(shown)
    if left:
        summary += f"; GitHub shows {SHOWN} a step, {left} more are in the report that --format sarif writes"
    unread = f" {count_of(len(failures), 'input')} could not be read." if failures else ""
    return [*lines, f"{summary}.{unread}{' ' if hidden else ''}{hidden}"]


def _annotation(finding: Finding) -> str:
    phrase, place = finding.phrase, finding.place
    properties = {"title": f"{phrase.category or 'loaded wording'}, {phrase.severity} {phrase.score:.2f}"}
    what = f"“{phrase.text}”: {phrase.why}" if phrase.why else f"“{phrase.text}”"
    if finding.path == STDIN or is_address(finding.path):
        what = f"{finding.path}: {what}"  # no file of the repository
    else:
        properties["file"] = finding.path
        if place:
            properties |= {"line": str(place.start.line + 1), "endLine": str(place.end.line + 1)}
            if place.start.line == place.end.line:  # GitHub takes columns within one line alone
                properties |= {"col": str(place.start.character + 1), "endColumn": str(place.end.character + 1)}
    if phrase.suggestions:
        first = phrase.suggestions[0]
        what += f". Instead: {advice(phrase, first)}{hint(first)}."
    elif phrase.advice:
        what += f". Advice: {phrase.advice}"
    listed = ",".join(f"{name}={_property(value)}" for name, value in sorted(properties.items()))
    level = "warning" if phrase.severity == "strong" else "notice"
    return f"::{level} {listed}::{_data(what)}"


def _data(text: str) -> str:
    return _escape(clean(text))


def _property(text: str) -> str:
    # not cleaned: a file's name has to be its name
    return _escape(text).replace(":", "%3A").replace(",", "%2C")


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
