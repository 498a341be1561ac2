"""Reads spaCy's binary sets of documents (``.spacy``), by spaCy itself: they are packed msgpack, and nothing is unpickled."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from biasdetect.errors import MissingExtraError
from biasdetect.labels import rows
from biasdetect.labels.formats.protocol import Format, Input
from biasdetect.labels.names import Classes, shown, unnamed
from biasdetect.labels.rows import LayerSpan, Row, RowSource, UnreadableError

_ENTITIES = "ents"


def _rows(source: RowSource, given: Input) -> Iterator[Row]:
    source.format = "spaCy DocBin"
    _refuse_large(given.data)
    try:
        from spacy.tokens import DocBin
        from spacy.vocab import Vocab
    except ImportError as error:
        raise MissingExtraError("Reading .spacy files", "spacy") from error
    try:
        documents = list(DocBin().from_bytes(given.data).get_docs(Vocab()))
    except (KeyboardInterrupt, MemoryError):
        raise
    except Exception as error:  # the library lets errors of all its parsers through
        reason = shown(f"{type(error).__name__}: {error}", 100)
        raise UnreadableError("format", f"is no DocBin that spaCy reads ({reason}). Save it anew.") from None
    for number, document in enumerate(documents, 1):
        fields = {"text": document.text, "label": Classes(document.cats) or None, "spans": _spans(document)}
        yield Row(number, fields, {**fields, "label": dict(document.cats)}, questions=("label",))


def _spans(document: Any) -> list[LayerSpan] | None:
    """Marks of all groups and the entities, each a layer; None where nobody looked for any."""
    marked = {_ENTITIES: document.ents, **dict(document.spans)}
    found = [
        LayerSpan({"start": span.start_char, "end": span.end_char, "category": span.label_ or unnamed(layer)}, layer)
        for layer, spans in marked.items()
        for span in spans
    ]
    return found if found or document.spans or document.has_annotation("ENT_IOB") else None


def _refuse_large(data: bytes) -> None:
    """Refuse what spaCy would unpack without a bound."""
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(data, rows.MAX_BYTES)
    except zlib.error as error:
        raise UnreadableError("format", f"is no DocBin ({error}). Save it anew.") from None
    if unpacker.unconsumed_tail:
        raise UnreadableError("too-large", f"is larger than {rows.MAX_BYTES // 1_000_000} MB once unpacked. Split it.")


FORMAT = Format(lambda given: given.suffix == ".spacy", _rows)
