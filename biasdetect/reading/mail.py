"""Reads e-mail (.eml): what its sender wrote, what is quoted in it and by whom it was written, and its signature."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from email.utils import parseaddr, parsedate_to_datetime

from biasdetect.errors import InputError
from biasdetect.reading.document import Block, Document, build_document
from biasdetect.reading.encoding import decode_text, page_encoding
from biasdetect.reading.formats import FORMATS, too_large
from biasdetect.reading.mail_text import find_parts, unfolded
from biasdetect.reading.prose import has_words, no_text
from biasdetect.reading.said import Said
from biasdetect.reading.text import find_paragraphs
from biasdetect.results import Metadata

MAX_PARTS = 2_000
"""Parts of a message, attachments among them; each takes memory."""
MAX_BOUNDARIES = 100
"""Parts that have parts: where they stand in each other, every line is compared with the boundary of each."""
MAX_LINES = 1_000_000
"""Lines, those of attachments among them, which are of 57 bytes each."""

_BOUNDARY = re.compile(rb"\bboundary\s?=", re.IGNORECASE)
_LONGEST_HEADER = 2_000  # characters; what is longer is cut
_LOCKED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
_REPLY = re.compile(r"(?:\s{0,9}(?:re|fwd?|aw|wg|sv|vs|tr|rép)\s?(?:\[\d{1,4}\])?\s?:)+\s*", re.IGNORECASE)
_MORE = 3  # times as many words in the HTML as in the plain text, which then only says that there is HTML


def read_mail(data: bytes, name: str) -> Document:
    """An e-mail to a document whose source is the text that was taken out of it.

    The subject is the headline, then comes the plain text of the body, or its HTML where there is no plain text. Quoted
    lines, and what stands below the header of another message, are somebody else's words, with the name of who wrote them
    where it is said. Signatures, such headers, and the lines that say who wrote what are kept with a reason. Attachments
    are not read.

    Args:
        data: the bytes of the message.
        name: a path, a URL, or what else names the document.

    Raises:
        InputError: where it is no e-mail, encrypted, of too many parts, or without text.
    """
    message = _parsed(data, name)
    if not any(field in message for field in ("From", "Subject", "Date", "Received", "Message-ID")):
        raise InputError(
            f"{name}: is no e-mail: it has no header. Save the message as .eml with its header, or as text."
        )
    plain, html = _bodies(message, name)
    for body, form in ((plain, FORMATS["text"]), (html, FORMATS["html"])):
        if len(body) > form.max_bytes:
            raise too_large(name, form.max_bytes)
    page = _read_html(html, name) if plain.count(" ") * _MORE < html.count(" ") else None
    if page and page.text.count(" ") <= plain.count(" ") * _MORE and has_words(plain):
        page = None
    if page is None and not has_words(plain):
        if message.get_content_type() in _LOCKED:
            raise InputError(f"{name}: is encrypted. Save its text from the mail program that can read it.")
        raise no_text(name)
    text = page or _read_plain(plain, name)
    return _with_subject(text, _subject(message), _metadata(message))


class _Policy(Compat32):
    """Headers are read as they are, and no further than any mail program writes them."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Name and value of a header."""
        kept, length = [], 0
        for line in sourcelines:
            kept.append(line[: _LONGEST_HEADER - length])
            length += len(kept[-1])
            if length >= _LONGEST_HEADER:
                break
        return super().header_source_parse(kept)


def _parsed(data: bytes, name: str) -> Message:
    if data.count(b"\n") > MAX_LINES or sum(1 for _ in _BOUNDARY.finditer(data)) > MAX_BOUNDARIES:
        raise _too_many(name)
    parts = 0

    def counted(*arguments: object, **options: object) -> Message:
        nonlocal parts
        parts += 1
        if parts > MAX_PARTS:
            raise _too_many(name)
        return Message(*arguments, **options)  # type: ignore[arg-type]

    try:
        return message_from_bytes(data, policy=_Policy(message_factory=counted))  # type: ignore[call-overload, no-any-return]
    except RecursionError:
        raise _too_many(name) from None


def _too_many(name: str) -> InputError:
    return InputError(f"{name}: is an e-mail of more parts, or lines, than any article. Save its text alone.")


