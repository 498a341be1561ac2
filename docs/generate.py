"""Write the generated parts of README and docs/cli.md: python docs/generate.py (--check: only compare)."""

from __future__ import annotations

import io
import json
import re
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console

import biasdetect
from biasdetect.commands.main import cli
from biasdetect.evaluate.figures import Figure, label
from biasdetect.evaluate.tables import shown
from biasdetect.reading.files import read_file
from biasdetect.report.terminal import print_report

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "biasdetect-en-small"
_ROWS = (
    "macro_f1",
    "mcc",
    "auc",
    "ece",
    "word_f1",
    "phrase_recall",
    "category_macro_f1",
    "plain_flagged",
)


def report() -> str:
    """The example article's report, as a pipe shows it."""
    stream = io.StringIO()
    article = ROOT / "examples" / "article.txt"
    document = read_file(str(article))
    print_report(biasdetect.load(MODEL).score(document), Console(file=stream, width=100, highlight=False))
    text = stream.getvalue().replace(str(article), "examples/article.txt")
    return "```\n" + "\n".join(line.rstrip() for line in text.splitlines()).strip() + "\n```"


def formats() -> str:
    """The example article in three formats: what is flagged, and what that is in the source."""
    lines = ["| | article score | flagged, and where it stands in the source |", "|---|---|---|"]
    for form in ("txt", "md", "html"):
        document = read_file(str(ROOT / "examples" / f"article.{form}"))
        report = biasdetect.load(MODEL).score(document)
        cells = "<br>".join(
            f"{phrase.category} {phrase.score:.2f}: `{document.source[phrase.start : phrase.end]}` "
            f"({phrase.start} to {phrase.end})"
            for phrase in report.phrases
            if phrase.counts
        )
        lines.append(f"| examples/article.{form} | {report.score:.2f} | {cells} |")
    return "\n".join(lines)


def real_article() -> str:
    """What is flagged in a real article, which may not be shown itself; recorded where it is at hand."""
    record = ROOT / "docs" / "real-article.json"
    found = sorted((ROOT.parent / "shared" / "articles").glob("*.txt"))
    if found:
        report = biasdetect.load(MODEL).score(read_file(str(found[0])))
        phrases = [[phrase.text, phrase.category, round(phrase.score, 2), phrase.voice] for phrase in report.phrases]
        facts = {
            "score": round(report.score, 2),
            "others_score": round(report.others_score or 0.0, 2),
            "sentences": len(report.sentences),
            "skipped": len(report.skipped),
            "phrases": phrases,
        }
        record.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    facts = json.loads(record.read_text(encoding="utf-8"))
    phrases = "; ".join(
        f"“{text}” ({category} {score:.2f}, {voice})" for text, category, score, voice in facts["phrases"]
    )
    return (
        f"In a real agency report of {facts['sentences']} sentences, pasted with {facts['skipped']} lines of page "
        f"furniture, it flags {phrases}. Article score {facts['score']:.2f}; what it lets others say "
        f"{facts['others_score']:.2f}."
    )


