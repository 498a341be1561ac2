"""How fast it is, side by side in one run: python benchmarks/speed.py (--record: write benchmarks/speed.json).

start       one article of 600 words, from the start of the process to its end, beside `import onnxruntime` and a
            transformers pipeline that does the same with an encoder of the same size.
throughput  sentences of 40 tokens on average, all distinct, in articles of 20, beside a classifier of roberta-base's
            size in a transformers pipeline with its defaults. Reading, sentences, voice and phrases are in our figures.
            Its weights are random: they cost what trained ones do, and none are at hand without a network.
inside      the share of the time that ONNX Runtime has of it.
lengths     what a sentence costs by itself, and among longer ones.
again       articles that were scored just before.
run again   the share of real news that the graph in eight bits leaves to the exact one.

Run it on a machine that does nothing else; it takes some ten minutes. With --without-avx512 the same as a processor with AVX2 alone
would compute it (benchmarks/without_avx512.py), into benchmarks/speed-avx2.json.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rich.console import Console
from rich.table import Table
from without_avx512 import SWITCH, without_avx512

import biasdetect
from biasdetect.detector import Detector, load
from biasdetect.model.runtime import FastRuntime, OnnxRuntime, _Graph

ROOT = Path(__file__).resolve().parent.parent
RECORD = Path(__file__).with_suffix(".json")
RECORD_OF_AVX2 = RECORD.with_name("speed-avx2.json")
CORPUS = ROOT / "training" / "corpus"
TOKENS = (28, 70)  # of the sentences that are taken: 40 on average
IN_ARTICLE, IN_PARAGRAPH = 20, 4
PLAIN_SHARES = {
    "own corpus, half of the sentences loaded": 1 / 2,
    "own corpus, one in six loaded": 5 / 6,  # as news comes
    "own corpus, one in ten loaded": 9 / 10,
}
NEWS = ROOT.parent / "shared" / "data" / "anno-lexical" / "dev.jsonl.gz"
"""News sentences, half of them biased by their labels; left out where they are not at hand."""
SENTENCES = 4000
OF_BASELINE = 120
STARTS = 5
WORDS = 600
SIZES = {
    "roberta-base": {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072},
    "same encoder": {"hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12, "intermediate_size": 1536},
}
# a child's view: the pipeline of a user who has one model and one article
PIPELINE = """
import json, sys
from transformers import pipeline
classify = pipeline("text-classification", model=sys.argv[1], tokenizer=sys.argv[1])
print(len(classify(json.load(open(sys.argv[2])))))
"""
# a small process starts another: what a large one starts inherits its peak
LAUNCHER = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), time.perf_counter() - start, usage.ru_maxrss / 1024]))
"""
# what a start is made of, in one process and one after the other
STEPS = """
import json, sys, time
marks = [("interpreter", time.perf_counter())]
def mark(name): marks.append((name, time.perf_counter()))
from biasdetect.commands.score import score
mark("imports of the command")
import onnxruntime, tokenizers
mark("imports of onnxruntime and tokenizers")
from biasdetect.detector import load
detector = load()
mark("model")
from biasdetect.reading.files import read_file
document = read_file(sys.argv[1])
mark("reading")
report = detector.score(document, suggest=False)
mark("language and scoring")
report = detector.score(document)
mark("suggestions")
from rich.console import Console
from biasdetect.report.terminal import print_report
print_report(report, Console(file=open("/dev/null", "w")))
mark("printing")
print(json.dumps({b[0]: round(b[1] - a[1], 3) for a, b in zip(marks, marks[1:])}))
"""


def machine() -> dict[str, Any]:
    """Where this runs."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    known = dict(line.split(":", 1) for line in lines if ":" in line)
    known = {name.strip(): value.strip() for name, value in known.items()}
    flags = set(known.get("flags", "").split())
    if SWITCH in os.environ:
        flags = {name for name in flags if not name.startswith(("avx512", "avx_vnni", "amx"))}
    return {
        "processor": known.get("model name", platform.processor()),
        "cores": os.cpu_count(),
        "instructions": [name for name in ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "amx_int8") if name in flags],
        "python": platform.python_version(),
        **{name: version(name) for name in ("onnxruntime", "torch", "transformers", "tokenizers", "numpy")},
        "biasdetect": biasdetect.__version__,
        "model": load().folder.label,
    }


@cache
def tokenizer() -> Any:
    """The shipped model's."""
    return OnnxRuntime(load().folder)._tokenizer


