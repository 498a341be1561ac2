"""docs/edit/suggestions.md: how good suggestions are, beside what was asked of them, and what is offered in full."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from blocks.shared import metrics, record, table


def suggestions() -> str:
    """How good the suggestions are, as benchmarks/suggestions.py recorded it."""
    recorded = record("benchmarks/suggestions.json")
    told = recorded["figures"]
    flagged, offered = told["flagged"], told["with a suggestion"]
    times = recorded["milliseconds for the example article"]
    rows = {
        "phrases of the outlet in development data, none of which wording was learned from": f"{told['phrases']}",
        "found by the model": f"{flagged}",
        "of these, with a suggestion": f"{offered} ({offered / flagged:.0%})",
        "of these, with the corpus's own neutral wording": f"{told['corpus wording among them']} ({told['corpus wording among them'] / offered:.0%})",
        "overlap with that wording (F1 of words taken out and put in), mean of the best": f"{told['overlap with the corpus wording, the best']:.2f}",
        "sentences whose score falls below 0.5 with the best": f"{told['lowest score below 0.5']} ({told['lowest score below 0.5'] / offered:.0%})",
        "score before, and after the first suggestion, mean": f"{told['score before, mean']:.2f}, {told['score after the first, mean']:.2f}",
        "scoring the example article, with suggestions and without": f"{times['with suggestions']:.0f} and {times['without']:.0f} ms ({recorded['machine']})",
    }
    kinds = ", ".join(
        f"{category} {counts['with a suggestion']} of {counts['flagged']}"
        for category, counts in told["by category"].items()
    )
    return f"{table('| what | figure |', rows.items())}\n\nPhrases with a suggestion, by category: {kinds}.\n\n{_read_blind()}"


def _read_blind() -> str:
    """What readers who saw no scores said of first suggestions on research data, as benchmarks/rewordings.py recorded it."""
    recorded = record("benchmarks/rewordings.json")
    blind, wikibias = recorded["blind"], recorded["wikibias"]
    edits, agreement, safe = blind["with a suggestion"], blind["agreement"], blind["groups"]["safe"]
    readers = "; ".join(
        f"{answers.get('g', 0)} of {edits} signed, {answers.get('b', 0)} break the sentence, {answers.get('m', 0)} say something else, "
        f"{answers.get('p', 0)} help nothing"
        for answers in blind["readers"].values()
    )
    return (
        f"**Read blind, on real text.** In articles and paragraphs of the development parts of research data, "
        f"{blind['flagged']} phrases were flagged and {edits} ({edits / blind['flagged']:.0%}) had wording. Two readers judged the "
        f"first suggestion of each without seeing scores: {readers}. They agree on {agreement['share']:.0%} (Cohen's kappa "
        f"{agreement['kappa']:.2f}); both sign {blind['both sign']} ({blind['both sign'] / edits:.0%}), at least one "
        f"{blind['one signs']} ({blind['one signs'] / edits:.0%}). Of the {safe['edits']} that are safe, both sign {safe['both sign']}, "
        f"and {safe['another meaning']} say something else to one of them.\n\n"
        f"**Beside edits that people made.** Of {wikibias['of them found']} sentences of Wikipedia (WIKIBIAS) that one edit made neutral "
        f"and in which the model flags the words, {wikibias.get('none offered', 0)} get no wording, {wikibias.get('same', 0)} the editor's "
        f"own and {wikibias.get('another', 0)} another."
    )


def suggestions_asked() -> str:
    """What suggestions were asked to reach, and what was measured."""
    read = record("benchmarks/rewordings.json")
    made = record("benchmarks/edits.json")
    speed = record("benchmarks/speed.json")
    judge = metrics()["edits"]
    blind, found, own = read["blind"], read["coverage"]["all"], made["blind"]
    edits = blind["with a suggestion"]
    signed = _signed(blind)
    first_read, own_read = read["blind, as read"], made["blind, as read"]
    meant = " and ".join(str(answers.get("m", 0)) for answers in blind["readers"].values())
    sets = {name: made[name] for name in ("caution", "negation-number", "predicates")}
    touched = ", ".join(f"{one['harmful']} of {one['with a suggestion']} ({name})" for name, one in sets.items())
    step = speed["start"]["steps"]["suggestions"]
    auc = ", ".join(
        f"{judge[kind]['with the network']['auc']:.2f} for {what}"
        for kind, what in (("deletion", "deletions"), ("word", "words"), ("rephrasing", "rephrasings"))
    )
    passing = ", ".join(
        f"{made['verdicts'][name]['pass'] / made['verdicts'][name]['edits']:.0%} of {made['verdicts'][name]['edits']}"
        for name in ("good", "grammar", "meaning")
    )
    rows = [
        (
            "first suggestions that a blind reader signs, real text",
            "97 %",
            f"{_signed(first_read)} as read (n {first_read['with a suggestion']}); {signed} of those that rules made since leave (n {edits})",
        ),
        ("of these, that say something else to a reader", "0", f"{meant} of {edits}"),
        (
            f"marked wording that is found and has a suggestion, {read['coverage']['side']} side of the marks",
            "50 %",
            f"{found['with a suggestion'] / found['found']:.0%} ({found['with a suggestion']} of {found['found']})",
        ),
        ("written traps: edits that take away what is marked as staying", "0", touched),
        (
            "the same sets read blind: edits that say something else to one of two readers",
            "0",
            f"{_meant(own_read, sets)} as read; {_meant(own, sets)} of those left",
        ),
        (
            "written pairs that differ in one place and pass the bare judge at two bounds: good, broken, of another meaning",
            "70 %, 1 %, 1 %",
            passing,
        ),
        ("how well a judge learned so ranks edits of sentences that it did not see (AUC)", "", auc),
        ("time that suggestions add to one article", "60 ms", f"{step * 1000:.0f} ms"),
    ]
    return table("| what | asked | measured |", rows)


def _signed(blind: dict[str, Any]) -> str:
    """The share that each reader signs."""
    edits = blind["with a suggestion"]
    return " and ".join(f"{answers.get('g', 0) / edits:.1%}" for answers in blind["readers"].values())


def _meant(blind: dict[str, Any], sets: Iterable[str]) -> str:
    """Of each set, how many edits say something else to a reader."""
    found = (blind["sets"][name] for name in sets)
    return ", ".join(f"{one['another meaning']} of {one['edits']}" for one in found)


def suggestions_in_full() -> str:
    """What is offered in three written reports with much loaded wording, and the written edits that a reader rejects."""
    made = record("benchmarks/edits.json")
    parts = []
    for name, case in made["cases"].items():
        offered = "; ".join(
            f"*{words}* → {f'*{new}*' if new else 'nothing'} ({'wider, ' if relation == 'wider' else ''}{grade})"
            for words, new, grade, relation in case["offered"]
        )
        diff = "\n".join(f"- {before}\n+ {after}" for before, after in case["changed"])
        parts.append(
            f"**`{name}.txt`**: {case['flagged']} flagged, {len(case['offered'])} with wording, {case['advice alone']} with advice. "
            f"Offered: {offered}. What `--fix=safe` changes:\n\n```diff\n{diff}\n```"
        )
    rejected = [f"- `{edit['verdicts']}` {edit['line']}" for edit in made["blind"]["rejected"]]
    total = made["blind"]["with a suggestion"]
    parts.append(
        f"Of {total} first suggestions in the written sets both readers sign {made['blind']['both sign']}. The others, with both "
        "verdicts (`g` signed, `b` breaks the sentence, `m` says something else, `p` helps nothing):\n\n"
        + "\n".join(rejected)
    )
    return "\n\n".join(parts)
