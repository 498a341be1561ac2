"""Where the records are, and how tables and intervals are written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
MODEL = ROOT / "models" / "biasdetect-en-small"
UNWRITTEN = "none"
"""Where there is nothing to measure."""


def record(place: str | Path) -> Any:
    """What a file of JSON holds, such as ``benchmarks/speed.json``; OSError where there is none."""
    return json.loads((ROOT / place).read_text(encoding="utf-8"))


def metrics() -> dict[str, Any]:
    """What was measured of the shipped model when it was made."""
    measured: dict[str, Any] = record(MODEL / "metrics.json")
    return measured


def table(header: str, rows: Iterable[Iterable[str]]) -> str:
    """A table, its header as Markdown has it, such as ``| | exact | fast |``."""
    return "\n".join([header, "|---" * (header.count("|") - 1) + "|", *(f"| {' | '.join(row)} |" for row in rows)])


def between(value: float, low: float, high: float, *, form: str = ".3f", count: int | None = None) -> str:
    """A figure and its 95 % interval, each in this form, and of how many it is where that is given."""
    return f"{value:{form}} ({low:{form}} to {high:{form}}{'' if count is None else f', n {count:,}'})"


def finely(value: float | None, low: float | None, high: float | None, count: int | None) -> str:
    """A figure to three digits with its interval, and of how many it is where that is given."""
    if value is None or low is None or high is None:
        return UNWRITTEN
    return between(value, low, high, count=count)


def interval(value: float | None, low: float | None, high: float | None, count: int) -> str:
    """A figure to two digits, with its interval where there is one, and of how many it is."""
    if value is None:
        return f"{UNWRITTEN} (n {count})"
    ends = "" if low is None or high is None else f"{low:.2f} to {high:.2f}, "
    return f"{value:.2f} ({ends}n {count})"


def of_model(steps: dict[str, Any]) -> str:
    """Which model the times of benchmarks/stages.json are of, in brackets or after a comma."""
    return f" ({steps['model']})" if "model" in steps else ", of the model before the one that ships"
