"""Opens documents that are ZIP archives of XML, within bounds: what they say of themselves is not believed."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from biasdetect.errors import InputError

MAX_UNPACKED = 50_000_000
"""Bytes that are unpacked of an archive; pictures and fonts are not."""
MAX_ENTRIES = 10_000
"""Files inside an archive; a picture book has some thousands."""
MAX_TAGS = 500_000
"""Tags of XML in an archive. Each takes some hundred bytes of memory; a long article has 50,000."""

_ENTRY = b"PK\x01\x02"  # begins each entry of the directory
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
_AGAIN = "Open it in the program that made it and save it again, or save it as plain text."


class Archive:
    """A ZIP archive that is read file by file."""

    def __init__(self, data: bytes, name: str, what: str) -> None:
        """Read its directory.

        Args:
            data: the bytes of the archive.
            name: for messages.
            what: the format that it should be of, likewise.

        Raises:
            InputError: where it is no archive, or has too many files in it.
        """
        self._name, self._what = name, what
        self._left, self._tags = MAX_UNPACKED, 0
        if data.count(_ENTRY) > MAX_ENTRIES:
            raise self._too_large()
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
        except Exception as error:  # zipfile lets errors of many kinds through from damaged files
            raise self.damaged(error) from error
        self._members = set(self._archive.namelist())

    def __contains__(self, member: str) -> bool:
        return member in self._members

    def read(self, member: str) -> bytes:
        """A file of the archive.

        Raises:
            InputError: where it is missing, damaged, encrypted, or larger than what is left of the bounds.
        """
        if member not in self._members:
            raise self.damaged(f"{member[:80]!r} is missing")
        entry = self._archive.getinfo(member)
        if entry.flag_bits & 1:
            raise self.locked()
        # LZMA and its like may ask for gigabytes to unpack a few bytes
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self.damaged("packed in an unusual way")
        try:
            with self._archive.open(entry) as stream:
                content = stream.read(self._left + 1)
        except Exception as error:
            raise self.damaged(error) from error
        self._left -= len(content)
        if self._left < 0:
            raise self._too_large()
        return content

    def xml(self, member: str) -> Any:
        """The root element of an XML file of the archive; no entity is resolved.

        Raises:
            InputError: as :meth:`read`, and where it is no XML, or has a document type or too many tags.
        """
        from lxml import etree  # type: ignore[import-untyped]

        content = self.read(member)
        self._tags += content.count(b"<")
        if self._tags > MAX_TAGS:
            raise self._too_large()
        if any(mark in content for mark in _DOCTYPES):  # entities come with one
            raise self.damaged("it has XML entities in it, which may be an attack")
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            return etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self.damaged(error) from error

    def damaged(self, reason: Exception | str) -> InputError:
        """The error for an archive that is not what it should be."""
        brief = str(reason).split("\n", 1)[0][:100] or type(reason).__name__
        return InputError(f"{self._name}: is a damaged {self._what} file, or none at all ({brief}). {_AGAIN}")

    def locked(self) -> InputError:
        """The error for an archive that needs a password."""
        return InputError(f"{self._name}: is protected by a password. Save a copy without one.")

    def _too_large(self) -> InputError:
        return InputError(
            f"{self._name}: is a file of {self._what} that unpacks to an unreasonable size. Save the article alone as a new file."
        )
