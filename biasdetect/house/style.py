"""Finds, reads and validates a house style's configuration file, reporting all mistakes at once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, get_args

from biasdetect.errors import HouseStyleError
from biasdetect.house.rules import Rules
from biasdetect.house.terms import DEFAULT_CATEGORY, Term, Terms
from biasdetect.model.categories import CATEGORIES
from biasdetect.model.config import OWN_CATEGORY
from biasdetect.model.phrases import find_words
from biasdetect.results import KindChoice
from biasdetect.util.numbers import PROBABILITY

FILE = ".biasdetect.toml"
PROJECT = "pyproject.toml"  # in its table tool.biasdetect
MAX_BYTES = 1_000_000
_MOST_TOLD = 20  # mistakes
MAX_TERM = 200  # characters
_MISSPELT = 0.85  # how alike names are of which one is taken for the other misspelt
_ALL = ("threshold", "kind", "categories", "paths", "terms")


@dataclass(frozen=True, slots=True)
class PathRules:
    """What a house style says of the files that fit a pattern; what it leaves out is as elsewhere.

    Attributes:
        pattern: as written.
        fits: whether a path, relative to the file of the house style and with ``/``, fits the pattern.
        allow: terms that are allowed there beside those that are allowed everywhere.
    """

    pattern: str
    fits: Callable[[str], object]
    threshold: float | None = None
    kind: KindChoice | None = None
    categories: Mapping[str, float | bool] = field(default_factory=dict)
    allow: Terms = field(default_factory=Terms)


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """A house style as its file has it.

    Attributes:
        path: of the file, absolute.
        rules: for every document.
        paths: what differs by path; what comes later in the file wins.
    """

    path: Path
    rules: Rules
    paths: tuple[PathRules, ...] = ()

    def for_path(self, path: str | Path | None = None) -> Rules:
        """The rules for a document; without a path, those that hold everywhere."""
        rules = self.rules
        if path is None:
            return rules
        try:
            relative = Path(path).resolve().relative_to(self.path.parent).as_posix()
        except ValueError:  # it lies elsewhere
            return rules
        for entry in self.paths:
            if entry.fits(relative):
                rules = replace(
                    rules,
                    threshold=rules.threshold if entry.threshold is None else entry.threshold,
                    kind=entry.kind or rules.kind,
                    categories={**rules.categories, **entry.categories},
                    allow=Terms([*rules.allow.terms, *entry.allow.terms]) if entry.allow else rules.allow,
                )
        return rules


def find_house_style(path: str | Path) -> HouseStyle | None:
    """The house style of a document, None where there is none.

    It is looked for in the document's folder and upwards, as far as the root of the repository (the folder that
    holds ``.git``) or of the file system: ``.biasdetect.toml``, or a ``pyproject.toml`` with a table ``tool.biasdetect``.

    Args:
        path: of the document, or of a folder; it need not exist.

    Raises:
        HouseStyleError: where the file that is found cannot be used.
    """
    place = Path(os.path.realpath(path))  # Path.resolve raises in a ring of links
    for folder in (place, *place.parents):
        for name in (FILE, PROJECT):
            file = folder / name
            if os.path.isfile(file) and (name == FILE or b"biasdetect" in _bytes(file)):  # noqa: PTH113 - raises nothing
                style = read_house_style(file)
                if style:
                    return style
        if os.path.exists(folder / ".git"):  # noqa: PTH110
            return None
    return None


def read_house_style(path: str | Path) -> HouseStyle | None:
    """Read the file of a house style; None for a ``pyproject.toml`` that has none.

    Raises:
        HouseStyleError: where it is missing, no TOML, or holds unknown keys or values that make no sense.
    """
    file = Path(os.path.realpath(path))
    try:
        facts = file.stat()
    except OSError as error:
        raise HouseStyleError(file, [("", f"cannot be read ({error.strerror}). Check the path.")]) from None
    return _read(file, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=32)
def _read(file: Path, _changed: int, _size: int) -> HouseStyle | None:
    """A file is read again where it has changed since."""
    import tomllib  # most runs have no house style

    try:
        data = tomllib.loads(_bytes(file).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise HouseStyleError(file, [("", "is no UTF-8. Save it as UTF-8.")]) from None
    except (ValueError, RecursionError) as error:  # also of numbers with thousands of digits
        raise HouseStyleError(file, [("", f"is no valid TOML: {error}")]) from None
    if file.name == PROJECT:
        tools = data.get("tool")
        if not isinstance(tools, dict) or "biasdetect" not in tools:
            return None
        data = tools["biasdetect"]
    checker = _Checker()
    style = checker.style(file, data)
    if checker.problems:
        raise HouseStyleError(file, checker.problems[:_MOST_TOLD])
    return style


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise HouseStyleError(file, [("", f"cannot be read ({error.strerror}). Check its permissions.")]) from None
    if len(data) > MAX_BYTES:
        raise HouseStyleError(file, [("", f"is larger than {MAX_BYTES // 1_000_000} MB, which no house style is.")])
    return data


class _Checker:
    """Takes a parsed file apart and notes whatever is wrong in it."""

    def __init__(self) -> None:
        self.problems: list[tuple[str, str]] = []

    def style(self, file: Path, data: Any) -> HouseStyle:
        """All of it."""
        table = self._table(data, "", _ALL)
        terms = self._table(table.get("terms", {}), "terms", ("allow", "flag"))
        rules = Rules(
            threshold=self._threshold(table, ""),
            kind=self._kind(table, ""),
            categories=self._categories(table, ""),
            allow=Terms(self._terms(terms, "terms.allow", ("term", "why"))),
            flag=Terms(self._terms(terms, "terms.flag", ("term", "category", "why", "instead"))),
            name=file.name,
        )
        paths = self._list(table.get("paths", []), "paths")
        return HouseStyle(file, rules, tuple(self._path(entry, f"paths[{i}]") for i, entry in enumerate(paths)))

    def _path(self, data: Any, where: str) -> PathRules:
        table = self._table(data, where, ("pattern", "threshold", "kind", "categories", "allow"))
        pattern = table.get("pattern")
        if not isinstance(pattern, str) or not pattern.strip("/"):
            self._wrong(f"{where}.pattern", 'must be a pattern of paths, such as "columns/**"')
            pattern = "*"
        return PathRules(
            pattern,
            partial(_fits, _pieces(pattern)),
            self._threshold(table, where),
            self._kind(table, where),
            self._categories(table, where),
            Terms(self._terms(table, f"{where}.allow", ("term", "why"))),
        )

    def _threshold(self, table: dict[str, Any], where: str) -> float | None:
        value = table.get("threshold")
        if value is not None and value not in PROBABILITY:
            self._wrong(_key(where, "threshold"), f"must be {PROBABILITY}, not {_shown(value)}")
            return None
        return value

    def _kind(self, table: dict[str, Any], where: str) -> KindChoice | None:
        value = table.get("kind")
        if value is not None and value not in get_args(KindChoice):
            self._wrong(_key(where, "kind"), f"must be {_listed(get_args(KindChoice))}, not {_shown(value)}{_near(value, get_args(KindChoice))}")  # fmt: skip
        return value

    def _categories(self, table: dict[str, Any], where: str) -> dict[str, float | bool]:
        where = _key(where, "categories")
        given = table.get("categories", {})
        own = [name for name in given if _may_be_own(name)] if isinstance(given, dict) else []
        categories = self._table(given, where, (*CATEGORIES, *own))
        wrong = [name for name, value in categories.items() if not isinstance(value, bool) and value not in PROBABILITY]
        for name in wrong:
            self._wrong(f"{where}.{name}", f"must be false, true or {PROBABILITY}, not {_shown(categories.pop(name))}")
        return categories

    def _terms(self, table: dict[str, Any], where: str, keys: tuple[str, ...]) -> list[Term]:
        entries = self._list(table.get(where.rpartition(".")[2], []), where)
        return [self._term(entry, f"{where}[{index}]", keys) for index, entry in enumerate(entries)]

    def _term(self, data: Any, where: str, keys: tuple[str, ...]) -> Term:
        if not isinstance(data, str | dict):
            self._wrong(where, f"must be wording or a table, not {_shown(data)}")
            data = "?"
        table = {"term": data} if isinstance(data, str) else self._table(data, where, keys)
        text, category, why = table.get("term"), table.get("category", DEFAULT_CATEGORY), table.get("why", "")
        instead: Any = table.get("instead", [])
        instead = [instead] if isinstance(instead, str) else instead
        if not isinstance(text, str) or not find_words(text) or len(text) > MAX_TERM:
            self._wrong(f"{where}.term", f"must be wording of at most {MAX_TERM} characters, not {_shown(text)}")
            text = "?"
        if category not in CATEGORIES and not _may_be_own(category):
            self._wrong(f"{where}.category", f"must be {_listed(CATEGORIES)}, not {_shown(category)}{_near(category, CATEGORIES)}")  # fmt: skip
        if not isinstance(why, str):
            self._wrong(f"{where}.why", f"must be text, not {_shown(why)}")
        if not isinstance(instead, list) or not all(isinstance(words, str) and words.strip() for words in instead):
            self._wrong(f"{where}.instead", "must be wording, or a list of wordings")
            instead = []
        return Term(text, category, why, tuple(words.strip() for words in instead))

    def _table(self, data: Any, where: str, keys: tuple[str, ...]) -> dict[str, Any]:
        """The known keys of a table."""
        if not isinstance(data, dict):
            self._wrong(where, f"must be a table, not {_shown(data)}")
            return {}
        for key in data:
            if key not in keys:
                near = _near(key, keys)
                shown = key if re.fullmatch(r"[\w-]{1,60}", key) else _shown(key)
                self._wrong(_key(where, shown), f"unknown{near}" if near else f"unknown. Known here: {', '.join(keys)}")
        return {key: value for key, value in data.items() if key in keys}

    def _list(self, data: Any, where: str) -> list[Any]:
        if isinstance(data, list):
            return data
        self._wrong(where, f"must be a list, not {_shown(data)}")
        return []

    def _wrong(self, key: str, problem: str) -> None:
        self.problems.append((key, problem if problem.endswith((".", "?")) else f"{problem}."))


def _may_be_own(name: object) -> bool:
    """Whether a name may be that of a category of a model's own, and is not one of ours misspelt or cut short."""
    from difflib import get_close_matches

    if name not in OWN_CATEGORY["name"] or any(ours.startswith(str(name)) for ours in CATEGORIES):
        return False
    return not get_close_matches(str(name), CATEGORIES, 1, _MISSPELT)


