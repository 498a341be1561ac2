"""Reads from an ONNX file where its graph keeps weights, before ONNX Runtime opens anything, and what its heads read.

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
_GRAPH, _NODE, _OUTPUT, _NAME = 7, 1, 12, 1  # of a model; of a graph; of one of its outputs
_NODE_INPUT, _NODE_OUTPUT, _NODE_KIND = 1, 2, 4
_LOGITS = "token_logits"
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


def with_states(path: Path) -> tuple[bytes, str]:
    """A graph that gives the encoder's last states too, (rows, tokens, hidden), and the name of that output.

    They are what the token head multiplies: looked for by going up from its logits. A graph in which messages of one field
    stand one after the other is read as one message, so another output is added by writing it behind the file's bytes.

    Args:
        path: of a graph that was checked.

    Raises:
        ModelError: where the token head is none that is known.
    """
    data = path.read_bytes()
    made_by = {output: node for node in _nodes(data) for output in node[1]}
    name = _LOGITS
    for wanted in ("Add", "MatMul"):
        inputs, _, kind = made_by.get(name, ((), (), ""))
        if kind != wanted or not inputs:
            raise ModelError(
                f"{path} has no token head of the usual form, so the encoder's states cannot be read from it."
            )
        name = inputs[0]
    output = _written(_NAME, name.encode())
    return data + _written(_GRAPH, _written(_OUTPUT, output)), name


_Node = tuple[tuple[str, ...], tuple[str, ...], str]


def _nodes(data: bytes) -> Iterator[_Node]:
    """Inputs, outputs and kind of each node of the main graph."""
    for field, start, end in _fields(data, 0, len(data)):
        if field == _GRAPH:
            for part, first, last in _fields(data, start, end):
                if part == _NODE:
                    yield _node(data, first, last)


def _node(data: bytes, start: int, end: int) -> _Node:
    named: dict[int, list[str]] = {_NODE_INPUT: [], _NODE_OUTPUT: [], _NODE_KIND: []}
    for field, first, last in _fields(data, start, end):
        if field in named:
            named[field].append(data[first:last].decode())
    return tuple(named[_NODE_INPUT]), tuple(named[_NODE_OUTPUT]), "".join(named[_NODE_KIND])


def _written(field: int, content: bytes) -> bytes:
    """A field that holds bytes, as Protocol Buffers write it."""
    length, size = len(content), bytearray()
    while length >= _MORE:
        size.append(length & ~_MORE & 0xFF | _MORE)
        length >>= 7
    return bytes([field << 3 | _BYTES, *size, length]) + content


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


def _fields(data: mmap.mmap | bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
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


def _varint(data: mmap.mmap | bytes, start: int, longest: int) -> tuple[int, int]:
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
