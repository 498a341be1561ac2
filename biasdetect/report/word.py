"""Writes findings into a Word document as comments, each at its place, and changes nothing else in the file.

What is written is the old file, part by part, with two of them made anew: the body, in which marks are put and runs are
split where a mark begins or ends, and the comments. A mark stands inside links and tracked insertions; what Word keeps as
one (a field, a content control, a text box, a note) is marked as a whole, and the comment names the words.
"""

from __future__ import annotations

import zipfile
from bisect import bisect_right
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from biasdetect.errors import InputError
from biasdetect.reading.docx import Line, open_docx
from biasdetect.report.advice import advice, hint
from biasdetect.results import Phrase, Report, Voice
from biasdetect.util.display import clean

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

AUTHOR = "biasdetect"
INITIALS = "bd"

_TYPES = "[Content_Types].xml"
_INLINE = ("hyperlink", "ins", "moveTo", "smartTag", "customXml", "dir", "bdo")  # what marks may stand in, ECMA-376
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def add_comments(data: bytes, report: Report, source: str) -> tuple[bytes, int]:
    """A Word document with a comment for each phrase of its report that the outlet answers for.

    Args:
        data: the bytes of the file.
        report: of the document.
        source: what its offsets point into, see :func:`biasdetect.read`.

    Returns:
        The bytes of the file with the comments, and how many it got; as it was where there are none to write.

    Raises:
        InputError: where the file is no DOCX, or not the one that the report is of.
    """
    word, lines = open_docx(data, report.source)
    if "\n".join(line.text for line in lines) != source:
        raise InputError(f"{report.source}: is not the text that was scored. Was it changed meanwhile? Score it again.")
    counted = [phrase for phrase in report.phrases if phrase.counts or report.settings.quotes == "count"]
    starts = [line.start for line in lines]
    found = [(phrase, lines[bisect_right(starts, phrase.start) - 1]) for phrase in counted]
    found = [(phrase, line) for phrase, line in found if line.paragraph.place != "comment"]  # --keep-boilerplate
    if not found:
        return data, 0
    comments = [word.comments.add_comment(author=AUTHOR, initials=INITIALS) for _ in found]
    for (phrase, line), comment in reversed(list(zip(found, comments, strict=True))):  # so that places before it hold
        stretch = _stretch(phrase, line)
        _mark(stretch, str(comment.comment_id))
        first, *more = comment_lines(phrase)
        comment.paragraphs[0].add_run(first if stretch.exact else f"“{clean(phrase.text)}”: {first}")
        for text in more:
            comment.add_paragraph(text)
    return _packed(data, word, comments[0].part), len(found)