def _bodies(message: Message, name: str) -> tuple[str, str]:
    """The plain text and the HTML of a message, empty where there is none; messages that are attached are left out."""
    found: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    left = [message]
    while left:
        part = left.pop()
        kind = part.get_content_type()
        if kind.startswith("multipart/") and part.is_multipart():
            left += reversed([one for one in part.get_payload() if isinstance(one, Message)])
        elif kind in found and part.get_content_disposition() != "attachment" and not part.get_filename():
            found[kind].append(_decoded(part, kind, name))
    return "\n\n".join(filter(has_words, found["text/plain"])), "\n".join(filter(has_words, found["text/html"]))


def _decoded(part: Message, kind: str, name: str) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload:
        return ""
    charset = str(part.get_param("charset", "") or "")[:40]
    if not charset and kind == "text/html":
        charset = page_encoding(payload[:5000])
    try:
        text = decode_text(payload, name, charset)
    except InputError:  # a part that calls itself text
        return ""
    if str(part.get_param("format", "")).lower() == "flowed":
        return unfolded(text, delete_space=str(part.get_param("delsp", "")).lower() == "yes")
    return text


def _read_html(html: str, name: str) -> Document | None:
    from biasdetect.reading.html import read_html

    with suppress(InputError):
        page = read_html(html, name)
        return replace(page, source=page.text, places=None)
    return None


def _read_plain(plain: str, name: str) -> Document:
    blocks: list[Block] = []
    quoted: list[Said] = []
    pieces: list[str] = []
    length = 0
    for part in find_parts(plain):
        inner = part.text.strip()
        whole = [(at := part.text.find(inner), at + len(inner))] if inner else []
        for start, end in whole if part.reason else find_paragraphs(part.text):
            pieces.append(part.text[start:end])
            blocks.append(Block(length, length + end - start, reason=part.reason))
            if part.quoted:
                quoted.append(Said(length, length + end - start, part.speaker))
            length += end - start + 1
    text = "\n".join(pieces)
    return build_document(name, text, text, blocks, quoted=quoted)


def _with_subject(body: Document, subject: str, metadata: Metadata) -> Document:
    """The document with its subject as the headline, unless that is its first line too."""
    blocks = [replace(block, role="body") for block in body.blocks]
    if not has_words(subject):
        return replace(body, metadata=metadata)
    if blocks and _plain(body.text[blocks[0].start : blocks[0].end]) == _plain(subject):
        blocks[0] = replace(blocks[0], role="headline", reason="")
        return replace(body, blocks=tuple(blocks), metadata=metadata)
    shift = len(subject) + 1
    text = f"{subject}\n{body.text}"
    return replace(
        body,
        source=text,
        text=text,
        blocks=(
            Block(0, len(subject), "headline"),
            *(replace(block, start=block.start + shift, end=block.end + shift) for block in blocks),
        ),
        no_prose=tuple((start + shift, end + shift) for start, end in body.no_prose),
        said=tuple(Said(said.start + shift, said.end + shift, said.speaker) for said in body.said),
        metadata=metadata,
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _metadata(message: Message) -> Metadata:
    """The sender is the outlet; the day is that of the sender's clock."""
    sender, address = parseaddr(_header(message, "From"))
    day = ""
    with suppress(ValueError, TypeError, OverflowError, IndexError):
        day = parsedate_to_datetime(_header(message, "Date")[:100]).date().isoformat()
    language = re.match(r"\s*([a-z]{2})(?:$|[^a-z])", _header(message, "Content-Language"), re.IGNORECASE)
    return Metadata(_subject(message), day, sender or address, language[1].lower() if language else "")


def _subject(message: Message) -> str:
    return _REPLY.sub("", _header(message, "Subject"), count=1)


def _header(message: Message, name: str) -> str:
    """A header, decoded, as one line; empty where there is none."""
    value = str(message.get(name, ""))[:_LONGEST_HEADER]
    with suppress(Exception):  # what is no encoded word stays as it is: codecs, binascii and email raise each their own
        value = str(make_header(decode_header(value)))
    return " ".join("".join(_printable(value)).split())


def _printable(text: str) -> Iterator[str]:
    for char in text:
        yield char if char.isprintable() or char == "\u00ad" else " "