def _key(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _near(name: object, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), known, 1) if isinstance(name, str) else []
    return f". Did you mean {near[0]}?" if near else ""


def _listed(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _shown(value: object) -> str:
    if value is None:
        return "left out"
    text = ascii(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _pieces(pattern: str) -> list[str]:
    """A pattern taken apart: ``**/``, ``**``, ``*``, ``?``, and what stands for itself.

    ``*`` and ``?`` stop at a slash and ``**`` does not; without a slash the pattern may fit in any folder.
    """
    pattern = re.sub(r"(?:\*\*/)+", "**/", pattern.removeprefix("./"))
    pattern = pattern.lstrip("/") if "/" in pattern.rstrip("/") else f"**/{pattern}"
    pattern = f"{pattern}**" if pattern.endswith("/") else pattern
    return re.split(r"(\*\*/|\*+|\?)", pattern)


def _fits(pieces: list[str], path: str) -> bool:
    """Whether the pieces fit all of a path. A regular expression could take time beyond all measure with many ``*``."""
    places = {0}  # that the pieces so far may reach
    for piece in pieces:
        if not places:
            return False
        if piece == "**/":
            places |= {place + 1 for place in range(min(places), len(path)) if path[place] == "/"}
        elif piece.startswith("**"):
            places = set(range(min(places), len(path) + 1))
        elif piece == "*":
            ends = ((place, f"{path}/".index("/", place)) for place in places)
            places = {reached for place, end in ends for reached in range(place, end + 1)}
        elif piece == "?":
            places = {place + 1 for place in places if path[place : place + 1] not in ("", "/")}
        else:
            places = {place + len(piece) for place in places if path.startswith(piece, place)}
    return len(path) in places
