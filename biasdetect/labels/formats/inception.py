"""Reads exports of INCEpTION, UIMA CAS as JSON or XMI, by dkpro-cassis (which converts UTF-16 offsets)."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from biasdetect.errors import MissingExtraError
from biasdetect.labels.formats.documents import Mark, document_rows
from biasdetect.labels.formats.protocol import Format, Input
from biasdetect.labels.names import shown, unnamed
from biasdetect.labels.rows import Row, RowSource, UnreadableError, read_bytes

_SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"
_STRUCTURE = re.compile(r"(?:uima|de\.tudarmstadt\.ukp\.dkpro\.core\.api\.(?:segmentation|metadata|lexmorph|syntax))\.")
_FEATURES = ("category", "label", "value", "technique", "kind")
_CAS_JSON = re.compile(rb'\s*\{\s*"%(?:TYPES|FEATURE_STRUCTURES|VIEWS)"')
_BUILT_IN = {"begin", "end", "sofa", "identifier", "id", "uiName", "layer", "name"}


def _json_rows(source: RowSource, given: Input) -> Iterator[Row]:
    """Rows of a UIMA CAS JSON file (0.4.0), which brings its type system along."""
    yield from _rows(source, lambda cassis: cassis.load_cas_from_json(given.text))


def _xmi_rows(source: RowSource, given: Input) -> Iterator[Row]:
    """Rows of an XMI file; its type system is the ``TypeSystem.xml`` beside it."""
    data = given.data
    types = given.path.with_name("TypeSystem.xml")
    if not types.is_file():
        raise UnreadableError("format", "has no TypeSystem.xml beside it. Unpack it out of the same export.")
    system = read_bytes(types)
    for name, content in ((given.path.name, data), (types.name, system)):
        if b"<!DOCTYPE" in content[:10_000]:  # entities could unfold without bounds; no export has them
            raise UnreadableError("format", f"{name} declares a document type, which no export of INCEpTION does.")

    def load(cassis: Any) -> Any:
        return cassis.load_cas_from_xmi(io.BytesIO(data), typesystem=cassis.load_typesystem(io.BytesIO(system)))

    yield from _rows(source, load)


def _rows(source: RowSource, load: Any) -> Iterator[Row]:
    try:
        import cassis  # type: ignore[import-not-found]
    except ImportError as error:
        raise MissingExtraError("Reading INCEpTION files", "inception") from error
    source.format = "INCEpTION"
    try:
        with warnings.catch_warnings(action="ignore"):  # offsets beyond the text; they become problems below
            cas = load(cassis)
        text = cas.sofa_string or ""
        sentences = sorted({(mark.begin, mark.end) for mark in cas.select(_SENTENCE)}) if _has_sentences(cas) else []
        marks = list(_marks(cas))
    except (KeyboardInterrupt, MissingExtraError):
        raise
    except Exception as error:  # the library lets errors of its parsers and of plain dictionaries through
        reason = shown(f"{type(error).__name__}: {error}", 100)
        raise UnreadableError("format", f"is no CAS that dkpro-cassis reads ({reason}). Export it anew.") from None
    if not sentences:
        sentences = [match.span() for match in re.finditer(r"[^\n]+", text)]
    yield from document_rows(source, Path(source.name), text, sentences, marks)


def _has_sentences(cas: Any) -> bool:
    return bool(cas.typesystem.contains_type(_SENTENCE))


def _marks(cas: Any) -> Iterator[Mark]:
    """Annotations of the layers that people mark."""
    for annotation in cas.select_all_annotations():
        kind = annotation.type
        if is_structure(kind.name) or getattr(annotation, "begin", None) is None:
            continue
        features = [feature.name for feature in kind.all_features if feature.name not in _BUILT_IN]
        values = {name: value for name in features if isinstance(value := getattr(annotation, name, None), str)}
        for name, layer in named_by(kind.name.rpartition(".")[2], values):
            yield Mark(annotation.begin, annotation.end, name, layer=layer)


def is_structure(layer: str) -> bool:
    """Whether a layer, by its whole name, is one of sentences, words and grammar, which nobody marks wording on."""
    return bool(_STRUCTURE.match(layer))


def named_by(layer: str, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Names of a mark, each with the layer that it stands on.

    Where no feature is known to name the category and several could, each is a layer of its own, so that it is asked
    which one does.

    Args:
        layer: its short name.
        values: of the mark's features, those that it has.
    """
    known = naming_value(values)
    if known is None and len(values) > 1:
        yield from ((value, f"{layer}.{feature}") for feature, value in values.items())
    else:
        yield known if known is not None else next(iter(values.values()), unnamed(layer)), layer


def naming_value(values: Mapping[str, str]) -> str | None:
    """The value of the feature that names a mark's category; None where no feature is known to."""
    return next((values[feature] for feature in _FEATURES if feature in values), None)


JSON = Format(
    lambda given: given.suffix not in (".csv", ".tsv", ".jsonl") and bool(_CAS_JSON.match(given.start)), _json_rows
)
XMI = Format(lambda given: given.suffix == ".xmi", _xmi_rows)
