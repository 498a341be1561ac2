"""How well the article of a web page is found: python benchmarks/pages.py [FOLDER] [--pages] [--record].

FOLDER (tests/data/pages/systems where left out) holds NAME.html and NAME.json: ``article`` is the list of paragraphs that
are the article, ``headline`` its title, ``not_article`` lines that must not come back, ``optional`` pieces that may come or
not (captions, subheadings, tables, embedded posts). Compared are the four-word sequences of each paragraph, in lower case;
what is optional, and the headline, counts neither for nor against.

Three tables: libraries by themselves on the page as it was saved; our reading with another library in trafilatura's place;
our reading with each rule of ours off. Resiliparse and readability-lxml are measured where they are installed. What is
gained over our reading as it is stands with a 95 % interval over pages (paired bootstrap). --pages prints every page;
--record writes benchmarks/pages.json.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from rich.console import Console
from rich.table import Table

import biasdetect.reading.html as reading
from biasdetect.errors import InputError
from biasdetect.evaluation.bootstrap import intervals
from biasdetect.reading import document
from biasdetect.reading.files import read
from biasdetect.reading.html.outline import Outline, marks_in

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "data" / "pages" / "systems"
RECORD = Path(__file__).with_suffix(".json")
LOST = 0.5
"""Recall below which a page is called lost."""

Reader = Callable[[bytes], str]
"""From a saved page to its article, a paragraph a line."""
Finder = Callable[[Outline], set[int]]
"""As :func:`biasdetect.reading.html.article.article_pieces`."""

_SIZE = 4
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<[^>]+>")
_NAMES = re.compile(r' (?:class|id|role)="[^"]*"')


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
        page = read(html, "html")
    except InputError:
        return ""
    return "\n".join(page.text[block.start : block.end] for block in page.blocks if not block.reason)


def alone() -> dict[str, Reader]:
    """Libraries by themselves, by name."""
    from trafilatura import extract
    from turbohtml import parse

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)

    def trafilatura(**settings: Any) -> Reader:
        return lambda html: extract(html, include_comments=False, **settings) or ""

    found: dict[str, Reader] = {
        "trafilatura": trafilatura(),
        "trafilatura, recall": trafilatura(favor_recall=True),
        "trafilatura, fast": trafilatura(fast=True),
        "trafilatura, fast, recall": trafilatura(fast=True, favor_recall=True),
        "turbohtml": lambda html: str(parse(_decoded(html)).article().text),
    }
    if find_spec("resiliparse"):
        from resiliparse.extract.html2text import extract_plain_text

        found["resiliparse"] = lambda html: extract_plain_text(
            _decoded(html),
            main_content=True,
            preserve_formatting=True,
            list_bullets=False,
            alt_texts=False,
            comments=False,
        )
    if find_spec("readability"):
        from readability import Document

        # a line for each block: the library gives markup
        found["readability-lxml"] = lambda html: _TAG.sub(
            " ", re.sub(r"</(?:p|div|h\d|li|td)>|<br ?/?>", "\n", Document(_decoded(html)).summary())
        )
    return found


def finders() -> dict[str, Finder]:
    """What may stand in the place of trafilatura in recall mode: each is given the page's outline."""
    from trafilatura import bare_extraction
    from turbohtml import parse

    def trafilatura(*, names: bool = True, recall: bool = True, **settings: Any) -> Finder:
        def find(outline: Outline) -> set[int]:
            body = outline.body if names else _NAMES.sub("", outline.body)
            found = bare_extraction(body, favor_recall=recall, include_comments=False, include_tables=True, **settings)
            return marks_in((found.text or "") if found is not None and not isinstance(found, dict) else "")

        return find

    def turbohtml(*, names: bool = True) -> Finder:
        def find(outline: Outline) -> set[int]:
            content = parse(outline.body if names else _NAMES.sub("", outline.body)).main_content()
            return marks_in(content.text) if content is not None else set()

        return find

    found = {
        "trafilatura, without recall": trafilatura(recall=False),
        "trafilatura, fast": trafilatura(fast=True),
        "trafilatura, not told class names": trafilatura(names=False),
        "turbohtml": turbohtml(),
        "turbohtml, not told class names": turbohtml(names=False),
    }
    if find_spec("resiliparse"):
        from resiliparse.extract.html2text import extract_plain_text

        found["resiliparse"] = lambda outline: marks_in(
            extract_plain_text(outline.body, main_content=True, comments=False, alt_texts=False)
        )
    if find_spec("readability"):
        from readability import Document

        found["readability-lxml"] = lambda outline: marks_in(_TAG.sub(" ", Document(outline.body).summary()))
    return {**found, "no library": lambda _: set()}


