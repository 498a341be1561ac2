"""How well the article of a web page is found: python benchmarks/pages.py [FOLDER] [--pages] [--record].

FOLDER (tests/data/pages/systems where left out) holds NAME.html and NAME.json: ``article`` is the list of paragraphs that
are the article, ``headline`` its title, ``not_article`` lines that must not come back, ``optional`` pieces that may come or
not (captions, subheadings, tables, embedded posts). Compared are the four-word sequences of each paragraph, in lower case;
what is optional, and the headline, counts neither for nor against.

Beside our reading stand the libraries by themselves on the same page as it was saved. --pages prints every page; --record
writes benchmarks/pages.json.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from biasdetect.errors import InputError
from biasdetect.reading.files import read

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "data" / "pages" / "systems"
RECORD = Path(__file__).with_suffix(".json")
LOST = 0.5
"""Recall below which a page is called lost."""

_SIZE = 4
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reader made of one page.

    Attributes:
        right: four-word sequences of the article that came back.
        wanted: those of the article.
        given: those that came back, without what is optional.
        furniture: lines that should not have come back and did.
    """

    right: int
    wanted: int
    given: int
    furniture: int

    @property
    def precision(self) -> float:
        """Share of what came back that is the article; 1 where nothing came."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """Share of the article that came back."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def ours(html: bytes) -> str:
    """Our own reading."""
    try:
        document = read(html, "html")
    except InputError:
        return ""
    return "\n".join(document.text[block.start : block.end] for block in document.blocks if not block.reason)


def trafilatura_with(**settings: Any) -> Callable[[bytes], str]:
    """Trafilatura by itself."""
    from trafilatura import extract

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)

    def text(html: bytes) -> str:
        return extract(html, include_comments=False, **settings) or ""

    return text


def turbohtml(html: bytes) -> str:
    """Turbohtml's own extractor."""
    from turbohtml import parse

    return str(parse(html.decode("utf-8", "replace")).article().text)


def readers() -> dict[str, Callable[[bytes], str]]:
    """What is compared, by name."""
    return {
        "biasdetect": ours,
        "trafilatura": trafilatura_with(),
        "trafilatura, recall": trafilatura_with(favor_recall=True),
        "trafilatura, fast": trafilatura_with(fast=True),
        "trafilatura, fast, recall": trafilatura_with(fast=True, favor_recall=True),
        "turbohtml": turbohtml,
    }


def compare(given: str, page: dict[str, Any]) -> Outcome:
    """The outcome of one page."""
    optional = _sequences([page["headline"], *_optional(page)])
    wanted = _sequences([*page["article"], *page.get("once", [])])
    found = _sequences(given.splitlines())
    plain = "\n".join(_plain(line) for line in given.splitlines())
    furniture = sum(_plain(line) in plain for line in page["not_article"])
    return Outcome(len(found & wanted), len(wanted), len(found - (optional - wanted)), furniture)


def _optional(page: dict[str, Any]) -> list[str]:
    pieces: list[str] = []
    for piece in page.get("optional", []):
        text = piece["text"]
        pieces += [text] if isinstance(text, str) else [*text, " ".join(text)]
    return pieces


def _sequences(lines: list[str]) -> set[tuple[str, ...]]:
    """Every four words in a row of each line; all words of a shorter one."""
    found = set()
    for line in lines:
        words = _plain(line).split()
        found |= {tuple(words[at : at + _SIZE]) for at in range(max(len(words) - _SIZE + 1, min(len(words), 1)))}
    return found


def _plain(line: str) -> str:
    return " ".join(_WORD.findall(line.lower().replace("\u00ad", "")))


def in_all(outcomes: list[Outcome]) -> dict[str, float]:
    """Means over the pages, each page counting the same, and how many were lost."""
    number = len(outcomes)
    return {
        "precision": round(sum(outcome.precision for outcome in outcomes) / number, 4),
        "recall": round(sum(outcome.recall for outcome in outcomes) / number, 4),
        "f1": round(sum(outcome.f1 for outcome in outcomes) / number, 4),
        "lost": sum(outcome.recall < LOST for outcome in outcomes),
        "furniture": sum(outcome.furniture for outcome in outcomes),
    }


def main() -> None:
    """Print the figures of every reader."""
    named = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    folder = Path(named[0]) if named else FOLDER
    pages = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    if not pages:
        sys.exit(f"{folder}: holds no NAME.json beside a NAME.html")
    console = Console(width=160)
    rows: list[dict[str, Any]] = []
    each: dict[str, list[Outcome]] = {}
    for name, reader in readers().items():
        begun = time.perf_counter()
        texts = [reader((folder / f"{page}.html").read_bytes()) for page in pages]
        seconds = time.perf_counter() - begun
        each[name] = [compare(text, page) for text, page in zip(texts, pages.values(), strict=True)]
        rows.append(
            {"reader": name, "pages": len(pages), **in_all(each[name]), "ms": round(1000 * seconds / len(pages), 1)}
        )
    if "--pages" in sys.argv:
        table = Table("page", *each)
        for at, page in enumerate(pages):
            cells = [
                f"{found[at].precision:.2f} {found[at].recall:.2f} {found[at].furniture}" for found in each.values()
            ]
            table.add_row(page, *cells)
        console.print(table)
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*map(str, row.values()))
    console.print(table)
    if "--record" in sys.argv:
        RECORD.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
