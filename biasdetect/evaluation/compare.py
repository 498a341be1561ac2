"""Compares two models on the same texts, and says which differences are more than chance.

Every figure's difference has a paired interval (see :mod:`biasdetect.evaluation.paired`), and decisions on sentences are
compared by McNemar's exact test too. Needs scikit-learn, and the scipy that comes with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Generic, Literal, TypeVar

from scipy.stats import binomtest

from biasdetect.errors import ModelError
from biasdetect.evaluation.figures import CALLED, Figures, SentenceScorer, label, measure
from biasdetect.evaluation.labelled import Labelled
from biasdetect.evaluation.paired import Interval, paired_fairness, paired_figures, suite_texts
from biasdetect.evaluation.suites import fairness
from biasdetect.results import Phrase, Sentence

LOWER_IS_BETTER = frozenset(
    {
        "ece",
        "plain_flagged",
        "group_gap",
        "factual_called",
        "factual_flagged",
        "insertion_missed",
        "insertion_unmarked",
        "place_flips",
        "pronoun_flips",
    }
)
"""The figures of which less is better; of all others more is."""

SIGNIFICANT = 0.05
"""A test's p below which a difference counts as more than chance."""

LEAST_CHANGED = 6
"""On how many texts two models must differ for a figure's difference to count: five that all speak for the same
model come by chance at p = 0.06, which the bootstrap of so few does not show."""

EXAMPLES = 10
"""How many sentences and phrases a list holds unless told otherwise."""

_NOTICED = 0.01  # a smaller change of a score is not listed
_ECE_ALLOWED = 0.02  # calibration may get worse by so much in a better model
_GATED = ("macro_f1", "word_f1", "phrase_recall")

Verdict = Literal["better", "worse", "no significant difference", "no difference", "not defined"]
"""What a figure says of the new model; ``no difference`` where the values are the very same."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Side:
    """A model under comparison: what the result calls it, and what scores."""

    name: str
    scorer: SentenceScorer


@dataclass(frozen=True, slots=True)
class Recorded:
    """Scores taken once, to be given again; a text that was never scored is a KeyError."""

    sentences: dict[str, Sentence]

    def score_sentences(self, sentences: Sequence[str]) -> list[Sentence]:
        """The recorded scores, in order."""
        return [self.sentences[text] for text in sentences]


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of both models.

    Attributes:
        name: of the figure, for programs.
        old: its value for the old model; NaN where not defined.
        new: its value for the new one.
        low: lower end of the paired 95 % bootstrap interval of ``new - old``; NaN where not defined.
        high: its upper end.
        changed: number of texts (of the suite: templates) on which the models differ in what the figure sees.
    """

    name: str
    old: float
    new: float
    low: float
    high: float
    changed: int

    @property
    def value(self) -> float:
        """New less old."""
        return self.new - self.old

    @property
    def lower_is_better(self) -> bool:
        """Whether less of the figure is better."""
        return self.name in LOWER_IS_BETTER

    @property
    def gain(self) -> tuple[float, float, float]:
        """The difference and both ends of its interval, turned so that above zero is better."""
        return (-self.value, -self.high, -self.low) if self.lower_is_better else (self.value, self.low, self.high)

    @property
    def verdict(self) -> Verdict:
        """What the figure says of the new model."""
        value, low, high = self.gain
        if math.isnan(value):
            return "not defined"
        if value == low == high == 0:
            return "no difference"
        if self.changed >= LEAST_CHANGED and low > 0:
            return "better"
        if self.changed >= LEAST_CHANGED and high < 0:
            return "worse"
        return "no significant difference"


@dataclass(frozen=True, slots=True)
class Decisions:
    """On how many sentences each model decides rightly, biased or not.

    Attributes:
        both: both models are right.
        old_only: the old one alone.
        new_only: the new one alone.
        neither: neither is.
    """

    both: int
    old_only: int
    new_only: int
    neither: int

    @property
    def p(self) -> float:
        """McNemar's exact test (McNemar 1947): how likely so uneven a split is between equally good models."""
        return sign_test(self.old_only, self.new_only)


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """A labelled sentence with the scores of both models, 0 to 1."""

    text: str
    label: int
    old: float
    new: float

    @property
    def gain(self) -> float:
        """How much nearer to the label the new score is, -1 to 1."""
        return self.new - self.old if self.label else self.old - self.new


