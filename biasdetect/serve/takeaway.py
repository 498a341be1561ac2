"""Makes the file that a writer takes along of an edited text: plain text, Markdown, HTML or a Word document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Literal, get_args

import pyromark

from biasdetect.errors import InputError
from biasdetect.reading.document import Block, Document
from biasdetect.reading.files import read
from biasdetect.reading.formats import Format
from biasdetect.report.word import add_comments
from biasdetect.results import Report
from biasdetect.serve.edits import Change, edited, edited_docx, edited_html
from biasdetect.serve.kept import Place, without_kept
from biasdetect.serve.opening import QUOTED, open_draft

TakenForm = Literal["text", "markdown", "html", "docx"]
MEDIA_TYPES: dict[TakenForm, tuple[str, str]] = {
    "text": ("text/plain; charset=utf-8", ".txt"),
    "markdown": ("text/markdown; charset=utf-8", ".md"),
    "html": ("text/html; charset=utf-8", ".html"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
}
"""Media type and suffix of each form."""
assert set(MEDIA_TYPES) == set(get_args(TakenForm))

_MARKUP = re.compile(r"[\\`*_\[\]<>]|^(?:[#+-]|\d+[.)])(?=\s)|&(?=#?\w)")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPACE = re.compile(r"\s+")
_QUOTED_LINE = re.compile(rf"^{QUOTED}", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Original:
    """What a text was taken from, and how it was changed since.

    Attributes:
        data: HTML, or the bytes of a Word document.
        name: of it.
        whole: whether the draft was opened whole, see :func:`biasdetect.serve.opening.open_draft`.
        changes: of the draft, in order.
    """

    data: str | bytes
    name: str
    whole: bool
    changes: tuple[Change, ...]


def take_along(
    document: Document,
    written_as: Format,
    form: TakenForm,
    original: Original | None,
    score: Callable[[Document], Report],
    kept: Sequence[Place],
) -> bytes:
    """A file of an edited text.

    Args:
        document: the text as it is now.
        written_as: its format.
        form: of the file.
        original: what it was taken from; its markup is kept in a file of the same form. None where there is none.
        score: makes the report that a Word document gets its comments from.
        kept: places in the text of phrases that the writer keeps: they get no comment.

    Raises:
        InputError: where the changes are not those of the text.
    """
    if form == "docx":
        return _docx(document, original, score, kept)
    if form == "html" and original:
        return _original_html(document, original).encode("utf-8", "replace")
    if form == written_as:
        return document.source.encode("utf-8", "replace")
    if form == "html":
        page = _page(document, "\n".join(_html_paragraphs(document)))
        if written_as == "markdown":
            page = _page(document, pyromark.html(document.source.encode("utf-8", "replace").decode()))
        return page.encode("utf-8", "replace")
    text = _markdown(document) if form == "markdown" else "\n\n".join(_paragraphs(document))
    return text.encode("utf-8", "replace")


def _written(document: Document) -> list[Block]:
    return [block for block in document.blocks if document.text[block.start : block.end].strip()]


def _paragraphs(document: Document) -> Iterator[str]:
    return (document.text[block.start : block.end] for block in _written(document))


def _original_html(document: Document, original: Original) -> str:
    assert isinstance(original.data, str), "HTML is text"
    draft = open_draft(original.data, "html", original.name, whole=original.whole)
    _check(document, edited(draft, original.changes))
    return edited_html(draft, original.changes)


def _page(document: Document, content: str) -> str:
    title = escape(document.metadata.title or next(_headlines(document), "") or "Article")
    return (
        f'<!doctype html>\n<html lang="{escape(document.metadata.language or "en")}">\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n<article>\n{content}\n</article>\n</html>\n"
    )


def _headlines(document: Document) -> Iterator[str]:
    return (document.text[block.start : block.end] for block in document.blocks if block.role == "headline")


def _html_paragraphs(document: Document) -> Iterator[str]:
    for block in _written(document):
        words = document.text[block.start : block.end]
        said = escape(words.removeprefix(QUOTED), quote=False).replace("\n", "<br>\n")
        if block.role == "headline":
            yield f"<h1>{said}</h1>"
        elif words.startswith(QUOTED):
            yield f"<blockquote><p>{said}</p></blockquote>"
        else:
            yield f"<p>{said}</p>"


def _markdown(document: Document) -> str:
    pieces = []
    for block in _written(document):
        words = document.text[block.start : block.end]
        escaped = "\n".join(_MARKUP.sub(r"\\\g<0>", line) for line in words.removeprefix(QUOTED).splitlines())
        mark = "# " if block.role == "headline" else QUOTED if words.startswith(QUOTED) else ""
        pieces.append(f"{mark}{escaped}")
    return "\n\n".join(pieces) + "\n"


def _docx(document: Document, original: Original | None, score: Callable[[Document], Report], kept: Sequence[Place]) -> bytes:  # fmt: skip
    if original and isinstance(original.data, bytes):
        draft = open_draft(original.data, "docx", original.name, whole=original.whole)
        _check(document, edited(draft, original.changes))
        data = edited_docx(original.data, draft, original.changes) if original.changes else original.data
    else:
        data = _new_docx(document)
    written = read(data, "docx", document.name)
    report = score(written)
    report = without_kept(report, _moved(report, written.source, document.source, kept))
    return add_comments(data, report, written.source)[0]


def _new_docx(document: Document) -> bytes:
    import docx

    word = docx.Document()
    for block in _written(document):
        words = _NO_XML.sub("", document.text[block.start : block.end])
        if block.role == "headline":
            word.add_heading(words, 0)
        elif words.startswith(QUOTED):
            word.add_paragraph(words.removeprefix(QUOTED), "Quote")
        else:
            word.add_paragraph(words)
    packed = BytesIO()
    word.save(packed)
    return packed.getvalue()


def _moved(report: Report, written: str, text: str, kept: Sequence[Place]) -> list[Place]:
    """The places of kept phrases in a Word document: the same words, with as many characters before them that are no space."""
    found = [(phrase.start, phrase.end) for phrase in report.phrases]
    asked = [place for place in kept if place[0] < place[1] <= len(text)]
    before, after = _letters_before(text, asked), _letters_before(written, found)
    known = {(before[start], text[start:end]) for start, end in asked}
    return [(start, end) for start, end in found if (after[start], written[start:end]) in known]


def _letters_before(text: str, places: Iterable[Place]) -> dict[int, int]:
    """For the beginning of each place the number of characters before it that are neither space nor a sign of quoting."""
    plain = _QUOTED_LINE.sub(" " * len(QUOTED), text)
    counted, position, letters = {}, 0, 0
    for start in sorted({start for start, _ in places}):
        letters += len(_SPACE.sub("", plain[position:start]))
        counted[start] = letters
        position = start
    return counted


def _check(document: Document, text: str) -> None:
    if document.source != text:
        raise InputError("The text is not that of the document that was opened. Open the document again.")


def renamed(name: str, suffix: str) -> str:
    """A name for the file: that of the text with another suffix, in characters that every system takes."""
    stem = re.sub(r"\.[A-Za-z]{2,5}$", "", name.rsplit("/", 1)[-1])
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-.")[:80]
    return f"{plain or 'article'}{suffix}"
