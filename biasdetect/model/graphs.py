"""Reads from an ONNX file where its graph keeps weights, before ONNX Runtime opens anything.

A graph is a message of Protocol Buffers. Only what leads to a tensor is looked at, and of a tensor only where its
values lie; what cannot be read in the plain form that every writer uses is refused, since others might read it otherwise.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

from biasdetect.errors import ModelError

# of every message (of onnx.proto) the fields that lead to tensors, and to what message each of them leads
_LEADS = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "graph": {1: "node", 5: "tensor", 15: "sparse tensor"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse tensor", 23: "sparse tensor"},
    "tensor": {13: "external data"},
    "sparse tensor": {1: "tensor", 2: "tensor"},
    "function": {7: "node", 11: "attribute"},
    "training": {1: "graph", 2: "graph"},
}
_KEY, _VALUE = 1, 2  # fields of external data
_MORE = 0x80  # set in every byte of a number but its last
_LONGEST_TAG, _LARGEST_TAG = 5, 0xFFFFFFFF
_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5  # forms of a field
_MOST_FIELDS = 1_000_000  # a graph of ours has some ten thousand
_LONGEST_ENTRY = 10_000  # bytes of a place and what it is called


def check_graph(path: Path, weights: str) -> None:
    """Check that a graph reads its weights from one file beside it and from nowhere else.

    Args:
        path: of the graph.
        weights: name of the file.

    Raises:
        ModelError: where it names another place, or is no graph.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for place in _locations(data):
                if place != weights.encode():
                    shown = ascii(place[:200].decode("utf-8", "replace"))
                    raise ModelError(
                        f"{path} reads data from {shown}, and may read {weights} beside it alone. "
                        "Do not use this model: it is damaged, or made to read files of yours."
                    )
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror or error}). Check its permissions.") from None
    except (ValueError, IndexError) as error:
        raise ModelError(f"{path} is no graph that can be read ({error}). Copy the folder again.") from None


def _locations(data: mmap.mmap) -> Iterator[bytes]:
    """Every place outside of the file that a tensor names for its values."""
    pending = [("model", 0, len(data))]
    left = _MOST_FIELDS
    while pending:
        message, start, end = pending.pop()
        if message == "external data":
            if end - start > _LONGEST_ENTRY:
                raise ValueError("it names a place at too great length")
            entry = [(field, data[first:last]) for field, first, last in _fields(data, start, end)]
            if (_KEY, b"location") in entry:
                yield from (value for field, value in entry if field == _VALUE)
            continue
        leads = _LEADS[message]
        for field, first, last in _fields(data, start, end):
            left -= 1
            if left < 0:
                raise ValueError("it has too many parts")
            if field in leads:
                pending.append((leads[field], first, last))


def _fields(data: mmap.mmap, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Number, begin and end of the fields of a message that hold bytes; the others are passed over."""
    while start < end:
        tag = data[start]
        start += 1
        if tag >= _MORE:
            tag, start = _varint(data, start - 1, _LONGEST_TAG)
        form = tag & 7
        if form == _BYTES:
            length = data[start]
            start += 1
            if length >= _MORE:
                length, start = _varint(data, start - 1, _LONGEST_TAG)
            if start + length > end:
                raise ValueError("it is cut off")
            yield tag >> 3, start, start + length
            start += length
        elif form == _VARINT:
            _, start = _varint(data, start, 10)
        elif form in (_EIGHT_BYTES, _FOUR_BYTES):
            start += 8 if form == _EIGHT_BYTES else 4
        else:
            raise ValueError("it has fields of an unknown form")
    if start != end:
        raise ValueError("it is cut off")


def _varint(data: mmap.mmap, start: int, longest: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = 0
    for index in range(longest):
        byte = data[start + index]
        value |= (byte & ~_MORE) << (7 * index)
        if byte < _MORE:
            if longest == _LONGEST_TAG and value > _LARGEST_TAG:
                break
            return value, start + index + 1
    raise ValueError("a number in it is too large")
