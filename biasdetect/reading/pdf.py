"""Reads PDF files: lines joined into paragraphs, running headers and page numbers set aside."""

from __future__ import annotations

import logging
import math
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from biasdetect.errors import InputError
from biasdetect.reading.document import Block, Document, build_document
from biasdetect.reading.pdf_columns import Piece, Row, in_reading_order
from biasdetect.results import Metadata

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MAX_PAGES = 300
MAX_CHARACTERS = 2_000_000
MAX_SECONDS = 20.0
"""For all pages together; an ordinary page takes a hundredth of a second."""
MAX_STREAM = 5_000_000
"""Bytes that a page's drawing instructions, or a font's tables, may have when unpacked."""
MAX_INSTRUCTIONS = 300_000
"""Pieces of a page's drawing instructions; a page of text has some thousands, a detailed map a hundred thousand."""

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff\u200b]")
_ENDS_SENTENCE = re.compile(r"[.!?:…][\"'”’»)\]]*$")
_BULLET = re.compile(r"[•‣▪●■◦*–—-]\s|\(?\d{1,2}[.)]\s")
_LONGEST_WORD = 50
_BROKEN_WORD = re.compile(r"([^\W\d_]+)[-\u2010\u00ad]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_COMPOUND = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?:-[^\W\d_]+)+")  # the look behind keeps it linear
# Second halves that keep their hyphen when a line ends at it: they follow whole words, not syllables.
_SECOND_HALVES = frozenset("called wing winger term based backed style styled level minded proclaimed scale".split())
_PAGE_NUMBER = re.compile(r"(?:(?:page|p\.)\s*)?[-–—|]?\s*\d{1,4}\s*[-–—|]?(?:\s*(?:/|of)\s*\d{1,4})?", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+(?:\s+\d{1,4}\s*/\s*\d{1,4})?")  # what browsers print below a page
_NO_TITLE = re.compile(r"untitled.*|microsoft word.*|.*\.(?:docx?|odt|rtf|indd|pdf|tex|html?)|[\W\d_]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line on a page: its text, where it starts and how large it is set, in points, y going up."""

    text: str
    page: int
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class _Style:
    """How lines of one size of type are set: distance between lines in points, characters in a full line and in all."""

    leading: float
    width: int
    characters: int


class _OutOfTimeError(Exception):
    pass


def read_pdf(data: bytes, name: str) -> Document:
    """A PDF to a document whose source is the text that was taken out of it.

    Lines are brought together to paragraphs by their distance, indent and size of type; words that were hyphenated at a
    line's end are whole again, other line breaks stay in the text. Columns are read one after the other, also where they
    are drawn row by row. What repeats at the edge of the pages, and page
    numbers, are blocks with a reason.

    Args:
        data: the bytes of the file.
        name: a path, a URL, or what else names the document.

    Raises:
        InputError: where it is no PDF, encrypted, damaged, too long, too costly to read, or without text.
    """
    from pypdf import PdfReader, apply_configuration
    from pypdf.errors import LimitReachedError

    try:
        with (
            _silence("pypdf"),
            apply_configuration(
                zlib_maximum_output_length=MAX_STREAM,
                lzw_maximum_output_length=MAX_STREAM,
                run_length_maximum_output_length=MAX_STREAM,
                brotli_maximum_output_length=MAX_STREAM,
                array_based_stream_maximum_output_length=MAX_STREAM,
                stream_decoding_work_maximum_length=3 * MAX_STREAM,
                stream_parsing_work_maximum_count=MAX_INSTRUCTIONS,
                xform_maximum_invocations_per_extraction=500,
                dictionary_maximum_element_count=5_000,
                page_tree_maximum_entries=10 * MAX_PAGES,
                jbig2dec_binary=None,
            ),
        ):
            reader = PdfReader(BytesIO(data), root_object_recovery_limit=1000, xref_stream_maximum_entries=200_000)
            if reader.is_encrypted and not reader.decrypt(""):
                raise InputError(f"{name}: is protected by a password. Save a copy without one.")
            lines = _lines(reader, name)
            metadata = _metadata(reader)
    except InputError:
        raise
    except (LimitReachedError, _OutOfTimeError, MemoryError, RecursionError) as error:
        raise InputError(
            f"{name}: takes more time or memory to read than an article should. "
            "Print the article to a new PDF, or give its text (for example by pdftotext)."
        ) from error
    except Exception as error:  # damaged files lead to errors of every kind
        if type(error).__name__ == "DependencyError":
            raise InputError(
                f"{name}: is encrypted. Save a copy that is not (qpdf --decrypt IN.pdf OUT.pdf)."
            ) from error
        raise InputError(
            f"{name}: is a damaged PDF, or none at all ({str(error)[:100]}). Open it and print it to a new PDF, or give its text."
        ) from error
    _check_text(lines, name)
    return _document(lines, name, metadata)


@contextmanager
def _silence(logger: str) -> Iterator[None]:
    """Nothing is logged: what is wrong with a file is said by the error."""
    log = logging.getLogger(logger)
    level = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.setLevel(level)


def _lines(reader: PdfReader, name: str) -> list[_Line]:
    pages = len(reader.pages)
    if pages > MAX_PAGES:
        raise InputError(f"{name}: has {pages} pages, more than {MAX_PAGES}. Split it and score the parts.")
    lines: list[_Line] = []
    deadline = time.monotonic() + MAX_SECONDS
    characters = 0

    def check_clock(*_: Any) -> None:
        if time.monotonic() > deadline:
            raise _OutOfTimeError

    for number, page in enumerate(reader.pages):
        check_clock()
        pieces: list[Piece] = []

        def see(
            text: str, cm: list[float], tm: list[float], _font: Any, size: float, pieces: list[Any] = pieces
        ) -> None:
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            scale = math.hypot(tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3])
            pieces.append(Piece(text, x, y, abs(size * scale)))

        _part_pieces(page)
        page.extract_text(visitor_operand_before=check_clock, visitor_text=see)
        check_clock()  # pypdf goes on after an error inside a form
        characters += sum(len(piece.text) for piece in pieces)
        if characters > MAX_CHARACTERS:
            raise InputError(f"{name}: holds more than {MAX_CHARACTERS:,} characters. Split it and score the parts.")
        lines.extend(_page_lines(pieces, number))
    return lines


def _part_pieces(page: PageObject) -> None:
    """Have pypdf tell of text piece by piece: it brings together what is moved along a line and not begun anew.

    A piece ends for it where the coordinates change, which they may do to what they are.
    """
    from pypdf.generic import ContentStream, FloatObject, NameObject

    if "/Contents" not in page:
        return
    content = ContentStream(page["/Contents"].get_object(), page.pdf, "bytes")  # as extract_text makes it
    same = [FloatObject(number) for number in (1, 0, 0, 1, 0, 0)], b"cm"
    content.operations = [
        one for pair in content.operations for one in ((same, pair) if pair[1] in (b"Td", b"TD", b"Tm") else (pair,))
    ]
    page[NameObject("/Contents")] = content


def _page_lines(pieces: list[Piece], page: int) -> Iterator[_Line]:
    """Pieces of text, with line feeds in them, to lines in reading order. A line stands where its first piece does."""
    rows: list[Row] = []
    row: Row = []
    for piece in [*pieces, Piece("\n", 0.0, 0.0, 0.0)]:
        for index, part in enumerate(piece.text.split("\n")):
            if index and row:
                rows.append(row)
                row = []
            if part.strip():
                row.append(piece._replace(text=part))
            elif part and row:  # white space stands nowhere by itself
                row[-1] = row[-1]._replace(text=row[-1].text + part)
    for row in in_reading_order(rows):
        if line := _clean("".join(piece.text for piece in row)):
            longest = max(row, key=lambda piece: len(piece.text))  # a bullet or an initial has its own size
            yield _Line(line, page, row[0].x, row[0].y, round(longest.size, 1))


def _clean(text: str) -> str:
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return " ".join(_CONTROLS.sub("", whole).translate(_LIGATURES).split())


def _check_text(lines: list[_Line], name: str) -> None:
    visible = Counter(char for line in lines for char in line.text if char != " ")
    if visible["\ufffd"] > 0.5 * visible.total() and visible:
        raise InputError(f"{name}: its fonts do not say which letters they show. Run OCR first (for example ocrmypdf).")
    if not any(char.isalnum() for char in visible):
        raise InputError(f"{name}: holds no text, probably a scan. Run OCR first (for example ocrmypdf).")


def _document(lines: list[_Line], name: str, metadata: Metadata) -> Document:
    styles = _styles(lines)
    body_size = max(styles, key=lambda size: styles[size].characters)
    boilerplate = _boilerplate(lines, body_size)
    paragraphs: list[tuple[list[_Line], str]] = []
    aside: list[tuple[list[_Line], str]] = []  # boilerplate met inside a paragraph that runs over a page's end
    current: list[_Line] = []
    for index, line in enumerate(lines):
        if index in boilerplate:
            aside.append(([line], boilerplate[index]))
        elif current and _goes_on(current, line, styles[line.size]):
            current.append(line)
        else:
            if current:
                paragraphs.append((current, ""))
            paragraphs.extend(aside)
            aside.clear()
            current = [line]
    if current:
        paragraphs.append((current, ""))
    paragraphs.extend(aside)
    headline = _headline(paragraphs, body_size)
    compounds = {match.casefold() for line in lines for match in _COMPOUND.findall(line.text)}
    texts: list[str] = []
    blocks: list[Block] = []
    start = 0
    for number, (content, reason) in enumerate(paragraphs):
        text = _join(content, compounds)
        blocks.append(Block(start, start + len(text), "headline" if number == headline else "body", reason))
        texts.append(text)
        start += len(text) + 2
    whole = "\n\n".join(texts)
    return build_document(name, whole, whole, blocks, metadata=metadata)


def _styles(lines: list[_Line]) -> dict[float, _Style]:
    """The usual setting of the lines of each size."""
    lengths: dict[float, list[int]] = {}
    distances: dict[float, Counter[float]] = {}
    for index, line in enumerate(lines):
        lengths.setdefault(line.size, []).append(len(line.text))
        before = lines[index - 1] if index else line
        distance = round(before.y - line.y, 1)
        if before.page == line.page and before.size == line.size and distance > 0.5 * line.size:
            distances.setdefault(line.size, Counter())[distance] += 1
    return {
        size: _Style(
            leading=distances[size].most_common(1)[0][0] if size in distances else 1.2 * size,
            width=sorted(every)[int(0.8 * (len(every) - 1))],
            characters=sum(every),
        )
        for size, every in lengths.items()
    }


def _boilerplate(lines: list[_Line], body_size: float) -> dict[int, str]:
    """Number of each line that is boilerplate, with the reason: only the outermost lines of a page are asked."""
    pages: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        pages.setdefault(line.page, []).append(index)
    edges: set[int] = set()
    for indexes in pages.values():
        down = sorted(indexes, key=lambda index: -lines[index].y)
        edges.update(index for index in down[:2] + down[-2:] if lines[index].size <= 1.2 * body_size)
    keys = {index: re.sub(r"\d+", "#", lines[index].text).casefold() for index in edges}
    seen = Counter(key for key, _ in {(keys[index], lines[index].page) for index in edges})
    found: dict[int, str] = {}
    for index, key in keys.items():
        text = lines[index].text
        if _PAGE_NUMBER.fullmatch(text):
            found[index] = "page number"
        elif seen[key] >= 3 or 2 <= seen[key] >= 0.4 * len(pages) or _ADDRESS.fullmatch(text):
            found[index] = "running header or footer"
    return found


def _goes_on(paragraph: list[_Line], line: _Line, style: _Style) -> bool:
    """Whether a line belongs to the paragraph before it."""
    last = paragraph[-1]
    if abs(last.size - line.size) > 0.1 * line.size or _BULLET.match(line.text):
        return False
    ended = _ENDS_SENTENCE.search(last.text[-10:]) is not None
    down = last.y - line.y
    if last.page != line.page or down < -0.5 * line.size:  # the next page or column
        return not ended
    if down > 1.3 * style.leading:
        return False
    indented = 0.8 * line.size < line.x - last.x < 6 * line.size
    if down > 0.5 * line.size and indented and not _BULLET.match(paragraph[0].text):
        return False
    return not (ended and len(last.text) < 0.75 * style.width)


def _headline(paragraphs: list[tuple[list[_Line], str]], body_size: float) -> int | None:
    """Number of the paragraph that is set largest on the first page, where it is larger than the body."""
    first = [
        (lines[0].size, -number)
        for number, (lines, reason) in enumerate(paragraphs)
        if not reason and lines[0].page == paragraphs[0][0][0].page and lines[0].size > 1.15 * body_size
    ]
    return -max(first)[1] if first else None


def _join(lines: list[_Line], compounds: set[str]) -> str:
    """The text of a paragraph; a word that a line's end cuts in two is made whole."""
    parts = [lines[0].text]
    for line in lines[1:]:
        broken = _BROKEN_WORD.search(parts[-1][-_LONGEST_WORD:])
        rest = _FIRST_WORD.match(line.text)
        if broken and rest:
            compound = f"{broken[1]}-{rest[0]}".casefold()
            keeps = not rest[0].islower() or rest[0] in _SECOND_HALVES or compound in compounds
            soft = parts[-1].endswith("\u00ad")
            parts[-1] = parts[-1][:-1] + ("-" if keeps and not soft else "")
        else:
            parts.append("\n")
        parts.append(line.text)
    return "".join(parts)


def _metadata(reader: PdfReader) -> Metadata:
    """Title and day of making, where the file gives them and they mean something."""
    try:
        info = reader.metadata
        title = _clean((info.title or "")[:1000]) if info else ""
        made = info.creation_date if info else None
        printed = info is not None and re.search("mozilla|chrom|skia", f"{info.creator} {info.producer}", re.IGNORECASE)
    except Exception:  # a damaged entry that nothing else depends on
        return Metadata()
    # A browser writes the day on which the page was printed.
    sensible = made is not None and not printed and 1990 <= made.year <= date.today().year
    return Metadata(
        title="" if _NO_TITLE.fullmatch(title) else title,
        date=made.date().isoformat() if made is not None and sensible else "",
    )
