"""Categories of one's own: how names of marks become them, and the file that defines them."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biasdetect.errors import DataError
from biasdetect.labels.names import (
    LABELS,
    UNNAMED,
    UNNAMED_MARKS,
    known_category,
    plain_name,
    shown,
    unknown_category,
)
from biasdetect.model.categories import CATEGORIES, UNLISTED
from biasdetect.model.config import MOST_CATEGORIES, OWN_CATEGORY
from biasdetect.model.folder import InferenceConfig
from biasdetect.results import OwnCategory

_MAX_BYTES = 1_000_000
_COLOURS = ("#aa4499", "#117733", "#882255", "#332288", "#999933", "#cc6677", "#44aa99", "#88ccee", "#ddcc77")
"""What categories without a colour get, one after the other: Paul Tol's muted scheme, for the colour-blind too."""
_TAKEN = frozenset((UNLISTED, "flagged", "score", "phrases", "articles", "sentences", "words", "reprints", "cell"))
"""Names of other things in pages and in reports on a corpus."""
_KEYS = ("title", "definition", "colour")


@dataclass(frozen=True, slots=True)
class OwnNames:
    """Which names of marks are categories of the user's own.

    Attributes:
        names: those that are known.
        any: whether every other name is one too, unless it is one of ours.
        instead: whether there are no categories of ours beside them.
    """

    names: tuple[str, ...] = ()
    any: bool = False
    instead: bool = False


@dataclass(frozen=True, slots=True)
class OwnCategories:
    """What a file of categories says: the categories, and whether they stand in place of the model's."""

    categories: tuple[OwnCategory, ...]
    instead: bool = False


def category_name(name: str) -> str:
    """The name of a mark as that of a category: ``Dog_Whistle`` is ``dog-whistle``.

    Raises:
        ValueError: where it cannot be one; the message says why.
    """
    plain = plain_name(name)
    if plain in LABELS or plain in UNNAMED_MARKS or plain.replace(" ", "-") in _TAKEN:
        raise ValueError(f"{shown(name)} is no name for a category, since it means something else already")
    slug = plain.replace(" ", "-")
    if slug not in OWN_CATEGORY["name"]:
        raise ValueError(f"{shown(name)} is no name for a category: {OWN_CATEGORY['name']}")
    return slug


def is_category_name(name: str) -> bool:
    """Whether a name is that of a category as it stands."""
    try:
        return category_name(name) == name
    except ValueError:
        return False


def names_of_models(configs: Iterable[InferenceConfig]) -> OwnNames:
    """The names of marks that models know beside or instead of ours."""
    known = [name for config in configs for name in config.categories if name]
    names = tuple(dict.fromkeys(name for name in known if name not in CATEGORIES))
    return OwnNames(names, instead=bool(names) and not set(CATEGORIES) & set(known))


def find_category(name: str, mapped: Mapping[str, str], own: OwnNames) -> tuple[str, str] | None:
    """Category and technique that a mark's name stands for, one of them or both empty; None for marks to leave out.

    Args:
        name: as it stands in the data.
        mapped: what the user maps names to, by :func:`biasdetect.labels.names.plain_name`.
        own: the user's own categories.

    Raises:
        ValueError: where the name is unknown; the message names the nearest known one.
    """
    plain = plain_name(name)
    if plain in mapped:
        plain = plain_name(mapped[plain])
        if plain and LABELS.get(plain, 0.0) is None:
            return None
    if plain == UNNAMED:
        raise ValueError(f"a mark without a name is of no known category. Say what such marks stand for: --map {UNNAMED}=loaded, or a category, or ignore.")  # fmt: skip
    slug = plain.replace(" ", "-")
    if slug in own.names:
        return slug, ""
    known = known_category(plain)
    if plain in UNNAMED_MARKS or (known and known[0] and not own.instead):
        return known
    if own.any:
        try:
            return category_name(plain), ""
        except ValueError as error:
            raise ValueError(f"{error}; --map {shown(name)}=CATEGORY gives it another") from None
    if known is None or own.instead:
        raise ValueError(unknown_category(name, own.names))
    return "", name  # a technique without a counterpart


def named_alone(names: Sequence[str]) -> tuple[OwnCategory, ...]:
    """Categories of which nothing but their names is known."""
    return tuple(_complete(name, {}, place) for place, name in enumerate(names))


def read_categories(path: str | Path) -> OwnCategories:
    """Read a file of categories.

    Each is a table ``[categories.NAME]`` of TOML with ``title``, ``definition`` and ``colour``, none of which has to be
    there; ``instead = true`` at the top puts them in place of the model's.

    Raises:
        DataError: where it cannot be read or is not as it has to be; every mistake is named.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise DataError(f"{path}: is larger than {_MAX_BYTES // 1_000_000} MB.")
        data = tomllib.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error}). Check the path.") from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: is no TOML that can be read ({shown(str(error), 100)}). Correct it.") from None
    problems = list(_problems(data))
    if problems:
        raise DataError("\n  ".join([f"{path} cannot be used:", *problems]))
    return OwnCategories(
        tuple(_complete(name, table, place) for place, (name, table) in enumerate(data["categories"].items())),
        data.get("instead", False),
    )


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    for key in data:
        if key not in ("instead", "categories"):
            yield f"{shown(key)} is unknown; known are instead and [categories.NAME]."
    if not isinstance(data.get("instead", False), bool):
        yield f"instead must be true or false, not {shown(data['instead'])}."
    tables = data.get("categories")
    if not isinstance(tables, dict) or not 1 <= len(tables) <= MOST_CATEGORIES:
        yield f"it must have 1 to {MOST_CATEGORIES} tables [categories.NAME]."
        return
    for name, table in tables.items():
        try:
            right = category_name(name)
        except ValueError as error:
            yield f"{error}."
            continue
        if right != name:
            yield f"[categories.{shown(name)}]: write the name as {right}."
        if not isinstance(table, dict):
            yield f"categories.{name} must be a table, not {shown(table)}."
            continue
        for key, value in table.items():
            if key not in _KEYS:
                near = difflib.get_close_matches(key, _KEYS, 1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(_KEYS)}."
                yield f"categories.{name}.{shown(key)[1:-1]} is unknown; {hint}"
            elif (value.lower() if key == "colour" and isinstance(value, str) else value) not in OWN_CATEGORY[key]:
                yield f"categories.{name}.{key} must be {OWN_CATEGORY[key]}, not {shown(value)}."


def _complete(name: str, table: Mapping[str, str], place: int) -> OwnCategory:
    colour = table.get("colour", _COLOURS[place % len(_COLOURS)]).lower()
    return OwnCategory(name, table.get("title", name.replace("-", " ")), table.get("definition", ""), colour)
