"""Reads and validates ``config.json`` of a model folder, described here as data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from biasdetect.errors import ModelError
from biasdetect.model.categories import EDIT_PARTS
from biasdetect.util.numbers import PROBABILITY, Range

FORMAT_VERSION = 5
LEAST_TOKENS = 64
"""Of the longest piece that an encoder takes: twice what the windows of a longer text share, so that they get on."""

_MAX_BYTES = 10_000_000  # of a JSON file in a model folder; the largest are those of classifiers with many labels
_MOST_SHOWN = 20  # mistakes


class _Allowed(Protocol):
    """Which values are allowed; as text, what a message says of them."""

    def __contains__(self, value: object) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Text:
    pattern: str
    shown: str

    def __contains__(self, value: object) -> bool:
        return isinstance(value, str) and value.isprintable() and bool(re.fullmatch(self.pattern, value))

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True, slots=True)
class _Names:
    each: _Text
    most: int

    def __contains__(self, value: object) -> bool:
        if not isinstance(value, list) or not 1 <= len(value) <= self.most:
            return False
        return all(name in self.each for name in value) and len(set(value)) == len(value)

    def __str__(self) -> str:
        return f"a list of 1 to {self.most} different names"


@dataclass(frozen=True, slots=True)
class _Each:
    """A list of objects, each with the same keys."""

    keys: Mapping[str, _Text]
    most: int

    def __contains__(self, value: object) -> bool:
        if not isinstance(value, list) or not 1 <= len(value) <= self.most:
            return False
        if not all(isinstance(item, dict) and set(item) == set(self.keys) for item in value):
            return False
        named = len({item["name"] for item in value if isinstance(item["name"], str)}) == len(value)
        return named and all(item[key] in allowed for item in value for key, allowed in self.keys.items())

    def __str__(self) -> str:
        keys = "; ".join(f"{key}: {allowed}" for key, allowed in self.keys.items())
        return f"a list of 1 to {self.most} objects of different names ({keys})"


@dataclass(frozen=True, slots=True)
class _Truth:
    def __contains__(self, value: object) -> bool:
        return isinstance(value, bool)

    def __str__(self) -> str:
        return "true or false"


_TRUTH = _Truth()
_NAME = _Text(".{1,200}", "a name of at most 200 printable characters")
_SHA256 = _Text("[0-9a-f]{64}", "a SHA-256 checksum in hexadecimal")
MOST_CATEGORIES = 100
OWN_CATEGORY: Mapping[str, _Text] = {
    "name": _Text(r"(?=.{1,60}$)[^\W_A-Z]+(?:-[^\W_A-Z]+)*", "small letters, digits and hyphens, at most 60"),
    "title": _Text(".{1,80}", "at most 80 printable characters"),
    "definition": _Text(".{0,300}", "at most 300 printable characters"),
    "colour": _Text("#[0-9a-f]{6}", "a colour such as #7a5200"),
}
"""Of each part of a category of a model's own what it may be."""
_CALIBRATION = {"slope": Range(1e-5, 1000), "intercept": Range(-1000, 1000)}
_MARGINS = {"sentence": Range(0, 1000), "phrase": Range(0, 1000), "voice": Range(0, 1000)}
_DESCRIPTION = {
    "format": Range(1, FORMAT_VERSION, whole=True),
    "fingerprint": _Text("[0-9a-f]{12}", "12 hexadecimal digits"),
    "files": {
        "model.onnx": _SHA256,
        "model.safetensors": _SHA256,
        "tokenizer.json": _SHA256,
        "model.int8.onnx": _SHA256,
    },
    "inference": {
        "name": _NAME,
        "categories": _Names(_NAME, MOST_CATEGORIES),
        "own": _Each(OWN_CATEGORY, MOST_CATEGORIES),
        "language": _Text("[A-Za-z][A-Za-z0-9-]{0,34}", "the code of a language, such as en"),
        "max_tokens": Range(LEAST_TOKENS, 32_768, whole=True),
        "threshold": PROBABILITY,
        "sentence": _CALIBRATION,
        "phrase": _CALIBRATION,
        "margins": _MARGINS,
        "voice": _TRUTH,
        "reasons": _TRUTH,
        "edits": _TRUTH,  # of folders that judge edits in a way that is no longer read
        "edit_parts": Range(EDIT_PARTS, EDIT_PARTS, whole=True),
        "surroundings": {"weight": Range(0, 10), "usual": Range(-1000, 1000)},
    },
}
"""The part under ``"biasdetect"``: of every key what its value may be, or the keys that are in it."""

