"""Checks sentences of which something must stay true from one model to the next, and lists what a new model breaks.

A file is JSON Lines, one sentence a line: ``text``, and at least one of ``flagged`` (phrases that must be found),
``plain`` (true where nothing may be flagged) and ``label`` (1 where the sentence must be called biased, 0 where it
must not). ``category`` and ``genre`` are for the reader. Figures on labelled data say how good a model is; this says
that what everybody would see at once still works.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from biasdetect.errors import DataError
from biasdetect.evaluation.compare import SIGNIFICANT, Side, record, sign_test
from biasdetect.evaluation.figures import CALLED
from biasdetect.model.phrases import occurrences
from biasdetect.results import Sentence

_FIELDS = {"text": str, "flagged": list, "plain": bool, "label": int, "category": str, "genre": str}


@dataclass(frozen=True, slots=True)
class Expectation:
    """A sentence, and what must stay true of it.

    Attributes:
        text: as it is scored.
        flagged: phrases of it of which each must be flagged, or touched by a flag.
        plain: nothing in it may be flagged.
        label: 1 where it must be called biased, 0 where it must not, None where that is left open.
    """

    text: str
    flagged: tuple[str, ...] = ()
    plain: bool = False
    label: int | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A sentence that one model has all right and the other wrong, and what the other does there."""

    text: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Regression:
    """What became of the sentences.

    Attributes:
        data: name of the file.
        old: name of the old model.
        new: name of the new one.
        sentences: number of sentences.
        old_right: of those, how many the old model has all right.
        new_right: the same of the new one.
        broken: those that the old model has all right and the new one wrong, in the order of the file.
        mended: those that the old model has wrong and the new one all right.
        p: of the sign test over the broken and the mended.
    """

    data: str
    old: str
    new: str
    sentences: int
    old_right: int
    new_right: int
    broken: tuple[Broken, ...]
    mended: tuple[Broken, ...]
    p: float

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionaries, lists, strings and numbers."""
        return {**asdict(self), "worse": breaks(self)}


def breaks(regression: Regression) -> list[str]:
    """Why the new model must not take the old one's place; empty where it breaks no more than chance would.

    A single broken sentence is for a reader to look at: any two models differ on some. A reason is that the new
    model breaks more than it mends, by a sign test at p < 0.05.
    """
    broken, mended = len(regression.broken), len(regression.mended)
    if broken > mended and regression.p < SIGNIFICANT:
        return [
            f"{regression.data}: {broken} of {regression.sentences} sentences broken, {mended} mended "
            f"(p = {regression.p:.3g})"
        ]
    return []


def check(data: str, expectations: Sequence[Expectation], old: Side, new: Side) -> Regression:
    """Score the sentences with both models.

    Args:
        data: what the file is called in the result.
        expectations: at least one.
        old: the model in use.
        new: the model that may take its place.

    Raises:
        ModelError: where a score is no number.
    """
    texts = [item.text for item in expectations]
    before, after = (
        [_wrong(*pair) for pair in zip(expectations, record(side, texts).scorer.score_sentences(texts), strict=True)]
        for side in (old, new)
    )
    broken, mended = _only(texts, after, before), _only(texts, before, after)
    return Regression(
        data,
        old.name,
        new.name,
        len(texts),
        before.count(()),
        after.count(()),
        broken,
        mended,
        sign_test(len(broken), len(mended)),
    )


def default_file() -> Path | None:
    """The project's own sentences: beside the installed package, or in a checkout; None where they are not there."""
    here = Path(__file__).resolve()
    places = (here.with_name("regression.jsonl"), here.parents[2] / "training" / "regression.jsonl")
    return next((place for place in places if place.is_file()), None)


def read_regressions(files: Sequence[str | Path]) -> dict[str, list[Expectation]]:
    """Sentences by the name of their file; the project's own where none are named, nothing where these are not there.

    Raises:
        DataError: as for :func:`read_expectations`.
    """
    if files:
        return {str(file): read_expectations(file) for file in files}
    own = default_file()
    return {own.name: read_expectations(own)} if own else {}


def read_expectations(path: str | Path) -> list[Expectation]:
    """Read a file of sentences with what must stay true of them.

    Raises:
        DataError: where it cannot be read, or a line says nothing or what cannot be; the message names the line.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{path}: cannot be read ({reason}). Check the path, and that the file is UTF-8.") from None
    expectations: dict[str, Expectation] = {}
    # not splitlines: a JSON string may hold a bare U+2028
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            item = _expectation(json.loads(line))
            if item.text in expectations:
                raise ValueError("its text stands in the file twice")
        except (TypeError, ValueError, RecursionError) as error:
            raise DataError(f"{path}, line {number}: {error}. See docs/annotate/comparing.md for the form.") from None
        expectations[item.text] = item
    if not expectations:
        raise DataError(f"{path}: holds no sentence. Write one a line, as docs/annotate/comparing.md shows.")
    return list(expectations.values())


def _expectation(data: Any) -> Expectation:
    if not isinstance(data, dict):
        raise TypeError(f"{type(data).__name__} where an object with a text was expected")
    for name, value in data.items():
        if name not in _FIELDS:
            raise ValueError(f"field {name!r} is none of {', '.join(_FIELDS)}")
        if type(value) is not _FIELDS[name]:
            raise TypeError(f"{name} is {type(value).__name__}, not {_FIELDS[name].__name__}")
    item = Expectation(
        data.get("text", ""), tuple(data.get("flagged", ())), data.get("plain", False), data.get("label")
    )
    if not item.text.strip():
        raise ValueError("text is missing or empty")
    for phrase in item.flagged:
        if not isinstance(phrase, str) or not occurrences(item.text, phrase):
            raise ValueError(f"flagged {phrase!r} does not stand in the text")
    if item.label not in (None, 0, 1):
        raise ValueError(f"label {item.label} is neither 0 nor 1")
    if item.plain and (item.flagged or item.label == 1):
        raise ValueError("plain, and yet something in it must be flagged or it must be called biased")
    if not (item.flagged or item.plain or item.label is not None):
        raise ValueError("neither flagged, plain nor label: nothing is expected of it")
    return item


def _wrong(item: Expectation, sentence: Sentence) -> tuple[str, ...]:
    """What the model does that it must not, as a reader is told; empty where all is right."""
    wrong = []
    for phrase in item.flagged:
        places = occurrences(item.text, phrase)
        if not any(start < found.end and found.start < end for start, end in places for found in sentence.phrases):
            wrong.append(f"does not flag “{phrase}”")
    if item.plain and sentence.phrases:
        wrong.append("flags " + ", ".join(f"“{found.text}”" for found in sentence.phrases))
    if item.label is not None and (sentence.score >= CALLED) != bool(item.label):
        wrong.append(f"{'calls' if item.label == 0 else 'does not call'} it biased ({sentence.score:.2f})")
    return tuple(wrong)


def _only(
    texts: Sequence[str], wrong: Sequence[tuple[str, ...]], other: Sequence[tuple[str, ...]]
) -> tuple[Broken, ...]:
    """The sentences that one model has wrong and the other all right."""
    return tuple(
        Broken(text, mine) for text, mine, theirs in zip(texts, wrong, other, strict=True) if mine and not theirs
    )
