"""Finds and opens the input files: a file, a folder or a pattern, on this machine or at an address pyarrow reads."""

from __future__ import annotations

import fnmatch
import glob
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal, cast
from urllib.parse import quote, unquote

from biasdetect.corpus.errors import CorpusError
from biasdetect.errors import MissingExtraError
from biasdetect.reading import tables
from biasdetect.reading.formats import SUFFIXES
from biasdetect.reading.inputs import is_address
from biasdetect.reading.tables import packed

try:
    import pyarrow as pa
    import pyarrow.fs as pafs
except ImportError as missing:
    raise MissingExtraError("Scoring a corpus", "corpus") from missing

Form = Literal["table", "document"]

_READ = f"JSON, JSON Lines, CSV, TSV, Parquet, .xlsx, {', '.join(SUFFIXES)}; packed as {' or '.join(packed.SUFFIXES)}"


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file of records, or one that is a record itself.

    Attributes:
        path: as places name it.
        size: bytes, as it lies there.
        modified: when, in nanoseconds since 1970; 0 where the store does not tell.
    """

    path: str
    size: int
    modified: int

    @property
    def name(self) -> str:
        """The file's name without a suffix of packing."""
        path = PurePosixPath(unquote(self.path.partition("?")[0]) if is_address(self.path) else Path(self.path).name)
        return path.name.removesuffix(path.suffix) if path.suffix.lower() in packed.SUFFIXES else path.name

    @property
    def form(self) -> Form | None:
        """What it holds, by its name; None for what is not read."""
        suffix = PurePosixPath(self.name).suffix.lower()
        return "table" if suffix in tables.SUFFIXES else "document" if suffix in SUFFIXES else None


def find_input_files(name: str) -> Iterator[InputFile]:
    """The files that a name stands for, in order: the file, those of a folder and below, those that fit a pattern.

    Raises:
        CorpusError: where there is none, or one that is named is of no form that is read.
    """
    if re.match(r"https?://", name, re.IGNORECASE):
        raise CorpusError(f"{name}: a corpus is not read from the web. Download the file first.")
    files, inner = _file_system(name)
    found = False
    for info in _fitting(files, inner, name):
        source = InputFile(_outer(name, inner, info.path), info.size or 0, info.mtime_ns or 0)
        if source.form is None:
            raise CorpusError(f"{source.path}: of no form that is read ({_READ}).")
        found = True
        yield source
    if not found:
        raise CorpusError(f"{name}: no such file, and no folder or pattern with files in it ({_READ}). Check the path.")


def open_as_stored(source: InputFile) -> Any:
    """The source as a pyarrow file that can be read at any place.

    Raises:
        OSError: where it cannot be opened.
    """
    files, inner = _file_system(source.path)
    return files.open_input_file(inner)


def _file_system(name: str) -> tuple[Any, str]:
    if not is_address(name):
        return pafs.LocalFileSystem(), name
    try:
        return cast(tuple[Any, str], pafs.FileSystem.from_uri(name))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise CorpusError(f"{name}: no address that is read here ({error}). Copy the files to this machine.") from None


def _outer(name: str, inner: str, path: str) -> str:
    """A path inside a file system as the user would name it."""
    if not is_address(name):
        return path
    address, mark, query = name.partition("?")
    return unquote(address).rstrip("/").removesuffix(inner.rstrip("/")) + quote(path) + mark + query


def _fitting(files: Any, inner: str, name: str) -> Iterator[Any]:
    kinds = pafs.FileType
    try:
        info = files.get_file_info(inner)
        if info.type == kinds.File:
            yield info
        elif info.type == kinds.Directory:
            yield from _below(files, inner)
        elif not is_address(name):
            for path in sorted(glob.glob(name, recursive=True)):  # noqa: PTH207 - a pattern may be absolute
                info = files.get_file_info(path)
                if info.type == kinds.File:
                    yield info
        elif wild := re.search(r"[*\[]", inner):
            folder = inner[: wild.start()].rpartition("/")[0]
            yield from (info for info in _below(files, folder) if fnmatch.fnmatchcase(info.path, inner))
    except UnicodeError:
        raise CorpusError(f"{name}: holds a file whose name is no UTF-8, which is not read here. Rename the file.") from None  # fmt: skip
    except OSError as error:
        raise CorpusError(f"{name}: cannot be looked into ({error}). Check the path, its rights and the network.") from None  # fmt: skip


def _below(files: Any, folder: str, above: frozenset[str] = frozenset()) -> Iterator[Any]:
    """The files of a folder and below that are read, folder by folder; hidden ones and .json are left alone.

    So are pipes, and links to a folder ``above``, which would have no end.
    """
    above |= {os.path.realpath(folder)}
    infos = sorted(files.get_file_info(pafs.FileSelector(folder, allow_not_found=True)), key=lambda info: info.path)
    folders = []
    for info in infos:
        if info.base_name.startswith("."):
            continue
        if info.type == pafs.FileType.Directory:
            folders += [info.path] if os.path.realpath(info.path) not in above else []
        elif (
            info.type != pafs.FileType.Unknown
            and (source := InputFile(info.path, 0, 0)).form
            and not source.name.lower().endswith(".json")
        ):
            yield info
    for path in folders:
        yield from _below(files, path, above)
