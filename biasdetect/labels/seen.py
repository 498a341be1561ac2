"""Records which texts a model was trained on, as short digests, so that no text proves a model that learned from it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from biasdetect.labels.check import same_text
from biasdetect.model.folder import TRAINED_ON
from biasdetect.util.atomic import write_text

_DIGITS = 10  # hexadecimal: of a million texts, one in a million others looks like one of them
_MOST_BYTES = 50_000_000
_LINE = re.compile(f"[0-9a-f]{{{_DIGITS}}}")


def text_digest(text: str) -> str:
    """A short digest of a text; copies that differ in case, spaces or kinds of quotation marks have the same."""
    return hashlib.sha256(same_text(text).encode("utf-8", "backslashreplace")).hexdigest()[:_DIGITS]


def write_seen(folder: Path, texts: Iterable[str], before: Iterable[str] = ()) -> None:
    """Write the digests of a model's training texts into its folder.

    Args:
        folder: of the model.
        texts: that it was trained on, or chosen by.
        before: digests of the texts that the model was trained on from which it went on.
    """
    digests = {*before, *map(text_digest, texts)}
    write_text(folder / TRAINED_ON, "".join(f"{digest}\n" for digest in sorted(digests)))


def read_seen(folder: Path) -> frozenset[str] | None:
    """The digests in a model's folder; None where none are recorded, or what is there is no list of them."""
    try:
        with (folder / TRAINED_ON).open("rb") as file:
            lines = file.read(_MOST_BYTES).decode("ascii").split()
    except (OSError, UnicodeDecodeError):
        return None
    return frozenset(lines) if all(map(_LINE.fullmatch, lines)) else None