_OPTIONAL = (
    "biasdetect.files.model.int8.onnx",
    "biasdetect.inference.own",
    "biasdetect.inference.margins",
    "biasdetect.inference.margins.voice",
    "biasdetect.inference.voice",
    "biasdetect.inference.reasons",
    "biasdetect.inference.edits",
    "biasdetect.inference.edit_parts",
    "biasdetect.inference.surroundings",
)


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON file of a model folder that has to be an object.

    Raises:
        ModelError: where it cannot be read, is too large, or no such JSON.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_BYTES + 1)
        if len(text) > _MAX_BYTES:
            raise ModelError(f"{path} is larger than {_MAX_BYTES // 1_000_000} MB. Copy the whole folder again.")
        data = json.loads(text)
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror or error}). Check its permissions.") from None
    except RecursionError:
        raise ModelError(f"{path} is nested too deeply. Copy the whole folder again.") from None
    except ValueError as error:
        raise ModelError(f"{path} is no valid JSON ({error}). Copy the whole folder again.") from None
    if not isinstance(data, dict):
        raise ModelError(f"{path} holds no JSON object. Copy the whole folder again.")
    return data


def read_description(path: Path) -> dict[str, Any]:
    """The part of a ``config.json`` that is biasdetect's, checked whole; its form is that of :data:`_DESCRIPTION`.

    Args:
        path: of the file.

    Raises:
        ModelError: where it cannot be read, or is not as it has to be; every mistake is named.
    """
    config = read_json(path)
    data = config.get("biasdetect")
    version = data.get("format") if isinstance(data, dict) else None
    if version in Range(FORMAT_VERSION + 1, 1_000_000, whole=True):
        raise ModelError(f"{path} was written by a newer biasdetect. Upgrade with: pip install --upgrade biasdetect")
    problems = list(_problems(data, _DESCRIPTION, "biasdetect")) or list(_contradictions(config))
    if problems:
        head = f"{path} cannot be used:"
        shown = problems if len(problems) <= _MOST_SHOWN else [*problems[:_MOST_SHOWN], "and more"]
        lines = " ".join([head, *shown]) if len(shown) == 1 else "\n  ".join([head, *shown])
        raise ModelError(f"{lines}. Copy the whole folder again, or correct it where it was made.")
    return config["biasdetect"]


def _problems(data: Any, allowed: Mapping[str, Any] | _Allowed, where: str) -> Iterator[str]:
    if not isinstance(allowed, Mapping):
        if data not in allowed:
            yield f"{where} must be {allowed}, not {_shown(data)}"
        return
    if not isinstance(data, dict):
        yield f"{where} must be an object, not {_shown(data)}"
        return
    for key in data:
        if key not in allowed:
            yield f"{where} has the unknown key {_shown(key)}"
    for key, of_key in allowed.items():
        name = f"{where}.{key}"
        if key in data:
            yield from _problems(data[key], of_key, name)
        elif name not in _OPTIONAL:
            yield f"{name} is missing"


def _contradictions(config: dict[str, Any]) -> Iterator[str]:
    """What is wrong between keys that are right each by itself."""
    data = config["biasdetect"]
    inference = data["inference"]
    network = config.get("categories", inference["categories"])
    if network != inference["categories"]:
        yield f"biasdetect.inference.categories must be those of the network, {_shown(network)}"
    if strangers := [own["name"] for own in inference.get("own", ()) if own["name"] not in inference["categories"]]:
        yield f"biasdetect.inference.own defines what is none of the categories, {_shown(strangers[0])}"
    for name in ("voice", "reasons"):
        if config.get(name, False) != inference.get(name, False):
            yield f"biasdetect.inference.{name} must be that of the network"
    if bool(config.get("edit_layers")) != ("edit_parts" in inference):
        yield "biasdetect.inference.edit_parts must be that of the network"
    if inference.get("voice") and "voice" not in inference.get("margins", {"voice": 0}):
        yield "biasdetect.inference.margins.voice is missing"
    if "margins" in inference and "model.int8.onnx" not in data["files"]:
        yield "biasdetect.inference.margins are those of model.int8.onnx, which biasdetect.files lacks"


def _shown(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
