"""Finds, checks and opens a model folder.

A folder is plain data: ``config.json`` (the encoder's configuration, and under ``"biasdetect"`` what
inference needs), ``tokenizer.json``, ``model.onnx`` (the graph) and ``model.safetensors`` (the weights,
which the graph reads from there), ``metrics.json`` and ``README.md``; it may have ``model.int8.onnx`` too,
a faster graph that is all but as exact, and ``trained-on.txt``, digests of the texts that it was trained on. ``config.json`` records the SHA-256
of the files that decide the scores, so an altered folder is refused and not scored with. Whoever made a folder wrote
its checksums too, so it is trusted no further: the configuration is checked whole, no file may be a link to elsewhere,
and a graph may read its weights from the file beside it alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from biasdetect.errors import ModelError
from biasdetect.model.categories import EDIT_PARTS, Category, table_of
from biasdetect.model.config import read_description, read_json
from biasdetect.model.graphs import check_graph
from biasdetect.results import OwnCategory
from biasdetect.util.hashing import file_sha256

DEFAULT_MODEL = "biasdetect-en-small"

CONFIG = "config.json"
GRAPH = "model.onnx"
QUANTIZED_GRAPH = "model.int8.onnx"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
METRICS = "metrics.json"
CARD = "README.md"
TRAINED_ON = "trained-on.txt"
CHECKED = (GRAPH, WEIGHTS, TOKENIZER)
"""Files without which a model cannot score, each with its checksum in ``config.json``."""
CHECKED_TOO = (QUANTIZED_GRAPH,)
"""Files that a model may have; where ``config.json`` has a checksum of one, it has to be there."""

FILES = (CONFIG, *CHECKED, *CHECKED_TOO, METRICS, CARD, TRAINED_ON)
"""All that a folder may hold."""

LOADING = {"use_safetensors": True, "trust_remote_code": False}
"""How transformers loads what others made: nothing is unpickled, and none of their code is run."""

_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling (Platt 1999): probability = sigmoid(slope * logit + intercept)."""

    slope: float = 1.0
    intercept: float = 0.0


@dataclass(frozen=True, slots=True)
class Margins:
    """How near to a decision the quantised graph leaves it to the exact one, in logits.

    Attributes:
        sentence: around the logit of a probability of one half.
        phrase: around the logit of the threshold, of any token.
        voice: around a logit of nought for whose word it is, of flagged tokens.
    """

    sentence: float
    phrase: float
    voice: float = 0.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the sentences next to one say of its words, see :mod:`biasdetect.model.surroundings`.

    Attributes:
        weight: logits by which words are the more loaded, for each logit by which the neighbours are.
        usual: mean logit of neighbours that changes nothing.
    """

    weight: float
    usual: float


@dataclass(frozen=True, slots=True)
class InferenceConfig:
    """What inference needs besides graph and tokenizer.

    Attributes:
        name: the model's name.
        categories: the token head's outputs after "loaded at all", in order.
        language: ISO 639-1 code of the language that it reads; empty for a classifier made elsewhere that does not say.
        max_tokens: longest piece of text that the encoder takes, in tokens.
        threshold: phrases with a lower score are not flagged by default, 0 to 1.
        sentence: calibration of the sentence logit.
        phrase: calibration of the phrase logit.
        margins: of the quantised graph; None where there is none.
        voice: whether the model tells whose words they are.
        reasons: whether it tells what loaded words do, and what an editor would do about them.
        own: what those of the categories are that are the model's own.
        edits: whether it judges edits.
        surroundings: what the sentences next to one say of it; None where each is judged by itself.
    """

    name: str
    categories: tuple[str, ...]
    language: str
    max_tokens: int
    threshold: float
    sentence: Calibration
    phrase: Calibration
    margins: Margins | None = None
    voice: bool = False
    reasons: bool = False
    edits: bool = False
    own: tuple[OwnCategory, ...] = ()
    surroundings: Surroundings | None = None

    @property
    def table(self) -> Mapping[str, Category]:
        """All categories that may be shown of the model, by name."""
        return table_of(self.own)


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A checked model folder, see :func:`open_model`."""

    path: Path
    config: InferenceConfig
    fingerprint: str

    @property
    def label(self) -> str:
        """Name and fingerprint, as reports give them."""
        return f"{self.config.name}@{self.fingerprint}"


def open_model(name_or_path: str | Path | None = None) -> ModelFolder:
    """Find a model folder and check it.

    Args:
        name_or_path: a folder, the name of a shipped model, a name on the Hugging Face hub
            (``owner/name``), or None for the model that ships with the package.

    Raises:
        ModelError: where it is missing, incomplete, altered, written by a newer biasdetect, or made to do harm.
    """
    path = _locate(name_or_path)
    missing = [name for name in (CONFIG, *CHECKED) if not (path / name).is_file()]
    if missing:
        raise ModelError(
            f"{path} is not a complete biasdetect model: {', '.join(missing)} missing. "
            "Copy the whole folder again, or build it with training/finetune.py."
        )
    _refuse_links(path)
    data = read_description(path / CONFIG)
    checksums, fingerprint = data["files"], data["fingerprint"]
    altered = [name for name in checksums if not (path / name).is_file() or _sha256(path / name) != checksums[name]]
    if fingerprint != fingerprint_of(data["inference"], checksums):
        altered.insert(0, CONFIG)
    if altered:
        raise ModelError(
            f"{path}: {', '.join(altered)} altered since the model was written (the checksum in {CONFIG} differs). "
            "Copy the folder again; where the files come from git, check that they are whole."
        )
    for graph in (GRAPH, QUANTIZED_GRAPH):
        if graph in checksums:
            check_graph(path / graph, WEIGHTS)
    config = _inference_config(data["inference"])
    return ModelFolder(path, config, fingerprint)


