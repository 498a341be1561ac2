"""The shell of every HTML page that biasdetect writes: one file that asks for nothing from anywhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape

STYLE = """\
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.25; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: 0 0 1.5rem; }
th, td { text-align: right; padding: .2rem .8rem .2rem 0; font-variant-numeric: tabular-nums; vertical-align: top; }
th:first-child, td:first-child { text-align: left; }
tbody th { font-weight: 400; }
tr + tr, thead + tbody tr { border-top: 1px solid #8884; }
td.text { text-align: left; }
figure { display: inline-block; margin: 0 1.5rem 1.5rem 0; }
figcaption { max-width: 17rem; font-size: .85rem; }
.scroll { overflow-x: auto; }
"""


def whole_page(
    title: str, heading: str, parts: Sequence[str], style: str = "", script: str = "", *, inline_styles: bool = False
) -> str:
    """A page that loads nothing, and runs nothing but its own script.

    Args:
        title: of the window.
        heading: of the page; both are plain text.
        parts: what follows the heading, in HTML.
        style: CSS, added to that of all pages.
        script: JavaScript that runs when the page is there.
        inline_styles: whether elements carry CSS of their own, as pictures by matplotlib do.
    """
    style = f"\n{STYLE}{style}"
    policy = [
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "style-src 'unsafe-inline'" if inline_styles else f"style-src {_digest(style)}",
        *([f"script-src {_digest(script)}"] if script else []),
    ]
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>{escape(heading)}</h1>",
            *parts,
            "</main>",
            *([f"<script>{script}</script>"] if script else []),
            "</body>\n</html>\n",
        ]
    )


def scrolled(content: str, label: str) -> str:
    """What may be wider than the window, in a frame that scrolls by keys too.

    Args:
        content: HTML.
        label: what it is, in plain text, for who cannot see it.
    """
    return f'<div class="scroll" role="group" tabindex="0" aria-label="{escape(label)}">{content}</div>'


def _digest(content: str) -> str:
    """The source expression that allows exactly this content of an element."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode('utf-8')).digest()).decode('ascii')}'"
