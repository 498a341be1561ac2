"""Writes findings one a line, ``file:line:column: …``, as compilers and linters do and editors read."""

from __future__ import annotations

from biasdetect.findings.finding import Finding
from biasdetect.report.advice import advice, hint
from biasdetect.util.display import clean


def line(finding: Finding) -> str:
    """A finding as a line; columns count characters from 1, and a file without lines (DOCX, PDF) has no place."""
    phrase, place = finding.phrase, finding.place
    where = f"{finding.path}:{place.start.line + 1}:{place.start.column + 1}" if place else finding.path
    text = f"{where}: {phrase.category or 'loaded-wording'} {phrase.score:.2f} “{phrase.text}”"
    if phrase.why:
        text += f": {phrase.why}"
    if phrase.suggestions:
        first = phrase.suggestions[0]
        text += f"; instead: {advice(phrase, first)}{hint(first)}"
    elif phrase.advice:
        text += f"; advice: {phrase.advice}"
    return clean(text)


def warning_line(path: str, warning: str) -> str:
    """What is to be known of a whole file, as a line."""
    return clean(f"{path}: warning: {warning}")
