"""Reads documents of GATE: its XML, its JSON (that of tweets), and bdocjs of its Python library."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from biasdetect.labels.formats.documents import Mark, document_rows
from biasdetect.labels.formats.inception import naming_value
from biasdetect.labels.formats.protocol import Format, Input, Record, Shape
from biasdetect.labels.names import shown
from biasdetect.labels.rows import Answered, LayerSpan, Row, RowSource, UnreadableError

_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<GateDocument\b", re.DOTALL)
_MADE = frozenset("Token SpaceToken Split Sentence DEFAULT_TOKEN Lookup paragraph".split())
_MARKUP = "Original markups"  # the set that GATE makes of a page's markup


def _named(kind: str, layer: str, features: Mapping[str, Any]) -> tuple[str, str]:
    """Name and layer of an annotation: a feature names it where one is known to, else its type does."""
    name = naming_value({key: value for key, value in features.items() if isinstance(value, str)})
    return (kind, layer or "annotations") if name is None else (name, kind)


def _xml_rows(source: RowSource, given: Input) -> Iterator[Row]:
    """A row for each sentence that GATE found, or for each line where it was not asked to find any."""
    source.format = "GATE"
    if b"<!DOCTYPE" in given.data:  # entities could unfold without bounds; no document of GATE has them
        raise UnreadableError("format", "declares a document type, which no document of GATE does.")
    try:
        root = ElementTree.fromstring(given.data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise UnreadableError(
            "format", f"is no XML that can be read ({shown(str(error), 100)}). Save it anew."
        ) from None
    text, nodes = _text(root)
    marks: list[Mark] = []
    sentences: list[tuple[int, int]] = []
    for group in root.iter("AnnotationSet"):
        name = group.get("Name") or ""
        for annotation in group.iter("Annotation") if name != _MARKUP else ():
            kind = annotation.get("Type") or ""
            start, end = (nodes.get(annotation.get(edge) or "") for edge in ("StartNode", "EndNode"))
            if start is None or end is None:
                raise UnreadableError("format", f"has {shown(kind)} at a place that its text lacks. Save it anew.")
            if kind == "Sentence" and start < end:
                sentences.append((start, end))
            elif kind not in _MADE:
                named, layer = _named(kind, name, _features(annotation))
                marks.append(Mark(start, end, named, layer=layer))
    lines = [match.span() for match in re.finditer(r"[^\n]+", text)]
    yield from document_rows(source, Path(source.name), text, _apart(sentences) or lines, marks)


def _text(root: ElementTree.Element) -> tuple[str, dict[str, int]]:
    """The text, and the offset of every node in it by the node's number."""
    holder = root.find("TextWithNodes")
    if holder is None:
        raise UnreadableError("format", "is a document of GATE without a text. Save it anew.")
    parts, length = [holder.text or ""], len(holder.text or "")
    nodes: dict[str, int] = {}
    for node in holder:
        nodes[node.get("id") or ""] = length
        parts.append(node.tail or "")
        length += len(parts[-1])
    return "".join(parts), nodes


def _features(annotation: ElementTree.Element) -> dict[str, str]:
    return {(feature.findtext("Name") or ""): feature.findtext("Value") or "" for feature in annotation.iter("Feature")}


def _apart(sentences: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sentences in order; of several sets, those that overlap none before them."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(sentences)):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _json_rows(record: Record) -> Iterator[Record]:
    """The row of a document, with the annotations of all types that people make."""
    spans: list[LayerSpan] = []
    for kind, found in record["entities"].items():
        for annotation in found if kind not in _MADE else ():
            start, end = annotation["indices"]
            features = {key: value for key, value in annotation.items() if key != "indices"}
            spans.append(_span(start, end, kind, "", features))
    yield Answered({**_others(record, "entities"), "spans": spans}, ())


def _bdoc_rows(record: Record) -> Iterator[Record]:
    spans: list[LayerSpan] = []
    for name, group in record["annotation_sets"].items():
        for annotation in group["annotations"] if name != _MARKUP else ():
            kind = annotation["type"]
            if kind not in _MADE:
                features = annotation.get("features") or {}
                spans.append(_span(annotation["start"], annotation["end"], kind, name, features))
    if record.get("offset_type") == "j" and max(record["text"], default="") > "\uffff":
        raise ValueError('its offsets are those of Java; save it with offset_type "p"')
    yield Answered({**_others(record, "annotation_sets", "offset_type", "features"), "spans": spans}, ())


def _span(start: int, end: int, kind: str, layer: str, features: Mapping[str, Any]) -> LayerSpan:
    name, own = _named(kind, layer, features)
    return LayerSpan({"start": start, "end": end, "category": name}, own)


def _others(record: Record, *taken: str) -> Record:
    return {key: value for key, value in record.items() if key not in taken}


def _is_json(record: Record) -> bool:
    entities = record.get("entities")
    if not isinstance(entities, dict) or not isinstance(record.get("text"), str):
        return False
    return all(isinstance(found, list) and all("indices" in one for one in found) for found in entities.values())


XML = Format(lambda given: bool(_XML.match(given.start)), _xml_rows)
JSON = Shape("GATE", _is_json, _json_rows)
BDOC = Shape("GATE (bdocjs)", lambda record: isinstance(record.get("annotation_sets"), dict), _bdoc_rows)