RULES: dict[str, list[tuple[Any, str, Callable[..., Any]]]] = {
    "a lead above the body is kept": [(reading, "_lead", lambda page, reasons: [])],
    "a short line that its markup and its words call furniture": [(reading, "_label_reason", lambda page, piece: "")],
    "a block that is a link and no sentence": [(reading, "_form_reason", lambda page, piece: "")],
    "a line that the page's title names": [(reading, "_set_aside_names", lambda *_: None)],
    "a line that is furniture by its form and words": [
        (document, "boilerplate_reasons", lambda lines: [None] * len(lines))
    ],
}
"""Our rules beside trafilatura's word, and what stands in their place where each is off."""


def readers() -> Iterator[tuple[str, str, Reader, list[Any]]]:
    """What is compared: the kind of table, a name, a reader, and what is replaced in ours while it reads."""
    yield "as it is", "biasdetect", ours, []
    for name, reader in alone().items():
        yield "alone", name, reader, []
    for name, finder in finders().items():
        yield "in its place", name, ours, [(reading, "article_pieces", _guarded(finder))]
    for name, replaced in RULES.items():
        yield "without", name, ours, replaced
    yield "without", "all of them", ours, [one for replaced in RULES.values() for one in replaced]


def _guarded(finder: Finder) -> Finder:
    """An outline that is empty finds nothing, as in our reading."""
    return lambda outline: finder(outline) if outline.body else set()


def _decoded(html: bytes) -> str:
    return html.decode("utf-8", "replace")


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


def gained(before: list[Outcome], now: list[Outcome]) -> tuple[float, float, float]:
    """Difference of mean F1, with the ends of its interval: the same pages, drawn anew."""
    steps = np.array([one.f1 - other.f1 for one, other in zip(now, before, strict=True)])
    low, high = intervals(len(steps), lambda weights: {"f1": weights @ steps / len(steps)})["f1"]
    return float(steps.mean()), low, high


def main() -> None:
    """Print the figures of every reader."""
    named = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    folder = Path(named[0]) if named else FOLDER
    pages = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    if not pages:
        sys.exit(f"{folder}: holds no NAME.json beside a NAME.html")
    console = Console(width=180)
    rows: list[dict[str, Any]] = []
    each: dict[str, list[Outcome]] = {}
    first: list[Outcome] = []
    for kind, name, reader, replaced in readers():
        begun = time.perf_counter()
        with ExitStack() as stack:
            for module, attribute, value in replaced:
                stack.enter_context(patch.object(module, attribute, value))
            texts = [reader((folder / f"{page}.html").read_bytes()) for page in pages]
        seconds = time.perf_counter() - begun
        outcomes = [compare(text, page) for text, page in zip(texts, pages.values(), strict=True)]
        first = first or outcomes
        each[f"{kind}: {name}"] = outcomes
        mean, low, high = gained(first, outcomes)
        rows.append(
            {
                "table": kind,
                "reader": name,
                "pages": len(pages),
                **in_all(outcomes),
                "gained": [round(mean, 4), round(low, 4), round(high, 4)],
                "ms": round(1000 * seconds / len(pages), 1),
            }
        )
    if "--pages" in sys.argv:
        for reader, outcomes in each.items():
            console.print(f"[bold]{reader}[/bold]")
            for page, found in zip(pages, outcomes, strict=True):
                console.print(f"  {page:24} {found.precision:.2f} {found.recall:.2f} {found.furniture}")
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*map(str, row.values()))
    console.print(table)
    if "--record" in sys.argv:
        RECORD.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
