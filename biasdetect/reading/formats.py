"""The formats of documents: how each is known, how large it may be, what its offsets point into. One table for all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from biasdetect.errors import InputError, MissingReaderError

TextFormat = Literal["text", "markdown", "html", "latex", "rst"]
"""Formats that are text: they may be pasted, edited and sent, and offsets point into them as they are."""
Format = Literal[TextFormat, "docx", "odt", "rtf", "pdf", "epub", "email"]

_SOURCE = "the {} source"
_TAKEN_OUT = "the text that was taken out"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a format.

    Attributes:
        title: its name for people.
        suffixes: of its files, the usual one first; in small letters.
        media_types: that a server gives it.
        max_bytes: the largest that is read.
        offsets: what the offsets of a report point into.
        by: who reads it.
        languages: what editors call it.
        extra: of biasdetect, without which it is not read; empty where none is needed.
    """

    title: str
    suffixes: tuple[str, ...]
    media_types: tuple[str, ...]
    max_bytes: int
    offsets: str
    by: str
    languages: tuple[str, ...] = ()
    extra: str = ""


FORMATS: dict[Format, Known] = {
    "text": Known(
        "plain text",
        (".txt", ".text"),
        ("text/plain",),
        5_000_000,  # some 800,000 words, which no article has
        "the text",
        "",
        ("plaintext", "text"),
    ),
    "markdown": Known(
        "Markdown",
        (".md", ".markdown"),
        ("text/markdown", "text/x-markdown"),
        5_000_000,
        _SOURCE.format("Markdown"),
        "pyromark",
        ("markdown",),
    ),
    "html": Known(
        "HTML",
        (".html", ".htm", ".xhtml"),
        ("text/html", "application/xhtml+xml"),
        32_000_000,  # pages that were saved with their pictures inside
        _SOURCE.format("HTML"),
        "turbohtml, trafilatura",
        ("html",),
    ),
    "latex": Known(
        "LaTeX",
        (".tex", ".latex", ".ltx"),
        ("text/x-tex", "application/x-tex", "application/x-latex"),
        1_000_000,
        _SOURCE.format("LaTeX"),
        "pylatexenc",
        ("latex", "tex"),
        "formats",
    ),
    "rst": Known(
        "reStructuredText",
        (".rst", ".rest"),
        ("text/x-rst", "text/prs.fallenstein.rst"),
        500_000,  # docutils takes seconds and hundreds of megabytes for more
        _SOURCE.format("reStructuredText"),
        "docutils",
        ("restructuredtext",),
        "formats",
    ),
    "docx": Known(
        "DOCX",
        (".docx",),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
        64_000_000,
        _TAKEN_OUT,
        "python-docx",
    ),
    "odt": Known(
        "ODT",
        (".odt", ".ott"),
        ("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text-template"),
        64_000_000,
        _TAKEN_OUT,
        "lxml",
    ),
    "rtf": Known(
        "RTF",
        (".rtf",),
        ("application/rtf", "text/rtf"),
        64_000_000,  # with pictures inside
        _TAKEN_OUT,
        "striprtf",
        extra="formats",
    ),
    "pdf": Known("PDF", (".pdf",), ("application/pdf",), 64_000_000, _TAKEN_OUT, "pypdf"),
    "epub": Known("EPUB", (".epub",), ("application/epub+zip",), 64_000_000, _TAKEN_OUT, "lxml, turbohtml"),
    "email": Known("e-mail", (".eml",), ("message/rfc822",), 64_000_000, _TAKEN_OUT, "Python's email"),
}
"""All formats of documents that are read."""

TEXT_FORMATS: tuple[TextFormat, ...] = get_args(TextFormat)
SUFFIXES: dict[str, Format] = {suffix: form for form, known in FORMATS.items() for suffix in known.suffixes}
MEDIA_TYPES: dict[str, Format] = {kind: form for form, known in FORMATS.items() for kind in known.media_types}
LANGUAGES: dict[str, TextFormat] = {name: form for form in TEXT_FORMATS for name in FORMATS[form].languages}
"""What an editor calls a language, and what it is read as."""

_AS_HTML = "Convert it to HTML, for example with {}, and score that."
_PANDOC = _AS_HTML.format("pandoc")
_AS_DOCX = "Open it in a word processor, and save it as .docx or .odt."
_EACH = "Save each message as .eml."

REFUSED: dict[str, tuple[str, str]] = {
    ".adoc": ("AsciiDoc", _AS_HTML.format("asciidoctor")),
    ".asciidoc": ("AsciiDoc", _AS_HTML.format("asciidoctor")),
    ".org": ("Org", "Export it to HTML or Markdown, and score that."),
    ".wiki": ("wiki markup", _PANDOC),
    ".mediawiki": ("wiki markup", _PANDOC),
    ".textile": ("Textile", _PANDOC),
    ".typ": ("Typst", _AS_HTML.format("typst")),
    ".doc": ("a Word document of the old kind", "Save it as .docx."),
    ".dot": ("a Word template of the old kind", "Save it as .docx."),
    ".fodt": ("a flat OpenDocument file", "Save it as .odt."),
    ".pages": ("a Pages document", "Export it as .docx."),
    ".wpd": ("a WordPerfect document", _AS_DOCX),
    ".wps": ("a Works document", _AS_DOCX),
    ".mobi": ("a Kindle book", "Convert it to EPUB, for example with Calibre, and score that."),
    ".azw": ("a Kindle book", "Convert it to EPUB, for example with Calibre, and score that."),
    ".azw3": ("a Kindle book", "Convert it to EPUB, for example with Calibre, and score that."),
    ".msg": ("a message of Outlook", "Save it as .eml."),
    ".pst": ("a mailbox of Outlook", _EACH),
    ".mbox": ("a mailbox", _EACH),
    ".ps": ("PostScript", "Convert it to PDF, and score that."),
    ".djvu": ("DjVu", "Convert it to PDF with a text layer, and score that."),
    ".odp": ("an OpenDocument presentation", "Save its text as plain text."),
    ".ods": ("an OpenDocument spreadsheet", "Save the sheet with the articles as CSV."),
    ".ppt": ("a PowerPoint presentation", "Save its text as plain text."),
    ".pptx": ("a PowerPoint presentation", "Save its text as plain text."),
}
"""What would be taken for text, or is asked for often, and is not read: what it is, and what to do, by suffix."""


def suffix_of(name: str) -> str:
    """The suffix of a file's name, in small letters."""
    return Path(name).suffix.lower()


def text_form_of(name: str) -> TextFormat | None:
    """The format of a file by its name, where that is text; None where it is another, or not known."""
    form = SUFFIXES.get(suffix_of(name))
    return next((text for text in TEXT_FORMATS if text == form), None)


def missing_reader(form: Format, name: str) -> MissingReaderError:
    """The error for a document whose format is read by a library that is not installed."""
    known = FORMATS[form]
    return MissingReaderError(name or "the text", known.title, known.extra)


def too_large(name: str, most: int) -> InputError:
    """The error for a document of more bytes or characters than are read."""
    return InputError(
        f"{name}: larger than {most / 1_000_000:g} MB, which no article is. Split it into its articles and score those."
    )


def titles(forms: tuple[Format, ...] = get_args(Format), last: str = "or") -> str:
    """Formats by their names, as a sentence lists them: "plain text, Markdown or HTML"."""
    names = [FORMATS[form].title for form in forms]
    return f"{', '.join(names[:-1])} {last} {names[-1]}"