@cache
def sentences() -> tuple[list[str], list[str]]:
    """Plain and loaded sentences of the project's corpus, of the lengths that are wanted, none twice."""
    rows = {
        row["text"]: row["label"]
        for path in sorted(CORPUS.glob("*.jsonl"))
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    }
    texts = sorted(rows)
    fitting = [
        text
        for text, encoding in zip(texts, tokenizer().encode_batch(texts), strict=True)
        if TOKENS[0] <= len(encoding.ids) <= TOKENS[1]
    ]
    source = random.Random(13)
    source.shuffle(fitting)
    return [text for text in fitting if not rows[text]], [text for text in fitting if rows[text]]


def news(plain_share: float | None = None) -> list[str]:
    """Articles of distinct news sentences of the same lengths; as they are labelled, or with a share of plain ones."""
    with gzip.open(NEWS, "rt", encoding="utf-8") as file:
        rows = {row["text"].strip(): row["label"] for row in map(json.loads, file)}
    texts = sorted(rows)
    encodings = tokenizer().encode_batch(texts)
    fitting = [text for text, one in zip(texts, encodings, strict=True) if TOKENS[0] <= len(one.ids) <= TOKENS[1]]
    source = random.Random(7)
    chosen = source.sample(fitting, min(SENTENCES, len(fitting)))
    if plain_share is not None:
        plain, loaded = ([text for text in chosen if bool(rows[text]) is biased] for biased in (False, True))
        few = round(len(plain) * (1 - plain_share) / plain_share)
        chosen = plain + loaded[:few]
        source.shuffle(chosen)
    return in_articles(chosen)


def articles(plain_share: float) -> list[str]:
    """Articles of distinct sentences, so that nothing but the sentence itself is ever known already."""
    plain, loaded = sentences()
    count = min(SENTENCES, int(len(plain) / plain_share), int(len(loaded) / (1 - plain_share)))
    chosen = plain[: round(count * plain_share)] + loaded[: round(count * (1 - plain_share))]
    random.Random(7).shuffle(chosen)
    return in_articles(chosen)


def in_articles(chosen: Sequence[str]) -> list[str]:
    """Sentences in articles, as far as they fill them."""
    whole = len(chosen) // IN_ARTICLE * IN_ARTICLE
    return [article(chosen[first : first + IN_ARTICLE]) for first in range(0, whole, IN_ARTICLE)]


def article(chosen: Sequence[str]) -> str:
    """Sentences in paragraphs."""
    return "\n\n".join(" ".join(chosen[first : first + IN_PARAGRAPH]) for first in range(0, len(chosen), IN_PARAGRAPH))


