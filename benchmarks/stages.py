r"""What the text model costs beside the classifier: python benchmarks/stages.py (--record: write benchmarks/stages.json).

Each step of the pipeline on the same article, several times over, in one process; the figures are shares of the
model's time, so that they hold on other machines.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

import biasdetect
from biasdetect.pipeline import find_passages, make_context

ROOT = Path(__file__).resolve().parent.parent
RUNS = 15
FORMATS = ("txt", "md", "html")


def seconds(call: Callable[[], object]) -> float:
    """Median time of a call, the first run left out."""
    times = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def main() -> None:
    """Print the time of each step, and its share of the model's."""
    detector = biasdetect.load(ROOT / "models" / "biasdetect-en-small")
    sources = {form: (ROOT / "examples" / f"article.{form}").read_bytes() for form in FORMATS}
    document = biasdetect.read(sources["txt"], name="article.txt")
    context = make_context(detector.runtime, None, "mark")
    texts = [passage.sentence.text for passage in find_passages(document, context)]
    steps = {
        "the model, each sentence once": seconds(lambda: detector.score_sentences(texts)),
        "sentences and quotation marks": seconds(lambda: find_passages(document, context)),
        **{
            f"reading the article as {form}": seconds(
                lambda form=form: biasdetect.read(sources[form], name=f"a.{form}")
            )
            for form in FORMATS
        },
        "all of it: detector.score": seconds(lambda: detector.score(document)),
    }
    model = steps["the model, each sentence once"]
    table = Table("step", "milliseconds", "share of the model's time")
    for name, value in steps.items():
        table.add_row(name, f"{1000 * value:.1f}", f"{value / model:.0%}")
    Console().print(table)
    if "--record" in sys.argv:
        record: dict[str, object] = {"model": detector.folder.label}
        for name, value in steps.items():
            record[name] = {"milliseconds": round(1000 * value, 2), "share": round(value / model, 3)}
        (ROOT / "benchmarks" / "stages.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