@dataclass(frozen=True, slots=True)
class PhraseChange:
    """A phrase that one of the models alone flags, or touches.

    Attributes:
        text: the sentence.
        start: offset of the phrase in it.
        end: end of the phrase, exclusive.
        score: of the phrase that the one model flags there, 0 to 1.
    """

    text: str
    start: int
    end: int
    score: float

    @property
    def phrase(self) -> str:
        """The wording."""
        return self.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Listed(Generic[Item]):
    """The first of a list, and how many there are in all."""

    total: int = 0
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """Where the models differ, the largest difference first.

    Attributes:
        better: sentences whose score is nearer to the label with the new model, by at least 0.01.
        worse: those whose score is farther from it.
        gained: marked phrases that the new model alone finds.
        lost: marked phrases that the old model alone finds.
        alarms: flags of the new model on unmarked wording that the old one leaves alone.
        calmed: flags of the old model on unmarked wording that the new one leaves alone.
    """

    better: Listed[ScoreChange] = field(default_factory=Listed)
    worse: Listed[ScoreChange] = field(default_factory=Listed)
    gained: Listed[PhraseChange] = field(default_factory=Listed)
    lost: Listed[PhraseChange] = field(default_factory=Listed)
    alarms: Listed[PhraseChange] = field(default_factory=Listed)
    calmed: Listed[PhraseChange] = field(default_factory=Listed)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on one set.

    Attributes:
        data: name of the set.
        old: figures of the old model, with its reliability.
        new: figures of the new one.
        differences: of all figures that either has, in the order of a table.
        decisions: None where the set has no labels of sentences.
        changes: the texts behind the differences; empty lists for a suite.
    """

    data: str
    old: Figures
    new: Figures
    differences: tuple[Difference, ...]
    decisions: Decisions | None = None
    changes: Changes = field(default_factory=Changes)

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionaries, lists, strings and numbers; None where a figure is not defined."""
        return {
            "data": self.data,
            "old": self.old.to_dict(),
            "new": self.new.to_dict(),
            "differences": {
                row.name: {
                    "value": _number(row.value),
                    "low": _number(row.low),
                    "high": _number(row.high),
                    "changed": row.changed,
                    "lower_is_better": row.lower_is_better,
                    "verdict": row.verdict,
                }
                for row in self.differences
            },
            "decisions": None if self.decisions is None else {**asdict(self.decisions), "p": self.decisions.p},
            "changes": asdict(self.changes),
            "summary": summary(self),
            "worse": is_worse(self),
        }


def is_worse(comparison: Comparison, *, calibration: bool = True) -> list[str]:
    """Why the new model must not take the old one's place, as far as one set tells; empty where nothing speaks against it.

    A reason is a macro-F1, a word F1 or a share of phrases found whose paired interval lies below zero, or a
    calibration error that is significantly larger, and by more than 0.02. The caller sees to it that neither model
    was trained or chosen on the set.

    Args:
        comparison: of the models on the set.
        calibration: whether the calibration error counts.
    """
    reasons = []
    gated = (*_GATED, "ece") if calibration else _GATED
    for row in comparison.differences:
        allowed = _ECE_ALLOWED if row.name == "ece" else 0.0
        if row.name in gated and row.verdict == "worse" and abs(row.value) > allowed:
            reasons.append(
                f"{comparison.data}: {label(row.name)} {row.old:.3f} to {row.new:.3f}, "
                f"a difference of {row.value:+.3f} ({row.low:+.3f} to {row.high:+.3f})"
            )
    return reasons


def summary(comparison: Comparison) -> str:
    """The verdict on one set in words: which figures are better, which worse, of how many."""
    verdicts = {row.name: row.verdict for row in comparison.differences}
    parts = []
    for verdict in ("better", "worse"):
        names = [label(name) for name, found in verdicts.items() if found == verdict]
        if names:
            parts.append(f"{verdict.capitalize()}: {'; '.join(names)}.")
    defined = [verdict for verdict in verdicts.values() if verdict != "not defined"]
    if defined and set(defined) == {"no difference"}:
        return f"No difference in any of {len(defined)} figures."
    if not parts:
        return f"No significant difference in any of {len(defined)} figures." if defined else "No figure is defined."
    same = defined.count("no difference") + defined.count("no significant difference")
    return " ".join([*parts, f"No significant difference in {same} of {len(defined)} figures."])


def compare(data: str, labelled: Sequence[Labelled], old: Side, new: Side, examples: int = EXAMPLES) -> Comparison:
    """Compare two models on a labelled set.

    Args:
        data: what the set is called in the result.
        labelled: the set, at least one text.
        old: the model in use.
        new: the model that may take its place.
        examples: how many sentences and phrases each list of changes holds.

    Raises:
        ModelError: where a score is no number.
    """
    texts = [item.text for item in labelled]
    scored = _score(old, texts), _score(new, texts)
    figures = measure(data, old.name, labelled, scored[0]), measure(data, new.name, labelled, scored[1])
    differences = _differences(*figures, paired_figures(labelled, *scored))
    return Comparison(data, *figures, differences, _decisions(labelled, *scored), _changes(labelled, *scored, examples))


