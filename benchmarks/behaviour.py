r"""Whether a change left all scores and reports as they were: record before it, record after it, compare.

    python benchmarks/behaviour.py record before.jsonl
    python benchmarks/behaviour.py compare before.jsonl after.jsonl

A record has, on one line each with its digest, the scores and phrases of 1,000 sentences of the training corpus, and the
reports of every article in examples/, of the pages in tests/data/pages and of 40 texts joined from the corpus, in every
form of output. The code is the `biasdetect` that Python imports (`PYTHONPATH=CHECKOUT`), through its public interface and
its command line alone, so one version of this script measures any version of the package.

`compare` says what differs and exits with 1 where anything does. Two fields that older reports do not have are left out of
the comparison, and nothing else is: a phrase's `origin` where it has one of its two values, and a report's
`foreign_language` where it is empty. The style and script of a page are compared apart from its text: as "html-style" and
"html-script", once.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import biasdetect

ROOT = Path(__file__).resolve().parent.parent
SENTENCES = 1000
TEXTS = 40
_CORPUS = ("dev.jsonl", "train.jsonl")
_PARAGRAPHS = (3, 1, 4, 2, 2)  # sentences in each, of every text
_READINGS = {
    "quotes-mark": [],
    "quotes-count": ["--quotes", "count", "--no-suggest"],
    "quotes-skip": ["--quotes", "skip", "--no-suggest"],
    "opinion": ["--kind", "opinion", "--no-suggest"],
    "low-threshold": ["--threshold", "0.1", "--no-suggest"],
    "house-style": ["--house-style", "house.toml"],
}
_HOUSE_STYLE = """\
[categories]
exaggeration = false
epithet = 0.2
[terms]
allow = ["shameless"]
flag = [{ term = "council", category = "labeling", why = "say which council", instead = "city council" }, "plan"]
"""
_EMBEDDED = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)
_POLICY = re.compile(r"'sha256-[^']+'")
_ORIGINS = ("model", "house")
_MOST_SHOWN = 20  # differences, and lines of each


def corpus() -> list[str]:
    """The sentences of the corpus, each once, in an order that is fixed and mixes what lies together in the files."""
    texts = {
        json.loads(line)["text"]
        for name in _CORPUS
        for line in (ROOT / "training" / "corpus" / name).read_text(encoding="utf-8").splitlines()
    }
    return sorted(texts, key=lambda text: hashlib.sha256(text.encode()).digest())


def joined_texts() -> Iterator[str]:
    """Articles of several paragraphs, made of sentences of the corpus."""
    sentences = iter(reversed(corpus()))
    for _ in range(TEXTS):
        paragraphs = [" ".join(islice(sentences, number)) for number in _PARAGRAPHS]
        yield "\n\n".join(paragraphs) + "\n"


def lay_out(folder: Path) -> list[str]:
    """Put all articles into a folder; returns their names."""
    for source in ("examples", "tests/data/pages"):
        for path in sorted((ROOT / source).rglob("*")):
            if path.suffix in (".txt", ".md", ".html") and "labels" not in path.parts:
                target = folder / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
    for number, text in enumerate(joined_texts()):
        target = folder / "joined" / f"{number:02}.txt"
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    (folder / "house.toml").write_text(_HOUSE_STYLE, encoding="utf-8")
    return names


def score(folder: Path, *arguments: str) -> bytes:
    """What ``biasdetect score`` prints there."""
    place = str(Path(biasdetect.__file__).resolve().parent.parent)
    environment = {**os.environ, "COLUMNS": "80", "PYTHONPATH": place, "PYTHONUTF8": "1", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "biasdetect", "score", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr.decode()}")
    return done.stdout


def measure() -> Iterator[tuple[str, Any]]:
    """Everything that is recorded, by name: text, or what JSON can hold."""
    detector = biasdetect.load(ROOT / "models" / "biasdetect-en-small")
    for number, sentence in enumerate(detector.score_sentences(corpus()[:SENTENCES])):
        yield f"sentence/{number:04}", asdict(sentence)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        names = lay_out(folder)
        for reading, options in _READINGS.items():
            print(f"{reading} …", file=sys.stderr, flush=True)
            for line in score(folder, "--format", "jsonl", *options, *names).decode().splitlines():
                report = json.loads(line)
                yield f"jsonl/{reading}/{report['source']}", report
        for form, options in (("concise", ["--no-suggest"]), ("github", ["--no-suggest"]), ("sarif", [])):
            print(f"{form} …", file=sys.stderr, flush=True)
            yield form, score(folder, "--format", form, *options, *names).decode()
        print("terminal …", file=sys.stderr, flush=True)
        yield "terminal", score(folder, *names).decode()
        yield "terminal/house-style", score(folder, *_READINGS["house-style"], "--no-suggest", *names).decode()
        print("html …", file=sys.stderr, flush=True)
        score(folder, "--format", "html", "--out", "pages", *names)
        yield from _pages(folder / "pages")


def _pages(folder: Path) -> Iterator[tuple[str, str]]:
    """Each page without its style and script, and these once."""
    embedded: dict[str, set[str]] = {"style": set(), "script": set()}
    for path in sorted(folder.iterdir()):
        page = path.read_text(encoding="utf-8")
        for kind, content in _EMBEDDED.findall(page):
            embedded[kind].add(content)
        yield f"html/{path.name}", _POLICY.sub("'sha256-…'", _EMBEDDED.sub(r"<\1></\1>", page))
    for kind, contents in embedded.items():
        yield f"html-{kind}", "\n".join(sorted(contents))


def _bytes(value: Any) -> bytes:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text.encode("utf-8", "surrogatepass")


def record(path: Path) -> None:
    """Write a record: a line of JSON for everything measured."""
    count = 0
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
        for name, value in measure():
            digest = hashlib.sha256(_bytes(value)).hexdigest()
            file.write(json.dumps({"name": name, "digest": digest, "value": value}, ensure_ascii=False) + "\n")
            count += 1
    print(f"{path}: {count} records of biasdetect in {Path(biasdetect.__file__).parent}")


def read(path: Path) -> dict[str, dict[str, Any]]:
    """The lines of a record, by name."""
    with path.open(encoding="utf-8", errors="surrogatepass") as file:
        return {line["name"]: line for line in map(json.loads, file)}


def without_new_fields(value: Any) -> Any:
    """The same without the origin of its phrases, and without the foreign language that a report has not."""
    if isinstance(value, list):
        return [without_new_fields(item) for item in value]
    if isinstance(value, dict):
        kept = {name: without_new_fields(item) for name, item in value.items()}
        if {"position", "why", "category"} <= kept.keys() and kept.get("origin") in _ORIGINS:
            del kept["origin"]
        if {"version", "outlet_score"} <= kept.keys() and kept.get("foreign_language") == "":
            del kept["foreign_language"]
        return kept
    return value


def compare(before: Path, after: Path) -> int:
    """Say what differs between two records; returns how much does."""
    old, new = read(before), read(after)
    different = [f"{name}: only in {before}" for name in old.keys() - new.keys()]
    different += [f"{name}: only in {after}" for name in new.keys() - old.keys()]
    equal = but_for_fields = 0
    for name in sorted(old.keys() & new.keys()):
        if old[name]["digest"] == new[name]["digest"]:
            equal += 1
            continue
        values = [without_new_fields(record[name]["value"]) for record in (old, new)]
        if values[0] == values[1]:
            but_for_fields += 1
        else:
            different.append(f"{name}: differs\n{_difference(*values)}")
    print("\n".join(different[:_MOST_SHOWN]))
    if len(different) > _MOST_SHOWN:
        print(f"… and {len(different) - _MOST_SHOWN} more")
    print(f"{equal} equal byte for byte, {but_for_fields} equal but for the new fields, {len(different)} different")
    return len(different)


def _difference(old: Any, new: Any) -> str:
    texts = [
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1)
        for value in (old, new)
    ]
    lines = difflib.unified_diff(*(text.splitlines() for text in texts), "before", "after", "", "", 1, "")
    return "\n".join(f"    {line[:300]}" for line in islice(lines, _MOST_SHOWN))


def main() -> int:
    """Record or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record", help="write what the package does now")
    recording.add_argument("file", type=Path)
    comparing = commands.add_parser("compare", help="say what differs between two records")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "record":
        record(arguments.file)
        return 0
    return int(compare(arguments.before, arguments.after) > 0)


if __name__ == "__main__":
    sys.exit(main())
