"""docs/research/real-text.md: flags on real text, by source, boundary, desk and order of articles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from blocks.asked import asked
from blocks.marks_and_models import PLACES
from blocks.shared import finely, interval, record, table


def real_text() -> dict[str, str]:
    """The blocks of docs/research/real-text.md: what was asked of the model beside what was measured, and its parts."""
    real = record("benchmarks/real.json")
    marks = record("training/marks/figures.json")
    now, before = (
        next(iter(marks[name]["thresholds"].values())) for name in ("shipped model", "model before the marks")
    )
    return {
        "asked": asked(real, now),
        "spans": _spans(real["spans"]),
        "places": _side_by_side(now, before),
        "boundaries": _boundaries(now, real["names"]),
        "desks": _columns(
            ("desk", "flags that are right", "clear marks found", "F1", "F1, exact"),
            ((f"{desk}, {row['sentences']} sentences", row, ("precision", "recall", "f1", "exact f1")) for desk, row in real["desks"].items()),
        ),
        "agree": _columns(
            ("", *_AGREE),
            (
                (f"{source}, {way}", row[way], _AGREE)
                for source, row in real["agree"].items()
                for way in ("reports", "sentences as they stand")
            ),
        ),
        "order": _columns(
            ("", "AUC"),
            ((f"{name}, {row['articles'][1]} and {row['articles'][0]}", row, ("auc",)) for name, row in real["order"].items()),
        ),
    }  # fmt: skip


_AGREE = (
    "above one half without a flag",
    "a flag at one half or below",
    "of those above, without a flag",
    "of those with a flag, at one half or below",
)


def _columns(header: tuple[str, ...], rows: Iterable[tuple[str, dict[str, Any], tuple[str, ...]]]) -> str:
    """A table of figures with their intervals, from rows of a title, figures, and the names of those to show."""
    cells = ((title, *(interval(*row[name]) for name in names)) for title, row, names in rows)
    return table(f"| {' | '.join(header)} |", cells)


def _spans(recorded: dict[str, Any]) -> str:
    figures = ("span precision", "span recall", "span f1", "overlap f1", "word f1")
    figured = _columns(
        ("flagged from", *(figure.replace("f1", "F1") for figure in figures)),
        (
            (f"**{threshold}**, by default" if threshold == recorded["default"] else threshold, row, figures)
            for threshold, row in recorded["thresholds"].items()
        ),
    )
    chosen, best = (
        " and ".join(f"{at} for {name.replace('f1', 'F1')}" for name, at in recorded[how].items())
        for how in ("chosen", "best on dev")
    )
    return (
        f"{figured}\n\nEnglish development part, {recorded['paragraphs']:,} paragraphs of {recorded['articles']} articles, which are "
        f"what is resampled. On {recorded['chosen on']:,} paragraphs of the training part, some of whose sentences the model learned "
        f"from, the best threshold is {chosen}; on the development part itself it is {best}."
    )


def _side_by_side(now: dict[str, Any], before: dict[str, Any]) -> str:
    """The shipped model and the one before the marks, by source."""
    news = [row for name, row in before.items() if name.startswith("polnear ")]
    pools = {"news": news, "unseen": [*news, before["press"]]}
    before = {
        **before,
        **{
            name: {figure: _pooled([row[figure] for row in rows]) for figure in ("precision", "recall")}
            for name, rows in pools.items()
        },
    }
    rows = (
        (
            PLACES.get(name, name),
            *(interval(*side[name][figure]) for figure in ("precision", "recall") for side in (before, now)),
        )
        for name in now
    )
    return table("| | flags that are right: before | now | clear marks found: before | now |", rows)


def _pooled(estimates: list[Any]) -> tuple[float, None, None, int]:
    """One share of several, from their counts."""
    count = sum(estimate[3] for estimate in estimates)
    return sum(round(estimate[0] * estimate[3]) for estimate in estimates) / count, None, None, count


def _boundaries(now: dict[str, Any], names: dict[str, Any]) -> str:
    figures = ("precision", "recall", "f1")
    figured = _columns(
        ("", *(f"{figure}, {how}" for how in ("exact", "overlap") for figure in ("precision", "recall", "F1"))),
        ((PLACES.get(name, name), row, (*(f"exact {one}" for one in figures), *figures)) for name, row in now.items()),
    )
    cut = "; ".join(f"in {source} {finely(*found['cut'])}" for source, found in names["reports"].items())
    marked = names["marked sentences"]
    return (
        f"{figured}\n\nOf the flags in whole reports, whosesoever words they are, these begin or end inside of what looks by its capitals like a name "
        f"of several words: {cut}. Sentence by sentence it is {marked['cut']} of {marked['flags']} flags in marks-dev, and {marked['marked']} of these touch "
        "what a reader marked: a rule against all of them would take right flags with wrong ones, and there is none."
    )
