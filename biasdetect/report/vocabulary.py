"""Categories, voices and severities as the CSS and JavaScript of pages: made from the tables that Python uses."""

from __future__ import annotations

import json
from collections.abc import Iterable

from biasdetect.model.categories import CATEGORIES, UNLISTED, Category, table_of
from biasdetect.results import SEVERITIES, OwnCategory, Voice

_UNLISTED = {"light": "#5f5a55", "dark": "#aaa39a"}  # of a model's category that no table has


def style(own: tuple[OwnCategory, ...] = ()) -> str:
    """Custom properties for the colours, light and dark, and a class ``c-NAME`` for each category, ``c-unlisted`` too.

    Args:
        own: categories of the model's own.
    """
    table = table_of(own).values()
    classes = [
        f".c-{category.name} {{ --colour: var(--category-{category.name}); --underline: {category.line};"
        f"{' --lines: underline overline;' if category.overlined else ''} }}"
        for category in table
    ]
    return "\n".join(
        [
            f":root {{ {_colours(table, 'light')} }}",
            f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_colours(table, 'dark')} }} }}",
            *classes,
            f".c-{UNLISTED} {{ --colour: var(--category-{UNLISTED}); --underline: solid; }}",
            "",
        ]
    )


def script() -> str:
    """A JavaScript module: what each voice is and whether it counts, the categories, the severities."""
    tables = {
        "CATEGORIES": list(CATEGORIES),
        "VOICES": {voice.value: {"description": voice.description, "counts": voice.counts} for voice in Voice},
        "STRENGTHS": [list(entry) for entry in SEVERITIES],
    }
    return "".join(f"export const {name} = {json.dumps(value, indent=2)};\n" for name, value in tables.items())


def _colours(table: Iterable[Category], page: str) -> str:
    colours = {category.name: getattr(category, page) for category in table} | {UNLISTED: _UNLISTED[page]}
    return " ".join(f"--category-{name}: {colour};" for name, colour in colours.items())
