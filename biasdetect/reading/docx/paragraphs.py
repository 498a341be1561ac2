"""Walks through a Word document: the paragraphs of its body, notes and comments, each piece of text with its element."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

Place = Literal["body", "note", "comment"]

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFF = ("0", "false", "off")


class Piece(NamedTuple):
    """Some text of a paragraph, and the element that it stands in: a ``w:t``, or what is read as one character."""

    element: Any
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as it is read.

    Attributes:
        style: the name of its style in lower case, English in Word of whatever language; empty for none.
        pieces: its text, in order; lines are parted by line feeds.
        place: whether it stands in the body, in a footnote or an endnote, or in a comment.
        reference: the element of the body that a note belongs to; None elsewhere.
    """

    style: str
    pieces: Sequence[Piece]
    place: Place = "body"
    reference: Any = None

    @property
    def text(self) -> str:
        """What it says, as it stands."""
        return "".join(piece.text for piece in self.pieces)


def read_paragraphs(word: WordDocument) -> Iterator[Paragraph]:
    """The paragraphs of the body in document order, those of the notes in the order of their marks, those of comments.

    Tracked insertions are in, tracked deletions out, and so is what is struck out or hidden.
    """
    styles = _style_names(word)
    references: list[Any] = []
    yield from _paragraphs(word.element.body, styles, references)
    notes = {kind: _stories(word, f"{kind}s", kind) for kind in ("footnote", "endnote")}
    for reference in references:
        kind = _local(reference).removesuffix("Reference")
        story = notes[kind].pop(reference.get(_w("id")), None)  # each once, however often it is pointed at
        if story is not None:
            yield from _paragraphs(story, styles, place="note", reference=reference)
    for story in _stories(word, "comments", "comment").values():
        yield from _paragraphs(story, styles, place="comment")


def _style_names(word: WordDocument) -> dict[str | None, str]:
    return {
        style.get(_w("styleId")): name.get(_w("val"), "").lower()
        for style in word.styles.element.iterchildren(_w("style"))
        for name in style.iterchildren(_w("name"))
    }


def _stories(word: WordDocument, part: str, tag: str) -> dict[str, Any]:
    """The notes, or comments, of a document by their id; without the lines that part notes from the text."""
    from docx.oxml import parse_xml

    for relationship in word.part.rels.values():
        if relationship.reltype == f"{_RELATIONSHIPS}/{part}" and not relationship.is_external:
            root = parse_xml(relationship.target_part.blob)
            stories = (story for story in root.iterchildren(_w(tag)) if story.get(_w("type"), "normal") == "normal")
            return {story.get(_w("id"), ""): story for story in stories}
    return {}


@dataclass(slots=True)
class _Found:
    element: Any
    pieces: list[Piece] = field(default_factory=list)


def _paragraphs(
    story: Any,
    styles: dict[str | None, str],
    references: list[Any] | None = None,
    place: Place = "body",
    reference: Any = None,
) -> Iterator[Paragraph]:
    """The paragraphs below an element, in order; the marks of notes among them are added to ``references``."""
    joined: list[Piece] = []
    for found in _walk(story, [] if references is None else references):
        joined.extend(found.pieces)
        if found.element.find("./" + "/".join(map(_w, ("pPr", "rPr", "del")))) is not None:
            continue  # the paragraph's end is deleted: it runs on into the next one
        style = found.element.find(f"./{_w('pPr')}/{_w('pStyle')}")
        yield Paragraph(styles.get(None if style is None else style.get(_w("val")), ""), joined, place, reference)
        joined = []
    if joined:
        yield Paragraph("", joined, place, reference)


def _walk(story: Any, references: list[Any]) -> list[_Found]:
    from lxml.etree import iterwalk  # type: ignore[import-untyped]

    paragraph, text, run = _w("p"), _w("t"), _w("r")
    marks = {_w("tab"): "\t", _w("ptab"): "\t", _w("br"): "\n", _w("cr"): "\n", _w("noBreakHyphen"): "-"}
    # Deleted, moved away, drawn a second time for old versions of Word, and settings, which have tabs of their own.
    skipped = {_w("del"), _w("moveFrom"), _w("pPr"), _w("rPr"), _FALLBACK}
    noted = {_w("footnoteReference"), _w("endnoteReference")}
    found: list[_Found] = []
    open_ones: list[_Found] = []
    walk = iterwalk(story, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "end":
            if tag == paragraph:
                open_ones.pop()
        elif tag in skipped or (tag == run and _is_unseen(element)):
            walk.skip_subtree()
        elif tag == paragraph:
            found.append(_Found(element))
            open_ones.append(found[-1])
        elif tag in noted:
            references.append(element)
        elif open_ones and tag == text:
            open_ones[-1].pieces.append(Piece(element, element.text or ""))
        elif open_ones and tag in marks:
            open_ones[-1].pieces.append(Piece(element, marks[tag]))
    return found


def _is_unseen(run: Any) -> bool:
    """Whether the text of a run is struck out or hidden."""
    settings = run.find(_w("rPr"))
    if settings is None:
        return False
    found = (settings.find(_w(name)) for name in ("strike", "dstrike", "vanish"))
    return any(one is not None and one.get(_w("val"), "") not in _OFF for one in found)


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


@cache
def _w(name: str) -> str:
    """A name of WordprocessingML as lxml has it."""
    from docx.oxml.ns import qn

    return qn(f"w:{name}")
