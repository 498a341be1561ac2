"""The tools that an agent is offered: each takes a request, works in a thread, and returns the wire format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from mcp_types import Tool, ToolAnnotations
from pydantic import BaseModel, TypeAdapter

from biasdetect.detector import Detector
from biasdetect.errors import LanguageError
from biasdetect.house import Rules
from biasdetect.mcp.arguments import (
    CompareTextsArguments,
    Comparison,
    RewriteAndSaveArguments,
    RewriteArguments,
    Rewriting,
    ScoreTextArguments,
    ScoreUrlArguments,
)
from biasdetect.mcp.saving import new_file
from biasdetect.reading.document import Document
from biasdetect.reading.files import read
from biasdetect.reading.inputs import read_address
from biasdetect.results import WIRE_VERSION, Phrase, Report
from biasdetect.serve.answers import RequestError
from biasdetect.serve.pool import ScoringJob
from biasdetect.serve.requests import ScoredReport, SettingsRequest
from biasdetect.serve.scoring import score_in_parts
from biasdetect.suggest.fix import apply, safe_edits, unified_diff
from biasdetect.util.atomic import write_text

Arguments = TypeVar("Arguments", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ToolSettings:
    """What tools may do, and by which house style.

    Attributes:
        rules: of the house style, for a text of a name.
        max_bytes: of a text, in UTF-8.
        fetch: whether pages are fetched.
        private: whether pages of this machine and the local network are fetched too.
        folder: that may be written to; None for none.
    """

    rules: Callable[[str], Rules]
    max_bytes: int
    fetch: bool = True
    private: bool = False
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class OfferedTool(Generic[Arguments]):
    """A tool, with what does its work.

    Attributes:
        about: what clients are told.
        arguments: the model of what it is called with.
        work: takes arguments and the job that it is a part of; returns plain data.
    """

    about: Tool
    arguments: type[Arguments]
    work: Callable[[Arguments, ScoringJob], dict[str, Any]]


def offered_tools(detector: Detector, settings: ToolSettings) -> dict[str, OfferedTool[Any]]:
    """The tools of a server, by name."""
    tools = _Tools(detector, settings)
    offered: list[OfferedTool[Any]] = [
        _offer(
            "score_text",
            "Score a text",
            "Find loaded wording in a news text: phrases with exact character offsets, calibrated scores, category, whose words "
            "they are, why, and checked wording to use instead or advice.",
            ScoreTextArguments,
            ScoredReport,
            tools.score_text,
        ),
        _offer(
            "rewrite",
            "Take the safe suggestions",
            "Write a text anew with the first suggestion of the grade safe for each loaded phrase in place. It changes nothing "
            "else. Returns the new text, what was changed, and what is left: suggestions of the grade check, whose meaning "
            "somebody has to check, and what has to be changed by hand.",
            RewriteAndSaveArguments if settings.folder else RewriteArguments,
            Rewriting,
            tools.rewrite,
            writes=settings.folder is not None,
        ),
        _offer(
            "compare_texts",
            "Compare two versions",
            "Score two versions of a text: which loaded phrases are gone, which are new, and how the scores differ. Use it after "
            "editing.",
            CompareTextsArguments,
            Comparison,
            tools.compare_texts,
        ),
    ]
    if settings.fetch:
        offered.append(
            _offer(
                "score_url",
                "Score a page of the web",
                "Fetch an article from the web and score it, as score_text does. Offsets are those of the page's source, which "
                "is not returned: quote its phrases and sentences.",
                ScoreUrlArguments,
                ScoredReport,
                tools.score_url,
                fetches=True,
            )
        )
    return {tool.about.name: tool for tool in offered}


def _offer(
    name: str,
    title: str,
    description: str,
    arguments: type[Arguments],
    result: type,
    work: Callable[[Arguments, ScoringJob], dict[str, Any]],
    *,
    writes: bool = False,
    fetches: bool = False,
) -> OfferedTool[Arguments]:
    about = Tool(
        name=name,
        title=title,
        description=description,
        input_schema=arguments.model_json_schema(),
        output_schema=TypeAdapter(result).json_schema(mode="serialization"),
        annotations=ToolAnnotations(
            title=title,
            read_only_hint=not writes,
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=fetches,
        ),
    )
    return OfferedTool(about, arguments, work)


class _Tools:
    def __init__(self, detector: Detector, settings: ToolSettings) -> None:
        self._detector = detector
        self._settings = settings

    def score_text(self, arguments: ScoreTextArguments, job: ScoringJob) -> dict[str, Any]:
        document = self._read(arguments.text, arguments, "text")
        report = self._score(document, arguments, job, suggest=arguments.suggest)
        return _shown(report, arguments.flagged_only).to_dict()

    def score_url(self, arguments: ScoreUrlArguments, job: ScoringJob) -> dict[str, Any]:
        document = read_address(arguments.url, public_only=not self._settings.private)
        report = self._score(document, arguments, job, suggest=arguments.suggest)
        return _shown(report, arguments.flagged_only).to_dict()

    def rewrite(self, arguments: RewriteArguments, job: ScoringJob) -> dict[str, Any]:
        folder, name = self._settings.folder, getattr(arguments, "save_as", "")
        target = new_file(folder, name) if folder and name else None
        document = self._read(arguments.text, arguments, "text")
        before = self._score(document, arguments, job, suggest=True)
        if before.foreign_language:
            raise LanguageError(
                f"{document.name or 'The text'}: is not in the language that the model reads, so nothing in it is rewritten."
            )
        edits = safe_edits(before)
        text = apply(document.source, edits)
        after = before
        if text != document.source:
            after = self._score(self._read(text, arguments, "text"), arguments, job, suggest=True)
        job.check()
        if target:
            write_text(target, text)
        return {
            "version": WIRE_VERSION,
            "text": text,
            "taken": [asdict(suggestion) for suggestion in edits],
            "diff": "".join(unified_diff(document.name or "text", document.source, edits, before, after)),
            "saved_as": str(target or ""),
            "before": _shown(before, True).to_dict(),
            "after": _shown(after, True).to_dict(),
        }

    def compare_texts(self, arguments: CompareTextsArguments, job: ScoringJob) -> dict[str, Any]:
        texts = [("before", arguments.before, False), ("after", arguments.after, arguments.suggest)]
        before, after = (
            self._score(self._read(text, arguments, name), arguments, job, suggest=suggest)
            for name, text, suggest in texts
        )
        return {
            "version": WIRE_VERSION,
            "difference": after.score - before.score,
            "gone": _plain(_unmatched(before, after)),
            "new": _plain(_unmatched(after, before)),
            "before": _shown(before, arguments.flagged_only).to_dict(),
            "after": _shown(after, arguments.flagged_only).to_dict(),
        }

    def _read(self, text: str, arguments: Any, what: str) -> Document:
        if len(text.encode("utf-8")) > self._settings.max_bytes:
            raise RequestError(
                413,
                "too-large",
                f"{what}: larger than {self._settings.max_bytes:,} bytes, the limit of this server. Send the articles one by "
                "one, or start the server with a higher --max-body.",
            )
        return read(text, arguments.format, arguments.name)

    def _score(self, document: Document, arguments: SettingsRequest, job: ScoringJob, *, suggest: bool) -> Report:
        rules = self._settings.rules(document.name)
        settings = {**arguments.scoring(), "suggest": suggest, "rules": rules}
        return score_in_parts(self._detector, document, settings, job.check)


def _shown(report: Report, flagged_only: bool) -> Report:
    """A report, or what is flagged in it alone."""
    if not flagged_only:
        return report
    return replace(report, sentences=tuple(found for found in report.sentences if found.phrases), skipped=())


def _unmatched(report: Report, other: Report) -> list[Phrase]:
    """The phrases that another report has not, or not as often: the same words, of the same side."""
    known = Counter(map(_words, other.phrases))
    left = []
    for phrase in report.phrases:
        if known[_words(phrase)]:
            known[_words(phrase)] -= 1
        else:
            left.append(phrase)
    return left


def _words(phrase: Phrase) -> tuple[str, bool]:
    return " ".join(phrase.text.casefold().split()), phrase.counts


def _plain(phrases: Sequence[Phrase]) -> list[dict[str, Any]]:
    return [asdict(phrase) for phrase in phrases]