def random_model(size: str, folder: Path) -> str:
    """A classifier with random weights and our tokenizer, as a pipeline loads it."""
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        PreTrainedTokenizerFast,
        RobertaConfig,
        RobertaForSequenceClassification,
    )

    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(load().folder.path / "tokenizer.json"), pad_token="[PAD]", model_max_length=512
    )
    if size == "roberta-base":
        model = RobertaForSequenceClassification(
            RobertaConfig(vocab_size=50265, max_position_embeddings=514, **SIZES[size])
        )
    else:
        model = BertForSequenceClassification(BertConfig(**SIZES[size]))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def seconds(work: Callable[[], object]) -> float:
    """Of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def child(command: Sequence[str], *, times: int = STARTS, tree: Path = ROOT) -> tuple[float, float]:
    """Seconds and peak resident megabytes of a process with the package of a tree: median and maximum of several times."""
    path = os.pathsep.join(filter(None, (str(tree), os.environ.get("PYTHONPATH"))))
    measured = []
    for _ in range(times):
        whole = [sys.executable, "-S", "-c", LAUNCHER, *command]
        done = subprocess.run(whole, capture_output=True, check=True, env={**os.environ, "PYTHONPATH": path}, cwd=tree)
        code, spent, peak = json.loads(done.stdout)
        if code:
            raise SystemExit(f"failed: {' '.join(map(str, command))}")
        measured.append((spent, peak))
    return statistics.median(spent for spent, _ in measured), max(peak for _, peak in measured)


def of_one_article() -> list[str]:
    """Sentences of our own, one in ten loaded."""
    plain, loaded = sentences()
    chosen: list[str] = []
    while sum(len(text.split()) for text in chosen) < WORDS:
        chosen.append(loaded[len(chosen)] if len(chosen) % 10 == 4 else plain[len(chosen)])
    return chosen


def start(work: Path) -> dict[str, Any]:
    """One article, whole processes."""
    chosen = of_one_article()
    file, listed = work / "article.txt", work / "article.json"
    file.write_text(article(chosen), encoding="utf-8")
    listed.write_text(json.dumps(chosen), encoding="utf-8")
    same = random_model("same encoder", work / "same")
    python = sys.executable
    commands = {
        "python -c 'pass'": [python, "-c", "pass"],
        "python -c 'import onnxruntime'": [python, "-c", "import onnxruntime"],
        "biasdetect score article.txt": [python, "-m", "biasdetect", "score", str(file)],
        "biasdetect score --no-suggest article.txt": [python, "-m", "biasdetect", "score", "--no-suggest", str(file)],
        "transformers pipeline": [python, "-c", PIPELINE, same, str(listed)],
    }
    rows = {name: dict(zip(("seconds", "peak MB"), child(command), strict=True)) for name, command in commands.items()}
    steps = json.loads(subprocess.run([python, "-c", STEPS, str(file)], capture_output=True, check=True).stdout)
    return {"words": sum(len(text.split()) for text in chosen), "sentences": len(chosen), "rows": rows, "steps": steps}


def throughput(work: Path) -> dict[str, Any]:
    """Sentences a second."""
    from transformers import pipeline
    from transformers.utils import logging

    logging.set_verbosity_error()
    baseline = pipeline("text-classification", model=random_model("roberta-base", work / "roberta"))
    few = sentences()[0][:OF_BASELINE]
    baseline(few[:8])
    rows: list[dict[str, Any]] = [
        {"what": "roberta-base, transformers pipeline, its defaults", "rate": len(few) / seconds(lambda: baseline(few))},
        {"what": "roberta-base, transformers pipeline, batches of 16", "rate": len(few) / seconds(lambda: baseline(few, batch_size=16))},
    ]  # fmt: skip
    mixes = {mix: articles(share) for mix, share in PLAIN_SHARES.items()}
    if NEWS.exists():
        mixes["news sentences (anno-lexical)"] = news()
        mixes["real news (anno-lexical), one in six loaded"] = news(5 / 6)
    for mix, texts in mixes.items():
        listed = work / "articles.jsonl"
        listed.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
        count = IN_ARTICLE * len(texts)
        tokens = statistics.mean(len(encoding.ids) for encoding in tokenizer().encode_batch(sentences()[0][:500]))
        fresh = {"exact": load(), "fast": load(precision="fast")}
        for precision, one in fresh.items():
            spent = seconds(lambda one=one, texts=texts: [one.score(text, suggest=False) for text in texts])
            rows.append({"what": f"Detector.score, {precision}", "mix": mix, "rate": count / spent})
        for precision in ("exact", "fast"):
            out = work / f"{precision}.parquet"
            command = ["corpus", str(listed), "--out", str(out), "--precision", precision, "--overwrite"]
            spent = seconds(
                lambda command=command: subprocess.run(
                    [sys.executable, "-m", "biasdetect", *command], check=True, capture_output=True
                )
            )
            rows.append({"what": f"biasdetect corpus, {precision}, start included", "mix": mix, "rate": count / spent})
    for row in rows:
        row["ratio"] = row["rate"] / rows[0]["rate"]
    return {"sentences": SENTENCES, "tokens": tokens, "rows": rows}


def inside() -> dict[str, float]:
    """The share of Detector.score's time that passes inside ONNX Runtime, one sentence in six loaded."""
    texts = articles(5 / 6)[:40]
    found = {}
    for precision, one in {"exact": load(), "fast": load(precision="fast")}.items():
        spent = 0.0
        run = _Graph.run

        def timed(graph: Any, *inputs: Any, run: Callable[..., Any] = run) -> Any:
            nonlocal spent
            begin = time.perf_counter()
            outputs = run(graph, *inputs)
            spent += time.perf_counter() - begin
            return outputs

        one.score(texts[0], suggest=False)  # what is loaded late is loaded
        with patch.object(_Graph, "run", timed):
            whole = seconds(lambda one=one: [one.score(text, suggest=False) for text in texts[1:]])
        found[precision] = spent / whole
    return found


