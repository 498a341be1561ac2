"""How well page furniture is recognised: python benchmarks/reading.py.

On the project's own hand-written set of lines of pasted pages in tests/data.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from biasdetect.reading.boilerplate import boilerplate_reason

DATA = Path(__file__).resolve().parent.parent / "tests" / "data"


def records(name: str) -> list[dict[str, Any]]:
    """The records of a set."""
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def kinds(outcomes: list[tuple[str, bool]]) -> list[tuple[str, int, int]]:
    """Per kind: number, and how many are right."""
    total = Counter(kind for kind, _ in outcomes)
    right = Counter(kind for kind, ok in outcomes if ok)
    return [(kind, count, right[kind]) for kind, count in sorted(total.items())]


def main() -> None:
    """Print the share that is right per kind and over all."""
    lines = records("boilerplate")
    sets = {
        f"{label} lines told apart": [
            (line["kind"], (boilerplate_reason(line["text"]) is not None) == (label == "boilerplate"))
            for line in lines
            if line["label"] == label
        ]
        for label in ("boilerplate", "prose")
    }
    for title, outcomes in sets.items():
        table = Table("kind", "number", "right", title=title, title_justify="left")
        for kind, count, right in kinds(outcomes):
            table.add_row(kind, str(count), str(right))
        share = sum(ok for _, ok in outcomes) / len(outcomes)
        table.add_row("all", str(len(outcomes)), f"{share:.1%}", style="bold")
        Console().print(table)


if __name__ == "__main__":
    main()
