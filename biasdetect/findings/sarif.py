"""Writes findings as SARIF 2.1.0, the exchange format of static analysis: one run over all documents.

Columns are UTF-16 code units, offsets are characters (code points), and a byte order mark counts as neither. DOCX and
PDF are no text: their findings have a file and no region. Phrases in the words of others are left out, for nobody is
to mend what somebody else has said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from biasdetect.findings.finding import Finding, Span
from biasdetect.model.categories import TABLE, Category, table_of
from biasdetect.reading.files import STDIN
from biasdetect.reading.inputs import is_address
from biasdetect.report.advice import advice, hint
from biasdetect.results import Phrase, Report, Suggestion
from biasdetect.util.display import clean
from biasdetect.util.lines import NEWLINES
from biasdetect.version import __version__

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
_NO_CATEGORY = "loaded-wording"
_UNRESERVED = "/-._~!$&'()*+,;=:@"  # of a path, RFC 3986


class SarifLog:
    """A log that grows by one document after the other."""

    def __init__(self) -> None:
        self._rules: list[dict[str, Any]] = [_rule(category.name, category) for category in TABLE]
        self._artifacts: list[dict[str, Any]] = []
        self._indices: dict[str, int] = {}  # of artifacts, by path: a file may be named twice
        self._results: list[dict[str, Any]] = []
        self._notifications: list[dict[str, Any]] = []
        self._model: dict[str, Any] = {}

    def add(self, report: Report, path: str, findings: Sequence[Finding], *, baseline: bool = False) -> None:
        """Add a document.

        Args:
            report: of the document.
            path: what it is called in the project.
            findings: to report: those that the outlet has to answer for.
            baseline: whether findings are left out that a baseline knows, so that these are new.
        """
        for own in report.categories:
            self._define(table_of(report.categories)[own.name])
        self._model = {"model": report.model, "threshold": report.settings.threshold}
        scores = {"score": report.score, "outletScore": report.outlet_score, "othersScore": report.others_score}
        index = self._indices.setdefault(path, len(self._artifacts))
        if index == len(self._artifacts):
            self._artifacts.append({"location": _location(path), "roles": ["analysisTarget"], "properties": scores})
        self._results += [self._result(finding, index, baseline) for finding in findings]
        self._notifications += [_notification("warning", warning, path) for warning in report.warnings]

    def finish(self, failures: Sequence[Exception], hidden: str = "") -> dict[str, Any]:
        """The log as plain data.

        Args:
            failures: why inputs could not be read.
            hidden: what is not reported and why, in words; empty where nothing was hidden.
        """
        notifications = [*self._notifications, *(_notification("error", str(failure)) for failure in failures)]
        if hidden:
            notifications.append(_notification("note", hidden))
        driver = {
            "name": "biasdetect",
            "version": __version__,
            "language": "en",
            "shortDescription": {"text": "Finds editorializing in news prose."},
            "rules": self._rules,
        }
        run = {
            "tool": {"driver": driver},
            "invocations": [{"executionSuccessful": not failures, "toolExecutionNotifications": notifications}],
            "originalUriBaseIds": {
                ROOT: {"description": {"text": "The root of the git repository, or the folder that biasdetect ran in."}}
            },
            "artifacts": self._artifacts,
            "results": self._results,
            "columnKind": "utf16CodeUnits",
            "newlineSequences": list(NEWLINES),
            "properties": self._model,
        }
        return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}

    def _result(self, finding: Finding, artifact: int, baseline: bool) -> dict[str, Any]:
        phrase = finding.phrase
        location = {**_location(finding.path), "index": artifact}
        place: dict[str, Any] = {"artifactLocation": location}
        if finding.place and finding.context:
            place |= {"region": _region(finding.place), "contextRegion": _region(finding.context)}
        rule = self._rule_index(phrase.category, phrase.why)
        result = {
            "ruleId": self._rules[rule]["id"],
            "ruleIndex": rule,
            "kind": "fail",
            "level": "warning" if phrase.severity == "strong" else "note",
            "rank": round(100 * phrase.score, 1),
            "message": {"text": _message(finding)},
            "locations": [{"physicalLocation": place}],
            # GitHub knows a finding again by the first name alone
            "partialFingerprints": {
                "primaryLocationLineHash": f"{finding.fingerprint}:1",
                "biasdetect/v1": finding.fingerprint,
            },
            "properties": {
                "score": phrase.score,
                "severity": phrase.severity,
                "voice": phrase.voice,
                "category": phrase.category,
                "phrase": phrase.text,
                "sentence": finding.sentence.text,
                "sentenceScore": finding.sentence.score,
            },
        }
        if baseline:
            result["baselineState"] = "new"
        fixes = [
            _fix(phrase, suggestion, span, location)
            for suggestion, span in zip(phrase.suggestions, finding.edits, strict=False)
            if suggestion.grade == "safe"  # for there are tools that make fixes unread
        ]
        return {**result, "fixes": fixes} if fixes else result

    def _define(self, category: Category) -> None:
        """Put a category of the model's own among the rules, in the place of ours where it has its name."""
        rule = _rule(category.name, category)
        index = self._index(category.name)
        if index is None:
            self._rules.append(rule)
        else:
            self._rules[index] = rule

    def _rule_index(self, category: str, why: str) -> int:
        """Of a category's rule; one that nobody defines gets a rule when it is met."""
        name = category or _NO_CATEGORY
        index = self._index(name)
        if index is None:
            self._rules.append(_rule(name, why=why))
            return len(self._rules) - 1
        return index

    def _index(self, name: str) -> int | None:
        return next((index for index, rule in enumerate(self._rules) if rule["id"] == name), None)


