"""The state before voice was an output of the network, and this one, in turns: python benchmarks/beside.py [--record].

The state before is that of :data:`BEFORE`, taken from git; both run in this environment. Measured are one article from the start of the
process to its end, and many articles of real news (anno-lexical, one sentence in six biased, see
benchmarks/speed.py), exact and fast. It wants a machine that does nothing else, and takes some five minutes. With --record it
writes benchmarks/beside.json.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from speed import IN_ARTICLE, ROOT, article, child, machine, news, of_one_article
from voice import state_of

RECORD = Path(__file__).with_suffix(".json")
BEFORE = "69a6e62a69852bd9adaf168f670e765201ab7981"
"""The last state without heads for voices: patterns alone, and another run of the network for the words of each side."""

TURNS = 5
TURNS_OF_MANY = 3
ARTICLES = 60


def main() -> None:
    """Measure, show, and write the record where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, state_of(BEFORE) as before:
        work = Path(name)
        trees = {"before": Path(before), "now": ROOT}
        one, many = work / "article.txt", work / "articles.jsonl"
        chosen, texts = of_one_article(), news(5 / 6)[:ARTICLES]
        one.write_text(article(chosen), encoding="utf-8")
        many.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
        corpus = ["corpus", str(many), "--out", str(work / "out.parquet"), "--overwrite", "--precision"]
        result = {
            "machine": machine(),
            "before": BEFORE[:7],
            "words": sum(len(text.split()) for text in chosen),
            "sentences": IN_ARTICLE * len(texts),
            "one article": _in_turns(["score", str(one)], trees, TURNS),
            "many articles, exact": _in_turns([*corpus, "exact"], trees, TURNS_OF_MANY),
            "many articles, fast": _in_turns([*corpus, "fast"], trees, TURNS_OF_MANY),
        }
    Console().print(result)
    if given.record:
        RECORD.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _in_turns(command: list[str], trees: dict[str, Path], turns: int) -> dict[str, dict[str, float]]:
    """Of each tree the median of its seconds, and the most megabytes of one process."""
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in trees}
    for _ in range(turns):
        for name, tree in trees.items():
            measured[name].append(child([sys.executable, "-m", "biasdetect", *command], times=1, tree=tree))
    return {
        name: {"seconds": statistics.median(spent for spent, _ in pairs), "peak MB": max(peak for _, peak in pairs)}
        for name, pairs in measured.items()
    }


if __name__ == "__main__":
    main()