def reading() -> str:
    """How well documents are read, as the benchmarks recorded it."""
    recorded = {
        name: json.loads((ROOT / "benchmarks" / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("reading", "voice", "stages")
    }
    lines = ["| what | set | number | right |", "|---|---|---|---|"]
    lines += [f"| {row['what']} | {row['set']} | {row['number']} | {row['right']:.1%} |" for row in recorded["reading"]]
    voice = recorded["voice"]
    for name, figures in voice["sets"].items():
        marks = figures["voices"]["all"]
        lines.append(f"| voice of a phrase | {name}.jsonl | {marks['marks']} | {marks['right']:.1%} |")
        said = figures["speakers"]
        lines.append(f"| speaker of a sentence | {name}.jsonl | {said['records']} | {said['right']:.1%} |")
    first = voice["first sight of voice-3"]
    news = voice["news sentences at first sight, batch by batch"]
    steps = recorded["stages"]
    shares = "; ".join(f"{name} {step['share']:.1%}" for name, step in steps.items() if "model" not in name)
    parts = (f"{voice} {first[voice]['right']:.0%}" for voice in ("outlet", "quote", "scare-quote", "attributed"))
    return "\n".join(lines) + (
        "\n\n`boilerplate-2.jsonl` was written before any result on it was seen: the soberer figure for "
        "furniture in styles never seen. The voice sets were tuned on, and what was found on them is mended, so they flatter. On sentences that nobody "
        f"had looked at, `voice-3.jsonl` began at {first['all']['right']:.1%} of the phrases ({', '.join(parts)}), and of "
        f"real news sentences, read in batches of 60, {min(news):.0%} to {max(news):.0%} had no mistake of any kind in "
        f"any of their stretches, {statistics.mean(news[-3:]):.0%} in the last three batches.\n\n"
        f"Time beside the model's own for the same article: {shares}."
    )


def figures() -> str:
    """The shipped model's development figures as a table."""
    metrics = json.loads((MODEL / "metrics.json").read_text(encoding="utf-8"))
    expert, own = metrics["figures"]["development"], metrics["figures"]["own_development"]
    lines = [
        f"On development data ({expert['sentences']} sentences annotated by experts, and {own['sentences']} of the "
        "project's own with no phrase in them that was trained on):",
        "",
        "| | expert labels | own corpus |",
        "|---|---|---|",
    ]
    for name in _ROWS:
        cells = (f"{side[name]:.3f}" if name in side else "" for side in (expert, own))
        lines.append(f"| {label(name)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def command_line() -> str:
    """docs/cli.md from the commands' own help."""
    parts = ["# Command line", "Generated from the commands by `docs/generate.py`."]
    for path, command in _commands("biasdetect", cli):
        with click.Context(command, info_name=path, max_content_width=100, terminal_width=100) as context:
            parts += [f"## {path}", f"```\n{command.get_help(context).strip()}\n```"]
    return "\n\n".join(parts) + "\n"


def _commands(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """A command and those below it."""
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in sorted(command.commands.items()):
            yield from _commands(f"{path} {name}", inner)


def experiments() -> str:
    """training/experiments.md from what training/experiments.py recorded."""
    records = json.loads((ROOT / "training" / "experiments.json").read_text(encoding="utf-8"))
    columns = list(_COLUMNS)
    parts = [
        "# Experiments",
        "What was tried for the shipped model, on development data (docs/training.md). Figures are the mean over the "
        "seeds, with the standard deviation where there is more than one; calibration and threshold are fitted for each "
        "network. A difference is paired, sentence by sentence, with its 95 % bootstrap interval: an interval that "
        "holds 0 decides nothing. Generated from `experiments.json` by `docs/generate.py`.",
        "| experiment | seeds | " + " | ".join(_COLUMNS[name] for name in columns) + " |\n"
        "|---|---|" + "---|" * len(columns) + "\n"
        + "\n".join(
            f"| {record['name']} | {len(record['seeds'])} | "
            + " | ".join(_spread([seed[name] for seed in record["seeds"]]) for name in columns)
            + " |"
            for record in records
        ),
    ]  # fmt: skip
    for record in records:
        text = f"**{record['name']}.** {record['tried']} {record['verdict']}"
        for name, (value, low, high) in record.get("difference", {}).items():
            text += f" Paired difference in {_COLUMNS.get(name, name)}: {value:+.3f} ({low:+.3f} to {high:+.3f})."
        parts.append(text)
    return "\n\n".join(parts) + "\n"


_COLUMNS = {
    "macro_f1": "macro-F1",
    "mcc": "MCC",
    "auc": "AUC",
    "ece": "ECE",
    "word_f1": "word F1",
    "phrase_recall": "own phrases found",
    "plain_flagged": "own plain flagged",
    "category_macro_f1": "category F1",
}


def _spread(values: list[float]) -> str:
    mean = statistics.mean(values)
    return f"{mean:.3f}" + (f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else "")


def own_corpus() -> str:
    """The shipped model and the one of the own corpus alone, on the sets that both were measured on."""
    shipped = json.loads((MODEL / "metrics.json").read_text(encoding="utf-8"))["evaluation"]
    own = json.loads((ROOT / "training" / "own-corpus.json").read_text(encoding="utf-8"))["evaluation"]
    lines = []
    for ours in shipped:
        theirs = next((result for result in own if result["data"] == ours["data"]), None)
        if theirs:
            lines += [f"| **{ours['data']}**, {ours['sentences']} texts | | |"]
            lines += [
                f"| {label(name)} | {shown(Figure(name, **ours['figures'][name]))} | "
                f"{shown(Figure(name, **theirs['figures'][name]))} |"
                for name in ours["figures"]
                if name in theirs["figures"] and ours["figures"][name]["value"] is not None
            ]
    return "\n".join(["| | shipped model | own corpus alone |", "|---|---|---|", *lines])


_WALK = {
    "walk-labels": (0,),
    "walk-train": (1,),
    "walk-score": (2,),
    "walk-replace": (3,),
    "walk-models": (4, 5, 6),
    "walk-label": (7,),
}


def retraining() -> dict[str, str]:
    """The blocks of docs/retraining.md, from what its benchmarks recorded."""
    recorded = json.loads((ROOT / "benchmarks" / "retraining.json").read_text(encoding="utf-8"))
    blocks = {
        name: "\n\n".join(_shell(recorded["walk"][number]) for number in numbers) for name, numbers in _WALK.items()
    }
    blocks["retraining"] = "\n\n".join(
        (_speed(recorded["speed"]), _forgetting(recorded["forgetting"]), _refusal(recorded["refusal"]))
    )  # fmt: skip
    blocks["selection"] = selection()
    return blocks


def selection() -> str:
    """How many labels the choice of sentences saves, from what the simulation recorded."""
    recorded = json.loads((ROOT / "benchmarks" / "selection.json").read_text(encoding="utf-8"))
    parts = [
        "![Macro-F1 by number of labelled sentences, chosen and random](pictures/selection.svg)",
        "| learner, starting from 100 random labels | so many random labels | macro-F1 | reached by so many chosen ones | mean gain in macro-F1 (95 %) |\n|---|---|---|---|---|",
    ]
    titles = {
        "network": "the project's network, fine-tuned anew each time",
        "probe": "logistic regression on the pretrained encoder",
    }
    rows = []
    for name, title in titles.items():
        result = recorded[name]
        gain = result["gain in macro_f1, mean over the rounds after the first"]
        shown_gain = f"{gain['mean']:+.3f} ({gain['interval'][0]:+.3f} to {gain['interval'][1]:+.3f}), {gain['seeds that gain']} of {result['seeds']} seeds"  # fmt: skip
        for number, row in enumerate(result["labels that do what random ones do"]):
            needed = row["labels when chosen"]
            first, last = ("", "") if number else (title, shown_gain)
            rows.append(f"| {first} | {row['random labels']} | {row['macro_f1']:.3f} | {'not reached' if needed is None else needed} | {last} |")  # fmt: skip
    parts[1] += "\n" + "\n".join(rows)
    verdicts = []
    for name, title in titles.items():
        low, high = recorded[name]["gain in macro_f1, mean over the rounds after the first"]["interval"]
        word = "helped" if low > 0 else "did harm" if high < 0 else "made no certain difference"
        verdicts.append(f"for {title}, choosing {word}")
    parts.append(f"So far, {'; '.join(verdicts)}. Take the choice as a way to see varied and doubtful sentences, not as a proven saving.")  # fmt: skip
    return "\n\n".join(parts)


def _shell(step: dict[str, Any]) -> str:
    lines = [line.rstrip() for line in step["output"].strip().splitlines()]
    return "\n".join(["```console", f"$ {step['command']}", *lines, "```"])


def _speed(recorded: dict[str, Any]) -> str:
    return (
        f"**{recorded['labels']:,} sentence labels** from the start of the command to its end, proof included: "
        f"{recorded['seconds']} s, of which training {recorded['of_training']} s."
    )


def _forgetting(recorded: dict[str, Any]) -> str:
    names = {
        ("babe-dev", "macro_f1"): "babe-dev, macro-F1",
        ("babe-dev", "auc"): "AUC",
        ("babe-dev", "word_f1"): "word F1",
        ("own-dev", "phrase_recall"): "own-dev, phrases found",
        ("own-dev", "plain_flagged"): "plain with a flag",
    }
    lines = [
        "**What labels of one narrow topic do to the old development figures**; in brackets the change:",
        "",
        "| | " + " | ".join(names.values()) + " |",
        "|---" * (len(names) + 1) + "|",
        "| before | " + " | ".join(f"{recorded['before'][data][name]:.3f}" for data, name in names) + " |",
    ]
    for topic, result in recorded["topics"].items():
        for arm, figures in result["arms"].items():
            cells = [
                f"{figures[data][name]:.3f} ({figures[data][name] - recorded['before'][data][name]:+.3f})"
                for data, name in names
            ]
            lines.append(f"| {result['labels']} on {topic}: {arm} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _refusal(recorded: dict[str, Any]) -> str:
    reasons = "\n".join(f"- {reason}" for reason in recorded["reasons"])
    return (
        f"**Labels turned into their opposite**, {recorded['labels']} of them, with `--replace`: exit code "
        f"{recorded['exit_code']}, the old model stays.\n\n{reasons}"
    )


def _filled(path: Path, blocks: dict[str, str]) -> str:
    text = path.read_text(encoding="utf-8")
    for name, content in blocks.items():
        block = f"<!-- generated: {name} -->\n{content}\n<!-- end -->"
        text = re.sub(
            rf"<!-- generated: {name} -->.*?<!-- end -->", lambda _, block=block: block, text, flags=re.DOTALL
        )
    return text


def generated() -> dict[Path, str]:
    """Every generated file with the content that it should have."""
    training = ROOT / "docs" / "training.md"
    return {
        ROOT / "README.md": _filled(
            ROOT / "README.md",
            {"report": report(), "real-article": real_article(), "formats": formats(), "figures": figures()},
        ),
        ROOT / "docs" / "reading.md": _filled(ROOT / "docs" / "reading.md", {"reading": reading()}),
        ROOT / "docs" / "retraining.md": _filled(ROOT / "docs" / "retraining.md", retraining()),
        training: _filled(training, {"own-corpus": own_corpus()}),
        ROOT / "docs" / "cli.md": command_line(),
        ROOT / "training" / "experiments.md": experiments(),
    }


def main() -> int:
    """Write what has changed; with --check, exit with 1 where something has."""
    stale = {
        path: text
        for path, text in generated().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    for path, text in stale.items():
        print(f"{'stale' if '--check' in sys.argv else 'wrote'}: {path.relative_to(ROOT)}")
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
