"""Puts a model folder on the Hugging Face hub, where somebody asks for that in so many words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biasdetect.errors import ModelError
from biasdetect.model.config import read_json
from biasdetect.model.folder import FILES, METRICS, is_hub_name, open_model


@dataclass(frozen=True, slots=True)
class Parcel:
    """What would leave the machine.

    Attributes:
        folder: the model.
        label: its name and fingerprint.
        repository: where it goes, ``owner/name``.
        files: name and content of each file: a path, or bytes where it is not sent as it lies there.
    """

    folder: Path
    label: str
    repository: str
    files: dict[str, Path | bytes]

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(len(file) if isinstance(file, bytes) else file.stat().st_size for file in self.files.values())


def pack(model: str | Path | None, repository: str) -> Parcel:
    """What :func:`push` sends of a model: the files of a model folder, its card among them, and no other that lies there.

    ``metrics.json`` names the files of labels that a model was trained on; of their paths the last part alone is sent.

    Args:
        model: a folder or name, as for :func:`biasdetect.load`.
        repository: ``owner/name``.

    Raises:
        ModelError: where the model cannot be used.
        ValueError: for a name that is none of the hub.
    """
    if not is_hub_name(repository):
        raise ValueError(f"{repository!r} is no name on the hub. Give it as owner/name.")
    folder = open_model(model)
    files: dict[str, Path | bytes] = {name: folder.path / name for name in FILES if (folder.path / name).is_file()}
    if METRICS in files:
        metrics = _without_folders(read_json(folder.path / METRICS))
        files[METRICS] = (json.dumps(metrics, indent=2, ensure_ascii=False) + "\n").encode()
    return Parcel(folder.path, folder.label, repository, files)


def find_token(token: str | None = None) -> str:
    """The given token, or else the one that the hub's own tools keep: HF_TOKEN, or what ``hf auth login`` stored.

    Raises:
        ModelError: where there is none.
    """
    from huggingface_hub import get_token

    found = token or get_token()
    if not found:
        raise ModelError("The hub wants a token that may write. Log in with: hf auth login. Or set HF_TOKEN.")
    return found


def push(
    model: str | Path | None, repository: str, *, token: str | None = None, private: bool = True, message: str = ""
) -> str:
    """Upload a model folder, with its card, to a repository of the hub, which is made where it is not there.

    Args:
        model: a folder or name, as for :func:`biasdetect.load`.
        repository: ``owner/name``.
        token: see :func:`find_token`.
        private: whether a repository that is made can be seen by its owner alone; one that is there stays as it is.
        message: of the commit; the model's name and fingerprint by default.

    Returns:
        The address of the commit.

    Raises:
        ModelError: where the model cannot be used, there is no token, or the hub does not take it.
        ValueError: for a name that is none of the hub.
    """
    return send(pack(model, repository), find_token(token), private=private, message=message)


def send(parcel: Parcel, token: str, *, private: bool = True, message: str = "") -> str:
    """Upload what was packed; arguments, result and errors as of :func:`push`."""
    from huggingface_hub import CommitOperationAdd, HfApi
    from huggingface_hub.errors import HfHubHTTPError

    api = HfApi(token=token)
    operations = [
        CommitOperationAdd(name, file if isinstance(file, bytes) else str(file)) for name, file in parcel.files.items()
    ]
    try:
        api.create_repo(parcel.repository, private=private, exist_ok=True)
        commit = api.create_commit(parcel.repository, operations, commit_message=message or f"{parcel.label}")
    except (HfHubHTTPError, OSError) as error:
        raise ModelError(
            f"The hub did not take {parcel.repository} ({_reason(error)}). Check the name, the network, and that the "
            "token may write there."
        ) from error
    return str(commit.commit_url)


def _reason(error: Exception) -> str:
    """What the hub said, in a line, without the addresses and the requests' numbers."""
    said = getattr(error, "server_message", None)
    lines = str(said or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _without_folders(metrics: dict[str, Any]) -> dict[str, Any]:
    """The record of a training with files of labels by their names alone: where they lie is nobody's business."""
    data = metrics.get("data")
    if not isinstance(data, dict) or not isinstance(data.get("files"), dict):
        return metrics
    files = {name.replace("\\", "/").rpartition("/")[2]: digest for name, digest in data["files"].items()}
    return {**metrics, "data": {**data, "files": files}}
