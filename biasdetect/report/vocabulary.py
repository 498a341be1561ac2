"""Categories, voices and strengths as the CSS and JavaScript of pages: made from the tables that Python uses."""

from __future__ import annotations

import json

from biasdetect.model.categories import CATEGORIES, STRENGTHS, TABLE
from biasdetect.results import Voice

_OTHER = {"light": "#5f5a55", "dark": "#aaa39a"}  # of a model's category that is none of the table's


def style() -> str:
    """Custom properties for the colours, light and dark, and a class ``c-NAME`` for each category, ``c-other`` too."""
    classes = [
        f".c-{category.name} {{ --colour: var(--{category.name}); --underline: {category.line};"
        f"{' --lines: underline overline;' if category.overlined else ''} }}"
        for category in TABLE
    ]
    return "\n".join(
        [
            f":root {{ {_colours('light')} }}",
            f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_colours('dark')} }} }}",
            *classes,
            ".c-other { --colour: var(--other); --underline: solid; }",
            "",
        ]
    )


def script() -> str:
    """A JavaScript module: what each voice is and whether it counts, the categories, the strengths."""
    tables = {
        "CATEGORIES": list(CATEGORIES),
        "VOICES": {voice.value: {"description": voice.description, "counts": voice.counts} for voice in Voice},
        "STRENGTHS": [list(entry) for entry in STRENGTHS],
    }
    return "".join(f"export const {name} = {json.dumps(value, indent=2)};\n" for name, value in tables.items())


def _colours(page: str) -> str:
    colours = {category.name: getattr(category, page) for category in TABLE} | {"other": _OTHER[page]}
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())
