"""docs/edit/documents.md and docs/annotate/formats.md: which documents, pages and exports are read, and how well."""

from __future__ import annotations

from collections import Counter
from typing import Any

from biasdetect.reading.formats import FORMATS, REFUSED
from blocks.shared import between, of_model, record, table
from blocks.voice import whose_words


def documents() -> dict[str, str]:
    """The formats of documents: what is read, and what is refused with what to do."""
    read = (
        (
            known.title,
            ", ".join(f"`{suffix}`" for suffix in known.suffixes),
            known.offsets,
            f"{known.max_bytes / 1_000_000:g} MB",
            f"{known.by}, with the `{known.extra}` extra" if known.extra else known.by,
        )
        for known in FORMATS.values()
    )
    refused: dict[tuple[str, str], list[str]] = {}
    for suffix, told in REFUSED.items():
        refused.setdefault(told, []).append(f"`{suffix}`")
    return {
        "documents": table("| format | suffix | offsets point into | at most | by |", read),
        "refused": table(
            "| suffix | what it is | what to do |",
            ((", ".join(suffixes), *told) for told, suffixes in refused.items()),
        ),
    }


def reading() -> str:
    """How well documents are read, as the benchmarks recorded it."""
    voice, steps = record("benchmarks/voice.json"), record("benchmarks/stages.json")
    rows = [(row["what"], row["set"], str(row["number"]), row["right"]) for row in record("benchmarks/reading.json")]
    for name, figures in voice["sets"].items():
        marks, said = figures["voices"]["all"], figures["speakers"]
        rows.append(("voice of a phrase", f"{name}.jsonl", str(marks["marks"]), marks["right"]))
        rows.append(("speaker of a sentence", f"{name}.jsonl", str(said["records"]), said["right"]))
    shares = "; ".join(f"{name} {step['share']:.1%}" for name, step in steps.items() if "model" not in name)
    return (
        table("| what | set | number | right |", ((*cells, f"{right:.1%}") for *cells, right in rows))
        + f"\n\n{whose_words(voice)}\n\nTime beside the model's own for the same article{of_model(steps)}: {shares}."
    )


def pages() -> str:
    """How well the article of a page is found, with other libraries in trafilatura's place and without each rule."""
    tried = record("benchmarks/pages.json")
    return table(f"| {tried[0]['pages']} pages | precision | recall | F1 | lost | F1 against ours |", map(_page, tried))


def _page(row: dict[str, Any]) -> tuple[str, ...]:
    shown = {"as it is": "", "alone": ", by itself", "in its place": ", in trafilatura's place"}
    name = f"without: {row['reader']}" if row["table"] == "without" else row["reader"] + shown[row["table"]]
    against = between(*row["gained"], form="+.3f") if row["table"] != "as it is" else ""
    return name, *(f"{row[figure]:.3f}" for figure in ("precision", "recall", "f1")), str(row["lost"]), against


def label_formats() -> str:
    """Exports of annotation tools: what is read, what is told, what is refused; a test holds each line true."""
    exports = record("tests/data/exports/table.json")
    rows = ((export["what"], export["result"], export.get("says", "").replace("|", "\\|")) for export in exports)
    counts = Counter(export["result"] for export in exports)
    listed = ", ".join(f"{counts[result]} {result}" for result in ("right", "told", "refused"))
    return f"{table('| export | result | what is said |', rows)}\n\n{len(exports)} exports: {listed}."
