"""docs/edit/documents.md and docs/develop/architecture.md: whose words they are, and the outlet's score."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blocks.shared import between, record, table

_WRONGLY = "wrongly the outlet's"
_SOMEBODYS = "somebody's"


def whose_words(voice: dict[str, Any]) -> str:
    """How well phrases and attributions are laid at the right door, from benchmarks/voice.json."""
    return "\n\n".join([_articles(voice), _kinds(voice), _own_articles(voice), _aims(voice)])


def _articles(voice: dict[str, Any]) -> str:
    """Barely flagged phrases of whole articles, and names of those who speak, now and before."""
    figures = ("precision", "recall", "f1", "accuracy", _WRONGLY)
    before, names = voice["before"], voice["names"]
    rows = (
        (name + when, str(found["phrases"]), *(f"{found[figure]:.3f}" for figure in figures))
        for name, now in voice["articles"].items()
        for found, when in ((now, ""), (before["articles"][name], ", before"))
    )
    return (
        table(f"| phrases | number | precision | recall | F1 | accuracy | {_WRONGLY} |", rows)
        + "\n\n`boilerplate-2.jsonl` was written before any result on it was seen: the soberer figure for "
        "boilerplate in styles never seen. The second table is of whole articles that others marked (PolNeAR, development "
        "part, Newell et al. 2018): of every phrase that the model barely flags, whether it is somebody else's words; "
        "what “I” or “we” say, who may be the writer, is left out. Of the "
        f"{names['sentences']} sentences there in which somebody is named who says something, the report names one of "
        f"them for {names['right']:.1%} and nobody for {names['nobody']:.1%} (before: "
        f"{before['names']['right']:.1%} and {before['names']['nobody']:.1%}). The limits of the model's logits "
        "were chosen on these articles and on the three sets, which flatters. Before is the last state in which patterns over "
        f"cues of speech had their say (commit {before['commit']}, {before['model']}), its barely flagged phrases "
        "other ones."
    )


def _kinds(voice: dict[str, Any]) -> str:
    """Attributions by kind, now and before."""
    rows = (
        (
            name,
            *(f"{now[of]['number']:,}" for of in ("attributions", "words")),
            *(_right(kind[of]) for of in ("words", "attributions") for kind in (now, voice["before"]["kinds"][name])),
        )
        for name, now in voice["kinds"].items()
    )
    return (
        "In the same articles, by kind of attribution, the share of its words that are taken for somebody else's, with 95 % intervals "
        "over articles. Direct speech stands in quotation marks, mixed speech in part; indirect speech is told apart by its cue. "
        "What is left after words for saying, thinking and describing is what somebody does or stands for "
        "(“imposed”, “is afraid”, “in”), which PolNeAR counts in:\n\n"
        + table("| kind | attributions | words | taken for others' | before | half of the words or more, attributions | before |", rows)
    )  # fmt: skip


def _own_articles(voice: dict[str, Any]) -> str:
    """Marks of our own articles, and labels of headlines."""
    own, before, heard = voice["own articles"], voice["before"]["own articles"], voice["headlines"]
    rows = (
        (title, str(own["rows"][name]["number"]), _right(own["rows"][name]), _right(before["rows"][name]))
        for name, title in _OWN_ROWS.items()
    )
    return (
        f"In {own['articles']} articles and lists of single sentences of our own that no model learned from "
        "(`training/corpus/articles/dev`), marked wording that is laid at the right door, the outlet's or somebody else's; a mark in a "
        f"sentence that is not read would count as wrong ({own['lost']} of them). Last, of the marks that a flag touches:\n\n"
        + table("| marks | number | right | before |", rows)
        + f"\n\nOf {heard['speakers']['headlines']} headlines with a speaker in their label the model hears {heard['speakers'][_SOMEBODYS]}, "
        f"of {heard['topics']['headlines']} with a topic in it it takes {heard['topics'][_SOMEBODYS]} for a speaker.\n\n"
        + _differing(voice["differing"])
    )


def _differing(marks: list[dict[str, Any]]) -> str:
    """Where the network and the patterns before it disagree, mark by mark."""
    whose = {"outlet": "the outlet's", "scare-quote": "scare quotes", "quote": "quoted", "attributed": "a paraphrase"}
    rows = (
        (
            mark["place"],
            mark["text"].replace("|", " "),
            *(whose[mark[when]] for when in ("marked", "now", "before")),
            "now" if mark["right now"] else "before",
        )
        for mark in marks
    )
    return f"All {len(marks)} of these marks that are laid at another door than before (file of `training/corpus/articles/dev` and number in it):\n\n" + table(
        "| article | wording | as marked | now | before | right |", rows
    )  # fmt: skip


_OWN_ROWS = {
    "all": "all",
    "in whole articles": "in whole articles",
    "in single sentences": "in single sentences",
    "outlet": "of the outlet",
    "scare-quote": "in scare quotes",
    "quote": "in quotations",
    "attributed": "in paraphrase",
    "flagged": "that are flagged, by the flag's voice",
}


def _aims(voice: dict[str, Any]) -> str:
    """What was aimed at beside what was reached."""
    phrases, wrongly = voice["articles"]["all"], voice["articles"]["flagged"][_WRONGLY]
    flagged, whole = (voice["own articles"]["rows"][name]["right"] for name in ("flagged", "in whole articles"))
    cases = {name: found["voices"]["all"]["right"] for name, found in voice["sets"].items()}
    aims = (
        ("F1 of others' words at 0.91 over barely flagged phrases", f"{phrases['f1']:.3f}", phrases["f1"] >= 0.91),
        ("accuracy at 0.93", f"{phrases['accuracy']:.3f}", phrases["accuracy"] >= 0.93),
        ("8 % of the outlet's flags at most in others' words", f"{wrongly:.1%}", wrongly <= 0.08),
        ("5 % of flags at most with the wrong voice, in our own articles", f"{1 - flagged:.1%}", flagged >= 0.95),
        ("96 % of marks of whole articles right", f"{whole:.1%}", whole >= 0.96),
        (
            "all hand-written cases right",
            "; ".join(f"{name} {right:.1%}" for name, right in cases.items()),
            all(right == 1 for right in cases.values()),
        ),
    )
    return (
        table("| aim | reached on development data | |", ((aim, reached, "" if met else "short of it") for aim, reached, met in aims))
        + "\n\nWhat is missing is indirect speech that no word for saying introduces, where PolNeAR's notion is wider than ours, and a "
        "network of this size and training has reached its level: stages with more speech to learn from told PolNeAR's words no better "
        "([by stage](../../training/experiments.md#whose-words-by-stage))."
    )  # fmt: skip


def _right(found: dict[str, float]) -> str:
    return between(found["right"], found["low"], found["high"], form=".1%")


def one_pass() -> str:
    """The outlet's score of the one pass beside leaving others' words out, as benchmarks/outlet.py recorded it."""
    measured = record("benchmarks/outlet.json")
    return (
        f"{measured['model']}, sentences in which others and the outlet speak, development data, 95 % intervals:\n\n"
        + table(
            "| set | sentences | r | rank r | mean difference | decided otherwise at 0.5, per 1,000 | AUC, one pass | AUC, words left out | gained | AUC, all words |",
            (_set(name, found) for name, found in measured["sets"].items()),
        )
    )


def _set(name: str, found: dict[str, Any]) -> Iterator[str]:
    agreement, auc = found["agreement"], found.get("auc", {})
    yield name
    yield f"{found['sentences']:,}" + (f", {found['labelled']} with a label ({found['biased']} biased)" if auc else "")
    for figure in ("Pearson", "Spearman", "mean difference"):
        yield between(*agreement[figure])
    yield between(*agreement["decided otherwise, per 1,000"], form=".0f")
    for way in ("one pass", "others' words left out", "one pass, gained", "all words"):
        yield between(*auc[way]) if way in auc else ""
