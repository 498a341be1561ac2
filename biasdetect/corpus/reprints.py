"""Finds reprints: articles that repeat an earlier one word for word, or nearly (MinHash over runs of five words).

A signature is a function of the text alone and can be made anywhere. The index takes the signatures in order. It lies in
a database with a small cache, so that its memory does not grow with the corpus.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np

from biasdetect.corpus.database import Database
from biasdetect.errors import MissingExtraError

SIMILAR = 0.8
"""Estimated Jaccard similarity from which on an article is a reprint."""

TABLES = (
    "ids (digest BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID",
    "originals (number INTEGER PRIMARY KEY, article TEXT, near BLOB)",
    "exact (digest BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID",
    "bands (band INTEGER, number INTEGER, PRIMARY KEY (band, number)) WITHOUT ROWID",
)
"""What the database of an index has to hold."""

_SHORT = 30  # words; shorter texts are compared word for word
_RUN = 5  # words
_HASHES = 64
_BANDS = 16  # of four hashes
# Where 52 of 64 hashes agree (0.8), at most 12 differ, which break at most 12 bands: nothing similar is overlooked.
_SHARED = _BANDS - int(_HASHES * (1 - SIMILAR))
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Signature:
    """What is compared of a text.

    Attributes:
        exact: digest of its words in lower case.
        near: 64 MinHash values of four bytes; empty for a short text.
    """

    exact: bytes
    near: bytes


def signature(text: str) -> Signature:
    """The signature of a text, whatever its case, punctuation and white space.

    Raises:
        MissingExtraError: where datasketch is not installed.
    """
    words = _WORD.findall(text.casefold())
    exact = blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=16).digest()
    if len(words) < _SHORT:
        return Signature(exact, b"")
    hashes = _empty().copy()
    hashes.update_batch(
        [" ".join(words[at : at + _RUN]).encode("utf-8", "surrogatepass") for at in range(len(words) - _RUN + 1)]
    )
    return Signature(exact, hashes.hashvalues.astype("<u4").tobytes())


@lru_cache(maxsize=1)
def _empty() -> Any:
    try:
        from datasketch import MinHash
    except ImportError as error:
        raise MissingExtraError("Finding reprints", "corpus") from error
    return MinHash(_HASHES, hashfunc=zlib.crc32)


class ReprintIndex:
    """The articles so far, by number, id and signature.

    To tell it the same articles again, in the same order, changes no answer: after a stop it may know more than was
    stored of the results. Nothing is committed here: that is for the owner of the database.
    """

    def __init__(self, database: Database) -> None:
        """Args: a database that holds :data:`TABLES`."""
        self._database = database

    def is_repeated_id(self, number: int, article: str) -> bool:
        """Whether an earlier article has this id; else it is this one's from now on.

        Args:
            number: of the article, from 1.
            article: its id.
        """
        digest = blake2b(article.encode(), digest_size=16).digest()
        self._database.add("ids", digest, number)
        owner = self._database.read("SELECT number FROM ids WHERE digest = ?", (digest,)).fetchone()
        return bool(owner[0] != number)

    def first_of(self, number: int, article: str, signature: Signature) -> str | None:
        """Id of the first article that this one repeats; None where it is an original, which is then known.

        Reprints are not compared with, so that what they repeat is always an article that is scored.

        Args:
            number: of the article, from 1, higher than those before.
            article: its id.
            signature: of its text.
        """
        bands = _bands(signature.near)
        first = self._exact(number, signature.exact) or self._near(number, signature.near, bands)
        if first is not None:
            return first
        self._database.add("originals", number, article, signature.near)
        self._database.add("exact", signature.exact, number)
        for band in bands:
            self._database.add("bands", band, number)
        return None

    def _exact(self, number: int, digest: bytes) -> str | None:
        found = self._database.read(
            "SELECT article FROM exact JOIN originals USING (number) WHERE digest = ? AND number < ?", (digest, number)
        ).fetchone()
        return found[0] if found else None

    def _near(self, number: int, near: bytes, bands: list[int]) -> str | None:
        if not near:
            return None
        own = np.frombuffer(near, "<u4")
        candidates = self._database.read(
            "SELECT article, near FROM originals WHERE number IN ("
            f"SELECT number FROM bands WHERE band IN ({','.join('?' * len(bands))}) AND number < ? "
            "GROUP BY number HAVING count(*) >= ?) ORDER BY number",
            (*bands, number, _SHARED),
        )
        for article, other in candidates:
            if np.count_nonzero(own == np.frombuffer(other, "<u4")) >= SIMILAR * _HASHES:
                return str(article)
        return None


def _bands(near: bytes) -> list[int]:
    size = len(near) // _BANDS
    return [
        int.from_bytes(
            blake2b(near[band * size : (band + 1) * size], digest_size=8, salt=bytes([band])).digest(), signed=True
        )
        for band in range(_BANDS if near else 0)
    ]
