"""Finds the column of texts of a table, fields inside fields, and the text in a list of paragraphs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from biasdetect.reading.tables.rows import TableError

TEXTS = (
    *("text", "body", "content", "article", "article_text", "article_body", "full_text", "main_text", "story"),
    *("document", "sentence", "paragraph", "headline"),
)
"""Names that a column of articles goes by, the likeliest first."""

_DEPTH = 4  # of fields inside fields whose names are shown


@lru_cache(4096)
def column_key(name: str) -> str:
    """A column's name without case, spaces and marks, to be compared with known names."""
    return "".join(character for character in name.lower() if character.isalnum())


def field_names(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Names of the fields of records; of a field in a field as ``article.body``."""
    names: dict[str, None] = {}
    for record in records:
        _add_names(record, "", names, _DEPTH)
    return list(names)


def _add_names(record: Mapping[str, Any], before: str, names: dict[str, None], depth: int) -> None:
    for key, value in record.items():
        if isinstance(value, dict) and value and depth > 1:
            _add_names(value, f"{before}{key}.", names, depth - 1)
        else:
            names[f"{before}{key}"] = None


def has_field(names: Sequence[str], name: str) -> bool:
    """Whether a field, or one that holds others, is among the names of :func:`field_names`."""
    return name in names or any(known.startswith(f"{name}.") for known in names)


def field_value(record: Mapping[str, Any], name: str) -> Any:
    """The value of a field, ``article.body`` being that of a field in a field; None where there is none."""
    if name in record or "." not in name:
        return record.get(name)
    value: Any = record
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def joined_paragraphs(value: Any) -> Any:
    """A text that is a list of paragraphs as one text, empty lines between them; anything else as it is."""
    if isinstance(value, list) and value and all(part is None or isinstance(part, str) for part in value):
        return "\n\n".join(part for part in value if part and part.strip())
    return value


def refuse_half_characters(text: str) -> None:
    """Refuse text that has no UTF-8 form.

    Raises:
        ValueError: with what is wrong.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        if 0xDC80 <= code <= 0xDCFF:
            raise ValueError(
                f"byte 0x{code - 0xDC00:02X} in it is no UTF-8. Save the file as UTF-8, or leave --encoding out."
            ) from None
        raise ValueError(f"holds half a character (U+{code:04X}).") from None


def find_text_column(names: Sequence[str], named: str | None, others: Iterable[str] = ()) -> str:
    """The column of texts.

    Args:
        names: of all columns, as :func:`field_names` gives them.
        named: what the user says; None where it is to be found by its name.
        others: further columns that the user named.

    Raises:
        TableError: where it is not found, or one that is named is missing.
    """
    for name in (named, *others):
        if name is not None and not has_field(names, name):
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise TableError("columns", f"has no column {name!r}. {hint}Its columns: {_some(names)}.")
    if named is not None:
        return named
    known = {column_key(name): name for name in reversed(names) if "." not in name}
    inner = [name for name in names if "." in name]
    for candidate in map(column_key, TEXTS):
        if candidate in known:
            return known[candidate]
        inside = [name for name in inner if column_key(name.rpartition(".")[2]) == candidate]
        if len(inside) == 1:
            return inside[0]
    hint = "Is the first line that of the names?" if len(names) < 2 else "Name it with --text-column."
    raise TableError("columns", f"has no column of texts that is recognised. {hint} Its columns: {_some(names)}.")


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "") if names else "none"