def _rule(name: str, category: Category | None = None, why: str = "") -> dict[str, Any]:
    """A category as a rule, with its definition and examples where it has any."""
    told = clean(category.why) if category else clean(why)
    short = _sentence(told or "wording that the model marks as loaded")
    title = category.title if category else ""
    rule = {
        "id": name,
        "name": "".join(word.capitalize() for word in (title.split() or name.split("-"))),
        "shortDescription": {"text": short},
        "fullDescription": {"text": short},
        "help": {"text": short},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["wording"]},
    }
    if category and category.flagged:
        lines = (
            _sentence(category.definition),
            f"Flagged: {category.flagged}",
            f"Not flagged: {category.plain}",
            "Say what happened in plain words, or give the judgement to somebody who made it.",
        )
        rule["fullDescription"] = {"text": lines[0]}
        rule["help"] = {"text": "\n".join(lines).replace("**", ""), "markdown": "\n\n".join(lines)}
    return rule


def _location(path: str) -> dict[str, Any]:
    if path == STDIN:
        return {"uri": STDIN, "description": {"text": "standard input"}}
    if is_address(path):
        return {"uri": quote(path, safe=_UNRESERVED + "?#[]%")}
    # a file name need not be valid text
    uri = quote(path.encode("utf-8", "surrogateescape"), safe=_UNRESERVED)
    if path.startswith("/") or path[1:3] == ":/":
        return {"uri": f"file:///{uri.lstrip('/')}"}
    return {"uri": uri if ":" not in uri.split("/")[0] else f"./{uri}", "uriBaseId": ROOT}


def _region(span: Span) -> dict[str, Any]:
    return {
        "startLine": span.start.line + 1,
        "startColumn": span.start.character + 1,
        "endLine": span.end.line + 1,
        "endColumn": span.end.character + 1,
        "charOffset": span.offset,
        "charLength": span.length,
        "snippet": {"text": span.text},
    }


def _message(finding: Finding) -> str:
    phrase = finding.phrase
    doubt = ", in scare quotes" if phrase.voice == "scare-quote" else ""
    text = f"“{clean(phrase.text)}” ({phrase.category or _NO_CATEGORY} {phrase.score:.2f}{doubt})"
    told = f"{text}: {_sentence(clean(phrase.why))}" if phrase.why else f"{text}."
    if phrase.suggestions and phrase.suggestions[0].grade == "check":
        first = phrase.suggestions[0]
        told += f" Instead: {advice(phrase, first)}{hint(first)}."
    elif phrase.advice:
        told += f" Advice: {clean(phrase.advice)}"
    return _literal(told)


def _fix(phrase: Phrase, suggestion: Suggestion, span: Span, location: dict[str, Any]) -> dict[str, Any]:
    words = advice(phrase, suggestion)
    wording = suggestion.words not in ("", phrase.text)
    what = f"Put {words} in its place" if wording else f"{words[:1].upper()}{words[1:]}"
    replacement: dict[str, Any] = {"deletedRegion": _region(span)}
    if suggestion.text:
        replacement["insertedContent"] = {"text": suggestion.text}
    return {
        "description": {
            "text": _literal(
                f"{what}: the sentence's score falls from {suggestion.before:.2f} to {suggestion.after:.2f}."
            )
        },
        "artifactChanges": [{"artifactLocation": location, "replacements": [replacement]}],
    }


def _notification(level: str, message: str, path: str = "") -> dict[str, Any]:
    notification: dict[str, Any] = {"level": level, "message": {"text": _literal(clean(message))}}
    if path:
        notification["locations"] = [{"physicalLocation": {"artifactLocation": _location(path)}}]
    return notification


def _literal(text: str) -> str:
    """Text in which nothing is a placeholder or a link (SARIF 3.11.5 and 3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
