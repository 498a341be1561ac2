"""docs/develop/architecture.md and tests.md: the rooms of the package, and what its tests notice."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from typing import Any

from blocks.shared import ROOT, record, table


def rooms() -> str:
    """The rooms of the package from the top down, from the contracts that import-linter holds them to."""
    return table("| | room | what it does |", _rooms())


def _rooms() -> Iterator[tuple[str, str, str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in project["tool"]["importlinter"]["contracts"]:
        for container in contract.get("containers", ()):
            folder = ROOT.joinpath(*container.split("."))
            for level, layer in enumerate(contract["layers"], start=1):
                for name in layer.split(" | "):
                    place = folder / name
                    module = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
                    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
                    shown_name = f"`{place.relative_to(ROOT / 'biasdetect')}{'/' if place.is_dir() else '.py'}`"
                    what = docstring.split("\n")[0].replace("``", "`")
                    yield str(level) if container == "biasdetect" else "", shown_name, what


def mutation() -> str:
    """How many small mistakes in central modules the tests notice, room by room, as the benchmark recorded it."""
    modules = record("benchmarks/mutation.json")
    by_room: dict[str, list[dict[str, Any]]] = {}
    for module, figures in modules.items():
        by_room.setdefault(module.partition("/")[0], []).append(figures)
    rows = []
    for room, found in [*by_room.items(), ("all", list(modules.values()))]:
        possible, tried, killed = (sum(figures[name] for figures in found) for name in ("mutants", "tried", "killed"))
        rows.append((room, str(len(found)), str(possible), str(tried), f"{killed} ({killed / tried:.0%})"))
    return table("| room | modules | possible | tried | killed |", rows)