def lengths() -> dict[str, float]:
    """Seconds for short and for long sentences apart, and for both at once."""
    plain, _ = sentences()
    short = [" ".join(text.split()[:8]) + f" {number}." for number, text in enumerate(plain[:600])]
    long = [f"{one} {other} {number}" for number, (one, other) in enumerate(zip(plain[600:700], plain[700:800], strict=True))]  # fmt: skip

    def spent(texts: Sequence[str]) -> float:
        return min(seconds(lambda: OnnxRuntime(load().folder).run(texts)) for _ in range(2))

    start = spent(short[:1])
    apart = [spent(texts) - start for texts in (short, long)]
    together = spent(random.Random(3).sample(short + long, len(short) + len(long))) - start
    return {"short": apart[0], "long": apart[1], "together": together, "together / apart": together / sum(apart)}


def again() -> dict[str, float]:
    """Seconds for articles, and for the same ones once more."""
    texts, detector = articles(0.9)[:40], load()
    first, second = (seconds(lambda: [detector.score(text, suggest=False) for text in texts]) for _ in range(2))
    return {"first": first, "again": second, "again / first": second / first}


def threads() -> list[dict[str, float]]:
    """Sentences a second of one process by its threads."""
    texts = sentences()[0][:600]
    rows = []
    for count in (1, 2, 4):
        if count > (os.cpu_count() or 1):
            break
        rows.append(
            {
                "threads": count,
                **{
                    runtime.__name__: len(texts) / seconds(lambda runtime=runtime, count=count: runtime(load().folder, count).run(texts))
                    for runtime in (OnnxRuntime, FastRuntime)
                },
            }
        )  # fmt: skip
    return rows


def run_again() -> dict[str, float]:
    """The share of sentences of real news, one in six loaded, that the fast graph leaves to the exact one, and of them in reports alone."""
    texts = (news(5 / 6) if NEWS.exists() else articles(5 / 6))[:60]
    shares = {}
    for name, in_reports in (("elsewhere", False), ("in reports", True)):
        runtime = FastRuntime(load().folder, in_reports=in_reports)
        again = 0
        exactly = runtime._exactly

        def counted(rows: Any, exactly: Callable[..., Any] = exactly) -> Any:
            nonlocal again
            again += len(rows)
            return exactly(rows)

        with patch.object(runtime, "_exactly", counted):
            reports = [Detector(runtime).score(text, suggest=False) for text in texts]
        shares[name] = again / sum(len(report.sentences) for report in reports)
    return shares


def show(result: dict[str, Any]) -> None:
    """The tables."""
    console = Console()
    console.print(", ".join(f"{name} {value}" for name, value in result["machine"].items()))
    table = Table("one article", "seconds", "peak MB")
    for name, row in result["start"]["rows"].items():
        table.add_row(name, f"{row['seconds']:.2f}", f"{row['peak MB']:.0f}")
    console.print(table, f"where the time goes, one step after the other: {result['start']['steps']}")
    table = Table("many sentences", "mix", "a second", "ratio")
    for row in result["throughput"]["rows"]:
        table.add_row(row["what"], row.get("mix", ""), f"{row['rate']:.1f}", f"{row['ratio']:.1f}")
    console.print(table)
    for name in ("inside onnxruntime", "lengths", "again", "threads", "run again"):
        console.print(name, result[name])


def main() -> int:
    """Measure, show, and write the record where asked to."""
    parser = argparse.ArgumentParser(description="Measure speed, side by side.")
    parser.add_argument("--record", action="store_true", help="write benchmarks/speed.json, or speed-avx2.json")
    parser.add_argument(
        "--without-avx512",
        action="store_true",
        help="as a processor with AVX2 alone; the record is benchmarks/speed-avx2.json",
    )
    arguments = parser.parse_args()
    if arguments.without_avx512 and SWITCH not in os.environ:
        with without_avx512() as environment:
            return subprocess.run([sys.executable, *sys.argv], env=environment, check=False).returncode
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        result = {
            "machine": machine(),
            "start": start(work),
            "throughput": throughput(work),
            "inside onnxruntime": inside(),
            "lengths": lengths(),
            "again": again(),
            "threads": threads(),
            "run again": run_again(),
        }
    show(result)
    if arguments.record:
        record = RECORD_OF_AVX2 if arguments.without_avx512 else RECORD
        record.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