def compare_fairness(old: Side, new: Side) -> Comparison:
    """Compare two models on the fairness suite; templates are resampled.

    Raises:
        ModelError: where a score is no number.
    """
    old, new = (record(side, suite_texts()) for side in (old, new))
    figures = fairness(old.name, old.scorer), fairness(new.name, new.scorer)
    return Comparison(figures[0].data, *figures, _differences(*figures, paired_fairness(old.scorer, new.scorer)))


def record(side: Side, texts: Iterable[str]) -> Side:
    """Score texts once, each different one alone, and give a side that knows only these.

    Raises:
        ModelError: where a score is no number.
    """
    distinct = list(dict.fromkeys(texts))
    return Side(side.name, Recorded(dict(zip(distinct, _score(side, distinct), strict=True))))


def sign_test(old_only: int, new_only: int) -> float:
    """Two-sided exact p, 0 to 1, of the split of those on which the models differ; 1 where they never do."""
    differ = old_only + new_only
    return float(binomtest(new_only, differ, 0.5).pvalue) if differ else 1.0


def _score(side: Side, texts: Sequence[str]) -> list[Sentence]:
    scored = side.scorer.score_sentences(texts)
    for sentence in scored:
        if not all(map(math.isfinite, (sentence.score, *(phrase.score for phrase in sentence.phrases)))):
            raise ModelError(
                f"{side.name} gives a score that is no number, for {sentence.text[:60]!r}. "
                "Its weights are broken: train or export it again."
            )
    return scored


def _differences(old: Figures, new: Figures, intervals: dict[str, Interval]) -> tuple[Difference, ...]:
    before = {figure.name: figure.value for figure in old.figures}
    after = {figure.name: figure.value for figure in new.figures}
    return tuple(
        Difference(name, before.get(name, math.nan), after.get(name, math.nan), *intervals.get(name, (math.nan, math.nan, 0)))
        for name in before | after
    )  # fmt: skip


def _decisions(labelled: Sequence[Labelled], old: Sequence[Sentence], new: Sequence[Sentence]) -> Decisions | None:
    right = [
        tuple((sentence.score >= CALLED) == bool(item.label) for sentence in pair)
        for item, *pair in zip(labelled, old, new, strict=True)
        if item.label is not None
    ]
    if not right:
        return None
    return Decisions(*(right.count(pair) for pair in ((True, True), (True, False), (False, True), (False, False))))


def _changes(labelled: Sequence[Labelled], old: Sequence[Sentence], new: Sequence[Sentence], examples: int) -> Changes:
    rows = list(zip(labelled, old, new, strict=True))
    scores = [ScoreChange(item.text, item.label, a.score, b.score) for item, a, b in rows if item.label is not None]
    marked = [(item, _counted(item, a), _counted(item, b)) for item, a, b in rows if item.spans is not None]

    def first(changes: Iterable[Item], rank: Callable[[Item], float]) -> Listed[Item]:
        ranked = sorted(changes, key=rank, reverse=True)
        return Listed(len(ranked), tuple(ranked[:examples]))

    def listed(changes: Iterable[PhraseChange]) -> Listed[PhraseChange]:
        return first(changes, lambda change: change.score)

    return Changes(
        better=first((change for change in scores if change.gain >= _NOTICED), lambda change: change.gain),
        worse=first((change for change in scores if -change.gain >= _NOTICED), lambda change: -change.gain),
        gained=listed(change for item, a, b in marked for change in _found_alone(item, b, a)),
        lost=listed(change for item, a, b in marked for change in _found_alone(item, a, b)),
        alarms=listed(change for item, a, b in marked for change in _alarms_alone(item, b, a)),
        calmed=listed(change for item, a, b in marked for change in _alarms_alone(item, a, b)),
    )


def _counted(item: Labelled, sentence: Sentence) -> list[Phrase]:
    """The flags that the figures count: not those on wording that is neither right nor wrong to flag."""
    return [
        phrase for phrase in sentence.phrases if not any(a < phrase.end and phrase.start < b for a, b in item.ignored)
    ]


def _found_alone(item: Labelled, finder: Sequence[Phrase], other: Sequence[Phrase]) -> Iterator[PhraseChange]:
    for span in item.spans or ():
        matches = _touching(finder, span.start, span.end)
        if matches and not _touching(other, span.start, span.end):
            yield PhraseChange(item.text, span.start, span.end, max(phrase.score for phrase in matches))


def _alarms_alone(item: Labelled, flagger: Sequence[Phrase], other: Sequence[Phrase]) -> Iterator[PhraseChange]:
    for phrase in flagger:
        marked = any(span.start < phrase.end and phrase.start < span.end for span in item.spans or ())
        if not marked and not _touching(other, phrase.start, phrase.end):
            yield PhraseChange(item.text, phrase.start, phrase.end, phrase.score)


def _touching(phrases: Sequence[Phrase], start: int, end: int) -> list[Phrase]:
    return [phrase for phrase in phrases if phrase.start < end and start < phrase.end]


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