def comment_lines(phrase: Phrase) -> list[str]:
    """What a comment says of a phrase: category, score and why; what to do, where there is something to offer."""
    voice = "" if phrase.voice == "outlet" else f", {Voice(phrase.voice).description}"
    what = f"{phrase.category or 'loaded wording'} {phrase.score:.2f}{voice}"
    lines = [f"{what}: {phrase.why}" if phrase.why else what]
    if phrase.suggestions:
        lines.append(f"Instead: {advice(phrase, phrase.suggestions[0])}{hint(phrase.suggestions[0])}")
    elif phrase.advice:
        lines.append(f"Advice: {phrase.advice}")
    return [clean(line) for line in lines]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What is marked: from before an element to behind another; exact where that is the phrase and no more."""

    first: Any
    last: Any
    exact: bool


def _stretch(phrase: Phrase, line: Line) -> _Stretch:
    """The elements of a phrase; the runs that it begins and ends in are split there."""
    if line.paragraph.reference is not None:
        mark, _ = _around(line.paragraph.reference)
        first, last = _whole_field(mark) or (mark, mark)
        return _Stretch(first, last, exact=False)
    ending, inside = line.find(phrase.end - 1)
    beginning, offset = line.find(phrase.start)
    last, exact = _around(ending.element)
    field = _whole_field(last)
    if field:
        last, exact = field[1], False
    elif exact:
        _split(ending.element, inside + 1)
    first, also = _around(beginning.element)
    field = _whole_field(first)
    if field:
        first, also = field[0], False
    elif also:
        tail = _split(beginning.element, offset)
        if last is first and tail is not first:
            last = tail
        first = tail
    return _Stretch(first, last, exact and also)


def _around(element: Any) -> tuple[Any, bool]:
    """What a mark may stand beside for an element of a run: its run, or what keeps that together; whether it is the run."""
    from docx.oxml.ns import qn

    chain = [element, *element.iterancestors()]
    outermost = max(number for number, node in enumerate(chain) if node.tag == qn("w:p"))
    inline = {qn(f"w:{name}") for name in _INLINE}
    for node in reversed(chain[:outermost]):
        if node.tag not in inline:
            return node, node.tag == qn("w:r") and element.getparent() is node
    raise AssertionError("text stands in a run")


def _whole_field(node: Any) -> tuple[Any, Any] | None:
    """The first and last element below the paragraph of the field that a node stands in; None where it is in none.

    A field that does not end in its paragraph, such as a table of contents, is none.
    """
    from docx.oxml.ns import qn

    top = _below_paragraph(node)
    places = {child: place for place, child in enumerate(top.getparent())}
    opened: Any = None
    depth = 0
    for mark in top.getparent().iter(qn("w:fldChar")):
        at, kind = _below_paragraph(mark), mark.get(qn("w:fldCharType"))
        if kind == "begin":
            opened = opened if depth else at
            depth += 1
        elif kind == "end" and depth:
            depth -= 1
            if depth == 0 and places[opened] <= places[top] <= places[at]:
                return opened, at
    return None


def _below_paragraph(node: Any) -> Any:
    """The child of the outermost paragraph that a node stands in, or the node where it is such a child."""
    from docx.oxml.ns import qn

    chain = [node, *node.iterancestors()]
    outermost = max(number for number, one in enumerate(chain) if one.tag == qn("w:p"))
    return chain[outermost - 1]


def _split(element: Any, offset: int) -> Any:
    """Part the run of an element, so that one begins behind ``offset`` characters of it; returns that run.

    Where a run begins or ends there anyhow, nothing is parted, and the element's own run is returned.
    """
    run = element.getparent()
    text = element.text or ""
    if 0 < offset < len(text):
        following = deepcopy(element)
        element.text, following.text = text[:offset], text[offset:]
        element.addnext(following)
        for piece in (element, following):
            piece.set(_SPACE, "preserve")
    else:
        following = element.getnext() if offset else element
    if following is None or all(map(_is_settings, following.itersiblings(preceding=True))):
        return run
    other = run.makeelement(run.tag, run.attrib, run.nsmap)
    other.extend(deepcopy(child) for child in run if _is_settings(child))
    other.extend([following, *following.itersiblings()])
    run.addnext(other)
    return other


def _is_settings(element: Any) -> bool:
    from docx.oxml.ns import qn

    return bool(element.tag == qn("w:rPr"))


def _mark(stretch: _Stretch, number: str) -> None:
    """Put the marks of a comment around a stretch; its reference stands behind all that the end stands in."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    name = {qn("w:id"): number}
    reference = OxmlElement("w:r")
    style = OxmlElement("w:rStyle", attrs={qn("w:val"): "CommentReference"})
    settings = OxmlElement("w:rPr")
    settings.append(style)
    reference.extend([settings, OxmlElement("w:commentReference", attrs=name)])
    end = OxmlElement("w:commentRangeEnd", attrs=name)
    top = _below_paragraph(stretch.last)
    stretch.last.addnext(end)
    (end if top is stretch.last else top).addnext(reference)
    stretch.first.addprevious(OxmlElement("w:commentRangeStart", attrs=name))


def _packed(data: bytes, word: WordDocument, comments: Any) -> bytes:
    """The file with the parts that comments change, all others as they are."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    body = word.part
    names = [str(part.partname)[1:] for part in (body, comments)]
    changed = dict(zip(names, (body.blob, comments.blob), strict=True))
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        if names[1] not in old.namelist():
            relations = str(body.partname.rels_uri)[1:]
            relation = body.rels[body.relate_to(comments, RELATIONSHIP_TYPE.COMMENTS)]
            facts = {"Id": relation.rId, "Type": relation.reltype, "Target": relation.target_ref}
            changed[relations] = _with_child(old.read(relations), "Relationship", facts)
            facts = {"PartName": str(comments.partname), "ContentType": comments.content_type}
            changed[_TYPES] = _with_child(old.read(_TYPES), "Override", facts)
        for entry in _last_of_each(old):
            new.writestr(entry, changed.pop(entry.filename, None) or old.read(entry))
        for name, content in changed.items():
            new.writestr(name, content)
    return out.getvalue()


def _last_of_each(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """The entries of an archive in order, of those with the same name the one that is read."""
    for entry in archive.infolist():
        if archive.getinfo(entry.filename) is entry:
            yield entry


def _with_child(xml: bytes, name: str, attributes: dict[str, str]) -> bytes:
    """A list of parts with one more in it."""
    from docx.oxml.parser import parse_xml
    from lxml.etree import tostring  # type: ignore[import-untyped]

    root = parse_xml(xml)
    root.append(root.makeelement(f"{root.tag.rpartition('}')[0]}}}{name}", attributes))
    return tostring(root, encoding="UTF-8", standalone=True)
