"""Refuses what is no DOCX, or one that would cost too much to read, before python-docx sees it."""

from __future__ import annotations

import zipfile
from io import BytesIO

from biasdetect.errors import InputError

MAX_UNPACKED = 50_000_000
"""Bytes that all files inside a DOCX may have together."""
MAX_ENTRIES = 2_000
"""Files inside a DOCX; an article with a hundred pictures has some 150."""
MAX_TAGS = 500_000
"""XML tags inside a DOCX. Each takes some hundred bytes of memory; a long article has 50,000."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
_STRICT = b"http://purl.oclc.org/ooxml/"  # begins the names of ISO/IEC 29500 Strict, where others have schemas.openxmlformats.org
INVALID = "Open it in a word processor, save it as .docx again, or save it as plain text."

# What else comes in a ZIP file: a file inside that gives it away, what it is, what to do.
_RELATIVES = (
    ("xl/workbook.xml", "an Excel workbook", "Save the sheet with the articles as CSV."),
    ("ppt/presentation.xml", "a PowerPoint presentation", "Save its text as plain text."),
    ("META-INF/container.xml", "an EPUB book", "Convert its chapters to HTML or plain text."),
    ("Index/Document.iwa", "a Pages document", "Export it as .docx."),
    ("content.xml", "an OpenDocument file", "Save it as .docx or as plain text."),
)


def check_container(data: bytes, name: str) -> None:
    """Refuse what python-docx should never see; everything is unpacked once, since the directory may lie on sizes.

    Args:
        data: the bytes of the file.
        name: of the document, for messages.

    Raises:
        InputError: where it is no DOCX, encrypted, in ISO Strict, damaged, or unreasonably large when unpacked.
    """
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise InputError(f"{name}: is protected by a password. Save a copy without one.")
        raise InputError(f"{name}: is a Word document of the old kind (.doc). Save it as .docx.")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_entries(archive, name)
    except InputError:
        raise
    except Exception as error:  # zipfile lets errors of many kinds through from damaged files
        raise InputError(f"{name}: is a damaged DOCX file, or none at all ({brief(error)}). {INVALID}") from error


def _check_entries(archive: zipfile.ZipFile, name: str) -> None:
    entries = archive.infolist()
    names = set(archive.namelist())
    for member, what, advice in _RELATIVES:
        if member in names:
            raise InputError(f"{name}: is {what}, which cannot be read. {advice}")
    if "[Content_Types].xml" not in names:
        raise InputError(f"{name}: is a ZIP archive and no DOCX. Unpack it and give the articles in it.")
    too_large = f"{name}: is a DOCX that unpacks to an unreasonable size. Save the article alone as a new .docx file."
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise InputError(too_large)
    left = MAX_UNPACKED
    tags = 0
    for entry in entries:
        if entry.flag_bits & 1:
            raise InputError(f"{name}: is protected by a password. Save a copy without one.")
        # LZMA and its like may ask for gigabytes to unpack a few bytes; DOCX has no use for them.
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InputError(f"{name}: is a DOCX packed in an unusual way. {INVALID}")
        with archive.open(entry) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if entry.filename == "_rels/.rels" and _STRICT in content:
            raise InputError(
                f"{name}: is in ISO Strict Open XML, which cannot be read. Save it as a plain Word document "
                "(.docx; in Word the type “Word Document”, not “Strict Open XML Document”)."
            )
        if not content.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith((b"<", b"\0<")):
            continue  # a picture, a font
        tags += content.count(b"<")
        if left < 0 or tags > MAX_TAGS:
            raise InputError(too_large)
        # Entities come with a document type, which the standard forbids in a DOCX.
        if any(mark in content for mark in _DOCTYPES) and not entry.filename.endswith(".svg"):
            raise InputError(f"{name}: is a DOCX with XML entities in it, which may be an attack. {INVALID}")


def brief(error: Exception) -> str:
    """What an error says, in one short line."""
    return str(error).split("\n", 1)[0][:100] or type(error).__name__


def content_types(data: bytes) -> bytes:
    """The part of a DOCX that says of which type each other part is."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.read("[Content_Types].xml")
