"""Turns flagged phrases into findings: their place in a file, and a fingerprint by which they are known again."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from biasdetect.reading.document import Document
from biasdetect.reading.files import STDIN
from biasdetect.reading.inputs import is_address
from biasdetect.results import Phrase, Report, Sentence
from biasdetect.util.lines import Lines, Position

_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text file.

    Attributes:
        offset: characters of the file before it.
        length: its characters.
        start: place of its first character.
        end: place after its last character.
        text: what stands there.
    """

    offset: int
    length: int
    start: Position
    end: Position
    text: str


class Places:
    """Offsets into a document's source as stretches of its file. A byte order mark is no character of a file."""

    def __init__(self, source: str) -> None:
        self._mark = len(_BYTE_ORDER_MARK) if source.startswith(_BYTE_ORDER_MARK) else 0
        self._text = source[self._mark :]
        self._lines = Lines(self._text)

    def span(self, start: int, end: int) -> Span:
        """``source[start:end]``."""
        start, end = max(start - self._mark, 0), max(end - self._mark, 0)
        position = self._lines.position
        return Span(start, end - start, position(start), position(end), self._text[start:end])


@dataclass(frozen=True, slots=True)
class Finding:
    """A flagged phrase.

    Attributes:
        phrase: the phrase.
        sentence: the sentence that it stands in.
        path: the file, relative to the root of the project with slashes; or its full path; or its address.
        fingerprint: what it is known by as long as the sentence and the file's name stay as they are, wherever the
            sentence moves; 32 hexadecimal digits.
        place: where it stands in the file; None where that is no text file.
        context: where its sentence stands.
        edits: the stretches that its suggestions replace.
    """

    phrase: Phrase
    sentence: Sentence
    path: str
    fingerprint: str
    place: Span | None
    context: Span | None
    edits: tuple[Span, ...] = ()


def find_root(folder: Path) -> Path:
    """The root of a project: the nearest folder upwards that holds a git repository, else the folder itself."""
    folder = folder.resolve()
    return next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), folder)


def name_in_project(name: str, root: Path) -> str:
    """What a document is called in reports: its path in the project where it lies there.

    Args:
        name: of the document: a path, an address, or ``-`` for standard input.
        root: of the project, see :func:`find_root`.
    """
    if name == STDIN or is_address(name):
        return name
    path = Path(name).parent.resolve() / Path(name).name  # a link is what it is called, not what it points at
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def find_findings(report: Report, document: Document, root: Path) -> Iterator[Finding]:
    """All flagged phrases of a report, in order, those in the words of others among them.

    Args:
        report: of the document.
        document: what was scored.
        root: of the project.
    """
    path = name_in_project(document.name, root)
    places = None if document.extracted else Places(document.source)
    seen: Counter[tuple[str, str]] = Counter()
    for sentence in report.sentences:
        for phrase in sentence.phrases:
            words = _plain(phrase.text), _plain(sentence.text)
            seen[words] += 1
            yield Finding(
                phrase,
                sentence,
                path,
                _digest(path, *words, str(seen[words])),
                places.span(phrase.start, phrase.end) if places else None,
                places.span(sentence.start, sentence.end) if places else None,
                tuple(places.span(edit.start, edit.end) for edit in phrase.suggestions) if places else (),
            )


def counted(finding: Finding, report: Report) -> bool:
    """Whether the outlet has to answer for a finding: its own words, or all where quotations are counted."""
    return finding.phrase.counts or report.settings.quotes == "count"


def only(report: Report, findings: Collection[Finding]) -> Report:
    """A report that shows no others of its findings; its scores are those of the whole text."""
    places = {(finding.phrase.start, finding.phrase.end) for finding in findings}
    return replace(
        report,
        sentences=tuple(
            replace(
                sentence,
                phrases=tuple(phrase for phrase in sentence.phrases if (phrase.start, phrase.end) in places),
            )
            for sentence in report.sentences
        ),
    )


def _plain(text: str) -> str:
    """Without what a reader does not see: composition, invisible characters, the width of white space."""
    visible = "".join(char for char in unicodedata.normalize("NFC", text) if unicodedata.category(char) != "Cf")
    return " ".join(visible.split())


def _digest(*parts: str) -> str:
    text = "\0".join(part.replace("\0", " ") for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
