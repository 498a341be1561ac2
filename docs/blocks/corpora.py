"""docs/research/corpora.md and scaling.md: an example that is run, and what many articles cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from blocks.shared import ROOT, record, table

_ARTICLES = [
    {"url": "n1", "outlet": "Lirna Post", "text": "The shameless mayor left. She will return in May."},
    {"url": "n2", "outlet": "Orsa Daily", "text": "The council met on Monday."},
    {"url": "n3", "outlet": "Orsa Daily", "text": "The shameless mayor left; she will return in May!"},
    {"url": "n4", "outlet": "Orsa Daily", "text": ""},
]


def corpora() -> dict[str, str]:
    """The blocks of docs/research/corpora.md: an example that is run, and what the benchmark recorded."""
    return {"corpora-example": _example(), "corpora-cost": _cost(record("benchmarks/corpus.json"))}


def _example() -> str:
    """A corpus of four articles, as it is given, and what ``biasdetect corpus`` makes of it."""
    command = ["corpus", "articles.jsonl", "--out", "scored.jsonl", "--id-column", "url", "--workers", "1"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given = "".join(json.dumps(article) + "\n" for article in _ARTICLES)
        (folder / "articles.jsonl").write_text(given, encoding="utf-8")
        whole = [sys.executable, "-m", "biasdetect", *command]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        code = subprocess.run(whole, cwd=folder, env=environment, stderr=subprocess.PIPE, check=False).returncode
        rows = [json.loads(line) for line in (folder / "scored.jsonl").read_text(encoding="utf-8").splitlines()]
        errors = (folder / "scored.jsonl.errors.jsonl").read_text(encoding="utf-8")
    columns = ("article", "reprint_of", "outlet", "sentence", "text", "score", "phrases")
    cells = (
        (
            *("" if row[column] is None else str(row[column]) for column in columns[:-1]),
            "; ".join(f"{phrase['text']} ({phrase['category']} {phrase['score']:.2f})" for phrase in row["phrases"] or []),
        )
        for row in rows
    )  # fmt: skip
    return (
        f"```console\n$ cat articles.jsonl\n{given}$ biasdetect {' '.join(command)}\n```\n\nSome of the columns of `scored.jsonl`:\n\n"
        + table(f"| {' | '.join(columns)} |", cells)
        + f"\n\nThe exit code is {code}, and `scored.jsonl.errors.jsonl` says why:\n\n```json\n{errors.strip()}\n```"
    )


def _cost(recorded: dict[str, Any]) -> str:
    """Memory and time by number of articles."""
    small, large = recorded["memory"]
    last = recorded["time"][-1]
    rows = (
        (f"{run['articles']:,}", f"{run['ms_per_article']:.1f}", f"{run['ms_per_article_without_model']:.2f}")
        for run in recorded["time"]
    )
    lines = [
        "![Time per article and peak of memory by number of articles](../pictures/corpus.svg)",
        "",
        f"**Memory** does not grow with the corpus: at its peak {small['peak_mb']:,.0f} MB at {small['articles']:,} articles and "
        f"{large['peak_mb']:,.0f} MB at {large['articles']:,} ({large['peak_mb'] / small['peak_mb'] - 1:+.1%}), all processes of "
        f"{large['workers']} workers together. The articles are generated, of "
        f"{_length(large):.0f} sentences; the model was run on the first "
        f"{large['run_by_model']:,}, whose reports were given back for the rest; reading, signatures, the index of reprints, rows, parts and the table were done for all. Pages that processes share are counted for each.",
        "",
        "**Time** is proportional to the articles:",
        "",
        table("| articles | ms per article | of which all but the model |", rows),
        "",
        f"CPU time, generated articles of {_length(last):.0f} "
        f"sentences, one worker. The model was run on the first {last['run_by_model']}; for the rest its recorded cost per "
        "token was added, so what the table shows to be proportional is all but the model, which keeps nothing from one article to the next.",
    ]
    return "\n".join(lines)


def _length(run: dict[str, Any]) -> float:
    """Sentences of an article, of a run in which no reprint was scored."""
    return float(run["sentences"] / (run["articles"] - run["reprints"]))


_PRICE = 0.04  # of a core for an hour: a parameter of the table
_ARTICLE = 20  # sentences
_MANY = 100_000_000  # articles


def scaling() -> str:
    """What many articles cost, from the measured rates."""
    recorded = record("benchmarks/corpus.json")
    one, two = recorded["speed"]
    rate = two["sentences_per_cpu_second"]
    hours = _MANY * _ARTICLE / rate / 3600
    compared = recorded["compare"]["articles_per_second_up_to"]
    slowest = min(compared.values())
    rows = ((f"{cores:,} cores", f"{hours / cores / 24:.1f}", f"{rate * cores:,.0f}") for cores in (64, 256, 1024))
    lines = [
        f"Measured: **{rate:.0f} sentences per second and core** with {two['workers']} workers of one core each, "
        f"{one['sentences_per_cpu_second']:.0f} with one (CPU time, everything from the file to the stored rows; {two['articles']} and "
        f"{one['articles']} articles of {_length(two):.0f} sentences).",
        "",
        f"{_MANY / 1e6:.0f} million articles of {_ARTICLE} sentences then take {_MANY / 1e6:.0f}e6 × {_ARTICLE} / {rate:.0f} / 3600 = {hours:,.0f} "
        f"core hours. At {_PRICE} a core and hour, which is a number to replace by your own, that is {hours * _PRICE:,.0f}. Reprints cost nothing of it. "
        "This is computed from the rate, and was not run:",
        "",
        table("| cluster | days | sentences per second |", rows),
        "",
        f"Comparing for reprints is done by one process, before the scoring begins. Looking up and storing alone went from "
        f"{max(compared.values()):,} signatures a second to {slowest:,} while the index grew to {max(map(int, compared)):,}, and it was measured "
        f"no further: at that last rate {_MANY / 1e6:.0f} million would take {_MANY / slowest / 3600:.1f} hours, and it will be more. For so many "
        "articles, score by year or by outlet, a run each, where reprints need not be found across them.",
        "",
        "All of it was measured on a machine of two cores that had other work to do at the time; CPU time grows somewhat by that.",
    ]
    return "\n".join(lines)
