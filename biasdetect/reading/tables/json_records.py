"""Reads records of JSON as they come: one a line, in an array, or one behind the other in any layout."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from biasdetect.reading.tables.rows import Limits, TableError, TableRow, Trouble

_STEP = 1 << 16  # characters
_SPACE = re.compile(r"[ \t\r\n]*")
_START = re.compile(r"\s*(?:\[\s*[\[{\]]|\{\s*[\"}])")
_LONG = 1 << 17  # characters; a beginning of so many may be cut
_TOO_DEEP = "is nested too deeply. Records are flat objects."
# json names the place of what it misses: beside the end of what it was given, except for what is open there
_OPEN = ("Unterminated string", "Invalid \\")


def looks_like_json(start: str) -> bool:
    """Whether a text begins as records of JSON do, whatever its name says."""
    return bool(_START.match(start))


def json_rows(stream: TextIO, start: str, limits: Limits) -> Iterator[TableRow]:
    """The records.

    Args:
        stream: the text, its lines ended by line feeds.
        start: what it begins with.
        limits: bounds.

    Raises:
        TableError: where the rest cannot be read.
    """
    if start.lstrip()[:1] == "[":
        return _Values(stream, limits).in_array()
    first = next((line for line in start.split("\n") if line.strip()), "")
    if first.strip() and not _is_value(first) and _begins_value(start):
        return _Values(stream, limits).in_a_row()
    return _lines(stream, limits)


def _is_value(line: str) -> bool:
    try:
        json.loads(line)
    except json.JSONDecodeError:
        return len(line) >= _LONG  # it may be cut
    except (ValueError, RecursionError):
        return True
    return True


def _begins_value(start: str) -> bool:
    """Whether the beginning is that of one value in several lines, and not a broken line."""
    try:
        DECODER.raw_decode(start, _SPACE.match(start).end())  # type: ignore[union-attr]
    except json.JSONDecodeError as error:
        return len(start) >= _LONG and _is_cut(error, start)
    except (ValueError, RecursionError):
        return True  # told as it is read
    return True


def _lines(stream: TextIO, limits: Limits) -> Iterator[TableRow]:
    number = 0
    while line := stream.readline(limits.line):
        number += 1
        whole = len(line) < limits.line or line.endswith("\n")
        while not whole:
            rest = stream.readline(limits.line)
            line, whole = "", not rest or rest.endswith("\n")
            if whole:
                message = f"is a line of more than {limits.line // 1_000_000} million characters."
                yield TableRow(number, number, {}, "", Trouble("json", message))
        if not line.strip():
            continue
        try:
            value = DECODER.decode(line)
        except json.JSONDecodeError as error:
            message = f"is no JSON ({error.msg} at character {error.colno}). Correct the line."
        except ValueError as error:
            message = f"is no usable JSON ({error}). Correct the line."
        except RecursionError:
            message, line = _TOO_DEEP, line[:1000]
        else:
            yield _row(number, number, value)
            continue
        yield TableRow(number, number, {}, line.rstrip("\r\n"), Trouble("json", message))


class _Values:
    """Values of JSON taken from a text that is read as far as they need."""

    def __init__(self, stream: TextIO, limits: Limits) -> None:
        self._stream = stream
        self._limit = limits.line
        self._text = ""
        self._at = 0  # of what is not taken yet
        self._line = 1  # that it stands in
        self._ended = False

    def in_array(self) -> Iterator[TableRow]:
        self._next()
        self._at += 1
        number = 0
        while self._next() != "]":
            number += 1
            yield self._value(number)
            mark = self._next()
            if mark == ",":
                self._at += 1
            elif mark != "]":
                raise TableError("json", "breaks off: a comma or the end of the list is missing.", self._line)
        self._at += 1
        if self._next():
            raise TableError("json", "goes on behind the end of its list. Correct it.", self._line)

    def in_a_row(self) -> Iterator[TableRow]:
        number = 0
        while self._next():
            number += 1
            yield self._value(number)

    def _value(self, number: int) -> TableRow:
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if _is_cut(error, self._text) and self._more(len(self._text) - self._at):
                    continue
                line = self._line + self._text.count("\n", self._at, error.pos)
                where = f"{error.msg}, line {line}"
                raise TableError("json", f"is no JSON from here on ({where}). Correct it.", self._line) from None
            except ValueError as error:
                raise TableError("json", f"is no usable JSON from here on ({error}). Correct it.", self._line) from None
            except RecursionError:
                raise TableError("json", _TOO_DEEP, self._line) from None
            if end == len(self._text) and self._text[-1].isdigit() and self._more(_STEP):  # a number may go on
                continue
            line = self._line
            self._line += self._text.count("\n", self._at, end)
            self._at = end
            return _row(number, line, value)

    def _next(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            end = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            self._line += self._text.count("\n", self._at, end)
            self._at = end
            if end < len(self._text):
                return self._text[end]
            if not self._more(_STEP):
                return ""

    def _more(self, size: int) -> bool:
        """Read on, and forget what is taken; False at the end.

        Raises:
            TableError: where a single value is longer than the bound.
        """
        if self._ended:
            return False
        if len(self._text) - self._at > self._limit:
            message = f"has a record of more than {self._limit // 1_000_000} million characters. Split it."
            raise TableError("too-large", message, self._line)
        read = self._stream.read(max(size, _STEP))
        self._ended = not read
        self._text = self._text[self._at :] + read
        self._at = 0
        return bool(read)


def _is_cut(error: json.JSONDecodeError, text: str) -> bool:
    """Whether an error may be that of a text that goes on."""
    return error.pos >= len(text) - 16 or error.msg.startswith(_OPEN)


def _row(number: int, line: int, value: Any) -> TableRow:
    if isinstance(value, dict):
        return TableRow(number, line, value)
    kind = {list: "a list", str: "a string", type(None): "null"}.get(type(value), f"a {type(value).__name__}")
    return TableRow(number, line, {}, value, Trouble("json", f"is {kind} and no object with a text."))


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'field "{twice[:60]}" stands twice in an object')
    return data


DECODER = json.JSONDecoder(object_pairs_hook=_without_repeats, parse_constant=lambda _: None)
"""Reads a value; of fields that stand twice none is chosen, and NaN and infinity are no numbers."""