def is_classifier(name_or_path: str | Path | None) -> bool:
    """Whether a folder or hub name has a model configuration without a part for biasdetect.

    Where there is none at all, :func:`open_model` tells what is wrong.
    """
    if not name_or_path:
        return False
    name = str(name_or_path)
    config: Path | None = None
    if os.path.isdir(name):  # noqa: PTH112
        config = Path(name) / CONFIG
    elif is_hub_name(name) and not _shipped(name):
        config = _hub_config(name)
    try:
        return config is not None and "biasdetect" not in read_json(config)
    except ModelError:
        return False


def describe(config: InferenceConfig, path: Path) -> dict[str, Any]:
    """The ``"biasdetect"`` part of ``config.json`` for the files that lie in ``path``."""
    inference = json.loads(json.dumps(asdict(config)))
    if config.margins is None:
        del inference["margins"]
    for name in ("voice", "reasons"):
        if not inference[name]:  # as folders had it before there was such a thing
            del inference[name]
    if inference.pop("edits"):
        inference["edit_parts"] = EDIT_PARTS
    if not config.own:
        del inference["own"]
    if config.surroundings is None:
        del inference["surroundings"]
    if not config.voice:
        inference.get("margins", {}).pop("voice", None)
    there = [*CHECKED, *(name for name in CHECKED_TOO if (path / name).exists())]
    checksums = {name: file_sha256(path / name) for name in there}
    return {
        "format": _format_of(config),
        "inference": inference,
        "files": checksums,
        "fingerprint": fingerprint_of(inference, checksums),
    }


def _format_of(config: InferenceConfig) -> int:
    """The lowest format that says it all, so that releases of before there was more read it too."""
    newer = ((5, config.edits), (4, config.surroundings), (3, config.own), (2, config.voice or config.reasons))
    return next((number for number, used in newer if used), 1)


def fingerprint_of(inference: dict[str, Any], checksums: dict[str, str]) -> str:
    """Twelve hexadecimal digits that change whenever the model's scores may."""
    whole = json.dumps([inference, checksums], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def _sha256(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror or error}). Check its permissions.") from None


def _refuse_links(path: Path) -> None:
    """Refuse a folder of which some files are links to elsewhere.

    The cache of the hub and some installers keep all files of a folder in another one, and links to them in the folder.
    """
    there = [name for name in FILES if (path / name).exists()]
    real = {name: os.path.realpath(path / name) for name in there}
    if len({os.path.dirname(place) for place in real.values()}) > 1:  # noqa: PTH120
        links = [name for name in there if (path / name).is_symlink()]
        raise ModelError(
            f"{path}: {', '.join(links)} linked to another place than the rest. Put the files themselves there if they "
            "are yours; otherwise do not use this model."
        )


def _inference_config(data: dict[str, Any]) -> InferenceConfig:
    known = {name: value for name, value in data.items() if name != "edit_parts"}
    return InferenceConfig(
        **{
            **known,
            "edits": "edit_parts" in data,
            "categories": tuple(data["categories"]),
            "sentence": Calibration(**data["sentence"]),
            "phrase": Calibration(**data["phrase"]),
            "margins": Margins(**data["margins"]) if data.get("margins") else None,
            "own": tuple(OwnCategory(**category) for category in data.get("own", ())),
            "surroundings": Surroundings(**data["surroundings"]) if data.get("surroundings") else None,
        }
    )


def _locate(name_or_path: str | Path | None) -> Path:
    name = str(name_or_path or DEFAULT_MODEL)
    found = Path(name) if os.path.isdir(name) else _shipped(name)  # noqa: PTH112 - raises nothing
    if found:
        return found
    if is_hub_name(name):
        return _download(name)
    raise ModelError(
        f"No model {name!r}: it is no folder, no shipped model, and no hub name (owner/name). "
        f"Leave the model out to use {DEFAULT_MODEL}."
    )


def is_hub_name(name: str) -> bool:
    """Whether something may be the name of a model on the hub, ``owner/name``."""
    return bool(_HUB_NAME.fullmatch(name)) and not name.startswith(".")


def _shipped(name: str) -> Path | None:
    places = (_PACKAGE / "models" / name, _PACKAGE.parent / "models" / name)
    return next((place for place in places if os.path.isdir(place)), None)  # noqa: PTH112


def _hub_config(name: str) -> Path | None:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        return Path(hf_hub_download(name, CONFIG))
    except (HfHubHTTPError, HFValidationError, OSError):
        return None


def _download(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    try:
        return Path(snapshot_download(name, allow_patterns=list(FILES)))
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise ModelError(f"No folder {name} here and no model of that name on the hub. Check the spelling.") from error
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise ModelError(
            f"No folder {name} here, and the hub cannot be reached ({type(error).__name__}). "
            "Check the network, or give the path of a model folder."
        ) from error
