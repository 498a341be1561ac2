"""Reads JSON Lines, and JSON: an array of records, or one record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from biasdetect.labels.formats.protocol import Format, Input
from biasdetect.labels.formats.shapes import shaped_rows
from biasdetect.labels.names import shown
from biasdetect.labels.rows import TOO_DEEP, Row, RowSource, UnreadableError, encoding_trouble

_SPACE = re.compile(r"\s*")


def _claims_json(given: Input) -> bool:
    return given.suffix == ".json" or (given.suffix not in (".csv", ".tsv", ".jsonl") and _first(given.text) == "[")


def _claims_lines(given: Input) -> bool:
    return given.suffix == ".jsonl" or (given.suffix not in (".csv", ".tsv") and _first(given.text) == "{")


def _first(text: str) -> str:
    return text[:1000].lstrip()[:1]


def _line_rows(source: RowSource, given: Input) -> Iterator[Row]:
    return shaped_rows(source, _lines(source, given.text))


def _lines(source: RowSource, text: str) -> Iterator[tuple[int, Any, Any]]:
    # not splitlines: a JSON string may hold a bare U+2028
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        if trouble := encoding_trouble(line):
            source.reject("encoding", trouble, number, line)
            continue
        try:
            value = _DECODER.decode(line)
        except json.JSONDecodeError as error:
            source.reject(
                "json", f"is no JSON ({error.msg} at character {error.colno}). Correct the line.", number, line
            )
        except ValueError as error:
            source.reject("json", f"is no usable JSON ({error}). Correct the line.", number, line)
        except RecursionError:
            source.reject("json", TOO_DEEP, number, line[:1000])
        else:
            yield number, value, value


def _json_rows(source: RowSource, given: Input) -> Iterator[Row]:
    """An array of records, one record, or JSON Lines under another suffix."""
    text = given.text
    start = len(text) - len(text.lstrip())
    if text[start] == "[":
        return shaped_rows(source, _array(source, text, start + 1))
    try:
        value, end = _DECODER.raw_decode(text, start)
    except RecursionError:
        raise UnreadableError("json", TOO_DEEP, 1) from None
    except json.JSONDecodeError as error:
        place = f"{error.msg} at character {error.colno}"
        raise UnreadableError("json", f"is no JSON ({place}). Correct it.", error.lineno) from None
    except ValueError as error:
        raise UnreadableError("json", f"is no usable JSON ({error}). Correct it.") from None
    if text[end:].strip():
        return shaped_rows(source, _lines(source, text))
    return shaped_rows(source, iter([(1, value, value)]))


def _array(source: RowSource, text: str, position: int) -> Iterator[tuple[int, Any, Any]]:
    """The elements one by one, so that each has its line and a broken one is reported by it."""
    line, counted = 1, 0
    while True:
        position = _SPACE.match(text, position).end()  # type: ignore[union-attr]
        line, counted = line + text.count("\n", counted, position), position
        if text[position : position + 1] == "]":
            if text[position + 1 :].strip():
                raise UnreadableError("json", "goes on behind the end of its list. Correct it.", line)
            return
        try:
            value, end = _DECODER.raw_decode(text, position)
        except RecursionError:
            raise UnreadableError("json", TOO_DEEP, line) from None
        except json.JSONDecodeError as error:
            where = f"{error.msg} at line {error.lineno}, character {error.colno}"
            raise UnreadableError("json", f"is no JSON from here on ({where}). Correct it.", line) from None
        except ValueError as error:
            raise UnreadableError("json", f"is no usable JSON from here on ({error}). Correct it.", line) from None
        if trouble := encoding_trouble(text[position:end]):
            source.reject("encoding", trouble, line, value)
        else:
            yield line, value, value
        position = _SPACE.match(text, end).end()  # type: ignore[union-attr]
        if text[position : position + 1] == ",":
            position += 1
        elif text[position : position + 1] != "]":
            raise UnreadableError("json", "breaks off: a comma or the end of the list is missing.", line)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"field {shown(twice)} stands twice in an object")
    return data


_DECODER = json.JSONDecoder(object_pairs_hook=_without_repeats, parse_constant=lambda _: None)
JSON = Format(_claims_json, _json_rows)
LINES = Format(_claims_lines, _line_rows)
